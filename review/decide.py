"""Decisions on rows: made, taken back, made for many at once."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.accounts import Permission
from domain.batches import Batch, ReviewRow, RowContent
from domain.decisions import (
    Action,
    CertificateRef,
    Decision,
    NewDecision,
    living,
    named_certificate,
    open_items,
    what_is_seen,
)
from domain.errors import ConflictError, ForbiddenError, StaleVersionError
from domain.way import BatchState, RecheckState, RowState
from review.access import require, require_reviewable
from review.batches import check_when_read
from review.decision_rules import (
    BadDecisionError,
    check_decision,
    check_link,
    require_corrections_kept,
    require_values_kept,
    tidy,
)
from review.jobs_port import Jobs
from review.leases import LeaseExpiredError, RowTakenError, holds_lease
from review.standing import RowStanding, review_state, stand
from storage.decisions import DecisionNotFoundError
from storage.rows import joined
from storage.store import Store


class SecondOpinionError(ConflictError):
    """Somebody else must decide."""

    code = "second_opinion_needed"

    def __init__(self) -> None:
        super().__init__("您已为这一行请求他人复核，请由另一位核对人决定，或先撤回请求。")


class ForeignDecisionError(ForbiddenError):
    """Another office made the decision."""

    code = "decision_of_other_office"

    def __init__(self) -> None:
        super().__init__("这项决定由其他单位作出，不能撤销。请按退回理由处理后作出新的决定，或联系该单位。")


class PatternChangedError(ConflictError):
    """The difference is shared by another number of rows than was seen."""

    code = "pattern_changed"

    def __init__(self, count: int, expected: int) -> None:
        self.count = count
        super().__init__(f"同类差异现有 {count} 行，与您看到的 {expected} 行不同，没有处理。请刷新后重试。")

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many rows share it now."""
        return {"count": self.count}


@dataclass(frozen=True, slots=True)
class Decided:
    """A row after a decision."""

    row: ReviewRow
    content: RowContent
    standing: RowStanding
    decision_ids: tuple[int, ...]


def decide(
    store: Store,
    jobs: Jobs,
    row_id: int,
    news: Sequence[NewDecision],
    *,
    version: int | None = None,
    lease_token: str | None = None,
) -> Decided:
    """Record one verifier's decisions on a row.

    Args:
        store: Of the verifier.
        jobs: Compares the row anew when another certificate was named.
        row_id: Which row.
        news: At least one.
        version: Of the row that was looked at; the decision is refused when it is another by now.
        lease_token: Proves that the row was taken; may be left out while nobody else has it.
            Decisions that the actor has made already, and that hold, are neither refused nor made again.

    Raises:
        PermissionMissingError: The actor does not decide.
        RowNotFoundError: There is no such row for the actor.
        NotHolderError: The batch lies with another office.
        RowsLockedError: The batch was accepted.
        BatchStateError: The batch is not in review.
        OnlyReturnError: The batch was passed on and this would correct it.
        RowTakenError: Another verifier has the row.
        LeaseExpiredError: The lease ended before.
        StaleVersionError: The row has changed.
        SecondOpinionError: The actor asked somebody else to decide.
        BadDecisionError: A value or a reason is missing, or the row does not allow this.
        CorrectionsLostError: A word on the whole row would change what was decided on single fields.
    """
    news = [tidy(new) for new in news]
    row, batch = _lock(store, row_id)
    if row.opinion_of == store.person.user_id:
        raise SecondOpinionError
    content = store.rows.load_content(row_id)
    history = store.decisions.history(row_id)
    standing = stand(content, row.fingerprint, history, row.recheck)
    if news and all(_holds_already(store, new, standing.held) for new in news):
        # A double click, or the answer was lost: said once is enough, whatever has become of the lease since.
        return Decided(row, content, standing, ())
    _require_free(store, row, version, lease_token)
    for new in news:
        check_decision(new, content, batch)
        if new.link is not None:
            check_link(store, batch, content, new.link)
    if not news:
        raise BadDecisionError("没有选择任何决定")
    named = named_certificate(history)
    ids = tuple(append_decision(store, row, content, new) for new in news)
    if batch.holder_id != batch.owner_id:
        require_values_kept(store, row, content)
    else:
        now = living(store.decisions.history(row_id), content.finding, row.fingerprint)
        require_corrections_kept(news, standing.held, now, content)
    return _settle_and_move(store, jobs, batch, row, content, named, ids)


def _holds_already(store: Store, new: NewDecision, held: Sequence[Decision]) -> bool:
    """Tell whether the actor has said the very same, and it holds.

    Said again after the row was sent back it is an answer, not the same once more.
    """
    if new.action is not Action.SEND_BACK and any(line.action is Action.SEND_BACK for line in held):
        return False
    return any(
        (line.action, line.field, line.value, line.reason, line.link)
        == (new.action, new.field, new.value, new.reason, new.link)
        and line.decided_by == store.person.username
        for line in held
    )


def undo(
    store: Store,
    jobs: Jobs,
    row_id: int,
    decision_id: int,
    *,
    version: int | None = None,
    lease_token: str | None = None,
) -> Decided:
    """Take back one decision that holds, as if it had not been made.

    Raises:
        DecisionNotFoundError: The row has no such decision that holds.
        ForeignDecisionError: Another office made it.
        ZhengheError: As ``decide``.
    """
    row, batch = _open(store, row_id, version, lease_token)
    content = store.rows.load_content(row_id)
    history = store.decisions.history(row_id)
    # Also one that holds no longer because the finding changed may be taken back: a named certificate.
    undone = next((line for line in living(history) if line.id == decision_id), None)
    if undone is None:
        raise DecisionNotFoundError(decision_id)
    if undone.office != store.person.office_code:
        raise ForeignDecisionError
    named = named_certificate(history)
    new = NewDecision(Action.UNDO, undone.field)
    made = append_decision(store, row, content, new, undoes=decision_id)
    return _settle_and_move(store, jobs, batch, row, content, named, (made,))


def reopen(store: Store, jobs: Jobs, row_id: int, reason: str, *, version: int | None = None) -> Decided:
    """End all decisions of a row, so that it waits again; also that another certificate was named.

    Raises:
        BadDecisionError: No reason was given, or nothing was decided.
        ZhengheError: As ``decide``.
    """
    row, batch = _open(store, row_id, version, None)
    content = store.rows.load_content(row_id)
    new = NewDecision(Action.REOPEN, reason=reason.strip())
    check_decision(new, content, batch)
    if not living(store.decisions.history(row_id)):
        raise BadDecisionError("这一行还没有决定，不需要重新打开")
    named = named_certificate(store.decisions.history(row_id))
    made = append_decision(store, row, content, new)
    return _settle_and_move(store, jobs, batch, row, content, named, (made,))


def decide_pattern(
    store: Store, batch_id: int, pattern: str, new: NewDecision, *, expected: int
) -> tuple[str, list[int], list[int]]:
    """Decide all waiting rows that share one difference in the same way.

    Args:
        store: Of the verifier.
        batch_id: The batch.
        pattern: The difference, see ``pattern_of``.
        new: The decision; its field is that of the pattern.
        expected: How many rows the verifier was shown; another number is refused.

    Returns:
        The id that ties the decisions together, the rows decided, and those left out because another verifier
        has them.

    Raises:
        PatternChangedError: The number is another.
        BadDecisionError: The action is none for many rows.
        ZhengheError: As ``decide``.
    """
    actor = store.person
    require(actor, Permission.DECIDE)
    batch = store.batches.get(batch_id, lock=True)
    require_reviewable(actor, batch)
    if new.action not in (Action.SHEET_RIGHT, Action.PAPER_RIGHT, Action.OTHER_VALUE):
        raise BadDecisionError("成批处理只能选择“表格无误”“以纸件为准”或“另填”")
    rows = store.queue.of_pattern(batch_id, pattern)
    if len(rows) != expected:
        raise PatternChangedError(len(rows), expected)
    new = tidy(new)
    bulk_id = secrets.token_hex(16)
    done, left_out, moves = [], [], []
    for row in rows:
        if row.opinion_of is not None or (row.lease is not None and _is_anothers(store, row)):
            left_out.append(row.id)
            continue
        content = store.rows.load_content(row.id)
        (field,) = open_items(content.finding)
        one = NewDecision(new.action, field, new.value, new.reason)
        check_decision(one, content, batch)
        append_decision(store, row, content, one, bulk_id=bulk_id)
        after, _ = settle(store, row, content, decided=True)
        moves.append((row.state, after.state))
        done.append(row.id)
    _move_batch(store, batch, moves)
    return bulk_id, done, left_out


def _is_anothers(store: Store, row: ReviewRow) -> bool:
    return (
        row.lease is not None
        and row.lease.user_id != store.person.user_id
        and holds_lease(row.lease, store.now)
    )


def _open(store: Store, row_id: int, version: int | None, lease_token: str | None) -> tuple[ReviewRow, Batch]:
    """Lock the row's batch and the row, and see that the actor may decide on it now."""
    row, batch = _lock(store, row_id)
    _require_free(store, row, version, lease_token)
    return row, batch


def _lock(store: Store, row_id: int) -> tuple[ReviewRow, Batch]:
    actor = store.person
    require(actor, Permission.DECIDE)
    batch_id = store.rows.get(row_id).batch_id
    # The batch first, always: nobody may pass it on between this look at its state and the decision.
    batch = store.batches.get(batch_id, lock=True)
    require_reviewable(actor, batch)
    return store.rows.get(row_id, lock=True), batch


def _require_free(store: Store, row: ReviewRow, version: int | None, lease_token: str | None) -> None:
    if version is not None and row.version != version:
        raise StaleVersionError(row)
    if _is_anothers(store, row):
        raise RowTakenError(row)
    if lease_token is not None and (
        row.lease is None
        or row.lease.token != lease_token
        or row.lease.user_id != store.person.user_id
        or not holds_lease(row.lease, store.now)
    ):
        raise LeaseExpiredError(row)


def append_decision(
    store: Store,
    row: ReviewRow,
    content: RowContent,
    new: NewDecision,
    *,
    undoes: int | None = None,
    bulk_id: str | None = None,
) -> int:
    """Add a line to a row's history on behalf of the actor, and to the log; return its id.

    The row's state is as before: ``settle`` comes after.
    """
    actor = store.person
    decision_id = store.decisions.add(
        row.id,
        row.batch_id,
        row.run_id,
        new,
        actor=actor,
        at=store.now,
        seen=what_is_seen(
            content.finding, row.fingerprint, new.field, is_drawn=row.recheck is not RecheckState.NONE
        ),
        undoes=undoes,
        bulk_id=bulk_id,
    )
    detail: dict[str, Any] = {"action": new.action.value, "decision": decision_id}
    if new.field is not None:
        detail["field"] = new.field.value
    if undoes is not None:
        detail["undoes"] = undoes
    store.log.append(actor, "row.decided", f"row/{row.id}", batch_id=row.batch_id, **detail)
    return decision_id


def settle(
    store: Store, row: ReviewRow, content: RowContent, *, decided: bool = False
) -> tuple[ReviewRow, RowStanding]:
    """Bring a row's stored state in line with its finding and decisions."""
    standing = stand(content, row.fingerprint, store.decisions.history(row.id), row.recheck)
    values: dict[str, Any] = {
        "state": standing.state.value,
        "recheck": standing.recheck.value,
        "queue": standing.queue,
        "open_fields": joined(standing.open_fields),
    }
    if decided:
        values["opinion_of"] = None
    if standing.queue == "":
        values |= {"lease_user_id": None, "lease_token": None, "lease_until": None}
    return store.rows.change(row.id, **values), standing


def _settle_and_move(
    store: Store,
    jobs: Jobs,
    batch: Batch,
    row: ReviewRow,
    content: RowContent,
    named: CertificateRef | None,
    ids: tuple[int, ...],
) -> Decided:
    """Bring row and batch in line with new decisions.

    Args:
        store: Of the verifier.
        jobs: Compares the row anew when another certificate is named for it than before.
        batch: As it was, locked.
        row: As it was, locked.
        content: Of the row.
        named: The certificate that was named for it before.
        ids: Of the new decisions.
    """
    after, standing = settle(store, row, content, decided=True)
    names = named_certificate(store.decisions.history(row.id))
    if names != named:
        _compare_anew(store, jobs, batch, row, names)
    else:
        _move_batch(store, batch, [(row.state, after.state)])
    return Decided(after, content, standing, ids)


def _compare_anew(
    store: Store, jobs: Jobs, batch: Batch, row: ReviewRow, link: CertificateRef | None
) -> None:
    forced = {"file": link.file, "page": link.page_number, "slot": link.slot} if link is not None else None
    store.rows.force_link(row.id, forced)
    batch = store.batches.change(
        batch.id,
        state=BatchState.CHECKING.value,
        revision=batch.revision + 1,
        counts=store.batches.count_rows(batch.id),
    )
    check_when_read(store, jobs, batch)


def _move_batch(store: Store, batch: Batch, moves: Sequence[tuple[RowState, RowState]]) -> None:
    """Keep the batch's numbers, and let it be ready when its last row was decided, or in review again."""
    state = batch.state
    if batch.holder_id == batch.owner_id:
        state = review_state(store, batch)
        if batch.state is BatchState.SENT_BACK and state is BatchState.IN_REVIEW:
            state = batch.state
    if state is not batch.state:
        store.batches.change(batch.id, state=state.value, counts=store.batches.count_rows(batch.id))
        return
    counts = Counter(batch.counts)
    for before, after in moves:
        counts[before.value] -= 1
        counts[after.value] += 1
    store.batches.set_counts(batch.id, {name: count for name, count in counts.items() if count > 0})
