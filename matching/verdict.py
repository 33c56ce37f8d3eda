"""From checked fields to what happens to a row: clear, review or reject, each with its reasons.

CLEAR demands proof: a row is cleared because paper says what it says, never because nothing was
found. Every way of failing that leaves an issue, so the issues of a row are its reasons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.fields import Field
from domain.findings import Kind, Status, Verdict
from domain.records import SheetRow
from matching.cause import Cause, is_other_person, likely_cause
from matching.checks import Concern, reject, review
from matching.compare import SOFT_FIELDS
from matching.link import Link
from matching.messages import (
    describe_doubt,
    describe_mismatch,
    describe_missing,
    describe_shift,
    describe_unproven,
)
from matching.options import MatchingOptions
from matching.verify import FieldCheck

_NEVER_REFUTED = SOFT_FIELDS | {Field.SPECIALTY, Field.SERIES, Field.CERTIFICATE_STATUS}
"""Fields with many ways of saying one thing: a person decides, whatever the letters prove."""


@dataclass(frozen=True, slots=True)
class ListStanding:
    """What the approvals of a table say of a row."""

    has_approval: bool
    """The batch has a valid approval for the table."""

    is_on_list: bool
    is_list_doubtful: bool
    """The document states another count than was read, or no list could be read."""


def judge_fields(
    row: SheetRow,
    checks: Mapping[Field, FieldCheck],
    shifts: Mapping[Field, int],
    options: MatchingOptions,
    *,
    link: Link | None,
) -> list[Concern]:
    """Return the concerns that the fields of a row raise.

    Args:
        row: The row.
        checks: Its fields.
        shifts: Row number whose value a field holds, for fields that slid.
        options: Thresholds.
        link: Its certificate, if any; without one, fields that no paper proves are not listed one by
            one.
    """
    sure = link is None or link.score >= options.link_score
    name, number = (checks[f].finding if f in checks else None for f in (Field.NAME, Field.ID_NUMBER))
    other_person = is_other_person(name, number)
    concerns = [
        concern
        for field, check in checks.items()
        for concern in _judge_field(
            field,
            check,
            shifts.get(field),
            options,
            is_link_sure=sure,
            cause=_cause_of(field, check, other_person=other_person),
        )
    ]
    for field in sorted(options.required_values):
        if not row.value(field):
            finding = checks[field].finding if field in checks else None
            concerns.append(review(field, Kind.MISSING_VALUE, describe_missing(field, finding)))
    if link is not None:
        concerns += [
            review(field, Kind.UNREADABLE, describe_unproven(field, row.value(field)))
            for field in sorted(options.proof_fields)
            if field in checks and checks[field].finding.status is Status.NOT_ON_DOCUMENT
        ]
    return concerns


def judge_link(link: Link | None, options: MatchingOptions) -> list[Concern]:
    """Return the concerns about a row's certificate."""
    if link is None:
        return [review(None, Kind.NO_CERTIFICATE, "未找到与本行对应的证书，请补交证书或核对姓名、证件号码。")]
    if link.score < options.link_score and not link.is_shared:
        message = f"本行与所附证书的对应关系把握不足（{link.score:.0%}），请核对该证书是否属于本人。"
        return [review(None, Kind.NO_CERTIFICATE, message)]
    return []


def judge_standing(standing: ListStanding) -> list[Concern]:
    """Return the concerns about a row's place on the approval list."""
    if standing.has_approval and not standing.is_on_list:
        message = "批准文件的名单中未找到本行人员。"
        if standing.is_list_doubtful:
            message += "名单人数与读出的人数不符，可能漏读，请对照原件核对。"
        return [review(None, Kind.NOT_IN_APPROVAL, message)]
    return []


def verdict_of(concerns: Sequence[Concern]) -> Verdict:
    """Return the gravest of the concerns' verdicts; clear when there is none."""
    verdicts = {concern.verdict for concern in concerns}
    if Verdict.REJECT in verdicts:
        return Verdict.REJECT
    return Verdict.REVIEW if verdicts else Verdict.CLEAR


def _judge_field(
    field: Field,
    check: FieldCheck,
    shifted_from: int | None,
    options: MatchingOptions,
    *,
    is_link_sure: bool,
    cause: Cause | None,
) -> list[Concern]:
    finding = check.finding
    if finding.status in (Status.MATCH, Status.NOT_ON_DOCUMENT):
        return []
    if finding.status is Status.MISSING:
        if field in options.unproven_fields or field in options.required_values:
            return []
        return [review(field, Kind.MISSING_VALUE, describe_missing(field, finding))]
    if finding.status is Status.UNREADABLE:
        return [review(field, Kind.UNREADABLE, describe_doubt(field, finding, cause=cause))]
    if finding.status is Status.UNVERIFIABLE_CHARACTER:
        return [review(field, Kind.UNVERIFIABLE_CHARACTER, describe_doubt(field, finding))]
    if shifted_from is not None:
        message, kind = describe_shift(field, finding, shifted_from), Kind.ROW_SHIFT
    else:
        message = describe_mismatch(field, finding, sources_disagree=check.sources_disagree, cause=cause)
        kind = finding.kind or Kind.DIFFERENT_VALUE
    if check.sources_disagree:
        return [review(field, Kind.SOURCES_DISAGREE, message)]
    refuted = check.is_refuted and is_link_sure and field not in _NEVER_REFUTED
    return [(reject if refuted else review)(field, kind, message)]


def _cause_of(field: Field, check: FieldCheck, *, other_person: bool) -> Cause | None:
    if other_person and field in (Field.NAME, Field.ID_NUMBER):
        return Cause.OTHER_PERSON
    against = [c for c in (check.certificate, check.approval) if c is not None and c.kind is not None]
    if not against:
        return None
    # What a clear paper says as well, the reader of the other one did not make up.
    clearest = min(against, key=lambda c: (not c.is_exact, not c.is_plain or c.reading.under_seal))
    return likely_cause(field, check.finding.submitted, clearest)
