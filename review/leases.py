"""Taking rows from the queue, so that two verifiers never work on one."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.accounts import Permission
from domain.batches import Lease, ReviewRow
from domain.errors import ConflictError
from domain.fields import Field
from review.access import require, require_reviewable
from review.standing import REVIEW_QUEUE
from storage.store import Store

LONGEST_LEASE = timedelta(hours=2)
"""No setting allows more: a lease that ends later was made before the clock was moved back."""

MOST_TAKEN = 20


class RowTakenError(ConflictError):
    """Another verifier has the row."""

    code = "row_taken"

    def __init__(self, row: ReviewRow) -> None:
        self.row = row
        super().__init__("另一位核对人正在处理这一行。请先处理其他行，或稍后再试。")

    @property
    def facts(self) -> Mapping[str, Any]:
        """Which row, and until when it is taken."""
        return {
            "row_id": self.row.id,
            "until": self.row.lease.until.isoformat() if self.row.lease is not None else None,
        }


class LeaseExpiredError(ConflictError):
    """The row was not decided in time, or was taken again since."""

    code = "lease_expired"

    def __init__(self, row: ReviewRow) -> None:
        self.row = row
        super().__init__("您领取这一行的时间已过，内容没有保存。请重新领取，核对最新内容后再决定。")

    @property
    def facts(self) -> Mapping[str, Any]:
        """Which row, in which version it is now."""
        return {"row_id": self.row.id, "version": self.row.version}


def holds_lease(lease: Lease, now: datetime) -> bool:
    """Tell whether a lease holds."""
    return now < lease.until <= now + LONGEST_LEASE


def take_rows(
    store: Store,
    *,
    batch_id: int | None = None,
    queue: str = REVIEW_QUEUE,
    group_key: str | None = None,
    field: Field | None = None,
    count: int = 1,
    without: Collection[int] = (),
) -> list[ReviewRow]:
    """Give the next rows of the queue to the actor, those he has first.

    Args:
        store: Of the verifier.
        batch_id: Only from this batch; from all batches in review at the office when ``None``, oldest first.
        queue: ``review`` or ``recheck``.
        group_key: Only this kind of difference.
        field: Only rows of which this field waits.
        count: At most so many.
        without: Rows that are not given: skipped for now, or before the actor already.

    Returns:
        Fewer than ``count``, or none, when the queue holds no more that are free.

    Raises:
        PermissionMissingError: The actor does not decide.
        BatchNotFoundError: There is no such batch for the actor.
        NotHolderError: It lies with another office.
        BatchStateError: It is not in review.
    """
    actor = store.person
    require(actor, Permission.DECIDE)
    if batch_id is not None:
        batch = store.batches.get(batch_id)
        require_reviewable(actor, batch)
        batch_ids = [batch.id]
    else:
        batch_ids = store.queue.batches_with_queue(actor, queue)
    most = MOST_TAKEN
    if without:
        # Whoever names what he has already may not heap up rows by it.
        most = max(0, MOST_TAKEN - store.queue.count_held(actor, store.now))
    return store.queue.take(
        batch_ids,
        queue=queue,
        actor=actor,
        count=min(count, most),
        now=store.now,
        lease=_lease(store),
        longest=LONGEST_LEASE,
        make_token=_new_token,
        group_key=group_key,
        field=field,
        without=without,
    )


def take_row(store: Store, row_id: int) -> ReviewRow:
    """Give one row to the actor: one that he goes back to, or that another page leads to.

    Returns:
        The row, without a lease when it waits for nobody, or for anybody but the actor.

    Raises:
        PermissionMissingError: The actor does not decide.
        RowNotFoundError: There is no such row for the actor.
        NotHolderError: The batch lies with another office.
        BatchStateError: The batch is not in review.
        RowTakenError: Another verifier has the row.
    """
    actor = store.person
    require(actor, Permission.DECIDE)
    batch = store.batches.get(store.rows.get(row_id).batch_id)
    require_reviewable(actor, batch)
    row = store.rows.get(row_id, lock=True)
    lease = row.lease
    if lease is not None and lease.user_id != actor.user_id and holds_lease(lease, store.now):
        raise RowTakenError(row)
    if not row.queue or row.opinion_of == actor.user_id:
        return row
    return store.queue.take_one(row_id, actor=actor, until=store.now + _lease(store), token=_new_token())


def renew_lease(store: Store, row_id: int, token: str) -> ReviewRow:
    """Make a lease run anew; nothing changes for others.

    Raises:
        LeaseExpiredError: It has ended, or is another's.
    """
    actor = store.person
    require(actor, Permission.DECIDE)
    row = store.rows.get(row_id, lock=True)
    _check(row, token, actor.user_id, store.now)
    return store.queue.extend_lease(row_id, store.now + _lease(store))


def release_row(store: Store, row_id: int, token: str) -> None:
    """Put a row back into the queue.

    Raises:
        LeaseExpiredError: It was taken by somebody else since.
    """
    actor = store.person
    require(actor, Permission.DECIDE)
    row = store.rows.get(row_id, lock=True)
    _check(row, token, actor.user_id, store.now)
    store.queue.release(row_id)


def _check(row: ReviewRow, token: str, user_id: int, now: datetime) -> None:
    lease = row.lease
    if lease is None or lease.token != token or lease.user_id != user_id or not holds_lease(lease, now):
        raise LeaseExpiredError(row)


def _lease(store: Store) -> timedelta:
    return timedelta(seconds=store.settings_of(store.person.office_path).lease_seconds)


def _new_token() -> str:
    return secrets.token_hex(16)
