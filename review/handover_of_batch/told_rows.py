"""One row as a package tells it: proven from its finding and decisions, and ready to be stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.batches import NewRow, RowContent, submitted_values
from domain.decisions import CertificateRef, Decision, Origin, final_values, what_is_seen
from domain.fields import Field
from domain.findings import RowFinding
from domain.records import CellValue, SheetRow
from domain.way import RecheckState
from matching.pronunciation import initials
from review.changes import DecisionSummary, SnapshotRow
from review.final_rows import OwnNumber, with_number
from review.handover import HandedDecision, HandedRow, HandoverContentError
from review.handover.manifest import ROWS
from review.new_rows import new_row
from review.standing import RowStanding, fingerprint_of, stand
from storage.codec import ROW_FINDING, SHEET_ROW
from storage.rows import pack_content


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What is kept of a row between looking through a package and storing it."""

    new: NewRow
    """Without what only the receiving database knows. Its content is packed; beside it is but a stub."""

    history: tuple[Decision, ...]
    """As if they had been made here, numbered as they come."""

    number: str
    """The 批准文号 of its table in the package."""

    own_number: OwnNumber
    """The row's own."""

    snapshot: SnapshotRow
    """Of a batch with no other history than this; named by its key in the package."""

    @property
    def key(self) -> str:
        """What names the row in packages."""
        return self.snapshot.row_key

    def stand_with(self, history: Sequence[Decision]) -> RowStanding:
        """Return where the row stands with another history."""
        assert self.new.packed is not None, "a row is packed when it is told"
        submitted, finding = self.new.packed
        content = RowContent(SHEET_ROW.unpack(submitted), ROW_FINDING.unpack(finding))
        return stand(content, self.new.fingerprint, history, self.new.recheck)


def tell_row(
    row: HandedRow,
    finding: RowFinding,
    decisions: Sequence[HandedDecision],
    hashes: Mapping[str, str],
    *,
    number: str,
) -> ToldRow:
    """Return a row with its finding and history.

    Args:
        row: As it is handed on.
        finding: Of it.
        decisions: On it, oldest first.
        hashes: sha256 of the batch's files by name.
        number: The 批准文号 of its table in the package.

    Raises:
        HandoverContentError: Its state or its values do not follow from finding and decisions.
    """
    content = RowContent(_submitted(row), finding)
    fingerprint = row.fingerprint or fingerprint_of(finding, hashes)
    history = _history(decisions, finding, fingerprint)
    standing = stand(content, fingerprint, history, RecheckState(row.recheck))
    _check(row, content, standing)
    link = finding.certificate
    snapshot = SnapshotRow(
        row.key,
        row.row_number,
        content.submitted.value(Field.NAME),
        with_number(row.values, number),
        tuple(
            DecisionSummary(line.field, line.action, line.value, line.decided_by) for line in standing.held
        ),
        CertificateRef(link.file, link.page_number, link.slot) if link is not None else None,
    )
    return ToldRow(
        _new_row(row, content, fingerprint, standing),
        history,
        number,
        OwnNumber.of(row.values, standing.held),
        snapshot,
    )


def _submitted(row: HandedRow) -> SheetRow:
    values: dict[Field, str | None] = {**row.values, **row.submitted}
    cells = {name: CellValue(value, value) for name, value in values.items() if value is not None}
    return SheetRow(row.row_number, cells)


def _history(
    decisions: Sequence[HandedDecision], finding: RowFinding, fingerprint: str
) -> tuple[Decision, ...]:
    numbers = {made.key: number for number, made in enumerate(decisions, start=1)}
    return tuple(
        Decision(
            id=numbers[made.key],
            row_id=0,
            field=made.field,
            action=made.action,
            value=made.value,
            reason=made.reason,
            link=made.link,
            undoes=numbers[made.undoes] if made.undoes is not None else None,
            decided_by=made.actor,
            office=made.office.code,
            decided_at=made.at,
            run_id=0,
            seen=what_is_seen(finding, fingerprint, made.field) if made.seen is None else made.seen,
            origin=Origin(made.key, made.actor, made.office.code, made.office.name),
        )
        for made in decisions
    )


def _check(row: HandedRow, content: RowContent, standing: RowStanding) -> None:
    values = final_values(submitted_values(content.submitted), content.finding, standing.held)
    place = f"“{row.sheet[:40]}”第 {row.row_number} 行"
    if (standing.state.value, standing.recheck.value) != (row.state, row.recheck):
        raise HandoverContentError(ROWS, f"{place}的状态与核对结果和决定不符")
    if values != dict(row.values):
        raise HandoverContentError(ROWS, f"{place}的内容与核对结果和决定不符")


def _new_row(row: HandedRow, content: RowContent, fingerprint: str, standing: RowStanding) -> NewRow:
    finding, submitted = content.finding, content.submitted
    name = {Field.NAME: submitted.cells[Field.NAME]} if Field.NAME in submitted.cells else {}
    stub = RowContent(replace(submitted, cells=name), replace(finding, fields={}, issues=()))
    new = new_row(content, fingerprint, standing, initials, brought_key=row.key)
    return replace(new, content=stub, packed=pack_content(content))
