"""Fields that a certificate should have, judged by certificates of the same printed form.

A field that the reader lost without a trace (a seal over the issue date) must not look like a field
that the form never had.
"""

from collections import Counter
from collections.abc import Sequence

from domain.fields import Field
from domain.records import CandidateRecord
from matching.options import MatchingOptions

_FREELY_EMPTY = frozenset(
    {Field.ISSUER, Field.COMMITTEE, Field.PHONE, Field.EMPLOYER, Field.CERTIFICATE_STATUS}
)
"""Labels beside which a form often has only a seal or nothing: asked of the like forms as well."""

_MAX_DIFFERENCES = 2
"""The lost field and one more label that was read on one of the two papers only."""

_NEARLY_ALWAYS = frozenset({Field.CERTIFICATE_NUMBER, Field.ISSUED_ON})
"""Certificates without a number or a date of issue exist, but a lone one has rather lost them."""

_SEALED = frozenset({Field.GRANTED_ON, Field.ISSUED_ON})
"""Fields on which seals sit."""


def find_lost_fields(
    certificates: Sequence[CandidateRecord], options: MatchingOptions
) -> tuple[frozenset[Field], ...]:
    """Return for each certificate the fields that were probably on the paper and not read.

    Those whose label stands without a value, and those that most like forms of the batch have.
    """
    values = [frozenset(f for f, reading in c.readings.items() if reading.value) for c in certificates]
    shapes = Counter(values)
    expected = {shape: _expected_fields(shape, shapes, options) for shape in shapes}
    return tuple(
        ((certificate.empty_labels - _FREELY_EMPTY) | expected[shown]) - shown
        for certificate, shown in zip(certificates, values, strict=True)
    )


def _expected_fields(
    shape: frozenset[Field], shapes: Counter[frozenset[Field]], options: MatchingOptions
) -> frozenset[Field]:
    """Return the fields that certificates of this form have and those of this very shape lack.

    The same form is one that differs, the field aside, by one label at most: forms of two offices
    differ by more as a rule, and a field that a form never has is lacking on all of its papers.
    """
    having: Counter[Field] = Counter()
    for other, count in shapes.items():
        missing = other - shape
        if len(missing) + len(shape - other) <= _MAX_DIFFERENCES:
            having.update(dict.fromkeys(missing, count))
    alone = shapes[shape]
    expected = {
        field
        for field, count in having.items()
        if count >= options.min_peers and count >= _share_needed(field, options) * (count + alone)
    }
    if alone < options.min_peers:
        expected |= _NEARLY_ALWAYS
    return frozenset(expected)


def _share_needed(field: Field, options: MatchingOptions) -> float:
    return options.peer_date_share if field in _SEALED else options.peer_share
