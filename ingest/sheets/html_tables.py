"""Workbooks that are really web pages: .xls files written by HR systems as HTML tables."""

import re
from html.parser import HTMLParser

from domain.text import clean_cell
from ingest.limits import IngestLimits
from ingest.sheets.grid import Grid, GridBuilder, Merge

_MAX_SPAN = 1_000
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_SKIPPED = frozenset({"script", "style", "head", "title", "xml"})
_BREAKING = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "center", "li"})


def looks_like_html(text: str) -> bool:
    """Tell whether a text is a web page with a table rather than delimited text."""
    beginning = text[:200_000].lower()
    return "<table" in beginning and beginning.lstrip("\ufeff \t\r\n").startswith("<")


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that a web page declares, in lower case; GB variants all as GB18030."""
    match = _CHARSET.search(data[:4096])
    if match is None:
        return None
    name = match[1].decode("ascii").lower()
    return "gb18030" if name.startswith("gb") else name


def read_html_tables(text: str, *, name: str, limits: IngestLimits) -> Grid:
    """Read all tables of a page into one sheet, below each other, as a spreadsheet program does.

    Text between tables takes a row of its own; a table inside a cell is read as the cell's text.

    Raises:
        SheetTooLargeError: See ``GridBuilder``.
    """
    parser = _TableParser(GridBuilder(name, limits))
    parser.feed(text)
    parser.close()
    parser.finish()
    return Grid(name, parser.builder.cells, tuple(parser.merges), is_text=True)


class _TableParser(HTMLParser):
    def __init__(self, builder: GridBuilder) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = builder
        self.merges: list[Merge] = []
        self._row_index = -1
        self._row: dict[int, str] = {}
        self._spans: dict[int, int] = {}
        """Column -> rows still covered by a cell from above."""
        self._column = 0
        self._text: list[str] = []
        self._cell_span: tuple[int, int] | None = None
        self._depth = 0
        self._skipped = 0
        self._in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._flush_loose_text()
                self._spans.clear()
        elif self._depth == 1 and tag == "tr":
            self._end_row()
            self._start_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
            if not self._in_row:
                self._start_row()
            values = dict(attrs)
            self._cell_span = (_span(values.get("rowspan")), _span(values.get("colspan")))
        elif tag == "br":
            self._text.append("\n")
        elif tag in _BREAKING and self._depth == 0:
            self._flush_loose_text()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped = max(0, self._skipped - 1)
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self._end_row()
            self._depth -= 1
        elif self._depth == 1 and tag == "tr":
            self._end_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
        elif tag in _BREAKING and self._depth == 0:
            self._flush_loose_text()

    def handle_data(self, data: str) -> None:
        if not self._skipped and (self._depth == 0 or self._cell_span is not None):
            self._text.append(data)

    def finish(self) -> None:
        """Close what the page left open."""
        self._end_row()
        self._flush_loose_text()

    def _start_row(self) -> None:
        self._row_index += 1
        self._column = 0
        self._row = {}
        self._in_row = True

    def _end_cell(self) -> None:
        if self._cell_span is None:
            return
        height, width = self._cell_span
        while self._spans.get(self._column, 0) > 0:
            self._column += 1
        text = "".join(self._text)
        self._text.clear()
        if clean_cell(text):
            self._row[self._column] = text.strip()
        if height > 1 or width > 1:
            last_column = self._column + width - 1
            self.merges.append(
                Merge(self._row_index, self._column, self._row_index + height - 1, last_column)
            )
        for column in range(self._column, self._column + width):
            # One more than the rows below, because the end of this row counts down once.
            self._spans[column] = height
        self._column += width
        self._cell_span = None

    def _end_row(self) -> None:
        self._end_cell()
        if not self._in_row:
            return
        self._in_row = False
        width = max(self._row, default=-1) + 1
        self.builder.add_row(self._row_index, (self._row.get(column) for column in range(width)))
        self._spans = {column: left - 1 for column, left in self._spans.items() if left > 1}

    def _flush_loose_text(self) -> None:
        if self._depth:
            return
        text = "".join(self._text)
        self._text.clear()
        if clean_cell(text):
            self._row_index += 1
            self.builder.add_row(self._row_index, [text.strip()])


def _span(text: str | None) -> int:
    return max(1, min(int(text), _MAX_SPAN)) if text and text.strip().isdecimal() else 1
