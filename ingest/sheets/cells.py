"""One cell -> one value: what it says, normalised, and what is wrong with the cell itself.

Problem codes: ``lost_digits``, ``ambiguous_date``, ``unreadable_date``, ``turned_into_date``,
``unknown_gender``, ``damaged_characters``, ``error_cell``, ``formula_without_value``. Nothing that a
spreadsheet program destroyed is ever guessed back.
"""

import re
from datetime import date, time, timedelta

from domain.dates import PartialDate, parse_cell_date
from domain.document_numbers import parse_document_number
from domain.fields import DATE_FIELDS, Field
from domain.id_numbers import IdProblem, parse_id_number
from domain.records import CellValue
from domain.text import fold, is_han, remove_blanks
from ingest.sheets.grid import FORMULA_WITHOUT_VALUE, Grid, Position, Scalar, scalar_to_text
from ingest.sheets.number_formats import has_lost_digits

_NOTHING = re.compile(r"^(?:[-/\\_.*~—]+|无|暂无|没有|空|NONE|NULL|N/A|#NULL!)$")
_DITTO = re.compile(r"^(?:同上|\"|〃|''|同|同前)$")
_EXPONENT = re.compile(r"^[0-9](?:\.[0-9]+)?E\+[0-9]+$")
_GENDERS = {
    **dict.fromkeys(("男", "男性", "男士", "M", "MALE", "1"), "男"),
    **dict.fromkeys(("女", "女性", "女士", "F", "FEMALE", "2"), "女"),
}
"""1 and 2 are the codes of GB/T 2261.1."""

_YEAR_POINT_ONE = re.compile(r"^(?:19|20)[0-9]{2}\.1$")
_YEAR_AND_DIGIT = re.compile(r"^(?:19|20)[0-9]{3}$")
_KEEPS_ZEROS = re.compile(r"^(?:19|20)[0-9]{2}\.10$")
_DECIMAL_ZERO = re.compile(r"^([0-9]+)\.0+$")
_NAME_DOTS = re.compile(r"(?<=[\u3400-\u9fff])[.•・‧∙●·．](?=[\u3400-\u9fff])")
_EDGE_QUOTES = "'`’‘"


def is_ditto(text: str) -> bool:
    """Tell whether a cell only points to the one above (同上)."""
    return bool(_DITTO.match(fold(text)))


def keeps_trailing_zeros(grid: Grid, rows: range, column: int) -> bool:
    """Tell whether a text column proves that 2016.10 would have kept its zero.

    In a CSV nothing shows whether 2016.1 was typed as text or is what is left of the number 2016.10, unless
    the same column has a 2016.10.
    """
    return any(
        isinstance(value := grid.value((row, column)), str) and bool(_KEEPS_ZEROS.match(value.strip()))
        for row in rows
        if row in grid.cells
    )


def read_cell(grid: Grid, position: Position, name: Field, *, zeros_kept: bool = False) -> CellValue:
    """Read one cell as a value of a field.

    Args:
        grid: The sheet.
        position: The cell that holds the value (the first of a merged range).
        name: The field of its column.
        zeros_kept: For text grids: see ``keeps_trailing_zeros``.
    """
    broken = grid.broken.get(position)
    if broken is not None and grid.value(position) is None:
        return _broken_cell(broken)
    value = grid.value(position)
    raw = grid.text(position)
    if value is None or not raw:
        return CellValue("", "")
    if isinstance(value, str) and name is not Field.NAME and _NOTHING.match(fold(raw)):
        return CellValue(raw, "")
    if name in DATE_FIELDS:
        return _read_date(raw, value, grid=grid, position=position, zeros_kept=zeros_kept)
    if name is Field.ID_NUMBER:
        return _read_id_number(raw, value)
    if name in (Field.CERTIFICATE_NUMBER, Field.PHONE):
        return _read_number(raw, value, name)
    if name is Field.GENDER:
        return _read_gender(raw)
    if name is Field.APPROVAL_NUMBER:
        number = parse_document_number(raw)
        return CellValue(raw, str(number) if number else remove_blanks(raw))
    return _read_text(raw, name)


def _broken_cell(shown: str) -> CellValue:
    if shown == FORMULA_WITHOUT_VALUE:
        message = "单元格是公式，但文件里没有存下计算结果，请用表格软件打开并保存后再提交。"
        return CellValue("", "", "formula_without_value", message)
    return CellValue(shown, "", "error_cell", f"单元格显示错误值 {shown}，没有内容可以核对。")


def _read_date(raw: str, value: Scalar, *, grid: Grid, position: Position, zeros_kept: bool) -> CellValue:
    if isinstance(value, date):
        return _date_cell(raw)
    if isinstance(value, time | timedelta | bool):
        return CellValue(raw, raw, "unreadable_date", f"“{raw}”不是日期。")
    number_format = grid.formats.get(position)
    shows_date = number_format is not None and bool(number_format.date_parts)
    is_number = isinstance(value, int | float)
    shown_with_decimals = number_format is not None and number_format.decimals is not None
    if (
        _YEAR_POINT_ONE.match(raw)
        and not shown_with_decimals
        and (is_number or (grid.is_text and not zeros_kept))
    ):
        return CellValue(
            raw,
            raw[:4],
            "ambiguous_date",
            f"“{raw}”是按数字存的，可能是 {raw[:4]} 年 1 月，也可能是 10 月丢了末尾的 0，无法判断月份。",
        )
    if not shows_date and _YEAR_AND_DIGIT.match(raw) and not raw.endswith("0"):
        return CellValue(
            raw,
            raw,
            "ambiguous_date",
            f"“{raw}”可能是 {raw[:4]} 年 {raw[4]} 月，也可能是日期序号，无法判断，请写成 yyyy-mm-dd。",
        )
    parsed = parse_cell_date(raw.strip(_EDGE_QUOTES), uses_1904=grid.uses_1904)
    if parsed is None:
        return _unreadable_date(raw)
    if is_number and shows_date:
        # Calamine does not know the date formats of Chinese Excel by their bare ids and gives the serial.
        day = date(parsed.year, parsed.month or 1, parsed.day or 1)
        return _date_cell(scalar_to_text(day, number_format))
    return CellValue(raw, str(parsed))


def _date_cell(shown: str) -> CellValue:
    try:
        return CellValue(shown, str(PartialDate.from_iso(shown[:10])))
    except ValueError:
        return _unreadable_date(shown)


def _unreadable_date(raw: str) -> CellValue:
    return CellValue(raw, raw, "unreadable_date", f"“{raw[:30]}”看不出是哪一天，请写成 yyyy-mm-dd。")


def _read_id_number(raw: str, value: Scalar) -> CellValue:
    number = fold(raw).strip(_EDGE_QUOTES)
    number = _strip_decimal_zero(number)
    if isinstance(value, int | float) and not isinstance(value, bool):
        lost = has_lost_digits(value)
    elif isinstance(value, str):
        lost = bool(_EXPONENT.match(number)) or parse_id_number(number).problem is IdProblem.LOST_DIGITS
    else:
        return CellValue(raw, number, "turned_into_date", "证件号码的单元格里是日期，原来的号码已无法得知。")
    if not lost:
        return CellValue(raw, number)
    message = "证件号码被表格软件当作数字，第 15 位以后的数字已丢失，无法恢复，请按原件以文本格式重新填写。"
    return CellValue(raw, number, "lost_digits", message)


def _read_number(raw: str, value: Scalar, name: Field) -> CellValue:
    if isinstance(value, date | time | timedelta):
        message = f"{name.label}里是日期或时间，可能是表格软件把号码改成了日期，请按原件以文本格式填写。"
        return CellValue(raw, raw, "turned_into_date", message)
    number = _strip_decimal_zero(fold(raw).strip(_EDGE_QUOTES))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if (is_number and has_lost_digits(float(value))) or _EXPONENT.match(number):
        message = f"{name.label}被表格软件当作数字，位数太长，末尾的数字已丢失，请按原件以文本格式重新填写。"
        return CellValue(raw, number, "lost_digits", message)
    return CellValue(raw, number)


def _read_gender(raw: str) -> CellValue:
    gender = _GENDERS.get(fold(raw).strip("."))
    if gender is not None:
        return CellValue(raw, gender)
    return CellValue(raw, remove_blanks(raw), "unknown_gender", f"性别“{raw[:10]}”不是男也不是女。")


def _read_text(raw: str, name: Field) -> CellValue:
    value = remove_blanks(raw)
    if name is Field.NAME:
        value = _NAME_DOTS.sub("·", value.strip(_EDGE_QUOTES))
    if _has_damaged_characters(value):
        message = f"“{raw[:30]}”里有显示不出的字（可能是生僻字在转换时损坏），请按原件重新填写。"
        return CellValue(raw, value, "damaged_characters", message)
    return CellValue(raw, value)


def _has_damaged_characters(text: str) -> bool:
    for i, character in enumerate(text):
        if character in "\ufffd□〓" or "\ue000" <= character <= "\uf8ff":
            return True
        if character == "?" and ((i and is_han(text[i - 1])) or (i + 1 < len(text) and is_han(text[i + 1]))):
            return True
    return False


def _strip_decimal_zero(number: str) -> str:
    match = _DECIMAL_ZERO.match(number)
    return match[1] if match else number
