"""Annex 2 as offices fill it in: several programs, several habits, one table."""

import csv
import datetime
import random
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

COLUMNS = [
    "serial",
    "employer",
    "name",
    "gender",
    "id_type",
    "id_number",
    "birth_date",
    "level",
    "series",
    "specialty",
    "title",
    "granted_on",
    "certificate_number",
    "certificate_status",
    "issued_on",
    "issuer",
    "committee",
    "phone",
]

_OFFICIAL = dict(
    zip(
        COLUMNS,
        [
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
        ],
        strict=True,
    )
)
_OTHER_WORDS = {
    "serial": "编号",
    "employer": "所在单位",
    "id_number": "身份证号码",
    "birth_date": "出生年月日",
    "level": "职称级别",
    "series": "系列",
    "specialty": "专业名称",
    "title": "职称名称",
    "granted_on": "取得资格时间",
    "certificate_number": "证书编号",
    "issued_on": "发证时间",
    "issuer": "发证机关",
    "committee": "评委会名称",
    "phone": "联系方式",
}
_HINTS = {
    "name": "姓名中间不能有空格",
    "id_number": "二代身份证号码",
    "granted_on": "yyyy-mm-dd",
    "issued_on": "yyyy-mm-dd",
}
_DATES = ("birth_date", "granted_on", "issued_on")

SHEET_KINDS = ("xlsx", "xls", "ods", "csv_gbk", "csv_utf8")


@dataclass(frozen=True, slots=True)
class SheetHabits:
    """How one office lays out its sheet."""

    kind: str
    order: tuple[str, ...]
    words: dict[str, str]
    date_form: str
    """``iso``, ``dots``, ``chinese``, ``compact`` or ``cell`` (a true date cell)."""
    hints: bool
    title: bool
    blank_first: bool
    signature: bool
    number_form: str
    merged_employers: bool


def draw_habits(chance: random.Random, kind: str) -> SheetHabits:
    """Draw the habits of one office."""
    order = list(COLUMNS)
    words = dict(_OFFICIAL)
    if chance.random() < 0.4:
        words |= _OTHER_WORDS
        words["serial"] = "序号"
    if chance.random() < 0.35:
        middle = order[2:]
        chance.shuffle(middle)
        order = [order[0], *sorted(middle, key=lambda c: c != "name"), order[1]]
    dates = ["iso", "iso", "dots", "chinese", "compact"] + (["cell"] * 2 if kind in {"xlsx", "xls"} else [])
    return SheetHabits(
        kind=kind,
        order=tuple(order),
        words=words,
        date_form=chance.choice(dates),
        hints=chance.random() < 0.5,
        title=chance.random() < 0.85,
        blank_first=chance.random() < 0.15,
        signature=chance.random() < 0.7,
        number_form=chance.choice(
            ("〔{y}〕{n}号", "（{y}）{n}号", "[{y}]{n}号", "({y}){n}号", "〔{y}〕{n}号")
        ),
        merged_employers=kind in {"xlsx", "xls"} and chance.random() < 0.25,
    )


def write_sheet(
    path: Path, rows: Sequence[dict[str, str]], approval_number: str, habits: SheetHabits, *, title: str
) -> list[int]:
    """Write the sheet of one approval.

    Args:
        path: Where to.
        rows: For each person the text of each column of ``COLUMNS`` but ``serial``; dates as ISO, other
            texts as they are to appear.
        approval_number: 〔〕-form; ``""`` leaves the line out.
        habits: Layout and file kind.
        title: Heading of the table.

    Returns:
        The 1-based sheet row of each person.
    """
    grid: list[list[str]] = []
    if habits.blank_first:
        grid.append([])
    if habits.title:
        grid.append([title])
    if approval_number:
        grid.append([f"批准文号：{_spell_number(approval_number, habits.number_form)}"])
    grid.append([habits.words[c] for c in habits.order])
    if habits.hints:
        grid.append([_HINTS.get(c, "") for c in habits.order])
    first = len(grid)
    for serial, row in enumerate(rows, 1):
        cells = {**row, "serial": str(serial)}
        grid.append([_date(cells[c], habits.date_form) if c in _DATES else cells[c] for c in habits.order])
    if habits.signature:
        grid += [
            ["合计", f"{len(rows)}人"],
            [],
            ["填报单位（盖章）：", "", "", "填表人：", "", "", "审核人："],
        ]
    merges = _employer_runs(grid, habits, first, len(rows)) if habits.merged_employers else []
    writers = {"xlsx": _write_xlsx, "xls": _write_xls}
    if habits.kind in writers:
        writers[habits.kind](path, grid, habits, merges, first, len(rows))
    elif habits.kind == "ods":
        _write_ods(path, grid)
    else:
        encoding = "gb18030" if habits.kind == "csv_gbk" else "utf-8-sig"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(grid)
    return [first + 1 + k for k in range(len(rows))]


def _spell_number(number: str, form: str) -> str:
    match = re.fullmatch(r"(.+)〔(\d+)〕(\d+)号", number)
    if match is None:
        raise ValueError(f"not a document number: {number}")
    return match[1] + form.format(y=match[2], n=match[3])


def _date(text: str, form: str) -> str:
    try:
        value = datetime.date.fromisoformat(text)
    except ValueError:
        return text
    return {
        "iso": text,
        "cell": text,
        "dots": f"{value.year}.{value.month}.{value.day}",
        "chinese": f"{value.year}年{value.month}月{value.day}日",
        "compact": f"{value:%Y%m%d}",
    }[form]


def _employer_runs(
    grid: list[list[str]], habits: SheetHabits, first: int, count: int
) -> list[tuple[int, int, int, str]]:
    """Find neighbouring rows of one employer: (first row, last row, column, text), 0-based."""
    column = habits.order.index("employer")
    runs, start = [], first
    for row in range(first + 1, first + count + 1):
        if row == first + count or grid[row][column] != grid[start][column]:
            if row - start > 1:
                runs.append((start, row - 1, column, grid[start][column]))
            start = row
    return runs


def _write_xlsx(
    path: Path,
    grid: list[list[str]],
    habits: SheetHabits,
    merges: list[tuple[int, int, int, str]],
    first: int,
    count: int,
) -> None:
    book = xlsxwriter.Workbook(str(path))
    # The day of making would change the bytes of every run.
    book.set_properties({"created": datetime.datetime(2021, 4, 1)})  # noqa: DTZ001
    page = book.add_worksheet("附件2")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    plain = book.add_format({"border": 1})
    head = book.add_format({"bold": True, "border": 1, "align": "center"})
    middle = book.add_format({"align": "center", "valign": "vcenter", "bold": True, "font_size": 16})
    dates = [k for k, c in enumerate(habits.order) if c in _DATES]
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            inside = first <= r < first + count
            if habits.date_form == "cell" and inside and c in dates and _is_iso(cell):
                page.write_datetime(r, c, datetime.datetime.fromisoformat(cell), day)
            elif cell:
                page.write_string(
                    r, c, cell, plain if inside else head if r in (first - 1, first - 2) else None
                )
    if habits.title:
        r = int(habits.blank_first)
        page.merge_range(r, 0, r, len(habits.order) - 1, grid[r][0], middle)
    for top, bottom, column, text in merges:
        page.merge_range(top, column, bottom, column, text, plain)
    page.set_column(0, 0, 6)
    page.set_column(1, len(habits.order), 18)
    book.close()


def _is_iso(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _write_xls(
    path: Path,
    grid: list[list[str]],
    habits: SheetHabits,
    merges: list[tuple[int, int, int, str]],
    first: int,
    count: int,
) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("Sheet1")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    merged = {(r, column) for top, bottom, column, _ in merges for r in range(top, bottom + 1)}
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            inside = first <= r < first + count
            if (r, c) in merged or (habits.title and r == int(habits.blank_first)):
                continue
            if habits.date_form == "cell" and inside and habits.order[c] in _DATES and _is_iso(cell):
                page.write(r, c, datetime.date.fromisoformat(cell), day)
            elif cell:
                page.write(r, c, cell)
    if habits.title:
        r = int(habits.blank_first)
        page.write_merge(r, r, 0, len(habits.order) - 1, grid[r][0])
    for top, bottom, column, text in merges:
        page.write_merge(top, bottom, column, column, text)
    book.add_sheet("Sheet2")
    book.save(str(path))


def _write_ods(path: Path, grid: list[list[str]]) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="附件2")
    for row in grid:
        line = TableRow()
        for cell in row or [""]:
            box = TableCell(valuetype="string")
            box.addElement(P(text=cell))
            line.addElement(box)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    _fix_times(path)


def _fix_times(path: Path) -> None:
    """Write a zip again with one constant time in all entries."""
    with zipfile.ZipFile(path) as archive:
        entries = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for info, content in entries:
            if info.filename == "meta.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z?", b"2021-04-01T00:00:00", content)
            fixed = zipfile.ZipInfo(info.filename, (2021, 4, 1, 0, 0, 0))
            fixed.compress_type = info.compress_type
            archive.writestr(fixed, content)
