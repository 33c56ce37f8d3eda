"""Half-hidden values that the rest of the batch bears out.

The papers of one session share issuer, committee and dates. Where ink hides part of such a value,
what is left fits the row, and other papers say the same in full, a person has nothing to add. A
wrong value is another one than the colleagues have, so it finds no support here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.fields import Field
from domain.findings import Status
from domain.records import CandidateRecord
from domain.text import fold
from matching.agreement import Agreement
from matching.compare import SOFT_FIELDS, Comparison, fits_fragment
from matching.evidence import batch_contribution, probability_of
from matching.options import MatchingOptions
from matching.verify import FieldCheck

_SHARED_FIELDS = SOFT_FIELDS | {Field.ISSUED_ON, Field.GRANTED_ON}


def corroborate(
    checks: Sequence[Mapping[Field, FieldCheck]],
    certificates: Sequence[CandidateRecord | None],
    options: MatchingOptions,
) -> list[dict[Field, FieldCheck]]:
    """Settle doubts about shared values by the other papers of the batch.

    A doubtful reading becomes a match when its legible part fits the submitted value and enough
    other certificates say that value in full. A body's name that was not read at all becomes "not
    on the document" then; a date does not, because copied-down dates are a common mistake.

    Args:
        checks: Fields of each row.
        certificates: Certificate of each row.
        options: Thresholds.
    """
    witnesses: Counter[tuple[Field, str]] = Counter()
    seen: set[tuple[int, Field]] = set()
    for fields, certificate in zip(checks, certificates, strict=True):
        for field in _SHARED_FIELDS & fields.keys():
            check = fields[field]
            own = check.certificate
            if own is None or own.is_split or (id(certificate), field) in seen:
                continue
            if own.agreement is Agreement.EQUAL:
                seen.add((id(certificate), field))
                witnesses[field, fold(check.finding.submitted)] += 1
    return [
        {
            field: _settle(field, check, witnesses[field, fold(check.finding.submitted)], options)
            for field, check in fields.items()
        }
        for fields in checks
    ]


def _settle(field: Field, check: FieldCheck, witnesses: int, options: MatchingOptions) -> FieldCheck:
    status = check.finding.status
    if (
        field not in _SHARED_FIELDS
        or witnesses < options.min_witnesses
        or status not in (Status.UNREADABLE, Status.MISMATCH)
        or check.sources_disagree
    ):
        return check
    if check.certificate is None:
        lost = status is Status.UNREADABLE and check.approval is None and field in SOFT_FIELDS
        return (
            replace(check, finding=replace(check.finding, status=Status.NOT_ON_DOCUMENT)) if lost else check
        )
    if not _is_partial(field, check.finding.submitted, check.certificate):
        return check
    contributions = (*check.finding.contributions, batch_contribution(options))
    probability = probability_of(contributions)
    finding = replace(check.finding, probability=probability, contributions=contributions)
    if probability <= options.clear_probability:
        finding = replace(finding, status=Status.MATCH, kind=None)
    return replace(check, finding=finding)


def _is_partial(field: Field, submitted: str, own: Comparison) -> bool:
    """Tell whether the paper shows the submitted value or a part of it, and nothing whole against it."""
    if own.is_exact:
        return False
    if own.is_split:
        # Of two images of one ink one says it in full; of dates, where a digit is soon lost, the better one.
        return field in SOFT_FIELDS or own.look.agreement is Agreement.EQUAL
    if fits_fragment(field, submitted, own.reading):
        return True
    return field in SOFT_FIELDS and own.agreement is Agreement.NEAR and not own.is_plain
