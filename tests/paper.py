"""Builders of page readings: paper as an engine would have read it."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from domain.geometry import Box
from domain.lattice import Lattice
from domain.records import PageReading, Rule, TextLine
from domain.text import fold

CHARACTER_PX = 30
"""Height and width of an ordinary character; at 150 dpi about 14 point."""


def text_width(text: str, character_px: float = CHARACTER_PX) -> float:
    """Return the printed width of a text in pixels: Latin letters and blanks are half as wide."""
    return sum(character_px * (0.5 if ord(c) < 0x2000 else 1.0) for c in text)


def read_lattice(text: str, character_px: float = CHARACTER_PX) -> Lattice:
    """Return the lattice of a recognised text: eight steps a character, blanks take room."""
    steps: list[int] = []
    for c in text:
        width = 4 if ord(c) < 0x2000 else 8
        code = 0 if not c.strip() else ord(fold(c))
        # A gap in the lattice stays a gap; a character is seen in the middle of its room.
        steps += [0] * (width // 2 - 1) + [code] + [0] * (width - width // 2)
    codes = np.array(steps or [0], dtype=np.int32)[:, None]
    return Lattice(codes, np.full(codes.shape, -0.01, dtype=np.float32))


def line(
    text: str,
    left: float,
    top: float,
    *,
    size: float = CHARACTER_PX,
    confidence: float = 0.98,
    under_seal: bool = False,
    exact: bool = False,
) -> tuple[str, Box, TextLine]:
    """Return a line whose top left corner lies at a pixel; ``page`` turns pixels into fractions."""
    box = Box(left, top, left + text_width(text, size), top + size)
    lattice = Lattice.of_text(text) if exact else read_lattice(text)
    return text, box, TextLine(text, box.to_polygon(), confidence, lattice, under_seal)


def page(
    lines: Iterable[tuple[str, Box, TextLine]],
    *,
    width_px: int = 1240,
    height_px: int = 1754,
    rules: Sequence[tuple[float, float, float, float]] = (),
    file: str = "paper.jpg",
    page_number: int = 1,
) -> PageReading:
    """Return a page of lines made by ``line``.

    Args:
        lines: In any order.
        width_px: A4 at 150 dpi by default.
        height_px: The same.
        rules: Ruling lines as x0, y0, x1, y1 in pixels.
        file: Path in the batch.
        page_number: 1-based.
    """
    placed = tuple(
        replace(item, polygon=tuple((x / width_px, y / height_px) for x, y in item.polygon))
        for _, _, item in lines
    )
    ruled = tuple(
        Rule((x0 / width_px, y0 / height_px), (x1 / width_px, y1 / height_px)) for x0, y0, x1, y1 in rules
    )
    return PageReading(file, page_number, width_px, height_px, placed, ruled)


def jitter(reading: PageReading, seed: int, *, amount_px: float = 4) -> PageReading:
    """Return the page with every box moved and resized a little, and its lines in another order."""
    chance = random.Random(seed)
    moved: list[TextLine] = []
    for item in reading.lines:
        dx, dy, grow = (chance.uniform(-amount_px, amount_px) for _ in range(3))
        box = item.box
        wide, high = reading.width_px, reading.height_px
        moved.append(
            replace(
                item,
                polygon=Box(
                    box.left + (dx - grow) / wide,
                    box.top + (dy - grow) / high,
                    box.right + (dx + grow) / wide,
                    box.bottom + (dy + grow) / high,
                ).to_polygon(),
            )
        )
    chance.shuffle(moved)
    return replace(reading, lines=tuple(moved))


def split_lines(reading: PageReading, seed: int, *, share: float = 0.5) -> PageReading:
    """Return the page with some lines broken in two where a blank or colon allows it, as detectors do."""
    chance = random.Random(seed)
    pieces: list[TextLine] = []
    for item in reading.lines:
        places = [
            i + 1
            for i, c in enumerate(item.text[:-1])
            if (c in " 　：" and item.text[i + 1] not in " 　：") and i > 0 and item.text[: i + 1].strip()
        ]
        if places and chance.random() < share:
            place = chance.choice(places)
            pieces += [item.cut(0, place), item.cut(place, len(item.text))]
        else:
            pieces.append(item)
    return replace(reading, lines=tuple(pieces))


def as_text_layer(reading: PageReading) -> PageReading:
    """Return the page as a PDF's text layer gives it: texts known exactly."""
    lines = tuple(replace(item, lattice=Lattice.of_text(item.text), confidence=1.0) for item in reading.lines)
    return replace(reading, lines=lines, from_text_layer=True)
