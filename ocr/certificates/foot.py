"""The unlabelled foot of a certificate: the issuer's name and the date under its seal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.fields import Field
from domain.geometry import Box
from ocr.certificates.characters import Span, box_of_spans, cut_spans
from ocr.certificates.shapes import shape_value
from ocr.certificates.vocabulary import ORGANISATION_END, STRONG_BODY_END, simplify
from ocr.layout import is_beside, overlap

_DATE_LINE = re.compile(r"^[0-9OIL〇零一二三四五六七八九十廿卅元年月日号./ -]{3,16}$")
_RUINED_DATE = re.compile(
    r"(?=.*年.*月|.*月.*日|.*年.*日)(?=(?:[^〇零一二三四五六七八九十\d]*[〇零一二三四五六七八九十\d]){2})"
    r"(?!.*[,;:()])[^ ]{4,14}"
)
"""A date with other strokes in it, such as a seal leaves: 二〇一五年九月≥日."""

_DATE_CHARACTER = re.compile(r"[0-9OIL〇零一二三四五六七八九十廿卅元年月日号./ -]")
_FOREIGN_IN_DATE = 2
_ISSUER_LINE = re.compile(
    rf"^(?!本证|此证|本书|由|经|根据|兹)(?P<name>[^,。:;\d]{{3,40}}?{ORGANISATION_END})(?:[(](?:盖?章|公章|印章|签章|印)[)]?)?$"
)
_REVIEWING_BODY = re.compile(r"(?:评审委员会|评委会|评审会|评审组|认定委员会|评审小组)$")
_NEAR = 3.2
"""How far from the date an issuer may stand, in text heights."""

_FOOT_SHARE = 0.55
"""The foot begins at this share of a certificate's height; above it a body's name is part of a heading."""

_TORN_GAP = 3.5
"""White in text heights that a seal may tear into a line of the foot."""


@dataclass(frozen=True, slots=True, eq=False)
class _FootLine:
    """Free stretches of text that stand on one row, joined."""

    spans: tuple[Span, ...]
    key: str
    box: Box
    height: float


def find_foot(
    free: Sequence[Span], region: Box
) -> tuple[tuple[Span, ...], tuple[Span, ...], tuple[Span, ...]]:
    """Find the issue date and the issuer that stand without labels.

    Args:
        free: Stretches of text that belong to no label and no sentence.
        region: Box around the certificate, page widths.

    Returns:
        Stretches of the date, of the issuer and of the committee; empty where there is none. The
        lowest date that stands alone is the date of issue: it is printed under the seal. The issuer
        stands close to it, or alone in the lower part. Of two bodies there the one that reviews is
        the committee; alone it issues.
    """
    lines = _join_rows(free)
    date = max(
        (line for line in lines if _is_date_line(line)), key=lambda line: line.box.bottom, default=None
    )
    bodies = [line for line in lines if _ISSUER_LINE.match(line.key)]
    issuer: _FootLine | None
    if date is not None:
        near = [line for line in bodies if _is_near(line, date)]
        near.sort(key=lambda line: abs(line.box.centre[1] - date.box.centre[1]))
    else:
        near = [line for line in bodies if _is_low(line, region) and _is_body(line)]
        near.sort(key=lambda line: -line.box.bottom)
    # The other body may stand further off than the date reaches, but still at the foot.
    low = [line for line in bodies if _is_low(line, region) and _is_body(line)] if near else []
    issuer = next((line for line in [*near, *low] if not _reviews(line)), None)
    reviewer = next((line for line in [*near, *low] if _reviews(line)), None)
    if issuer is None:
        issuer, reviewer = reviewer, None
    return (
        _date_part(date) if date else (),
        _issuer_part(issuer) if issuer else (),
        _issuer_part(reviewer) if reviewer else (),
    )


def _join_rows(free: Sequence[Span]) -> list[_FootLine]:
    rows: list[list[Span]] = []
    # Single letters of a seal's legend stand between the pieces of print.
    print_ = [
        span for span in free if len(span.key) > 1 or span.key in "年月日" or not span.keyed.line.under_seal
    ]
    for span in sorted(print_, key=lambda item: item.box.left):
        for row in rows:
            last = row[-1]
            height = max(last.keyed.box.height, span.keyed.box.height)
            white = span.box.left - last.box.right
            apart = white > -0.5 * min(span.box.width, last.box.width)
            if is_beside(last.box, span.box) and apart and white < _TORN_GAP * height:
                row.append(span)
                break
        else:
            rows.append([span])
    return [
        _FootLine(
            tuple(row),
            simplify("".join(span.key for span in row)),
            box_of_spans(row),
            max(span.keyed.box.height for span in row),
        )
        for row in rows
    ]


def _is_date_line(line: _FootLine) -> bool:
    foreign = sum(not _DATE_CHARACTER.match(c) for c in line.key)
    if 0 < foreign <= _FOREIGN_IN_DATE and _RUINED_DATE.fullmatch(line.key):
        return shape_value(Field.ISSUED_ON, line.key).fitness > 0
    if not _DATE_LINE.match(line.key) or not re.search(r"[年月日]|\d{4}[./-]?\d", line.key):
        return False
    return len(line.key) >= 4 and shape_value(Field.ISSUED_ON, line.key).fitness > 0


def _date_part(line: _FootLine) -> tuple[Span, ...]:
    if not _DATE_LINE.match(line.key):
        # Strokes in the middle of it: all of it is what is left of the date, and proves none.
        return cut_spans(line.spans, 0, len(line.key))
    shape = shape_value(Field.ISSUED_ON, line.key)
    return cut_spans(line.spans, shape.start, shape.end)


def _issuer_part(line: _FootLine) -> tuple[Span, ...]:
    match = _ISSUER_LINE.match(line.key)
    assert match is not None
    return cut_spans(line.spans, *match.span("name"))


def _reviews(line: _FootLine) -> bool:
    match = _ISSUER_LINE.match(line.key)
    return match is not None and _REVIEWING_BODY.search(match["name"]) is not None


def _is_body(line: _FootLine) -> bool:
    match = _ISSUER_LINE.match(line.key)
    return match is not None and match["name"].endswith(STRONG_BODY_END)


def _is_low(line: _FootLine, region: Box) -> bool:
    return line.box.centre[1] > region.top + _FOOT_SHARE * region.height


def _is_near(issuer: _FootLine, date: _FootLine) -> bool:
    height = max(issuer.height, date.height)
    down = -overlap(issuer.box.top, issuer.box.bottom, date.box.top, date.box.bottom)
    aside = -overlap(issuer.box.left, issuer.box.right, date.box.left, date.box.right)
    return down < _NEAR * height and aside < 2 * height
