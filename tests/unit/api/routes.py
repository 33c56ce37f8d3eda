"""Every route, who may call it, and a call that would do: the table that ``test_scope`` goes through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

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


def undo_body(filled: Filled) -> dict[str, Any]:
    row_id = filled.ids.rows[WRONG_NAME]
    with filled.store("beilin.verifier") as store:
        known = store.decisions.history(row_id)
        if known:
            return {"decision_id": known[0].id}
        done = decide(store, filled.world.services.jobs, row_id, [NewDecision(Action.SHEET_RIGHT)])
    return {"decision_id": done.decision_ids[0]}


REASON = {"reason": "看过原件。"}
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
    "POST /api/v1/auth/totp/removal": Route(Access.SIGNED_IN),
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
    "GET /api/v1/offices/{office_id}/threshold-preview": Route(_MANAGE, Foreign.NOT_FOUND, _office),
    "GET /api/v1/periods": Route(Access.SIGNED_IN, Foreign.SHARED),
    "GET /api/v1/periods/{period_id}": Route(Access.SIGNED_IN, Foreign.SHARED, _period),
    "POST /api/v1/periods": Route(_MANAGE, Foreign.SHARED, body=_PERIOD_BODY, by="shaanxi"),
    "PUT /api/v1/periods/{period_id}": Route(
        _MANAGE, Foreign.SHARED, _period, body=_PERIOD_BODY, by="shaanxi"
    ),
    "POST /api/v1/periods/import-2021": Route(_MANAGE, Foreign.SHARED, by="shaanxi"),
    "POST /api/v1/batches": Route(_UPLOAD, body=lambda _filled: {"name": "新"}, by=OWN),
    "GET /api/v1/batches": Route(Permission.VIEW, by=OWN),
    "GET /api/v1/quality": Route(Permission.VIEW, by=OWN),
    "GET /api/v1/batches/{batch_id}": _view(),
    "PATCH /api/v1/batches/{batch_id}": _change(_UPLOAD, {"name": "改过的名称"}),
    "POST /api/v1/batches/{batch_id}/check": _change(_UPLOAD),
    "POST /api/v1/batches/{batch_id}/stop": _change(_UPLOAD),
    "POST /api/v1/batches/{batch_id}/withdraw": _change(_UPLOAD),
    "GET /api/v1/batches/{batch_id}/progress": _view(),
    "GET /api/v1/batches/{batch_id}/finding": _view(),
    "GET /api/v1/batches/{batch_id}/events": _view(),
    "GET /api/v1/batches/{batch_id}/certificates": _view(),
    "GET /api/v1/batches/{batch_id}/queue/fields": _view(),
    "GET /api/v1/batches/{batch_id}/approval-list": _view(),
    "GET /api/v1/batches/{batch_id}/glyphs": _view(),
    "GET /api/v1/batches/{batch_id}/glyph-cells": replace(_view(), query={"characters": "李"}),
    "GET /api/v1/batches/{batch_id}/documents": _view(),
    "POST /api/v1/batches/{batch_id}/documents": Route(
        _UPLOAD, Foreign.NOT_FOUND, _draft, lambda _filled: b"scan", by=OWN, query={"name": "新的.jpg"}
    ),
    "GET /api/v1/batches/{batch_id}/sheets": _view(),
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
    "POST /api/v1/rows/{row_id}/undo": Route(_DECIDE, Foreign.NOT_FOUND, _row, undo_body, by=OWN),
    "POST /api/v1/rows/{row_id}/reopen": _change(_DECIDE, REASON, _row),
    "POST /api/v1/rows/{row_id}/notes": _change(Permission.SHOW_NUMBERS, {"text": "看过。"}, _row),
    "POST /api/v1/rows/{row_id}/opinion": _change(_DECIDE, {"text": "请看一下。"}, _row),
    "DELETE /api/v1/rows/{row_id}/opinion": _change(_DECIDE, fill=_row),
    "POST /api/v1/rows/{row_id}/lease": _change(_DECIDE, _LEASE, _row),
    "POST /api/v1/rows/{row_id}/release": _change(_DECIDE, _LEASE, _row),
    "GET /api/v1/batches/{batch_id}/gate": _view(),
    "POST /api/v1/batches/{batch_id}/pass": _change(Permission.PASS_ON),
    "POST /api/v1/batches/{batch_id}/accept": _change(Permission.PASS_ON),
    "POST /api/v1/batches/{batch_id}/send-back": _change(Permission.PASS_ON, REASON),
    "GET /api/v1/batches/{batch_id}/transfers": _view(),
    "GET /api/v1/batches/{batch_id}/changes": _view(),
    "GET /api/v1/batches/{batch_id}/letter": _view(),
    "GET /api/v1/batches/{batch_id}/letter.{form}": Route(
        Permission.EXPORT, Foreign.NOT_FOUND, _batch, by=OWN
    ),
    "POST /api/v1/batches/{batch_id}/letter/confirm": Route(
        _DECIDE, Foreign.NOT_FOUND, _batch, lambda filled: {"document_id": filled.ids.letter, **REASON}, OWN
    ),
    "POST /api/v1/batches/{batch_id}/approval-number": _change(_DECIDE, {"value": "1号", **REASON}),
    "GET /api/v1/batches/{batch_id}/annex2": Route(Permission.EXPORT, Foreign.NOT_FOUND, _batch, by=OWN),
    "GET /api/v1/batches/{batch_id}/package": Route(Permission.EXPORT, Foreign.NOT_FOUND, _batch, by=OWN),
    "POST /api/v1/packages": Route(Permission.PASS_ON, body=lambda _filled: b"PK", by=OWN),
    "GET /api/v1/audit": Route(Permission.VIEW_LOG, by=OWN),
    "GET /api/v1/audit/actions": Route(Permission.VIEW_LOG, Foreign.SHARED, by=OWN),
    "GET /api/v1/audit/proof": Route(Permission.VIEW_LOG, Foreign.SHARED, by=OWN),
    "POST /api/v1/verify": Route(
        Permission.VERIFY_ONLINE, Foreign.SHARED, body=lambda _filled: _QUESTION, by=OWN
    ),
}
"""Everything that can be called. ``ELSEWHERE`` wants a test of its own in another file."""
