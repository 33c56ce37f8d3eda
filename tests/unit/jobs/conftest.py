"""Both kinds of database, and executors on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.queue import prepare_job_tables
from storage.sessions import Database, sqlite_url
from tests.unit.jobs.executors import Executors


def _prepare(url: str) -> str:
    # As the service does: the product's own connection makes a new file one with a write-ahead log.
    database = Database(url)
    with database.begin():
        pass
    database.close()
    prepare_job_tables(url)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def job_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the tables of jobs, of either kind."""
    if request.param == "sqlite":
        return _prepare(sqlite_url(tmp_path / "zhenghe.sqlite"))
    return _prepare(request.getfixturevalue("postgres_url"))


@pytest.fixture
def executors(job_url: str, tmp_path: Path) -> Iterator[Executors]:
    """Executors on it."""
    started = Executors(job_url, tmp_path)
    yield started
    started.end()


@pytest.fixture
def sqlite_executors(tmp_path: Path) -> Iterator[Executors]:
    """Executors on SQLite alone."""
    started = Executors(_prepare(sqlite_url(tmp_path / "zhenghe.sqlite")), tmp_path)
    yield started
    started.end()


@pytest.fixture
def postgres_executors(postgres_url: str, tmp_path: Path) -> Iterator[Executors]:
    """Executors on PostgreSQL alone."""
    started = Executors(_prepare(postgres_url), tmp_path)
    yield started
    started.end()
