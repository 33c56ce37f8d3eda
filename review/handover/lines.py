"""Files of JSON objects, one a line, as a package brings them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

from ingest.limits import MIB
from review.handover.errors import HandoverContentError

_LONGEST_LINE_BYTES = 32 * MIB

_T = TypeVar("_T")


class Lines(Generic[_T]):
    """Lines of one file, read anew each time."""

    def __init__(
        self,
        name: str,
        place: Path,
        read: Callable[[dict[str, Any]], _T],
        *,
        skip: int = 0,
        most: int | None = None,
    ) -> None:
        self._name, self._place, self._read = name, place, read
        self._skip, self._most = skip, most

    def __iter__(self) -> Iterator[_T]:
        """Read line by line.

        Raises:
            HandoverContentError: A line is not as it should be.
        """
        with self._place.open("rb") as stream:
            number = 0
            while self._most is None or number < self._skip + self._most:
                line = stream.readline(_LONGEST_LINE_BYTES + 1)
                if not line:
                    return
                number += 1
                if number > self._skip:
                    yield self._parse(line, number)

    def _parse(self, line: bytes, number: int) -> _T:
        if not line.endswith(b"\n"):
            reason = "这一行太长" if len(line) > _LONGEST_LINE_BYTES else "这一行不完整"
            raise HandoverContentError(self._name, reason, line=number)
        try:
            return self._read(parse_object(line))
        except ValueError as error:
            raise HandoverContentError(self._name, str(error)[:200], line=number) from error


def parse_object(text: bytes) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        ValueError: It is none, or too deep, or a number in it is none.
    """
    try:
        content = json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)
    except (RecursionError, ValueError) as error:
        raise ValueError("不是正确的 JSON") from error
    if not isinstance(content, dict):
        raise ValueError("应为 JSON 对象")  # noqa: TRY004 - one kind of error for what is read
    return content


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} 不是数")
