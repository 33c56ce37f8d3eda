"""Reporting periods and their deadlines."""

from datetime import date

from fastapi import APIRouter, Response
from pydantic import Field

from api.dependencies import ActorDep, ManagerDep, ReadSessionDep, SessionDep
from api.errors import current_state_as, errors
from api.idempotency import OnceDep
from api.texts import Id, In, Line, Out
from api.versions import IfMatchDep, set_etag
from domain.offices import OfficeKind
from domain.periods import Period
from review.accounts.periods import change_period, create_period, import_notice_2021
from storage.periods import Periods

router = APIRouter(prefix="/periods", tags=["periods"])


class PeriodIn(In):
    """A period as it shall be."""

    label: Line = Field(title="时段名称", examples=["2018-2019年"])
    first_year: int = Field(
        title="起始年份", ge=1949, le=2100, description="Of the date of grant.", examples=[2018]
    )
    last_year: int = Field(title="截止年份", ge=1949, le=2100, description="Inclusive.", examples=[2019])
    deadlines: dict[OfficeKind, date] = Field(
        title="报送截止日期",
        description="Last day by kind of office.",
        examples=[{"county": "2021-04-20", "city": "2021-04-30"}],
    )

    def to_domain(self, period_id: int = 0) -> Period:
        """Return the period."""
        return Period(period_id, self.label, self.first_year, self.last_year, self.deadlines)


class PeriodOut(Out):
    """A period."""

    id: int
    label: str
    first_year: int
    last_year: int
    deadlines: dict[OfficeKind, date]
    version: int

    @classmethod
    def from_domain(cls, period: Period) -> "PeriodOut":
        """Render a period."""
        return cls(
            id=period.id,
            label=period.label,
            first_year=period.first_year,
            last_year=period.last_year,
            deadlines=dict(period.deadlines),
            version=period.version,
        )


@router.get("", summary="All periods", responses=errors(401, 403))
def get_periods(_actor: ActorDep, session: ReadSessionDep) -> list[PeriodOut]:
    """List them, the latest years first."""
    return [PeriodOut.from_domain(period) for period in Periods(session).list_all()]


@router.get("/{period_id}", summary="One period", responses=errors(401, 403, 404))
def get_period(period_id: Id, _actor: ActorDep, session: ReadSessionDep, response: Response) -> PeriodOut:
    """Return a period."""
    period = Periods(session).get(period_id)
    set_etag(response, period.version)
    return PeriodOut.from_domain(period)


@router.post(
    "", status_code=201, response_model=PeriodOut, summary="Make a period", responses=errors(401, 403, 409)
)
def post_period(body: PeriodIn, actor: ManagerDep, session: SessionDep, once: OnceDep) -> Response:
    """Make a period; for administrators of the office at the top."""
    return once.answer(
        201,
        lambda: PeriodOut.from_domain(create_period(session, actor, body.to_domain())),
        version=lambda period: period.version,
    )


@router.put("/{period_id}", summary="Change a period", responses=errors(401, 403, 404, 409))
def put_period(
    period_id: Id,
    body: PeriodIn,
    actor: ManagerDep,
    session: SessionDep,
    seen: IfMatchDep,
    response: Response,
) -> PeriodOut:
    """Write a period anew; for administrators of the office at the top."""
    with current_state_as(PeriodOut.from_domain):
        period = change_period(session, actor, body.to_domain(period_id), expected_version=seen)
    set_etag(response, period.version)
    return PeriodOut.from_domain(period)


@router.post(
    "/import-2021", summary="Take over the periods of the notice of 2021", responses=errors(401, 403)
)
def post_period_import(actor: ManagerDep, session: SessionDep) -> list[PeriodOut]:
    """Make the periods of 陕人社函〔2021〕107号 that are not there yet; safe to repeat."""
    return [PeriodOut.from_domain(period) for period in import_notice_2021(session, actor)]
