"""How a probability comes about, ready to be drawn: one bar for every contribution."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from domain.findings import Contribution, FieldFinding, Source, Status
from domain.records import Grade, PageQuality
from review.export.wording import percent, probability_in_words

SOURCE_WORDS: dict[Source, str] = {
    Source.PRIOR: "起点",
    Source.CERTIFICATE: "证书",
    Source.APPROVAL: "批文",
    Source.ID_ARITHMETIC: "证件号推算",
    Source.NAME_FREQUENCY: "姓名常见度",
    Source.DATE_ORDER: "日期先后",
    Source.DOCUMENT_YEAR: "文号年份",
    Source.BATCH: "同批证书",
}

GRADE_WORDS: dict[Grade, str] = {
    Grade.GOOD: "清楚",
    Grade.FAIR: "尚可",
    Grade.POOR: "很差",
}

_UNSETTLED = frozenset({Status.UNREADABLE, Status.UNVERIFIABLE_CHARACTER})
_LIKELY_RIGHT = 0.1
"""Below it a person may wonder why the row was flagged at all: the paper did not say the value itself."""

_REACH = 10.0
"""Nats at either end of the axis; beyond, a bar is cut off."""


@dataclass(frozen=True, slots=True)
class Step:
    """One contribution."""

    source: str
    sentence: str
    nats: str
    """With its sign; positive speaks against the submitted value."""

    left: float
    """Where the bar begins on the axis, in percent of its width."""

    width: float
    tone: str
    """``start``, ``against`` (the submitted value) or ``for``; chooses the colour."""

    after: str
    """The probability with this contribution and those before it."""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All contributions of a field, and what they add up to."""

    steps: tuple[Step, ...]
    even: float
    """Place of "as likely wrong as right" on the axis, in percent."""

    result: str
    """The probability in words."""

    text: str
    """The same in one line, for cells and folded places."""


def build_waterfall(finding: FieldFinding) -> Waterfall | None:
    """Return how the probability of a finding comes about, ``None`` when it has none."""
    if not finding.contributions or finding.probability is None:
        return None
    steps, total = [], 0.0
    for part in finding.contributions:
        before, total = total, total + part.nats
        # The prior is where the sum starts, not a step away from an even chance.
        begin, end = _place(total if part.source is Source.PRIOR else before), _place(total)
        steps.append(
            Step(
                SOURCE_WORDS[part.source],
                part.sentence,
                f"{part.nats:+.1f}",
                round(min(begin, end), 2),
                round(abs(end - begin), 2),
                _tone(part),
                percent(_probability(total)),
            )
        )
    result = probability_in_words(finding.probability)
    if finding.status in _UNSETTLED and finding.probability < _LIKELY_RIGHT:
        result += "，但纸件本身不足为凭"
    return Waterfall(tuple(steps), _place(0.0), result, _one_line(finding.contributions, result))


def quality_in_words(quality: PageQuality | None) -> str:
    """Say how well a page can be read: 纸面尚可（约150 dpi，12%的文字没有把握）; ``""`` when not measured."""
    if quality is None:
        return ""
    doubt = "文字都有把握" if quality.doubt <= 0 else f"{percent(quality.doubt)}的文字没有把握"
    return f"纸面{GRADE_WORDS[quality.grade]}（约{quality.dpi:.0f} dpi，{doubt}）"


def _tone(part: Contribution) -> str:
    if part.source is Source.PRIOR:
        return "start"
    return "against" if part.nats > 0 else "for"


def _one_line(contributions: Sequence[Contribution], result: str) -> str:
    parts = [f"{SOURCE_WORDS[part.source]} {part.nats:+.1f}" for part in contributions]
    return f"{'，'.join(parts)}；合计 {sum(p.nats for p in contributions):+.1f}：{result}"


def _place(nats: float) -> float:
    return 50 + 50 * max(-_REACH, min(_REACH, nats)) / _REACH


def _probability(nats: float) -> float:
    return 1 / (1 + math.exp(-max(-35.0, min(35.0, nats))))
