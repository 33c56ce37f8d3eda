"""Versions against lost updates: ``ETag`` in answers, ``If-Match`` in changes."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from domain.errors import InputError

_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')


class BadVersionError(InputError):
    """``If-Match`` holds no version."""

    code = "bad_version"

    def __init__(self) -> None:
        super().__init__("If-Match 中的版本号无效。请使用读取时回答中的 ETag。")


def set_etag(response: Response, version: int) -> None:
    """Name the version of what an answer shows."""
    response.headers["ETag"] = f'"{version}"'


async def _optional(
    if_match: Annotated[
        str | None,
        Header(max_length=64, description="`ETag` of what was seen; 409 `stale_version` if it has changed."),
    ] = None,
) -> int | None:
    if if_match is None or if_match == "*":
        return None
    match = _ETAG.fullmatch(if_match)
    if match is None:
        raise BadVersionError
    return int(match[1])


IfMatchDep = Annotated[int | None, Depends(_optional)]
"""The version that the caller saw, ``None`` when the caller does not care."""
