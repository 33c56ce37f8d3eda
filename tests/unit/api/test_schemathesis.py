"""Every operation with random calls made from its own description: no 5xx, no answer that is not described.

Each operation meets a fresh copy of the batches, called by somebody with all roles, and by nobody; on SQLite,
and with fewer calls on PostgreSQL. Numbers in calls are mostly those of things that are there; what a call
needs to go well is brought about before. More calls for each: ``--fuzz-examples=500`` (``make fuzz``).
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.openapi import describe
from domain.accounts import Role
from domain.decisions import Action
from tests.filled import NO_PAPER, SAME_WRONG_NAME, WRONG_NAME, Filled
from tests.service import PASSWORD

load_all_checks()
for media_type in ("application/offset+octet-stream", "application/zip"):
    schemathesis.serializer.alias(media_type, "application/octet-stream")

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
_SEED = 20_261_125
_EXPIRES = "2026-04-01T00:00:00Z"
_DECISIONS = {"decisions": [{"action": "sheet_right"}]}
_SCHEMA = schemathesis.openapi.from_dict(
    describe(),
    config=SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}}),
)
_OPEN = ("/health", "/ready", "/api/v1/auth/sign-in")
_MANAGED = re.compile(r"/v1/(offices(?!/progress)|users|settings|periods)")
_RECEIVED = re.compile(r"/(accept|send-back)$")
_LEFT_OUT = object()
"""Of a value that a call may do without."""

_OPERATIONS = {
    result.ok().label: result.ok() for result in _SCHEMA.get_all_operations() if isinstance(result, Ok)
}


@pytest.mark.parametrize("label", sorted(_OPERATIONS))
def test_no_call_ends_in_a_fault_or_in_an_answer_that_is_not_described(
    filled: Filled, label: str, pytestconfig: pytest.Config
) -> None:
    _fuzz(filled, label, pytestconfig.getoption("fuzz_examples"))


@pytest.mark.parametrize("label", sorted(_OPERATIONS))
def test_nor_on_postgresql(filled_on_postgres: Filled, label: str, pytestconfig: pytest.Config) -> None:
    _fuzz(filled_on_postgres, label, max(4, pytestconfig.getoption("fuzz_examples") // 3))


def _fuzz(filled: Filled, label: str, examples: int) -> None:
    client = _somebody_who_may(filled, label)
    known = _numbers(filled) | _stage(filled, client, label)

    @seed(_SEED)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=_OPERATIONS[label].as_strategy(), hits=st.integers(0, 3), nth=st.integers(0, 11))
    def call(case: Case[Any], hits: int, nth: int) -> None:
        if hits:
            _hit(case, known, nth)
        _call(client, case)

    call()


def test_nobody_gets_more_than_an_error_that_is_described(filled: Filled) -> None:
    client = filled.world.anonymous()
    # Whoever knows a password is not nobody.
    known = {name: values for name, values in _numbers(filled).items() if name != "password"}

    for operation in _OPERATIONS.values():

        @seed(_SEED)
        @settings(
            max_examples=3,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), nth=st.integers(0, 11))
        def call(case: Case[Any], nth: int) -> None:
            _hit(case, known, nth)
            status = _call(client, case)
            assert status >= 400 or case.operation.path in _OPEN

        call()


def _call(client: TestClient, case: Case[Any]) -> int:
    arguments = case.as_transport_kwargs(base_url="http://testserver")
    cookies = arguments.pop("cookies", None) or {}
    headers = dict(arguments.pop("headers", {}) or {})
    headers.pop("User-Agent", None)
    if isinstance(arguments.get("data"), bytes | str):
        arguments["content"] = arguments.pop("data")
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    answer = client.request(headers=headers, **arguments)
    case.validate_response(answer, checks=_CHECKS)
    return answer.status_code


def _somebody_who_may(filled: Filled, label: str) -> TestClient:
    """Return a client of a manager, or of somebody with all the roles that one person may have."""
    manager = filled.client_for("shaanxi.administrator")
    manager.post("/api/v1/periods/import-2021").raise_for_status()
    if _MANAGED.search(label):
        return manager
    if "/audit" in label:
        return filled.client_for("beilin.auditor")
    if label.endswith("/metrics"):
        manager.headers["Authorization"] = f"Bearer {_token_for_metrics(manager)}"
        return manager
    name = "xian.reporter" if _RECEIVED.search(label) else "beilin.reporter"
    roles = [Role.REPORTER, Role.VERIFIER, Role.SUPERVISOR]
    user = filled.world.users[name]
    manager.patch(f"/api/v1/users/{user.id}", json={"roles": roles}).raise_for_status()
    client = filled.client_for(name)
    if name != "beilin.reporter":
        return client
    # The stream of events of a batch with files to be read would last.
    client.post(f"/api/v1/documents/{filled.ids.waiting}/cancel").raise_for_status()
    return client


def _token_for_metrics(manager: TestClient) -> str:
    body = {"name": "监控", "scopes": ["view_log"], "expires_at": _EXPIRES}
    made = manager.post("/api/v1/tokens", json=body)
    made.raise_for_status()
    return str(made.json()["text"])


def _stage(filled: Filled, client: TestClient, label: str) -> dict[str, list[Any]]:
    """Bring about what a call needs to go well; return what it may name then."""
    row, other = (f"/api/v1/rows/{filled.ids.rows[number]}" for number in (WRONG_NAME, SAME_WRONG_NAME))
    known: dict[str, list[Any]] = {}
    if re.search(r"/(decisions|lease|release)$", label):
        (taken,) = client.post("/api/v1/review/take", json={"row_id": filled.ids.rows[WRONG_NAME]}).json()
        known["lease"] = [_LEFT_OUT, taken["lease"]["token"]]
    if re.search(r"/(undo|reopen)$", label):
        for url in (row, other):
            made = client.post(f"{url}/decisions", json=_DECISIONS).json()["decisions"][-1]["id"]
            known["decision_id"] = [*known.get("decision_id", []), made]
        known["row_id"] = [filled.ids.rows[WRONG_NAME], filled.ids.rows[SAME_WRONG_NAME]]
    if label.endswith("/pass"):
        verifier = filled.client_for("beilin.verifier")
        for number in (WRONG_NAME, SAME_WRONG_NAME, NO_PAPER):
            url = f"/api/v1/rows/{filled.ids.rows[number]}/decisions"
            verifier.post(url, json=_DECISIONS).raise_for_status()
    if label.endswith("/stop"):
        client.post(f"/api/v1/batches/{filled.ids.draft}/check").raise_for_status()
    if label.endswith("/opinion"):
        client.post(f"{row}/opinion", json={"text": "是“晓”吗？"}).raise_for_status()
    if label.endswith("/bulk"):
        (pattern,) = client.get(f"/api/v1/batches/{filled.ids.batch}/patterns").json()
        known |= {"pattern": [pattern["pattern"]], "expected": [pattern["count"]]}
    if label.endswith("/tokens/{token_id}"):
        body = {"name": "同步", "scopes": ["view"], "expires_at": _EXPIRES}
        known["token_id"] = [client.post("/api/v1/tokens", json=body).json()["token"]["id"]]
    if label.endswith("/totp/confirmation"):
        client.post("/api/v1/auth/totp/enrolment", json={"password": PASSWORD}).raise_for_status()
    if label.endswith("/users"):
        known["office_id"] = [filled.world.offices["beilin"].id]
    return known


def _numbers(filled: Filled) -> dict[str, list[Any]]:
    ids, world = filled.ids, filled.world
    return {
        "batch_id": [ids.batch, ids.draft, ids.passed],
        "document_id": [ids.scan, ids.letter, ids.failed, ids.waiting],
        "page_number": [1, 2],
        "row_id": [ids.rows[WRONG_NAME], *ids.rows.values(), *ids.passed_rows.values()],
        "upload_id": [ids.upload],
        "office_id": [world.offices[code].id for code in ("beilin", "xian", "jintai")],
        "parent_id": [world.offices["beilin"].id],
        "holder_id": [world.offices["beilin"].id],
        "user_id": [world.users["beilin.verifier"].id, world.users["jintai.verifier"].id],
        "period_id": [1],
        "token_id": [1],
        "decision_id": [1, 2],
        "replaces": [ids.scan, ids.failed],
        "Upload-Offset": ["40"],
        "If-Match": [_LEFT_OUT],
        "Idempotency-Key": [_LEFT_OUT, "5b1f0b62-9f6e-4a3c"],
        "lease": [_LEFT_OUT],
        "decisions": [_DECISIONS["decisions"]],
        "action": [Action.SHEET_RIGHT.value],
        "password": [PASSWORD, "not-this-one"],
        "current_password": [PASSWORD],
        "username": ["beilin.verifier", "beilin.supervisor"],
        "scopes": [["view"]],
        "expires_at": [_EXPIRES],
        "rows": [{str(row_id): "不清"} for row_id in ids.passed_rows.values()],
    }


def _hit(case: Case[Any], known: Mapping[str, list[Any]], nth: int) -> None:
    """Let a call name what is there."""
    for part in (case.path_parameters, case.query, case.headers, case.body):
        if isinstance(part, MutableMapping):
            for name in part.keys() & known.keys():
                value = known[name][nth % len(known[name])]
                if value is _LEFT_OUT:
                    del part[name]
                else:
                    part[name] = value
