"""Accounts of people, as administrators manage them.

An administrator manages the accounts of the own office and of all offices below it; those of administrators
come from an office above (docs/decisions/0021-accounts-and-offices.md).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.accounts import Actor, Role, User
from domain.errors import StaleVersionError
from domain.offices import Office
from review.accounts.attempts import forgive_all
from review.accounts.errors import (
    HigherOfficeNeededError,
    OfficeInactiveError,
    OwnAccountError,
    RolesError,
    UsernameError,
)
from review.accounts.passwords import OneTimePassword
from storage.accounts import Accounts
from storage.audit import AuditLog
from storage.credentials import ApiTokens, SignIns
from storage.offices import Offices
from storage.sessions import Session

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
_ALONE = {
    Role.ADMINISTRATOR: "管理员不能兼任其他角色",
    Role.AUDITOR: "审计人不能兼任其他角色",
}


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """An account to be made."""

    username: str
    display_name: str
    office_id: int
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """What an administrator changes; ``None`` leaves as it is."""

    display_name: str | None = None
    roles: frozenset[Role] | None = None
    is_active: bool | None = None


def create_account(
    session: Session, actor: Actor, draft: AccountDraft, password: OneTimePassword, *, now: datetime
) -> User:
    """Make an account with a password that its owner must change at the first sign-in.

    Raises:
        OfficeNotFoundError: The office is not the actor's nor below it.
        OfficeInactiveError: The office, or one above it, is closed.
        HigherOfficeNeededError: It would be an administrator of the actor's own office.
        UsernameError: The name has a form that is not used.
        RolesError: The roles cannot be one person's.
        UsernameTakenError: The name is in use.
    """
    check_username(draft.username)
    check_roles(draft.roles)
    offices = Offices(session)
    office = offices.get(draft.office_id, below=actor.office_path)
    _check_may_manage(actor, office, draft.roles)
    if not offices.is_open(office.path):
        raise OfficeInactiveError
    user = Accounts(session).add(
        draft.username, draft.display_name, draft.roles, office=office, password_hash=password.hash, at=now
    )
    AuditLog(session).append(
        actor,
        "account.created",
        f"account/{user.id}",
        username=user.username,
        office_id=office.id,
        roles=sorted(user.roles),
    )
    return user


def change_account(
    session: Session,
    actor: Actor,
    user_id: int,
    changes: AccountChanges,
    *,
    expected_version: int | None,
    now: datetime,
) -> User:
    """Change name, roles, or whether an account may be used. Who is closed out is signed out at once.

    Raises:
        UserNotFoundError: The account is in no office of the actor's.
        OwnAccountError: It is the actor's own.
        HigherOfficeNeededError: It is, or would be, an administrator of the actor's own office.
        StaleVersionError: It is not at the version expected.
        RolesError: The roles cannot be one person's.
    """
    user = _get_managed(session, actor, user_id, roles=changes.roles or frozenset())
    if expected_version is not None and user.version != expected_version:
        raise StaleVersionError(user)
    roles = user.roles if changes.roles is None else changes.roles
    check_roles(roles)
    is_active = user.is_active if changes.is_active is None else changes.is_active
    name = user.display_name if changes.display_name is None else changes.display_name
    changed = Accounts(session).change(user.id, display_name=name, roles=roles, is_active=is_active)
    log, target = AuditLog(session), f"account/{user.id}"
    if user.is_active and not is_active:
        SignIns(session).remove_all(user.id)
        ApiTokens(session).revoke_all(user.id, at=now)
        log.append(actor, "account.deactivated", target)
    elif is_active and not user.is_active:
        log.append(actor, "account.activated", target)
    if roles != user.roles:
        log.append(actor, "account.roles_changed", target, before=sorted(user.roles), after=sorted(roles))
    if name != user.display_name:
        log.append(actor, "account.renamed", target)
    return changed


def reset_password(
    session: Session, actor: Actor, user_id: int, password: OneTimePassword, *, now: datetime
) -> User:
    """Give an account a new one-time password, end its sign-ins and tokens, and lift a lock.

    Raises:
        UserNotFoundError: The account is in no office of the actor's.
        OwnAccountError: It is the actor's own.
        HigherOfficeNeededError: It is an administrator of the actor's own office.
    """
    user = _get_managed(session, actor, user_id)
    changed = Accounts(session).set_password(user.id, password.hash, must_change=True)
    SignIns(session).remove_all(user.id)
    ApiTokens(session).revoke_all(user.id, at=now)
    forgive_all(session, user.username)
    AuditLog(session).append(actor, "account.password_reset", f"account/{user.id}")
    return changed


def clear_totp(session: Session, actor: Actor, user_id: int) -> User:
    """Take the second factor away from somebody who has lost it; safe to repeat.

    Raises:
        UserNotFoundError: The account is in no office of the actor's.
        OwnAccountError: It is the actor's own.
        HigherOfficeNeededError: It is an administrator of the actor's own office.
    """
    user = _get_managed(session, actor, user_id)
    changed = Accounts(session).set_totp(user.id, None, confirmed=False, last_step=0)
    SignIns(session).remove_all(user.id)
    AuditLog(session).append(actor, "account.totp_cleared", f"account/{user.id}")
    return changed


def check_username(username: str) -> None:
    """Refuse a name of another form.

    Raises:
        UsernameError: It has one.
    """
    if not _USERNAME.fullmatch(username):
        raise UsernameError


def check_roles(roles: frozenset[Role]) -> None:
    """Refuse roles that cannot be one person's.

    Raises:
        RolesError: There is none, or one of them must stand alone.
    """
    if not roles:
        raise RolesError("至少要有一个角色")
    for role, reason in _ALONE.items():
        if role in roles and len(roles) > 1:
            raise RolesError(reason)


def _get_managed(
    session: Session, actor: Actor, user_id: int, *, roles: frozenset[Role] = frozenset()
) -> User:
    user = Accounts(session).get(user_id, below=actor.office_path, lock=True)
    if user.id == actor.user_id:
        raise OwnAccountError
    _check_may_manage(actor, Offices(session).get(user.office_id), user.roles | roles)
    return user


def _check_may_manage(actor: Actor, office: Office, roles: frozenset[Role]) -> None:
    is_own = office.id == actor.office_id
    if Role.ADMINISTRATOR in roles and is_own and office.parent_id is not None:
        raise HigherOfficeNeededError("本单位管理员的账号")
