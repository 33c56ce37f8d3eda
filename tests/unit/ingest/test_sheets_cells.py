"""Single cells: what they say, and what a spreadsheet program did to them."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl.utils import get_column_letter

from domain.fields import Field
from domain.id_numbers import check_character
from domain.records import CellValue
from tests.unit.ingest.sheet_files import (
    HEADER,
    Value,
    person,
    read_rows,
    write_csv,
    write_ods,
    write_xls,
    write_xlsx,
)


def _cell(path: Path, label: str, value: Value, *, number_format: str | None = None) -> CellValue:
    rows = [HEADER, person(1, "张三", **{label: value})]
    place = f"{get_column_letter(HEADER.index(label) + 1)}2"
    write_xlsx(path / "x.xlsx", rows, formats={place: number_format} if number_format else None)
    (row,) = read_rows(path / "x.xlsx")
    return row.cells[next(name for name in Field if name.label == label)]


@pytest.mark.parametrize(
    ("value", "number_format", "expected", "problem"),
    [
        ("2016.5", None, "2016-05", None),
        ("2016-05", None, "2016-05", None),
        ("201605", None, "2016-05", None),
        (201605, None, "2016-05", None),
        (20160501, None, "2016-05-01", None),
        ("2016年5月", None, "2016-05", None),
        ("二〇一六年五月十六日", None, "2016-05-16", None),
        (42491, None, "2016-05-01", None),
        ("42491", None, "2016-05-01", None),
        (date(2016, 5, 16), None, "2016-05-16", None),
        (datetime.fromisoformat("2016-05-16T09:30"), None, "2016-05-16", None),
        (42491, 'yyyy"年"m"月"d"日"', "2016-05-01", None),
        # Typed as 2016-5 and shown as 2016年5月: the day was never meant.
        (date(2016, 5, 1), 'yyyy"年"m"月"', "2016-05", None),
        (date(2016, 5, 16), 'yyyy"年"m"月"', "2016-05-16", None),
        (date(2016, 1, 1), "yyyy", "2016", None),
        (2016.5, None, "2016-05", None),
        (2016.12, None, "2016-12", None),
        (2016.01, None, "2016-01", None),
        (2016, None, "2016", None),
        # As a number 2016.10 loses its zero.
        (2016.1, None, "2016", "ambiguous_date"),
        (2016.1, "0.00", "2016-10", None),
        ("2016.1", None, "2016-01", None),
        ("2016.10", None, "2016-10", None),
        # May 2016 without a separator, or the serial of 1955-03-17.
        (20165, None, "20165", "ambiguous_date"),
        ("2016.13", None, "2016.13", "unreadable_date"),
        ("2016-02-30", None, "2016-02-30", "unreadable_date"),
        ("5/1/2016", None, "5/1/2016", "unreadable_date"),
        ("16.5.1", None, "16.5.1", "unreadable_date"),
        ("待补", None, "待补", "unreadable_date"),
        ("无", None, "", None),
        ("/", None, "", None),
        (None, None, "", None),
    ],
)
def test_dates(
    value: Value, number_format: str | None, expected: str, problem: str | None, tmp_path: Path
) -> None:
    cell = _cell(tmp_path, "授予时间", value, number_format=number_format)
    assert (cell.value, cell.problem) == (expected, problem)
    assert (cell.message is None) == (problem is None)


def test_a_chinese_date_format_known_only_by_its_id(tmp_path: Path) -> None:
    """Chinese Excel stores ids 27 to 58 without a format code."""
    rows = [HEADER, person(1, "张三", 授予时间=42491, 发证日期=42491)]
    plain = write_xlsx(tmp_path / "plain.xlsx", rows, formats={"L2": "0", "O2": "0%"})
    ids = {b'numFmtId="1"': b'numFmtId="57"', b'numFmtId="9"': b'numFmtId="31"'}
    with ZipFile(plain) as source, ZipFile(tmp_path / "x.xlsx", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/styles.xml":
                for old, new in ids.items():
                    content = content.replace(old, new)
            target.writestr(name, content)
    (row,) = read_rows(tmp_path / "x.xlsx")
    assert row.value(Field.GRANTED_ON) == "2016-05"
    assert row.value(Field.ISSUED_ON) == "2016-05-01"


@pytest.mark.parametrize(
    ("value", "expected", "problem"),
    [
        ("610103198001011235", "610103198001011235", None),
        ("'610103198001011235", "610103198001011235", None),
        (" 610103 19800101 1235\u00a0", "610103198001011235", None),
        ("61010319800101123ｘ", "61010319800101123X", None),
        ("61010319800101123x", "61010319800101123X", None),
        ("\u202d610103198001011235\u202c", "610103198001011235", None),
        (610103800101123, "610103800101123", None),
        (610103198001011235, "610103198001011000", "lost_digits"),
        (6.10103198001011e17, "610103198001011000", "lost_digits"),
        ("610103198001011000", "610103198001011000", "lost_digits"),
        ("6.10103E+17", "6.10103E+17", "lost_digits"),
        ("E12345678", "E12345678", None),
        ("无", "", None),
    ],
)
def test_id_numbers(value: Value, expected: str, problem: str | None, tmp_path: Path) -> None:
    cell = _cell(tmp_path, "证件号码", value)
    assert (cell.value, cell.problem) == (expected, problem)


@pytest.mark.parametrize("write", [write_xls, write_ods, write_csv])
def test_a_number_that_lost_digits_is_named_in_every_format(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    path = write(tmp_path / "x", [HEADER, person(1, "张三", 证件号码=610103198001010000)])
    (row,) = read_rows(path)
    assert row.cells[Field.ID_NUMBER].problem == "lost_digits"
    assert "610103" not in (row.cells[Field.ID_NUMBER].message or "")


@pytest.mark.parametrize(
    ("value", "number_format", "expected", "problem"),
    [
        ("SX 2016-0001", None, "SX2016-0001", None),
        ("陕（高）字第００１号", None, "陕(高)字第001号", None),
        (20160123, None, "20160123", None),
        (123456789012345, None, "123456789012345", None),
        (1234567890123456, None, "1234567890123460", "lost_digits"),
        ("1.23457E+15", None, "1.23457E+15", "lost_digits"),
        ("2016E12345", None, "2016E12345", None),
        (123, "00000000", "00000123", None),
        (123, '"SX"0000', "SX0123", None),
        (date(2016, 1, 5), None, "2016-01-05", "turned_into_date"),
        ("无", None, "", None),
    ],
)
def test_certificate_numbers(
    value: Value, number_format: str | None, expected: str, problem: str | None, tmp_path: Path
) -> None:
    cell = _cell(tmp_path, "证书号码", value, number_format=number_format)
    assert (cell.value, cell.problem) == (expected, problem)


@pytest.mark.parametrize(
    ("label", "value", "expected", "problem"),
    [
        ("联系电话", 13991234567, "13991234567", None),
        ("联系电话", "13991234567.0", "13991234567", None),
        ("联系电话", "029 - 88888888", "029-88888888", None),
        ("性别", "男性", "男", None),
        ("性别", " 女 ", "女", None),
        ("性别", "M", "男", None),
        ("性别", 2, "女", None),
        ("性别", "未知", "未知", "unknown_gender"),
        ("姓名", "张　三", "张三", None),
        ("姓名", "买买提•艾力", "买买提·艾力", None),
        ("姓名", "买买提.艾力", "买买提·艾力", None),
        ("姓名", "张?", "张?", "damaged_characters"),
        ("姓名", "张\ue863", "张\ue863", "damaged_characters"),
        ("工作单位", "西安 市\n某院", "西安市某院", None),
        ("资格名称", "同上", "", "unresolved_ditto"),
    ],
)
def test_texts(label: str, value: Value, expected: str, problem: str | None, tmp_path: Path) -> None:
    cell = _cell(tmp_path, label, value)
    assert (cell.value, cell.problem) == (expected, problem)


def test_the_raw_text_stays_beside_the_value(tmp_path: Path) -> None:
    cell = _cell(tmp_path, "姓名", "张　 三")
    assert (cell.raw, cell.value) == ("张 三", "张三")


def test_error_cells_and_formulas_without_a_result(tmp_path: Path) -> None:
    rows = [HEADER, person(1, "张三", 资格名称="=VLOOKUP(1,A1:B2,2)", 级别="#N/A")]
    (row,) = read_rows(write_xlsx(tmp_path / "x.xlsx", rows))
    assert row.cells[Field.TITLE].problem == "formula_without_value"
    assert row.cells[Field.LEVEL].problem == "error_cell"
    assert "#N/A" in (row.cells[Field.LEVEL].message or "")


def test_ditto_marks_point_to_the_row_above(tmp_path: Path) -> None:
    rows = [HEADER, person(1, "张三", 工作单位="甲院"), person(2, "李四", 工作单位="同上", 证件号码="同上")]
    second = read_rows(write_xlsx(tmp_path / "x.xlsx", rows))[1]
    assert (second.cells[Field.EMPLOYER].raw, second.value(Field.EMPLOYER)) == ("同上", "甲院")
    assert second.cells[Field.ID_NUMBER].problem == "unresolved_ditto"


def test_a_csv_column_that_keeps_its_zeros_is_not_ambiguous(tmp_path: Path) -> None:
    lost = [HEADER, person(1, "张三", 授予时间="2016.1"), person(2, "李四", 授予时间="2016.12")]
    kept = [*lost, person(3, "王五", 授予时间="2015.10")]
    first = read_rows(write_csv(tmp_path / "a.csv", lost))[0].cells[Field.GRANTED_ON]
    assert (first.value, first.problem) == ("2016", "ambiguous_date")
    assert read_rows(write_csv(tmp_path / "b.csv", kept))[0].value(Field.GRANTED_ON) == "2016-01"


@pytest.mark.parametrize(
    ("number", "expected", "problem"),
    [
        ("61010319801001123X", "1980", "ambiguous_date"),  # wrong check digit proves nothing
        ("610103198010011231", "1980-10", None),
        ("610103198005011234", "1980", "ambiguous_date"),
    ],
)
def test_a_valid_id_number_settles_an_ambiguous_birth_month(
    number: str, expected: str, problem: str | None, tmp_path: Path
) -> None:
    fixed = number[:17] + check_character(number[:17]) if problem is None or "05" in number[10:12] else number
    rows = [HEADER, person(1, "张三", 出生日期=1980.1, 证件号码=fixed)]
    (row,) = read_rows(write_xlsx(tmp_path / "x.xlsx", rows))
    cell = row.cells[Field.BIRTH_DATE]
    assert (cell.value, cell.problem) == (expected, problem)


def test_date_cells_of_old_workbooks(tmp_path: Path) -> None:
    rows = [HEADER, person(1, "张三", 授予时间=date(2016, 5, 16))]
    for uses_1904 in (False, True):
        (row,) = read_rows(write_xls(tmp_path / "x.xls", rows, uses_1904=uses_1904))
        assert row.value(Field.GRANTED_ON) == "2016-05-16"
