"""The words of a PDF page, when its text layer says what the page shows.

A text layer is not proof: scans carry invisible ones, fonts lie about their characters, names are
painted over. So two independent readers must agree on every visible character and its place, and
whatever raises a doubt sends the page to OCR, which costs a second and no trust.

The words themselves are pdfplumber's: on ruled tables and name grids pymupdf joins neighbouring cells
("西安理工大学机械设计") and names set apart by full-width blanks, pdfplumber does not.
"""

import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf
from pdfplumber.page import Page as PlumberPage
from pdfplumber.utils.text import extract_words

from domain.geometry import Box
from domain.images import PageImage, Word
from domain.text import is_han, remove_blanks
from ingest.pdf_documents import OpenPdf

_MIN_CHARACTERS = 8
"""A page number alone is no text layer."""

_MIN_AGREEMENT = 0.995
_MIN_COMMON_HAN = 0.8
"""Share of Han characters within GB2312. Real documents stay above 0.97; fonts with scrambled
character maps give rare characters."""

_MAX_SEGMENTS = 500
"""Line and curve segments in filled shapes. Text turned into outlines takes 10 to 60 for each
character; rules, boxes and frames of a document stay far below."""

_MIN_CONTRAST = 40
"""Grey levels, of 255, between the darkest and the lightest pixel of a visible word."""

_CharacterDict = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A visible character as pymupdf sees it; page fractions."""

    character: str
    x: float
    y: float
    reach: float
    """Points; how far away another reader may see its centre."""


def read_words(
    pdf: OpenPdf, page: pymupdf.Page, page_index: int, image: PageImage
) -> tuple[Word, ...] | None:
    """Return the words of a page, ``None`` when they are not to be trusted.

    Args:
        pdf: The open document.
        page: Its page.
        page_index: Zero-based.
        image: The page as rendered; a word must be seen in it.
    """
    # Fields and notes are drawn on top and are in no text layer.
    if next(page.widgets(), None) is not None or next(page.annots(), None) is not None:
        return None
    glyphs = _list_visible_glyphs(page)
    if not _are_sane([glyph.character for glyph in glyphs]):
        return None
    if _is_painted_over(page) or _count_segments(page) > _MAX_SEGMENTS:
        return None
    plumber_page = pdf.find_plumber_page(page_index)
    try:
        characters = _list_agreed(plumber_page, glyphs, page.rect)
        if characters is None:
            return None
        return _make_words(characters, plumber_page, image)
    finally:
        plumber_page.close()


def _list_visible_glyphs(page: pymupdf.Page) -> list[_Glyph]:
    """Return the characters that are painted, blanks left out."""
    # Without the flag for unknown characters, what has no known character comes as U+FFFD; and a
    # replacement text (/ActualText) may differ from the glyphs.
    flags = pymupdf.TEXT_MEDIABOX_CLIP | pymupdf.TEXT_IGNORE_ACTUALTEXT | pymupdf.TEXT_ACCURATE_BBOXES
    turn, shown = page.rotation_matrix, page.rect
    glyphs: list[_Glyph] = []
    for block in page.get_text("rawdict", flags=flags)["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                # Bits 4 and 5: filled, stroked. Neither is render mode 3, the invisible layer.
                if not span["char_flags"] & 0b11_0000 or span["alpha"] < 64:
                    continue
                for character in span["chars"]:
                    if character.get("synthetic") or not remove_blanks(character["c"]):
                        continue
                    box = pymupdf.Rect(character["bbox"]) * turn
                    x = ((box.x0 + box.x1) / 2 - shown.x0) / shown.width
                    y = ((box.y0 + box.y1) / 2 - shown.y0) / shown.height
                    if 0 <= x <= 1 and 0 <= y <= 1:
                        glyphs.append(_Glyph(character["c"], x, y, max(4.0, float(span["size"]))))
    return glyphs


def _is_symbol(character: str) -> bool:
    """Tell whether it is a bullet or tick box of a symbol font: no loss when left out."""
    return "\uf000" <= character <= "\uf0ff"


def _are_sane(characters: Sequence[str]) -> bool:
    """Tell whether the characters look like those of a Chinese document."""
    letters = [c for c in characters if not _is_symbol(c)]
    if len(letters) < _MIN_CHARACTERS:
        return False
    if any(c == "\ufffd" or unicodedata.category(c[0]) in {"Cc", "Co", "Cn", "Cs"} for c in letters):
        return False
    han = [c for c in letters if is_han(c[0])]
    # Chinese paper without a single Han character was mapped wrongly or is drawn in outlines.
    return bool(han) and sum(map(_is_common, han)) >= _MIN_COMMON_HAN * len(han)


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_painted_over(page: pymupdf.Page) -> bool:
    """Tell whether an opaque picture was laid over text."""
    see_through = {_key(info["bbox"]) for info in page.get_image_info() if info.get("has-mask")}
    log = page.get_bboxlog()
    pictures = [
        (number, pymupdf.Rect(box))
        for number, (kind, box, *_) in enumerate(log)
        if kind == "fill-image" and _key(box) not in see_through
    ]
    if not pictures:
        return False
    for span in page.get_texttrace():
        if span["type"] == 3:
            continue
        for number, picture in pictures:
            if number > span["seqno"] and (pymupdf.Rect(span["bbox"]) & picture).get_area() > 1:
                return True
    return False


def _key(box: Sequence[float]) -> tuple[int, ...]:
    return tuple(round(value) for value in box)


def _count_segments(page: pymupdf.Page) -> int:
    """Count lines and curves in filled shapes, rectangles left out."""
    return sum(
        sum(1 for item in drawing["items"] if item[0] in {"l", "c"})
        for drawing in page.get_cdrawings()
        if "f" in drawing["type"]
    )


def _list_agreed(
    page: PlumberPage, glyphs: Sequence[_Glyph], shown: pymupdf.Rect
) -> list[_CharacterDict] | None:
    """Return pdfplumber's characters that pymupdf sees too; ``None`` when they disagree."""
    places: dict[str, list[_Glyph]] = defaultdict(list)
    for glyph in glyphs:
        if not _is_symbol(glyph.character):
            places[glyph.character].append(glyph)
    wanted = sum(map(len, places.values()))
    left, top, right, bottom = _find_shown_box(page)
    kept: list[_CharacterDict] = []
    turned = 0
    for character in page.chars:
        text = character["text"]
        if not remove_blanks(text):
            continue
        x = ((character["x0"] + character["x1"]) / 2 - left) / (right - left)
        y = ((character["top"] + character["bottom"]) / 2 - top) / (bottom - top)
        found = _take_nearest(places.get(text, []), x, y, shown)
        if found is None:
            continue
        a, b, c, d = character["matrix"][:4]
        # Slanted type (c) is upright, turned or mirrored type is not.
        if a > 0 and d > 0 and abs(b) < 0.05 * a and abs(c) < 0.6 * d:
            kept.append({**character, "upright": True})
        else:
            turned += 1
    if wanted == 0 or len(kept) + turned < _MIN_AGREEMENT * wanted or turned > 0.1 * wanted:
        return None
    return _drop_double_characters(kept)


def _find_shown_box(page: PlumberPage) -> tuple[float, float, float, float]:
    """Return the visible part of the page in pdfplumber's coordinates: left, top, right, bottom.

    ``page.cropbox`` is not moved along when the page is turned.
    """
    x0, y0, x1, y1 = (float(value) for value in page.page_obj.mediabox)
    box = page.page_obj.cropbox or page.page_obj.mediabox
    c0, d0, c1, d1 = (float(value) for value in box)
    c0, c1 = max(x0, min(c0, c1)), min(x1, max(c0, c1))
    d0, d1 = max(y0, min(d0, d1)), min(y1, max(d0, d1))
    # Distances from the left and the top of the whole page, as turned.
    left, top, right, bottom = {
        90: (d0 - y0, c0 - x0, d1 - y0, c1 - x0),
        180: (x1 - c1, d0 - y0, x1 - c0, d1 - y0),
        270: (y1 - d1, x1 - c1, y1 - d0, x1 - c0),
    }.get(int(page.rotation), (c0 - x0, y1 - d1, c1 - x0, y1 - d0))
    across, down = float(page.mediabox[0]), float(page.mediabox[1])
    return left + across, top + down, right + across, bottom + down


def _drop_double_characters(characters: list[_CharacterDict]) -> list[_CharacterDict] | None:
    """Drop characters printed twice for boldness; ``None`` when different ones share a place."""
    cells: dict[tuple[int, int], list[_CharacterDict]] = defaultdict(list)
    kept: list[_CharacterDict] = []
    for character in characters:
        x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
        reach = 0.3 * min(character["width"], character["height"])
        column, row = int(x // _CELL), int(y // _CELL)
        near = [other for i in (-1, 0, 1) for j in (-1, 0, 1) for other in cells[column + i, row + j]]
        over = [
            other
            for other in near
            if abs((other["x0"] + other["x1"]) / 2 - x) < reach
            and abs((other["top"] + other["bottom"]) / 2 - y) < reach
        ]
        if any(other["text"] != character["text"] for other in over):
            return None
        if not over:
            kept.append(character)
            cells[column, row].append(character)
    return kept


_CELL = 20.0
"""Points; characters whose centres are closer than their width lie in neighbouring cells."""


def _take_nearest(glyphs: list[_Glyph], x: float, y: float, shown: pymupdf.Rect) -> _Glyph | None:
    """Remove and return the nearest glyph within reach."""
    best, best_distance = -1, 1.0
    for i, glyph in enumerate(glyphs):
        distance = max(abs(glyph.x - x) * shown.width, abs(glyph.y - y) * shown.height) / glyph.reach
        if distance < best_distance:
            best, best_distance = i, distance
    return glyphs.pop(best) if best >= 0 else None


def _make_words(
    characters: list[_CharacterDict], page: PlumberPage, image: PageImage
) -> tuple[Word, ...] | None:
    """Group characters into words that are seen; ``None`` without any."""
    left, top, right, bottom = _find_shown_box(page)
    rules = [edge for edge in page.edges if edge["orientation"] == "v"]
    grey = image.pixels.min(axis=2), image.pixels.max(axis=2)
    words: list[Word] = []
    for found in extract_words(characters, x_tolerance_ratio=0.25, y_tolerance=2, return_chars=True):
        for group in _split_at_rules(found["chars"], rules):
            box = Box(
                max(0.0, (min(c["x0"] for c in group) - left) / (right - left)),
                max(0.0, (min(c["top"] for c in group) - top) / (bottom - top)),
                min(1.0, (max(c["x1"] for c in group) - left) / (right - left)),
                min(1.0, (max(c["bottom"] for c in group) - top) / (bottom - top)),
            )
            if box.width > 0 and box.height > 0 and _is_seen(box, *grey):
                words.append(Word("".join(c["text"] for c in group), box.to_polygon()))
    return tuple(words) if words else None


def _split_at_rules(
    characters: Sequence[_CharacterDict], rules: Sequence[_CharacterDict]
) -> list[list[_CharacterDict]]:
    """Split a word where a vertical rule stands between two characters: text fills its cell."""
    groups = [[characters[0]]]
    for before, after in itertools.pairwise(characters):
        low, high = (before["x0"] + before["x1"]) / 2, (after["x0"] + after["x1"]) / 2
        middle = (after["top"] + after["bottom"]) / 2
        if any(low < rule["x0"] < high and rule["top"] < middle < rule["bottom"] for rule in rules):
            groups.append([])
        groups[-1].append(after)
    return groups


def _is_seen(box: Box, darkest: npt.NDArray[np.uint8], lightest: npt.NDArray[np.uint8]) -> bool:
    """Tell whether anything is to be seen where a word should stand."""
    height, width = darkest.shape
    rows = slice(int(box.top * height), int(box.bottom * height) + 1)
    columns = slice(int(box.left * width), int(box.right * width) + 1)
    if darkest[rows, columns].size == 0:
        return False
    # Of one colour channel at least: yellow on white differs in blue only.
    spread = int(lightest[rows, columns].max()) - int(darkest[rows, columns].min())
    return spread >= _MIN_CONTRAST
