"""Calls that are sent twice are done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.service import World

ClientFor = Callable[[str], TestClient]
KEY = {"Idempotency-Key": "5b1f0b62-9f6e-4a3c"}


def _office(world: World, code: str = "new") -> dict[str, Any]:
    return {"code": code, "name": "新单位", "kind": "county", "parent_id": world.offices["xian"].id}


def test_the_same_call_again_is_answered_the_same_and_done_once(client_for: ClientFor, world: World) -> None:
    client = client_for("xian.administrator")
    first = client.post("/api/v1/offices", json=_office(world), headers=KEY)
    second = client.post("/api/v1/offices", json=_office(world), headers=KEY)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.headers["etag"] == second.headers["etag"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"


def test_a_double_click_makes_one_office(client_for: ClientFor, world: World) -> None:
    """Both calls are under way at once."""
    client = client_for("xian.administrator")
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: client.post("/api/v1/offices", json=_office(world), headers=KEY), range(4))
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_a_key_with_another_call_is_refused(client_for: ClientFor, world: World) -> None:
    client = client_for("xian.administrator")
    client.post("/api/v1/offices", json=_office(world), headers=KEY)

    refused = client.post("/api/v1/offices", json=_office(world, "other"), headers=KEY)

    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")


def test_a_refused_call_leaves_its_key_free(client_for: ClientFor, world: World) -> None:
    client = client_for("xian.administrator")
    wrong = {**_office(world), "kind": "province"}
    assert client.post("/api/v1/offices", json=wrong, headers=KEY).status_code == 400

    assert client.post("/api/v1/offices", json=_office(world), headers=KEY).status_code == 201


def test_keys_of_two_people_have_nothing_to_do_with_each_other(client_for: ClientFor, world: World) -> None:
    client_for("xian.administrator").post("/api/v1/offices", json=_office(world), headers=KEY)

    other = client_for("shaanxi.administrator").post(
        "/api/v1/offices", json=_office(world, "other"), headers=KEY
    )

    assert (other.status_code, other.json()["code"]) == (201, "other")


def test_a_secret_is_not_kept_to_be_shown_again(client_for: ClientFor, world: World) -> None:
    client = client_for("xian.administrator")
    path = f"/api/v1/users/{world.users['beilin.verifier'].id}/password-reset"
    shown = client.post(path, headers=KEY).json()["one_time_password"]

    again = client.post(path, headers=KEY)

    assert (again.status_code, again.json()["code"]) == (409, "shown_once")
    assert world.client_for("beilin.verifier", shown)
    with world.services.database.engine.connect() as connection:
        assert shown not in repr(connection.exec_driver_sql("SELECT * FROM idempotency").all())


@pytest.mark.parametrize("key", ["short", "a" * 101, "with blank in it"])
def test_keys_have_a_form(client_for: ClientFor, world: World, key: str) -> None:
    refused = client_for("xian.administrator").post(
        "/api/v1/offices", json=_office(world), headers={"Idempotency-Key": key}
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
