"""A zip that is written file by file, each hashed on its way; equal files give equal bytes."""

import hashlib
import json
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Protocol

from review.handover.contents import Opener
from review.handover.errors import HandoverSourceError
from review.handover.manifest import PackedFile

_CHUNK_BYTES = 1024 * 1024
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_MADE_ON_UNIX = 3


class _Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


class HashingSink:
    """Passes bytes on, counts and hashes them."""

    def __init__(self, target: _Sink) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: bytes) -> int:
        """Write bytes; return how many."""
        self._target.write(data)
        self._digest.update(data)
        self.size_bytes += len(data)
        return len(data)

    @property
    def sha256(self) -> str:
        """Of everything written until now."""
        return self._digest.hexdigest()


class Packer:
    """Writes the files of one zip and remembers them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.files: dict[str, PackedFile] = {}

    @contextmanager
    def adding(self, path: str, *, packed: bool = True) -> Iterator[HashingSink]:
        """Give a sink for one file.

        Args:
            path: Its name in the zip.
            packed: Deflate it; pictures and scans are packed already.

        Raises:
            ValueError: The name is taken.
        """
        if path in self.files:
            raise ValueError(f"twice in one package: {path}")
        info = zipfile.ZipInfo(path, _EARLIEST)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        # Otherwise the field tells on which system the package was made.
        info.create_system = _MADE_ON_UNIX
        info.external_attr = (stat.S_IFREG | 0o644) << 16
        with self._archive.open(info, "w", force_zip64=True) as stream:
            sink = HashingSink(stream)
            yield sink
        self.files[path] = PackedFile(path, sink.size_bytes, sink.sha256)

    def add_lines(self, path: str, lines: Iterable[bytes]) -> int:
        """Add a file of lines; return how many there were."""
        count = 0
        with self.adding(path) as sink:
            for line in lines:
                sink.write(line)
                count += 1
        return count

    def add_document(self, path: str, content: Mapping[str, Any]) -> None:
        """Add one JSON object, set so that people can read it."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
        self.add_bytes(path, text.encode("utf-8", "backslashreplace"))

    def add_bytes(self, path: str, content: bytes) -> None:
        """Add a small file."""
        with self.adding(path) as sink:
            sink.write(content)

    def add_stored(self, path: str, source: Opener, *, name: str, begins_with: bytes = b"") -> PackedFile:
        """Add a file as it is.

        Args:
            path: Its name in the zip.
            source: Its content.
            name: What people call it, for the error.
            begins_with: What its first bytes must be.

        Raises:
            HandoverSourceError: It cannot be read or begins otherwise.
        """
        with self.adding(path, packed=False) as sink, _opened(source, name) as stream:
            head = _read(stream, name, max(_CHUNK_BYTES, len(begins_with)))
            if not head.startswith(begins_with):
                raise HandoverSourceError(name)
            while head:
                sink.write(head)
                head = _read(stream, name, _CHUNK_BYTES)
        return self.files[path]


@contextmanager
def _opened(source: Opener, name: str) -> Iterator[BinaryIO]:
    try:
        stream = source()
    except OSError as error:
        raise HandoverSourceError(name) from error
    with stream:
        yield stream


def _read(stream: BinaryIO, name: str, size: int) -> bytes:
    """Read on; an error of the source is not one of the package's place."""
    try:
        return stream.read(size)
    except OSError as error:
        raise HandoverSourceError(name) from error
