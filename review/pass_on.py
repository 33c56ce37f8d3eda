"""The steps of a batch between offices: passed on, accepted, sent back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from domain.accounts import Permission
from domain.batches import Batch, Holding, Transfer
from domain.decisions import Action, NewDecision, living
from domain.errors import ConflictError, InputError
from domain.offices import Office, OfficeKind
from domain.way import BatchState, GateItem, RowState
from review.access import BatchStateError, require, require_holder, require_reviewable
from review.decide import append_decision, settle
from review.escape_rate import estimate_escapes
from review.export.privacy import mask_numbers_in_name
from review.gate import find_missing
from review.letter_of_batch import content_hash
from review.proofs import withdraw_proofs, write_proofs
from review.snapshots import pack_snapshot, take_snapshot
from storage.rows import RowNotFoundError
from storage.store import Store

CHINA = timezone(timedelta(hours=8))
"""Deadlines end at midnight where the offices are."""

_LONGEST_REASON = 1000
_PASSABLE = frozenset({BatchState.DRAFT, BatchState.IN_REVIEW, BatchState.READY, BatchState.SENT_BACK})


class GateClosedError(ConflictError):
    """Something is missing; every item says what."""

    code = "gate_closed"

    def __init__(self, items: Sequence[GateItem]) -> None:
        self.items = tuple(items)
        super().__init__("批次还不能报送：" + "".join(item.message for item in items))

    @property
    def facts(self) -> Mapping[str, Any]:
        """Every missing item, as the gate tells it."""
        return {
            "missing": [
                {
                    "code": item.code.value,
                    "message": mask_numbers_in_name(item.message),
                    "count": item.count,
                    "document_ids": list(item.document_ids),
                }
                for item in self.items
            ]
        }


class RowsReturnedError(ConflictError):
    """Rows were marked to be sent back; the batch cannot be accepted."""

    code = "rows_marked_for_return"

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"有 {count} 行已标记退回，不能接收。请退回批次，或先撤销这些标记。")

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many rows are marked."""
        return {"count": self.count}


class ReasonMissingError(InputError):
    """Sending back needs a reason."""

    code = "reason_missing"

    def __init__(self) -> None:
        super().__init__("退回必须写明理由：请填写总的理由，或逐行写明理由（不超过 1000 字）。")


class NoLetterError(ConflictError):
    """The file is no commitment letter of this batch."""

    code = "no_letter"

    def __init__(self) -> None:
        super().__init__("该文件不是本批次的承诺书，不能确认。请选择已识别为承诺书的文件。")


def pass_on(store: Store, batch_id: int) -> tuple[Batch, Transfer]:
    """Hand a batch to the next office.

    Raises:
        PermissionMissingError: The actor passes nothing on.
        NotHolderError: The batch lies with another office.
        BatchStateError: It is being checked, on its way or withdrawn.
        GateClosedError: Something is missing.
    """
    actor = store.person
    require(actor, Permission.PASS_ON)
    batch = store.batches.get(batch_id, lock=True)
    require_holder(actor, batch)
    is_own = batch.owner_id == batch.holder_id and batch.state in _PASSABLE
    if not is_own and batch.state is not BatchState.ACCEPTED:
        raise BatchStateError(batch, "报送")
    missing = find_missing(store, batch, actor)
    if missing:
        raise GateClosedError(missing)
    here = store.offices.get(batch.holder_id)
    assert here.parent_id is not None, "the gate has seen to it"
    above = store.offices.get(here.parent_id)
    late = days_late(store, batch, here, store.now)
    transfer = store.transfers.add(
        batch_id,
        "pass",
        from_office_id=here.id,
        to_office_id=above.id,
        by=actor.user_id,
        at=store.now,
        days_late=late,
        escape_bound=estimate_escapes(store, batch).upper_bound,
        snapshot=pack_snapshot(take_snapshot(store, batch)),
    )
    store.queue.release_all(batch_id)
    batch = store.batches.change(
        batch_id,
        state=BatchState.PASSED.value,
        holder_id=above.id,
        has_left=True,
        passed_at=store.now,
        counts=store.batches.count_rows(batch_id),
    )
    store.log.append(
        actor, "batch.passed", f"batch/{batch_id}", batch_id=batch_id, to=above.code, days_late=late
    )
    return batch, transfer


def accept(store: Store, batch_id: int) -> tuple[Batch, Transfer]:
    """Take a batch over; its rows are locked from now on.

    Raises:
        PermissionMissingError: The actor accepts nothing.
        NotHolderError: The batch lies with another office.
        BatchStateError: It was not passed to this office.
        RowsReturnedError: Rows were marked to be sent back.
    """
    actor = store.person
    require(actor, Permission.PASS_ON)
    batch = store.batches.get(batch_id, lock=True)
    require_holder(actor, batch)
    if batch.state is not BatchState.PASSED:
        raise BatchStateError(batch, "接收")
    returned = store.batches.count_rows(batch_id).get(RowState.SENT_BACK.value, 0)
    if returned:
        raise RowsReturnedError(returned)
    transfer = store.transfers.add(
        batch_id,
        "accept",
        from_office_id=_sender(store, batch),
        to_office_id=batch.holder_id,
        by=actor.user_id,
        at=store.now,
    )
    store.queue.release_all(batch_id)
    batch = store.batches.change(batch_id, state=BatchState.ACCEPTED.value)
    if store.offices.get(batch.holder_id).parent_id is None:
        write_proofs(store, batch)
    store.log.append(actor, "batch.accepted", f"batch/{batch_id}", batch_id=batch_id)
    return batch, transfer


def send_back(
    store: Store, batch_id: int, reason: str, row_reasons: Mapping[int, str] | None = None
) -> tuple[Batch, Transfer]:
    """Give a batch back to the office that passed it on, with reasons for the whole and for rows.

    Rows that this office's verifiers have marked already go with their reasons.

    Raises:
        PermissionMissingError: The actor sends nothing back.
        NotHolderError: The batch lies with another office.
        BatchStateError: It was not passed to this office.
        ReasonMissingError: There is no reason at all, or one is empty or too long.
        RowNotFoundError: A row is not of this batch.
    """
    actor = store.person
    require(actor, Permission.PASS_ON)
    batch = store.batches.get(batch_id, lock=True)
    require_holder(actor, batch)
    is_between = batch.state is BatchState.SENT_BACK and batch.holder_id != batch.owner_id
    is_own = batch.holder_id == batch.owner_id
    if is_own or (batch.state not in (BatchState.PASSED, BatchState.ACCEPTED) and not is_between):
        raise BatchStateError(batch, "退回")
    reason = reason.strip()
    texts = [reason, *(row_reasons or {}).values()]
    if any(len(text) > _LONGEST_REASON for text in texts):
        raise ReasonMissingError
    for row_id, text in (row_reasons or {}).items():
        _mark(store, batch, row_id, text.strip())
    reasons = marked_rows(store, batch)
    if not reason and not reasons:
        raise ReasonMissingError
    to_office = _sender(store, batch)
    transfer = store.transfers.add(
        batch_id,
        "send_back",
        from_office_id=batch.holder_id,
        to_office_id=to_office,
        by=actor.user_id,
        at=store.now,
        reason=reason,
        row_reasons=reasons,
    )
    if batch.state is BatchState.ACCEPTED:
        withdraw_proofs(store, batch)
    store.queue.release_all(batch_id)
    store.queue.ask_again(batch_id)
    batch = store.batches.change(
        batch_id,
        state=BatchState.SENT_BACK.value,
        holder_id=to_office,
        counts=store.batches.count_rows(batch_id),
    )
    store.log.append(actor, "batch.sent_back", f"batch/{batch_id}", batch_id=batch_id, rows=len(reasons))
    return batch, transfer


def confirm_number(store: Store, batch_id: int, value: str, reason: str) -> Batch:
    """Record what a verifier saw of 批准文号 that differ: which is right, and why.

    It holds until a check reads another number in sheet or approval, see ``settled_number``.

    Raises:
        PermissionMissingError: The actor does not decide.
        BatchStateError: The batch is not in review.
        ReasonMissingError: No number or no reason was given.
    """
    return _confirm(store, batch_id, reason, "number_decision", "batch.number_confirmed", value=value.strip())


def confirm_letter(store: Store, batch_id: int, document_id: int, reason: str) -> Batch:
    """Record that a verifier found a commitment letter right that could not be read in full.

    Raises:
        PermissionMissingError: The actor does not decide.
        BatchStateError: The batch is not in review.
        ReasonMissingError: No reason was given.
        DocumentNotFoundError: There is no such file.
        NoLetterError: The file is no commitment letter of this batch.
    """
    document = store.documents.get(document_id)
    if document.batch_id != batch_id or Holding.LETTER not in document.holds:
        raise NoLetterError
    # A letter without a code speaks for the data that it was confirmed with, and for no other.
    content = content_hash(store, store.batches.get(batch_id))
    return _confirm(
        store,
        batch_id,
        reason,
        "letter_decision",
        "batch.letter_confirmed",
        document=document.id,
        content=content,
    )


def _confirm(store: Store, batch_id: int, reason: str, column: str, action: str, **facts: object) -> Batch:
    actor = store.person
    require(actor, Permission.DECIDE)
    batch = store.batches.get(batch_id, lock=True)
    require_reviewable(actor, batch)
    if batch.owner_id != batch.holder_id or batch.run_id is None:
        raise BatchStateError(batch, "确认")
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST_REASON or not all(facts.values()):
        raise ReasonMissingError
    said = {**facts, "reason": reason, "by": actor.username, "run": batch.run_id}
    batch = store.batches.change(batch_id, **{column: said})
    store.log.append(actor, action, f"batch/{batch_id}", batch_id=batch_id)
    return batch


def deadline_kind(store: Store, office: Office) -> OfficeKind:
    """Return the kind of office whose deadline holds: a unit is due with the office it reports through."""
    while office.kind is OfficeKind.UNIT and office.parent_id is not None:
        office = store.offices.get(office.parent_id)
    return office.kind


def days_late(store: Store, batch: Batch, office: Office, now: datetime) -> int | None:
    """Return by how many days an office is over the deadline of a batch's period, ``None`` when it is not."""
    if batch.period_id is None:
        return None
    left = store.periods.get(batch.period_id).days_left(
        deadline_kind(store, office), now.astimezone(CHINA).date()
    )
    return -left if left is not None and left < 0 else None


def _sender(store: Store, batch: Batch) -> int:
    """Return the office that passed a batch to the one that holds it."""
    for step in reversed(store.transfers.list_of_batch(batch.id)):
        if step.step in ("pass", "import") and step.to_office_id == batch.holder_id:
            return step.from_office_id
    return batch.owner_id


def _mark(store: Store, batch: Batch, row_id: int, reason: str) -> None:
    """Send one row back on behalf of the actor."""
    if not reason:
        raise ReasonMissingError
    row = store.rows.get(row_id, lock=True)
    if row.batch_id != batch.id:
        raise RowNotFoundError(row_id)
    content = store.rows.load_content(row_id)
    append_decision(store, row, content, NewDecision(Action.SEND_BACK, reason=reason))
    settle(store, row, content)


def marked_rows(store: Store, batch: Batch) -> dict[int, str]:
    """Return the reasons of the rows that are marked to be sent back, by row id."""
    reasons: dict[int, str] = {}
    histories = store.decisions.histories(batch.id)
    for row in store.rows.list_page(batch.id, limit=100_000, state=RowState.SENT_BACK):
        for line in living(histories.get(row.id, ())):
            if line.action is Action.SEND_BACK:
                reasons[row.id] = line.reason
    return reasons
