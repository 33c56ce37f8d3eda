"""Both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.schema import upgrade
from storage.sessions import Database, sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return an empty database with all tables, once of each kind."""
    is_sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path / "test.sqlite") if is_sqlite else request.getfixturevalue("postgres_url")
    database = Database(url)
    upgrade(database)
    yield database
    database.close()
