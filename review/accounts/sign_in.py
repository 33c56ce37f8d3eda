"""Signing in and out.

Sign-in owns its transactions, unlike other use cases: a failure must stay counted although the call is
refused, and argon2 must not run while SQLite's only write lock is held.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.accounts import User
from domain.credentials import Credentials, SignIn
from domain.offices import Office
from domain.settings import OfficeSettings
from review.accounts.attempts import begin_attempt, forgive_all, forgive_attempt
from review.accounts.errors import SignInRefusedError, TotpRefusedError
from review.accounts.identity import Identity, actor_of, is_open, open_sign_in, stranger
from review.accounts.options import AccountOptions
from review.accounts.passwords import PasswordHasher
from review.accounts.totp import find_step
from storage.accounts import Accounts
from storage.audit import AuditLog
from storage.credentials import SignIns
from storage.offices import Offices
from storage.sessions import Database, Session
from storage.settings import OfficeSettingsStore


@dataclass(frozen=True, slots=True)
class Opened:
    """A new sign-in."""

    cookie: str
    """The secret; only its hash is kept."""

    sign_in: SignIn
    user: User
    office: Office


@dataclass(frozen=True, slots=True)
class Door:
    """What every way in needs."""

    database: Database
    hasher: PasswordHasher
    options: AccountOptions

    def now(self) -> datetime:
        """Return what time it is."""
        return self.database.clock()


def sign_in(door: Door, username: str, password: str, *, address: str) -> Opened:
    """Check name and password and open a sign-in; with a second factor, one that only takes the code.

    Unknown names, wrong passwords and closed accounts are answered alike, and take as long.

    Raises:
        SignInRefusedError: They do not fit.
        AccountLockedError: Too many attempts under the name failed.
        TooManySignInsError: Attempts come too fast.
    """
    username = username.casefold().strip()
    credentials = begin_password_attempt(door, username, address=address)
    is_right = door.hasher.verify(password, credentials.password_hash if credentials else None)
    now = door.now()
    with door.database.begin() as session:
        opened = _open(session, door, credentials, now) if credentials and is_right else None
        if opened is None:
            _log_refusal(session, credentials, address, reason="password")
    if opened is None:
        raise SignInRefusedError
    return opened


def submit_totp(door: Door, identity: Identity, code: str, *, address: str) -> Opened:
    """Finish a sign-in with the code of the second factor; the cookie changes.

    Raises:
        TotpRefusedError: The code is wrong or was taken before, or none is owed.
        AccountLockedError: Too many attempts under the name failed.
        TooManySignInsError: Attempts come too fast.
    """
    sign_in_before = identity.sign_in
    if sign_in_before is None or not sign_in_before.needs_totp:
        raise TotpRefusedError
    begin_password_attempt(door, identity.user.username, address=address)
    now = door.now()
    with door.database.begin() as session:
        credentials = Accounts(session).get_credentials(identity.user.id, lock=True)
        step = find_step(credentials, code, now)
        if step is None:
            _log_refusal(session, credentials, address, reason="totp")
            opened = None
        else:
            Accounts(session).take_totp_step(identity.user.id, step)
            SignIns(session).remove(sign_in_before.token_hash)
            opened = open_fully(session, credentials.user, identity.office, now)
    if opened is None:
        raise TotpRefusedError
    return opened


def sign_out(session: Session, identity: Identity) -> None:
    """End a sign-in; the cookie opens nothing any more."""
    if identity.sign_in is not None:
        SignIns(session).remove(identity.sign_in.token_hash)
        AuditLog(session).append(identity.actor, "session.closed", f"account/{identity.user.id}")


def begin_password_attempt(door: Door, username: str, *, address: str) -> Credentials | None:
    """Count an attempt in a transaction of its own, and return the account of the name."""
    with door.database.begin() as session:
        begin_attempt(session, username, address=address, options=door.options, now=door.now())
        return Accounts(session).find_credentials(username)


def open_fully(session: Session, user: User, office: Office, now: datetime) -> Opened:
    """Open a sign-in that is owed nothing, for as long as the office allows."""
    settings = OfficeSettingsStore(session).of(office.path)
    cookie, kept = open_sign_in(
        session, user, hours=settings.session_hours, idle=_idle(settings), needs_totp=False, now=now
    )
    forgive_all(session, user.username)
    AuditLog(session).append(actor_of(user, office), "session.opened", f"account/{user.id}")
    return Opened(cookie, kept, user, office)


def _open(session: Session, door: Door, credentials: Credentials, now: datetime) -> Opened | None:
    current = Accounts(session).get_credentials(credentials.user.id, lock=True)
    office = Offices(session).get(current.user.office_id)
    if current.password_hash != credentials.password_hash or not is_open(session, current.user, office):
        return None
    SignIns(session).remove_over(now)
    if not current.user.has_totp:
        return open_fully(session, current.user, office, now)
    forgive_attempt(session, current.user.username)
    time = door.options.totp_time
    cookie, kept = open_sign_in(
        session, current.user, hours=time / timedelta(hours=1), idle=time, needs_totp=True, now=now
    )
    return Opened(cookie, kept, current.user, office)


def _log_refusal(session: Session, credentials: Credentials | None, address: str, *, reason: str) -> None:
    if credentials is None:
        # The name is not logged: people type passwords into the wrong box.
        root = Offices(session).find_root()
        actor = stranger(root) if root else None
        AuditLog(session).append(actor, "session.refused", "account/unknown", reason=reason, address=address)
        return
    office = Offices(session).get(credentials.user.office_id)
    AuditLog(session).append(
        stranger(office), "session.refused", f"account/{credentials.user.id}", reason=reason, address=address
    )


def _idle(settings: OfficeSettings) -> timedelta:
    return timedelta(minutes=settings.session_idle_minutes)
