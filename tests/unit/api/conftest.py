"""The app of ``tests.service``, fresh for every test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from bootstrap.services import open_services
from bootstrap.settings import Settings
from tests.clock import Clock
from tests.filled import Filled, Ids, fill
from tests.postgres import PostgresServer
from tests.service import World, open_world, prepare_world


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the tree and its people, to be copied and never opened."""
    folder = tmp_path_factory.mktemp("service")
    prepare_world(folder)
    return folder


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Return the one app, put over the services of each test in turn; its figures add up over all of them."""
    services = open_services(Settings(data_dir=tmp_path_factory.mktemp("none"), database_url=None))
    app = create_app(services)
    services.close()
    return app


@pytest.fixture
def world(prepared: Path, tmp_path: Path, app: FastAPI) -> Iterator[World]:
    """Return the app on a fresh copy of the tree."""
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)
    world = open_world(folder, app)
    yield world
    world.close()


@pytest.fixture
def client_for(world: World) -> Callable[[str], TestClient]:
    """Return what signs somebody in."""
    return world.client_for


@pytest.fixture
def anonymous(world: World) -> TestClient:
    """Return a client that nobody is signed in with."""
    return world.anonymous()


@pytest.fixture
def clock(world: World) -> Clock:
    """Return the clock of the app."""
    return world.clock


@pytest.fixture(scope="session")
def prepared_batches(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ids]:
    """Return a data folder with batches, to be copied and never opened, and what is in it."""
    folder = tmp_path_factory.mktemp("batches") / "data"
    shutil.copytree(prepared, folder)
    return folder, fill(folder)


@pytest.fixture
def filled(prepared_batches: tuple[Path, Ids], tmp_path: Path, app: FastAPI) -> Iterator[Filled]:
    """Return the app on a fresh copy of the tree with batches."""
    prepared, ids = prepared_batches
    folder = tmp_path / "filled"
    shutil.copytree(prepared, folder)
    world = open_world(folder, app)
    yield Filled(world, ids)
    world.close()


@pytest.fixture(scope="session")
def prepared_on_postgres(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str, Ids]:
    """Return a data folder with batches and its database, both to be copied and never opened."""
    folder = tmp_path_factory.mktemp("on-postgres") / "data"
    url = postgres_server.create_database()
    prepare_world(folder, database_url=url)
    return folder, url, fill(folder, database_url=url)


@pytest.fixture
def filled_on_postgres(
    prepared_on_postgres: tuple[Path, str, Ids],
    postgres_server: PostgresServer,
    tmp_path: Path,
    app: FastAPI,
) -> Iterator[Filled]:
    """Return the app on a fresh copy of the batches, on PostgreSQL."""
    prepared, url, ids = prepared_on_postgres
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)
    world = open_world(folder, app, database_url=postgres_server.create_database(url))
    yield Filled(world, ids)
    world.close()
