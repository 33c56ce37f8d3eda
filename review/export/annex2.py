"""Annex 2 in the official layout, as it is handed on: one worksheet per 批准文号.

It can be handed in again: ``ingest.sheets`` reads it without a remark. The hints of the form stand in the
header cells, in brackets under the label, because a line of their own would be one more that is no person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.fields import Field
from domain.id_numbers import mask_id_number
from domain.text import fold, remove_blanks
from review.export.privacy import mask_ids_in_text, mask_phone, visible
from review.export.sheet_names import SheetNames
from review.export.workbook_formats import fit_height, put
from review.export.writing import replacing

TITLE = "附件2　职称汇总信息表"
SERIAL = "序号"

ANNEX2_FIELDS: tuple[Field, ...] = (
    Field.EMPLOYER,
    Field.NAME,
    Field.GENDER,
    Field.ID_TYPE,
    Field.ID_NUMBER,
    Field.BIRTH_DATE,
    Field.LEVEL,
    Field.SERIES,
    Field.SPECIALTY,
    Field.TITLE,
    Field.GRANTED_ON,
    Field.CERTIFICATE_NUMBER,
    Field.CERTIFICATE_STATUS,
    Field.ISSUED_ON,
    Field.ISSUER,
    Field.COMMITTEE,
    Field.PHONE,
)
"""The columns of the form after 序号, in order."""

_HINTS = {
    Field.NAME: "字间不留空格",
    Field.ID_NUMBER: "第二代身份证",
    Field.BIRTH_DATE: "yyyy-mm-dd",
    Field.GRANTED_ON: "yyyy-mm-dd",
    Field.ISSUED_ON: "yyyy-mm-dd",
}

# Characters of the body font; together they fill A4 across at about two thirds of their size.
_SERIAL_WIDTH = 5
_WIDTHS = {
    Field.EMPLOYER: 21,
    Field.NAME: 12,
    Field.GENDER: 5,
    Field.ID_TYPE: 10,
    Field.ID_NUMBER: 20,
    Field.BIRTH_DATE: 12,
    Field.LEVEL: 6,
    Field.SERIES: 12,
    Field.SPECIALTY: 12,
    Field.TITLE: 13,
    Field.GRANTED_ON: 12,
    Field.CERTIFICATE_NUMBER: 17,
    Field.CERTIFICATE_STATUS: 9,
    Field.ISSUED_ON: 12,
    Field.ISSUER: 19,
    Field.COMMITTEE: 21,
    Field.PHONE: 13,
}

_CHOICES = {
    Field.GENDER: ("男", "女"),
    Field.LEVEL: ("正高级", "副高级", "高级", "中级", "初级", "助理级", "员级"),
    Field.CERTIFICATE_STATUS: ("已办理", "未办理"),
}
# A list inside a cell rule may have 255 characters.
_LONGEST_CHOICES = 255

_TITLE_LINE, _NUMBER_LINE, _HEADER_LINE = 0, 1, 2
_NUMBER_COLUMNS = 8
_A4 = 9

# The time is part of the file; without one from the caller it is the earliest that zips know.
_NO_TIME = datetime(1980, 1, 1)  # noqa: DTZ001 - the library knows no zones

# Shorter texts occur in ordinary words by chance.
_SHORTEST_SECRET = 7

_FONT = "宋体"


@dataclass(frozen=True, slots=True)
class Annex2Table:
    """One table of Annex 2."""

    approval_number: str
    """As it is printed above the table."""

    unit: str
    """The office that hands the table on."""

    rows: Iterable[Mapping[Field, str]]
    """Corrected values, dates as ISO; a field that is not there is left empty."""


def write_annex2(
    tables: Sequence[Annex2Table], path: Path, *, masked: bool = True, created_at: datetime | None = None
) -> None:
    """Write Annex 2.

    Every value is written as text, whatever it looks like. The same tables give the same bytes.

    Args:
        tables: At least one; each becomes a worksheet.
        path: Where to; an older file is replaced.
        masked: Hide ID and telephone numbers. ``False`` only for a receiver who needs them: the next office
            and the unit that reported the rows.
        created_at: Time that the file's own properties give; default: none that means anything.

    Raises:
        ValueError: There is no table.
        ReportNotWritableError: The file cannot be written.
    """
    if not tables:
        raise ValueError("Annex 2 without a table")
    with replacing(path) as partial:
        book = xlsxwriter.Workbook(
            str(partial),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        book.set_properties({"title": TITLE, "created": created_at or _NO_TIME})
        formats, names = _Formats(book), SheetNames()
        for table in tables:
            sheet = book.add_worksheet(names.claim(visible(table.approval_number)))
            _write_table(sheet, formats, table, masked=masked)
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            # The library wraps the operating system's error, which says why.
            raise OSError(*error.args[0].args) from error


class _Formats:
    """Every format of the workbook; black on white, as the form is printed."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        def make(**properties: str | int | bool) -> Format:
            return book.add_format({"font_name": _FONT, "font_size": 10, "valign": "vcenter", **properties})

        self.title = make(bold=True, font_size=16, align="center")
        self.above = make(font_size=11, num_format="@")
        self.header = make(bold=True, border=1, align="center", text_wrap=True)
        self.text = make(border=1, num_format="@", text_wrap=True)
        self.centred = make(border=1, num_format="@", text_wrap=True, align="center")
        # Parts of a rich text take the font only.
        self.label = book.add_format({"font_name": _FONT, "font_size": 10, "bold": True})
        self.hint = book.add_format({"font_name": _FONT, "font_size": 8})


_LEFT_ALIGNED = frozenset({Field.EMPLOYER, Field.ISSUER, Field.COMMITTEE})


def _write_table(sheet: Worksheet, formats: _Formats, table: Annex2Table, *, masked: bool) -> None:
    _write_head(sheet, formats, table)
    line = _HEADER_LINE
    statuses: dict[str, None] = dict.fromkeys(_CHOICES[Field.CERTIFICATE_STATUS])
    for serial, row in enumerate(table.rows, start=1):
        line += 1
        put(sheet, line, 0, str(serial), formats.centred)
        values = _values(row, masked=masked)
        for column, field in enumerate(ANNEX2_FIELDS, start=1):
            form = formats.text if field in _LEFT_ALIGNED else formats.centred
            put(sheet, line, column, values[field], form)
        fit_height(sheet, line, *((values[field], _WIDTHS[field]) for field in ANNEX2_FIELDS))
        statuses.setdefault(values[Field.CERTIFICATE_STATUS])
    _add_choices(sheet, line, statuses)
    last_column = len(ANNEX2_FIELDS)
    sheet.ignore_errors(
        {"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_rowcol_to_cell(line, last_column)}"}
    )
    sheet.print_area(0, 0, line, last_column)


def _write_head(sheet: Worksheet, formats: _Formats, table: Annex2Table) -> None:
    last_column = len(ANNEX2_FIELDS)
    sheet.merge_range(_TITLE_LINE, 0, _TITLE_LINE, last_column, TITLE, formats.title)
    for first, last, text in (
        (0, _NUMBER_COLUMNS - 1, f"批准文号：{visible(table.approval_number)}"),
        (_NUMBER_COLUMNS, last_column, f"填报单位（盖章）：{visible(table.unit)}"),
    ):
        sheet.merge_range(_NUMBER_LINE, first, _NUMBER_LINE, last, "", formats.above)
        put(sheet, _NUMBER_LINE, first, text, formats.above)
    sheet.set_column(0, 0, _SERIAL_WIDTH)
    sheet.write_string(_HEADER_LINE, 0, SERIAL, formats.header)
    for column, field in enumerate(ANNEX2_FIELDS, start=1):
        sheet.set_column(column, column, _WIDTHS[field])
        hint = _HINTS.get(field)
        if hint is None:
            sheet.write_string(_HEADER_LINE, column, field.label, formats.header)
        else:
            sheet.write_rich_string(
                _HEADER_LINE,
                column,
                formats.label,
                f"{field.label}\n",
                formats.hint,
                f"（{hint}）",
                formats.header,
            )
    sheet.set_row(_TITLE_LINE, 30)
    sheet.set_row(_NUMBER_LINE, 22)
    sheet.set_row(_HEADER_LINE, 34)
    sheet.freeze_panes(_HEADER_LINE + 1, 3)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_NUMBER_LINE, _HEADER_LINE)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _add_choices(sheet: Worksheet, last_line: int, statuses: Iterable[str]) -> None:
    """Offer the usual answers; others stay possible, since forms of earlier years know more of them."""
    known = [status for status in statuses if status and "," not in status and not status.startswith("=")]
    choices = {**_CHOICES, Field.CERTIFICATE_STATUS: tuple(known)}
    for field, offered in choices.items():
        if last_line == _HEADER_LINE or len(",".join(offered)) > _LONGEST_CHOICES:
            continue
        column = 1 + ANNEX2_FIELDS.index(field)
        sheet.data_validation(
            _HEADER_LINE + 1,
            column,
            last_line,
            column,
            {
                "validate": "list",
                "source": list(offered),
                "error_type": "warning",
                "error_title": field.label,
                "error_message": f"{field.label}一般填：{'、'.join(offered)}。"[:255],
            },
        )


def _values(row: Mapping[Field, str], *, masked: bool) -> dict[Field, str]:
    """Return a row as it is written, every column filled."""
    values = {field: visible(row.get(field, "")) for field in ANNEX2_FIELDS}
    values[Field.NAME] = remove_blanks(values[Field.NAME])
    values[Field.ID_NUMBER] = fold(values[Field.ID_NUMBER])
    return _masked(values) if masked else values


def _masked(values: Mapping[Field, str]) -> dict[Field, str]:
    """Hide ID and telephone number, also where another cell repeats them."""
    number, phone = values[Field.ID_NUMBER], values[Field.PHONE]
    shown: dict[Field, str] = {}
    for field, text in values.items():
        if field is Field.PHONE:
            shown[field] = mask_phone(text)
        elif field is Field.ID_NUMBER:
            shown[field] = mask_id_number(text)
        else:
            for secret, mask in ((number, mask_id_number), (phone, mask_phone)):
                text = text.replace(secret, mask(secret)) if len(secret) >= _SHORTEST_SECRET else text
            shown[field] = mask_ids_in_text(text)
    return shown
