"""Files that are being received in parts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from domain.accounts import Actor
from storage.models import BatchModel, UploadModel
from storage.parts import UploadNotFoundError
from storage.scope import visible_batches
from storage.sessions import Session


@dataclass(frozen=True, slots=True)
class Upload:
    """What was announced of a file."""

    id: str
    batch_id: int
    name: str
    size_bytes: int
    sha256: str | None
    replaces_id: int | None
    user_id: int
    document_id: int | None
    """The document that it became."""

    expires_at: datetime


class Uploads:
    """Uploads of one actor."""

    def __init__(self, session: Session, actor: Actor | None) -> None:
        """Narrow all queries to an actor; ``None`` is the service itself."""
        self._session = session
        self._actor = actor

    def add(self, upload: Upload, at: datetime) -> None:
        """Remember what was announced."""
        self._session.add(
            UploadModel(
                id=upload.id,
                batch_id=upload.batch_id,
                name=upload.name,
                size_bytes=upload.size_bytes,
                sha256=upload.sha256,
                replaces_id=upload.replaces_id,
                user_id=upload.user_id,
                created_at=at,
                expires_at=upload.expires_at,
            )
        )
        self._session.flush()

    def get(self, upload_id: str, *, lock: bool = False) -> Upload:
        """Return an upload of the actor's.

        Raises:
            UploadNotFoundError: There is none.
        """
        query = (
            select(UploadModel)
            .join(BatchModel, BatchModel.id == UploadModel.batch_id)
            .where(UploadModel.id == upload_id, visible_batches(self._actor))
        )
        if self._actor is not None:
            query = query.where(UploadModel.user_id == self._actor.user_id)
        if lock:
            query = query.with_for_update(of=UploadModel).execution_options(populate_existing=True)
        model = self._session.scalars(query).one_or_none()
        if model is None:
            raise UploadNotFoundError
        return _to_upload(model)

    def count_open(self, user_id: int) -> int:
        """Return how many uploads of a person are under way."""
        query = select(func.count()).where(UploadModel.user_id == user_id, UploadModel.document_id.is_(None))
        return self._session.scalar(query) or 0

    def set_document(self, upload_id: str, document_id: int) -> None:
        """Tie a finished upload to its document."""
        self._session.get_one(UploadModel, upload_id).document_id = document_id
        self._session.flush()

    def list_expired(self, now: datetime) -> list[str]:
        """Return the ids of uploads whose time is over."""
        return list(self._session.scalars(select(UploadModel.id).where(UploadModel.expires_at < now)))

    def remove(self, upload_id: str) -> None:
        """Forget an upload."""
        self._session.execute(delete(UploadModel).where(UploadModel.id == upload_id))


def _to_upload(model: UploadModel) -> Upload:
    return Upload(
        model.id,
        model.batch_id,
        model.name,
        model.size_bytes,
        model.sha256,
        model.replaces_id,
        model.user_id,
        model.document_id,
        model.expires_at,
    )
