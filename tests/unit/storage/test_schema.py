"""The schema's history: from nothing or from the first release with data to what the code needs, on both."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from domain.way import BatchState, RowState
from storage.models import Base
from storage.schema import NewerSchemaError, current_revision, is_ours, newest_revision, upgrade
from storage.sessions import Database, sqlite_url
from storage.store import Store
from tests import release_data
from tests.bureau import Bureau

APPEND_ONLY = ("audit", "decisions", "notes")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return a database without tables, once of each kind."""
    is_sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path / "test.sqlite") if is_sqlite else request.getfixturevalue("postgres_url")
    database = Database(url)
    yield database
    database.close()


@pytest.fixture(scope="module")
def first_release() -> dict[str, list[dict[str, Any]]]:
    """Return the data of the first release."""
    content: dict[str, list[dict[str, Any]]] = json.loads(release_data.PATH.read_text(encoding="utf-8"))
    return content


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


def test_the_data_of_the_first_release_are_of_its_schema(
    empty: Database, first_release: dict[str, list[dict[str, Any]]]
) -> None:
    """Until the first release is out, ``python -m tests.release_data`` makes them anew."""
    upgrade(empty, "0001")
    with empty.engine.connect() as connection:
        columns = {
            table.name: {column.name for column in table.columns}
            for table in release_data.reflect(connection)
        }

    filled = {name: set(rows[0]) for name, rows in first_release.items() if rows}
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


@pytest.fixture
def brought_forward(empty: Database, first_release: dict[str, list[dict[str, Any]]]) -> Iterator[Bureau]:
    """Return offices at work on data of the first release."""
    upgrade(empty, "0001")
    release_data.load(empty, first_release)
    upgrade(empty)
    bureau = Bureau(empty.url)
    yield bureau
    bureau.close()


def test_data_of_the_first_release_come_along(
    brought_forward: Bureau, first_release: dict[str, list[dict[str, Any]]]
) -> None:
    bureau = brought_forward
    assert _differences(bureau.database) == []
    with bureau.store(None) as store:
        assert store.log.verify() == len(first_release["audit"])
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


def test_work_goes_on_with_data_of_the_first_release(brought_forward: Bureau) -> None:
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
