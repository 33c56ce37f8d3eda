"""What people and programs sign in with, as the database keeps it: hashes, never the secrets themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.accounts import Permission, User


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account with what proves that it is its owner who signs in."""

    user: User
    password_hash: str
    totp_secret: str | None
    """Base32; there before the owner has confirmed it."""

    totp_last_step: int
    """Time step of the last code that was taken."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person signed in with a browser."""

    token_hash: str
    user_id: int
    csrf: str
    created_at: datetime
    last_seen_at: datetime
    idle_seconds: int
    expires_at: datetime
    needs_totp: bool
    """The password was right, the second factor is still owed."""

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended by itself; a clock moved back ends nothing."""
        return now >= min(self.expires_at, self.last_seen_at + timedelta(seconds=self.idle_seconds))


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A key for programs."""

    id: int
    user_id: int
    name: str
    scopes: frozenset[Permission]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Tell whether it opens anything."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Failures:
    """Sign-ins under one name that failed in a row."""

    count: int = 0
    locked_until: datetime | None = None
    last_at: datetime | None = None
