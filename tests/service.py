"""A service on a database of its own: a small tree of offices, one person of each role in every office."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from api.dependencies import CSRF_HEADER
from bootstrap.services import Services, open_services, prepare_database
from bootstrap.settings import Settings
from domain.accounts import Role, User
from domain.offices import Office, OfficeKind
from review.accounts import AccountOptions
from storage.accounts import Accounts
from storage.offices import Offices
from tests.clock import START, Clock

PASSWORD = "korrekt-pferd-91"
CHEAP = AccountOptions(argon2_time_cost=1, argon2_memory_kib=8, argon2_parallelism=1)
"""Hashing that costs nothing; all else as in service."""

TREE = (
    ("shaanxi", OfficeKind.PROVINCE, None),
    ("xian", OfficeKind.CITY, "shaanxi"),
    ("beilin", OfficeKind.COUNTY, "xian"),
    ("xincheng", OfficeKind.COUNTY, "xian"),
    ("baoji", OfficeKind.CITY, "shaanxi"),
    ("jintai", OfficeKind.COUNTY, "baoji"),
)
"""Codes of the offices; people are called ``beilin.verifier``."""


@dataclass
class World:
    """The app with everything in it."""

    services: Services
    app: FastAPI
    clock: Clock
    offices: dict[str, Office]
    users: dict[str, User]
    _open: ExitStack = field(default_factory=ExitStack)

    def anonymous(self) -> TestClient:
        """Return a client that nobody is signed in with."""
        return self._open.enter_context(TestClient(self.app))

    def client_for(self, username: str, password: str = PASSWORD) -> TestClient:
        """Return a client that somebody is signed in with."""
        client = self.anonymous()
        answer = client.post("/api/v1/auth/sign-in", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers[CSRF_HEADER] = answer.json()["csrf_token"]
        return client

    def close(self) -> None:
        """End all clients and connections."""
        self._open.close()
        self.services.close()


def open_world(folder: Path, app: FastAPI | None = None, *, database_url: str | None = None) -> World:
    """Open the services over a data folder whose database is prepared.

    Args:
        folder: Made by ``prepare_world``, or a copy.
        database_url: Of PostgreSQL; a file in the folder when there is none.
        app: Put over these services instead of one of its own; building one takes a tenth of a second.
    """
    clock = Clock()
    services = open_services(_settings(folder, database_url), accounts=CHEAP, clock=clock)
    with services.database.read() as session:
        root = Offices(session).find_root()
        assert root is not None
        offices = {o.code: o for o in Offices(session).list_at_or_below(root.path, limit=100)}
        users = {u.username: u for u in Accounts(session).list_page(root.path, limit=1000)}
    if app is not None:
        app.state.services = services
    return World(services, app or create_app(services), clock, offices, users)


def _settings(folder: Path, database_url: str | None) -> Settings:
    return Settings(data_dir=folder, database_url=SecretStr(database_url) if database_url else None)


def prepare_world(folder: Path, *, database_url: str | None = None) -> None:
    """Make a data folder with the tree and its people."""
    services = open_services(_settings(folder, database_url), accounts=CHEAP, clock=lambda: START)
    prepare_database(services)
    password_hash = services.door.hasher.hash(PASSWORD)
    with services.database.begin() as session:
        offices: dict[str | None, Office | None] = {None: None}
        for code, kind, parent in TREE:
            office = Offices(session).add(code, f"{code}人社局", kind, parent=offices[parent], at=START)
            offices[code] = office
            for role in Role:
                user = Accounts(session).add(
                    f"{code}.{role}", f"{code}{role}", [role], office=office, password_hash="", at=START
                )
                Accounts(session).set_password(user.id, password_hash, must_change=False)
    services.close()
