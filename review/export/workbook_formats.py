"""Cell formats of ``report.xlsx``, and the one way to write a text into a cell.

Colours follow Okabe and Ito's palette for colour-blind readers, lightened; every colour comes with
a second sign: bold, italics, a border or a symbol.
"""

import math

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.findings import Verdict

_Properties = dict[str, str | int | bool]

_FONT = "等线"

# A cell holds 32,767 UTF-16 units and the library drops longer texts without a word.
_LONGEST_CELL = 16_000

# Points; Excel's own limit is 409.
_LINE_HEIGHT = 13.5
_HIGHEST_ROW = 400.0
_LAST_NARROW = 0x2E7F


class Formats:
    """Every format of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        def make(**properties: str | int | bool) -> Format:
            return book.add_format({"font_name": _FONT, "font_size": 10, "valign": "vcenter", **properties})

        text: _Properties = {"num_format": "@"}
        grid: _Properties = {"border": 1, "border_color": "#D0D4DA"}
        strong: _Properties = {"border": 2, "border_color": "#B34700"}
        self.header = make(bold=True, bg_color="#E8ECF1", text_wrap=True, align="center", **grid)
        self.title = make(bold=True, font_size=12)
        self.plain = make(**text, **grid)
        self.wrapped = make(**text, **grid, text_wrap=True)
        self.faint = make(**text, **grid, font_color="#767C85")
        self.link = make(**grid, font_color="#005A9C", underline=1)
        self.answer = make(**text, **grid, bg_color="#FFFDF0")
        self.mismatch = make(**text, **strong, bold=True, bg_color="#FFD9C2")
        """The paper says something else."""
        self.doubt = make(**text, **grid, italic=True, bg_color="#FFF0B8")
        """The paper cannot be read well enough, or an issue without a difference."""
        self.blank = make(**text, border=4, border_color="#B34700", bg_color="#EFE3F3")
        """The sheet's cell is blank, the paper has a value."""
        self.respelled = make(**text, **grid, underline=4, bg_color="#DDEBF7")
        """Only the spelling was corrected."""
        self.verdicts = {
            Verdict.CLEAR: make(**grid, font_color="#005A9C"),
            Verdict.REVIEW: make(**grid, bg_color="#FFF0B8", italic=True),
            Verdict.REJECT: make(**grid, bg_color="#FFD9C2", bold=True),
        }
        # Parts of a rich text take the font only.
        self.ordinary = book.add_format({"font_name": _FONT, "font_size": 10})
        self.differing = book.add_format(
            {"font_name": _FONT, "font_size": 10, "bold": True, "underline": 1, "font_color": "#B34700"}
        )
        self.differing_cell = make(**text, **grid, bold=True, underline=1, font_color="#B34700")


def fit_height(sheet: Worksheet, line: int, *texts: tuple[str, int]) -> None:
    """Make a line high enough for wrapped texts, each given with its column's width.

    Not every spreadsheet program does so by itself when it opens a file.
    """
    lines = 1
    for text, width in texts:
        units = sum(2 if ord(character) > _LAST_NARROW else 1 for character in text)
        lines = max(lines, math.ceil(units / max(1, width - 2)))
    if lines > 1:
        sheet.set_row(line, min(_HIGHEST_ROW, _LINE_HEIGHT * lines + 2))


def put(sheet: Worksheet, line: int, column: int, text: str, form: Format) -> None:
    """Write a text as text, whatever it looks like; blank cells keep their format."""
    if not text:
        sheet.write_blank(line, column, None, form)
        return
    if len(text) > _LONGEST_CELL:
        text = text[:_LONGEST_CELL] + "…（过长，已截断）"
    sheet.write_string(line, column, text, form)
