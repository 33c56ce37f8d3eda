"""The visible characters of a PDF page with their places and fonts, as MuPDF reads them."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pymupdf

from domain.text import fold

_FLAGS = pymupdf.TEXT_MEDIABOX_CLIP | pymupdf.TEXT_IGNORE_ACTUALTEXT
"""Without the flag for unknown characters, what has no known character comes as U+FFFD; and a
replacement text (/ActualText) may differ from the glyphs."""

_LEVEL = 0.05
"""Sine of the steepest baseline that still counts as level."""

# Otherwise the fonts ABCDEF+SimSun and GHIJKL+SimSun of one page would look like one.
pymupdf.TOOLS.set_subset_fontnames(True)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A painted character."""

    character: str
    box: tuple[float, float, float, float]
    """Points on the page as shown: left, top, right, bottom; as wide as its advance, as high as its
    font."""

    size: float
    """Of the font, points."""

    font: str
    """Key of its font, see ``domain.images.Word``."""

    is_level: bool
    """Neither turned nor upside down."""

    @property
    def reach(self) -> float:
        """Points; how far away another reader may see its centre."""
        return max(4.0, self.size)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def list_visible_glyphs(page: pymupdf.Page) -> list[Glyph]:
    """Return the characters that are painted on the page as shown, blanks left out."""
    turn, shown = page.rotation_matrix, page.rect
    twice_width, twice_height = 2 * shown.width, 2 * shown.height
    is_turned = page.rotation != 0
    numbers = _number_fonts(page)
    glyphs: list[Glyph] = []
    for line, span in _spans(page):
        # Bits 4 and 5: filled, stroked. Neither is render mode 3, the invisible layer.
        if not span["char_flags"] & 0b11_0000 or span["alpha"] < 64:
            continue
        font = f"{span['font']} {numbers.get(span['font'], '')}"
        size = float(span["size"])
        x, y = line["dir"]
        across, down = x * turn.a + y * turn.c, x * turn.b + y * turn.d
        is_level = across > 0 and abs(down) < _LEVEL * math.hypot(across, down)
        for character in span["chars"]:
            if character.get("synthetic") or not fold(character["c"]):
                continue
            box = character["bbox"]
            # Mirrored type has its baseline at the top.
            stands = character["origin"][1] > (box[1] + box[3]) / 2 or is_turned
            if is_turned:
                box = tuple(pymupdf.Rect(box) * turn)
            if 0 <= box[0] + box[2] <= twice_width and 0 <= box[1] + box[3] <= twice_height:
                glyphs.append(Glyph(character["c"], box, size, font, is_level and stands))
    return glyphs


def is_symbol(character: str) -> bool:
    """Tell whether it is a bullet or tick box of a symbol font: no loss when left out."""
    return "\uf000" <= character <= "\uf0ff"


def _spans(page: pymupdf.Page) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for block in page.get_text("rawdict", flags=_FLAGS)["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                yield line, span


def _number_fonts(page: pymupdf.Page) -> dict[str, str]:
    """Return the object numbers behind each font name: some programs use one name for many fonts."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for number, _, _, name, *_ in page.get_fonts(full=True):
        numbers[name].add(int(number))
    return {name: ",".join(map(str, sorted(found))) for name, found in numbers.items()}
