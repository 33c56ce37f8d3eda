"""Whole batches for the tests of matching: eight people, their papers, and what came out."""

from collections.abc import Sequence

from domain.findings import BatchResult, Kind, RowFinding, Verdict
from domain.records import ApprovalDocument, CandidateRecord, SheetTable
from matching.batch import match_batch
from tests.factories import (
    approval_of,
    certificates_of,
    person,
)

PEOPLE = [person(i) for i in range(8)]
ALPHABET = frozenset("".join("".join(p.values()) for p in PEOPLE)) | frozenset(
    "鸥欧璇旋小末未0123456789X年月日-."
)


def check(
    table: SheetTable,
    candidates: Sequence[CandidateRecord] | None = None,
    approvals: Sequence[ApprovalDocument] | None = None,
    *,
    alphabet: frozenset[str] = frozenset(),
) -> BatchResult:
    return match_batch(
        "批次",
        [table],
        certificates_of(PEOPLE) if candidates is None else candidates,
        [approval_of(PEOPLE)] if approvals is None else approvals,
        alphabet=alphabet,
    )


def kinds(row: RowFinding) -> set[Kind]:
    return {issue.kind for issue in row.issues}


def verdicts(result: BatchResult) -> list[Verdict]:
    return [row.verdict for row in result.rows]
