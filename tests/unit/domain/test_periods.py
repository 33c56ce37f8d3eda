"""Deadlines of reporting periods, and where offices hang."""

from datetime import date

import pytest

from domain.offices import ALLOWED_PARENTS, OfficeKind
from domain.periods import NOTICE_2021
from domain.way import EDITABLE, LOCKED, REVIEWABLE, BatchState, RowState


@pytest.mark.parametrize(
    ("label", "kind", "deadline"),
    [
        ("2018-2019年", OfficeKind.COUNTY, date(2021, 4, 20)),
        ("2018-2019年", OfficeKind.CITY, date(2021, 4, 30)),
        ("2016-2017年", OfficeKind.CITY_DEPARTMENT, date(2021, 5, 10)),
        ("2016-2017年", OfficeKind.SENIOR_BODY, date(2021, 5, 20)),
        ("2010-2015年", OfficeKind.CITY, date(2021, 6, 30)),
        ("2010-2015年", OfficeKind.SENIOR_BODY, date(2021, 6, 25)),
    ],
)
def test_deadlines_are_those_of_the_notice(label: str, kind: OfficeKind, deadline: date) -> None:
    period = next(period for period in NOTICE_2021 if period.label == label)

    assert period.deadline_for(kind) == deadline
    assert period.days_left(kind, deadline) == 0
    assert period.days_left(kind, date(deadline.year, deadline.month, 1)) == deadline.day - 1


def test_an_office_without_a_deadline_is_never_late() -> None:
    assert NOTICE_2021[0].days_left(OfficeKind.PROVINCE, date(2026, 1, 1)) is None


def test_years_of_the_notice_are_covered_once() -> None:
    years = [y for period in NOTICE_2021 for y in range(period.first_year, period.last_year + 1)]
    assert sorted(years) == list(range(2010, 2020))


def test_only_provinces_stand_alone_and_nobody_hangs_under_a_unit() -> None:
    assert [kind for kind, parents in ALLOWED_PARENTS.items() if not parents] == [OfficeKind.PROVINCE]
    assert not any(OfficeKind.UNIT in parents for parents in ALLOWED_PARENTS.values())
    assert all(kind.label for kind in OfficeKind)


def test_locked_batches_take_neither_files_nor_decisions() -> None:
    assert not LOCKED & (EDITABLE | REVIEWABLE)
    assert BatchState.CHECKING not in EDITABLE | REVIEWABLE
    assert len({state.label for state in BatchState}) == len(BatchState)
    assert len({state.label for state in RowState}) == len(RowState)
