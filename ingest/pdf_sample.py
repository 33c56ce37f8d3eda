"""Which pages stand for a document: together they show every font that its text uses."""

import pymupdf

from ingest.pdf_characters import list_visible_glyphs

_MAX_PAGES_LOOKED_AT = 24
_MIN_PAGES = 4
_MAX_PAGES = 12


def choose_sample(document: pymupdf.Document) -> tuple[int, ...]:
    """Return zero-based page numbers, ascending; the same for every process that asks.

    The page that adds most fonts comes first, and so on until no page adds any; then pages spread
    over the document until there are ``_MIN_PAGES``. Of very long documents evenly spread pages are
    looked at; fonts that none of them uses are unknown to the sample.
    """
    count = int(document.page_count)
    step = max(1.0, count / _MAX_PAGES_LOOKED_AT)
    looked_at = sorted({int(i * step) for i in range(min(count, _MAX_PAGES_LOOKED_AT))})
    fonts = {index: _used_fonts(document, index) for index in looked_at}
    with_text = [index for index in looked_at if fonts[index]]
    chosen: list[int] = []
    known: set[str] = set()
    while len(chosen) < min(_MAX_PAGES, len(with_text)):
        best = max(with_text, key=lambda index: (len(fonts[index] - known), -index))
        if not fonts[best] - known:
            break
        chosen.append(best)
        known |= fonts[best]
    spread = [with_text[len(with_text) * i // _MIN_PAGES] for i in range(_MIN_PAGES)] if with_text else []
    for index in spread:
        if len(chosen) < _MIN_PAGES and index not in chosen:
            chosen.append(index)
    return tuple(sorted(chosen))


def _used_fonts(document: pymupdf.Document, page_index: int) -> frozenset[str]:
    try:
        page = document.load_page(page_index)
        return frozenset(glyph.font for glyph in list_visible_glyphs(page))
    except (RuntimeError, ValueError, pymupdf.mupdf.FzErrorBase):
        # A broken page stands for nothing; whoever reads it learns why.
        return frozenset()
