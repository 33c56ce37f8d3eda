"""The files of batches."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update

from domain.accounts import Actor
from domain.batches import (
    ORIGINAL_NOT_HERE,
    Document,
    DocumentContents,
    DocumentState,
    FoundApproval,
    FoundCertificate,
    Holding,
)
from domain.errors import ConflictError, NotFoundError
from domain.text import fold
from storage.codec import CONTENTS
from storage.models import BatchModel, DocumentModel
from storage.scope import visible_batches
from storage.sessions import Session

_UNFINISHED = (DocumentState.WAITING.value, DocumentState.READING.value)


class DocumentNotFoundError(NotFoundError):
    """No such file, or none of this office."""

    code = "document_not_found"

    def __init__(self, document_id: int) -> None:
        super().__init__(f"没有编号为 {document_id} 的文件，或者它不属于您的单位。请返回批次重新选择。")


class DocumentNameTakenError(ConflictError):
    """The batch has a file of that name with other content."""

    code = "document_name_taken"

    def __init__(self, name: str, document_id: int) -> None:
        self.document_id = document_id
        super().__init__(
            f"批次中已有同名文件“{name}”，内容不同。要用新文件替换它，请选择“更换”；否则请改名后再上传。"
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """The file that has the name; to be named as replaced."""
        return {"document_id": self.document_id}


class Documents:
    """The files that one actor may see."""

    def __init__(self, session: Session, actor: Actor | None) -> None:
        """Narrow all queries to an actor; ``None`` is the service itself."""
        self._session = session
        self._actor = actor

    def add(
        self,
        batch_id: int,
        name: str,
        *,
        sha256: str,
        size_bytes: int,
        by: int,
        at: datetime,
        replaces: Document | None = None,
        archive_id: int | None = None,
    ) -> tuple[Document, bool]:
        """Add a file that waits to be read; the same file under the same name is one.

        Returns:
            The document, and whether it is new.

        Raises:
            DocumentNameTakenError: Another file has that name and is not the one replaced.
        """
        known = self._session.scalars(
            select(DocumentModel).where(DocumentModel.batch_id == batch_id, DocumentModel.active_name == name)
        ).one_or_none()
        if (
            known is not None
            and known.sha256 == sha256
            and (replaces is None or replaces.id in (known.id, known.replaces_id))
        ):
            return _to_document(known), False
        if known is not None and (replaces is None or replaces.id != known.id):
            raise DocumentNameTakenError(name, known.id)
        if replaces is not None:
            self.change(replaces.id, active_name=None)
        model = DocumentModel(
            batch_id=batch_id,
            name=name,
            active_name=name,
            sha256=sha256,
            size_bytes=size_bytes,
            state=DocumentState.WAITING.value,
            holds=[],
            pages_done=0,
            rows=0,
            attempt=1,
            archive_id=archive_id,
            replaces_id=replaces.id if replaces else None,
            uploaded_by=by,
            uploaded_at=at,
        )
        self._session.add(model)
        self._session.flush()
        return _to_document(model), True

    def get(self, document_id: int, *, lock: bool = False) -> Document:
        """Return a file.

        Raises:
            DocumentNotFoundError: There is none, or it is not for this actor.
        """
        query = (
            select(DocumentModel)
            .join(BatchModel, BatchModel.id == DocumentModel.batch_id)
            .where(DocumentModel.id == document_id, visible_batches(self._actor))
        )
        if lock:
            query = query.with_for_update(of=DocumentModel).execution_options(populate_existing=True)
        model = self._session.scalars(query).one_or_none()
        if model is None:
            raise DocumentNotFoundError(document_id)
        return _to_document(model)

    def list_page(
        self, batch_id: int, *, after_id: int = 0, limit: int | None = None, active_only: bool = True
    ) -> list[Document]:
        """Return the files of a batch in the order they came."""
        query = (
            select(DocumentModel)
            .join(BatchModel, BatchModel.id == DocumentModel.batch_id)
            .where(
                DocumentModel.batch_id == batch_id, DocumentModel.id > after_id, visible_batches(self._actor)
            )
            .order_by(DocumentModel.id)
        )
        if active_only:
            query = query.where(DocumentModel.active_name.is_not(None))
        if limit is not None:
            query = query.limit(limit)
        return [_to_document(model) for model in self._session.scalars(query)]

    def find_by_name(self, batch_id: int, name: str) -> Document | None:
        """Return the file that counts under a name."""
        query = select(DocumentModel).where(
            DocumentModel.batch_id == batch_id, DocumentModel.active_name == name
        )
        model = self._session.scalars(query).one_or_none()
        return _to_document(model) if model is not None else None

    def find_ids(self, batch_id: int, names: Collection[str]) -> dict[str, int]:
        """Return the ids of files that count, by name; names that none has are left out."""
        query = select(DocumentModel.active_name, DocumentModel.id).where(
            DocumentModel.batch_id == batch_id, DocumentModel.active_name.in_(names)
        )
        return {name: document_id for name, document_id in self._session.execute(query) if name is not None}

    def find_certificates(
        self, batch_id: int, text: str = "", *, limit: int
    ) -> list[tuple[Document, FoundCertificate]]:
        """Return certificates in the files that count, in the order of the files.

        Args:
            batch_id: The batch.
            text: Folded; in the name, the title, the number or the file's name of each.
            limit: At most so many.
        """
        found: list[tuple[Document, FoundCertificate]] = []
        for document in self._that_hold(batch_id, Holding.CERTIFICATE):
            for one in self.load_contents(document.id).certificates:
                if text in fold("\n".join((one.name, one.title, one.certificate_number, document.name))):
                    found.append((document, one))
                    if len(found) == limit:
                        return found
        return found

    def find_approvals(self, batch_id: int) -> list[tuple[Document, FoundApproval]]:
        """Return approvals and public notices in the files that count, in the order of the files."""
        return [
            (document, one)
            for document in self._that_hold(batch_id, Holding.APPROVAL, Holding.PUBLIC_NOTICE)
            for one in self.load_contents(document.id).approvals
        ]

    def _that_hold(self, batch_id: int, *holdings: Holding) -> Iterator[Document]:
        query = (
            select(DocumentModel)
            .join(BatchModel, BatchModel.id == DocumentModel.batch_id)
            .where(
                DocumentModel.batch_id == batch_id,
                DocumentModel.active_name.is_not(None),
                visible_batches(self._actor),
            )
            .order_by(DocumentModel.id)
        )
        for model in self._session.scalars(query):
            document = _to_document(model)
            if set(holdings) & set(document.holds):
                yield document

    def count_unfinished(self, batch_id: int) -> int:
        """Return how many files that count are still to be read."""
        self._session.flush()
        query = select(func.count()).where(
            DocumentModel.batch_id == batch_id,
            DocumentModel.active_name.is_not(None),
            DocumentModel.state.in_(_UNFINISHED),
        )
        return self._session.scalar(query) or 0

    def change(self, document_id: int, **values: Any) -> None:  # noqa: ANN401 - columns of the table
        """Set columns of a file."""
        self._session.flush()
        self._session.execute(
            update(DocumentModel)
            .where(DocumentModel.id == document_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        self._session.expire_all()

    def load_contents(self, document_id: int) -> DocumentContents:
        """Return what a file holds; empty while it is not read."""
        content = self._session.scalar(select(DocumentModel.result).where(DocumentModel.id == document_id))
        return CONTENTS.unpack(content) if content is not None else DocumentContents()

    def store_contents(self, document_id: int, contents: DocumentContents) -> None:
        """Keep what a file holds."""
        self.change(document_id, result=CONTENTS.pack(contents))


def _to_document(model: DocumentModel) -> Document:
    return Document(
        id=model.id,
        batch_id=model.batch_id,
        name=model.name,
        is_active=model.active_name is not None,
        sha256=model.sha256,
        size_bytes=model.size_bytes,
        state=DocumentState(model.state),
        kind=model.kind,
        holds=tuple(Holding(value) for value in model.holds or ()),
        pages=model.pages,
        pages_done=model.pages_done,
        rows=model.rows,
        problem_code=model.problem_code,
        problem_message=model.problem_message,
        attempt=model.attempt,
        archive_id=model.archive_id,
        replaces_id=model.replaces_id,
        uploaded_by=model.uploaded_by,
        uploaded_at=model.uploaded_at,
        finished_at=model.finished_at,
    )


def stored_hashes(session: Session) -> list[str]:
    """Return the hash of every original that any batch has or had, those left out that never came here."""
    is_here = or_(DocumentModel.problem_code.is_(None), DocumentModel.problem_code != ORIGINAL_NOT_HERE)
    query = select(DocumentModel.sha256).where(is_here).distinct().order_by(DocumentModel.sha256)
    return list(session.scalars(query))
