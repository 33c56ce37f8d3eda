"""One posterior per field: log prior odds plus the contributions of every source.

Sources are taken as independent. What certificates and lists are worth was measured
(``calibration``); what circumstances are worth is stated in ``options``, each with its reason. The
contributions of a finding always add up to the log odds of its probability, so the sum can be shown.
"""

import math
from collections.abc import Sequence

from domain.document_numbers import DocumentNumber
from domain.fields import Field
from domain.findings import Contribution, Source
from domain.id_numbers import IdNumber, IdProblem, parse_id_number
from domain.records import SheetRow
from domain.text import fold
from matching.calibration import Cell
from matching.checks import is_before
from matching.compare import Comparison
from matching.kinds import parse_iso
from matching.names import name_bits
from matching.options import MatchingOptions

_LIMIT = 35.0
"""Nats at which a probability cannot be told from 0 or 1."""

_CELL_WORDS: dict[Cell, str] = {
    Cell.EQUAL_SURE: "读得与表格相同，字迹清楚",
    Cell.EQUAL: "读得与表格相同",
    Cell.EQUAL_FAINT: "读得与表格相同，但识别把握不高",
    Cell.AGREES: "写法不同，意思与表格相同",
    Cell.FITS: "没有完全读懂，但图上很可能就是表格所填",
    Cell.ILLEGIBLE: "有此项，但看不清",
    Cell.HIDDEN: "读得与表格不同，但可能有笔画被印章遮住",
    Cell.SPLIT: "读得与表格相同，去掉印章后再读却不同",
    Cell.RESCUED: "读得与表格不同，去掉印章后再读则相同",
    Cell.RATIO_0: "读得与表格不同，但图上两种读法几乎一样像",
    Cell.RATIO_1: "读得与表格不同，图上更像所读，但差别很小",
    Cell.RATIO_2: "读得与表格不同，图上更像所读，尚有疑问",
    Cell.RATIO_4: "读得与表格不同，图上明显更像所读",
    Cell.RATIO_6: "读得与表格不同，图上较清楚",
    Cell.RATIO_9: "读得与表格不同，图上清楚",
    Cell.RATIO_13: "读得与表格不同，图上很清楚",
}


def probability_of(contributions: Sequence[Contribution]) -> float:
    """Return the probability, 0 to 1, that the contributions add up to."""
    total = sum(part.nats for part in contributions)
    return 1 / (1 + math.exp(-max(-_LIMIT, min(_LIMIT, total))))


def prior_of(field: Field, options: MatchingOptions) -> Contribution:
    """Return the log odds that a typed value of this field is wrong."""
    prior = options.error_priors.get(field, options.error_prior)
    words = f"未看纸件之前：{field.label}每{round(1 / prior)}个约有1个填错"
    return Contribution(Source.PRIOR, math.log(prior / (1 - prior)), words)


def paper_contribution(source: Source, comparison: Comparison) -> Contribution:
    """Return what one paper says."""
    name = "证书" if source is Source.CERTIFICATE else "批文"
    if comparison.is_unverifiable:
        words = "含有系统不能识别的字，不作证据"
    elif comparison.is_exact:
        words = "的电子文字与表格相同" if comparison.supports else "的电子文字与表格不同"
    else:
        words = _CELL_WORDS[comparison.cell]
        if comparison.reading.under_seal and comparison.cell not in (Cell.HIDDEN, Cell.SPLIT, Cell.RESCUED):
            words += "（有印章覆盖）"
    is_measured = not (comparison.is_unverifiable or comparison.is_exact)
    return Contribution(
        source,
        comparison.nats,
        name + words,
        cell=comparison.cell.value if is_measured else None,
        condition=comparison.condition.value if is_measured and comparison.condition is not None else None,
    )


def circumstances(
    field: Field,
    row: SheetRow,
    papers: Sequence[Comparison],
    number: DocumentNumber | None,
    options: MatchingOptions,
) -> tuple[Contribution, ...]:
    """Return what the row says for or against its own value, and how common a name is.

    Args:
        field: The field on trial; the row has a value for it.
        row: The row.
        papers: What papers say of it.
        number: The 批准文号 of the row's approval, if one is known.
        options: What each circumstance is worth.
    """
    parts: list[Contribution | None] = []
    if field in (Field.ID_NUMBER, Field.BIRTH_DATE, Field.GENDER):
        parts.append(_arithmetic(field, row, options))
    if field is Field.NAME and any(paper.supports for paper in papers):
        parts.append(_frequency(row, options))
    if field in (Field.GRANTED_ON, Field.ISSUED_ON):
        parts.append(_order(row, options))
    if field is Field.GRANTED_ON:
        parts.append(_document_year(row, number, options))
    return tuple(part for part in parts if part is not None)


def batch_contribution(options: MatchingOptions) -> Contribution:
    """Return what it is worth that colleagues' papers say the same value in full."""
    words = f"本批另有至少{options.min_witnesses}本证书完整写明同一内容"
    return Contribution(Source.BATCH, -options.witness_nats, words)


def _arithmetic(field: Field, row: SheetRow, options: MatchingOptions) -> Contribution | None:
    number = parse_id_number(row.value(Field.ID_NUMBER))
    if field is Field.ID_NUMBER:
        if number.problem is IdProblem.CHECK_DIGIT:
            return Contribution(Source.ID_ARITHMETIC, options.check_digit_fails_nats, "证件号码的校验码不符")
        if number.problem is None and len(number.text) == 18:
            return Contribution(Source.ID_ARITHMETIC, -options.check_digit_holds_nats, "证件号码的校验码相符")
        return None
    if number.problem is not None:
        return None
    agrees = _agrees_with_number(field, row.value(field), number)
    if agrees is None:
        return None
    if agrees:
        words = f"{field.label}与证件号码中的相同"
        return Contribution(Source.ID_ARITHMETIC, -options.arithmetic_agrees_nats, words)
    words = f"{field.label}与证件号码中的不同"
    return Contribution(Source.ID_ARITHMETIC, options.arithmetic_conflicts_nats, words)


def _agrees_with_number(field: Field, value: str, number: IdNumber) -> bool | None:
    if field is Field.GENDER:
        gender = fold(value)
        return gender == number.gender if gender in ("男", "女") and number.gender else None
    birth = parse_iso(value)
    if birth is None or number.birth_date is None:
        return None
    return birth.agrees_with(number.birth_date)


def _frequency(row: SheetRow, options: MatchingOptions) -> Contribution:
    rarity = name_bits(fold(row.value(Field.NAME))) - options.typical_name_bits
    cap = options.name_frequency_cap
    nats = max(-cap, min(cap, -options.name_frequency_nats * rarity))
    words = "表与纸同有的姓名少见，不易碰巧相同" if nats < 0 else "表与纸同有的姓名常见，证明力稍弱"
    return Contribution(Source.NAME_FREQUENCY, nats, words)


def _order(row: SheetRow, options: MatchingOptions) -> Contribution | None:
    granted, issued = (parse_iso(row.value(field)) for field in (Field.GRANTED_ON, Field.ISSUED_ON))
    if granted is None or issued is None:
        return None
    if is_before(issued, granted):
        return Contribution(
            Source.DATE_ORDER, options.order_broken_nats, "发证日期早于授予时间，两者必有一误"
        )
    return Contribution(Source.DATE_ORDER, -options.order_kept_nats, "授予时间与发证日期先后合理")


def _document_year(
    row: SheetRow, number: DocumentNumber | None, options: MatchingOptions
) -> Contribution | None:
    granted = parse_iso(row.value(Field.GRANTED_ON))
    if granted is None or number is None:
        return None
    if number.year - granted.year in (0, 1):
        return Contribution(
            Source.DOCUMENT_YEAR, -options.year_fits_nats, f"与批准文号的年份（{number.year}）相合"
        )
    return Contribution(
        Source.DOCUMENT_YEAR, options.year_differs_nats, f"与批准文号的年份（{number.year}）不合"
    )
