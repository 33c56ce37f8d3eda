"""Answers to calls that may be sent twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import IdempotencyModel

_UNFINISHED = 0
"""Status while the first call is under way; nobody sees it, for it is of the same transaction."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a call was answered with."""

    request: str
    """Hash of the call."""

    status: int
    body: bytes
    etag: str | None


class IdempotentAnswers:
    """The answers of one person's calls, by the key that the caller chose."""

    def __init__(self, session: Session, user_id: int) -> None:
        self._session = session
        self._user_id = user_id

    def reserve(self, key: str, request: str, now: datetime) -> StoredAnswer | None:
        """Take a key for this transaction, or return the answer that was given under it.

        A second call with the key waits here until the first has ended.
        """
        values = {
            "user_id": self._user_id,
            "key": key,
            "request": request,
            "status": _UNFINISHED,
            "body": b"",
            "created_at": now,
        }
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        insert = dialect.insert(IdempotencyModel).values(values).on_conflict_do_nothing()
        taken = self._session.execute(insert.returning(IdempotencyModel.key)).scalar_one_or_none()
        if taken is not None:
            return None
        model = self._session.scalars(self._query(key)).one()
        return StoredAnswer(model.request, model.status, model.body, model.etag)

    def store(self, key: str, *, status: int, body: bytes, etag: str | None) -> None:
        """Keep the answer under a key that was reserved."""
        model = self._session.scalars(self._query(key)).one()
        model.status, model.body, model.etag = status, body, etag
        self._session.flush()

    def _query(self, key: str) -> Select[IdempotencyModel]:
        return select(IdempotencyModel).where(
            IdempotencyModel.user_id == self._user_id, IdempotencyModel.key == key
        )


def remove_older_answers(session: Session, now: datetime, age: timedelta) -> None:
    """Forget answers that nobody will ask for again."""
    session.execute(delete(IdempotencyModel).where(IdempotencyModel.created_at < now - age))
