"""Keys for programs: scopes, expiry, revocation."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.clock import Clock
from tests.service import World

ClientFor = Callable[[str], TestClient]
EXPIRES = "2026-04-01T00:00:00Z"


def _make(client: TestClient, scopes: list[str], expires_at: str = EXPIRES) -> Any:  # noqa: ANN401
    return client.post("/api/v1/tokens", json={"name": "同步", "scopes": scopes, "expires_at": expires_at})


def _program(world: World, text: str) -> TestClient:
    program = world.anonymous()
    program.headers["Authorization"] = f"Bearer {text}"
    return program


def test_a_token_may_what_it_was_given_without_csrf_and_cookie(client_for: ClientFor, world: World) -> None:
    made = _make(client_for("xian.administrator"), ["manage"]).json()
    program = _program(world, made["text"])

    me = program.get("/api/v1/auth/me").json()
    assert (me["permissions"], me["csrf_token"]) == (["manage"], None)
    body = {"code": "new", "name": "新单位", "kind": "unit", "parent_id": world.offices["xian"].id}
    assert program.post("/api/v1/offices", json=body).status_code == 201


def test_the_text_is_shown_once_and_only_its_hash_is_kept(client_for: ClientFor, world: World) -> None:
    client = client_for("xian.administrator")
    made = _make(client, ["manage"]).json()

    assert made["text"] not in client.get("/api/v1/tokens").text
    with world.services.database.engine.connect() as connection:
        assert made["text"] not in repr(connection.exec_driver_sql("SELECT * FROM api_tokens").all())


@pytest.mark.parametrize("scopes", [["decide"], ["manage", "decide"]])
def test_a_token_may_no_more_than_its_owner(client_for: ClientFor, scopes: list[str]) -> None:
    refused = _make(client_for("xian.administrator"), scopes)

    assert (refused.status_code, refused.json()["code"]) == (400, "token_scopes")


def test_a_token_loses_what_its_owner_loses(client_for: ClientFor, world: World) -> None:
    made = _make(client_for("beilin.verifier"), ["view", "decide"]).json()
    user = world.users["beilin.verifier"]
    client_for("xian.administrator").patch(f"/api/v1/users/{user.id}", json={"roles": ["auditor"]})

    assert _program(world, made["text"]).get("/api/v1/auth/me").json()["permissions"] == ["view"]


@pytest.mark.parametrize(
    "expires_at",
    ["2026-03-02T08:00:00Z", "2020-01-01T00:00:00Z", "2027-03-04T08:00:00Z", "9999-12-31T23:59:59-23:59"],
)
def test_a_token_must_end_within_a_year(client_for: ClientFor, expires_at: str) -> None:
    refused = _make(client_for("xian.administrator"), ["manage"], expires_at)

    assert (refused.status_code, refused.json()["code"]) == (400, "token_expiry")


def test_an_expired_token_opens_nothing(client_for: ClientFor, world: World, clock: Clock) -> None:
    program = _program(world, _make(client_for("xian.administrator"), ["manage"]).json()["text"])
    assert program.get("/api/v1/auth/me").status_code == 200
    clock.advance(days=31)

    refused = program.get("/api/v1/auth/me")

    assert (refused.status_code, refused.json()["code"]) == (401, "token_refused")


def test_a_revoked_token_opens_nothing_however_often_it_is_replayed(
    client_for: ClientFor, world: World
) -> None:
    client = client_for("xian.administrator")
    made = _make(client, ["manage"]).json()
    program = _program(world, made["text"])
    assert program.get("/api/v1/auth/me").status_code == 200

    for _ in range(2):
        assert client.delete(f"/api/v1/tokens/{made['token']['id']}").json()["revoked_at"] is not None
        assert program.get("/api/v1/auth/me").json()["code"] == "token_refused"


@pytest.mark.parametrize("header", ["Bearer made-up", "Bearer", "Basic dXNlcjpwYXNz", "zh_abc"])
def test_other_authorizations_are_refused_although_a_cookie_is_there(
    client_for: ClientFor, header: str
) -> None:
    refused = client_for("xian.administrator").get("/api/v1/auth/me", headers={"Authorization": header})

    assert (refused.status_code, refused.json()["code"]) == (401, "token_refused")


def test_a_program_makes_no_tokens_and_changes_no_password(client_for: ClientFor, world: World) -> None:
    program = _program(world, _make(client_for("xian.administrator"), ["manage"]).json()["text"])
    body = {"current_password": "x", "new_password": "vier-schwarze-hunde"}

    for refused in (_make(program, ["manage"]), program.post("/api/v1/auth/password", json=body)):
        assert (refused.status_code, refused.json()["code"]) == (403, "session_needed")


def test_a_reset_password_ends_all_tokens(client_for: ClientFor, world: World) -> None:
    program = _program(world, _make(client_for("beilin.verifier"), ["view"]).json()["text"])
    admin = client_for("xian.administrator")

    admin.post(f"/api/v1/users/{world.users['beilin.verifier'].id}/password-reset")

    assert program.get("/api/v1/auth/me").json()["code"] == "token_refused"
