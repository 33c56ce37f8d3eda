"""Characters that no printing press made: a pen's, no two alike, and a needle printer's, out of dots."""

import random
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from samples.fonts import Face, load, split_by_face

_Colour = tuple[int, int, int]
_Mask = npt.NDArray[np.float32]

FILLINGS = ("print", "hand", "dots")
_PINS = 24
_DOT_PX = 6
"""Pixels per dot before the bitmap is brought to its size on paper."""


def write_by_hand(
    image: Image.Image,
    text: str,
    faces: Sequence[Face],
    *,
    at: tuple[float, float],
    size_px: int,
    colour: _Colour,
    seed: str,
) -> None:
    """Write a line as a pen does: every character has its own size, slant, turn, height and pressure.

    Args:
        image: The page, RGB; it is changed.
        text: What to write.
        faces: Faces that come near to handwriting.
        at: Left end of the baseline, in pixels.
        size_px: Height of the em square.
        colour: Of the ink.
        seed: Equal seeds give equal writing.
    """
    chance = random.Random(seed)
    thick = 1 if chance.random() < 0.3 and size_px > 30 else 0
    slant, climb = chance.uniform(-0.04, 0.16), chance.uniform(-0.012, 0.012)
    x, baseline = at
    for character, face in _characters(text, faces):
        font = load(face, size_px)
        advance = font.getlength(character)
        if not character.isspace():
            mask = _written(character, face, size_px, slant + chance.uniform(-0.05, 0.05), thick, chance)
            drop = chance.gauss(0, 0.022) * size_px - climb * (x - at[0])
            corner = (round(x + chance.uniform(-0.04, 0.03) * size_px - size_px / 2), round(baseline + drop))
            _lay(image, mask, (corner[0], corner[1] - round(1.36 * size_px)), colour)
        x += advance * chance.uniform(0.96, 1.02)


def print_with_needles(
    image: Image.Image,
    text: str,
    faces: Sequence[Face],
    *,
    at: tuple[float, float],
    size_px: int,
    colour: _Colour,
    seed: str,
) -> None:
    """Print a line as a 24-pin printer does whose ribbon is tired and one or two of whose pins are dead.

    Arguments as for :func:`write_by_hand`.
    """
    chance = random.Random(seed)
    dead = chance.sample(range(3, 22), chance.choice((0, 1, 1, 2)))
    x, baseline = at
    for character, face in _characters(text, faces):
        advance = load(face, size_px).getlength(character)
        if not character.isspace():
            columns = max(1, round(advance / size_px * _PINS))
            dots = _bitmap(character, face, columns)
            dots[dead] = 0
            mask = _struck(dots, chance)
            high = round(size_px * mask.shape[0] / (_PINS * _DOT_PX))
            wide = max(1, round(advance * mask.shape[1] / (columns * _DOT_PX)))
            small = cv2.resize(mask, (wide, high), interpolation=cv2.INTER_AREA)
            edge = size_px / _PINS
            corner = (round(x - edge), round(baseline - 0.86 * size_px - edge))
            _lay(image, np.asarray(small, np.float32), corner, colour)
        x += advance


def _characters(text: str, faces: Sequence[Face]) -> Iterator[tuple[str, Face]]:
    for part, face in split_by_face(text, faces):
        for character in part:
            yield character, face


def _written(
    character: str, face: Face, size_px: int, slant: float, thick: int, chance: random.Random
) -> _Mask:
    """Return the ink of one character, twice the em square wide; the baseline lies 1.36 em below the top."""
    font = load(face, max(8, round(size_px * chance.uniform(0.92, 1.1))))
    side = 2 * size_px
    pixels = _glyph(character, font, side, foot=1.36 * size_px, stroke=thick)
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    angle = np.radians(chance.gauss(0, 2.2))
    middle = (size_px, 0.98 * size_px)
    across, down = columns - middle[0], rows - middle[1]
    bend = _bend(side, 0.035 * size_px, chance)
    source_x = middle[0] + across * np.cos(angle) + down * (np.sin(angle) + slant) + bend[0]
    source_y = (
        middle[1] - across * np.sin(angle) + down * np.cos(angle) * chance.uniform(0.95, 1.06) + bend[1]
    )
    warped = cv2.remap(
        pixels, source_x.astype(np.float32), source_y.astype(np.float32), cv2.INTER_LINEAR, borderValue=(0,)
    )
    pressure = 0.86 + 0.14 * _bend(side, 1.0, chance)[0]
    return np.asarray(warped / 255 * pressure * chance.uniform(0.85, 1.0), np.float32)


def _glyph(character: str, font: ImageFont.FreeTypeFont, side: int, *, foot: float, stroke: int) -> _Mask:
    tile = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(tile)
    pen.text((side / 4, foot), character, font=font, fill=255, anchor="ls", stroke_width=stroke)
    return np.asarray(tile, np.float32)


def _bend(side: int, strength: float, chance: random.Random) -> npt.NDArray[np.float32]:
    """Return two smooth fields of about ``strength``: how far each point of a character has wandered."""
    draw = np.random.default_rng(chance.randrange(2**31))
    few = draw.normal(0, strength, (2, 5, 5)).astype(np.float32)
    return np.stack([cv2.resize(one, (side, side), interpolation=cv2.INTER_CUBIC) for one in few])


def _bitmap(character: str, face: Face, columns: int) -> npt.NDArray[np.float32]:
    tile = Image.new("L", (columns, _PINS), 0)
    pen = ImageDraw.Draw(tile)
    pen.text((0, round(0.86 * _PINS)), character, font=load(face, _PINS), fill=255, anchor="ls")
    return (np.asarray(tile) > 72).astype(np.float32)


def _struck(dots: npt.NDArray[np.float32], chance: random.Random) -> _Mask:
    """Return the dots as ink: round, each struck with a force of its own, one dot of margin around."""
    draw = np.random.default_rng(chance.randrange(2**31))
    force = draw.normal(0.84, 0.1, dots.shape).clip(0.25, 1) * (draw.random(dots.shape) > 0.015)
    spread = np.zeros((_DOT_PX, _DOT_PX), np.float32)
    cv2.circle(spread, (_DOT_PX // 2, _DOT_PX // 2), round(_DOT_PX * 0.5), 1.0, -1)
    ink = np.kron(np.pad(dots * force, 1), spread).astype(np.float32)
    # A carriage that runs both ways does not meet itself: every second row of dots is off by a little.
    shift = chance.choice((0, 0, 1, 2))
    for row in range(0, ink.shape[0], 2 * _DOT_PX):
        ink[row : row + _DOT_PX] = np.roll(ink[row : row + _DOT_PX], shift, axis=1)
    return ink


def _lay(image: Image.Image, mask: _Mask, corner: tuple[int, int], colour: _Colour) -> None:
    alpha = Image.fromarray((mask.clip(0, 1) * 255).astype(np.uint8), "L")
    image.paste(colour, corner, alpha)
