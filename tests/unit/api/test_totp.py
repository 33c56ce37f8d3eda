"""The second factor: enrolment, sign-in with it, codes taken once, recovery."""

from collections.abc import Callable
from typing import Any

import pyotp
from fastapi.testclient import TestClient

from api.dependencies import CSRF_HEADER
from tests.clock import Clock
from tests.service import PASSWORD, World

ClientFor = Callable[[str], TestClient]
SIGN_IN = {"username": "beilin.supervisor", "password": PASSWORD}


def _enrol(client: TestClient, clock: Clock) -> pyotp.TOTP:
    made = client.post("/api/v1/auth/totp/enrolment", json={"password": PASSWORD})
    assert made.status_code == 200, made.text
    assert made.json()["uri"].startswith("otpauth://totp/")
    totp = pyotp.TOTP(made.json()["secret"])
    confirmed = client.post("/api/v1/auth/totp/confirmation", json={"code": totp.at(clock.now)})
    assert confirmed.status_code == 204, confirmed.text
    return totp


def _half_way(world: World) -> TestClient:
    client = world.anonymous()
    answer = client.post("/api/v1/auth/sign-in", json=SIGN_IN)
    assert answer.json()["needs_totp"] is True
    client.headers[CSRF_HEADER] = answer.json()["csrf_token"]
    return client


def _submit(client: TestClient, code: str) -> Any:  # noqa: ANN401
    answer = client.post("/api/v1/auth/totp", json={"code": code})
    if answer.status_code == 200:
        client.headers[CSRF_HEADER] = answer.json()["csrf_token"]
    return answer


def _wrong_code(totp: pyotp.TOTP, clock: Clock) -> str:
    step = int(clock.now.timestamp()) // 30
    near = {totp.generate_otp(step + off) for off in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


def test_after_enrolment_a_code_is_asked_for_before_anything_else(
    client_for: ClientFor, world: World, clock: Clock
) -> None:
    totp = _enrol(client_for("beilin.supervisor"), clock)
    client = _half_way(world)

    for path in ("/api/v1/auth/me", "/api/v1/settings"):
        refused = client.get(path)
        assert (refused.status_code, refused.json()["code"]) == (401, "totp_required")
    body = {"current_password": PASSWORD, "new_password": "vier-schwarze-hunde"}
    assert client.post("/api/v1/auth/password", json=body).json()["code"] == "totp_required"

    clock.advance(seconds=30)
    before = client.cookies["zhenghe_session"]
    assert _submit(client, totp.at(clock.now)).status_code == 200
    assert client.get("/api/v1/auth/me").json()["has_totp"] is True
    assert client.cookies["zhenghe_session"] != before


def test_no_code_is_taken_twice(client_for: ClientFor, world: World, clock: Clock) -> None:
    totp = _enrol(client_for("beilin.supervisor"), clock)
    refused = _submit(_half_way(world), totp.at(clock.now))
    assert (refused.status_code, refused.json()["code"]) == (401, "totp_refused"), (
        "it confirmed the enrolment"
    )

    clock.advance(seconds=30)
    code = totp.at(clock.now)
    assert _submit(_half_way(world), code).status_code == 200
    assert _submit(_half_way(world), code).json()["code"] == "totp_refused"


def test_a_telephone_may_be_off_by_half_a_minute_and_no_more(
    client_for: ClientFor, world: World, clock: Clock
) -> None:
    totp = _enrol(client_for("beilin.supervisor"), clock)
    clock.advance(minutes=10)
    step = int(clock.now.timestamp()) // 30

    assert _submit(_half_way(world), totp.generate_otp(step - 2)).status_code == 401
    assert _submit(_half_way(world), totp.generate_otp(step + 2)).status_code == 401
    assert _submit(_half_way(world), totp.generate_otp(step - 1)).status_code == 200


def test_guessing_codes_locks_the_name_although_the_password_is_right_each_time(
    client_for: ClientFor, world: World, clock: Clock
) -> None:
    totp = _enrol(client_for("beilin.supervisor"), clock)
    for _ in range(5):
        clock.advance(minutes=2)
        client = _half_way(world)
        assert _submit(client, _wrong_code(totp, clock)).json()["code"] == "totp_refused"

    assert _submit(client, _wrong_code(totp, clock)).json()["code"] == "account_locked"
    assert world.anonymous().post("/api/v1/auth/sign-in", json=SIGN_IN).json()["code"] == "account_locked"


def test_half_a_sign_in_ends_after_five_minutes(client_for: ClientFor, world: World, clock: Clock) -> None:
    totp = _enrol(client_for("beilin.supervisor"), clock)
    client = _half_way(world)
    clock.advance(minutes=5, seconds=1)

    assert _submit(client, totp.at(clock.now)).json()["code"] == "session_expired"


def test_a_secret_counts_only_once_confirmed(client_for: ClientFor, world: World, clock: Clock) -> None:
    client = client_for("beilin.supervisor")
    begun = client.post("/api/v1/auth/totp/enrolment", json={"password": PASSWORD})
    totp = pyotp.TOTP(begun.json()["secret"])
    wrong = client.post("/api/v1/auth/totp/confirmation", json={"code": _wrong_code(totp, clock)})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "totp_code")

    assert world.client_for("beilin.supervisor").get("/api/v1/auth/me").json()["has_totp"] is False


def test_enrolment_needs_the_password_and_happens_once(client_for: ClientFor, clock: Clock) -> None:
    client = client_for("beilin.supervisor")
    early = client.post("/api/v1/auth/totp/confirmation", json={"code": "000000"})
    assert (early.status_code, early.json()["code"]) == (409, "totp_not_begun")
    wrong = client.post("/api/v1/auth/totp/enrolment", json={"password": "not-this-one"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_password")
    _enrol(client, clock)

    again = client.post("/api/v1/auth/totp/enrolment", json={"password": PASSWORD})

    assert (again.status_code, again.json()["code"]) == (409, "totp_already_on")


def test_an_administrator_lets_somebody_in_who_lost_the_telephone(
    client_for: ClientFor, world: World, clock: Clock
) -> None:
    _enrol(client_for("beilin.supervisor"), clock)
    admin = client_for("xian.administrator")

    cleared = admin.delete(f"/api/v1/users/{world.users['beilin.supervisor'].id}/totp")

    assert cleared.json()["has_totp"] is False
    assert world.client_for("beilin.supervisor").get("/api/v1/auth/me").status_code == 200


def test_the_second_factor_is_turned_off_with_password_and_code(
    client_for: ClientFor, world: World, clock: Clock
) -> None:
    client = client_for("beilin.supervisor")
    totp = _enrol(client, clock)
    clock.advance(seconds=30)
    path, code = "/api/v1/auth/totp/removal", totp.at(clock.now)

    wrong = client.post(path, json={"password": "not-this-one", "code": code})
    guessed = client.post(path, json={"password": PASSWORD, "code": _wrong_code(totp, clock)})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_password")
    assert (guessed.status_code, guessed.json()["code"]) == (400, "totp_code")
    assert client.get("/api/v1/auth/me").json()["has_totp"] is True

    assert client.post(path, json={"password": PASSWORD, "code": code}).status_code == 204
    assert world.client_for("beilin.supervisor").get("/api/v1/auth/me").json()["has_totp"] is False
    again = client.post(path, json={"password": PASSWORD, "code": code})
    assert (again.status_code, again.json()["code"]) == (409, "totp_not_on")


def test_guessing_codes_to_turn_the_second_factor_off_locks_the_account(
    client_for: ClientFor, clock: Clock
) -> None:
    client = client_for("beilin.supervisor")
    totp = _enrol(client, clock)

    said = [
        client.post(
            "/api/v1/auth/totp/removal", json={"password": PASSWORD, "code": _wrong_code(totp, clock)}
        ).json()["code"]
        for _ in range(6)
    ]

    assert said == ["totp_code"] * 5 + ["account_locked"]


def test_a_code_where_none_is_owed_is_refused(client_for: ClientFor) -> None:
    refused = client_for("beilin.supervisor").post("/api/v1/auth/totp", json={"code": "000000"})

    assert (refused.status_code, refused.json()["code"]) == (401, "totp_refused")
