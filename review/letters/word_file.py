"""The letter as a Word document, for offices that fill in or adapt it before printing."""

from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

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

_TITLE_FONT, _BODY_FONT, _LATIN_FONT = "方正小标宋简体", "仿宋_GB2312", "Times New Roman"
"""What official letters are set in (GB/T 9704-2012)."""

_ALTERNATIVES = {_TITLE_FONT: ("宋体", "auto"), _BODY_FONT: ("仿宋", "modern")}
"""What a program takes that has not got these faces, and their family."""

_TITLE_PT, _BODY_PT, _FORM_PT, _SMALL_PT = 22, 14, 12, 10.5
"""二号, 四号, 小四, 五号: 三号 would push the signature to a second page."""

_LINE_PT = 22
_LABEL_WIDTH, _VALUE_WIDTH = Mm(30), Mm(48)


def write_letter_docx(letter: CommitmentLetter, path: Path) -> None:
    """Write the letter on A4 with the margins of official documents.

    Every character is there, whatever fonts the machine has: the reading program chooses the face.
    """
    document = Document()
    _set_up(document, letter)
    title = _paragraph(document, _TITLE_FONT, _TITLE_PT, "　".join(TITLE))
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(12)
    if letter.addressee:
        _paragraph(document, _BODY_FONT, _BODY_PT, f"{letter.addressee}：")
    for text in (opening(letter), *PROMISES):
        _paragraph(document, _BODY_FONT, _BODY_PT, text).paragraph_format.first_line_indent = Pt(2 * _BODY_PT)
    document.paragraphs[-1].paragraph_format.space_after = Pt(10)
    _add_form(document, letter)
    # Room for the stamp, which lies over the unit's name and the date.
    for text, space_before in ((SIGNATURE, 18), (DATE_LINE, 26)):
        line = _paragraph(document, _BODY_FONT, _BODY_PT, text)
        line.paragraph_format.left_indent = Mm(62)
        line.paragraph_format.space_before = Pt(space_before)
        line.paragraph_format.keep_together = True
        line.paragraph_format.keep_with_next = text == SIGNATURE
    foot = document.sections[0].footer.paragraphs[0]
    _write(foot, f"{code_note(letter)}{CODE_HINT}", _BODY_FONT, _SMALL_PT)
    document.save(str(path))


def _set_up(document: WordDocument, letter: CommitmentLetter) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(28), Mm(24)
    section.left_margin, section.right_margin = Mm(27), Mm(27)
    document.core_properties.title = f"{TITLE}（{letter.batch_name}）"
    document.core_properties.author = letter.unit_name
    document.core_properties.comments = ""
    _set_fonts(document.styles["Normal"].element.get_or_add_rPr(), _BODY_FONT)
    _name_alternatives(document)


def _name_alternatives(document: WordDocument) -> None:
    """Name in the table of fonts what may stand for each face."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="default"/></w:font>'
        for name, (instead, family) in _ALTERNATIVES.items()
    )
    # The part is kept as bytes: python-docx has no model of it.
    part._blob = part.blob.replace(b"</w:fonts>", entries.encode("utf-8") + b"</w:fonts>")


def _paragraph(document: WordDocument, font: str, size: float, text: str) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(max(_LINE_PT, 1.3 * size))
    _write(paragraph, text, font, size)
    return paragraph


def _write(paragraph: Paragraph, text: str, font: str, size: float) -> Run:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    _set_fonts(run._element.get_or_add_rPr(), font)
    return run


def _set_fonts(properties: object, east_asian: str) -> None:
    """Set the faces of all scripts; ``Font.name`` alone leaves Chinese text to the program's default."""
    fonts = properties.find(qn("w:rFonts"))  # type: ignore[attr-defined]
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)  # type: ignore[attr-defined]
    # The template's theme fonts would win over the faces named here.
    fonts.attrib.clear()
    for script, face in (
        ("ascii", _LATIN_FONT),
        ("hAnsi", _LATIN_FONT),
        ("cs", _LATIN_FONT),
        ("eastAsia", east_asian),
    ):
        fonts.set(qn(f"w:{script}"), face)
    # Quotation marks, brackets and dashes are Chinese ones here.
    fonts.set(qn("w:hint"), "eastAsia")


def _add_form(document: WordDocument, letter: CommitmentLetter) -> None:
    rows = form_of(letter)
    table = document.add_table(rows=len(rows), cols=4)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, (_LABEL_WIDTH, _VALUE_WIDTH) * 2, strict=True):
        column.width = width
    for row, content in zip(table.rows, rows, strict=True):
        cells = row.cells
        values = [cells[1], cells[3]] if len(content) > 1 else [cells[1].merge(cells[3])]
        for label_cell, value_cell, (label, value) in zip(cells[::2], values, content, strict=False):
            _fill(label_cell, label, centred=True)
            _fill(value_cell, value, centred=False)


def _fill(cell: _Cell, text: str, *, centred: bool) -> None:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, text, _BODY_FONT, _FORM_PT)
