"""Findings and sheet rows as bytes: compressed JSON, so that an old verdict can be read without this code."""

import zlib
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from domain.batches import DocumentContents
from domain.findings import BatchFinding, RowFinding
from domain.records import SheetRow

T = TypeVar("T")


class Codec(Generic[T]):
    """Turns values of one dataclass into bytes and back."""

    def __init__(self, kind: Any) -> None:  # noqa: ANN401 - a type form, which has no type of its own yet
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def pack(self, value: T) -> bytes:
        """Return the value as compressed JSON."""
        return zlib.compress(self._adapter.dump_json(value), 6)

    def unpack(self, content: bytes) -> T:
        """Return what ``pack`` was given."""
        return self._adapter.validate_json(zlib.decompress(content))


ROW_FINDING: Codec[RowFinding] = Codec(RowFinding)
BATCH_FINDING: Codec[BatchFinding] = Codec(BatchFinding)
SHEET_ROW: Codec[SheetRow] = Codec(SheetRow)
CONTENTS: Codec[DocumentContents] = Codec(DocumentContents)
