"""Offices, accounts, settings and stored answers, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.accounts import Permission, Role
from domain.credentials import Failures
from domain.offices import Office, OfficeKind
from domain.settings import OfficeSettings
from storage.accounts import Accounts, UsernameTakenError, UserNotFoundError
from storage.credentials import ApiTokens, FailedSignIns, TokenNotFoundError
from storage.idempotency import IdempotentAnswers, remove_older_answers
from storage.offices import OfficeCodeTakenError, OfficeNotFoundError, Offices
from storage.periods import Periods
from storage.sessions import Database, Session
from storage.settings import OfficeSettingsStore

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def _tree(session: Session) -> tuple[Office, Office, Office]:
    offices = Offices(session)
    top = offices.add("p", "省", OfficeKind.PROVINCE, parent=None, at=NOW)
    city = offices.add("c", "市", OfficeKind.CITY, parent=top, at=NOW)
    return top, city, offices.add("q", "区", OfficeKind.COUNTY, parent=city, at=NOW)


def test_paths_lead_down_from_the_root(database: Database) -> None:
    with database.begin() as session:
        top, city, county = _tree(session)
        offices = Offices(session)

        assert county.path == f"/{top.id}/{city.id}/{county.id}/"
        assert offices.list_above(county.path) == [top, city]
        assert offices.list_at_or_below(city.path, limit=9) == [city, county]
        assert offices.find_root() == top
        with pytest.raises(OfficeNotFoundError):
            offices.get(top.id, below=city.path)
        with pytest.raises(OfficeCodeTakenError):
            offices.add("q", "又一区", OfficeKind.COUNTY, parent=city, at=NOW)


def test_a_closed_office_closes_those_below(database: Database) -> None:
    with database.begin() as session:
        _, city, county = _tree(session)
        Offices(session).change(city.id, name="市", is_active=False)

        assert not Offices(session).is_open(county.path)
        assert Offices(session).get(city.id, lock=True).version == 2


def test_accounts_are_found_below_an_office_only(database: Database) -> None:
    with database.begin() as session:
        _, city, county = _tree(session)
        accounts = Accounts(session)
        made = accounts.add(
            "wang", "王", [Role.VERIFIER, Role.REPORTER], office=city, password_hash="x", at=NOW
        )

        assert accounts.get(made.id, below=city.path, lock=True).roles == {Role.VERIFIER, Role.REPORTER}
        with pytest.raises(UserNotFoundError):
            accounts.get(made.id, below=county.path)
        with pytest.raises(UsernameTakenError):
            accounts.add("wang", "又一王", [Role.VERIFIER], office=city, password_hash="x", at=NOW)


def test_settings_come_from_the_nearest_office(database: Database) -> None:
    with database.begin() as session:
        top, city, county = _tree(session)
        store = OfficeSettingsStore(session)
        store.put(top.id, "lease_seconds", 900)
        store.put(top.id, "recheck_rate", 0.5)
        store.put(city.id, "lease_seconds", 300)
        store.put(city.id, "lease_seconds", 200)

        assert store.of(county.path) == OfficeSettings(lease_seconds=200, recheck_rate=0.5)
        store.remove(city.id, "lease_seconds")
        assert store.of(county.path).lease_seconds == 900


def test_a_period_comes_back_as_it_was(database: Database) -> None:
    deadlines = {OfficeKind.COUNTY: date(2021, 4, 20)}
    with database.begin() as session:
        made = Periods(session).add("甲", first_year=2018, last_year=2019, deadlines=deadlines)
    with database.read() as session:
        assert Periods(session).get(made.id) == made
        assert made.deadlines == deadlines


def test_tokens_are_revoked_by_their_owner_once(database: Database) -> None:
    with database.begin() as session:
        _, city, _ = _tree(session)
        user = Accounts(session).add("wang", "王", [Role.VERIFIER], office=city, password_hash="x", at=NOW)
        tokens = ApiTokens(session)
        made = tokens.add(
            user.id, "t", [Permission.VIEW], token_hash="h", at=NOW, expires_at=NOW + timedelta(days=1)
        )
        with pytest.raises(TokenNotFoundError):
            tokens.revoke(made.id, user_id=user.id + 1, at=NOW)
        first = tokens.revoke(made.id, user_id=user.id, at=NOW)
        assert tokens.revoke(made.id, user_id=user.id, at=NOW + timedelta(hours=1)) == first


def test_failures_are_counted_and_forgotten(database: Database) -> None:
    counted = Failures(3, NOW, NOW)
    with database.begin() as session:
        FailedSignIns(session).put("h", counted)
    with database.begin() as session:
        assert FailedSignIns(session).get("h") == counted
        FailedSignIns(session).clear("h")
        assert FailedSignIns(session).get("h") == Failures()


def test_a_key_is_taken_by_one_of_many_at_once_and_the_others_get_its_answer(database: Database) -> None:
    done = []

    def call(number: int) -> bytes:
        with database.begin() as session:
            answers = IdempotentAnswers(session, 1)
            stored = answers.reserve("key", "request", NOW)
            if stored is not None:
                return stored.body
            done.append(number)
            body = str(number).encode()
            answers.store("key", status=201, body=body, etag=None)
            return body

    with ThreadPoolExecutor(5) as pool:
        bodies = set(pool.map(call, range(10)))

    assert len(done) == 1
    assert bodies == {str(done[0]).encode()}


def test_a_key_whose_call_failed_is_free(database: Database) -> None:
    def fail() -> None:
        with database.begin() as session:
            IdempotentAnswers(session, 1).reserve("key", "request", NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with database.begin() as session:
        assert IdempotentAnswers(session, 1).reserve("key", "request", NOW) is None


def test_old_answers_are_forgotten(database: Database) -> None:
    with database.begin() as session:
        IdempotentAnswers(session, 1).reserve("key", "request", NOW)
        remove_older_answers(session, NOW + timedelta(days=8), timedelta(days=7))
        assert IdempotentAnswers(session, 1).reserve("key", "request", NOW) is None
