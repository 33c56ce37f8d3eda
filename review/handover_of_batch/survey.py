"""Proving what a package says before anything of it is stored: rows, findings and decisions fit together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.batches import Holding, RowContent, submitted_values
from domain.decisions import Decision, Origin, final_values, what_is_seen
from domain.findings import BatchFinding, RowFinding
from domain.records import CellValue, SheetRow
from domain.way import RecheckState
from ingest.sniff import FileKind
from review.handover import HandedBatch, HandedDecision, HandedRow, HandoverContentError, HandoverContents
from review.handover.found import read_batch_finding, read_row_finding
from review.handover.manifest import BATCH, DECISIONS, FINDINGS, ORIGINALS, ROWS
from review.handover.objects import batch_object, decision_object, original_object, row_object
from review.standing import fingerprint_of, group_of, risk_of, stand

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
    finding: BatchFinding
    hashes: dict[str, str]
    """sha256 of the batch's files by name."""

    rows: dict[Place, HandedRow]
    decisions: dict[str, list[HandedDecision]]
    """By key of the row, oldest first."""

    group_risks: dict[str, float] = field(default_factory=dict)

    @property
    def batch(self) -> HandedBatch:
        """The batch itself."""
        return self.contents.batch

    def told_rows(self) -> Iterator["ToldRow"]:
        """Go through the rows, each with its finding and its decisions."""
        for _, line in _row_findings(self.contents):
            row = self.rows[line.sheet, line.tab, line.row_number]
            yield tell_row(row, line, self.decisions.get(row.key, ()), self.hashes)


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One row as the package tells it."""

    row: HandedRow
    content: RowContent
    fingerprint: str
    recheck: RecheckState
    history: tuple[Decision, ...]
    """As if they had been made here, numbered as they come."""


def survey_package(contents: HandoverContents) -> Survey:
    """Look through a package whose files are whole.

    Proven is what ``read_handover`` leaves to whoever uses it: everything can be stored, each row has its
    finding, and from findings and decisions follow the very states and values that the rows are said to have.

    Raises:
        HandoverContentError: Something does not fit.
    """
    _check_batch(contents.batch)
    survey = Survey(
        contents, _batch_finding(contents), _hashes(contents), _rows(contents), _decisions(contents)
    )
    seen: set[str] = set()
    for number, line in _row_findings(contents):
        row = survey.rows.get((line.sheet, line.tab, line.row_number))
        if row is None or row.key in seen:
            raise HandoverContentError(FINDINGS, "没有对应的行，或同一行出现了两次", line=number)
        seen.add(row.key)
        told = tell_row(row, line, survey.decisions.get(row.key, ()), survey.hashes)
        _check_standing(told)
        group = group_of(line)
        survey.group_risks[group] = max(survey.group_risks.get(group, 0.0), risk_of(line))
    if len(seen) < len(survey.rows):
        raise HandoverContentError(FINDINGS, "有的行没有核对结果")
    return survey


def tell_row(
    row: HandedRow, finding: RowFinding, decisions: Sequence[HandedDecision], hashes: Mapping[str, str]
) -> ToldRow:
    """Return a row with its finding and history."""
    cells = {name: CellValue(value, value) for name, value in row.values.items()}
    for name, value in row.submitted.items():
        if value is None:
            cells.pop(name, None)
        else:
            cells[name] = CellValue(value, value)
    fingerprint = row.fingerprint or fingerprint_of(finding, hashes)
    numbers = {made.key: number for number, made in enumerate(decisions, start=1)}
    history = tuple(
        Decision(
            id=numbers[made.key],
            row_id=0,
            field=made.field,
            action=made.action,
            value=made.value,
            reason=made.reason,
            link=made.link,
            undoes=numbers.get(made.undoes) if made.undoes is not None else None,
            decided_by=made.actor,
            office=made.office.code,
            decided_at=made.at,
            run_id=0,
            seen=what_is_seen(finding, fingerprint, made.field) if made.seen is None else made.seen,
            origin=Origin(made.key, made.actor, made.office.code, made.office.name),
        )
        for made in decisions
    )
    content = RowContent(SheetRow(row.row_number, cells), finding)
    return ToldRow(row, content, fingerprint, RecheckState(row.recheck), history)


def _check_standing(told: ToldRow) -> None:
    standing = stand(told.content, told.fingerprint, told.history, told.recheck)
    values = final_values(submitted_values(told.content.submitted), told.content.finding, standing.held)
    place = f"“{told.row.sheet[:40]}”第 {told.row.row_number} 行"
    if (standing.state.value, standing.recheck) != (told.row.state, told.recheck):
        raise HandoverContentError(ROWS, f"{place}的状态与核对结果和决定不符")
    if values != dict(told.row.values):
        raise HandoverContentError(ROWS, f"{place}的内容与核对结果和决定不符")


def _check_batch(batch: HandedBatch) -> None:
    _refuse_unstorable(BATCH, batch_object(batch))
    is_named = 0 < len(batch.key) <= _LONGEST_KEY and 0 < len(batch.name.strip()) <= _LONGEST_NAME
    if not is_named:
        raise HandoverContentError(BATCH, "批次的编号或名称为空或过长")
    if not batch.history or batch.history[-1].state is not batch.state:
        raise HandoverContentError(BATCH, "批次的经过与它的状态不符")


def _rows(contents: HandoverContents) -> dict[Place, HandedRow]:
    rows: dict[Place, HandedRow] = {}
    for table in contents.tables:
        for row in table.rows:
            _refuse_unstorable(ROWS, row_object(row, table=0))
            place = (row.sheet, row.tab, row.row_number)
            is_odd = row.row_number > _GREATEST_ROW or not row.key or len(row.fingerprint) > _LONGEST_KEY
            if place in rows or is_odd:
                raise HandoverContentError(ROWS, f"第 {row.row_number} 行出现了两次，或行号、编号不对")
            rows[place] = row
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


def _batch_finding(contents: HandoverContents) -> BatchFinding:
    found: BatchFinding | None = None
    for number, line in enumerate(contents.findings, start=1):
        _refuse_unstorable(FINDINGS, line, line=number)
        if line.get("type") == "batch":
            if found is not None:
                raise HandoverContentError(FINDINGS, "批次的结果出现了两次", line=number)
            try:
                found = replace(read_batch_finding(line), batch=contents.batch.name)
            except ValueError as error:
                raise HandoverContentError(FINDINGS, str(error)[:200], line=number) from error
    if found is None:
        raise HandoverContentError(FINDINGS, "缺少批次的结果")
    return found


def _row_findings(contents: HandoverContents) -> Iterator[tuple[int, RowFinding]]:
    for number, line in enumerate(contents.findings, start=1):
        if line.get("type") == "row":
            try:
                yield number, read_row_finding(line)
            except ValueError as error:
                raise HandoverContentError(FINDINGS, str(error)[:200], line=number) from error


def _refuse_unstorable(name: str, content: object, *, line: int | None = None) -> None:
    """Refuse texts that no database takes: NUL, and half characters."""
    if not all(map(_is_storable, _texts(content))):
        raise HandoverContentError(name, "含有不能保存的字符", line=line)


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _texts(content: object) -> Iterable[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            yield from _texts(key)
            yield from _texts(value)
    elif isinstance(content, (list, tuple)):
        for item in content:
            yield from _texts(item)
