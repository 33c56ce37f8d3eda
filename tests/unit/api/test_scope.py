"""Every route with every role, with nobody, and with somebody of an office that has nothing to do with it.

A route that is not in the table fails the first test: whoever adds one says here who may call it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.accounts import PERMISSIONS, Permission, Role
from domain.decisions import Action, NewDecision
from review.decide import decide
from tests.filled import WRONG_NAME, Filled, metadata

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


Fill = Callable[[Filled, str], Mapping[str, Any]]
"""From the world and the caller's name to the parameters of the path."""


def _nothing(_filled: Filled, _caller: str) -> Mapping[str, Any]:
    return {}


def _office(filled: Filled, _caller: str) -> Mapping[str, Any]:
    return {"office_id": filled.world.offices[OWN].id, "name": "lease_seconds"}


def _user(filled: Filled, _caller: str) -> Mapping[str, Any]:
    return {"user_id": filled.world.users[f"{OWN}.verifier"].id}


def _token_of_caller(filled: Filled, caller: str) -> Mapping[str, Any]:
    """A foreign caller is given the token of somebody else."""
    owner = f"{OWN}.verifier" if caller.startswith(FOREIGN) else caller
    scope = sorted(PERMISSIONS[Role(owner.split(".")[1])])[0]
    made = filled.client_for(owner).post(
        "/api/v1/tokens", json={"name": "t", "scopes": [scope], "expires_at": "2026-04-01T00:00:00Z"}
    )
    return {"token_id": made.json()["token"]["id"]}


def _period(filled: Filled, _caller: str) -> Mapping[str, Any]:
    found = filled.client_for("shaanxi.administrator").post("/api/v1/periods/import-2021")
    return {"period_id": found.json()[0]["id"]}


@dataclass(frozen=True)
class Route:
    """What the table says of a route."""

    needs: Permission | Access
    foreign: Foreign = Foreign.OWN_THINGS
    fill: Fill = _nothing
    body: Callable[[Filled], Any] | None = field(default=None)
    """A body that would do, so that calls fail for the caller's sake alone; bytes are sent as they are."""

    by: str = "xian"
    """The office whose people may call it."""

    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    is_personal: bool = False
    """To all but one person it is as if it were not there, whatever their roles."""


_OWN_OFFICE_BODY: Callable[[Filled], Any] = lambda filled: {  # noqa: E731 - a row of the table reads better so
    "code": "new",
    "name": "新单位",
    "kind": "unit",
    "parent_id": filled.world.offices[OWN].id,
}
_OWN_USER_BODY: Callable[[Filled], Any] = lambda filled: {  # noqa: E731
    "username": "new.one",
    "display_name": "新人",
    "office_id": filled.world.offices[OWN].id,
    "roles": ["reporter"],
}
_PERIOD_BODY: Callable[[Filled], Any] = lambda _filled: {  # noqa: E731
    "label": "甲",
    "first_year": 2018,
    "last_year": 2019,
    "deadlines": {},
}


def _batch(filled: Filled, _caller: str) -> Mapping[str, Any]:
    return {"batch_id": filled.ids.batch, "form": "pdf"}


def _draft(filled: Filled, _caller: str) -> Mapping[str, Any]:
    return {"batch_id": filled.ids.draft}


def _document(filled: Filled, _caller: str) -> Mapping[str, Any]:
    return {"document_id": filled.ids.scan, "page_number": 1}


def _failed_document(filled: Filled, _caller: str) -> Mapping[str, Any]:
    return {"document_id": filled.ids.failed}


def _row(filled: Filled, _caller: str) -> Mapping[str, Any]:
    return {"row_id": filled.ids.rows[WRONG_NAME]}


def _upload(filled: Filled, caller: str) -> Mapping[str, Any]:
    """A caller who may upload has one under way; all others are given somebody else's."""
    office, role = caller.split(".")
    if office != OWN or Permission.UPLOAD not in PERMISSIONS[Role(role)]:
        return {"upload_id": filled.ids.upload}
    made = filled.client_for(caller).post(
        f"/api/v1/batches/{filled.ids.draft}/uploads",
        headers={"Upload-Length": "4", "Upload-Metadata": metadata(f"{role}.jpg")},
    )
    return {"upload_id": made.json()["id"]}


def _undo_body(filled: Filled) -> dict[str, Any]:
    row_id = filled.ids.rows[WRONG_NAME]
    with filled.store("beilin.verifier") as store:
        known = store.decisions.history(row_id)
        if known:
            return {"decision_id": known[0].id}
        done = decide(store, filled.world.services.jobs, row_id, [NewDecision(Action.SHEET_RIGHT)])
    return {"decision_id": done.decision_ids[0]}


_REASON = {"reason": "看过原件。"}
_DECISIONS = {"decisions": [{"action": "sheet_right"}]}
_BULK = {"pattern": "0" * 32, "action": "sheet_right", "expected": 1}
_LEASE = {"lease": "0" * 32}
_QUESTION = {
    "name": "张伟",
    "id_number": "610103198503140019",
    "certificate_number": "ZG2016040317",
}
_PART = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
_ANNOUNCED = {"Upload-Length": "4", "Upload-Metadata": metadata("新的.jpg")}


def _view(fill: Fill = _batch) -> Route:
    return Route(Permission.VIEW, Foreign.NOT_FOUND, fill, by=OWN)


def _change(
    needs: Permission,
    body: Any = None,  # noqa: ANN401 - whatever the route takes
    fill: Fill = _batch,
) -> Route:
    return Route(needs, Foreign.NOT_FOUND, fill, lambda _filled: body or {}, by=OWN)


_MANAGE = Permission.MANAGE
_UPLOAD = Permission.UPLOAD
_DECIDE = Permission.DECIDE

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
    "GET /api/v1/offices/progress": Route(Permission.VIEW),
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
        _MANAGE, Foreign.NOT_FOUND, _office, body=lambda _filled: {"value": 900}
    ),
    "DELETE /api/v1/offices/{office_id}/settings/{name}": Route(_MANAGE, Foreign.NOT_FOUND, _office),
    "GET /api/v1/periods": Route(Access.SIGNED_IN, Foreign.SHARED),
    "GET /api/v1/periods/{period_id}": Route(Access.SIGNED_IN, Foreign.SHARED, _period),
    "POST /api/v1/periods": Route(_MANAGE, Foreign.SHARED, body=_PERIOD_BODY, by="shaanxi"),
    "PUT /api/v1/periods/{period_id}": Route(
        _MANAGE, Foreign.SHARED, _period, body=_PERIOD_BODY, by="shaanxi"
    ),
    "POST /api/v1/periods/import-2021": Route(_MANAGE, Foreign.SHARED, by="shaanxi"),
    "POST /api/v1/batches": Route(_UPLOAD, body=lambda _filled: {"name": "新"}, by=OWN),
    "GET /api/v1/batches": Route(Permission.VIEW, by=OWN),
    "GET /api/v1/batches/{batch_id}": _view(),
    "PATCH /api/v1/batches/{batch_id}": _change(_UPLOAD, {"name": "改过的名称"}),
    "POST /api/v1/batches/{batch_id}/check": _change(_UPLOAD),
    "POST /api/v1/batches/{batch_id}/stop": _change(_UPLOAD),
    "POST /api/v1/batches/{batch_id}/withdraw": _change(_UPLOAD),
    "GET /api/v1/batches/{batch_id}/progress": _view(),
    "GET /api/v1/batches/{batch_id}/finding": _view(),
    "GET /api/v1/batches/{batch_id}/events": _view(),
    "GET /api/v1/batches/{batch_id}/certificates": _view(),
    "GET /api/v1/batches/{batch_id}/approval-list": _view(),
    "GET /api/v1/batches/{batch_id}/glyphs": _view(),
    "GET /api/v1/batches/{batch_id}/glyph-cells": replace(_view(), query={"characters": "李"}),
    "GET /api/v1/batches/{batch_id}/documents": _view(),
    "POST /api/v1/batches/{batch_id}/documents": Route(
        _UPLOAD, Foreign.NOT_FOUND, _draft, lambda _filled: b"scan", by=OWN, query={"name": "新的.jpg"}
    ),
    "GET /api/v1/documents/{document_id}": _view(_document),
    "DELETE /api/v1/documents/{document_id}": _change(_UPLOAD, fill=_document),
    "POST /api/v1/documents/{document_id}/cancel": _change(_UPLOAD, fill=_document),
    "POST /api/v1/documents/{document_id}/retry": _change(_UPLOAD, fill=_failed_document),
    "GET /api/v1/documents/{document_id}/content": Route(
        Permission.EXPORT, Foreign.NOT_FOUND, _document, by=OWN
    ),
    "GET /api/v1/documents/{document_id}/pages/{page_number}/image": _view(_document),
    "OPTIONS /api/v1/uploads": Route(Permission.VIEW, by=OWN),
    "POST /api/v1/batches/{batch_id}/uploads": Route(
        _UPLOAD, Foreign.NOT_FOUND, _draft, by=OWN, headers=_ANNOUNCED
    ),
    "HEAD /api/v1/uploads/{upload_id}": Route(_UPLOAD, Foreign.NOT_FOUND, _upload, by=OWN, is_personal=True),
    "GET /api/v1/uploads/{upload_id}": Route(_UPLOAD, Foreign.NOT_FOUND, _upload, by=OWN, is_personal=True),
    "PATCH /api/v1/uploads/{upload_id}": Route(
        _UPLOAD, Foreign.NOT_FOUND, _upload, lambda _filled: b"scan", OWN, {}, _PART, is_personal=True
    ),
    "DELETE /api/v1/uploads/{upload_id}": Route(
        _UPLOAD, Foreign.NOT_FOUND, _upload, by=OWN, is_personal=True
    ),
    "GET /api/v1/batches/{batch_id}/rows": _view(),
    "GET /api/v1/batches/{batch_id}/queue": _view(),
    "GET /api/v1/batches/{batch_id}/patterns": _view(),
    "POST /api/v1/batches/{batch_id}/bulk": _change(_DECIDE, _BULK),
    "POST /api/v1/review/take": Route(
        _DECIDE, Foreign.NOT_FOUND, body=lambda filled: {"batch_id": filled.ids.batch}, by=OWN
    ),
    "GET /api/v1/rows/{row_id}": _view(_row),
    "GET /api/v1/rows/{row_id}/checks": _view(_row),
    "POST /api/v1/rows/{row_id}/decisions": _change(_DECIDE, _DECISIONS, _row),
    "POST /api/v1/rows/{row_id}/undo": Route(_DECIDE, Foreign.NOT_FOUND, _row, _undo_body, by=OWN),
    "POST /api/v1/rows/{row_id}/reopen": _change(_DECIDE, _REASON, _row),
    "POST /api/v1/rows/{row_id}/notes": _change(Permission.SHOW_NUMBERS, {"text": "看过。"}, _row),
    "POST /api/v1/rows/{row_id}/opinion": _change(_DECIDE, {"text": "请看一下。"}, _row),
    "DELETE /api/v1/rows/{row_id}/opinion": _change(_DECIDE, fill=_row),
    "POST /api/v1/rows/{row_id}/lease": _change(_DECIDE, _LEASE, _row),
    "POST /api/v1/rows/{row_id}/release": _change(_DECIDE, _LEASE, _row),
    "GET /api/v1/batches/{batch_id}/gate": _view(),
    "POST /api/v1/batches/{batch_id}/pass": _change(Permission.PASS_ON),
    "POST /api/v1/batches/{batch_id}/accept": _change(Permission.PASS_ON),
    "POST /api/v1/batches/{batch_id}/send-back": _change(Permission.PASS_ON, _REASON),
    "GET /api/v1/batches/{batch_id}/transfers": _view(),
    "GET /api/v1/batches/{batch_id}/changes": _view(),
    "GET /api/v1/batches/{batch_id}/letter": _view(),
    "GET /api/v1/batches/{batch_id}/letter.{form}": Route(
        Permission.EXPORT, Foreign.NOT_FOUND, _batch, by=OWN
    ),
    "POST /api/v1/batches/{batch_id}/letter/confirm": Route(
        _DECIDE, Foreign.NOT_FOUND, _batch, lambda filled: {"document_id": filled.ids.letter, **_REASON}, OWN
    ),
    "POST /api/v1/batches/{batch_id}/approval-number": _change(_DECIDE, {"value": "1号", **_REASON}),
    "GET /api/v1/batches/{batch_id}/annex2": Route(Permission.EXPORT, Foreign.NOT_FOUND, _batch, by=OWN),
    "GET /api/v1/batches/{batch_id}/package": Route(Permission.EXPORT, Foreign.NOT_FOUND, _batch, by=OWN),
    "POST /api/v1/packages": Route(Permission.PASS_ON, body=lambda _filled: b"PK", by=OWN),
    "GET /api/v1/audit": Route(Permission.VIEW_LOG, by=OWN),
    "GET /api/v1/audit/proof": Route(Permission.VIEW_LOG, Foreign.SHARED, by=OWN),
    "POST /api/v1/verify": Route(
        Permission.VERIFY_ONLINE, Foreign.SHARED, body=lambda _filled: _QUESTION, by=OWN
    ),
}
"""Everything that can be called. ``ELSEWHERE`` wants a test of its own in another file."""

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
    if route.foreign is not Foreign.SHARED and route.body is not _undo_body:
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
    if ROUTES[name].body is not _undo_body:
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
            f"{url}/letter/confirm", json={"document_id": number, **_REASON}
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
