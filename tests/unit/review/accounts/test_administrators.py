"""The first administrator, and counting of failures."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.accounts import Role
from domain.credentials import Failures
from domain.offices import OfficeKind
from review.accounts import AccountOptions, PasswordHasher, create_administrator, sweep
from review.accounts.attempts import lock_time, one_more
from review.accounts.errors import UsernameError
from review.accounts.sign_in import Door, sign_in
from storage.schema import upgrade
from storage.sessions import Database, sqlite_url

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CHEAP = AccountOptions(argon2_time_cost=1, argon2_memory_kib=8, argon2_parallelism=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    database = Database(sqlite_url(tmp_path / "test.sqlite"), clock=lambda: NOW)
    upgrade(database)
    yield database
    database.close()


def test_the_first_administrator_comes_with_the_office_at_the_top(database: Database) -> None:
    hasher = PasswordHasher(CHEAP)
    password = hasher.one_time()
    with database.begin() as session:
        user, office = create_administrator(
            session, "admin", "管理员", password, office_code="610103", office_name="碑林区",
            office_kind=OfficeKind.COUNTY, now=NOW,
        )  # fmt: skip

    assert (user.roles, user.must_change_password) == (frozenset({Role.ADMINISTRATOR}), True)
    assert (office.kind, office.path) == (OfficeKind.COUNTY, f"/{office.id}/")
    opened = sign_in(Door(database, hasher, CHEAP), "Admin ", password.text, address="127.0.0.1")
    assert opened.user.id == user.id


def test_a_second_one_joins_the_same_office(database: Database) -> None:
    password = PasswordHasher(CHEAP).one_time()
    with database.begin() as session:
        made = [
            create_administrator(
                session, name, "管理员", password, office_code=name, office_name=name, now=NOW
            )
            for name in ("first", "second")
        ]

    assert made[0][1] == made[1][1]
    assert made[1][1].code == "first"


def test_a_name_of_another_form_is_refused(database: Database) -> None:
    password = PasswordHasher(CHEAP).one_time()
    with pytest.raises(UsernameError), database.begin() as session:
        create_administrator(session, "管理员", "管理员", password, office_code="a", office_name="a", now=NOW)


def test_one_time_passwords_differ_and_hide_themselves() -> None:
    hasher = PasswordHasher(CHEAP)
    first, second = hasher.one_time(), hasher.one_time()

    assert first.text != second.text
    assert first.text not in repr(first)
    assert hasher.verify(first.text, first.hash)
    assert not hasher.verify(second.text, first.hash)
    assert not hasher.verify(first.text, None)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(5, 15), (6, 30), (7, 60), (11, 960), (12, 1440), (10_000, 1440)]
)
def test_locks_double_up_to_a_day(failures: int, minutes: int) -> None:
    assert lock_time(failures, AccountOptions()) == timedelta(minutes=minutes)


def test_failures_of_yesterday_are_forgotten() -> None:
    old = Failures(4, None, NOW - timedelta(hours=25))

    assert one_more(old, AccountOptions(), NOW) == Failures(1, None, NOW)


def test_the_sweep_keeps_what_is_young(database: Database) -> None:
    hasher = PasswordHasher(CHEAP)
    password = hasher.one_time()
    with database.begin() as session:
        create_administrator(session, "admin", "管理员", password, office_code="a", office_name="a", now=NOW)
    sign_in(Door(database, hasher, CHEAP), "admin", password.text, address="127.0.0.1")

    for later, left in ((timedelta(hours=1), 1), (timedelta(days=3), 0)):
        with database.begin() as session:
            sweep(session, NOW + later)
            count = session.connection().exec_driver_sql("SELECT count(*) FROM sessions").scalar_one()
            assert count == left
