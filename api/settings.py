"""Settings of offices."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field, StrictBool, StrictFloat, StrictInt

from api.dependencies import ActorDep, ManagerDep, ReadSessionDep, SessionDep
from api.errors import errors
from api.texts import Id, In, Out
from domain.settings import Stricter
from review.accounts.settings import SettingState, inherit_setting, list_settings, set_setting

router = APIRouter(tags=["settings"])

Value = StrictBool | StrictInt | StrictFloat
Name = Annotated[str, Path(min_length=1, max_length=64, examples=["four_eyes"])]


class SettingIn(In):
    """A new value."""

    value: Value = Field(examples=[True])


class SettingOut(Out):
    """One setting of one office."""

    name: str
    label: str
    kind: str = Field(description="bool, int or float")
    lower: float
    upper: float
    stricter: Stricter = Field(description="Which way it guards more; loosened by an office above only.")
    default: Value
    value: Value
    set_by_office_id: int | None = Field(description="Where the value comes from; null: the default.")

    @classmethod
    def from_state(cls, state: SettingState) -> "SettingOut":
        """Render a setting."""
        definition = state.definition
        return cls(
            name=definition.name,
            label=definition.label,
            kind=definition.kind,
            lower=definition.lower,
            upper=definition.upper,
            stricter=definition.stricter,
            default=definition.default,
            value=state.value,
            set_by_office_id=state.set_by_office_id,
        )


@router.get("/settings", summary="What holds for the own office", responses=errors(401, 403))
def get_own_settings(actor: ActorDep, session: ReadSessionDep) -> list[SettingOut]:
    """List all settings with their values."""
    return [SettingOut.from_state(state) for state in list_settings(session, actor, actor.office_id)]


@router.get(
    "/offices/{office_id}/settings", summary="What holds for an office", responses=errors(401, 403, 404)
)
def get_office_settings(office_id: Id, actor: ManagerDep, session: ReadSessionDep) -> list[SettingOut]:
    """List all settings of the own office or one below it."""
    return [SettingOut.from_state(state) for state in list_settings(session, actor, office_id)]


@router.put("/offices/{office_id}/settings/{name}", summary="Set a value", responses=errors(401, 403, 404))
def put_office_setting(
    office_id: Id, name: Name, body: SettingIn, actor: ManagerDep, session: SessionDep
) -> SettingOut:
    """Set a value for an office and all below it that set none of their own."""
    return SettingOut.from_state(set_setting(session, actor, office_id, name, body.value))


@router.delete(
    "/offices/{office_id}/settings/{name}", summary="Inherit a value again", responses=errors(401, 403, 404)
)
def delete_office_setting(office_id: Id, name: Name, actor: ManagerDep, session: SessionDep) -> SettingOut:
    """Take an office's own value away; safe to repeat."""
    return SettingOut.from_state(inherit_setting(session, actor, office_id, name))
