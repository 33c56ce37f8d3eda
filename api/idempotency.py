"""Calls that may be sent twice: the answer to the first is sent again.

The answer is stored in the transaction of the call itself, so that either both are there or neither.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import TypeAdapter

from api.dependencies import ActorDep, NowDep, SessionDep
from domain.errors import ConflictError
from storage.idempotency import IdempotentAnswers

REPLAYED = "Idempotency-Replayed"
BodyT = TypeVar("BodyT")
_ADAPTER: TypeAdapter[object] = TypeAdapter(object)


class KeyReusedError(ConflictError):
    """A key came again with another call."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("这个 Idempotency-Key 已用于另一项操作，本次操作没有执行。请换一个新的值后重试。")


class ShownOnceError(ConflictError):
    """The call was done; what it showed is not kept and cannot be shown again."""

    code = "shown_once"

    def __init__(self) -> None:
        super().__init__(
            "这项操作刚才已经完成，其中的密码或令牌只显示一次。没有看到时，请重置密码或新建令牌。"
        )


class Once:
    """Runs the handler's work at most once for each key."""

    def __init__(self, answers: IdempotentAnswers, key: str | None, request: str, now: NowDep) -> None:
        self._answers = answers
        self._key = key
        self._request = request
        self._now = now

    def answer(
        self,
        status: int,
        act: Callable[[], BodyT],
        *,
        version: Callable[[BodyT], int] | None = None,
        shows_secret: bool = False,
    ) -> Response:
        """Return the answer of ``act``, or the one that was given before under the same key.

        Args:
            status: Of the answer.
            act: Does the work and returns the body.
            version: Reads the version of what was made off the body, for its ETag.
            shows_secret: The body holds what may not be kept: a second call is told that it was done.

        Raises:
            KeyReusedError: The key came with another call before.
            ShownOnceError: The call was done, and showed a secret.
        """
        if self._key is not None:
            stored = self._answers.reserve(self._key, self._request, self._now)
            if stored is not None:
                if stored.request != self._request:
                    raise KeyReusedError
                if shows_secret:
                    raise ShownOnceError
                return _response(stored.body, stored.status, stored.etag, replayed=True)
        body = act()
        content = _ADAPTER.dump_json(body)
        etag = f'"{version(body)}"' if version is not None else None
        if self._key is not None:
            kept = b"" if shows_secret else content
            self._answers.store(self._key, status=status, body=kept, etag=etag)
        return _response(content, status, etag, replayed=False)


async def _request_hash(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    digest.update(await request.body())
    return digest.hexdigest()


async def _once(
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    request_hash: Annotated[str, Depends(_request_hash)],
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=8,
            max_length=100,
            pattern=r"^[!-~]+$",
            description="New for every intent; the same call sent again is answered the same, and done once.",
        ),
    ] = None,
) -> Once:
    return Once(IdempotentAnswers(session, actor.user_id), key, request_hash, now)


OnceDep = Annotated[Once, Depends(_once)]


def _response(content: bytes, status: int, etag: str | None, *, replayed: bool) -> Response:
    response = Response(content, status_code=status, media_type="application/json")
    if etag is not None:
        response.headers["ETag"] = etag
    if replayed:
        response.headers[REPLAYED] = "true"
    return response
