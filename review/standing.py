"""Where rows and batches stand in review: what follows from findings, decisions and lots."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from domain.batches import Batch, RowContent
from domain.decisions import Action, Decision, living, open_items, undecided
from domain.fields import Field
from domain.findings import RowFinding, Status, Verdict
from domain.fingerprints import fingerprint_of
from domain.way import BatchState, RecheckState, RowState
from storage.store import Store

__all__ = [
    "RECHECK_QUEUE",
    "REVIEW_QUEUE",
    "RowStanding",
    "fingerprint_of",
    "group_of",
    "pattern_of",
    "resting_state",
    "review_state",
    "risk_of",
    "stand",
]

REVIEW_QUEUE = "review"
RECHECK_QUEUE = "recheck"

_UNKNOWN_RISK = 0.5
"""Of a difference that carries no probability: as likely as not."""

_REJECT_RISK = 0.999


@dataclass(frozen=True, slots=True)
class RowStanding:
    """Where one row stands."""

    state: RowState
    recheck: RecheckState
    held: tuple[Decision, ...]
    """Decisions that hold, oldest first."""

    undecided: frozenset[Field | None]
    """What still waits for a person; ``None`` is the row as a whole."""

    @property
    def open_fields(self) -> frozenset[Field]:
        """What waits of single fields, none when nobody is asked about them."""
        if self.state is not RowState.WAITING:
            return frozenset()
        return frozenset(item for item in self.undecided if item is not None)

    @property
    def queue(self) -> str:
        """The queue that the row is in, empty when nobody is asked."""
        if self.state is RowState.WAITING:
            return REVIEW_QUEUE
        return RECHECK_QUEUE if self.recheck is RecheckState.WAITING else ""


def stand(
    content: RowContent, fingerprint: str, history: Sequence[Decision], recheck: RecheckState
) -> RowStanding:
    """Tell where a row stands.

    Args:
        content: What was submitted and found.
        fingerprint: Of the finding.
        history: All decisions of the row.
        recheck: ``NONE`` unless the row was drawn by lot; the other values follow from the decisions.
    """
    finding = content.finding
    held = living(history, finding, fingerprint)
    left = undecided(finding, held)
    actions = {decision.action for decision in held}
    if Action.SEND_BACK in actions:
        state = RowState.SENT_BACK
    elif left:
        state = RowState.WAITING
    elif finding.verdict is Verdict.CLEAR and not held:
        state = RowState.CLEARED
    else:
        state = RowState.DECIDED
    if recheck is not RecheckState.NONE:
        recheck = _recheck(held, finding.verdict)
        # A person confirmed what was cleared: it stays cleared, so that the next lot counts it as such.
        if recheck is RecheckState.CONFIRMED and finding.verdict is Verdict.CLEAR:
            state = RowState.CLEARED
    return RowStanding(state, recheck, held, left)


def _recheck(held: Sequence[Decision], verdict: Verdict) -> RecheckState:
    if any(decision.action is not Action.SHEET_RIGHT for decision in held):
        return RecheckState.ERROR_FOUND
    # A word on one field of a cleared row does not say that the others were looked at.
    looked_at = any(decision.field is None for decision in held) or (held and verdict is not Verdict.CLEAR)
    return RecheckState.CONFIRMED if looked_at else RecheckState.WAITING


def risk_of(finding: RowFinding) -> float:
    """Return how likely the likeliest error of a row is, 0 to 1."""
    if finding.verdict is Verdict.CLEAR:
        return max((found.probability or 0.0 for found in finding.fields.values()), default=0.0)
    open_fields = open_items(finding) - {None}
    risks = [
        _UNKNOWN_RISK if found.probability is None else found.probability
        for field, found in finding.fields.items()
        if field in open_fields
    ]
    if finding.verdict is Verdict.REJECT:
        risks.append(_REJECT_RISK)
    return max(risks, default=_UNKNOWN_RISK)


def group_of(finding: RowFinding) -> str:
    """Return the kind of a row's gravest difference, ``field:kind``; empty for a cleared row."""
    if finding.verdict is Verdict.CLEAR:
        return ""
    best, best_risk = "", -1.0
    for issue in finding.issues:
        found = finding.fields.get(issue.field) if issue.field else None
        risk = found.probability if found is not None and found.probability is not None else _UNKNOWN_RISK
        if risk > best_risk:
            best, best_risk = f"{issue.field.value if issue.field else 'row'}:{issue.kind.value}", risk
    return best or "row:unnamed"


def pattern_of(finding: RowFinding) -> str | None:
    """Return what a row shares with others that may be decided together; ``None`` with several differences.

    Alike are rows with one open field, the same kind of difference, and the same values on sheet and paper:
    one office's name spelled in two ways, not two people's dates that happen to differ by a day.
    """
    items = open_items(finding)
    if len(items) != 1:
        return None
    (field,) = items
    if field is None:
        return None
    found = finding.fields.get(field)
    if found is None or found.status is Status.UNREADABLE or not found.submitted:
        return None
    kinds = sorted(issue.kind.value for issue in finding.issues)
    content = [field.value, kinds, found.submitted, found.certificate, found.approval, found.status.value]
    text = json.dumps(content, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def review_state(store: Store, batch: Batch) -> BatchState:
    """Return whether a checked batch at its owner's still has rows that wait, also for the re-check."""
    waits = (
        store.rows.has_state(batch.id, RowState.WAITING)
        or store.rows.has_state(batch.id, RowState.SENT_BACK)
        or store.queue.has_rows(batch.id, RECHECK_QUEUE)
    )
    return BatchState.IN_REVIEW if waits else BatchState.READY


def resting_state(store: Store, batch: Batch) -> BatchState:
    """Return the state of a batch at its owner's that is not being checked."""
    has_rows = batch.run_id is not None and bool(store.batches.count_rows(batch.id))
    # A check that found no sheet leaves nothing to review and nothing to pass on.
    return review_state(store, batch) if has_rows else BatchState.DRAFT
