"""The unlabelled foot of a certificate: the issuer's name and the date under its seal."""

import re
from collections.abc import Sequence

from domain.dates import find_dates
from ocr.certificates.characters import Span
from ocr.certificates.values import shape_value
from ocr.certificates.vocabulary import ORGANISATION_END
from ocr.layout import overlap
from domain.fields import Field

_DATE_LINE = re.compile(r"^[0-9OIL〇零一二三四五六七八九十廿卅元年月日号./ -]{4,16}$")
_ISSUER_LINE = re.compile(rf"^(?P<name>[^,。:;\d]{{3,40}}?{ORGANISATION_END})(?:[(](?:盖?章|公章|印章|签章)[)]?)?$")
_NEAR = 3.2
"""How far from the date an issuer may stand, in text heights."""


def find_foot(free: Sequence[Span]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Find the issue date and the issuer that stand without labels.

    Args:
        free: Stretches of text that belong to no label and no sentence.

    Returns:
        Stretches of the date and of the issuer; empty where there is none. The lowest date that
        stands alone is the date of issue: it is printed under the seal.
    """
    dates = [span for span in free if _is_date_line(span)]
    date = max(dates, key=lambda span: span.box.bottom, default=None)
    issuers = [span for span in free if _ISSUER_LINE.match(span.key)]
    if date is None:
        return (), ()
    near = [span for span in issuers if _is_near(span, date)]
    if not near:
        return _date_part(date), ()
    issuer = min(near, key=lambda span: abs(span.box.centre[1] - date.box.centre[1]))
    match = _ISSUER_LINE.match(issuer.key)
    assert match is not None
    return _date_part(date), (issuer.part(*match.span("name")),)


def find_unlabelled_issuer(free: Sequence[Span]) -> tuple[Span, ...]:
    """Find a body's name that stands alone with （章） behind it."""
    for span in sorted(free, key=lambda item: -item.box.bottom):
        match = _ISSUER_LINE.match(span.key)
        if match and span.key.endswith(("章)", "章")):
            return (span.part(*match.span("name")),)
    return ()


def _is_date_line(span: Span) -> bool:
    key = span.key
    if not _DATE_LINE.match(key) or not re.search(r"年|\d{4}[./-]\d", key):
        return False
    return shape_value(Field.ISSUED_ON, key).fitness > 0 and bool(find_dates(key) or "年" in key or "月" in key)


def _date_part(span: Span) -> tuple[Span, ...]:
    shape = shape_value(Field.ISSUED_ON, span.key)
    return (span.part(shape.start, shape.end),)


def _is_near(issuer: Span, date: Span) -> bool:
    height = max(issuer.keyed.box.height, date.keyed.box.height)
    down = -overlap(issuer.box.top, issuer.box.bottom, date.box.top, date.box.bottom)
    aside = -overlap(issuer.box.left, issuer.box.right, date.box.left, date.box.right)
    return down < _NEAR * height and aside < 2 * height
