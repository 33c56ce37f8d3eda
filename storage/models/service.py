"""What the service remembers for itself."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key


class IdempotencyModel(Base):
    """The answer to a call that may be sent twice."""

    __tablename__ = "idempotency"

    user_id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    """Hash of method, path and body."""

    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]


class RateModel(Base):
    """A bucket of tokens for a rate limit that holds over all processes."""

    __tablename__ = "rates"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime]


class SettingModel(Base):
    """One setting of an office, or of the whole installation where the office is the root."""

    __tablename__ = "settings"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class SecretModel(Base):
    """A random key that this installation made for itself."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class PageModel(Base):
    """One page read, where machines share a database; alone, a machine keeps them in a file beside it."""

    __tablename__ = "pages"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
