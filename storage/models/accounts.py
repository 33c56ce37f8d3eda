"""Offices, people and what they sign in with."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key


class OfficeModel(Base):
    """One office of the tree."""

    __tablename__ = "offices"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    path: Mapped[str] = mapped_column(String(200), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class UserModel(Base):
    """An account of a person."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    roles: Mapped[str] = mapped_column(String(200))
    """Values of ``Role`` with commas between."""

    password_hash: Mapped[str] = mapped_column(String(300))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
    totp_last_step: Mapped[int] = mapped_column(Key, default=0)
    """Time step of the last code that was taken, so that none is taken twice."""

    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class SessionModel(Base):
    """A person signed in with a browser; the cookie holds what this hashes."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    """How long after ``last_seen_at`` it ends, whatever ``expires_at`` says."""

    expires_at: Mapped[datetime]
    needs_totp: Mapped[bool] = mapped_column(default=False)
    """The password was right, the second factor is still owed."""


class FailureModel(Base):
    """Sign-ins under a name that failed in a row, kept for names that exist and for those that do not."""

    __tablename__ = "failures"

    name_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the name, since people type passwords into the wrong box."""

    count: Mapped[int]
    locked_until: Mapped[datetime | None]
    last_at: Mapped[datetime]


class ApiTokenModel(Base):
    """A key for programs, with fewer rights than its owner."""

    __tablename__ = "api_tokens"
    __table_args__ = (Index("ix_api_tokens_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(Text)
    """Values of ``Permission`` with commas between."""

    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
