"""A bucket on this machine that answers the requests of S3 which the file store makes.

It checks what a real one checks of an upload (the announced hash of the body) and nothing of signatures
but whose they claim to be.
"""

import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

ACCESS_KEY_ID = "reader"


class S3Server(ThreadingHTTPServer):
    """One bucket, ``originals``, in memory."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        """By the whole key, prefix included."""
        self.uploads: dict[str, dict[int, bytes]] = {}
        """Parts of uploads that are neither complete nor aborted."""
        self.last_headers: dict[str, str] = {}
        """Of the last request."""
        self.failures_left = 0
        """So many requests are answered "slow down" first."""

    @property
    def endpoint(self) -> str:
        """The address without the bucket."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: S3Server

    def do_GET(self) -> None:
        """Give or list objects; HEAD is the same without a body."""
        query = self._begin()
        if query is None:
            return
        if "list-type" in query:
            prefix = query.get("prefix", [""])[0]
            entries = "".join(
                f"<Contents><Key>{key}</Key><Size>{len(content)}</Size>"
                "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
                for key, content in sorted(self.server.objects.items())
                if key.startswith(prefix)
            )
            self._answer(200, f"<ListBucketResult>{entries}</ListBucketResult>".encode())
        elif self._key in self.server.objects:
            self._answer(200, self.server.objects[self._key])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    do_HEAD = do_GET  # noqa: N815

    def do_PUT(self) -> None:
        """Take an object, or a part of one."""
        query = self._begin()
        if query is None:
            return
        if hashlib.sha256(self._body).hexdigest() != self.headers["x-amz-content-sha256"]:
            self._answer(400, b"<Error><Code>XAmzContentSHA256Mismatch</Code></Error>")
        elif "partNumber" in query:
            self.server.uploads[query["uploadId"][0]][int(query["partNumber"][0])] = self._body
            self._answer(200)
        else:
            self.server.objects[self._key] = self._body
            self._answer(200)

    def do_POST(self) -> None:
        """Begin or complete an upload of many parts."""
        query = self._begin()
        if query is None:
            return
        if "uploads" in query:
            name = secrets.token_hex(8)
            self.server.uploads[name] = {}
            body = (
                f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId></InitiateMultipartUploadResult>"
            )
        else:
            parts = self.server.uploads.pop(query["uploadId"][0])
            self.server.objects[self._key] = b"".join(parts[number] for number in sorted(parts))
            body = "<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>"
        self._answer(200, body.encode())

    def do_DELETE(self) -> None:
        """Abort an upload of many parts; objects are never deleted."""
        query = self._begin()
        if query is not None:
            del self.server.uploads[query["uploadId"][0]]
            self._answer(204)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""

    def _begin(self) -> dict[str, list[str]] | None:
        """Read the request; answer at once what is refused, and return ``None``."""
        self._body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.last_headers = dict(self.headers.items())
        url = urlsplit(self.path)
        _, bucket, *rest = unquote(url.path).split("/", 2)
        self._key = rest[0] if rest else ""
        if self.server.failures_left:
            self.server.failures_left -= 1
            self._answer(503, b"<Error><Code>SlowDown</Code></Error>")
        elif f"Credential={ACCESS_KEY_ID}/" not in self.headers.get("Authorization", ""):
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif bucket != "originals":
            self._answer(404, b"<Error><Code>NoSuchBucket</Code></Error>")
        else:
            return parse_qs(url.query, keep_blank_values=True)
        return None

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"')
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run a server for the time of the block."""
    with S3Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
