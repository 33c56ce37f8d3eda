"""Settings of offices."""

from dataclasses import dataclass

from domain.accounts import Actor
from domain.offices import Office
from domain.settings import DEFINITIONS, SettingDefinition, SettingValue, Stricter, definition_of, effective
from review.accounts.errors import HigherOfficeNeededError
from storage.audit import AuditLog
from storage.offices import Offices, path_ids
from storage.sessions import Session
from storage.settings import OfficeSettingsStore


@dataclass(frozen=True, slots=True)
class SettingState:
    """One setting of one office."""

    definition: SettingDefinition
    value: SettingValue
    set_by_office_id: int | None
    """Where the value comes from; ``None`` is the product's default."""


def list_settings(session: Session, actor: Actor, office_id: int) -> list[SettingState]:
    """Return what holds for the actor's office or one below it, and where it comes from.

    Raises:
        OfficeNotFoundError: The office is neither.
    """
    office = Offices(session).get(office_id, below=actor.office_path)
    return [_state(session, office, definition) for definition in DEFINITIONS.values()]


def set_setting(session: Session, actor: Actor, office_id: int, name: str, value: object) -> SettingState:
    """Set a value for an office and those below it.

    What guards the work may be loosened for an office by an office above it only.

    Raises:
        OfficeNotFoundError: The office is not the actor's nor below it.
        SettingNotFoundError: There is no such setting.
        SettingValueError: It cannot have that value.
        HigherOfficeNeededError: It would loosen a guard of the actor's own office.
    """
    office = Offices(session).get(office_id, below=actor.office_path, lock=True)
    definition = definition_of(name)
    checked = definition.check(value)
    before = _state(session, office, definition)
    _check_may_loosen(actor, office, definition, before.value, checked)
    OfficeSettingsStore(session).put(office.id, name, checked)
    AuditLog(session).append(
        actor, "setting.changed", f"office/{office.id}", name=name, before=before.value, after=checked
    )
    return _state(session, office, definition)


def inherit_setting(session: Session, actor: Actor, office_id: int, name: str) -> SettingState:
    """Let an office inherit a value again; safe to repeat.

    Raises:
        OfficeNotFoundError: The office is not the actor's nor below it.
        SettingNotFoundError: There is no such setting.
        HigherOfficeNeededError: It would loosen a guard of the actor's own office.
    """
    office = Offices(session).get(office_id, below=actor.office_path, lock=True)
    definition = definition_of(name)
    store = OfficeSettingsStore(session)
    inherited = getattr(effective(store.levels(office.path)[:-1]), name)
    before = _state(session, office, definition)
    _check_may_loosen(actor, office, definition, before.value, inherited)
    store.remove(office.id, name)
    AuditLog(session).append(
        actor, "setting.inherited", f"office/{office.id}", name=name, before=before.value, after=inherited
    )
    return _state(session, office, definition)


def _state(session: Session, office: Office, definition: SettingDefinition) -> SettingState:
    levels = OfficeSettingsStore(session).levels(office.path)
    setters = [
        office_id
        for office_id, level in zip(path_ids(office.path), levels, strict=True)
        if definition.name in level
    ]
    value = getattr(effective(levels), definition.name)
    return SettingState(definition, value, setters[-1] if setters else None)


def _check_may_loosen(
    actor: Actor, office: Office, definition: SettingDefinition, before: SettingValue, after: SettingValue
) -> None:
    is_own = office.id == actor.office_id and office.parent_id is not None
    if is_own and definition.stricter is not Stricter.NEITHER and definition.is_laxer(after, before):
        raise HigherOfficeNeededError(f"放宽本单位的“{definition.label}”")
