"""The workplace's pages, as ``npm run build`` made them in ``web/``."""

import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # The parts of the pages place themselves by style attributes.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HASHED = "public, max-age=31536000, immutable"
"""Of files whose names change with their contents."""

_OF_PROGRAMS = re.compile(r"/?(?:api|health|ready|metrics)(?:/|$)")

_NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>证核</title>
<p>服务正在运行，但网页还没有构建。
请维护人员在安装目录中运行 <code>make web</code>，然后刷新本页。</p></html>"""


class Pages:
    """Serves the built files; any address that is none of them is a page of the workplace."""

    def __init__(self, folder: Path) -> None:
        """Serve a folder; it may be filled later."""
        self._folder = folder
        self._files = GZipMiddleware(StaticFiles(directory=folder, check_dir=False), minimum_size=1000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call.

        Raises:
            HTTPException: A program's address that does not exist (404), or a method that changes (405).
        """
        if scope["type"] != "http" or _OF_PROGRAMS.match(scope["path"]):
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405)
        path = scope["path"].lstrip("/")
        if path.startswith("assets/"):
            # What a page of an older build asks for is gone: that must fail, not show a page as a script.
            await self._files(scope, receive, _with(send, _HASHED))
        elif path and "/" not in path and "." in path:
            await self._files(scope, receive, _with(send, "no-cache"))
        else:
            await self._index()(scope, receive, _with(send, "no-cache"))

    def _index(self) -> Response:
        # Read anew each time, so that a new build is seen; it is half a kilobyte.
        try:
            return HTMLResponse((self._folder / "index.html").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return HTMLResponse(_NOT_BUILT, status_code=503)


def _with(send: Send, caching: str) -> Send:
    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = _POLICY
            headers["Cache-Control"] = caching if message["status"] == 200 else "no-store"
        await send(message)

    return send_with
