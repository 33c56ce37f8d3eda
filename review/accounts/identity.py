"""Who makes a call: from a cookie or a token to an actor."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.accounts import Actor, Permission, User, permissions_of
from domain.credentials import ApiToken, SignIn
from domain.offices import Office
from review.accounts.errors import (
    NotSignedInError,
    PasswordChangeRequiredError,
    SessionExpiredError,
    TokenRefusedError,
    TotpRequiredError,
)
from review.accounts.options import AccountOptions
from storage.accounts import Accounts
from storage.credentials import ApiTokens, SignIns
from storage.offices import Offices
from storage.sessions import Database, Session

TOKEN_PREFIX = "zh_"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whose cookie or token was right."""

    user: User
    office: Office
    actor: Actor
    sign_in: SignIn | None
    """``None`` for a token."""

    token: ApiToken | None = None

    def require_complete(self) -> None:
        """Refuse somebody who is signed in half.

        Raises:
            TotpRequiredError: The second factor is owed.
        """
        if self.sign_in is not None and self.sign_in.needs_totp:
            raise TotpRequiredError

    def require_settled(self) -> Actor:
        """Return the actor of somebody who may work.

        Raises:
            TotpRequiredError: The second factor is owed.
            PasswordChangeRequiredError: The password must be changed first.
        """
        self.require_complete()
        if self.user.must_change_password:
            raise PasswordChangeRequiredError
        return self.actor


def new_secret() -> str:
    """Return 256 random bits."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what is kept of a cookie or a token; random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def identify_session(session: Session, cookie: str, now: datetime) -> Identity:
    """Find who is signed in with a cookie.

    Raises:
        NotSignedInError: The cookie is unknown, or the account or its office is closed.
        SessionExpiredError: The sign-in has reached its end.
    """
    sign_in = SignIns(session).find(secret_hash(cookie))
    if sign_in is None:
        raise NotSignedInError
    if sign_in.is_over(now):
        raise SessionExpiredError
    user, office = _load_open(session, sign_in.user_id) or (None, None)
    if user is None or office is None:
        raise NotSignedInError
    return Identity(user, office, actor_of(user, office), sign_in)


def identify_token(session: Session, text: str, now: datetime) -> Identity:
    """Find whose program calls with a token; it may do what it was given and its owner still may.

    Raises:
        TokenRefusedError: The token is unknown, expired or revoked, or its owner's account is closed.
    """
    token = ApiTokens(session).find(secret_hash(text))
    if token is None or not token.is_valid(now):
        raise TokenRefusedError
    user, office = _load_open(session, token.user_id) or (None, None)
    if user is None or office is None:
        raise TokenRefusedError
    actor = actor_of(user, office)
    limited = replace(actor, permissions=actor.permissions & token.scopes)
    return Identity(user, office, limited, None, token)


def note_use(database: Database, identity: Identity, options: AccountOptions, now: datetime) -> None:
    """Remember that a cookie or token was used, in a transaction of its own, and not at every call."""
    if identity.sign_in is not None and _is_due(identity.sign_in.last_seen_at, options, now):
        with database.begin() as session:
            SignIns(session).touch(identity.sign_in.token_hash, now)
    if identity.token is not None and _is_due(identity.token.last_used_at, options, now):
        with database.begin() as session:
            ApiTokens(session).touch(identity.token.id, now)


def open_sign_in(
    session: Session, user: User, *, hours: float, idle: timedelta, needs_totp: bool, now: datetime
) -> tuple[str, SignIn]:
    """Make a sign-in; return what the cookie holds, and what is kept of it."""
    cookie = new_secret()
    sign_in = SignIn(
        secret_hash(cookie),
        user.id,
        new_secret(),
        now,
        now,
        int(idle.total_seconds()),
        now + timedelta(hours=hours),
        needs_totp,
    )
    SignIns(session).add(sign_in)
    return cookie, sign_in


def actor_of(user: User, office: Office, *, permissions: frozenset[Permission] | None = None) -> Actor:
    """Return an account as who acts, with all that its roles allow unless something else is said."""
    return Actor(
        user_id=user.id,
        username=user.username,
        display_name=user.display_name,
        office_id=office.id,
        office_code=office.code,
        office_name=office.name,
        office_path=office.path,
        roles=user.roles,
        permissions=permissions_of(user.roles) if permissions is None else permissions,
    )


def stranger(office: Office) -> Actor:
    """Return somebody unproven at the door of an office, for its log."""
    return Actor(0, "anonymous", "", office.id, office.code, office.name, office.path, frozenset())


def is_open(session: Session, user: User, office: Office) -> bool:
    """Tell whether an account may be used: it, its office and all above are active."""
    return user.is_active and Offices(session).is_open(office.path)


def _load_open(session: Session, user_id: int) -> tuple[User, Office] | None:
    user = Accounts(session).get(user_id)
    office = Offices(session).get(user.office_id)
    return (user, office) if is_open(session, user, office) else None


def _is_due(last: datetime | None, options: AccountOptions, now: datetime) -> bool:
    return last is None or abs(now - last) >= options.touch_after
