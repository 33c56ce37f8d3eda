"""Accounts as administrators manage them: whose, which roles, and what a change ends."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.service import PASSWORD, World

ClientFor = Callable[[str], TestClient]


def _create(client: TestClient, world: World, office: str, *roles: str, username: str = "new.one") -> Any:  # noqa: ANN401
    return client.post(
        "/api/v1/users",
        json={
            "username": username,
            "display_name": "新人",
            "office_id": world.offices[office].id,
            "roles": list(roles),
        },
    )


@pytest.mark.parametrize("office", ["xian", "beilin", "xincheng"])
def test_an_administrator_makes_accounts_of_the_own_office_and_those_below(
    client_for: ClientFor, world: World, office: str
) -> None:
    made = _create(client_for("xian.administrator"), world, office, "reporter", "verifier")

    assert made.status_code == 201
    assert made.json()["user"]["must_change_password"] is True
    world.client_for("new.one", made.json()["one_time_password"])


@pytest.mark.parametrize("office", ["shaanxi", "baoji", "jintai"])
def test_offices_above_and_beside_are_not_there(client_for: ClientFor, world: World, office: str) -> None:
    refused = _create(client_for("xian.administrator"), world, office, "reporter")

    assert (refused.status_code, refused.json()["code"]) == (404, "office_not_found")


def test_administrators_come_from_the_office_above(client_for: ClientFor, world: World) -> None:
    own = _create(client_for("xian.administrator"), world, "xian", "administrator")
    assert (own.status_code, own.json()["code"]) == (403, "higher_office_needed")

    assert _create(client_for("xian.administrator"), world, "beilin", "administrator").status_code == 201
    top = _create(client_for("shaanxi.administrator"), world, "shaanxi", "administrator", username="top.two")
    assert top.status_code == 201


@pytest.mark.parametrize("change", [{"is_active": False}, {"roles": ["reporter"]}, {"display_name": "甲"}])
def test_an_administrator_of_the_own_office_is_out_of_reach(
    client_for: ClientFor, world: World, change: dict[str, Any]
) -> None:
    made = _create(client_for("shaanxi.administrator"), world, "xian", "administrator").json()

    refused = client_for("xian.administrator").patch(f"/api/v1/users/{made['user']['id']}", json=change)

    assert (refused.status_code, refused.json()["code"]) == (403, "higher_office_needed")


def test_nobody_becomes_administrator_by_a_change_within_the_own_office(
    client_for: ClientFor, world: World
) -> None:
    path = f"/api/v1/users/{world.users['xian.verifier'].id}"

    refused = client_for("xian.administrator").patch(path, json={"roles": ["administrator"]})

    assert refused.json()["code"] == "higher_office_needed"


@pytest.mark.parametrize("action", ["change", "password", "totp"])
def test_nobody_manages_the_own_account(client_for: ClientFor, world: World, action: str) -> None:
    client, path = (
        client_for("shaanxi.administrator"),
        f"/api/v1/users/{world.users['shaanxi.administrator'].id}",
    )
    refused = {
        "change": lambda: client.patch(path, json={"is_active": False}),
        "password": lambda: client.post(f"{path}/password-reset"),
        "totp": lambda: client.delete(f"{path}/totp"),
    }[action]()

    assert (refused.status_code, refused.json()["code"]) == (403, "own_account")


@pytest.mark.parametrize("roles", [("administrator", "verifier"), ("auditor", "supervisor")])
def test_administrators_and_auditors_do_nothing_else(
    client_for: ClientFor, world: World, roles: tuple[str, ...]
) -> None:
    refused = _create(client_for("xian.administrator"), world, "beilin", *roles)

    assert (refused.status_code, refused.json()["code"]) == (400, "roles")


@pytest.mark.parametrize("username", ["Wang", "-wang", "王芳小", "wang fang", "a" * 32 + "b"])
def test_user_names_have_one_form(client_for: ClientFor, world: World, username: str) -> None:
    refused = _create(client_for("xian.administrator"), world, "beilin", "reporter", username=username)

    assert (refused.status_code, refused.json()["code"]) in ((400, "username"), (422, "invalid_request"))


def test_a_user_name_is_given_once_in_the_whole_installation(client_for: ClientFor, world: World) -> None:
    refused = _create(
        client_for("xian.administrator"), world, "beilin", "reporter", username="jintai.verifier"
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "username_taken")


def test_a_closed_office_gets_no_accounts(client_for: ClientFor, world: World) -> None:
    client = client_for("shaanxi.administrator")
    client.patch(f"/api/v1/offices/{world.offices['xian'].id}", json={"is_active": False})

    refused = _create(client, world, "beilin", "reporter")

    assert (refused.status_code, refused.json()["code"]) == (409, "office_inactive")


def test_a_reset_ends_sessions_lifts_the_lock_and_asks_for_a_new_password(
    client_for: ClientFor, world: World
) -> None:
    before = client_for("beilin.verifier")
    for _ in range(6):
        world.anonymous().post(
            "/api/v1/auth/sign-in", json={"username": "beilin.verifier", "password": "not-this-one"}
        )
    reset = client_for("xian.administrator").post(
        f"/api/v1/users/{world.users['beilin.verifier'].id}/password-reset"
    )

    assert before.get("/api/v1/auth/me").json()["code"] == "unauthenticated"
    after = world.client_for("beilin.verifier", reset.json()["one_time_password"])
    assert after.get("/api/v1/settings").json()["code"] == "password_change_required"
    old = {"username": "beilin.verifier", "password": PASSWORD}
    assert world.anonymous().post("/api/v1/auth/sign-in", json=old).json()["code"] == "sign_in_refused"


def test_a_change_of_what_somebody_else_changed_shows_the_present_state(
    client_for: ClientFor, world: World
) -> None:
    client, path = client_for("xian.administrator"), f"/api/v1/users/{world.users['beilin.verifier'].id}"
    seen = client.get(path).headers["etag"]
    first = client.patch(path, json={"display_name": "先改"}, headers={"If-Match": seen})
    assert first.status_code == 200

    second = client.patch(path, json={"display_name": "后改"}, headers={"If-Match": seen})

    assert (second.status_code, second.json()["code"]) == (409, "stale_version")
    assert second.json()["current"]["display_name"] == "先改"
    again = client.patch(path, json={"display_name": "后改"}, headers={"If-Match": first.headers["etag"]})
    assert again.json()["display_name"] == "后改"


def test_lists_come_in_pages_without_gaps_or_doubles(client_for: ClientFor) -> None:
    client, names, cursor = client_for("xian.administrator"), list[str](), ""
    while True:
        page = client.get(f"/api/v1/users?limit=4{cursor and '&cursor=' + cursor}").json()
        names += [user["username"] for user in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(names) == len(set(names)) == 15
    assert {name.split(".")[0] for name in names} == {"xian", "beilin", "xincheng"}


def test_everything_done_to_accounts_is_in_the_log(client_for: ClientFor, world: World) -> None:
    admin, path = client_for("xian.administrator"), f"/api/v1/users/{world.users['beilin.verifier'].id}"
    _create(admin, world, "beilin", "reporter")
    admin.patch(path, json={"roles": ["verifier", "supervisor"]})
    admin.patch(path, json={"is_active": False})
    admin.patch(path, json={"is_active": True})
    admin.post(f"{path}/password-reset")
    admin.delete(f"{path}/totp")

    with world.services.database.engine.connect() as connection:
        lines = connection.exec_driver_sql("SELECT actor, action FROM audit ORDER BY seq").all()

    assert [line[1] for line in lines if line[0] == "xian.administrator"] == [
        "session.opened",
        "account.created",
        "account.roles_changed",
        "account.deactivated",
        "account.activated",
        "account.password_reset",
        "account.totp_cleared",
    ]
