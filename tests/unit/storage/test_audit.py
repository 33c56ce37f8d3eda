"""The log in the database: sealed with the transaction, in one chain, and never altered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.accounts import Actor
from domain.audit import GENESIS, BreakReason, ChainBreak
from storage.audit import AuditLog
from storage.sessions import Database

ACTOR = Actor(7, "li", "李", 3, "county", "某县", "/1/2/3/", frozenset())


def _log(database: Database, *actions: str, batch_id: int | None = None) -> None:
    with database.begin() as session:
        for action in actions:
            AuditLog(session).append(ACTOR, action, "row/1", batch_id=batch_id, n=1, words="中文")


def _verify(database: Database) -> int | ChainBreak:
    with database.read() as session:
        return AuditLog(session).verify()


def test_lines_follow_one_another_from_the_beginning(database: Database) -> None:
    assert _verify(database) == 0
    _log(database, "a", "b")
    _log(database, "c", batch_id=5)

    assert _verify(database) == 3
    with database.read() as session:
        log = AuditLog(session)
        lines = log.list_page("/1/2/", before_seq=None, limit=10)
        assert [line.action for line in lines] == ["c", "b", "a"]
        assert lines[-1].previous == GENESIS
        assert log.last() == (3, lines[0].hash)
        assert [line.action for line in log.lines_of_batch(5)] == ["c"]
        assert log.list_page("/1/22/", before_seq=None, limit=10) == []
        assert [
            line.seq for line in log.list_page("/", before_seq=3, limit=1, actor="li", target="row/1")
        ] == [2]
        assert log.list_page("/", before_seq=None, limit=9, action="b", batch_id=5) == []


def test_what_is_rolled_back_was_never_logged(database: Database) -> None:
    def fail() -> None:
        with database.begin() as session:
            AuditLog(session).append(ACTOR, "a", "row/1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    _log(database, "b")

    assert _verify(database) == 1


def test_a_part_that_is_kept_apart_is_logged_with_the_whole(database: Database) -> None:
    with database.begin() as session:
        log = AuditLog(session)
        log.append(ACTOR, "a", "row/1")
        with session.begin_nested():
            log.append(ACTOR, "b", "row/1")
        assert log.last() == (0, GENESIS)
        log.append(None, "c", "row/1")

    with database.read() as session:
        lines = AuditLog(session).list_page("", before_seq=None, limit=9)
    assert [(line.action, line.actor) for line in lines] == [("c", "system"), ("b", "li"), ("a", "li")]


def test_a_clock_moved_back_leaves_the_times_in_order(database: Database) -> None:
    now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    database.clock = lambda: now
    _log(database, "a")
    database.clock = lambda: now - timedelta(days=300)
    _log(database, "b")
    database.clock = lambda: now + timedelta(seconds=1)
    _log(database, "c")

    with database.read() as session:
        times = [line.at for line in AuditLog(session).list_page("", before_seq=None, limit=9)]
    assert times == [now + timedelta(seconds=1), now, now]
    assert _verify(database) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "UPDATE audit SET office_path = '/' WHERE seq = 1",
        "INSERT OR REPLACE INTO audit SELECT seq, at, 'x', office, office_path, action, object, batch_id,"
        " detail, previous, hash FROM audit WHERE seq = 1",
        "TRUNCATE audit",
    ],
)
def test_the_database_itself_refuses_to_alter_lines(database: Database, statement: str) -> None:
    if ("TRUNCATE" in statement) == database.is_sqlite or ("REPLACE" in statement and not database.is_sqlite):
        statement = "DELETE FROM audit WHERE seq = 1"
    _log(database, "a")

    with pytest.raises(DBAPIError, match="append-only"), database.begin() as session:
        session.execute(text(statement))
    assert _verify(database) == 1


def _alter(database: Database, statement: str) -> None:
    """Do what somebody does who owns the database and takes the triggers away first."""
    with database.begin() as session:
        if database.is_sqlite:
            for change in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER audit_no_{change}"))
        else:
            session.execute(text("DROP TRIGGER audit_no_change ON audit"))
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor = 'x' WHERE seq = 2", ChainBreak(2, BreakReason.HASH)),
        ("UPDATE audit SET detail = '{}' WHERE seq = 3", ChainBreak(3, BreakReason.HASH)),
        ("DELETE FROM audit WHERE seq = 2", ChainBreak(3, BreakReason.PREVIOUS)),
        ("DELETE FROM audit WHERE seq = 1", ChainBreak(2, BreakReason.PREVIOUS)),
    ],
)
def test_whoever_takes_the_triggers_away_is_found_out(
    database: Database, statement: str, broken: ChainBreak
) -> None:
    _log(database, "a", "b", "c")

    _alter(database, statement)

    assert _verify(database) == broken


def test_details_that_are_no_json_stop_the_deed(database: Database) -> None:
    def act(deed: Callable[[AuditLog], None]) -> None:
        with database.begin() as session:
            deed(AuditLog(session))

    with pytest.raises(ValueError, match="no JSON"):
        act(lambda log: log.append(ACTOR, "a", "row/1", thing=object()))
    assert _verify(database) == 0
