"""Lists in pages, by cursor.

A cursor is the place in the order at which the next page begins, in base64. It is not signed: every page is
narrowed to the caller again, so a cursor that somebody made up opens nothing.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from domain.errors import InputError

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000

CursorValue = str | int | float
_LARGEST = 2**63 - 1

ItemT = TypeVar("ItemT")
OutT = TypeVar("OutT")


class BadCursorError(InputError):
    """A cursor that this list never gave."""

    code = "bad_cursor"

    def __init__(self) -> None:
        super().__init__("翻页位置无效。请从第一页重新开始。")


class PageOut(BaseModel, Generic[OutT]):
    """One page of a list."""

    model_config = ConfigDict(frozen=True)

    items: list[OutT]
    next_cursor: str | None = Field(description="Asks for the next page; null on the last.")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    limit: int
    cursor: str | None

    @property
    def fetch(self) -> int:
        """How many to read: one more than shown tells whether there is a next page."""
        return self.limit + 1

    def after(self, *kinds: type[CursorValue]) -> tuple[CursorValue, ...] | None:
        """Return the place after which the page begins, ``None`` for the first.

        Raises:
            BadCursorError: The cursor does not hold values of these kinds.
        """
        return None if self.cursor is None else decode_cursor(self.cursor, *kinds)

    def after_id(self) -> int:
        """Return the place in a list ordered by ids, 0 for its beginning.

        Raises:
            BadCursorError: The cursor does not hold one id.
        """
        place = self.after(int)
        return int(place[0]) if place is not None else 0

    def of(
        self,
        found: Sequence[ItemT],
        render: Callable[[ItemT], OutT],
        place: Callable[[ItemT], tuple[CursorValue, ...]],
    ) -> PageOut[OutT]:
        """Return the page made of what was found, at most ``fetch`` items."""
        shown = found[: self.limit]
        has_more = len(found) > self.limit
        cursor = encode_cursor(*place(shown[-1])) if has_more else None
        return PageOut[OutT](items=[render(item) for item in shown], next_cursor=cursor)


def encode_cursor(*values: CursorValue) -> str:
    """Return a place in an order as a cursor."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type[CursorValue]) -> tuple[CursorValue, ...]:
    """Return the place that a cursor holds.

    Raises:
        BadCursorError: It holds no values of these kinds.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadCursorError from error
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise BadCursorError
    for value in values:
        # What neither database can compare with.
        if (isinstance(value, int) and abs(value) > _LARGEST) or (
            isinstance(value, str) and not _is_text(value)
        ):
            raise BadCursorError
        if isinstance(value, float) and value != value:
            raise BadCursorError
    return tuple(values)


def _is_text(value: str) -> bool:
    return "\0" not in value and not any(0xD800 <= ord(character) < 0xE000 for character in value)


async def _page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None, Query(max_length=500, description="`next_cursor` of the page before.")
    ] = None,
) -> Page:
    return Page(limit, cursor)


PageDep = Annotated[Page, Depends(_page)]
