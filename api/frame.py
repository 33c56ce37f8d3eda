"""The frame around every call: its number, headers, a line in the log, figures, and the net under it."""

import re
import secrets
import traceback
from time import perf_counter

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import incident_response, too_large_response
from api.metrics import Metrics

REQUEST_ID = "X-Request-ID"
_GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"get_health", "get_ready", "get_metrics"})
_NO_OPERATION = "none"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Unless an answer says otherwise itself."""

MAX_BODY_BYTES = 1 << 20
"""Of a call, but for those that take files, which have limits of their own."""

_TAKES_FILES = re.compile(r"/api/v1/(?:batches/[0-9]+/documents|uploads/[0-9a-f]+|packages)")

_log = structlog.get_logger()


class Frame:
    """Middleware; the outermost of ours."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = _Call(scope, receive, send)
        self._metrics.in_progress.inc()
        try:
            if call.is_too_large:
                await too_large_response()(scope, receive, call.send)
            else:
                await self._app(scope, call.receive, call.send)
        except Exception as error:  # noqa: BLE001 - the server's outermost frame
            incident = secrets.token_hex(6)
            _log.error("incident", incident=incident, request_id=call.request_id, **_describe(error))
            if call.status is not None:
                # Half an answer is out; the connection must break, or the other half seems to be there.
                raise RuntimeError(f"incident {incident}") from None
            await incident_response(incident)(scope, receive, call.send)
        finally:
            self._metrics.in_progress.dec()
            self._note(call)

    def _note(self, call: "_Call") -> None:
        seconds = perf_counter() - call.began
        status = call.status or 499  # the caller went away
        self._metrics.observe(method=call.method, operation=call.operation, status=status, seconds=seconds)
        if call.operation not in _QUIET:
            _log.info(
                "call",
                request_id=call.request_id,
                method=call.method,
                # Never the path nor its query: they may hold names and numbers.
                operation=call.operation,
                status=status,
                milliseconds=round(seconds * 1000, 1),
                user_id=call.user_id,
            )


class _Call:
    """What the frame knows of one call."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._most_bytes = None if _TAKES_FILES.fullmatch(scope["path"]) else MAX_BODY_BYTES
        self._received_bytes = 0
        self.began = perf_counter()
        self.status: int | None = None
        given = Headers(scope=scope).get(REQUEST_ID, "")
        self.request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        self.method = scope["method"] if scope["method"] in _KNOWN_METHODS else "OTHER"

    @property
    def operation(self) -> str:
        name = getattr(self._scope.get("route"), "name", None)
        return name if isinstance(name, str) and name else _NO_OPERATION

    @property
    def user_id(self) -> int | None:
        user_id = self._scope.get("state", {}).get("user_id")
        return user_id if isinstance(user_id, int) else None

    @property
    def is_too_large(self) -> bool:
        """Tell whether a larger body was announced than the route takes."""
        announced = Headers(scope=self._scope).get("content-length", "")
        return self._most_bytes is not None and announced.isdigit() and int(announced) > self._most_bytes

    async def receive(self) -> Message:
        """Pass the body on, up to what the route takes.

        Raises:
            HTTPException: More came (413).
        """
        message = await self._receive()
        if message["type"] == "http.request" and self._most_bytes is not None:
            self._received_bytes += len(message.get("body", b""))
            if self._received_bytes > self._most_bytes:
                raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID] = self.request_id
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if self._scope["scheme"] == "https":
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await self._send(message)


def _describe(error: Exception) -> dict[str, object]:
    """Say what an error is and where, without its text and values, which may hold what people sent."""
    kinds: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(kinds) < 5:
        kinds.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return {
        "error": type(error).__qualname__,
        "caused_by": kinds,
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
