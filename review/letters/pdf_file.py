"""The letter as a PDF that prints the same everywhere: its characters are in the file."""

from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from review.letters.letter import (
    CODE_HINT,
    DATE_LINE,
    PROMISES,
    SIGNATURE,
    TITLE,
    CommitmentLetter,
    code_note,
    form_of,
    opening,
)
from review.letters.line_breaks import break_lines
from review.letters.typeface import EMPTY_BOX, register_typeface, replace_unknown

_LEFT, _RIGHT = 26 * mm, A4[0] - 26 * mm
_TOP, _BOTTOM = A4[1] - 25 * mm, 24 * mm
_WIDTH = _RIGHT - _LEFT
_LABEL_WIDTH = 30 * mm
_BODY_PT, _FORM_PT, _NOTE_PT, _TITLE_PT, _SMALL_PT = 14, 14, 12, 24, 9
"""四号, 四号, 小四, 小一, 小五. Of a form in 小四 a photocopy was read with 入 for 人."""

_LEADING = 1.5
_CELL_PADDING = 6
_FOOT = 15 * mm
_SIGNATURE_LEFT = _LEFT + 0.42 * _WIDTH
_ROOM_FOR_SEAL = 18 * mm


def write_letter_pdf(letter: CommitmentLetter, path: Path) -> None:
    """Write the letter on A4, usually one page; the code is in the form and at the foot of every page.

    Characters that the typeface lacks (outside GBK, as a rule) become empty boxes, and the letter then asks
    for them to be written in by hand. Equal letters give equal files.
    """
    font = register_typeface()
    # Otherwise every file carries the second in which it was made, and a font that is never used.
    canvas = Canvas(str(path), pagesize=A4, invariant=1, initialFontName=font)  # type: ignore[arg-type]
    canvas.setTitle(f"{TITLE}（{letter.batch_name}）")
    canvas.setAuthor(letter.unit_name)
    pen = _Pen(canvas, font, code_note(letter))
    pen.title("　".join(TITLE))
    if letter.addressee:
        pen.paragraph(f"{letter.addressee}：", indent=0)
    for text in (opening(letter), *PROMISES):
        pen.paragraph(text)
    pen.skip(4 * mm)
    for cells in form_of(letter):
        pen.row(cells)
    pen.skip(8 * mm)
    pen.signature()
    pen.finish()


class _Pen:
    """Writes downwards and takes a new page when one is full."""

    def __init__(self, canvas: Canvas, font: str, note: str) -> None:
        self._canvas = canvas
        self._font = font
        self._note = note
        self._page = 1
        self._y = _TOP
        self._has_unknown = False

    def title(self, text: str) -> None:
        """Write the heading, filled and stroked: the typeface has one weight."""
        canvas = self._canvas
        line = canvas.beginText((A4[0] - self._measure(_TITLE_PT)(text)) / 2, self._y - _TITLE_PT)
        line.setFont(self._font, _TITLE_PT)
        line.setTextRenderMode(2)
        canvas.saveState()
        canvas.setLineWidth(0.7)
        line.textOut(text)
        canvas.drawText(line)
        canvas.restoreState()
        self._y -= 2.1 * _TITLE_PT

    def paragraph(self, text: str, *, indent: float = 2 * _BODY_PT) -> None:
        """Write a paragraph of the body, both edges straight."""
        lines = break_lines(self._printable(text), (_WIDTH - indent, _WIDTH), self._measure(_BODY_PT))
        for number, line in enumerate(lines):
            self._make_room(_LEADING * _BODY_PT)
            left = _LEFT + (indent if number == 0 else 0)
            self._write(line, left, _BODY_PT, fill_to=_RIGHT if number < len(lines) - 1 else None)
            self._y -= _LEADING * _BODY_PT

    def row(self, cells: Sequence[tuple[str, str]]) -> None:
        """Write a row of the form: label, value, perhaps a second label and value."""
        value_width = _WIDTH / len(cells) - _LABEL_WIDTH
        columns: list[tuple[float, float, list[str], bool]] = []
        for number, (label, value) in enumerate(cells):
            left = _LEFT + number * _WIDTH / len(cells)
            room = value_width - 2 * _CELL_PADDING
            lines = break_lines(self._printable(value), (room, room), self._measure(_FORM_PT))
            columns += [(left, _LABEL_WIDTH, [label], True), (left + _LABEL_WIDTH, value_width, lines, False)]
        leading = 1.4 * _FORM_PT
        height = max(len(lines) for _, _, lines, _ in columns) * leading + 1.6 * _CELL_PADDING
        self._make_room(height)
        top = self._y
        for left, width, lines, is_centred in columns:
            self._canvas.setLineWidth(0.6)
            self._canvas.rect(left, top - height, width, height)
            self._y = top - (height - len(lines) * leading) / 2
            for line in lines:
                slack = width - self._measure(_FORM_PT)(line)
                self._write(line, left + (slack / 2 if is_centred else _CELL_PADDING), _FORM_PT)
                self._y -= leading
        self._y = top - height

    def signature(self) -> None:
        """Write the place of stamp and date, on one page."""
        self._make_room(_ROOM_FOR_SEAL + 2.5 * _LEADING * _BODY_PT)
        self._write(SIGNATURE, _SIGNATURE_LEFT, _BODY_PT)
        self._y -= _ROOM_FOR_SEAL
        self._write(DATE_LINE, _SIGNATURE_LEFT, _BODY_PT)
        self._y -= _LEADING * _BODY_PT
        if self._has_unknown:
            self._write(f"（{EMPTY_BOX}处的字无法打印，请手写填入。）", _LEFT, _SMALL_PT)

    def skip(self, height: float) -> None:
        """Leave room."""
        self._y -= height

    def finish(self) -> None:
        """End the last page and the file."""
        self._end_page()
        self._canvas.save()

    def _make_room(self, height: float) -> None:
        if self._y - height < _BOTTOM:
            self._end_page()
            self._page += 1
            self._y = _TOP

    def _end_page(self) -> None:
        self._y = _FOOT + _NOTE_PT
        self._write(self._note, _LEFT, _NOTE_PT)
        beside = self._measure(_NOTE_PT)(self._note)
        self._write(CODE_HINT, _LEFT + beside + 2 * mm, _SMALL_PT)
        number = f"第{self._page}页"
        self._write(number, _RIGHT - self._measure(_SMALL_PT)(number), _SMALL_PT)
        self._canvas.showPage()

    def _write(self, text: str, left: float, size: float, *, fill_to: float | None = None) -> None:
        """Write one line with its em squares' top at the present height, spread up to ``fill_to``."""
        line = self._canvas.beginText(left, self._y - size)
        line.setFont(self._font, size)
        slack = fill_to - left - self._measure(size)(text) if fill_to is not None else 0.0
        # The spacing of a line would hold for all that is written after it.
        line.setCharSpace(slack / max(1, len(text) - 1))
        line.textOut(text)
        self._canvas.drawText(line)

    def _printable(self, text: str) -> str:
        printable = replace_unknown(text)
        self._has_unknown |= printable != text
        return printable

    def _measure(self, size: float) -> Callable[[str], float]:
        return lambda text: float(stringWidth(text, self._font, size))
