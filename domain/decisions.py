"""What a verifier can say of a row, and what follows from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.fields import Field
from domain.findings import FieldFinding, RowFinding, Status, Verdict
from domain.fingerprints import is_same_approval, is_same_certificate, submitted_hash


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
class Origin:
    """Who made a decision in another installation, as its hand-over package says."""

    key: str
    actor: str
    office_code: str
    office_name: str


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

    seen: Mapping[str, object]
    """What was compared when it was made; see ``what_is_seen``."""

    bulk_id: str | None = None
    origin: Origin | None = None
    """``None`` for one that was made in this installation."""

    @property
    def key(self) -> str:
        """What names the decision in hand-over packages."""
        return self.origin.key if self.origin is not None else f"{self.office}/{self.id}"


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision as a verifier asks for it."""

    action: Action
    field: Field | None = None
    value: str | None = None
    reason: str = ""
    link: CertificateRef | None = None


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


def what_is_seen(
    finding: RowFinding, fingerprint: str, field: Field | None, *, is_drawn: bool = False
) -> dict[str, object]:
    """Return what a verifier looks at when deciding on a field, or on the row as a whole for ``None``.

    Args:
        finding: What the check says.
        fingerprint: Of it.
        field: What is decided on.
        is_drawn: The row was drawn by lot for a re-check.
    """
    seen: dict[str, object] = {"fingerprint": fingerprint}
    if is_drawn:
        seen["drawn"] = True
    if field is None:
        seen["row"] = submitted_hash(finding)
    found = finding.fields.get(field) if field is not None else None
    if found is not None:
        seen |= {
            "submitted": found.submitted,
            "certificate": found.certificate,
            "approval": found.approval,
            "status": found.status.value,
            "kind": found.kind.value if found.kind else None,
            "probability": found.probability,
        }
    return seen


def living(
    history: Iterable[Decision], finding: RowFinding | None = None, fingerprint: str = ""
) -> tuple[Decision, ...]:
    """Return the decisions of one row that hold now, oldest first.

    Of several about one field the last holds, and one about the row as a whole ends those about fields. A
    sending back ends none; any later decision is its answer and ends it. What was undone is as if it had not
    been; ``REOPEN`` ends all before.
    A decision holds for what was seen: when a later check shows something else in the same place, or another
    paper, it is history. A sending back holds until something else is handed in.

    Args:
        history: All decisions of the row.
        finding: What the present check says; ``None`` to leave out whether it still shows the same.
        fingerprint: Of ``finding``.
    """
    lines = sorted(history, key=lambda line: line.id)
    undone = {line.undoes for line in lines if line.action is Action.UNDO}
    held: dict[Field | None, Decision] = {}
    sent_back: list[Decision] = []
    for line in lines:
        if line.action is Action.UNDO or line.id in undone:
            continue
        if line.action is Action.SEND_BACK:
            # What was decided before stays: whoever answers decides what is asked, not the whole row anew.
            sent_back = [line]
            continue
        # Any later word is the answer.
        sent_back = []
        if line.action is Action.REOPEN:
            held.clear()
            continue
        if line.field is None:
            held.clear()
        held.pop(line.field, None)
        held[line.field] = line
    holding = [*held.values(), *sent_back]
    if finding is None:
        return tuple(holding)
    return tuple(line for line in holding if _shows_the_same(line, finding, fingerprint))


def _shows_the_same(line: Decision, finding: RowFinding, fingerprint: str) -> bool:
    seen = line.seen
    then = str(seen.get("fingerprint", ""))
    if line.field is None and line.action is Action.SEND_BACK:
        is_same_paper = is_same_certificate(then, fingerprint) and is_same_approval(then, fingerprint)
        return is_same_paper and seen.get("row") == submitted_hash(finding)
    if line.field is None:
        return then == fingerprint
    if not is_same_certificate(then, fingerprint):
        return False
    found = finding.fields.get(line.field)
    if found is None:
        return "submitted" not in seen
    if found.approval is not None and not is_same_approval(then, fingerprint):
        return False
    return (seen.get("submitted"), seen.get("certificate"), seen.get("approval")) == (
        found.submitted,
        found.certificate,
        found.approval,
    )


def undecided(finding: RowFinding, held: Sequence[Decision]) -> frozenset[Field | None]:
    """Return the open items that no living decision answers.

    To name another certificate answers nothing: the row waits until it was compared with that one.
    """
    actions = {decision.action for decision in held if decision.field is None}
    if Action.LINK_OTHER in actions:
        return open_items(finding) - {decision.field for decision in held} | {None}
    if actions:
        return frozenset()
    return open_items(finding) - {decision.field for decision in held}


def named_certificate(history: Iterable[Decision]) -> CertificateRef | None:
    """Return the certificate that a person named for a row last, ``None`` when nobody has.

    A naming outlives the finding that it was made on, and later decisions; it ends when it is taken back or
    the row is reopened.
    """
    lines = sorted(history, key=lambda line: line.id)
    undone = {line.undoes for line in lines if line.action is Action.UNDO}
    named: CertificateRef | None = None
    for line in lines:
        if line.id in undone:
            continue
        if line.action is Action.REOPEN:
            named = None
        elif line.action is Action.LINK_OTHER:
            named = line.link
    return named


def was_found_wrong(history: Iterable[Decision]) -> bool:
    """Tell whether a re-check found an error in a row, be it mended since.

    What a lot brought to light stays part of what the lot says: rows that were not drawn are not mended.
    """
    lines = sorted(history, key=lambda line: line.id)
    undone = {line.undoes for line in lines if line.action is Action.UNDO}
    found = False
    for line in lines:
        if line.id in undone or line.action is Action.UNDO:
            continue
        if line.action is Action.REOPEN:
            found = False
        elif line.seen.get("drawn") and line.action is not Action.SHEET_RIGHT:
            found = True
    return found


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
            value = _decided_value(decision, submitted, finding.fields.get(decision.field))
            if value is not None:
                values[decision.field] = value
        elif decision.action is Action.PAPER_RIGHT:
            for field, found in finding.fields.items():
                if found.status not in _SETTLED and (value := paper_value(found)) is not None:
                    values[field] = value
    return values


def _decided_value(
    decision: Decision, submitted: Mapping[Field, str], found: FieldFinding | None
) -> str | None:
    if decision.action is Action.OTHER_VALUE:
        return decision.value
    if decision.action is Action.PAPER_RIGHT and found is not None:
        return paper_value(found)
    if decision.action is Action.SHEET_RIGHT and decision.field is not None:
        # Said after the whole row was corrected to the paper: this one field is right as submitted.
        return submitted.get(decision.field)
    return None
