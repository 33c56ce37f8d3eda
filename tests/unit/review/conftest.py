"""Offices at work, on SQLite and where it says something on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.sessions import sqlite_url
from tests.bureau import Bureau, prepared_file, prepared_url


@pytest.fixture(scope="session")
def prepared_bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with offices and people, to be copied."""
    return prepared_file(tmp_path_factory.mktemp("bureau"))


@pytest.fixture
def bureau(prepared_bureau: Path, tmp_path: Path) -> Iterator[Bureau]:
    """Return offices at work on SQLite."""
    path = tmp_path / "bureau.sqlite"
    shutil.copyfile(prepared_bureau, path)
    opened = Bureau(sqlite_url(path))
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def racing_bureau(request: pytest.FixtureRequest) -> Iterator[Bureau]:
    """Return offices at work on either database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("bureau")
        return
    opened = Bureau(prepared_url(request.getfixturevalue("postgres_url")))
    yield opened
    opened.close()
