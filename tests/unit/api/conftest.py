"""The app of ``tests.service``, fresh for every test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.service import Clock, World, open_world, prepare_world


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the tree and its people, to be copied and never opened."""
    folder = tmp_path_factory.mktemp("service")
    prepare_world(folder)
    return folder


@pytest.fixture
def world(prepared: Path, tmp_path: Path) -> Iterator[World]:
    """Return the app on a fresh copy of the tree."""
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)
    world = open_world(folder)
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
