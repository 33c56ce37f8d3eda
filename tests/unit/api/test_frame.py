"""What is around every call: headers, numbers, one line in the log, figures, probes."""

import shutil
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from api.app import create_app
from tests.service import World

ClientFor = Callable[[str], TestClient]


def _local(world: World) -> TestClient:
    """Return a client on the machine itself, of an app with figures of its own."""
    return TestClient(create_app(world.services), client=("127.0.0.1", 50_000))


@pytest.mark.parametrize("path", ["/health", "/api/nothing", "/api/v1/auth/me"])
def test_every_answer_is_sent_with_headers_that_protect_it(anonymous: TestClient, path: str) -> None:
    headers = anonymous.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert len(headers["x-request-id"]) == 16


def test_a_number_that_the_caller_gave_is_kept_if_it_is_one(anonymous: TestClient) -> None:
    assert (
        anonymous.get("/health", headers={"X-Request-ID": "trace-12345"}).headers["x-request-id"]
        == "trace-12345"
    )
    forged = anonymous.get("/health", headers={"X-Request-ID": 'x" evil=1'})
    assert forged.headers["x-request-id"] != 'x" evil=1'


def test_the_log_has_one_line_a_call_without_paths_and_queries(client_for: ClientFor) -> None:
    client = client_for("xian.administrator")
    with capture_logs() as lines:
        client.get("/api/v1/users?cursor=610103198507152346")
        client.get("/api/files/610103198507152346")

    assert [(line["event"], line["operation"], line["status"]) for line in lines] == [
        ("call", "get_users", 400),
        ("call", "none", 404),
    ]
    assert isinstance(lines[0]["user_id"], int)
    assert "610103198507152346" not in repr(lines)


def test_probes_tell_life_from_readiness(world: World) -> None:
    client = world.anonymous()
    assert client.get("/health").json() == {"status": "ok"}
    ready = client.get("/ready")
    assert (ready.status_code, ready.json()["checks"]) == (
        200,
        {"database": "ok", "schema": "ok", "files": "ok"},
    )

    with world.services.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'x'")
    shutil.rmtree(world.services.settings.data_dir / "files")

    not_ready = client.get("/ready")
    assert (not_ready.status_code, not_ready.json()["status"]) == (503, "not_ready")
    assert not_ready.json()["checks"]["database"] == "ok"
    assert not_ready.json()["checks"]["schema"] == "failed"
    assert not_ready.json()["checks"]["files"] != "ok"


def test_figures_are_for_this_machine(world: World) -> None:
    local = _local(world)
    local.get("/api/v1/auth/me")

    figures = local.get("/metrics").text

    assert 'zhenghe_http_requests_total{method="GET",operation="get_me",status="401"} 1.0' in figures
    assert world.anonymous().get("/metrics").status_code == 401
    passed_on = local.get("/metrics", headers={"X-Forwarded-For": "198.51.100.7"})
    assert passed_on.status_code == 401


@pytest.mark.parametrize(
    ("username", "scopes", "status"),
    [
        ("shaanxi.administrator", ["view_log"], 200),
        ("shaanxi.administrator", ["manage"], 403),
        ("xian.administrator", ["view_log"], 403),
    ],
)
def test_figures_are_for_a_token_of_the_office_at_the_top_too(
    world: World, username: str, scopes: list[str], status: int
) -> None:
    made = world.client_for(username).post(
        "/api/v1/tokens", json={"name": "监控", "scopes": scopes, "expires_at": "2026-04-01T00:00:00Z"}
    )
    headers = {"Authorization": f"Bearer {made.json()['text']}"}

    assert world.anonymous().get("/metrics", headers=headers).status_code == status


def test_several_apps_live_in_one_process(world: World) -> None:
    other = _local(world)
    world.anonymous().get("/health")

    assert "get_health" not in other.get("/metrics").text


def test_the_description_names_every_operation_once(world: World) -> None:
    paths = world.app.openapi()["paths"]
    operations = [one for methods in paths.values() for one in methods.values()]
    names = [one["operationId"] for one in operations]

    assert len(names) == len(set(names))
    assert all(one["summary"] and one["tags"] for one in operations)
    assert all({"500", "503"} <= set(one["responses"]) for one in operations)
