"""The second, independent reader of a PDF's text: pdfplumber, which stands on pdfminer.

It must see what MuPDF sees: a program whose files two readers understand differently is not to be
trusted, whatever either of them says.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import pymupdf
from pdfplumber.page import Page as PlumberPage

from domain.images import Word
from domain.text import remove_blanks
from ingest.pdf_characters import Glyph, is_symbol
from ingest.pdf_documents import OpenPdf
from ingest.pdf_ink import PageInk
from ingest.pdf_words import CharacterDict, drop_double_characters, make_words

_MIN_AGREEMENT = 0.995
_MIN_IN_PLACE = 0.8
_SAME_WIDTH = 0.15
"""In heights of the character."""


def sees_the_same(pdf: OpenPdf, page: pymupdf.Page, page_index: int, glyphs: Sequence[Glyph]) -> bool:
    """Tell whether the second reader sees the same characters, as wide and mostly where the first does.

    Not all of them: pdfminer forgets the letter spacing at the end of a string. Where a character
    stands is seen in the picture as well.
    """
    page = pdf.document.load_page(page_index)
    plumber_page = pdf.find_plumber_page(page_index)
    try:
        seen = Counter(character["text"] for character in plumber_page.chars)
        places = _match(plumber_page, glyphs, page.rect)
    finally:
        plumber_page.close()
    wanted = Counter(glyph.character for glyph in glyphs if not is_symbol(glyph.character))
    same_width = sum(
        abs(character["width"] - (glyph.box[2] - glyph.box[0])) < _SAME_WIDTH * glyph.reach
        for character, glyph in places
    )
    return (
        (wanted - seen).total() <= (1 - _MIN_AGREEMENT) * wanted.total()
        and len(places) >= _MIN_IN_PLACE * wanted.total()
        and same_width >= _MIN_IN_PLACE * len(places)
    )


def read_words_twice(
    pdf: OpenPdf, page: pymupdf.Page, page_index: int, glyphs: Sequence[Glyph], ink: PageInk
) -> tuple[Word, ...] | None:
    """Return the words that both readers see; ``None`` when they disagree."""
    plumber_page = pdf.find_plumber_page(page_index)
    try:
        characters = _list_agreed(plumber_page, glyphs, page.rect)
        if characters is None:
            return None
        rules = [
            ((edge["x0"] + edge["x1"]) / 2, edge["top"], edge["bottom"])
            for edge in plumber_page.edges
            if edge["orientation"] == "v"
        ]
        return make_words(characters, rules, _find_shown_box(plumber_page), ink)
    finally:
        plumber_page.close()


def _list_agreed(
    page: PlumberPage, glyphs: Sequence[Glyph], shown: pymupdf.Rect
) -> list[CharacterDict] | None:
    """Return pdfplumber's characters that pymupdf sees too; ``None`` when they disagree."""
    wanted = sum(not is_symbol(glyph.character) for glyph in glyphs)
    kept: list[CharacterDict] = []
    turned = 0
    for character, glyph in _match(page, glyphs, shown):
        a, b, c, d = character["matrix"][:4]
        # Slanted type (c) is upright, turned or mirrored type is not.
        if a > 0 and d > 0 and abs(b) < 0.05 * a and abs(c) < 0.6 * d:
            kept.append({**character, "upright": True, "font": glyph.font})
        else:
            turned += 1
    if wanted == 0 or len(kept) + turned < _MIN_AGREEMENT * wanted or turned > 0.1 * wanted:
        return None
    return drop_double_characters(kept)


def _match(
    page: PlumberPage, glyphs: Sequence[Glyph], shown: pymupdf.Rect
) -> list[tuple[CharacterDict, Glyph]]:
    """Return pdfplumber's characters that pymupdf sees in the same place, with what it sees."""
    places: dict[str, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        if not is_symbol(glyph.character):
            places[glyph.character].append(glyph)
    left, top, right, bottom = _find_shown_box(page)
    matched: list[tuple[CharacterDict, Glyph]] = []
    for character in page.chars:
        if not remove_blanks(character["text"]):
            continue
        x = ((character["x0"] + character["x1"]) / 2 - left) / (right - left)
        y = ((character["top"] + character["bottom"]) / 2 - top) / (bottom - top)
        found = _take_nearest(places.get(character["text"], []), x, y, shown)
        if found is not None:
            matched.append((character, found))
    return matched


def _take_nearest(glyphs: list[Glyph], x: float, y: float, shown: pymupdf.Rect) -> Glyph | None:
    """Remove and return the nearest glyph within reach of a place in page fractions."""
    best, best_distance = -1, 1.0
    for i, glyph in enumerate(glyphs):
        left, top = glyph.centre
        distance = max(abs(left - x * shown.width), abs(top - y * shown.height)) / glyph.reach
        if distance < best_distance:
            best, best_distance = i, distance
    return glyphs.pop(best) if best >= 0 else None


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
