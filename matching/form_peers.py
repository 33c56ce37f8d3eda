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


def find_lost_fields(
    certificates: Sequence[CandidateRecord], options: MatchingOptions
) -> tuple[frozenset[Field], ...]:
    """Return for each certificate the fields that were probably on the paper and not read.

    Those whose label stands without a value, and those that most like forms of the batch have.
    """
    values = [frozenset(f for f, reading in c.readings.items() if reading.value) for c in certificates]
    labels = [
        shown | certificate.empty_labels for shown, certificate in zip(values, certificates, strict=True)
    ]
    shapes = Counter(labels)
    filled: Counter[tuple[frozenset[Field], Field]] = Counter()
    for shape, shown in zip(labels, values, strict=True):
        filled.update((shape, field) for field in shown)
    expected = {shape: _expected_fields(shape, shapes, filled, options) for shape in shapes}
    return tuple(
        ((certificate.empty_labels - _FREELY_EMPTY) | expected[shape]) - shown
        for certificate, shape, shown in zip(certificates, labels, values, strict=True)
    )


def _expected_fields(
    shape: frozenset[Field],
    shapes: Counter[frozenset[Field]],
    filled: Counter[tuple[frozenset[Field], Field]],
    options: MatchingOptions,
) -> frozenset[Field]:
    like = [other for other in shapes if _similarity(shape, other) >= options.peer_similarity]
    peers = sum(shapes[other] for other in like) - 1
    if peers < options.min_peers:
        return frozenset()
    counts: Counter[Field] = Counter()
    for other in like:
        for field in other:
            counts[field] += filled[other, field]
    return frozenset(field for field, count in counts.items() if count >= options.peer_share * peers)


def _similarity(shape: frozenset[Field], other: frozenset[Field]) -> float:
    union = len(shape | other)
    return len(shape & other) / union if union else 0.0
