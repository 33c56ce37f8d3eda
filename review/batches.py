"""Making batches, adding files, asking for a check, giving up."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from domain.accounts import Actor, Permission
from domain.batches import Batch, Document, DocumentState, Priority
from domain.errors import ConflictError, InputError, StaleVersionError
from domain.way import EDITABLE, BatchState
from review.access import BatchStateError, require, require_editable, require_holder
from review.jobs_port import Jobs, ask_for_check, ask_for_reading
from review.standing import resting_state
from storage.store import Store

_LONGEST_NAME = 200
_LONGEST_PATH = 400
_HIDDEN_BELOW = 32
_WIDE_BLANK = "\u3000"
"""Stands in many names of files in Chinese offices."""


class BadNameError(InputError):
    """A name of a batch or file cannot be used."""

    code = "bad_name"

    def __init__(self, reason: str) -> None:
        super().__init__(f"名称不能使用：{reason}。请改名后重试。")


class NothingToCheckError(ConflictError):
    """The batch holds no file."""

    code = "nothing_to_check"

    def __init__(self) -> None:
        super().__init__("批次中还没有文件。请先上传汇总信息表、批准文件和证书。")


class DocumentNotRetriableError(ConflictError):
    """The file is being read, or was read well."""

    code = "document_not_retriable"

    def __init__(self) -> None:
        super().__init__("只有读取失败或已取消的文件可以重试。请刷新后查看该文件的当前状态。")


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A file's content, safely in the store."""

    sha256: str
    size_bytes: int


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
    name = name.strip()
    _check_text(name, _LONGEST_NAME)
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
    if name is not None:
        _check_text(name.strip(), _LONGEST_NAME)
        changes["name"] = name.strip()
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


def check_file_name(name: str) -> str:
    """Return a file's path in the batch in its one spelling.

    Raises:
        BadNameError: It is empty, absolute, leads out of the batch, or cannot be written everywhere.
    """
    name = name.replace("\\", "/").strip()
    _check_text(name, _LONGEST_PATH)
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) in ("", "."):
        raise BadNameError("它指向批次以外的位置")
    return str(path)


def check_upload(store: Store, batch_id: int, name: str) -> str:
    """See that the actor may add a file of that name now; return the name in its one spelling.

    Raises:
        ZhengheError: As ``add_document``.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    require_editable(actor, store.batches.get(batch_id), "添加文件")
    return check_file_name(name)


def add_document(
    store: Store,
    jobs: Jobs,
    batch_id: int,
    name: str,
    content: StoredContent,
    *,
    replaces_id: int | None = None,
) -> tuple[Document, bool]:
    """Add a file, whose content is in the file store already, and ask for it to be read.

    Returns:
        The document, and whether it is new: the same content under the same name is the same document.

    Raises:
        PermissionMissingError: The actor may not upload.
        NotHolderError: The batch lies with another office.
        BatchStateError: The batch does not take files now.
        BadNameError: The name cannot be used.
        DocumentNameTakenError: Another file of the batch has the name.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    name = check_file_name(name)
    batch = store.batches.get(batch_id, lock=True)
    require_editable(actor, batch, "添加文件")
    replaces = store.documents.get(replaces_id) if replaces_id is not None else None
    if replaces is not None and replaces.batch_id != batch_id:
        raise BadNameError("要更换的文件不在本批次中")
    document, is_new = store.documents.add(
        batch_id,
        name,
        sha256=content.sha256,
        size_bytes=content.size_bytes,
        by=actor.user_id,
        at=store.now,
        replaces=replaces,
    )
    if is_new:
        ask_for_reading(jobs, store.session, document.id, document.attempt, batch.priority)
        store.log.append(
            actor,
            "document.replaced" if replaces else "document.added",
            f"document/{document.id}",
            batch_id=batch_id,
            sha256=content.sha256,
            size=content.size_bytes,
            **({"replaces": replaces.id} if replaces else {}),
        )
    return document, is_new


def remove_document(store: Store, document_id: int) -> None:
    """Let a file no longer count; its content and history stay.

    Raises:
        PermissionMissingError: The actor may not upload.
        BatchStateError: The batch does not take changes now.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    batch = store.batches.get(store.documents.get(document_id).batch_id, lock=True)
    require_editable(actor, batch, "移除文件")
    if not store.documents.get(document_id, lock=True).is_active:
        return
    store.documents.change(document_id, active_name=None)
    store.log.append(actor, "document.removed", f"document/{document_id}", batch_id=batch.id)


def cancel_document(store: Store, jobs: Jobs, document_id: int) -> Document:
    """Stop waiting for a file to be read.

    Raises:
        PermissionMissingError: The actor may not upload.
        NotHolderError: The batch lies with another office.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    document = store.documents.get(document_id)
    batch = store.batches.get(document.batch_id, lock=True)
    _require_readable(actor, batch, "取消读取文件")
    document = store.documents.get(document_id, lock=True)
    if not document.state.is_finished:
        store.documents.change(
            document_id,
            state=DocumentState.CANCELLED.value,
            finished_at=store.now,
            attempt=document.attempt + 1,
        )
        store.log.append(actor, "document.cancelled", f"document/{document_id}", batch_id=batch.id)
        check_when_read(store, jobs, batch)
    return store.documents.get(document_id)


def retry_document(store: Store, jobs: Jobs, document_id: int) -> Document:
    """Let a file that failed or was cancelled be read again.

    Raises:
        PermissionMissingError: The actor may not upload.
        NotHolderError: The batch lies with another office.
        DocumentNotRetriableError: It did not fail.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    document = store.documents.get(document_id)
    batch = store.batches.get(document.batch_id, lock=True)
    _require_readable(actor, batch, "重新读取文件")
    document = store.documents.get(document_id, lock=True)
    if not document.is_active or document.state not in (DocumentState.FAILED, DocumentState.CANCELLED):
        raise DocumentNotRetriableError
    attempt = document.attempt + 1
    store.documents.change(
        document_id,
        state=DocumentState.WAITING.value,
        attempt=attempt,
        problem_code=None,
        problem_message=None,
        finished_at=None,
        pages_done=0,
    )
    # A comparison without this file, asked for or finished, is not the last word.
    store.batches.change(batch.id, revision=batch.revision + 1)
    ask_for_reading(jobs, store.session, document_id, attempt, batch.priority)
    store.log.append(actor, "document.retried", f"document/{document_id}", batch_id=batch.id, attempt=attempt)
    return store.documents.get(document_id)


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
    was_accepted = any(step.step == "accept" for step in store.batches.list_transfers(batch_id))
    if batch.state not in EDITABLE or batch.owner_id != batch.holder_id or was_accepted:
        raise BatchStateError(batch, "撤回")
    batch = store.batches.change(batch_id, state=BatchState.WITHDRAWN.value)
    store.log.append(actor, "batch.withdrawn", f"batch/{batch_id}", batch_id=batch_id)
    return batch


def _require_readable(actor: Actor, batch: Batch, deed: str) -> None:
    """Refuse to have files read, or read no longer, where that is not due."""
    if batch.state is not BatchState.CHECKING or batch.owner_id != batch.holder_id:
        require_editable(actor, batch, deed)
    require_holder(actor, batch)


def _check_text(text: str, longest: int) -> None:
    if not text:
        raise BadNameError("名称是空的")
    if len(text) > longest:
        raise BadNameError(f"超过 {longest} 个字符")
    if any(
        ord(character) < _HIDDEN_BELOW or not (character.isprintable() or character == _WIDE_BLANK)
        for character in text
    ):
        raise BadNameError("含有看不见的字符")
