"""Reporting periods: titles of which years are due when, per kind of office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.offices import OfficeKind


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a notice."""

    id: int
    label: str
    first_year: int
    last_year: int
    """Of the date of grant, inclusive."""

    deadlines: Mapping[OfficeKind, date]
    """Last day for offices of a kind; a kind that is not here has none."""

    version: int = 1
    """Rises with every change."""

    def deadline_for(self, kind: OfficeKind) -> date | None:
        """Return the last day for an office; a unit is asked through the office above it."""
        return self.deadlines.get(kind)

    def days_left(self, kind: OfficeKind, today: date) -> int | None:
        """Return the days until the deadline, negative when it has passed."""
        deadline = self.deadline_for(kind)
        return (deadline - today).days if deadline is not None else None


def _of_2021(
    label: str,
    years: tuple[int, int],
    county: tuple[int, int],
    city: tuple[int, int],
    senior: tuple[int, int],
) -> Period:
    return Period(
        0,
        label,
        *years,
        {
            OfficeKind.COUNTY: date(2021, *county),
            OfficeKind.CITY_DEPARTMENT: date(2021, *county),
            OfficeKind.CITY: date(2021, *city),
            OfficeKind.SENIOR_BODY: date(2021, *senior),
        },
    )


NOTICE_2021 = (
    _of_2021("2018-2019年", (2018, 2019), (4, 20), (4, 30), (4, 30)),
    _of_2021("2016-2017年", (2016, 2017), (5, 10), (5, 20), (5, 20)),
    _of_2021("2010-2015年", (2010, 2015), (6, 25), (6, 30), (6, 25)),
)
"""The periods of 陕人社函〔2021〕107号; a city's departments are due with the counties."""
