"""Builds small spreadsheets of every kind from one plain description."""

import csv
import struct
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl.worksheet.worksheet import Worksheet

from domain.records import SheetRow, SheetTable
from ingest.limits import IngestLimits
from ingest.sheets import read_sheets

Value = str | int | float | bool | date | datetime | None
Rows = Sequence[Sequence[Value]]

HEADER = (
    "序号",
    "工作单位",
    "姓名",
    "性别",
    "证件类型",
    "证件号码",
    "出生日期",
    "级别",
    "职称系列",
    "专业",
    "资格名称",
    "授予时间",
    "证书号码",
    "证书办理状态",
    "发证日期",
    "发证机构",
    "评审委员会名称",
    "联系电话",
)
ID_NUMBER = "610103198001011235"


def person(serial: int, name: str, **changes: Value) -> list[Value]:
    """Return the 18 cells of one person; keywords are the labels of cells to change."""
    cells: dict[str, Value] = dict(
        zip(
            HEADER,
            (
                serial,
                "西安市第一建筑设计院",
                name,
                "男",
                "居民身份证",
                ID_NUMBER,
                "1980-01-01",
                "中级",
                "工程技术人员",
                "建筑设计",
                "工程师",
                "2016-05-16",
                f"SX2016{serial:04d}",
                "已办理",
                "2016-06-01",
                "西安市人力资源和社会保障局",
                "西安市工程系列中级评审委员会",
                "13991234567",
            ),
            strict=True,
        )
    )
    return list((cells | changes).values())


def read(path: Path, **limits: int) -> tuple[SheetTable, ...]:
    """Read a sheet under its own name."""
    return read_sheets(path, file=path.name, limits=IngestLimits(**limits))


def read_rows(path: Path) -> tuple[SheetRow, ...]:
    """Return the rows of a file that holds exactly one table."""
    (table,) = read(path)
    return table.rows


def write_xlsx(
    path: Path,
    rows: Rows,
    *,
    merges: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    formats: Mapping[str, str] | None = None,
) -> Path:
    """Write one worksheet; row 1 is ``rows[0]``."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    fill_sheet(sheet, rows)
    for merge in merges:
        sheet.merge_cells(merge)
    for number in hidden_rows:
        sheet.row_dimensions[number].hidden = True
    for place, code in (formats or {}).items():
        sheet[place].number_format = code
    workbook.save(path)
    return path


def fill_sheet(sheet: Worksheet, rows: Rows) -> None:
    """Write rows from A1 on, leaving ``None`` cells out."""
    for row_number, row in enumerate(rows, 1):
        for column_number, value in enumerate(row, 1):
            if value is not None:
                sheet.cell(row_number, column_number, value)


def write_xls(
    path: Path,
    rows: Rows,
    *,
    merges: Sequence[tuple[int, int, int, int]] = (),
    hidden_rows: Sequence[int] = (),
    uses_1904: bool = False,
) -> Path:
    """Write one worksheet; merges are (first row, last row, first column, last column), 0-based."""
    workbook = xlwt.Workbook()
    workbook.dates_1904 = uses_1904
    sheet = workbook.add_sheet("Sheet1")
    covered = {
        (r, c)
        for top, end, left, right in merges
        for r in range(top, end + 1)
        for c in range(left, right + 1)
    }
    for row_index, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is None or (row_index, column) in covered:
                continue
            style = (
                xlwt.easyxf(num_format_str="yyyy-mm-dd")
                if isinstance(value, date)
                else xlwt.Style.default_style
            )
            sheet.write(row_index, column, value, style)
    for top, end, left, right in merges:
        sheet.write_merge(top, end, left, right, rows[top][left])
    for number in hidden_rows:
        sheet.row(number - 1).hidden = True
    workbook.save(str(path))
    return path


def write_ods(
    path: Path,
    rows: Rows,
    *,
    tall: Mapping[tuple[int, int], int] | None = None,
    hidden_rows: Sequence[int] = (),
) -> Path:
    """Write one table; ``tall`` gives the rows that a cell (row, column; 0-based) spans."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="表一")
    tall = tall or {}
    covered = {(r + i, c) for (r, c), height in tall.items() for i in range(1, height)}
    for row_index, row in enumerate(rows):
        options = {"visibility": "collapse"} if row_index + 1 in hidden_rows else {}
        table_row = TableRow(**options)
        for column, value in enumerate(row):
            span = {"numberrowsspanned": tall[row_index, column]} if (row_index, column) in tall else {}
            kind = CoveredTableCell if (row_index, column) in covered else TableCell
            table_row.addElement(_ods_cell(kind, value, span))
        table.addElement(table_row)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def _ods_cell(kind: type[TableCell], value: Value, span: Mapping[str, int]) -> TableCell:
    if value is None:
        return kind(**span)
    if isinstance(value, date):
        cell = kind(valuetype="date", datevalue=value.isoformat(), **span)
    elif isinstance(value, int | float):
        cell = kind(valuetype="float", value=str(value), **span)
    else:
        cell = kind(valuetype="string", **span)
    cell.addElement(P(text=str(value)))
    return cell


def write_csv(path: Path, rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write delimited text."""
    buffer = StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(["" if v is None else v for v in row] for row in rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def write_html(path: Path, body: str, *, encoding: str = "gb18030", charset: str = "gb2312") -> Path:
    """Write a web page under any name."""
    head = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head>'
    path.write_bytes(f"{head}<body>{body}</body></html>".encode(encoding))
    return path


def html_row(cells: Sequence[Value]) -> str:
    """Return one table row."""
    return "<tr>" + "".join(f"<td>{'' if v is None else v}</td>" for v in cells) + "</tr>"


def encrypted_xlsx(path: Path) -> Path:
    """Write the container that Excel makes of a workbook with a password: its streams, without a meaning."""
    data = xls_bytes()
    old = "Workbook".encode("utf-16-le")
    new = "EncryptedPackage".encode("utf-16-le")
    place = data.index(old + b"\x00" * 20)
    entry = new.ljust(64, b"\x00") + struct.pack("<H", len(new) + 2)
    path.write_bytes(data[:place] + entry + data[place + 66 :])
    return path


def encrypted_xls(path: Path) -> Path:
    """Turn a harmless record of an .xls into FILEPASS, the mark of an encrypted one."""
    data = xls_bytes()
    code_page = struct.pack("<HHH", 0x42, 2, 0x04B0)
    path.write_bytes(data.replace(code_page, struct.pack("<HHH", 0x2F, 2, 1), 1))
    return path


def xls_bytes() -> bytes:
    """Return a plain .xls."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Sheet1")
    for column, label in enumerate(HEADER):
        sheet.write(0, column, label)
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
