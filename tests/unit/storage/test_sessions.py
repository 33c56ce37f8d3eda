"""Transactions: commit at the end or nothing, waiting for locks, one state for readers, a full disk."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from storage.files import StorageFullError
from storage.models import RateModel, SecretModel
from storage.schema import upgrade
from storage.sessions import (
    Database,
    DatabaseBusyError,
    DatabaseUnreachableError,
    Session,
    normal_url,
    sqlite_url,
)
from tests.postgres import PostgresServer


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SecretModel)) or 0


def test_what_ends_well_stays_and_what_fails_leaves_nothing(database: Database) -> None:
    with database.begin() as session:
        session.add(SecretModel(name="a", value=b"1"))

    def fail() -> None:
        with database.begin() as session:
            session.add(SecretModel(name="b", value=b"2"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with database.read() as session:
        assert session.scalars(select(SecretModel.name)).all() == ["a"]


def test_a_reader_sees_one_state_and_waits_for_nobody(database: Database) -> None:
    with database.read() as reader:
        assert _count(reader) == 0
        with database.begin() as writer:
            writer.add(SecretModel(name="a", value=b"1"))
        assert _count(reader) == 0
    with database.read() as reader:
        assert _count(reader) == 1


def test_who_waits_too_long_for_a_lock_is_told_that_the_database_is_busy(database: Database) -> None:
    impatient = Database(database.url, busy_timeout_seconds=0.1)
    with database.begin() as holder:
        holder.add(SecretModel(name="a", value=b"1"))
        holder.flush()
        # On PostgreSQL only the same key waits; on SQLite every writer does.
        with pytest.raises(DatabaseBusyError) as busy, impatient.begin() as session:
            session.add(SecretModel(name="a", value=b"2"))
    impatient.close()
    assert busy.value.code == "database_busy"
    assert "稍候" in str(busy.value)


def test_writers_on_sqlite_come_one_after_another(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "a.sqlite"))
    upgrade(database)
    with database.begin() as session:
        session.add(SecretModel(name="n", value=b"0"))

    def count_up() -> None:
        for _ in range(25):
            with database.begin() as session:
                model = session.get_one(SecretModel, "n")
                model.value = str(int(model.value) + 1).encode()

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.get_one(SecretModel, "n").value == b"100"
    database.close()


def _add_secret(database: Database, name: str) -> None:
    with database.begin() as session:
        session.add(SecretModel(name=name, value=b"0"))


def _add_and_fail(database: Database) -> None:
    with database.begin() as session:
        session.add(SecretModel(name="lost", value=b"0"))
        session.flush()
        raise RuntimeError


def test_a_writer_on_sqlite_that_fails_leaves_the_turn_to_the_next(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "a.sqlite"), busy_timeout_seconds=0.2)
    upgrade(database)
    with pytest.raises(RuntimeError):
        _add_and_fail(database)
    _add_secret(database, "kept")

    other = Database(database.url)
    with other.begin() as session:
        session.add(SecretModel(name="other", value=b"0"))
        session.flush()
        with pytest.raises(DatabaseBusyError):
            _add_secret(database, "too late")
    other.close()
    _add_secret(database, "in turn")
    database.close()


def test_who_waits_too_long_for_another_thread_on_sqlite_is_told_so(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "a.sqlite"), busy_timeout_seconds=0.2)
    upgrade(database)
    with ThreadPoolExecutor(1) as threads, database.begin() as session:
        session.add(SecretModel(name="first", value=b"0"))
        session.flush()
        second = threads.submit(_add_secret, database, "second")
        assert isinstance(second.exception(), DatabaseBusyError)
    _add_secret(database, "second")
    database.close()


def test_a_transaction_on_sqlite_that_has_asked_nothing_keeps_nobody_out(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "a.sqlite"), busy_timeout_seconds=0.2)
    upgrade(database)
    with database.begin():
        _add_secret(database, "meanwhile")
    database.close()


def test_sqlite_loses_nothing_when_the_power_fails(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "a.sqlite"))
    with database.read() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_full_disk_is_told_and_nothing_is_kept(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "a.sqlite"))
    upgrade(database)

    def fill() -> None:
        with database.begin() as session:
            pages = session.scalar(text("PRAGMA page_count"))
            session.execute(text(f"PRAGMA max_page_count = {pages}"))
            session.add(SecretModel(name="a", value=b"x" * 5_000_000))

    with pytest.raises(StorageFullError):
        fill()
    with database.read() as session:
        assert _count(session) == 0
    database.close()


def test_a_damaged_or_foreign_table_is_no_lock(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "a.sqlite"))
    with pytest.raises(OperationalError), database.begin() as session:
        session.execute(text("SELECT * FROM nowhere"))
    database.close()


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


def test_a_server_that_went_away_is_told_and_found_again(own_server: PostgresServer) -> None:
    database = Database(own_server.create_database())
    with pytest.raises(DatabaseUnreachableError), database.begin() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with database.begin() as session:
        assert session.scalar(text("SELECT 1")) == 1
    own_server.restart()
    with database.begin() as session:
        assert session.scalar(text("SELECT 1")) == 1
    database.close()

    nowhere = Database("postgresql://postgres@/x?host=/nowhere")
    with pytest.raises(DatabaseUnreachableError), nowhere.begin() as session:
        session.execute(text("SELECT 1"))
    nowhere.close()


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:///a.db", "sqlite:///a.db"),
    ],
)
def test_addresses_are_given_the_driver_that_the_product_brings(url: str, normal: str) -> None:
    assert normal_url(url) == normal


def test_times_have_a_zone_or_are_refused(database: Database) -> None:
    at = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)
    with database.begin() as session:
        session.add(RateModel(key="a", tokens=1.0, at=at))
    with database.read() as session:
        assert session.get_one(RateModel, "a").at == at
    with pytest.raises(Exception, match="without a zone"), database.begin() as session:
        session.add(RateModel(key="b", tokens=1.0, at=datetime(2026, 3, 2)))  # noqa: DTZ001 - the point
