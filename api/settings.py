"""Settings of offices."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field, StrictBool, StrictFloat, StrictInt

from api.dependencies import ActorDep, ManagerDep, ReadSessionDep, SessionDep
from api.errors import errors
from api.stores import ReadStoreDep
from api.texts import Id, In, Out
from domain.settings import Stricter
from review.accounts.settings import SettingState, inherit_setting, list_settings, set_setting

router = APIRouter(tags=["settings"])

Value = StrictBool | StrictInt | StrictFloat
Name = Annotated[str, Path(min_length=1, max_length=64, examples=["four_eyes"])]


class SettingIn(In):
    """A new value."""

    value: Value = Field(title="设定的值", examples=[True])


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


class ThresholdsOut(Out):
    """What would hold."""

    clear_probability: float
    clear_link_score: float


class ThresholdPreviewOut(Out):
    """What other bars for clearing rows would have meant for past batches."""

    thresholds: ThresholdsOut
    batches: int
    rows: int = Field(description="Cleared rows that were looked at, newest batches first.")
    is_whole: bool = Field(description="All past batches were looked at.")
    held_back: int = Field(description="Of these rows: would have gone to a person.")
    judged: int = Field(description="Of these rows: people said what is right, as when drawn for a re-check.")
    wrong: int = Field(description="Of those judged: something in the sheet was wrong.")
    held_back_judged: int = Field(description="Rows that would have gone to a person and were judged.")
    held_back_wrong: int = Field(description="Of these: something in the sheet was wrong.")


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


@router.get(
    "/offices/{office_id}/threshold-preview",
    summary="What other bars would change",
    responses=errors(401, 403, 404),
)
def get_threshold_preview(
    office_id: Id,
    _manager: ManagerDep,
    store: ReadStoreDep,
    clear_probability: Annotated[float | None, Query(description="Left out: as it holds now.")] = None,
    clear_link_score: Annotated[float | None, Query(description="Left out: as it holds now.")] = None,
) -> ThresholdPreviewOut:
    """Count which cleared rows of the office, and of those below that inherit from it, would go to a person.

    Only numbers are told. Batches of offices below count from when they were first passed on.
    """
    # Loads what compares values; the server starts without it.
    from review.threshold_preview import preview_thresholds

    tried = {"clear_probability": clear_probability, "clear_link_score": clear_link_score}
    preview = preview_thresholds(
        store, office_id, {name: value for name, value in tried.items() if value is not None}
    )
    return ThresholdPreviewOut(
        thresholds=ThresholdsOut(
            clear_probability=preview.settings.clear_probability,
            clear_link_score=preview.settings.clear_link_score,
        ),
        batches=preview.batches,
        rows=preview.rows,
        is_whole=preview.is_whole,
        held_back=preview.held_back,
        judged=preview.judged,
        wrong=preview.wrong,
        held_back_judged=preview.held_back_judged,
        held_back_wrong=preview.held_back_wrong,
    )
