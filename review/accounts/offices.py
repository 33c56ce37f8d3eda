"""Offices below one's own."""

from dataclasses import dataclass
from datetime import datetime

from domain.accounts import Actor
from domain.errors import StaleVersionError
from domain.offices import ALLOWED_PARENTS, Office, OfficeKind
from review.accounts.errors import (
    HigherOfficeNeededError,
    OfficeInactiveError,
    OfficeKindError,
    RootOfficeError,
)
from storage.audit import AuditLog
from storage.offices import Offices
from storage.sessions import Session


@dataclass(frozen=True, slots=True)
class OfficeDraft:
    """An office to be made."""

    code: str
    name: str
    kind: OfficeKind
    parent_id: int


def get_office(session: Session, actor: Actor, office_id: int) -> Office:
    """Return an office that the actor may know of: the own, those below, and those above it.

    Raises:
        OfficeNotFoundError: It is none of these.
    """
    if f"/{office_id}/" in actor.office_path:
        return Offices(session).get(office_id)
    return Offices(session).get(office_id, below=actor.office_path)


def create_office(session: Session, actor: Actor, draft: OfficeDraft, *, now: datetime) -> Office:
    """Hang an office under the actor's or one below it.

    Raises:
        OfficeNotFoundError: The parent is not there.
        OfficeInactiveError: The parent is closed.
        OfficeKindError: Such an office does not belong there.
        OfficeCodeTakenError: The code is in use.
    """
    offices = Offices(session)
    parent = offices.get(draft.parent_id, below=actor.office_path, lock=True)
    if not offices.is_open(parent.path):
        raise OfficeInactiveError
    if parent.kind not in ALLOWED_PARENTS[draft.kind]:
        raise OfficeKindError(draft.kind, parent.kind)
    office = offices.add(draft.code, draft.name, draft.kind, parent=parent, at=now)
    AuditLog(session).append(
        actor, "office.created", f"office/{office.id}", code=office.code, name=office.name, kind=office.kind
    )
    return office


def change_office(
    session: Session,
    actor: Actor,
    office_id: int,
    *,
    name: str | None,
    is_active: bool | None,
    expected_version: int | None,
) -> Office:
    """Rename, close or open an office; ``None`` leaves as it is.

    Closing an office keeps everybody of it and below it out; nothing of theirs is lost.

    Raises:
        OfficeNotFoundError: It is not the actor's office nor below it.
        StaleVersionError: It is not at the version expected.
        RootOfficeError: The office at the top would be closed.
        HigherOfficeNeededError: The actor's own office would be closed or opened.
    """
    office = Offices(session).get(office_id, below=actor.office_path, lock=True)
    if expected_version is not None and office.version != expected_version:
        raise StaleVersionError(office)
    new_name = office.name if name is None else name
    new_active = office.is_active if is_active is None else is_active
    if new_active != office.is_active:
        if office.parent_id is None:
            raise RootOfficeError
        if office.id == actor.office_id:
            raise HigherOfficeNeededError("停用或启用本单位")
    changed = Offices(session).change(office.id, name=new_name, is_active=new_active)
    AuditLog(session).append(
        actor, "office.changed", f"office/{office.id}", name=new_name, is_active=new_active
    )
    return changed
