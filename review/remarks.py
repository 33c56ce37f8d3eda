"""Notes on rows, second opinions, and looking at numbers in full."""

from domain.accounts import Permission
from domain.batches import ReviewRow, RowContent
from domain.errors import ConflictError, InputError
from domain.way import RowState
from review.access import require, require_reviewable
from review.leases import RowTakenError, holds_lease
from storage.store import Store

_LONGEST_NOTE = 2000


class BadNoteError(InputError):
    """A note is empty or too long."""

    code = "bad_note"

    def __init__(self) -> None:
        super().__init__(f"备注不能为空，也不能超过 {_LONGEST_NOTE} 字。请修改后重新保存。")


class NoOpinionWantedError(ConflictError):
    """The row waits for nobody's second opinion, or not for this person's word."""

    code = "no_second_opinion"

    def __init__(self) -> None:
        super().__init__("这一行没有待您撤回的他人复核请求。请刷新后查看。")


class RowNotWaitingError(ConflictError):
    """The row is decided already."""

    code = "row_not_waiting"

    def __init__(self) -> None:
        super().__init__("这一行已有决定，不需要他人复核。要重新处理，请先重新打开。")


def add_note(store: Store, row_id: int, text: str) -> int:
    """Add a remark to a row; return its id.

    Raises:
        PermissionMissingError: The actor only looks.
        RowNotFoundError: There is no such row for the actor.
        BadNoteError: It is empty or too long.
    """
    actor = store.person
    require(actor, Permission.SHOW_NUMBERS)
    row = store.rows.get(row_id)
    note_id = store.decisions.add_note(row_id, "note", _checked(text), by=actor.user_id, at=store.now)
    store.log.append(actor, "row.noted", f"row/{row_id}", batch_id=row.batch_id, note=note_id)
    return note_id


def ask_opinion(store: Store, row_id: int, text: str) -> ReviewRow:
    """Leave a row to another verifier.

    Raises:
        PermissionMissingError: The actor does not decide.
        BatchStateError: The batch is not in review.
        RowTakenError: Another verifier has the row.
        RowNotWaitingError: It is decided.
        BadNoteError: There is no question, or it is too long.
    """
    actor = store.person
    require(actor, Permission.DECIDE)
    question = _checked(text)
    batch = store.batches.get(store.rows.get(row_id).batch_id, lock=True)
    require_reviewable(actor, batch)
    row = store.rows.get(row_id, lock=True)
    if row.lease is not None and row.lease.user_id != actor.user_id and holds_lease(row.lease, store.now):
        raise RowTakenError(row)
    if row.state is not RowState.WAITING and not row.queue:
        raise RowNotWaitingError
    store.decisions.add_note(row_id, "opinion", question, by=actor.user_id, at=store.now)
    row = store.rows.change(
        row_id, opinion_of=actor.user_id, lease_user_id=None, lease_token=None, lease_until=None
    )
    store.log.append(actor, "row.opinion_asked", f"row/{row_id}", batch_id=row.batch_id)
    return row


def withdraw_opinion(store: Store, row_id: int) -> ReviewRow:
    """Take back the wish for a second opinion.

    Raises:
        PermissionMissingError: The actor does not decide.
        NoOpinionWantedError: The actor has not asked for one.
    """
    actor = store.person
    require(actor, Permission.DECIDE)
    row = store.rows.get(row_id, lock=True)
    if row.opinion_of != actor.user_id:
        raise NoOpinionWantedError
    row = store.rows.change(row_id, opinion_of=None)
    store.log.append(actor, "row.opinion_withdrawn", f"row/{row_id}", batch_id=row.batch_id)
    return row


def look_at_row(store: Store, row_id: int, *, in_full: bool) -> tuple[ReviewRow, RowContent]:
    """Return a row with its contents; that it was looked at is logged.

    Args:
        store: Of whoever looks.
        row_id: Which row.
        in_full: ID and telephone numbers are to be shown in full.

    Raises:
        PermissionMissingError: The actor sees no batches, or no numbers in full.
        RowNotFoundError: There is no such row for the actor.
    """
    actor = store.person
    require(actor, Permission.VIEW)
    if in_full:
        require(actor, Permission.SHOW_NUMBERS)
    row = store.rows.get(row_id)
    return row, _open_row(store, row, "row.numbers_shown" if in_full else "row.viewed")


def look_at_taken(store: Store, row: ReviewRow) -> RowContent:
    """Return the contents of a row that the actor has just taken; that it was looked at is logged."""
    return _open_row(store, row, "row.viewed")


def _open_row(store: Store, row: ReviewRow, deed: str) -> RowContent:
    store.log.append(store.person, deed, f"row/{row.id}", batch_id=row.batch_id)
    return store.rows.load_content(row.id)


def _checked(text: str) -> str:
    text = text.strip()
    if not text or len(text) > _LONGEST_NOTE:
        raise BadNoteError
    return text
