"""The first administrator, made by whoever holds the machine."""

from datetime import datetime

from domain.accounts import Role, User
from domain.offices import Office, OfficeKind
from review.accounts.passwords import OneTimePassword
from review.accounts.people import check_username
from storage.accounts import Accounts
from storage.audit import AuditLog
from storage.offices import Offices
from storage.sessions import Session


def create_administrator(
    session: Session,
    username: str,
    display_name: str,
    password: OneTimePassword,
    *,
    office_code: str,
    office_name: str,
    office_kind: OfficeKind = OfficeKind.PROVINCE,
    now: datetime,
) -> tuple[User, Office]:
    """Make an administrator of the office at the top, and that office when there is none yet.

    May be called again later, when nobody at the top can sign in any more. An office that is there keeps its
    code, name and kind, whatever is given.

    Args:
        session: A transaction that may write.
        username: Name to sign in with.
        display_name: Name of the person.
        password: From ``PasswordHasher.one_time``; show its text once.
        office_code: System account of the office.
        office_name: Name of the office.
        office_kind: Any: a county without a network to the province has itself at the top.
        now: Aware, UTC.

    Raises:
        UsernameError: The name has a form that is not used.
        UsernameTakenError: The name is in use.
    """
    check_username(username)
    offices, log = Offices(session), AuditLog(session)
    office = offices.find_root()
    if office is None:
        office = offices.add(office_code, office_name, office_kind, parent=None, at=now)
        log.append(None, "office.created", f"office/{office.id}", code=office.code, name=office.name)
    user = Accounts(session).add(
        username,
        display_name,
        {Role.ADMINISTRATOR},
        office=office,
        password_hash=password.hash,
        at=now,
    )
    log.append(None, "account.created", f"account/{user.id}", username=username, office_id=office.id)
    return user, office
