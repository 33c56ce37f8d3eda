"""Signing in: refusals, locks, limits, first password, and the end of a session."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from tests.clock import Clock
from tests.service import PASSWORD, World

SIGN_IN = "/api/v1/auth/sign-in"
ME = "/api/v1/auth/me"

ClientFor = Callable[[str], TestClient]


def _attempt(client: TestClient, username: str, password: str) -> tuple[int, str]:
    answer = client.post(SIGN_IN, json={"username": username, "password": password})
    return answer.status_code, answer.json().get("code", "")


def test_name_and_password_open_a_session(anonymous: TestClient) -> None:
    answer = anonymous.post(SIGN_IN, json={"username": "beilin.verifier", "password": PASSWORD})

    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    me = anonymous.get(ME).json()
    assert (me["username"], me["office"]["code"], me["roles"]) == ("beilin.verifier", "beilin", ["verifier"])
    assert "decide" in me["permissions"]


def test_the_cookie_is_for_encrypted_connections_alone_where_there_are_some(world: World) -> None:
    client = TestClient(world.app, base_url="https://testserver")

    answer = client.post(SIGN_IN, json={"username": "beilin.verifier", "password": PASSWORD})

    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_unknown_names_and_wrong_passwords_are_answered_alike(anonymous: TestClient) -> None:
    wrong = anonymous.post(SIGN_IN, json={"username": "beilin.verifier", "password": "not-this-one"})
    unknown = anonymous.post(SIGN_IN, json={"username": "nobody", "password": "not-this-one"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "sign_in_refused"


@pytest.mark.parametrize("username", ["beilin.verifier", "nobody"])
def test_five_failures_lock_a_name_whether_it_exists_or_not(
    anonymous: TestClient, clock: Clock, username: str
) -> None:
    for _ in range(5):
        assert _attempt(anonymous, username, "not-this-one") == (401, "sign_in_refused")

    locked = anonymous.post(SIGN_IN, json={"username": username, "password": PASSWORD})

    assert (locked.status_code, locked.json()["code"]) == (429, "account_locked")
    assert "15 分钟" in locked.json()["message"]
    assert locked.headers["retry-after"] == str(15 * 60)


def test_a_lock_ends_and_the_next_failure_locks_for_longer(anonymous: TestClient, clock: Clock) -> None:
    for _ in range(5):
        _attempt(anonymous, "beilin.verifier", "not-this-one")
    clock.advance(minutes=15, seconds=1)
    assert _attempt(anonymous, "beilin.verifier", "not-this-one") == (401, "sign_in_refused")

    clock.advance(minutes=16)
    assert _attempt(anonymous, "beilin.verifier", PASSWORD) == (429, "account_locked")
    clock.advance(minutes=15)
    assert _attempt(anonymous, "beilin.verifier", PASSWORD) == (200, "")


def test_success_forgets_earlier_failures(anonymous: TestClient) -> None:
    for _ in range(3):
        for _ in range(2):
            assert _attempt(anonymous, "beilin.verifier", "not-this-one")[0] == 401
        assert _attempt(anonymous, "beilin.verifier", PASSWORD)[0] == 200


def test_attempts_from_one_address_are_limited_over_all_names(anonymous: TestClient, clock: Clock) -> None:
    codes = {_attempt(anonymous, f"nobody{number}", "not-this-one")[1] for number in range(60)}
    assert codes == {"sign_in_refused"}

    limited = anonymous.post(SIGN_IN, json={"username": "nobody", "password": "x"})

    assert (limited.status_code, limited.json()["code"]) == (429, "too_many_requests")
    clock.advance(seconds=int(limited.headers["retry-after"]))
    assert _attempt(anonymous, "nobody", "x") == (401, "sign_in_refused")


def test_attempts_under_one_name_are_limited_even_when_they_are_right(anonymous: TestClient) -> None:
    for _ in range(10):
        assert _attempt(anonymous, "beilin.verifier", PASSWORD)[0] == 200

    assert _attempt(anonymous, "beilin.verifier", PASSWORD) == (429, "too_many_requests")


def test_a_clock_moved_back_locks_nobody_out(
    anonymous: TestClient, client_for: ClientFor, clock: Clock
) -> None:
    client = client_for("beilin.verifier")
    clock.advance(days=-400)

    assert client.get(ME).status_code == 200
    assert _attempt(anonymous, "beilin.reporter", PASSWORD)[0] == 200


def test_a_one_time_password_must_be_changed_before_anything_else(
    client_for: ClientFor, world: World
) -> None:
    made = client_for("xian.administrator").post(
        "/api/v1/users",
        json={
            "username": "new.one",
            "display_name": "新人",
            "office_id": world.offices["beilin"].id,
            "roles": ["verifier"],
        },
    )
    one_time = made.json()["one_time_password"]
    client = world.client_for("new.one", one_time)

    refused = client.get("/api/v1/settings")
    assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")
    assert client.get(ME).json()["must_change_password"] is True

    changed = client.post(
        "/api/v1/auth/password", json={"current_password": one_time, "new_password": "vier-schwarze-hunde"}
    )
    assert changed.json()["must_change_password"] is False
    assert client.get("/api/v1/settings").status_code == 200
    assert _attempt(world.anonymous(), "new.one", one_time) == (401, "sign_in_refused")


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        pytest.param("kurz-1", "至少", id="short"),
        pytest.param("Beilin.Verifier-1", "用户名", id="holds-the-name"),
        pytest.param("1234567890", "太常见", id="common"),
        pytest.param("QWERTYUIOP", "太常见", id="common-in-capitals"),
        pytest.param("abababababab", "太常见", id="few-characters"),
        pytest.param(PASSWORD, "原密码相同", id="the-old-one"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(client_for: ClientFor, new: str, reason: str) -> None:
    answer = client_for("beilin.verifier").post(
        "/api/v1/auth/password", json={"current_password": PASSWORD, "new_password": new}
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "weak_password")
    assert reason in answer.json()["message"]


def test_changing_the_password_needs_the_present_one_and_locks_like_sign_in(client_for: ClientFor) -> None:
    client = client_for("beilin.verifier")
    body = {"current_password": "not-this-one", "new_password": "vier-schwarze-hunde"}
    for _ in range(5):
        assert client.post("/api/v1/auth/password", json=body).json()["code"] == "wrong_password"

    assert client.post("/api/v1/auth/password", json=body).json()["code"] == "account_locked"


def test_changing_the_password_ends_all_other_sessions(client_for: ClientFor) -> None:
    elsewhere, here = client_for("beilin.verifier"), client_for("beilin.verifier")

    here.post(
        "/api/v1/auth/password", json={"current_password": PASSWORD, "new_password": "vier-schwarze-hunde"}
    )

    assert elsewhere.get(ME).json()["code"] == "unauthenticated"
    assert here.get(ME).status_code == 200


def test_a_session_ends_when_it_lies_idle(client_for: ClientFor, clock: Clock) -> None:
    client = client_for("beilin.verifier")
    for _ in range(3):
        clock.advance(minutes=50)
        assert client.get(ME).status_code == 200
    clock.advance(minutes=61)

    expired = client.get(ME)

    assert (expired.status_code, expired.json()["code"]) == (401, "session_expired")
    assert "重新登录" in expired.json()["message"]


def test_a_session_ends_after_a_day_of_work_however_busy(client_for: ClientFor, clock: Clock) -> None:
    client = client_for("beilin.verifier")
    for _ in range(14):
        clock.advance(minutes=50)
        assert client.get(ME).status_code == 200
    clock.advance(minutes=20)

    assert client.get(ME).json()["code"] == "session_expired"


def test_a_cookie_opens_nothing_after_signing_out(client_for: ClientFor, world: World) -> None:
    client = client_for("beilin.verifier")
    stolen = client.cookies["zhenghe_session"]
    assert client.post("/api/v1/auth/sign-out").status_code == 204

    thief = world.anonymous()
    thief.cookies.set("zhenghe_session", stolen)

    assert thief.get(ME).json()["code"] == "unauthenticated"


def test_a_change_without_the_csrf_token_is_refused(client_for: ClientFor) -> None:
    client = client_for("beilin.verifier")
    for wrong in ({"X-CSRF-Token": ""}, {"X-CSRF-Token": "made-up"}):
        refused = client.post("/api/v1/auth/sign-out", headers=wrong)
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf_refused")

    assert client.get(ME).status_code == 200


@pytest.mark.parametrize("closed", ["account", "office", "office-above"])
def test_who_is_closed_out_is_out_at_once_and_told_nothing(
    client_for: ClientFor, world: World, closed: str
) -> None:
    client, admin = client_for("beilin.verifier"), client_for("shaanxi.administrator")
    path = {
        "account": f"/api/v1/users/{world.users['beilin.verifier'].id}",
        "office": f"/api/v1/offices/{world.offices['beilin'].id}",
        "office-above": f"/api/v1/offices/{world.offices['xian'].id}",
    }[closed]
    assert admin.patch(path, json={"is_active": False}).status_code == 200

    assert client.get(ME).json()["code"] == "unauthenticated"
    assert _attempt(world.anonymous(), "beilin.verifier", PASSWORD) == (401, "sign_in_refused")


def test_no_password_comes_into_logs_or_answers(world: World) -> None:
    client = world.anonymous()
    with capture_logs() as lines:
        _attempt(client, "beilin.verifier", PASSWORD)
        _attempt(client, "my-password-in-the-wrong-box", "secret-4711")
        bad = client.post(SIGN_IN, json={"username": "x", "password": ["secret-4711"], "more": "secret-4711"})

    assert bad.status_code == 422
    assert "secret-4711" not in bad.text
    text = repr(lines)
    assert PASSWORD not in text
    assert "4711" not in text
    with world.services.database.engine.connect() as connection:
        written = repr(connection.exec_driver_sql("SELECT * FROM audit").all())
    assert "session.refused" in written
    assert "session.opened" in written
    assert "wrong-box" not in written
    assert PASSWORD not in written
