"""What the sheets of a batch hold and what was corrected in them."""

from dataclasses import replace

import pytest

from domain.fields import Field
from domain.records import CellValue, SheetRow
from jobs.sheet_contents import column_letters, sheet_contents
from tests.factories import sheet_table

ROW = SheetRow(
    5,
    {
        Field.NAME: CellValue("张 三", "张三"),
        Field.ID_NUMBER: CellValue(
            "6.10103E+17", "6.10103E+17", "lost_digits", "证件号码被表格软件当作数字。"
        ),
        Field.GRANTED_ON: CellValue("2015.3.1", "2015-03-01"),
        Field.CERTIFICATE_NUMBER: CellValue("Ａ１２", "A12"),
    },
)
COLUMNS = {Field.NAME: 1, Field.ID_NUMBER: 3, Field.GRANTED_ON: 26, Field.CERTIFICATE_NUMBER: 27}
TABLE = replace(sheet_table([]), tab="汇总", rows=(ROW,), columns=COLUMNS, remarks=("第 7 行是隐藏行。",))


def test_a_broken_cell_is_told_with_row_and_column() -> None:
    (problem,) = sheet_contents([TABLE]).cell_problems

    assert (problem.tab, problem.column, problem.row_number) == ("汇总", "D", 5)
    assert (problem.code, problem.message) == ("lost_digits", "证件号码被表格软件当作数字。")


def test_another_spelling_is_told_by_column_and_blanks_and_full_width_forms_are_not() -> None:
    (column,) = sheet_contents([TABLE]).rewritten

    assert (column.field, column.column, column.count) == (Field.GRANTED_ON, "AA", 1)
    assert [(one.row_number, one.raw, one.value) for one in column.examples] == [
        (5, "2015.3.1", "2015-03-01")
    ]


def test_a_long_column_is_counted_and_shown_by_its_first_cells() -> None:
    rows = tuple(replace(ROW, row_number=number) for number in range(1, 101))

    (column,) = sheet_contents([replace(TABLE, rows=rows)]).rewritten

    assert column.count == 100
    assert [one.row_number for one in column.examples] == [1, 2, 3, 4, 5]


def test_remarks_are_told() -> None:
    assert sheet_contents([TABLE]).remarks == ("第 7 行是隐藏行。",)


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheet_programs_do(index: int, letters: str) -> None:
    assert column_letters(index) == letters
