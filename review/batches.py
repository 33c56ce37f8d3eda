"""Making batches, asking for a check, giving up."""

from collections.abc import Sequence

from domain.accounts import Permission
from domain.batches import Batch, Priority
from domain.errors import ConflictError, StaleVersionError
from domain.way import EDITABLE, BatchState
from review.access import BatchStateError, require, require_editable, require_holder
from review.export.privacy import mask_numbers_in_name
from review.jobs_port import Jobs, ask_for_check
from review.names import check_batch_name
from review.standing import resting_state
from storage.store import Store


class NothingToCheckError(ConflictError):
    """The batch holds no file."""

    code = "nothing_to_check"

    def __init__(self) -> None:
        super().__init__("批次中还没有文件。请先上传汇总信息表、批准文件和证书。")


def create_batch(
    store: Store, name: str, *, period_id: int | None = None, priority: Priority = Priority.INTERACTIVE
) -> Batch:
    """Make an empty draft of the actor's office.

    Raises:
        PermissionMissingError: The actor may not upload.
        PeriodNotFoundError: There is no such period.
        BadNameError: The name is empty, too long or holds characters that cannot be seen.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    name = check_batch_name(name)
    if period_id is not None:
        store.periods.get(period_id)
    batch = store.batches.add(
        name,
        owner_id=actor.office_id,
        owner_path=actor.office_path,
        period_id=period_id,
        priority=priority,
        by=actor.user_id,
        at=store.now,
    )
    store.log.append(actor, "batch.created", f"batch/{batch.id}", batch_id=batch.id, name=name)
    return batch


def change_batch(
    store: Store, batch_id: int, *, name: str | None, period_id: int | None, expected_version: int | None
) -> Batch:
    """Rename an own batch or set its reporting period.

    Raises:
        PermissionMissingError: The actor may not upload.
        NotHolderError: The batch lies with another office.
        BatchStateError: It is on its way or accepted.
        StaleVersionError: It has changed since it was seen.
        PeriodNotFoundError: There is no such period.
        BadNameError: The name cannot be used.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    batch = store.batches.get(batch_id, lock=True)
    require_editable(actor, batch, "修改")
    if expected_version is not None and batch.version != expected_version:
        raise StaleVersionError(batch)
    changes: dict[str, str | int] = {}
    # Numbers in a name are hidden where it is shown: sent back as it was seen it is the same name.
    is_as_seen = name is not None and name.strip() == mask_numbers_in_name(batch.name) != batch.name
    if name is not None and not is_as_seen:
        changes["name"] = check_batch_name(name)
    if period_id is not None:
        changes["period_id"] = store.periods.get(period_id).id
    if changes:
        batch = store.batches.change(batch_id, **changes)
        store.log.append(actor, "batch.changed", f"batch/{batch_id}", batch_id=batch_id, **changes)
    return batch


def list_batches(
    store: Store,
    *,
    before_id: int | None,
    limit: int,
    states: Sequence[BatchState] = (),
    holder_id: int | None = None,
    period_id: int | None = None,
    text: str = "",
) -> list[Batch]:
    """Return the batches that the actor may see, newest first.

    Raises:
        PermissionMissingError: The actor sees no batches.
    """
    require(store.person, Permission.VIEW)
    return store.batches.list_page(
        before_id=before_id, limit=limit, states=states, holder_id=holder_id, period_id=period_id, text=text
    )


def start_check(store: Store, jobs: Jobs, batch_id: int) -> Batch:
    """Ask for the batch to be compared as soon as all of its files are read.

    Raises:
        PermissionMissingError: The actor may not upload.
        NotHolderError: The batch lies with another office.
        BatchStateError: It is being checked, on its way or accepted.
        NothingToCheckError: It holds no file.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    batch = store.batches.get(batch_id, lock=True)
    require_editable(actor, batch, "开始核对")
    if not store.documents.list_page(batch_id, limit=1):
        raise NothingToCheckError
    batch = store.batches.change(
        batch_id, state=BatchState.CHECKING.value, revision=batch.revision + 1, check_problem=None
    )
    store.log.append(
        actor, "batch.check_asked", f"batch/{batch_id}", batch_id=batch_id, revision=batch.revision
    )
    check_when_read(store, jobs, batch)
    return batch


def check_when_read(store: Store, jobs: Jobs, batch: Batch) -> None:
    """Ask for the comparison if a check was asked for and no file is left to read.

    Called with the batch locked, by whoever asks for a check and by whoever finishes a file: one of them is
    the last.
    """
    if batch.state is BatchState.CHECKING and not store.documents.count_unfinished(batch.id):
        ask_for_check(jobs, store.session, batch.id, batch.revision, batch.priority)


def stop_check(store: Store, batch_id: int) -> Batch:
    """Take back the wish for a check; what was read stays read.

    Raises:
        PermissionMissingError: The actor may not upload.
        NotHolderError: The batch lies with another office.
        BatchStateError: It is not being checked.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    batch = store.batches.get(batch_id, lock=True)
    require_holder(actor, batch)
    if batch.state is not BatchState.CHECKING:
        raise BatchStateError(batch, "停止核对")
    state = resting_state(store, batch)
    batch = store.batches.change(
        batch_id,
        state=state.value,
        revision=batch.revision + 1,
        counts=store.batches.count_rows(batch_id),
    )
    store.log.append(actor, "batch.check_stopped", f"batch/{batch_id}", batch_id=batch_id)
    return batch


def withdraw_batch(store: Store, batch_id: int) -> Batch:
    """Give up a batch that was never accepted; nothing of it is removed.

    Raises:
        PermissionMissingError: The actor may not upload.
        NotHolderError: The batch lies with another office.
        BatchStateError: It is on its way, or was accepted once.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    batch = store.batches.get(batch_id, lock=True)
    require_holder(actor, batch)
    was_accepted = any(step.step == "accept" for step in store.transfers.list_of_batch(batch_id))
    if batch.state not in EDITABLE or batch.owner_id != batch.holder_id or was_accepted:
        raise BatchStateError(batch, "撤回")
    batch = store.batches.change(batch_id, state=BatchState.WITHDRAWN.value)
    store.log.append(actor, "batch.withdrawn", f"batch/{batch_id}", batch_id=batch_id)
    return batch
