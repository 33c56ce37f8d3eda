"""Whether the service lives, whether it can work, and its figures."""

import ipaddress
from collections.abc import Callable

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.dependencies import ServicesDep
from api.errors import errors
from api.metrics import Metrics
from api.texts import Out
from bootstrap.services import Services
from domain.accounts import Permission
from domain.errors import ZhengheError
from review.accounts.errors import NotSignedInError, PermissionMissingError
from review.accounts.identity import identify_token
from storage.offices import path_ids
from storage.schema import current_revision, newest_revision

router = APIRouter(tags=["service"])
_log = structlog.get_logger()
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class HealthOut(Out):
    """The process answers."""

    status: str = "ok"


class ReadyOut(Out):
    """What the service needs, and whether it is there."""

    status: str
    checks: dict[str, str]


@router.get("/health", summary="Whether the process lives", responses=errors())
def get_health() -> HealthOut:
    """Answer, whatever the state of database and disk."""
    return HealthOut()


@router.get(
    "/ready",
    summary="Whether the service can work",
    responses={
        200: {"model": ReadyOut},
        **errors(),
        503: {"model": ReadyOut, "description": "Something is missing"},
    },
)
def get_ready(services: ServicesDep) -> Response:
    """Ask the database, its schema and the store of originals."""
    checks = {
        "database": _outcome("database", lambda: _ask_database(services)),
        "schema": _outcome("schema", lambda: _ask_schema(services)),
        "files": _outcome("files", lambda: services.files.ensure_room(0)),
    }
    is_ready = all(outcome == "ok" for outcome in checks.values())
    body = ReadyOut(status="ok" if is_ready else "not_ready", checks=checks)
    return JSONResponse(body.model_dump(), status_code=200 if is_ready else 503)


@router.get(
    "/metrics",
    summary="Figures for monitoring",
    description="From this machine itself, or with a token of the office at the top that may view its log.",
    responses={
        200: {"content": {"text/plain": {}}, "description": "Text format of Prometheus"},
        **errors(401, 403),
    },
    response_class=Response,
)
def get_metrics(request: Request, services: ServicesDep) -> Response:
    """Return counts and times of calls."""
    if not _is_local(request):
        _check_token(request, services)
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.render(), media_type=CONTENT_TYPE_LATEST)


def _outcome(name: str, ask: Callable[[], None]) -> str:
    try:
        ask()
    except ZhengheError as error:
        return error.code
    except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
        _log.warning("not_ready", check=name, error=type(error).__qualname__)
        return "failed"
    return "ok"


def _ask_database(services: Services) -> None:
    with services.database.read():
        current_revision(services.database)


def _ask_schema(services: Services) -> None:
    if current_revision(services.database) != newest_revision():
        raise RuntimeError("the schema is not this release's")


def _is_local(request: Request) -> bool:
    # A proxy on this machine passes strangers on; one that is trusted has replaced the address already.
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _check_token(request: Request, services: Services) -> None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        raise NotSignedInError
    with services.database.read() as session:
        actor = identify_token(session, text, services.database.clock()).require_settled()
    if not actor.may(Permission.VIEW_LOG) or len(path_ids(actor.office_path)) != 1:
        raise PermissionMissingError(Permission.VIEW_LOG)
