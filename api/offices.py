"""Offices and their tree."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from api.dependencies import ActorDep, ManagerDep, NowDep, ReadSessionDep, SessionDep, require
from api.errors import current_state_as, errors
from api.idempotency import OnceDep
from api.pagination import BadCursorError, PageDep, PageOut
from api.stores import ReadStoreDep
from api.texts import Id, In, Line, Out
from api.versions import IfMatchDep, set_etag
from domain.accounts import Permission
from domain.offices import Office, OfficeKind
from review.accounts.offices import OfficeDraft, change_office, create_office, get_office
from review.overview import find_late
from storage.offices import Offices

router = APIRouter(prefix="/offices", tags=["offices"])

MOST_OFFICES = 5000
"""A province with all its counties, bodies and units has fewer that report."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$")]


class OfficeIn(In):
    """An office to be made."""

    code: Code = Field(
        title="系统账号", description="System account; the same in every installation.", examples=["610103"]
    )
    name: Line = Field(title="单位名称", examples=["碑林区人力资源和社会保障局"])
    kind: OfficeKind = Field(title="单位类型")
    parent_id: int = Field(ge=1, le=2**63 - 1, examples=[2])


class OfficeChangeIn(In):
    """What changes of an office; what is left out stays."""

    name: Line | None = Field(default=None, title="单位名称")
    is_active: bool | None = None


class OfficeOut(Out):
    """An office."""

    id: int
    code: str
    name: str
    kind: OfficeKind
    kind_label: str
    parent_id: int | None
    is_active: bool
    version: int

    @classmethod
    def from_domain(cls, office: Office) -> "OfficeOut":
        """Render an office."""
        return cls(
            id=office.id,
            code=office.code,
            name=office.name,
            kind=office.kind,
            kind_label=office.kind.label,
            parent_id=office.parent_id,
            is_active=office.is_active,
            version=office.version,
        )


class OfficeProgressOut(Out):
    """How far one office is."""

    office_id: int
    name: str
    kind: OfficeKind
    batches: dict[str, int] = Field(description="Number of batches by state.")
    rows: dict[str, int] = Field(description="Number of rows by state, as of the last change of each batch.")
    overdue: int = Field(description="Batches that lie with their owner after the deadline.")
    days_late: int = Field(description="Of the latest of these; 0 when none is late.")


class OfficePageOut(PageOut[OfficeOut]):
    """A page of offices."""

    above: list[OfficeOut] = Field(description="The offices over one's own, the top first.")


@router.get("", summary="The own office, those below and those above", responses=errors(401, 403))
def get_offices(actor: ActorDep, session: ReadSessionDep, page: PageDep) -> OfficePageOut:
    """List the own office and those below it, each after the office it hangs under."""
    place = page.after(str)
    after_path = str(place[0]) if place else ""
    if after_path and not after_path.startswith(actor.office_path):
        raise BadCursorError
    offices = Offices(session)
    found = offices.list_at_or_below(actor.office_path, after_path=after_path, limit=page.fetch)
    below = page.of(found, OfficeOut.from_domain, lambda office: (office.path,))
    above = [OfficeOut.from_domain(office) for office in offices.list_above(actor.office_path)]
    return OfficePageOut(items=below.items, next_cursor=below.next_cursor, above=above)


@router.get(
    "/progress",
    summary="How far the office and those below it are",
    responses=errors(401, 403),
    dependencies=[Depends(require(Permission.VIEW))],
)
def get_office_progress(store: ReadStoreDep) -> list[OfficeProgressOut]:
    """Count batches and rows by state for the own office and each below it; nothing of a batch is told."""
    offices = {
        office.id: office
        for office in store.offices.list_at_or_below(store.person.office_path, limit=MOST_OFFICES)
    }
    shown: dict[int, OfficeProgressOut] = {}
    for owner_id, state, number, rows in store.batches.totals_below(store.person.office_path):
        if owner_id not in offices:
            continue
        known = shown.setdefault(
            owner_id,
            OfficeProgressOut(
                office_id=owner_id,
                name=offices[owner_id].name,
                kind=offices[owner_id].kind,
                batches={},
                rows={},
                overdue=0,
                days_late=0,
            ),
        )
        known.batches[state] = number
        for name, count in rows.items():
            known.rows[name] = known.rows.get(name, 0) + count
    for owner_id, late in find_late(store).items():
        if owner_id in shown:
            shown[owner_id] = shown[owner_id].model_copy(
                update={"overdue": late.batches, "days_late": late.days}
            )
    return list(shown.values())


@router.get("/{office_id}", summary="One office", responses=errors(401, 403, 404))
def get_one_office(office_id: Id, actor: ActorDep, session: ReadSessionDep, response: Response) -> OfficeOut:
    """Return the own office, or one below or above it."""
    office = get_office(session, actor, office_id)
    set_etag(response, office.version)
    return OfficeOut.from_domain(office)


@router.post(
    "",
    status_code=201,
    response_model=OfficeOut,
    summary="Make an office",
    responses=errors(401, 403, 404, 409),
)
def post_office(
    body: OfficeIn, actor: ManagerDep, session: SessionDep, once: OnceDep, now: NowDep
) -> Response:
    """Hang an office under the own one or one below it."""
    draft = OfficeDraft(body.code, body.name, body.kind, body.parent_id)
    return once.answer(
        201,
        lambda: OfficeOut.from_domain(create_office(session, actor, draft, now=now)),
        version=lambda office: office.version,
    )


@router.patch("/{office_id}", summary="Rename, close or open an office", responses=errors(401, 403, 404, 409))
def patch_office(
    office_id: Id,
    body: OfficeChangeIn,
    actor: ManagerDep,
    session: SessionDep,
    seen: IfMatchDep,
    response: Response,
) -> OfficeOut:
    """Change the own office or one below it. A closed office keeps its people out and loses nothing."""
    with current_state_as(OfficeOut.from_domain):
        office = change_office(
            session, actor, office_id, name=body.name, is_active=body.is_active, expected_version=seen
        )
    set_etag(response, office.version)
    return OfficeOut.from_domain(office)
