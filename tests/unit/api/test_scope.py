"""Every route with every role, with nobody, and with somebody of an office that has nothing to do with it.

A route that is not in the table (``routes``) fails the first test: whoever adds one says who may call it.
"""

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.accounts import PERMISSIONS, Permission, Role
from tests.filled import Filled
from tests.unit.api.routes import FOREIGN, OWN, REASON, ROUTES, Access, Foreign, undo_body

_NAMES = [name for name, route in ROUTES.items() if route.needs is not Access.ELSEWHERE]


def test_every_route_is_in_the_table(filled: Filled) -> None:
    paths = filled.world.app.openapi()["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}

    assert routes == set(ROUTES)


def test_nothing_is_served_beside_the_described_routes(filled: Filled) -> None:
    hidden = {path for route in filled.world.app.routes if (path := getattr(route, "path", None))}

    assert hidden == {"/api/v1/openapi.json"}


@pytest.mark.parametrize("name", _NAMES)
def test_nobody_gets_in_without_signing_in(filled: Filled, name: str) -> None:
    answer = _answer(filled.world.anonymous(), filled, name, caller=f"{ROUTES[name].by}.administrator")

    if ROUTES[name].needs is Access.EVERYBODY:
        assert answer.status_code not in (401, 403)
    else:
        assert _said(answer) == _refusal(name, 401, "unauthenticated")


@pytest.mark.parametrize("name", _NAMES)
def test_a_role_may_what_the_table_says(filled: Filled, name: str) -> None:
    route = ROUTES[name]
    for role in Role:
        caller = f"{route.by}.{role}"
        answer = _answer(filled.client_for(caller), filled, name, caller=caller)
        if isinstance(route.needs, Access) or route.needs in PERMISSIONS[role]:
            assert answer.status_code not in (401, 403, 404, 405, 500), f"{role}: {answer.text}"
        elif route.is_personal and Permission.VIEW in PERMISSIONS[role]:
            assert answer.status_code == 404, role
        else:
            assert _said(answer) == _refusal(name, 403, "forbidden"), role


@pytest.mark.parametrize("name", [name for name in _NAMES if ROUTES[name].needs is not Access.EVERYBODY])
def test_a_foreign_office_learns_and_changes_nothing(filled: Filled, name: str) -> None:
    route = ROUTES[name]
    before = _fingerprint(filled)
    for role in Role:
        caller = f"{FOREIGN}.{role}"
        if isinstance(route.needs, Permission) and route.needs not in PERMISSIONS[role]:
            continue
        answer = _answer(filled.client_for(caller), filled, name, caller=caller)
        if route.foreign is Foreign.NOT_FOUND:
            assert answer.status_code == 404, f"{role}: {answer.text}"
            assert OWN not in answer.text
        elif route.foreign is Foreign.OWN_THINGS:
            assert answer.status_code != 404
            assert OWN not in answer.text
    if route.foreign is not Foreign.SHARED and route.body is not undo_body:
        assert _fingerprint(filled) == before


_WITH_NUMBERS = [
    name
    for name in _NAMES
    if "{" in name and ROUTES[name].foreign is Foreign.NOT_FOUND and "token" not in name
]


@pytest.mark.parametrize("name", _WITH_NUMBERS)
def test_what_is_foreign_is_answered_as_what_is_not_there(filled: Filled, name: str) -> None:
    for role in Role:
        caller = f"{FOREIGN}.{role}"
        client = filled.client_for(caller)
        foreign = _answer(client, filled, name, caller=caller)
        missing = _answer(client, filled, name, caller=caller, is_missing=True)

        assert missing.status_code == foreign.status_code, role
        assert _without_numbers(missing.text) == _without_numbers(foreign.text)


@pytest.mark.parametrize("name", [name for name in _NAMES if isinstance(ROUTES[name].needs, Permission)])
def test_a_token_may_no_more_than_it_was_given(filled: Filled, name: str) -> None:
    needed = ROUTES[name].needs
    assert isinstance(needed, Permission)
    for role in Role:
        others = sorted(PERMISSIONS[role] - {needed})
        if needed not in PERMISSIONS[role] or not others or ROUTES[name].is_personal:
            continue
        caller = f"{ROUTES[name].by}.{role}"
        program = _program(filled, caller, others)

        assert _said(_answer(program, filled, name, caller=caller)) == _refusal(name, 403, "forbidden")


_OF_BATCHES = [
    name for name in _NAMES if ROUTES[name].by == OWN and "{" in name and not ROUTES[name].is_personal
]


@pytest.mark.parametrize("name", _OF_BATCHES)
def test_an_office_above_sees_nothing_of_what_was_not_passed_on(filled: Filled, name: str) -> None:
    before = _fingerprint(filled)
    for office, role in product(("xian", "shaanxi"), Role):
        caller = f"{office}.{role}"
        if ROUTES[name].needs in PERMISSIONS[role]:
            answer = _answer(filled.client_for(caller), filled, name, caller=caller)
            assert answer.status_code == 404, f"{role}: {answer.text}"
    if ROUTES[name].body is not undo_body:
        assert _fingerprint(filled) == before


@pytest.mark.parametrize(
    "name", [name for name in _OF_BATCHES if name.startswith("GET ") and "package" not in name]
)
def test_an_office_above_sees_what_was_passed_on(filled: Filled, name: str) -> None:
    filled = _passed(filled)
    for office, role in product(("xian", "shaanxi"), Role):
        caller = f"{office}.{role}"
        if ROUTES[name].needs in PERMISSIONS[role]:
            answer = _answer(filled.client_for(caller), filled, name, caller=caller)
            assert answer.status_code == 200, f"{role}: {answer.text}"


_NOT_HERE = {
    (403, "batch_elsewhere"),
    # What nobody of the office has cannot be given back.
    (409, "lease_expired"),
    (409, "no_second_opinion"),
}


@pytest.mark.parametrize("name", [name for name in _OF_BATCHES if not name.startswith("GET ")])
def test_only_the_office_where_a_batch_lies_changes_it(filled: Filled, name: str) -> None:
    filled = _passed(filled)
    before = _fingerprint(filled)
    for office, role in product((OWN, "shaanxi"), Role):
        caller = f"{office}.{role}"
        if ROUTES[name].needs in PERMISSIONS[role] and "/notes" not in name:
            answer = _answer(filled.client_for(caller), filled, name, caller=caller)
            assert _said(answer) in _NOT_HERE, f"{role}: {answer.text}"
    assert _fingerprint(filled) == before


def test_a_foreign_number_within_a_call_is_as_one_that_is_not_there(filled: Filled) -> None:
    """The batch is the caller's own; what else is named belongs to somebody else."""
    client = filled.client_for(f"{FOREIGN}.reporter")
    batch = client.post("/api/v1/batches", json={"name": "自己的"}).json()["id"]
    url = f"/api/v1/batches/{batch}"

    for number in (filled.ids.scan, 999_999):
        replaced = client.post(f"{url}/documents?name=a.jpg&replaces={number}", content=b"scan")
        assert _said(replaced) == (404, "document_not_found")
        confirmed = filled.client_for(f"{FOREIGN}.verifier").post(
            f"{url}/letter/confirm", json={"document_id": number, **REASON}
        )
        assert _said(confirmed) == (404, "document_not_found")


def test_a_draft_is_not_seen_in_lists_from_above_until_it_leaves(filled: Filled) -> None:
    seen = filled.client_for("xian.auditor").get("/api/v1/batches").json()["items"]
    own = filled.client_for("beilin.auditor").get("/api/v1/batches").json()["items"]

    assert [batch["id"] for batch in seen] == [filled.ids.passed]
    assert {batch["id"] for batch in own} == {filled.ids.batch, filled.ids.draft, filled.ids.passed}
    assert filled.client_for(f"{FOREIGN}.auditor").get("/api/v1/batches").json()["items"] == []


def _passed(filled: Filled) -> Filled:
    """Return the same app; the batch that is asked for is now the one that was passed on."""
    ids = filled.ids
    with filled.store() as store:
        scan = next(d for d in store.documents.list_page(ids.passed) if d.kind == "image").id
    moved = replace(
        ids, batch=ids.passed, draft=ids.passed, rows=ids.passed_rows, scan=scan, failed=scan, letter=scan + 1
    )
    return Filled(filled.world, moved)


def _program(filled: Filled, caller: str, scopes: list[Permission]) -> TestClient:
    made = filled.client_for(caller).post(
        "/api/v1/tokens", json={"name": "t", "scopes": scopes, "expires_at": "2026-04-01T00:00:00Z"}
    )
    program = filled.world.anonymous()
    program.headers["Authorization"] = f"Bearer {made.json()['text']}"
    return program


def _said(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - an answer of the client
    is_json = answer.content and "json" in answer.headers["content-type"]
    body = answer.json() if is_json else {}
    return answer.status_code, body.get("code", "") if isinstance(body, dict) else ""


def _refusal(name: str, status: int, code: str) -> tuple[int, str]:
    """HEAD has no body to say why."""
    return status, "" if name.startswith("HEAD ") else code


def _answer(client: TestClient, filled: Filled, name: str, *, caller: str, is_missing: bool = False) -> Any:  # noqa: ANN401 - an answer of the client
    route, (method, path) = ROUTES[name], name.split(" ")
    values = dict(route.fill(filled, caller))
    if is_missing:
        values = {key: _missing(key, value) for key, value in values.items()}
    body = route.body(filled) if route.body else {}
    more = {"content": body} if isinstance(body, bytes) else {"json": body}
    if method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        more = {}
    return client.request(
        method, path.format(**values), params=dict(route.query), headers=dict(route.headers), **more
    )


def _missing(key: str, value: Any) -> Any:  # noqa: ANN401 - a value in a path
    if key in ("name", "form", "page_number"):
        return value
    return "0" * 32 if isinstance(value, str) else 999_999


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _fingerprint(filled: Filled) -> list[Any]:
    """Return what belongs to the office that was asked for."""
    office = filled.world.offices[OWN].id
    with filled.world.services.database.engine.connect() as connection:
        return [
            connection.exec_driver_sql(query).all()
            for query in (
                "SELECT id, name, is_active, version FROM offices",
                "SELECT id, roles, password_hash, is_active FROM users",
                "SELECT * FROM settings",
                f"SELECT * FROM batches WHERE owner_id = {office}",
                "SELECT * FROM documents",
                "SELECT * FROM rows",
                "SELECT * FROM decisions",
                "SELECT * FROM notes",
                "SELECT * FROM transfers",
                "SELECT * FROM uploads",
            )
        ]
