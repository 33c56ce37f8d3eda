"""What people do to their own account."""

from dataclasses import dataclass

from domain.credentials import Credentials
from review.accounts.attempts import forgive_attempt
from review.accounts.errors import (
    TotpAlreadyOnError,
    TotpCodeError,
    TotpNotBegunError,
    TotpNotOnError,
    WeakPasswordError,
    WrongPasswordError,
)
from review.accounts.identity import Identity
from review.accounts.passwords import check_password
from review.accounts.sign_in import Door, Opened, begin_password_attempt, open_fully
from review.accounts.totp import find_step, new_totp_secret, provisioning_uri
from storage.accounts import Accounts
from storage.audit import AuditLog
from storage.credentials import SignIns
from storage.sessions import Session


@dataclass(frozen=True, slots=True)
class TotpEnrolment:
    """What the telephone must be told, once."""

    secret: str
    uri: str


def change_password(door: Door, identity: Identity, current: str, new: str, *, address: str) -> Opened:
    """Replace the password, end all sign-ins, and open one new for this browser.

    Raises:
        WeakPasswordError: The new one would be guessed, or is the old one.
        WrongPasswordError: The current one is wrong; this counts like a failed sign-in.
        AccountLockedError: Too many attempts under the name failed.
        TooManySignInsError: Attempts come too fast.
    """
    check_password(new, username=identity.user.username)
    known = _confirm_password(door, identity, current, address=address)
    if new == current:
        raise WeakPasswordError("新密码与原密码相同")
    new_hash = door.hasher.hash(new)
    with door.database.begin() as session:
        accounts = Accounts(session)
        if accounts.get_credentials(identity.user.id, lock=True).password_hash != known.password_hash:
            raise WrongPasswordError
        user = accounts.set_password(identity.user.id, new_hash, must_change=False)
        SignIns(session).remove_all(user.id)
        AuditLog(session).append(identity.actor, "account.password_changed", f"account/{user.id}")
        return open_fully(session, user, identity.office, door.now())


def begin_totp(door: Door, identity: Identity, password: str, *, address: str) -> TotpEnrolment:
    """Make the secret of a second factor; it counts once a code has confirmed it.

    Raises:
        TotpAlreadyOnError: The account has one.
        WrongPasswordError: The password is wrong; this counts like a failed sign-in.
        AccountLockedError: Too many attempts under the name failed.
        TooManySignInsError: Attempts come too fast.
    """
    if identity.user.has_totp:
        raise TotpAlreadyOnError
    _confirm_password(door, identity, password, address=address)
    secret = new_totp_secret()
    with door.database.begin() as session:
        if Accounts(session).get(identity.user.id, lock=True).has_totp:
            raise TotpAlreadyOnError
        Accounts(session).set_totp(identity.user.id, secret, confirmed=False, last_step=0)
        forgive_attempt(session, identity.user.username)
    return TotpEnrolment(secret, provisioning_uri(secret, identity.user.username))


def confirm_totp(session: Session, identity: Identity, code: str, door: Door) -> None:
    """Turn the second factor on; from now on every sign-in asks for it.

    Raises:
        TotpAlreadyOnError: It is on.
        TotpNotBegunError: No secret was made.
        TotpCodeError: The code does not fit the secret.
    """
    accounts = Accounts(session)
    credentials = accounts.get_credentials(identity.user.id, lock=True)
    if credentials.user.has_totp:
        raise TotpAlreadyOnError
    if credentials.totp_secret is None:
        raise TotpNotBegunError
    step = find_step(credentials, code, door.now())
    if step is None:
        raise TotpCodeError
    accounts.set_totp(identity.user.id, credentials.totp_secret, confirmed=True, last_step=step)
    AuditLog(session).append(identity.actor, "account.totp_enabled", f"account/{identity.user.id}")


def end_totp(door: Door, identity: Identity, password: str, code: str, *, address: str) -> None:
    """Turn the second factor off; who has not the telephone any more asks an administrator.

    Raises:
        TotpNotOnError: There is none.
        WrongPasswordError: The password is wrong; this counts like a failed sign-in.
        TotpCodeError: The code does not fit, or was taken before; this counts too.
        AccountLockedError: Too many attempts under the name failed.
        TooManySignInsError: Attempts come too fast.
    """
    if not identity.user.has_totp:
        raise TotpNotOnError
    _confirm_password(door, identity, password, address=address)
    with door.database.begin() as session:
        accounts = Accounts(session)
        credentials = accounts.get_credentials(identity.user.id, lock=True)
        if not credentials.user.has_totp:
            raise TotpNotOnError
        if find_step(credentials, code, door.now()) is None:
            raise TotpCodeError
        accounts.set_totp(identity.user.id, None, confirmed=False, last_step=0)
        forgive_attempt(session, identity.user.username)
        AuditLog(session).append(identity.actor, "account.totp_disabled", f"account/{identity.user.id}")


def _confirm_password(door: Door, identity: Identity, password: str, *, address: str) -> Credentials:
    known = begin_password_attempt(door, identity.user.username, address=address)
    assert known is not None, "the account was just identified"
    if door.hasher.verify(password, known.password_hash):
        return known
    with door.database.begin() as session:
        AuditLog(session).append(identity.actor, "account.password_refused", f"account/{identity.user.id}")
    raise WrongPasswordError
