"""The same table in every file format, found by content; row numbers as the program shows them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from domain.fields import Field
from tests.unit.ingest.sheet_files import (
    HEADER,
    ID_NUMBER,
    Rows,
    fill_sheet,
    html_row,
    person,
    read,
    read_rows,
    write_csv,
    write_html,
    write_ods,
    write_xls,
    write_xlsx,
)

ROWS: Rows = [
    [None],
    [None, "专业技术职称汇总信息表"],
    ["批准文号：陕人社函（2016）10号"],
    list(HEADER),
    [None],
    person(1, "张三"),
    [None],
    person(2, "欧阳珺喆", 性别="女"),
]


def _html(path: Path) -> Path:
    blank = "<tr><td></td></tr>"
    rows = "".join(html_row(row) if any(v is not None for v in row) else blank for row in ROWS)
    return write_html(path, f"<table>{rows}</table>")


WRITERS: dict[str, Callable[[Path], Path]] = {
    "xlsx": lambda path: write_xlsx(path, ROWS),
    "xls": lambda path: write_xls(path, ROWS),
    "ods": lambda path: write_ods(path, ROWS),
    "csv": lambda path: write_csv(path, ROWS),
    "csv with mark": lambda path: write_csv(path, ROWS, encoding="utf-8-sig"),
    "csv GB18030": lambda path: write_csv(path, ROWS, encoding="gb18030"),
    "csv UTF-16": lambda path: write_csv(path, ROWS, encoding="utf-16"),
    "csv UTF-16 without mark": lambda path: write_csv(path, ROWS, encoding="utf-16-le"),
    "tabs": lambda path: write_csv(path, ROWS, encoding="utf-16", delimiter="\t"),
    "semicolons": lambda path: write_csv(path, ROWS, delimiter=";"),
    "html": _html,
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("name", ["附件2.xlsx", "附件2.xls", "附件2.et", "附件2.csv", "附件2.dat"])
def test_content_decides_not_the_name(writer: Callable[[Path], Path], name: str, tmp_path: Path) -> None:
    (table,) = read(writer(tmp_path / name))
    assert str(table.approval_number) == "陕人社函〔2016〕10号"
    assert table.approval_number_raw == "陕人社函（2016）10号"
    assert [(row.row_number, row.value(Field.NAME)) for row in table.rows] == [(6, "张三"), (8, "欧阳珺喆")]
    first = table.rows[0]
    assert first.value(Field.ID_NUMBER) == ID_NUMBER
    assert first.value(Field.GRANTED_ON) == "2016-05-16"
    assert first.value(Field.PHONE) == "13991234567"
    assert set(table.columns) == set(Field) - {Field.APPROVAL_NUMBER}
    assert all(cell.problem is None for row in table.rows for cell in row.cells.values())


def test_blank_first_rows_and_columns_do_not_shift_row_numbers(tmp_path: Path) -> None:
    rows: Rows = [[None], [None], [None, None, *HEADER], [None], [None, None, *person(1, "张三")]]
    for write in (write_xlsx, write_xls, write_ods):
        (table,) = read(write(tmp_path / "x", rows))
        assert table.rows[0].row_number == 5
        assert table.columns[Field.NAME] == 4


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_hidden_rows_are_checked_and_marked(write: Callable[..., Path], tmp_path: Path) -> None:
    rows = [HEADER, person(1, "张三"), person(2, "李四"), person(3, "王五")]
    (table,) = read(write(tmp_path / "x", rows, hidden_rows=[3]))
    assert [row.hidden for row in table.rows] == [False, True, False]
    assert any("第 3 行是隐藏行" in remark for remark in table.remarks)


def test_hidden_rows_of_opendocument(tmp_path: Path) -> None:
    rows = [HEADER, person(1, "张三"), person(2, "李四")]
    (table,) = read(write_ods(tmp_path / "x", rows, hidden_rows=[3]))
    assert [row.hidden for row in table.rows] == [False, True]


def _merged_rows() -> Rows:
    return [
        list(HEADER),
        person(1, "张三", 工作单位="甲设计院"),
        person(2, "李四", 工作单位=None),
        person(3, "王五", 工作单位=None),
    ]


def test_a_tall_merged_cell_counts_for_all_its_rows_and_a_blank_cell_for_none(tmp_path: Path) -> None:
    files = [
        write_xlsx(tmp_path / "a", _merged_rows(), merges=["B2:B3"]),
        write_xls(tmp_path / "b", _merged_rows(), merges=[(1, 2, 1, 1)]),
        write_ods(tmp_path / "c", _merged_rows(), tall={(1, 1): 2}),
    ]
    for file in files:
        employers = [row.value(Field.EMPLOYER) for row in read_rows(file)]
        assert employers == ["甲设计院", "甲设计院", ""], file.name


def test_html_with_spans_and_open_tags(tmp_path: Path) -> None:
    labels = ["姓名", "工作单位", "资格名称", "证书编号"]
    body = (
        "<h3>批准文号：陕人社函[2016]第010号</h3><table border=1>"
        f"{html_row(labels)}"
        "<tr><td>张三<td rowspan=2>甲设计院<td>工程师<td>A&nbsp;01"
        "<tr><td>李四<td>工程师<td>A02</table>"
    )
    (table,) = read(write_html(tmp_path / "附件2.xls", body))
    assert str(table.approval_number) == "陕人社函〔2016〕10号"
    assert [row.value(Field.EMPLOYER) for row in table.rows] == ["甲设计院", "甲设计院"]
    assert [row.value(Field.CERTIFICATE_NUMBER) for row in table.rows] == ["A01", "A02"]


def test_dates_of_1904_workbooks(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    sheet = workbook.active
    assert sheet is not None
    fill_sheet(sheet, [HEADER, person(1, "张三", 授予时间=date(2016, 5, 16), 发证日期=41029)])
    workbook.save(tmp_path / "x.xlsx")
    (row,) = read_rows(tmp_path / "x.xlsx")
    assert row.value(Field.GRANTED_ON) == "2016-05-16"
    assert row.value(Field.ISSUED_ON) == "2016-05-01"


def test_a_gb18030_file_with_rare_characters_and_a_protected_number(tmp_path: Path) -> None:
    rows = [HEADER, person(1, "䶮镕贠", 证书号码='="00123"')]
    (row,) = read_rows(write_csv(tmp_path / "x.csv", rows, encoding="gb18030"))
    assert row.value(Field.NAME) == "䶮镕贠"
    assert row.value(Field.CERTIFICATE_NUMBER) == "00123"


def test_several_sheets_are_all_used_and_hidden_ones_said(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    first = workbook.active
    assert first is not None
    fill_sheet(first, [HEADER, person(1, "张三")])
    fill_sheet(workbook.create_sheet("说明"), [["填写说明"], ["请如实填写"]])
    second = workbook.create_sheet("高级")
    fill_sheet(second, [["批准文号：陕职改办字〔2015〕7号"], HEADER, person(2, "李四")])
    second.sheet_state = "hidden"
    workbook.create_sheet("Sheet3")
    workbook.save(tmp_path / "x.xlsx")
    tables = read(tmp_path / "x.xlsx")
    assert [(table.tab, table.rows[0].row_number, table.rows[0].hidden) for table in tables] == [
        ("Sheet", 2, False),
        ("高级", 3, True),
    ]
    assert any("“说明”" in remark for remark in tables[0].remarks)
    assert any("隐藏" in remark for remark in tables[1].remarks)
