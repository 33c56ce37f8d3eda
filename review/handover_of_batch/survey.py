"""Proving what a package says before anything of it is stored: rows, findings and decisions fit together."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.batches import Holding
from domain.findings import BatchFinding, RowFinding
from ingest.sniff import FileKind
from review.final_rows import TableNumbers
from review.handover import HandedBatch, HandedDecision, HandedRow, HandoverContentError, HandoverContents
from review.handover.found import read_batch_finding, read_row_finding
from review.handover.manifest import BATCH, DECISIONS, FINDINGS, ORIGINALS, ROWS
from review.handover.objects import batch_object, decision_object, original_object, row_object
from review.handover_of_batch.told_rows import ToldRow, tell_row
from review.standing import group_of, risk_of

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LONGEST_NAME = 200
_LONGEST_KEY = 64
_GREATEST_ROW = 2**31 - 1
_KINDS = frozenset({FileKind.SHEET, FileKind.PDF, FileKind.IMAGE, FileKind.ARCHIVE})

Place = tuple[str, str, int]
"""Sheet, tab and row."""


@dataclass
class Survey:
    """What is known of a package after one look through all of it."""

    contents: HandoverContents
    hashes: dict[str, str]
    """sha256 of the batch's files by name."""

    decisions: dict[str, list[HandedDecision]]
    """By key of the row, oldest first."""

    rows: dict[str, ToldRow] = field(default_factory=dict)
    """By key."""

    finding: BatchFinding | None = None
    settled_number: str | None = None
    """The 批准文号 that a person settled where sheet and approval differed."""

    group_risks: dict[str, float] = field(default_factory=dict)

    @property
    def batch(self) -> HandedBatch:
        """The batch itself."""
        return self.contents.batch


def survey_package(contents: HandoverContents) -> Survey:
    """Look through a package whose files are whole.

    Proven is what ``read_handover`` leaves to whoever uses it: everything can be stored, each row has its
    finding, and from findings and decisions follow the very states and values that the rows are said to have.

    Raises:
        HandoverContentError: Something does not fit.
    """
    _check_batch(contents.batch)
    survey = Survey(contents, _hashes(contents), _decisions(contents))
    handed = _rows(contents)
    for number, line in enumerate(contents.findings, start=1):
        _refuse_unstorable(FINDINGS, line, line=number)
        try:
            if line["type"] == "row":
                _look_at(survey, handed, read_row_finding(line))
            elif survey.finding is None:
                survey.finding = replace(read_batch_finding(line), batch=contents.batch.name)
            else:
                raise ValueError("批次的结果出现了两次")  # noqa: TRY301 - said like the rest
        except ValueError as error:
            raise HandoverContentError(FINDINGS, str(error)[:200], line=number) from error
    if survey.finding is None or handed:
        raise HandoverContentError(FINDINGS, "有的行或批次没有核对结果")
    survey.settled_number = _settled_number(survey, survey.finding)
    return survey


def _look_at(survey: Survey, handed: dict[Place, tuple[str, HandedRow]], finding: RowFinding) -> None:
    """Take the row of a finding out of those that are left, and keep what is known of it."""
    number, row = handed.pop((finding.sheet, finding.tab, finding.row_number), ("", None))
    if row is None:
        raise ValueError("没有对应的行，或同一行出现了两次")
    decisions = survey.decisions.get(row.key, ())
    survey.rows[row.key] = tell_row(row, finding, decisions, survey.hashes, number=number)
    group = group_of(finding)
    survey.group_risks[group] = max(survey.group_risks.get(group, 0.0), risk_of(finding))


def _check_batch(batch: HandedBatch) -> None:
    _refuse_unstorable(BATCH, batch_object(batch))
    is_named = 0 < len(batch.key) <= _LONGEST_KEY and 0 < len(batch.name.strip()) <= _LONGEST_NAME
    if not is_named:
        raise HandoverContentError(BATCH, "批次的编号或名称为空或过长")
    if not batch.history or batch.history[-1].state is not batch.state:
        raise HandoverContentError(BATCH, "批次的经过与它的状态不符")


def _settled_number(survey: Survey, finding: BatchFinding) -> str | None:
    """Return the 批准文号 that the sender's people settled; ``None`` when each row stands under its own.

    One can be settled for a batch, and where it was in doubt; what else differs from the rows was not settled
    but written in.

    Raises:
        HandoverContentError: A number was written in.
    """
    unsettled = TableNumbers.unsettled(finding)
    told = list(survey.rows.values())
    settled = next((row.number for row in told if row.number != unsettled.number_of(row.own_number)), None)
    numbers = unsettled if settled is None else TableNumbers(finding.sheet_number, settled, is_settled=True)
    if settled == "" or any(row.number != numbers.number_of(row.own_number) for row in told):
        raise HandoverContentError(ROWS, "各表的批准文号与行内容不符")
    return settled


def _rows(contents: HandoverContents) -> dict[Place, tuple[str, HandedRow]]:
    rows: dict[Place, tuple[str, HandedRow]] = {}
    for table in contents.tables:
        for row in table.rows:
            _refuse_unstorable(ROWS, row_object(row, table=0))
            place = (row.sheet, row.tab, row.row_number)
            is_odd = row.row_number > _GREATEST_ROW or not row.key or len(row.fingerprint) > _LONGEST_KEY
            if place in rows or is_odd:
                raise HandoverContentError(ROWS, f"第 {row.row_number} 行出现了两次，或行号、编号不对")
            rows[place] = (table.approval_number, row)
    return rows


def _decisions(contents: HandoverContents) -> dict[str, list[HandedDecision]]:
    by_row: dict[str, list[HandedDecision]] = defaultdict(list)
    rows: dict[str, str] = {}
    for number, made in enumerate(contents.decisions, start=1):
        _refuse_unstorable(DECISIONS, decision_object(made), line=number)
        if made.undoes is not None and rows[made.undoes] != made.row:
            raise HandoverContentError(DECISIONS, "它撤销的是另一行的决定", line=number)
        rows[made.key] = made.row
        by_row[made.row].append(made)
    return dict(by_row)


def _hashes(contents: HandoverContents) -> dict[str, str]:
    hashes: dict[str, str] = {}
    for number, original in enumerate(contents.originals, start=1):
        _refuse_unstorable(ORIGINALS, original_object(original), line=number)
        if original.kind is not None and original.kind not in _KINDS:
            raise HandoverContentError(ORIGINALS, "kind 的值没有定义", line=number)
        if not set(original.holds) <= set(Holding) or (original.pages or 0) > _GREATEST_ROW:
            raise HandoverContentError(ORIGINALS, "holds 或 pages 的值没有定义", line=number)
        hashes.update(dict.fromkeys(original.names, original.sha256))
    return hashes


def _refuse_unstorable(name: str, content: object, *, line: int | None = None) -> None:
    """Refuse texts that no database takes: NUL, and half characters."""
    if not _is_storable(content):
        raise HandoverContentError(name, "含有不能保存的字符", line=line)


def _is_storable(content: object) -> bool:
    if isinstance(content, str):
        return _UNSTORABLE.search(content) is None
    if isinstance(content, Mapping):
        return all(map(_is_storable, content)) and all(map(_is_storable, content.values()))
    return not isinstance(content, (list, tuple)) or all(map(_is_storable, content))
