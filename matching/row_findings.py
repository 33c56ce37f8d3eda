"""What was found about one row, judged: its part of the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.fields import Field
from domain.findings import CertificateLink, Evidence, RowFinding, Verdict
from domain.records import CandidateRecord, PageQuality, SheetRow, SheetTable
from matching.approvals import TableApprovals
from matching.checks import Concern, check_row
from matching.link import Link
from matching.options import MatchingOptions
from matching.verdict import ListStanding, judge_fields, judge_link, judge_standing, verdict_of
from matching.verify import FieldCheck


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One row with everything that was found about it."""

    table: int
    index: int
    """Place of the row in its table."""

    row: SheetRow
    link: Link | None
    certificate: CandidateRecord | None
    checks: dict[Field, FieldCheck]


def finish_row(
    tables: Sequence[SheetTable],
    case: Case,
    shifts: Mapping[Field, int],
    extra: Sequence[Concern],
    approvals: TableApprovals,
    options: MatchingOptions,
    qualities: Mapping[tuple[str, int], PageQuality],
) -> RowFinding:
    """Judge a row.

    Args:
        tables: Those of the batch.
        case: The row with what was found about it.
        shifts: Row numbers whose values its fields hold.
        extra: Concerns that came from looking at other rows.
        approvals: Those of the row's table.
        options: Thresholds.
        qualities: How well pages can be read, by file and page number.
    """
    line = approvals.entry_of(case.index)
    quality = qualities.get((line[1].file, line[1].page_number)) if line is not None else None
    standing = ListStanding(
        has_approval=bool(approvals.documents),
        is_on_list=line is not None,
        is_list_doubtful=approvals.is_list_doubtful or not approvals.entries,
    )
    concerns = [
        *judge_link(case.link, options),
        *judge_standing(standing),
        *extra,
        *judge_fields(
            case.row,
            case.checks,
            shifts,
            options,
            link=case.link,
        ),
        *check_row(
            case.row,
            case.certificate,
            options,
            is_number_proven=Field.ID_NUMBER in case.checks and case.checks[Field.ID_NUMBER].is_proven,
        ),
    ]
    verdict = verdict_of(concerns)
    table = tables[case.table]
    place = line[1].readings[Field.NAME] if line is not None else None
    return RowFinding(
        table.file,
        table.tab,
        case.row.row_number,
        verdict if case.link is not None or verdict is Verdict.REJECT else Verdict.REVIEW,
        _certificate_link(case),
        Evidence(place.place.file, place.place.page_number, place.place.polygon, place.under_seal, quality)
        if place is not None
        else None,
        {field: check.finding for field, check in case.checks.items()},
        tuple(concern.issue for concern in concerns),
    )


def _certificate_link(case: Case) -> CertificateLink | None:
    if case.link is None or case.certificate is None:
        return None
    found = case.certificate
    return CertificateLink(
        found.file, found.page_number, found.slot, round(case.link.score, 6), dict(case.link.weights)
    )
