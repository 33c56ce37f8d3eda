"""Every answer that is an error has the one form, and says nothing that was sent."""

import pkgutil
import sqlite3
from collections.abc import Callable, Iterator
from http import HTTPStatus
from importlib import import_module

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

import api
import domain
import review.accounts
import storage
from api.app import create_app
from api.errors import status_for
from domain.errors import SetupError, ZhengheError
from tests.service import World

ClientFor = Callable[[str], TestClient]


def _below(kind: type[ZhengheError]) -> Iterator[type[ZhengheError]]:
    for package in (api, domain, review.accounts, storage):
        for module in pkgutil.iter_modules(package.__path__):
            if module.name not in ("__main__", "migrations"):
                import_module(f"{package.__name__}.{module.name}")
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


@pytest.mark.parametrize("error", sorted(set(_below(ZhengheError)), key=str))
def test_every_error_has_a_status_and_a_code(error: type[ZhengheError]) -> None:
    assert status_for(error) != 500 or issubclass(error, SetupError)
    assert "code" in vars(error)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("POST", "/nothing/here", 405, "method_not_allowed"),
        ("GET", "/api/v1/offices/", 404, "not_found"),
        ("DELETE", "/api/v1/offices", 405, "method_not_allowed"),
        ("TRACE", "/api/v1/offices", 405, "method_not_allowed"),
        ("GET", "/api/v1/offices/0", 401, "unauthenticated"),
    ],
)
def test_what_the_framework_refuses_has_our_form(
    anonymous: TestClient, method: str, path: str, status: int, code: str
) -> None:
    refused = anonymous.request(method, path)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.json()["message"]


def test_a_method_that_is_not_there_names_those_that_are(anonymous: TestClient) -> None:
    assert "POST" in anonymous.get("/api/v1/auth/sign-in").headers["allow"]


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'"x"', b"\xff\xfe", b"{}", b'{"username": 1}', b"[" * 100_000, b""]
)
def test_a_body_that_is_none_is_refused_in_our_form(anonymous: TestClient, content: bytes) -> None:
    refused = anonymous.post(
        "/api/v1/auth/sign-in", content=content, headers={"Content-Type": "application/json"}
    )

    assert refused.status_code in (400, 422)
    assert refused.json()["code"] in ("bad_request", "invalid_request")


def test_a_field_that_is_wrong_is_named_and_its_value_is_not(client_for: ClientFor) -> None:
    refused = client_for("xian.administrator").post(
        "/api/v1/users",
        json={
            "username": "a",
            "display_name": "610103198507152346\n",
            "office_id": 10**30,
            "roles": ["king"],
        },
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert {one["field"] for one in refused.json()["errors"]} >= {"username", "office_id", "roles.0"}
    assert "610103198507152346" not in refused.text
    assert "king" not in refused.text


_PEOPLE = "xian.administrator"


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "field", "said"),
    [
        (_PEOPLE, "POST", "/users", {"display_name": " "}, "display_name", "姓名太短"),
        (_PEOPLE, "POST", "/users", {"roles": ["king"]}, "roles.0", "角色不在可选范围内"),
        (_PEOPLE, "POST", "/users", {"office_id": 0}, "office_id", "office_id 太小"),
        (_PEOPLE, "POST", "/offices", {"code": "-"}, "code", "系统账号格式不正确"),
        (_PEOPLE, "POST", "/users", {"more": 1}, "more", "more 不是可用的字段"),
        (None, "POST", "/auth/sign-in", {"username": ""}, "username", "用户名太短"),
        (None, "POST", "/auth/sign-in", {"password": ""}, "password", "密码太短"),
        ("beilin.verifier", "GET", f"/batches?text={'长' * 101}", None, "text", "查找的内容太长"),
        ("beilin.verifier", "GET", "/batches?limit=0", None, "limit", "limit 太小"),
        (
            "beilin.verifier",
            "POST",
            "/rows/1/decisions",
            {"decisions": [{"action": "other_value", "reason": "长" * 1001}]},
            "decisions.0.reason",
            "理由太长",
        ),
    ],
)
def test_a_field_that_people_fill_in_is_called_as_on_the_pages(
    client_for: ClientFor,
    anonymous: TestClient,
    who: str | None,
    method: str,
    path: str,
    body: dict[str, object] | None,
    field: str,
    said: str,
) -> None:
    client = client_for(who) if who is not None else anonymous

    refused = client.request(method, f"/api/v1{path}", json=body).json()

    (problem,) = [one for one in refused["errors"] if one["field"] == field]
    label, what = problem["label"], problem["message"]
    assert (f"{label}{what}" if label else f"{field} {what}") == said
    first = refused["errors"][0]
    assert refused["message"].startswith(
        f"提交的内容有误：{first['label'] or first['field'] + ' '}{first['message']}"
    )


@pytest.mark.parametrize("name", ["a\0b", "a\x1bb", "  ", "\ud800", "长" * 101])
def test_texts_that_no_database_keeps_are_refused(client_for: ClientFor, world: World, name: str) -> None:
    content = (
        f'{{"name": {name!a}}}'.replace("'", '"').replace("\\x00", "\\u0000").replace("\\x1b", "\\u001b")
    )
    refused = client_for("xian.administrator").patch(
        f"/api/v1/offices/{world.offices['beilin'].id}",
        content=content,
        headers={"Content-Type": "application/json"},
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


def test_a_body_that_is_too_large_is_refused_with_and_without_its_length(anonymous: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    long = b'{"username": "' + b"a" * (1 << 20) + b'"}'

    def chunks() -> Iterator[bytes]:
        yield from (long[at : at + 65_536] for at in range(0, len(long), 65_536))

    for content in (long, chunks()):
        refused = anonymous.post("/api/v1/auth/sign-in", content=content, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


def test_what_nobody_foresaw_becomes_an_incident_without_what_was_sent(world: World) -> None:
    app = create_app(world.services)

    @app.get("/broken")
    def get_broken() -> None:
        raise RuntimeError("610103198507152346")

    with capture_logs() as lines:
        answer = TestClient(app).get("/broken")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.json()["incident"] in answer.json()["message"]
    (incident,) = [line for line in lines if line["event"] == "incident"]
    assert (incident["incident"], incident["error"]) == (answer.json()["incident"], "RuntimeError")
    assert any("get_broken" in frame for frame in incident["trace"])
    assert "610103198507152346" not in repr(lines) + answer.text


def test_a_busy_database_says_when_to_come_back(world: World) -> None:
    client = world.client_for("xian.administrator")
    # One connection that does not wait: the call finds it in the pool.
    world.services.database.engine.dispose()
    with world.services.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    holder = sqlite3.connect(world.services.settings.data_dir / "zhenghe.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = client.patch(f"/api/v1/offices/{world.offices['beilin'].id}", json={"name": "新名"})
    holder.close()

    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "database_busy")
