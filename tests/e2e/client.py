"""A client that does not give up: what broke off is sent again until it was answered."""

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from tests.e2e.running import PATIENCE_SECONDS

_AGAIN_SECONDS = 0.1
_PARTS = 3
_LATER = (423, 503)
"""Somebody still writes to the upload, or the database is busy: the same call may work in a moment."""

_PREFIX = "/api/v1"


class Client:
    """One person at work. Safe to share between threads."""

    def __init__(self, address: str) -> None:
        """Prepare; nobody is signed in yet."""
        self._http = httpx2.Client(base_url=address, timeout=60)
        self._lock = threading.Lock()
        self.answered = 0
        """How many calls were answered."""

        self.broken = 0
        """How many broke off."""

    def sign_in(self, username: str, password: str) -> None:
        """Be somebody from now on."""
        answer = self.send("POST", "/auth/sign-in", json={"username": username, "password": password})
        self._http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]

    def send(self, method: str, path: str, *, wanted: int = 200, **call: Any) -> httpx2.Response:  # noqa: ANN401
        """Send a call until it is answered; it must be one that may come twice."""
        answer = self._once_answered(method, path, **call)
        assert answer.status_code == wanted, answer.text
        return answer

    def upload_whole(self, batch_id: int, name: str, content: bytes) -> int:
        """Upload a file in one piece; return the id of the document."""
        answer = self.send(
            "POST",
            f"/batches/{batch_id}/documents",
            wanted=202,
            params={"name": name, "sha256": hashlib.sha256(content).hexdigest()},
            content=content,
            headers={"Content-Type": "application/octet-stream"},
        )
        return int(answer.json()["id"])

    def upload_in_parts(self, batch_id: int, name: str, content: bytes) -> int:
        """Upload a file in parts, going on where the line broke; return the id of the document."""
        announced = self.send(
            "POST",
            f"/batches/{batch_id}/uploads",
            wanted=201,
            headers={
                "Upload-Length": str(len(content)),
                "Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()}",
            },
        )
        place = f"/uploads/{announced.json()['id']}"
        while True:
            shown = self.send("GET", place).json()
            if shown["document_id"] is not None:
                return int(shown["document_id"])
            self._send_part(place, int(shown["offset"]), content)

    def _send_part(self, place: str, offset: int, content: bytes) -> None:
        """Send one part once; how far it came is asked afterwards."""
        part = content[offset : offset + len(content) // _PARTS + 1]
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        answer = self._try("PATCH", place, content=part, headers=headers)
        assert answer is None or answer.status_code in (204, *_LATER), answer.text

    def _once_answered(self, method: str, path: str, **call: Any) -> httpx2.Response:  # noqa: ANN401
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._try(method, path, **call)
            if answer is not None and answer.status_code not in _LATER:
                return answer
            assert time.monotonic() < deadline, f"never answered: {method} {path}"

    def _try(self, method: str, path: str, **call: Any) -> httpx2.Response | None:  # noqa: ANN401
        try:
            answer = self._http.request(method, _PREFIX + path, **call)
        except httpx2.TransportError:
            with self._lock:
                self.broken += 1
            # As people do who are told that there is no connection.
            time.sleep(_AGAIN_SECONDS)
            return None
        with self._lock:
            self.answered += 1
        if answer.status_code in _LATER:
            time.sleep(_AGAIN_SECONDS)
        return answer

    def close(self) -> None:
        """Close all connections."""
        self._http.close()


class Pace:
    """Lets uploads begin as the killing goes on, so that all of it is under fire."""

    def __init__(self, uploads: int, kills: int) -> None:
        """Spread so many uploads over so many kills."""
        self._uploads, self._kills = uploads, kills
        self._done = 0
        self._has_failed = False
        self._changed = threading.Condition()

    def killed(self) -> None:
        """Note one more kill."""
        with self._changed:
            self._done += 1
            self._changed.notify_all()

    def wait_for_turn(self, number: int) -> None:
        """Wait until the upload of this number, from 0, may begin; fail if the killing has stopped."""
        with self._changed:
            allowed = self._changed.wait_for(
                lambda: self._has_failed or number * self._kills <= (self._done + 1) * self._uploads,
                10 * PATIENCE_SECONDS,
            )
            assert allowed, "the killing stopped"
            assert not self._has_failed, "the killing failed"

    @contextmanager
    def told_of_failure(self) -> Iterator[None]:
        """Let nobody wait for a killing that has ended in an error: the test would not tell it for hours."""
        try:
            yield
        except BaseException:
            with self._changed:
                self._has_failed = True
                self._changed.notify_all()
            raise


def upload_all(files: dict[str, Path], pace: Pace, upload: Callable[[str, bytes], int]) -> dict[str, int]:
    """Upload files one after the other; return the document that each was answered with.

    Args:
        files: By name in the batch.
        pace: When each may begin.
        upload: Uploads one, given name and content; returns the id of the document.
    """
    answered = {}
    for number, (name, path) in enumerate(files.items()):
        pace.wait_for_turn(number)
        answered[name] = upload(name, path.read_bytes())
    return answered
