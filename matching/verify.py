"""Each field of a row: submitted, on the certificate, in the approval."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

from domain.document_numbers import DocumentNumber, parse_document_number
from domain.fields import Field
from domain.findings import Contribution, Evidence, FieldFinding, Kind, Source, Status
from domain.records import (
    ApprovalDocument,
    ApprovalEntry,
    CandidateRecord,
    CellValue,
    FieldReading,
    PageQuality,
    SheetRow,
)
from domain.titles import level_of_words, series_of_words, title_levels, title_meanings, title_series
from matching.compare import Comparison, compare_reading
from matching.elsewhere import OVERRULED_FIELDS, find_elsewhere, names_unread_employer
from matching.evidence import circumstances, paper_contribution, prior_of, probability_of
from matching.options import MatchingOptions
from matching.status import may_contradict, sources_contradict, status_of

_DOCUMENT_FIELDS = frozenset(
    {Field.GRANTED_ON, Field.TITLE, Field.LEVEL, Field.SERIES, Field.COMMITTEE, Field.ISSUER}
)
"""What an approval says of everybody, used when certificate and line are silent."""


@dataclass(frozen=True, slots=True)
class RowPapers:
    """The papers of one row."""

    certificate: CandidateRecord | None = None
    lost: frozenset[Field] = frozenset()
    """Fields that were probably on the certificate and not read."""

    document: ApprovalDocument | None = None
    entry: ApprovalEntry | None = None
    qualities: Mapping[tuple[str, int], PageQuality] = dataclass_field(default_factory=dict)
    """By file and page number, of pages that were measured."""

    def quality_of(self, reading: FieldReading) -> PageQuality | None:
        """Return how well the page of a reading can be read, if it was measured."""
        return self.qualities.get((reading.place.file, reading.place.page_number))

    @property
    def number(self) -> DocumentNumber | None:
        """The 批准文号 on paper: the certificate's, else that of the approval."""
        printed = self.certificate.readings.get(Field.APPROVAL_NUMBER) if self.certificate else None
        if printed is not None and printed.value:
            return parse_document_number(printed.value)
        return self.document.number if self.document is not None else None


@dataclass(frozen=True, slots=True, eq=False)
class FieldCheck:
    """A finding with what led to it."""

    finding: FieldFinding
    certificate: Comparison | None = None
    approval: Comparison | None = None
    sources_disagree: bool = False

    @property
    def is_proven(self) -> bool:
        """Tell whether paper says the submitted value."""
        return self.finding.status is Status.MATCH

    @property
    def is_refuted(self) -> bool:
        """Tell whether the value is proven wrong: by two papers, or by text that is known exactly."""
        if self.finding.status is not Status.MISMATCH or self.sources_disagree:
            return False
        if any(c.kind is not None and not c.is_doubtful for c in (self.certificate, self.approval) if c):
            return False
        against = [c for c in (self.certificate, self.approval) if c is not None and c.is_plain]
        return len(against) == 2 or any(c.is_exact for c in against)


def verify_row(
    row: SheetRow,
    papers: RowPapers,
    *,
    ignored: frozenset[Field],
    alphabet: frozenset[str],
    options: MatchingOptions,
) -> dict[Field, FieldCheck]:
    """Check every field for which the sheet has a column.

    Args:
        row: The row on trial.
        papers: What belongs to it.
        ignored: Columns that are blank throughout; their blank cells are no findings.
        alphabet: Characters that the recogniser can write; empty means all.
        options: Thresholds.
    """
    papers = _untangle_dates(row, papers)
    checks: dict[Field, FieldCheck] = {}
    for field, cell in row.cells.items():
        certificate = papers.certificate.readings.get(field) if papers.certificate else None
        if papers.certificate is not None and cell.value and (certificate is None or not certificate.value):
            certificate = find_elsewhere(field, cell.value, papers.certificate) or certificate
        approval = _approval_reading(field, papers, certificate)
        if not cell.value:
            if field not in ignored:
                check = _check_blank(field, cell, certificate, approval, papers, options)
                if check is not None:
                    checks[field] = check
            continue
        ours = _compare(field, cell.value, certificate, papers, alphabet, options)
        theirs = _compare(field, cell.value, approval, papers, alphabet, options)
        if ours is not None and not ours.supports and field in OVERRULED_FIELDS and not _has_lost(ours):
            found = find_elsewhere(field, cell.value, papers.certificate) if papers.certificate else None
            # The very value on the paper overrules a reading that took other words for the field.
            ours = _compare(field, cell.value, found, papers, alphabet, options) or ours
        is_lost = field in papers.lost or (field is Field.EMPLOYER and _has_unread_employer(row, papers))
        checks[field] = _judge(field, row, papers, ours, theirs, is_lost=is_lost, options=options)
    return _excuse_implied(_judge_by_title(checks, papers))


def _untangle_dates(row: SheetRow, papers: RowPapers) -> RowPapers:
    """Exchange the two dates of a certificate that would have been issued before the title was granted.

    No office does that; the reader took one date for the other. Only where the exchanged dates are
    exactly the row's: a row with its own dates exchanged fails the check of their order.
    """
    if papers.certificate is None:
        return papers
    readings = papers.certificate.readings
    granted, issued = readings.get(Field.GRANTED_ON), readings.get(Field.ISSUED_ON)
    if granted is None or issued is None or not issued.value or granted.value <= issued.value:
        return papers
    if (granted.value, issued.value) != (row.value(Field.ISSUED_ON), row.value(Field.GRANTED_ON)):
        return papers
    exchanged = {**readings, Field.GRANTED_ON: issued, Field.ISSUED_ON: granted}
    return replace(papers, certificate=replace(papers.certificate, readings=exchanged))


def _compare(
    field: Field,
    submitted: str,
    reading: FieldReading | None,
    papers: RowPapers,
    alphabet: frozenset[str],
    options: MatchingOptions,
) -> Comparison | None:
    if reading is None:
        return None
    quality = papers.quality_of(reading)
    grade = quality.grade if quality is not None else None
    return compare_reading(field, submitted, reading, alphabet=alphabet, options=options, grade=grade)


def _has_lost(comparison: Comparison) -> bool:
    """Tell whether the row lacks a character or two of what was read: then it stands there as a part."""
    return comparison.kind is Kind.MISSING_CHARACTER


def _has_unread_employer(row: SheetRow, papers: RowPapers) -> bool:
    certificate = papers.certificate
    if certificate is None or Field.EMPLOYER in certificate.readings:
        return False
    return names_unread_employer(certificate, (row.value(Field.ISSUER), row.value(Field.COMMITTEE)))


def _judge_by_title(checks: dict[Field, FieldCheck], papers: RowPapers) -> dict[Field, FieldCheck]:
    """Hold level and series against the title on the certificate where it prints neither."""
    title = papers.certificate.readings.get(Field.TITLE) if papers.certificate is not None else None
    if title is None or not title.value or title.cut_off:
        return checks
    for field, stated, printed in (
        (Field.LEVEL, level_of_words, title_levels(title.value)),
        (Field.SERIES, series_of_words, title_series(title.value)),
    ):
        check = checks.get(field)
        if check is None or check.finding.status is not Status.NOT_ON_DOCUMENT:
            continue
        ours = {str(word) for word in stated(check.finding.submitted)}
        theirs = {str(word) for word in printed}
        if ours and theirs and not ours & theirs:
            finding = replace(
                check.finding,
                certificate="或".join(sorted(theirs)),
                status=Status.MISMATCH,
                kind=Kind.DIFFERENT_VALUE,
                evidence=_evidence(title, papers),
            )
            checks[field] = FieldCheck(finding)
    return checks


def _excuse_implied(checks: dict[Field, FieldCheck]) -> dict[Field, FieldCheck]:
    """Let fields rest that were not read where a proven field contains them.

    The ID number contains birth and gender, a listed title its level and series. Whether the row
    agrees with itself is checked without paper.
    """
    implied: list[Field] = []
    number, title = checks.get(Field.ID_NUMBER), checks.get(Field.TITLE)
    if number is not None and number.is_proven:
        implied += (Field.BIRTH_DATE, Field.GENDER)
    if title is not None and title.is_proven and title_meanings(title.finding.submitted):
        implied += (Field.LEVEL, Field.SERIES)
    for field in implied:
        check = checks.get(field)
        if check is not None and check.certificate is None and check.finding.status is Status.UNREADABLE:
            checks[field] = FieldCheck(replace(check.finding, status=Status.NOT_ON_DOCUMENT))
    return checks


def _approval_reading(
    field: Field, papers: RowPapers, certificate: FieldReading | None
) -> FieldReading | None:
    """Return what the approval says; headings and totals only when the certificate is silent."""
    own = papers.entry.readings.get(field) if papers.entry is not None else None
    if own is not None and own.value:
        return own
    if papers.document is None or papers.entry is None:
        return None
    if field is Field.APPROVAL_NUMBER:
        return papers.document.number_reading if certificate is None else None
    if field in _DOCUMENT_FIELDS and (certificate is None or not certificate.value):
        stated = papers.document.readings.get(field)
        return stated if stated is not None and stated.value else None
    return None


def _check_blank(
    field: Field,
    cell: CellValue,
    certificate: FieldReading | None,
    approval: FieldReading | None,
    papers: RowPapers,
    options: MatchingOptions,
) -> FieldCheck | None:
    source = next((r for r in (certificate, approval) if r is not None and r.value), None)
    if source is None and field not in options.required_values:
        return None
    return FieldCheck(
        FieldFinding(
            cell.raw,
            certificate.value or None if certificate else None,
            approval.value or None if approval else None,
            Status.MISSING,
            evidence=_evidence(source, papers),
        )
    )


def _judge(
    field: Field,
    row: SheetRow,
    papers: RowPapers,
    certificate: Comparison | None,
    approval: Comparison | None,
    *,
    is_lost: bool,
    options: MatchingOptions,
) -> FieldCheck:
    cell = row.cells[field]
    weighed: dict[Source, Comparison] = {}
    if certificate is not None:
        weighed[Source.CERTIFICATE] = certificate
    if approval is not None and may_contradict(field, certificate, approval):
        weighed[Source.APPROVAL] = approval
    spoken = tuple(weighed.values())
    disagree = sources_contradict(certificate, approval, spoken)
    status, kind = (Status.UNREADABLE if is_lost else Status.NOT_ON_DOCUMENT), None
    contributions: tuple[Contribution, ...] = ()
    if weighed:
        said = [prior_of(field, options), *(paper_contribution(s, c) for s, c in weighed.items())]
        contributions = (*said, *circumstances(field, row, spoken, papers.number, options))
        status, kind = status_of(
            field,
            spoken,
            probability_of(said),
            probability_of(contributions),
            disagree=disagree,
            options=options,
        )
    if status is Status.MATCH and cell.raw != cell.value:
        kind = Kind.FORMAT_ONLY
    shown = certificate or approval
    finding = FieldFinding(
        cell.value,
        certificate.reading.value or certificate.reading.raw if certificate else None,
        approval.reading.value or approval.reading.raw if approval else None,
        status,
        kind,
        probability_of(contributions) if contributions else None,
        _evidence(shown.reading if shown else None, papers),
        contributions,
    )
    return FieldCheck(finding, certificate, approval, disagree)


def _evidence(reading: FieldReading | None, papers: RowPapers) -> Evidence | None:
    if reading is None:
        return None
    place = reading.place
    quality = papers.quality_of(reading)
    return Evidence(
        place.file, place.page_number, place.polygon, reading.under_seal, quality, cut_off=reading.cut_off
    )


def with_kind(check: FieldCheck, kind: Kind) -> FieldCheck:
    """Return the check with another name for its difference."""
    return replace(check, finding=replace(check.finding, kind=kind))
