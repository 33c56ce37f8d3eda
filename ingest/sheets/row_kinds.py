"""What a row below a header is: a person, or one of the many other things people write there.

When in doubt a row is a person: a person too many is seen and dismissed, one too few is never seen.
"""

import re
from collections.abc import Mapping
from enum import Enum, auto

from domain.dates import parse_cell_date
from domain.fields import DATE_FIELDS, Field
from domain.text import fold, is_han

_ID_LIKE = re.compile(r"[0-9]{14,17}[0-9X]|[0-9]\.[0-9]+E\+?[0-9]+")
_EXAMPLE = re.compile(
    r"^\(?(?:填写|填表)?(?:示例|样例|范例|实例)|^\(?例(?:[:如子)0-9]|$)|\((?:示例|样例|范例|例)\)|^示范"
)
_HINT = re.compile(
    r"不要|不得|不能|不可|请|填写|必填|选填|须|格式|空格|下拉|例如|^如[:：]|^\(?如|全称|一致|YYYY|YY-MM|文本|必须|限填|选择|身份证号码为|18位|中间无"
)
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|累计|总人数|人数合计|本页合计|共\d+人|合\s*计)")
_SIGNATURE = re.compile(
    r"^(?:填表|填报|制表|经办|审核|审查|复核|负责|单位负责|部门负责|主管|分管|校对|联系|承办|呈报|报送|上报|日期|时间|盖章|公章|签字|签章|单位|本人承诺|评审委员会主任)"
    r"[^,。;]{0,14}(?::|\((?:盖章|公章|签字|签名|签章|章)\)|签字|签名|盖章|$)"
    r"|^\(?(?:盖章|公章|签字|签章)\)?$|(?:\(|^)(?:盖章|公章|签字|签章)\)?:?$"
)
_DATE_LINE = re.compile(r"^(?:填报|填表|制表|上报)?(?:日期|时间)?:?(?:\d{0,4}年\d{0,2}月\d{0,2}日?)$")
_NOTE = re.compile(
    r"^(?:备注|说明|注|附注|填表说明|填报说明|注意事项|填写要求)(?:[:：.、1一]|$)|^以下空白|^\(?以下无|^第.{1,4}页|^共.{1,4}页|^\*+[^*]"
)
_COLUMN_MARK = re.compile(r"^\(?(?:[0-9]{1,2}|[甲乙丙丁戊己庚辛壬癸]|[①-⑳]|[A-R])\)?$")
_IDENTIFYING = (
    Field.NAME,
    Field.ID_NUMBER,
    Field.CERTIFICATE_NUMBER,
    Field.PHONE,
    Field.BIRTH_DATE,
    Field.GRANTED_ON,
)
_MIN_FIELDS_WITHOUT_NAME = 3


class RowKind(Enum):
    """What to do with a row."""

    PERSON = auto()
    BLANK = auto()
    """Nothing, or only a pre-printed serial number."""
    HINT = auto()
    """How to fill in the form."""
    EXAMPLE = auto()
    """An invented person, marked as such."""
    TOTAL = auto()
    LINE = auto()
    """Signatures, notes, headings: text that is no person."""


def classify_row(values: Mapping[Field, str], texts: list[str], *, first_rows: bool) -> RowKind:
    """Classify a row.

    Args:
        values: The row's own cells by field as shown, blank ones absent; the name also from a merged cell.
        texts: All cells of the table's extent in the row, blank ones left out, also those of other columns.
        first_rows: No person has been seen since the header; only here are hints and column numbers.

    Returns:
        ``PERSON`` when an ID number is there, whatever else; see the module's rule.
    """
    folded = [fold(text) for text in texts]
    if not any(folded):
        return RowKind.BLANK
    if any(_EXAMPLE.search(text) for text in (*folded[:3], fold(values.get(Field.NAME, "")))):
        return RowKind.EXAMPLE
    if _ID_LIKE.search(fold(values.get(Field.ID_NUMBER, ""))):
        return RowKind.PERSON
    if first_rows and _is_instruction(values, folded):
        return RowKind.HINT
    if _TOTAL.match(folded[0]) or (len(folded) > 1 and len(folded[0]) < 4 and _TOTAL.match(folded[1])):
        return RowKind.TOTAL
    if _is_signature(folded, len(values)):
        return RowKind.LINE
    return _by_fields(values, folded)


def is_name_like(text: str) -> bool:
    """Tell whether a text has the shape of a person's name."""
    folded = fold(text)
    bare = re.sub(r"\([^()]*\)$", "", folded)
    if not bare or len(bare) > 30:
        return False
    if all(character.isascii() and (character.isalpha() or character in ".-'") for character in bare):
        return len(bare) >= 3
    if not all(
        is_han(character) or character in "·.?\ufffd" or "\ue000" <= character <= "\uf8ff"
        for character in bare
    ):
        return False
    return 2 <= len(bare) <= (30 if "·" in bare or "." in bare else 5)


def _is_instruction(values: Mapping[Field, str], folded: list[str]) -> bool:
    if len(folded) >= 3 and all(_COLUMN_MARK.match(text) for text in folded):
        return True
    if any(
        parse_cell_date(values[name]) for name in DATE_FIELDS if name in values and "如" not in values[name]
    ):
        return False
    hints = sum(1 for text in folded if _HINT.search(text) or (text.startswith("(") and text.endswith(")")))
    name = values.get(Field.NAME, "")
    if _HINT.search(fold(name)) or (hints and not is_name_like(name)):
        return True
    return hints >= 2


def _is_signature(folded: list[str], filled_fields: int) -> bool:
    if _NOTE.match(folded[0]) and filled_fields <= _MIN_FIELDS_WITHOUT_NAME:
        return True
    if len(folded) <= 2 and any(_DATE_LINE.match(text) for text in folded):
        return True
    # Filled rows of a table have no colons; six fields and more are a person with an odd remark.
    signatures = sum(1 for text in folded if _SIGNATURE.search(text))
    return signatures > 0 and (filled_fields < 6 or signatures >= 2)


def _by_fields(values: Mapping[Field, str], folded: list[str]) -> RowKind:
    name = values.get(Field.NAME, "")
    others = len(values) - (1 if name else 0)
    if name:
        if others >= _MIN_FIELDS_WITHOUT_NAME or is_name_like(name):
            return RowKind.PERSON
        return RowKind.PERSON if others >= 1 and len(fold(name)) <= 5 and len(folded) >= 3 else RowKind.LINE
    if not values and all(text.isdecimal() for text in folded):
        return RowKind.BLANK
    if any(field in values for field in _IDENTIFYING) and others >= _MIN_FIELDS_WITHOUT_NAME:
        return RowKind.PERSON
    if len(values) >= _MIN_FIELDS_WITHOUT_NAME and not any(field in values for field in _IDENTIFYING):
        # Level, series and type filled down over unused lines.
        return RowKind.BLANK
    return RowKind.LINE
