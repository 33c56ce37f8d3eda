"""Plain Chinese for every public value that a report shows."""

from domain.dates import PartialDate
from domain.document_numbers import parse_document_number
from domain.fields import DATE_FIELDS, Field
from domain.findings import FieldFinding, Kind, Status, Verdict
from domain.text import fold

VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.CLEAR: "通过",
    Verdict.REVIEW: "待核",
    Verdict.REJECT: "退回",
}

VERDICT_SYMBOLS: dict[Verdict, str] = {
    Verdict.CLEAR: "✓",
    Verdict.REVIEW: "?",
    Verdict.REJECT: "✗",
}
"""Shown beside every colour, so that no meaning hangs on colour alone."""

STATUS_WORDS: dict[Status, str] = {
    Status.MATCH: "一致",
    Status.MISMATCH: "不一致",
    Status.MISSING: "表格未填",
    Status.UNREADABLE: "看不清",
    Status.NOT_ON_DOCUMENT: "纸上未载",
    Status.UNVERIFIABLE_CHARACTER: "生僻字，机器不识",
}

KIND_WORDS: dict[Kind, str] = {
    Kind.HOMOPHONE: "同音字",
    Kind.SIMILAR_GLYPH: "形近字",
    Kind.MISSING_CHARACTER: "少字",
    Kind.EXTRA_CHARACTER: "多字",
    Kind.TRANSPOSED_DIGITS: "数字颠倒",
    Kind.ONE_DIGIT: "一位数字不同",
    Kind.CHECK_DIGIT: "校验码不符",
    Kind.DAY: "日不同",
    Kind.MONTH: "月不同",
    Kind.YEAR: "年不同",
    Kind.ROW_SHIFT: "疑似错行",
    Kind.DIFFERENT_VALUE: "内容不同",
    Kind.FORMAT_ONLY: "仅格式",
    Kind.NO_CERTIFICATE: "没有找到证书",
    Kind.NOT_IN_APPROVAL: "批文中无此人",
    Kind.DUPLICATE_ROW: "重复填报",
    Kind.CERTIFICATE_USED_TWICE: "一证多用",
    Kind.OUT_OF_SCOPE_BEFORE_2010: "2010年以前，不在范围",
    Kind.HAS_E_CERTIFICATE: "已有电子证书",
    Kind.INVALID_ID_NUMBER: "身份证号无效",
    Kind.BIRTH_DATE_CONFLICTS_WITH_ID: "出生日期与身份证号不符",
    Kind.GENDER_CONFLICTS_WITH_ID: "性别与身份证号不符",
    Kind.LEVEL_CONFLICTS_WITH_TITLE: "级别与资格名称不符",
    Kind.SERIES_CONFLICTS_WITH_TITLE: "系列与资格名称不符",
    Kind.DATES_OUT_OF_ORDER: "日期先后矛盾",
    Kind.APPROVAL_NUMBER_MISMATCH: "批准文号不符",
    Kind.UNREADABLE: "看不清",
    Kind.UNVERIFIABLE_CHARACTER: "生僻字，机器不识",
    Kind.MISSING_VALUE: "表格未填",
    Kind.DAMAGED_CELL: "单元格数据损坏",
    Kind.APPROVAL_IS_PUBLIC_NOTICE: "所交是公示，不是批文",
    Kind.SOURCES_DISAGREE: "证书与批文不一致",
}

WHOLE_ROW = "整行"
NO_VALUE = "未载"
BLANK_CELL = "（空白）"
ILLEGIBLE = "（看不清）"

# Upper bounds are exclusive. The steps are those at which a person would act differently, not a
# calibration: the number itself always stands beside the words.
_PROBABILITY_STEPS = (
    (0.1, "多半无误"),
    (0.4, "可能无误"),
    (0.6, "难以判断"),
    (0.9, "可能填错"),
    (0.99, "很可能填错"),
)
_PROBABILITY_TOP = "几乎可以肯定填错"


def probability_in_words(probability: float | None) -> str:
    """Say how likely the submitted value is wrong: 很可能填错（97%）; ``""`` for ``None``."""
    if probability is None:
        return ""
    words = next((words for bound, words in _PROBABILITY_STEPS if probability < bound), _PROBABILITY_TOP)
    return f"{words}（{percent(probability)}）"


def percent(share: float) -> str:
    """Write a share of 1 in whole percent; never 0% or 100%, which would claim certainty."""
    if share < 0.01:
        return "<1%"
    if share > 0.99:
        return ">99%"
    return f"{share:.0%}"


def field_words(field: Field | None) -> str:
    """Return the official name of a field; ``None`` is the whole row."""
    return WHOLE_ROW if field is None else field.label


def source_words(value: str | None) -> str:
    """Return what to show for a value on paper; ``None`` means the paper does not carry it."""
    if value is None:
        return NO_VALUE
    return value or ILLEGIBLE


def agreement_in_words(field: Field, finding: FieldFinding) -> str:
    """Say which of the three sources (表格, 证书, 批文) agree on a field.

    Texts are compared as printed here, after folding; dates and document numbers as far as both
    speak. A source without the value is left out and named.
    """
    sources = {"表格": finding.submitted, "证书": finding.certificate, "批文": finding.approval}
    present = {name: value for name, value in sources.items() if value}
    absent = [name for name in ("证书", "批文") if not sources[name]]
    tail = f"（{'、'.join(absent)}没有可比内容）" if absent else ""
    if not finding.submitted:
        return "表格未填，" + _pair_words(field, present) + tail if len(present) > 1 else "表格未填" + tail
    if len(present) == 1:
        return "纸上没有可比内容"
    if len(present) == 2:
        return _pair_words(field, present) + tail
    return _three_words(field, present)


def _pair_words(field: Field, present: dict[str, str]) -> str:
    (first, first_value), (second, second_value) = present.items()
    return f"{first}与{second}{'一致' if _same(field, first_value, second_value) else '不同'}"


def _three_words(field: Field, present: dict[str, str]) -> str:
    names = tuple(present)
    equal = {
        frozenset((first, second))
        for first, second in ((names[0], names[1]), (names[0], names[2]), (names[1], names[2]))
        if _same(field, present[first], present[second])
    }
    # Partial dates may agree with both of two days that differ: then nothing is decided.
    if len(equal) == 3:
        return "三者一致"
    if len(equal) == 1:
        (pair,) = equal
        first, second = (name for name in names if name in pair)
        (odd,) = (name for name in names if name not in pair)
        return f"{first}与{second}一致，{odd}不同"
    if len(equal) == 2:
        (apart,) = (
            pair
            for pair in (frozenset(names[:2]), frozenset(names[1:]), frozenset((names[0], names[2])))
            if pair not in equal
        )
        first, second = (name for name in names if name in apart)
        return f"{first}与{second}不同"
    return "三者各不相同"


def _same(field: Field, one: str, other: str) -> bool:
    if fold(one) == fold(other):
        return True
    if field in DATE_FIELDS:
        try:
            return PartialDate.from_iso(one).agrees_with(PartialDate.from_iso(other))
        except (ValueError, TypeError):
            return False
    if field is Field.APPROVAL_NUMBER:
        first, second = parse_document_number(one), parse_document_number(other)
        return first is not None and second is not None and first.agrees_with(second)
    return False
