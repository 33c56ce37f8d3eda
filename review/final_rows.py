"""The rows of a batch as they are handed on now: corrected values, and the 批准文号 they stand under."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.batches import Batch, Holding, ReviewRow, RowContent, submitted_values
from domain.decisions import Decision, final_values, living
from domain.document_numbers import parse_document_number
from domain.fields import Field
from domain.findings import BatchFinding
from domain.text import fold
from storage.store import Store


@dataclass(frozen=True, slots=True)
class FinalRow:
    """One row as it is handed on."""

    row: ReviewRow
    content: RowContent
    history: Sequence[Decision]
    held: Sequence[Decision]
    """The decisions that hold."""

    submitted: Mapping[Field, str]
    values: Mapping[Field, str]
    """``submitted`` with the decided corrections."""

    number: str
    """The 批准文号 that the row is handed on under; empty when nobody knows one."""

    @property
    def handed(self) -> dict[Field, str]:
        """The row with that number: what the next office gets."""
        return with_number(self.values, self.number)


def final_rows(store: Store, batch: Batch) -> Iterator[FinalRow]:
    """Return the rows of a batch in the order of the sheet, a few at a time in memory."""
    numbers = TableNumbers.of(store, batch)
    histories = store.decisions.histories(batch.id)
    for row, content in store.rows.load_contents(batch.id):
        history = histories.get(row.id, ())
        held = living(history, content.finding, row.fingerprint)
        submitted = submitted_values(content.submitted)
        values = final_values(submitted, content.finding, held)
        yield FinalRow(
            row, content, history, held, submitted, values, numbers.number_of(OwnNumber.of(values, held))
        )


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """The 批准文号 that a row itself says."""

    value: str
    """That above its table in the sheet, or what a person decided; empty without one."""

    is_decided: bool

    @classmethod
    def of(cls, values: Mapping[Field, str], held: Sequence[Decision]) -> "OwnNumber":
        """Take it from a row's corrected values and the decisions that hold."""
        is_decided = any(decision.field is Field.APPROVAL_NUMBER for decision in held)
        return cls(values.get(Field.APPROVAL_NUMBER, ""), is_decided)


@dataclass(frozen=True, slots=True)
class TableNumbers:
    """Which 批准文号 rows are handed on under."""

    in_doubt: str
    """The sheet's number that was compared with the approval; of several tables that of the worst."""

    settled: str
    """What it is after a person settled it; the same when nobody had to."""

    is_settled: bool = False
    """A person said so."""

    @classmethod
    def of(cls, store: Store, batch: Batch) -> "TableNumbers":
        """Return the numbers of a batch."""
        if batch.run_id is None:
            return cls("", "")
        _, finding = store.batches.get_run(batch.run_id)
        numbers = cls.unsettled(finding)
        settled = settled_number(store, batch)
        return cls(numbers.in_doubt, _tidy(settled), is_settled=True) if settled else numbers

    @classmethod
    def unsettled(cls, finding: BatchFinding) -> "TableNumbers":
        """Return the numbers as long as nobody has settled anything."""
        return cls(finding.sheet_number, _usual_form(finding.sheet_number))

    def number_of(self, own: OwnNumber) -> str:
        """Return the number of one row.

        A person's word about the row itself goes before what was settled about its table, and a table of
        another number than the one that was in doubt keeps its own.
        """
        if own.value and (own.is_decided or not self._is_in_doubt(own.value)):
            return own.value
        return self.settled

    def put_right(self, numbers: Sequence[str], compared: str) -> tuple[str, ...]:
        """Return numbers read from papers with what a person settled in the place of what was misread there.

        Args:
            numbers: Of the batch's approvals.
            compared: The one of them that differed from the sheet's.
        """
        if not self.is_settled or self.settled in numbers:
            return tuple(numbers)
        if compared not in numbers:
            return (*numbers, self.settled)
        return tuple(self.settled if number == compared else number for number in numbers)

    def _is_in_doubt(self, number: str) -> bool:
        return fold(_usual_form(number)) == fold(_usual_form(self.in_doubt))


def settled_number(store: Store, batch: Batch) -> str:
    """Return the 批准文号 that a person settled, empty when nobody has or when it holds no longer.

    It holds for what was read when it was settled, as decisions on rows do: while the check of that time and
    the present one have the same numbers of sheet and paper. A number of which nothing was read was seen on
    the paper itself, so there the approvals must be the same files too.
    """
    decided = batch.number_decision or {}
    value, then = str(decided.get("value") or ""), decided.get("run")
    if not value or not isinstance(then, int) or batch.run_id is None:
        return ""
    return value if then == batch.run_id or _shows_the_same(store, batch, then, batch.run_id) else ""


def _shows_the_same(store: Store, batch: Batch, then: int, now: int) -> bool:
    (old_run, old), (run, finding) = store.batches.get_run(then), store.batches.get_run(now)
    is_same_reading = (old.sheet_number, old.document_number, old.approval_number_status) == (
        finding.sheet_number,
        finding.document_number,
        finding.approval_number_status,
    )
    if not is_same_reading or finding.document_number:
        return is_same_reading
    approvals = {
        document.id: document.sha256
        for document in store.documents.list_page(batch.id, active_only=False)
        if Holding.APPROVAL in document.holds
    }
    papers, papers_then = (
        {approvals[one] for one in ids if one in approvals} for ids in (run.documents, old_run.documents)
    )
    return papers == papers_then


def with_number(values: Mapping[Field, str], number: str) -> dict[Field, str]:
    """Return a row's values with the 批准文号 that it stands under."""
    return {**values, Field.APPROVAL_NUMBER: number} if number else dict(values)


def _usual_form(written: str) -> str:
    parsed = parse_document_number(written)
    return str(parsed) if parsed is not None else written


def _tidy(said: str) -> str:
    """Return a number that a person typed in its usual form; a text that says more stays as it is."""
    usual = _usual_form(said)
    return usual if fold(usual) == fold(said) else said
