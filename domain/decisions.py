"""What a verifier can say of a row, and what follows from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.fields import Field
from domain.findings import FieldFinding, RowFinding, Status, Verdict


class Action(StrEnum):
    """A decision, or what takes one away again. Public, never changed."""

    SHEET_RIGHT = "sheet_right"
    """The submitted value stands: the paper was misread, or the difference is none."""
    PAPER_RIGHT = "paper_right"
    """The sheet is corrected to the evidence."""
    OTHER_VALUE = "other_value"
    """Neither; the value is typed, with a reason."""
    SEND_BACK = "send_back"
    """The reporting office must answer."""
    LINK_OTHER = "link_other"
    """Not this certificate; another is named and the row is compared with it."""
    NO_CERTIFICATE = "no_certificate"
    """No certificate exists for this row."""
    UNDO = "undo"
    """Takes back one decision, as if it had not been."""
    REOPEN = "reopen"
    """Ends all decisions of a row: it waits again."""

    @property
    def label(self) -> str:
        """The action in Chinese."""
        return _LABELS[self]


_LABELS = {
    Action.SHEET_RIGHT: "表格无误",
    Action.PAPER_RIGHT: "以纸件为准",
    Action.OTHER_VALUE: "另填",
    Action.SEND_BACK: "退回",
    Action.LINK_OTHER: "改换证书",
    Action.NO_CERTIFICATE: "没有证书",
    Action.UNDO: "撤销",
    Action.REOPEN: "重新打开",
}

ROW_ACTIONS = frozenset({Action.SEND_BACK, Action.LINK_OTHER, Action.NO_CERTIFICATE, Action.REOPEN})
"""Concern the whole row, never one field."""

NEEDS_REASON = frozenset({Action.OTHER_VALUE, Action.SEND_BACK, Action.NO_CERTIFICATE, Action.REOPEN})


@dataclass(frozen=True, slots=True)
class CertificateRef:
    """A certificate of the batch."""

    file: str
    page_number: int
    slot: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of a row's history; never altered, never removed."""

    id: int
    row_id: int
    field: Field | None
    """``None`` for the row as a whole."""

    action: Action
    value: str | None
    reason: str
    link: CertificateRef | None
    undoes: int | None
    """The decision that an ``UNDO`` takes back."""

    decided_by: str
    office: str
    decided_at: datetime
    run_id: int
    """The check whose finding was looked at."""

    bulk_id: str | None = None


_SETTLED = frozenset({Status.MATCH, Status.NOT_ON_DOCUMENT})


def open_items(finding: RowFinding) -> frozenset[Field | None]:
    """Return what of a row needs a person: fields, and ``None`` for the row as a whole.

    Empty for a row that was cleared.
    """
    if finding.verdict is Verdict.CLEAR:
        return frozenset()
    items: set[Field | None] = {issue.field for issue in finding.issues}
    items |= {field for field, found in finding.fields.items() if found.status not in _SETTLED}
    return frozenset(items) or frozenset({None})


def living(history: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the decisions of one row that hold now, oldest first.

    Of several about one field the last holds; one about the row as a whole ends those about fields; what was
    undone is as if it had not been; ``REOPEN`` ends all before it.
    """
    lines = sorted(history, key=lambda line: line.id)
    undone = {line.undoes for line in lines if line.action is Action.UNDO}
    held: dict[Field | None, Decision] = {}
    for line in lines:
        if line.action is Action.UNDO or line.id in undone:
            continue
        if line.action is Action.REOPEN:
            held.clear()
            continue
        if line.field is None:
            held.clear()
        held.pop(line.field, None)
        held[line.field] = line
    return tuple(held.values())


def undecided(finding: RowFinding, held: Sequence[Decision]) -> frozenset[Field | None]:
    """Return the open items that no living decision answers."""
    if any(decision.field is None for decision in held):
        return frozenset()
    return open_items(finding) - {decision.field for decision in held}


def paper_value(found: FieldFinding) -> str | None:
    """Return what the paper says of a field: the certificate's value before that of the approval."""
    return found.certificate or found.approval or None


def final_values(
    submitted: Mapping[Field, str], finding: RowFinding, held: Sequence[Decision]
) -> dict[Field, str]:
    """Return the row as it is handed on: submitted values with the decided corrections.

    Args:
        submitted: Normalised values of the sheet, by field.
        finding: What the check found.
        held: The living decisions.
    """
    values = dict(submitted)
    for decision in held:
        if decision.field is not None:
            value = _decided_value(decision, finding.fields.get(decision.field))
            if value is not None:
                values[decision.field] = value
        elif decision.action is Action.PAPER_RIGHT:
            for field, found in finding.fields.items():
                if found.status not in _SETTLED and (value := paper_value(found)) is not None:
                    values[field] = value
    return values


def _decided_value(decision: Decision, found: FieldFinding | None) -> str | None:
    if decision.action is Action.OTHER_VALUE:
        return decision.value
    if decision.action is Action.PAPER_RIGHT and found is not None:
        return paper_value(found)
    return None
