"""The schema's history: from nothing or from an earlier revision with data to what the code needs."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DBAPIError

from domain.way import BatchState, RowState
from storage.models import Base
from storage.schema import (
    BrokenUpgradeError,
    NewerSchemaError,
    current_revision,
    is_ours,
    newest_revision,
    upgrade,
)
from storage.sessions import Database, sqlite_url
from storage.store import Store
from tests import release_data
from tests.bureau import Bureau

APPEND_ONLY = ("audit", "decisions", "notes")
CHANGES = {"ALTER", "CREATE", "DROP", "INSERT", "UPDATE"}
GONE = {("rows", "decided_by")}
"""Table and column: what later revisions take away on purpose."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return a database without tables, once of each kind."""
    is_sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path / "test.sqlite") if is_sqlite else request.getfixturevalue("postgres_url")
    database = Database(url)
    yield database
    database.close()


@pytest.fixture(params=release_data.REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    """Return a revision of which there are data."""
    assert isinstance(request.param, str)
    return request.param


@pytest.fixture
def old(empty: Database, revision: str) -> Database:
    """Return a database as a revision left it."""
    upgrade(empty, revision)
    release_data.load(empty, release_data.read(revision))
    return empty


def _differences(database: Database) -> list[Any]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": is_ours, "compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, Base.metadata))


def test_an_empty_database_gets_exactly_the_tables_of_the_code(empty: Database) -> None:
    assert current_revision(empty) is None

    upgrade(empty)

    assert current_revision(empty) == newest_revision()
    assert _differences(empty) == []


def test_upgrading_again_changes_nothing_and_tables_of_others_are_left_alone(empty: Database) -> None:
    with empty.begin() as session:
        session.execute(text("CREATE TABLE workflow_status (id INTEGER)"))
    upgrade(empty)
    upgrade(empty)

    assert _differences(empty) == []
    with empty.engine.connect() as connection:
        assert inspect(connection).has_table("workflow_status")


def test_processes_that_start_at_once_upgrade_once(empty: Database) -> None:
    others = [Database(empty.url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, others))
    for other in others:
        other.close()

    assert _differences(empty) == []


def test_a_database_of_a_later_release_is_left_alone(empty: Database) -> None:
    upgrade(empty)
    with empty.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerSchemaError) as refused:
        upgrade(empty)

    assert refused.value.code == "newer_schema"
    assert "9999" in str(refused.value)
    assert current_revision(empty) == "9999"


def test_indexes_leave_out_what_the_code_says(empty: Database) -> None:
    """Alembic does not compare conditions; the queue's index of leases would quietly grow with all rows."""
    kind = empty.engine.dialect.name
    upgrade(empty)

    with empty.engine.connect() as connection:
        found = {
            (table, index["name"]): str(where).strip("()")
            for table in Base.metadata.tables
            for index in inspect(connection).get_indexes(table)
            if (where := index["dialect_options"].get(f"{kind}_where")) is not None
        }
    expected = {
        (table.name, index.name): str(where)
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if (where := index.dialect_options[kind]["where"]) is not None
    }
    assert found == expected


def test_there_are_data_of_the_first_revision_and_of_every_one_since_but_the_newest() -> None:
    scripts = Path(release_data.__file__).parents[1] / "storage" / "migrations" / "versions"
    revisions = sorted(path.name[1:5] for path in scripts.glob("v*.py"))

    assert set(revisions[:-1]) <= set(release_data.REVISIONS) <= set(revisions), (
        "run before the revision is written: python -m tests.release_data"
    )


def test_data_are_of_the_schema_of_their_revision(empty: Database, revision: str) -> None:
    upgrade(empty, revision)

    filled = {name: set(rows[0]) for name, rows in release_data.read(revision).items() if rows}
    columns = _columns(empty)
    assert {name: columns.get(name) for name in filled} == filled
    assert {
        "rows",
        "decisions",
        "notes",
        "audit",
        "runs",
        "snapshots",
        "transfers",
        "past_findings",
    } <= filled.keys()


def test_data_of_the_next_revision_can_be_made(empty: Database) -> None:
    data = release_data.make()
    upgrade(empty)
    release_data.load(empty, data)

    loaded = release_data.dump(empty)

    assert {name: len(rows) for name, rows in loaded.items()} == {
        name: len(rows) for name, rows in data.items()
    }
    assert {name for name, rows in release_data.read("0001").items() if rows} <= {
        name for name, rows in data.items() if rows
    }


def test_every_value_comes_along(old: Database) -> None:
    before = release_data.dump(old)

    upgrade(old)

    after, columns = release_data.dump(old), _columns(old)
    for table, rows in before.items():
        kept = [{name: value for name, value in row.items() if (table, name) not in GONE} for row in rows]
        assert [{name: row[name] for name in kept[0]} for row in after[table]] == kept
    assert all(column not in columns[table] for table, column in GONE)


def test_rows_that_wait_are_found_by_their_gravest_field(old: Database) -> None:
    upgrade(old)

    rows = [row for row in release_data.dump(old)["rows"] if row["queue"] == "review"]
    assert {row["open_fields"] for row in rows if row["group_key"].startswith("name:")} == {"|name|"}
    assert {row["open_fields"] for row in rows if row["group_key"].startswith("row:")} <= {""}


def test_an_upgrade_that_fails_anywhere_leaves_everything_as_it_was(old: Database) -> None:
    """Each change in turn is the one that fails; the last attempt has none left."""
    before = _picture(old)
    attempts = 0
    while current_revision(old) != newest_revision():
        with suppress(_FailedError), _failing_at(old, attempts):
            upgrade(old)
        assert _picture(old) == before or current_revision(old) == newest_revision()
        attempts += 1

    assert attempts > 3
    assert _differences(old) == []


def test_an_upgrade_whose_process_is_killed_leaves_everything_as_it_was(old: Database) -> None:
    before = _picture(old)
    old.close()
    child = multiprocessing.get_context("spawn").Process(target=_upgrade_and_be_killed, args=(old.url,))
    child.start()
    child.join()

    assert child.exitcode == -signal.SIGKILL
    assert _picture(old) == before
    upgrade(old)
    assert _differences(old) == []


def test_an_upgrade_that_would_leave_rows_without_their_batch_is_taken_back(tmp_path: Path) -> None:
    """SQLite is told not to look while a table is replaced; it is asked at the end."""
    database = Database(sqlite_url(tmp_path / "test.sqlite"))
    upgrade(database, "0001")
    release_data.load(database, release_data.read("0001"))
    with database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            connection.execute(text("UPDATE rows SET batch_id = 999 WHERE id = 1"))
        connection.connection.cursor().execute("PRAGMA foreign_keys=ON")
    before = _picture(database)

    with pytest.raises(BrokenUpgradeError, match="1 处"):
        upgrade(database)

    assert _picture(database) == before
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


class _FailedError(Exception):
    pass


@contextmanager
def _failing_at(database: Database, number: int) -> Iterator[None]:
    """Let the statement of that number fail, counted from 0 among those that change something."""
    left = number

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal left
        if statement.lstrip().split()[0] not in CHANGES:
            return
        if left == 0:
            raise _FailedError
        left -= 1

    with _before_statements(database, count):
        yield


@contextmanager
def _before_statements(database: Database, call: Callable[..., None]) -> Iterator[None]:
    event.listen(database.engine, "before_cursor_execute", call)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", call)


def _upgrade_and_be_killed(url: str) -> None:
    """End this process when all is done but the commit."""

    def die(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE alembic_version"):
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(url)
    with _before_statements(database, die):
        upgrade(database)


def _picture(database: Database) -> object:
    """Return everything that an upgrade may change."""
    return current_revision(database), _columns(database), release_data.dump(database)


def _columns(database: Database) -> dict[str, set[str]]:
    with database.engine.connect() as connection:
        return {
            table.name: {column.name for column in table.columns}
            for table in release_data.reflect(connection)
        }


@pytest.fixture
def brought_forward(old: Database) -> Iterator[Bureau]:
    """Return offices at work on data of an earlier revision."""
    upgrade(old)
    bureau = Bureau(old.url)
    yield bureau
    bureau.close()


def test_data_of_an_earlier_revision_are_understood(brought_forward: Bureau, revision: str) -> None:
    bureau = brought_forward
    assert _differences(bureau.database) == []
    with bureau.store(None) as store:
        assert store.log.verify() == len(release_data.read(revision)["audit"])
        batches = {one.id: one for one in store.batches.list_page(before_id=None, limit=100)}
        assert [batches[n].state for n in sorted(batches)] == [
            BatchState.ACCEPTED,
            BatchState.IN_REVIEW,
            BatchState.IN_REVIEW,
            BatchState.DRAFT,
        ]
        for batch in batches.values():
            _read_everything(store, batch.id)
        states = [row.state for row in store.rows.list_page(min(batches), limit=10)]
    assert states == [RowState.CLEARED, RowState.DECIDED, RowState.DECIDED]


def _read_everything(store: Store, batch_id: int) -> None:
    batch = store.batches.get(batch_id)
    rows = list(store.rows.load_contents(batch_id))
    assert sum(batch.counts.values()) == len(rows)
    for row, content in rows:
        assert content.finding.row_number == row.row_number
        assert content.submitted.row_number == row.row_number
        store.decisions.notes(row.id)
    store.decisions.histories(batch_id)
    for document in store.documents.list_page(batch_id, active_only=False):
        store.documents.load_contents(document.id)
    if batch.run_id is not None:
        store.batches.get_run(batch.run_id)
    store.transfers.find_snapshots(batch_id)


def test_work_goes_on_with_data_of_an_earlier_revision(brought_forward: Bureau) -> None:
    bureau = brought_forward
    bureau.clock.advance(days=1)
    (taken,) = bureau.take("county.verifier2")

    decided = bureau.decide(taken, by="county.verifier2")

    assert decided.row.state is RowState.DECIDED
    with bureau.store(None) as store:
        assert store.log.verify() == store.log.last()[0]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_was_written_is_never_altered(brought_forward: Bureau, table: str) -> None:
    key = "seq" if table == "audit" else "id"
    statements = [f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"]
    if brought_forward.database.is_sqlite:
        statements.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")
    else:
        statements.append(f"TRUNCATE {table} CASCADE")
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), brought_forward.database.begin() as session:
            session.execute(text(statement))
