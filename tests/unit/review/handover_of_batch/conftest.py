"""Networks of a county, a city and the province."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.sessions import sqlite_url
from tests.unit.review.handover_of_batch.networks import (
    CITY,
    COUNTY,
    TREES,
    Network,
    open_network,
    prepare_network,
)


@pytest.fixture(scope="session")
def prepared_networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a database of each network, to be copied and never opened."""
    folder = tmp_path_factory.mktemp("networks")
    for code, tree in TREES.items():
        prepare_network(sqlite_url(folder / f"{code}.sqlite"), tree)
    return folder


@pytest.fixture
def networks(prepared_networks: Path, tmp_path: Path) -> Iterator[Callable[[str], Network]]:
    """Return what opens the network of an office; each once."""
    opened: dict[str, Network] = {}

    def open_one(code: str) -> Network:
        if code not in opened:
            (tmp_path / code).mkdir()
            database = tmp_path / code / "database.sqlite"
            shutil.copyfile(prepared_networks / f"{code}.sqlite", database)
            opened[code] = open_network(sqlite_url(database), tmp_path / code)
        return opened[code]

    yield open_one
    for network in opened.values():
        network.bureau.close()


@pytest.fixture
def county(networks: Callable[[str], Network]) -> Network:
    """Return the network of a county."""
    return networks(COUNTY)


@pytest.fixture
def city(networks: Callable[[str], Network]) -> Network:
    """Return the network of a city; its clock is ahead of the county's."""
    network = networks(CITY)
    network.bureau.clock.advance(hours=1)
    return network
