"""Reporting periods, kept by the office at the top."""

from domain.accounts import Actor
from domain.errors import InputError, StaleVersionError
from domain.periods import NOTICE_2021, Period
from review.accounts.errors import RootOfficeNeededError
from storage.audit import AuditLog
from storage.offices import path_ids
from storage.periods import Periods
from storage.sessions import Session


class PeriodYearsError(InputError):
    """The last year lies before the first."""

    code = "period_years"

    def __init__(self) -> None:
        super().__init__("报送时段的截止年份不能早于起始年份。请改正后重新保存。")


def create_period(session: Session, actor: Actor, period: Period) -> Period:
    """Make a period; number and version of the given one do not matter.

    Raises:
        RootOfficeNeededError: The actor's office is not the one at the top.
        PeriodYearsError: The years are in the wrong order.
        PeriodLabelTakenError: The label is in use.
    """
    _check_root(actor)
    _check_years(period)
    made = _add(session, period)
    AuditLog(session).append(actor, "period.created", f"period/{made.id}", label=made.label)
    return made


def change_period(session: Session, actor: Actor, period: Period, *, expected_version: int | None) -> Period:
    """Write a period anew.

    Raises:
        RootOfficeNeededError: The actor's office is not the one at the top.
        PeriodNotFoundError: There is none of that number.
        StaleVersionError: It is not at the version expected.
        PeriodYearsError: The years are in the wrong order.
        PeriodLabelTakenError: Another one has the label.
    """
    _check_root(actor)
    current = Periods(session).get(period.id, lock=True)
    if expected_version is not None and current.version != expected_version:
        raise StaleVersionError(current)
    _check_years(period)
    changed = Periods(session).change(period)
    AuditLog(session).append(
        actor,
        "period.changed",
        f"period/{period.id}",
        label=changed.label,
        deadlines={kind.value: day.isoformat() for kind, day in changed.deadlines.items()},
    )
    return changed


def import_notice_2021(session: Session, actor: Actor) -> list[Period]:
    """Take over the periods of 陕人社函〔2021〕107号; those whose label is there stay as they are.

    Raises:
        RootOfficeNeededError: The actor's office is not the one at the top.
    """
    _check_root(actor)
    periods = Periods(session)
    made = [_add(session, period) for period in NOTICE_2021 if not periods.has_label(period.label)]
    if made:
        AuditLog(session).append(actor, "periods.imported", "periods", labels=[one.label for one in made])
    return periods.list_all()


def _add(session: Session, period: Period) -> Period:
    return Periods(session).add(
        period.label, first_year=period.first_year, last_year=period.last_year, deadlines=period.deadlines
    )


def _check_root(actor: Actor) -> None:
    if len(path_ids(actor.office_path)) != 1:
        raise RootOfficeNeededError


def _check_years(period: Period) -> None:
    if period.last_year < period.first_year:
        raise PeriodYearsError
