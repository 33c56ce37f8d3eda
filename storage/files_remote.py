"""Original files in an object store that speaks S3."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import ObjectStore

from storage.durable import (
    ensure_room,
    make_folder,
    measure_file,
    pieces_of,
    remove_untouched,
    write_temporary,
)
from storage.stored_file import (
    ChecksumMismatchError,
    FileDamagedError,
    FileStoreRefusedError,
    FileStoreUnreachableError,
    StoredFile,
    StoredFileError,
    StoredFileMissingError,
    checked_sha256,
)

_PART_BYTES = 8 << 20
"""S3 takes parts of 5 MiB or more, at most 10 000 of them: files up to 80 GB."""

_PARTS_AT_ONCE = 4


class RemoteFileStore:
    """Objects named ``ab/abcdef…`` below the prefix of ``objects``.

    An object appears whole or not at all, so the store needs no temporary names. An upload of many
    parts that a crash breaks off stays invisible in the bucket until its lifecycle rule for
    incomplete uploads removes it. Each fetch downloads to ``scratch`` and hashes what came.
    """

    def __init__(self, objects: ObjectStore, *, scratch: Path, reserve_bytes: int) -> None:
        """Use a bucket. ``reserve_bytes`` stay free on the disk of ``scratch``, which is ours alone."""
        self._objects = objects
        self._scratch = scratch
        self._reserve_bytes = reserve_bytes
        make_folder(scratch)

    def put(self, source: Path | BinaryIO, *, expected_sha256: str | None = None) -> StoredFile:
        """Upload a file or stream; see ``FileStore.put``.

        An object that is there already is written again: that costs no more than to read and check it.
        """
        if isinstance(source, Path):
            stored = measure_file(source)
            self._upload(source, stored, expected_sha256)
            return stored
        self.ensure_room(0)
        # The name of an object is known only at the end of the stream.
        path, stored = write_temporary(self._scratch, pieces_of(source))
        try:
            self._upload(path, stored, expected_sha256)
        finally:
            path.unlink(missing_ok=True)
        return stored

    def adopt(self, path: Path, known: StoredFile) -> None:
        """Upload a file and remove it here; see ``FileStore.adopt``."""
        self._upload(path, known, known.sha256)
        path.unlink()

    @contextmanager
    def fetch(self, sha256: str) -> Iterator[Path]:
        """Download to a path of this machine, removed afterwards; see ``FileStore.fetch``."""
        with _errors_told(missing=sha256):
            found = self._objects.get(_key(sha256))
            self.ensure_room(found.meta["size"])
            path, stored = write_temporary(self._scratch, map(bytes, found.stream()))
        try:
            if stored.sha256 != sha256:
                raise FileDamagedError(sha256)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def read(self, sha256: str) -> bytes:
        """Return the content, hashed each time."""
        with _errors_told(missing=sha256):
            content = bytes(self._objects.get(_key(sha256)).bytes())
        if hashlib.sha256(content).hexdigest() != sha256:
            raise FileDamagedError(sha256)
        return content

    def exists(self, sha256: str) -> bool:
        """Say whether there is an object of that name."""
        with _errors_told():
            try:
                self._objects.head(_key(sha256))
            except FileNotFoundError:
                return False
        return True

    def ensure_room(self, size_bytes: int) -> None:
        """Make sure that the disk here can take a copy; the bucket is taken to be without end."""
        ensure_room(self._scratch, size_bytes, reserve_bytes=self._reserve_bytes)

    def verify_all(self, expected: Iterable[str] = ()) -> Iterator[StoredFileError]:
        """Read every object and tell damaged and missing ones; see ``FileStore.verify_all``."""
        yield from (StoredFileMissingError(sha256) for sha256 in expected if not self.exists(sha256))
        for key in self._keys():
            sha256 = key.rpartition("/")[2]
            with _errors_told(missing=sha256):
                digest = hashlib.sha256()
                for piece in self._objects.get(key).stream():
                    digest.update(piece)
            if key != f"{sha256[:2]}/{digest.hexdigest()}":
                yield FileDamagedError(sha256)

    def sweep_leftovers(self, *, older_than_seconds: float) -> int:
        """Remove copies here that crashed processes left; older than any fetch may last."""
        return remove_untouched(self._scratch, older_than_seconds=older_than_seconds)

    def _keys(self) -> Iterator[str]:
        with _errors_told():
            for chunk in self._objects.list():
                yield from (entry["path"] for entry in chunk)

    def _upload(self, path: Path, stored: StoredFile, expected_sha256: str | None) -> None:
        if expected_sha256 not in (None, stored.sha256):
            raise ChecksumMismatchError
        with path.open("rb") as stream, _errors_told():
            key, pieces = _key(stored.sha256), _checked_pieces(stream, stored.sha256)
            if stored.size_bytes <= _PART_BYTES:
                self._objects.put(key, b"".join(pieces))
            else:
                self._objects.put(key, pieces, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE)


def _key(sha256: str) -> str:
    return f"{checked_sha256(sha256)[:2]}/{sha256}"


def _checked_pieces(stream: BinaryIO, sha256: str) -> Iterator[bytes]:
    """Yield a file; raise at its end if it is no longer what was hashed, so that no object is made."""
    digest = hashlib.sha256()
    for piece in pieces_of(stream):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise ChecksumMismatchError


@contextmanager
def _errors_told(*, missing: str | None = None) -> Iterator[None]:
    """Turn errors of the client into ours; ``missing`` is the object that "not found" speaks of."""
    try:
        yield
    except FileNotFoundError as error:
        if missing is not None:
            raise StoredFileMissingError(missing) from error
        raise FileStoreRefusedError("找不到存储桶") from error
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise FileStoreRefusedError("没有访问权限") from error
    except BaseError as error:
        raise FileStoreUnreachableError(type(error).__name__) from error
