"""Every route with every role, with nobody, and with somebody of an office that has nothing to do with it.

A route that is not in the table fails the first test: whoever adds one says here who may call it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.accounts import PERMISSIONS, Permission, Role
from tests.service import World

OWN = "beilin"
"""The office whose things are asked for."""

FOREIGN = "jintai"
"""An office neither above nor below it."""


class Access(Enum):
    """Who may call a route that needs no permission."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed_in"
    ELSEWHERE = "elsewhere"
    """Rules of its own, with tests of its own."""


class Foreign(Enum):
    """What somebody of a foreign office gets who has the permission."""

    NOT_FOUND = "not_found"
    OWN_THINGS = "own_things"
    """An answer about the own office, in which the other is not named."""
    SHARED = "shared"
    """What belongs to all."""


Fill = Callable[[World, str], Mapping[str, Any]]
"""From the world and the caller's name to the parameters of the path."""


def _nothing(_world: World, _caller: str) -> Mapping[str, Any]:
    return {}


def _office(world: World, _caller: str) -> Mapping[str, Any]:
    return {"office_id": world.offices[OWN].id, "name": "lease_seconds"}


def _user(world: World, _caller: str) -> Mapping[str, Any]:
    return {"user_id": world.users[f"{OWN}.verifier"].id}


def _token_of_caller(world: World, caller: str) -> Mapping[str, Any]:
    """A foreign caller is given the token of somebody else."""
    owner = f"{OWN}.verifier" if caller.startswith(FOREIGN) else caller
    scope = sorted(PERMISSIONS[Role(owner.split(".")[1])])[0]
    made = world.client_for(owner).post(
        "/api/v1/tokens", json={"name": "t", "scopes": [scope], "expires_at": "2026-04-01T00:00:00Z"}
    )
    return {"token_id": made.json()["token"]["id"]}


def _period(world: World, _caller: str) -> Mapping[str, Any]:
    found = world.client_for("shaanxi.administrator").post("/api/v1/periods/import-2021")
    return {"period_id": found.json()[0]["id"]}


@dataclass(frozen=True)
class Route:
    """What the table says of a route."""

    needs: Permission | Access
    foreign: Foreign = Foreign.OWN_THINGS
    fill: Fill = _nothing
    body: Callable[[World], Any] | None = field(default=None)
    """A body that would do, for calls that must fail for the caller's sake alone."""

    by: str = "xian"
    """The office whose people may call it."""


_OWN_OFFICE_BODY: Callable[[World], Any] = lambda world: {  # noqa: E731 - a row of the table reads better so
    "code": "new",
    "name": "新单位",
    "kind": "unit",
    "parent_id": world.offices[OWN].id,
}
_OWN_USER_BODY: Callable[[World], Any] = lambda world: {  # noqa: E731
    "username": "new.one",
    "display_name": "新人",
    "office_id": world.offices[OWN].id,
    "roles": ["reporter"],
}
_PERIOD_BODY: Callable[[World], Any] = lambda _world: {  # noqa: E731
    "label": "甲",
    "first_year": 2018,
    "last_year": 2019,
    "deadlines": {},
}

_MANAGE = Permission.MANAGE

ROUTES: dict[str, Route] = {
    "GET /health": Route(Access.EVERYBODY),
    "GET /ready": Route(Access.EVERYBODY),
    "GET /metrics": Route(Access.ELSEWHERE),
    "POST /api/v1/auth/sign-in": Route(Access.EVERYBODY),
    "POST /api/v1/auth/totp": Route(Access.ELSEWHERE),
    "POST /api/v1/auth/sign-out": Route(Access.SIGNED_IN),
    "GET /api/v1/auth/me": Route(Access.SIGNED_IN),
    "POST /api/v1/auth/password": Route(Access.SIGNED_IN),
    "POST /api/v1/auth/totp/enrolment": Route(Access.SIGNED_IN),
    "POST /api/v1/auth/totp/confirmation": Route(Access.SIGNED_IN),
    "GET /api/v1/tokens": Route(Access.SIGNED_IN),
    "POST /api/v1/tokens": Route(Access.SIGNED_IN),
    "DELETE /api/v1/tokens/{token_id}": Route(Access.SIGNED_IN, Foreign.NOT_FOUND, _token_of_caller),
    "GET /api/v1/offices": Route(Access.SIGNED_IN),
    "GET /api/v1/offices/{office_id}": Route(Access.SIGNED_IN, Foreign.NOT_FOUND, _office),
    "POST /api/v1/offices": Route(_MANAGE, Foreign.NOT_FOUND, body=_OWN_OFFICE_BODY),
    "PATCH /api/v1/offices/{office_id}": Route(_MANAGE, Foreign.NOT_FOUND, _office),
    "GET /api/v1/users": Route(_MANAGE),
    "GET /api/v1/users/{user_id}": Route(_MANAGE, Foreign.NOT_FOUND, _user),
    "POST /api/v1/users": Route(_MANAGE, Foreign.NOT_FOUND, body=_OWN_USER_BODY),
    "PATCH /api/v1/users/{user_id}": Route(_MANAGE, Foreign.NOT_FOUND, _user),
    "POST /api/v1/users/{user_id}/password-reset": Route(_MANAGE, Foreign.NOT_FOUND, _user),
    "DELETE /api/v1/users/{user_id}/totp": Route(_MANAGE, Foreign.NOT_FOUND, _user),
    "GET /api/v1/settings": Route(Access.SIGNED_IN),
    "GET /api/v1/offices/{office_id}/settings": Route(_MANAGE, Foreign.NOT_FOUND, _office),
    "PUT /api/v1/offices/{office_id}/settings/{name}": Route(
        _MANAGE, Foreign.NOT_FOUND, _office, body=lambda _world: {"value": 900}
    ),
    "DELETE /api/v1/offices/{office_id}/settings/{name}": Route(_MANAGE, Foreign.NOT_FOUND, _office),
    "GET /api/v1/periods": Route(Access.SIGNED_IN, Foreign.SHARED),
    "GET /api/v1/periods/{period_id}": Route(Access.SIGNED_IN, Foreign.SHARED, _period),
    "POST /api/v1/periods": Route(_MANAGE, Foreign.SHARED, body=_PERIOD_BODY, by="shaanxi"),
    "PUT /api/v1/periods/{period_id}": Route(
        _MANAGE, Foreign.SHARED, _period, body=_PERIOD_BODY, by="shaanxi"
    ),
    "POST /api/v1/periods/import-2021": Route(_MANAGE, Foreign.SHARED, by="shaanxi"),
}
"""Everything that can be called. ``ELSEWHERE`` wants a test of its own in another file."""

_NAMES = [name for name, route in ROUTES.items() if route.needs is not Access.ELSEWHERE]


def test_every_route_is_in_the_table(world: World) -> None:
    paths = world.app.openapi()["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}

    assert routes == set(ROUTES)


def test_nothing_is_served_beside_the_described_routes(world: World) -> None:
    hidden = {path for route in world.app.routes if (path := getattr(route, "path", None))}

    assert hidden == {"/api/v1/openapi.json"}


@pytest.mark.parametrize("name", _NAMES)
def test_nobody_gets_in_without_signing_in(world: World, name: str) -> None:
    status, code = _call(world.anonymous(), world, name, caller=f"{ROUTES[name].by}.administrator")

    if ROUTES[name].needs is Access.EVERYBODY:
        assert status not in (401, 403)
    else:
        assert (status, code) == (401, "unauthenticated")


@pytest.mark.parametrize("name", _NAMES)
def test_a_role_may_what_the_table_says(world: World, name: str) -> None:
    route = ROUTES[name]
    for role in Role:
        caller = f"{route.by}.{role}"
        status, code = _call(world.client_for(caller), world, name, caller=caller)
        if isinstance(route.needs, Access) or route.needs in PERMISSIONS[role]:
            assert status not in (401, 403, 404, 405, 500), f"{role}: {status} {code}"
        else:
            assert (status, code) == (403, "forbidden"), role


@pytest.mark.parametrize("name", [name for name in _NAMES if ROUTES[name].needs is not Access.EVERYBODY])
def test_a_foreign_office_learns_and_changes_nothing(world: World, name: str) -> None:
    route = ROUTES[name]
    before = _fingerprint(world)
    for role in Role:
        caller = f"{FOREIGN}.{role}"
        if isinstance(route.needs, Permission) and route.needs not in PERMISSIONS[role]:
            continue
        answer = _answer(world.client_for(caller), world, name, caller=caller, with_body=True)
        if route.foreign is Foreign.NOT_FOUND:
            assert answer.status_code == 404, f"{role}: {answer.text}"
            assert OWN not in answer.text
        elif route.foreign is Foreign.OWN_THINGS:
            assert answer.status_code != 404
            assert OWN not in answer.text
    if route.foreign is not Foreign.SHARED:
        assert _fingerprint(world) == before


@pytest.mark.parametrize("name", [name for name in _NAMES if isinstance(ROUTES[name].needs, Permission)])
def test_a_token_may_no_more_than_it_was_given(world: World, name: str) -> None:
    needed = ROUTES[name].needs
    assert isinstance(needed, Permission)
    for role in Role:
        others = sorted(PERMISSIONS[role] - {needed})
        if needed not in PERMISSIONS[role] or not others:
            continue
        caller = f"{ROUTES[name].by}.{role}"
        made = world.client_for(caller).post(
            "/api/v1/tokens", json={"name": "t", "scopes": others, "expires_at": "2026-04-01T00:00:00Z"}
        )
        program = world.anonymous()
        program.headers["Authorization"] = f"Bearer {made.json()['text']}"

        assert _call(program, world, name, caller=caller) == (403, "forbidden")


def _call(client: TestClient, world: World, name: str, *, caller: str) -> tuple[int, str]:
    answer = _answer(client, world, name, caller=caller, with_body=False)
    body = answer.json() if answer.content and "json" in answer.headers["content-type"] else {}
    return answer.status_code, body.get("code", "") if isinstance(body, dict) else ""


def _answer(client: TestClient, world: World, name: str, *, caller: str, with_body: bool) -> Any:  # noqa: ANN401
    route, (method, path) = ROUTES[name], name.split(" ")
    url = path.format(**route.fill(world, caller))
    body = route.body(world) if with_body and route.body else {}
    return client.request(method, url, json=None if method in ("GET", "DELETE") else body)


def _fingerprint(world: World) -> list[Any]:
    """Return what belongs to the office that was asked for."""
    with world.services.database.engine.connect() as connection:
        return [
            connection.exec_driver_sql("SELECT id, name, is_active, version FROM offices").all(),
            connection.exec_driver_sql("SELECT id, roles, password_hash, is_active FROM users").all(),
            connection.exec_driver_sql("SELECT * FROM settings").all(),
        ]
