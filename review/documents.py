"""Adding files to a batch, removing them, having them read again or read no longer."""

from dataclasses import dataclass

from domain.accounts import Actor, Permission
from domain.batches import Batch, Document, DocumentState
from domain.errors import ConflictError
from domain.way import BatchState
from review.access import require, require_editable, require_holder
from review.batches import check_when_read
from review.jobs_port import Jobs, ask_for_reading
from review.names import BadNameError, check_file_name
from storage.documents import DocumentNameTakenError
from storage.store import Store


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


def check_upload(
    store: Store,
    batch_id: int,
    name: str,
    size_bytes: int | None,
    *,
    sha256: str | None = None,
    replaces_id: int | None = None,
) -> str:
    """See that the actor may add a file now, before its bytes are sent; return the name in its one spelling.

    Args:
        store: Of the actor.
        batch_id: Where to.
        name: Path in the batch.
        size_bytes: As announced, ``None`` when it was not.
        sha256: As announced, ``None`` when it was not; a file of the same size may be the same one then.
        replaces_id: The file that it replaces.

    Raises:
        ZhengheError: As ``add_document``.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    require_editable(actor, store.batches.get(batch_id), "添加文件")
    name = check_file_name(name)
    _get_replaced(store, batch_id, replaces_id)
    known = store.documents.find_by_name(batch_id, name)
    if known is not None and replaces_id != known.id:
        is_other = size_bytes not in (None, known.size_bytes) or sha256 not in (None, known.sha256)
        if is_other:
            raise DocumentNameTakenError(name, known.id)
    return name


def _get_replaced(store: Store, batch_id: int, replaces_id: int | None) -> Document | None:
    replaces = store.documents.get(replaces_id) if replaces_id is not None else None
    if replaces is not None and replaces.batch_id != batch_id:
        raise BadNameError("要更换的文件不在本批次中")
    return replaces


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
    replaces = _get_replaced(store, batch_id, replaces_id)
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


def _require_readable(actor: Actor, batch: Batch, deed: str) -> None:
    """Refuse to have files read, or read no longer, where that is not due."""
    if batch.state is not BatchState.CHECKING or batch.owner_id != batch.holder_id:
        require_editable(actor, batch, deed)
    require_holder(actor, batch)
