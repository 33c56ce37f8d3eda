"""The words of a PDF page, when its text layer says what the page shows.

A text layer is not proof: scans carry invisible ones, fonts lie about their characters, names are
painted over. So whatever raises a doubt sends the page to OCR, which costs a second and no trust. What
lies in the structure of a page (invisible text, pictures over text, outlines, notes) is looked for on
every page. Whether MuPDF understands the program that wrote the file is asked once for each document:
on a sample of pages a second, independent reader must see the same characters. If it does not, both
readers read every page of the document and must agree on every character and its place.

The words are joined by pdfplumber: on ruled tables and name grids pymupdf joins neighbouring cells
("西安理工大学机械设计") and names set apart by full-width blanks, pdfplumber does not.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pymupdf

from domain.images import Word
from domain.records import Rule
from domain.text import is_han
from ingest.pdf_characters import Glyph, is_symbol, list_visible_glyphs
from ingest.pdf_documents import OpenPdf
from ingest.pdf_ink import PageInk
from ingest.pdf_pictures import Picture, is_painted_over, list_pictures
from ingest.pdf_second_reader import read_words_twice, sees_the_same
from ingest.pdf_strokes import Stroke, find_strokes, strokes_to_rules
from ingest.pdf_words import drop_double_characters, glyph_to_dict, make_words

_MIN_CHARACTERS = 8
"""A page number alone is no text layer."""

_MIN_COMMON_HAN = 0.8
"""Share of Han characters within GB2312. Real documents stay above 0.97; fonts with scrambled
character maps give rare characters."""

_MAX_SEGMENTS = 500
"""Line and curve segments in filled shapes. Text turned into outlines takes 10 to 60 for each
character; rules, boxes and frames of a document stay far below."""


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page of true text holds."""

    words: tuple[Word, ...]
    rules: tuple[Rule, ...] | None
    """Ruling lines from the drawing; ``None`` when they are to be found in the picture."""


def read_text(
    pdf: OpenPdf, page: pymupdf.Page, page_index: int, pictures: Sequence[Picture]
) -> PageText | None:
    """Return the text of a page, ``None`` when it is not to be trusted.

    Args:
        pdf: The open document.
        page: Its page.
        page_index: Zero-based.
        pictures: On the page.
    """
    drawings = page.get_cdrawings()
    glyphs = _find_text(page, pictures, drawings)
    if glyphs is None:
        return None
    ink = PageInk(page)
    if not _is_plain(page, glyphs) or not do_readers_agree(pdf):
        words = read_words_twice(pdf, page, page_index, glyphs, ink)
        return PageText(words, None) if words is not None else None
    strokes = find_strokes(drawings, page.rect)
    words = _words_of_one_reader(page, glyphs, strokes, ink)
    return PageText(words, strokes_to_rules(strokes, page.rect)) if words is not None else None


def _find_text(
    page: pymupdf.Page, pictures: Sequence[Picture], drawings: Sequence[Mapping[str, Any]]
) -> list[Glyph] | None:
    """Return the visible characters of a page whose structure raises no doubt, else ``None``."""
    # Fields and notes are drawn on top and are in no text layer.
    if next(page.widgets(), None) is not None or next(page.annots(), None) is not None:
        return None
    glyphs = list_visible_glyphs(page)
    if not _are_sane([glyph.character for glyph in glyphs]):
        return None
    if is_painted_over(page, pictures) or _count_segments(drawings) > _MAX_SEGMENTS:
        return None
    return glyphs


def _is_plain(page: pymupdf.Page, glyphs: Sequence[Glyph]) -> bool:
    """Tell whether one reader is enough for the page once it has proved itself on the document."""
    return page.rotation == 0 and all(glyph.is_level for glyph in glyphs)


def do_readers_agree(pdf: OpenPdf) -> bool:
    """Tell whether both readers see the same characters on the sample of the document."""
    if pdf.do_readers_agree is None:
        # Whatever breaks a reader on the way leaves the question answered.
        pdf.do_readers_agree = False
        pdf.do_readers_agree = all(_agree_on(pdf, index) for index in pdf.sample[:_PAGES_READ_TWICE])
    return pdf.do_readers_agree


_PAGES_READ_TWICE = 2


def _agree_on(pdf: OpenPdf, page_index: int) -> bool:
    page = pdf.document.load_page(page_index)
    glyphs = _find_text(page, list_pictures(page), page.get_cdrawings())
    if glyphs is None or not _is_plain(page, glyphs):
        return True
    return sees_the_same(pdf, page, page_index, glyphs)


def _words_of_one_reader(
    page: pymupdf.Page, glyphs: Sequence[Glyph], strokes: Sequence[Stroke], ink: PageInk
) -> tuple[Word, ...] | None:
    characters = drop_double_characters(
        [glyph_to_dict(glyph) for glyph in glyphs if not is_symbol(glyph.character)]
    )
    if characters is None:
        return None
    rules = [(stroke.at, stroke.start, stroke.end) for stroke in strokes if not stroke.is_level]
    return make_words(characters, rules, (0.0, 0.0, page.rect.width, page.rect.height), ink)


def _are_sane(characters: Sequence[str]) -> bool:
    """Tell whether the characters look like those of a Chinese document."""
    letters = [c for c in characters if not is_symbol(c)]
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


def _count_segments(drawings: Sequence[Mapping[str, Any]]) -> int:
    """Count lines and curves in filled shapes, rectangles left out."""
    return sum(
        sum(1 for item in drawing["items"] if item[0] in {"l", "c"})
        for drawing in drawings
        if "f" in drawing["type"]
    )
