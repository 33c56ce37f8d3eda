"""What tests of several folders need."""

from collections.abc import Iterator

import pytest

from tests.postgres import PostgresServer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the random calls of the interface's test be more, and pictures of the screens be kept."""
    parser.addoption(
        "--fuzz-examples", type=int, default=12, help="random calls of each operation of the interface"
    )
    parser.addoption("--screens", help="folder that takes a picture of every screen of the workplace")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests of this process; not to be restarted."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """An empty database."""
    return postgres_server.create_database()
