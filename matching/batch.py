"""A whole batch: link, verify, judge."""

import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from domain.fields import Field
from domain.findings import BatchResult, Kind, SharedCertificate, Status
from domain.records import (
    ApprovalDocument,
    CandidateRecord,
    CellValue,
    PageQuality,
    SheetRow,
    SheetTable,
)
from domain.text import fold
from matching.approvals import TableApprovals, link_approvals, pair_documents, share_with_duplicates
from matching.batch_findings import summarise_batch
from matching.checks import Concern, find_duplicates, reject, review
from matching.corroborate import corroborate
from matching.form_peers import find_lost_fields
from matching.link import Link, find_shared, link_named, row_values
from matching.named import PaperPlace, RowPlace, named_pairs
from matching.options import MatchingOptions
from matching.row_findings import Case, finish_row
from matching.shared_certificates import find_shared_certificates
from matching.shifts import find_shifts
from matching.verify import RowPapers, verify_row, with_kind


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the search for cyclic garbage: nothing here is cyclic, and with 20,000 rows it takes a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collector()
def match_batch(
    batch: str,
    tables: Sequence[SheetTable],
    candidates: Sequence[CandidateRecord],
    approvals: Sequence[ApprovalDocument],
    *,
    alphabet: frozenset[str],
    options: MatchingOptions | None = None,
    qualities: Mapping[tuple[str, int], PageQuality] | None = None,
    named: Mapping[RowPlace, PaperPlace] | None = None,
) -> BatchResult:
    """Cross-check the rows of a batch with its certificates and approvals.

    Args:
        batch: Name of the batch, for the report.
        tables: Every Annex 2 table of the batch; linking looks at all of them at once.
        candidates: Every certificate found.
        approvals: Every approval, and announcements that look like one.
        alphabet: Characters that the recogniser can write; empty means all.
        options: Thresholds; the defaults when ``None``.
        qualities: How well pages can be read, by file and page number; what a reading is worth depends
            on it. Pages that are not here count as of unknown quality.
        named: Certificates that a person named for rows. Places that the batch does not hold are passed over.

    Returns:
        One row finding for each row, in the order of tables and rows, and the batch finding, whose
        unreadable and other files are left to whoever opened the batch.
    """
    options = options or MatchingOptions()
    rows = [row for table in tables for row in table.rows]
    places = [(t, i) for t, table in enumerate(tables) for i in range(len(table.rows))]
    links = _link_certificates(
        rows, candidates, options, named_pairs(tables, places, candidates, named or {})
    )
    documents = pair_documents(tables, approvals, options)
    starts = _starts(tables)
    table_approvals = [
        link_approvals(table, documents[t], _certificate_names(table, starts[t], links, candidates), options)
        for t, table in enumerate(tables)
    ]
    duplicates = find_duplicates(rows)
    table_approvals = [
        share_with_duplicates(linked, table, start, duplicates)
        for linked, table, start in zip(table_approvals, tables, starts, strict=True)
    ]
    cases = _verify(
        rows, places, links, tables, candidates, table_approvals, alphabet, options, qualities or {}
    )
    settled = corroborate([case.checks for case in cases], [case.certificate for case in cases], options)
    cases = [replace(case, checks=checks) for case, checks in zip(cases, settled, strict=True)]
    cases, common = _drop_common_number_mismatch(cases, tables)
    shifts = _find_shifts(cases, len(tables))
    shared = find_shared_certificates(rows, candidates, links, duplicates)
    extra = _duplicate_concerns(cases, duplicates, shared)

    findings = []
    for n, case in enumerate(cases):
        findings.append(
            finish_row(
                tables,
                case,
                shifts.get(n, {}),
                extra[n],
                table_approvals[case.table],
                options,
                qualities or {},
            )
        )
    finding = summarise_batch(
        batch,
        tables,
        candidates,
        approvals,
        used={link.paper for link in links.values()},
        approvals_of_tables=table_approvals,
        duplicates=[tuple(rows[i].row_number for i in group) for group in duplicates],
        shared=[
            SharedCertificate(
                candidates[j].file,
                candidates[j].page_number,
                candidates[j].slot,
                tuple(rows[i].row_number for i in members),
            )
            for j, members in sorted(shared.items())
        ],
        common_number_mismatch=common,
    )
    return BatchResult(finding, tuple(findings))


def _link_certificates(
    rows: Sequence[SheetRow],
    candidates: Sequence[CandidateRecord],
    options: MatchingOptions,
    named: Mapping[int, int],
) -> dict[int, Link]:
    values = [row_values(row) for row in rows]
    readings = [candidate.readings for candidate in candidates]
    links = link_named(values, readings, named, options)
    return links | find_shared(values, readings, links, options)


def _starts(tables: Sequence[SheetTable]) -> list[int]:
    starts, total = [], 0
    for table in tables:
        starts.append(total)
        total += len(table.rows)
    return starts


def _certificate_names(
    table: SheetTable, start: int, links: Mapping[int, Link], candidates: Sequence[CandidateRecord]
) -> dict[int, str]:
    names = {}
    for i in range(len(table.rows)):
        link = links.get(start + i)
        reading = candidates[link.paper].readings.get(Field.NAME) if link is not None else None
        if reading is not None and reading.value:
            names[i] = reading.value
    return names


def _verify(
    rows: Sequence[SheetRow],
    places: Sequence[tuple[int, int]],
    links: Mapping[int, Link],
    tables: Sequence[SheetTable],
    candidates: Sequence[CandidateRecord],
    approvals: Sequence[TableApprovals],
    alphabet: frozenset[str],
    options: MatchingOptions,
    qualities: Mapping[tuple[str, int], PageQuality],
) -> list[Case]:
    lost = find_lost_fields(candidates, options)
    blank = [_blank_columns(table, options) for table in tables]
    cases = []
    for n, (row, (t, i)) in enumerate(zip(rows, places, strict=True)):
        link = links.get(n)
        certificate = candidates[link.paper] if link is not None else None
        line = approvals[t].entry_of(i)
        papers = RowPapers(
            certificate,
            lost[link.paper] if link is not None else frozenset(),
            line[0] if line is not None else None,
            line[1] if line is not None else None,
            qualities,
        )
        checks = verify_row(
            _with_table_number(row, tables[t], certificate),
            papers,
            ignored=blank[t],
            alphabet=alphabet,
            options=options,
        )
        cases.append(Case(t, i, row, link, certificate, checks))
    return cases


def _with_table_number(row: SheetRow, table: SheetTable, certificate: CandidateRecord | None) -> SheetRow:
    """Give the row the number above its table, so that a number on its certificate is compared."""
    if Field.APPROVAL_NUMBER in row.cells or table.approval_number is None or certificate is None:
        return row
    printed = certificate.readings.get(Field.APPROVAL_NUMBER)
    if printed is None or not printed.value:
        return row
    number = str(table.approval_number)
    cells = {**row.cells, Field.APPROVAL_NUMBER: CellValue(number, number)}
    return SheetRow(row.row_number, cells, row.hidden)


def _blank_columns(table: SheetTable, options: MatchingOptions) -> frozenset[Field]:
    """Return columns that nobody filled in: one remark about the sheet, not one issue a row."""
    columns = {field for row in table.rows for field in row.cells}
    filled = {field for row in table.rows for field in row.cells if row.value(field)}
    return frozenset(columns - filled - options.required_values) if len(table.rows) > 1 else frozenset()


def _drop_common_number_mismatch(
    cases: list[Case], tables: Sequence[SheetTable]
) -> tuple[list[Case], tuple[int, ...]]:
    """Take a number that differs on most certificates of a table as a finding about the table.

    Returns:
        The cases, and the indices of those tables.
    """
    spoken: dict[int, int] = defaultdict(int)
    wrong: dict[int, int] = defaultdict(int)
    for case in cases:
        check = case.checks.get(Field.APPROVAL_NUMBER)
        if check is not None and check.finding.status not in (Status.NOT_ON_DOCUMENT, Status.MISSING):
            spoken[case.table] += 1
            wrong[case.table] += check.finding.status is not Status.MATCH
    common = tuple(t for t in range(len(tables)) if wrong[t] and 2 * wrong[t] > spoken[t])
    for case in cases:
        if case.table in common:
            case.checks.pop(Field.APPROVAL_NUMBER, None)
    return cases, common


def _find_shifts(cases: Sequence[Case], tables: int) -> dict[int, dict[Field, int]]:
    """Name shifted values; return for each case the row numbers whose values its fields hold."""
    found: dict[int, dict[Field, int]] = defaultdict(dict)
    by_table: list[list[int]] = [[] for _ in range(tables)]
    for n, case in enumerate(cases):
        by_table[case.table].append(n)
    for members in by_table:
        shifts = find_shifts([cases[n].checks for n in members], [cases[n].certificate for n in members])
        for (i, field), offset in shifts.items():
            case = cases[members[i]]
            case.checks[field] = with_kind(case.checks[field], Kind.ROW_SHIFT)
            found[members[i]][field] = cases[members[i + offset]].row.row_number
    return found


def _duplicate_concerns(
    cases: Sequence[Case], duplicates: Sequence[tuple[int, ...]], shared: Mapping[int, Sequence[int]]
) -> list[list[Concern]]:
    """Return for each case the concerns of being reported twice.

    The row that its own certificate proves is kept for a person to confirm, the others are rejected;
    where nothing is proven, all are.
    """
    concerns: list[list[Concern]] = [[] for _ in cases]
    for group in duplicates:
        proven = [n for n in group if _is_proven(cases[n])]
        for n in group:
            others = "、".join(str(cases[other].row.row_number) for other in group if other != n)
            names = {fold(cases[other].row.value(Field.NAME)) for other in group}
            message = (
                f"与第{others}行重复上报。"
                if len(names) == 1
                else f"与第{others}行证件号码相同而姓名不同，请核对。"
            )
            make = reject if len(names) == 1 and n not in proven[:1] else review
            concerns[n].append(make(None, Kind.DUPLICATE_ROW, message))
    for members in shared.values():
        for n in members:
            others = "、".join(str(cases[other].row.row_number) for other in members if other != n)
            message = f"本行与第{others}行使用同一本证书，请核对证书属于谁。"
            concerns[n].append(review(None, Kind.CERTIFICATE_USED_TWICE, message))
    return concerns


def _is_proven(case: Case) -> bool:
    """Tell whether a row has its own certificate and nothing on it speaks against the row."""
    if case.link is None or case.link.is_shared:
        return False
    settled = (Status.MATCH, Status.NOT_ON_DOCUMENT)
    return all(
        case.checks[field].finding.status in settled
        for field in (Field.NAME, Field.ID_NUMBER, Field.TITLE, Field.GRANTED_ON)
        if field in case.checks
    )
