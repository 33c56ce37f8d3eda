"""Original files in a folder of this machine."""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from storage.durable import (
    ensure_room,
    full_disk_told,
    make_folder,
    measure_file,
    pieces_of,
    remove_untouched,
    sync_folder,
    write_temporary,
)
from storage.stored_file import (
    ChecksumMismatchError,
    FileDamagedError,
    StoredFile,
    StoredFileError,
    StoredFileMissingError,
    checked_sha256,
)

_RECHECK_AFTER_SECONDS = 3600.0
_MOST_REMEMBERED = 10_000

_Identity = tuple[int, int, int, int]
"""Inode, size, time of writing, time of change; times in nanoseconds."""


class LocalFileStore:
    """A folder: ``ab/abcdef…`` is the file of that hash, ``temporary/`` what is being written.

    Fetching hashes a file once an hour in each process and remembers which inode, size and times
    it saw: a file that anybody wrote to or replaced differs in these. What they cannot show, a disk
    that loses bits by itself, is found within the hour or by ``verify_all``.
    """

    def __init__(self, folder: Path, *, reserve_bytes: int) -> None:
        """Open or create the store. ``reserve_bytes`` stay free on its disk."""
        self._folder = folder
        self._temporary = folder / "temporary"
        self._reserve_bytes = reserve_bytes
        self._verified: dict[str, tuple[_Identity, float]] = {}
        make_folder(self._temporary)

    def put(self, source: Path | BinaryIO, *, expected_sha256: str | None = None) -> StoredFile:
        """Keep a copy of a file or stream; see ``FileStore.put``."""
        if isinstance(source, Path):
            with source.open("rb") as stream:
                self.ensure_room(source.stat().st_size)
                return self.put(stream, expected_sha256=expected_sha256)
        self.ensure_room(0)
        path, stored = write_temporary(self._temporary, pieces_of(source))
        try:
            if expected_sha256 not in (None, stored.sha256):
                raise ChecksumMismatchError
            self._place(path, stored)
        finally:
            path.unlink(missing_ok=True)
        return stored

    def adopt(self, path: Path, known: StoredFile) -> None:
        """Move a file into the store; see ``FileStore.adopt``."""
        checked_sha256(known.sha256)
        if path.stat().st_size != known.size_bytes:
            raise ValueError(f"{known} is not what is known of this file")
        if path.stat().st_dev != self._temporary.stat().st_dev:
            self.put(path, expected_sha256=known.sha256)
        else:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                with full_disk_told():
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self._place(path, known)
        path.unlink(missing_ok=True)
        sync_folder(path.parent)

    @contextmanager
    def fetch(self, sha256: str) -> Iterator[Path]:
        """Give the path of the file itself; see ``FileStore.fetch``."""
        path = self._path(sha256)
        try:
            identity = _identity(path)
            known, checked_at = self._verified.get(sha256, (None, 0.0))
            if known != identity or time.monotonic() - checked_at > _RECHECK_AFTER_SECONDS:
                self._check(path, sha256)
                if len(self._verified) >= _MOST_REMEMBERED:
                    self._verified.clear()
                # The identity from before: a file changed while it was read is read again next time.
                self._verified[sha256] = (identity, time.monotonic())
        except FileNotFoundError as error:
            raise StoredFileMissingError(sha256) from error
        yield path

    def read(self, sha256: str) -> bytes:
        """Return the content; these very bytes are hashed each time."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise StoredFileMissingError(sha256) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise FileDamagedError(sha256)
        return content

    def exists(self, sha256: str) -> bool:
        """Say whether there is an object of that name."""
        return self._path(sha256).is_file()

    def ensure_room(self, size_bytes: int) -> None:
        """Make sure that the disk can take so much more; see ``FileStore.ensure_room``."""
        ensure_room(self._folder, size_bytes, reserve_bytes=self._reserve_bytes)

    def verify_all(self, expected: Iterable[str] = ()) -> Iterator[StoredFileError]:
        """Read every file and tell damaged and missing ones; see ``FileStore.verify_all``."""
        yield from (StoredFileMissingError(sha256) for sha256 in expected if not self.exists(sha256))
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if measure_file(path).sha256 != path.name:
                yield FileDamagedError(path.name)

    def sweep_leftovers(self, *, older_than_seconds: float) -> int:
        """Remove what crashed processes were writing; see ``FileStore.sweep_leftovers``."""
        return remove_untouched(self._temporary, older_than_seconds=older_than_seconds)

    def _path(self, sha256: str) -> Path:
        return self._folder / checked_sha256(sha256)[:2] / sha256

    def _check(self, path: Path, sha256: str) -> None:
        if measure_file(path).sha256 != sha256:
            raise FileDamagedError(sha256)

    def _place(self, path: Path, stored: StoredFile) -> None:
        """Give a synced file of this disk its name in the store, unless a sound one has it already."""
        place = self._path(stored.sha256)
        with full_disk_told():
            make_folder(place.parent)
            if not _is_sound(place, stored):
                path.chmod(0o400)
                path.replace(place)
            # Also for a file that was there: who put it may not have come to this yet.
            sync_folder(place.parent)


def _is_sound(path: Path, stored: StoredFile) -> bool:
    try:
        return path.stat().st_size == stored.size_bytes and measure_file(path) == stored
    except FileNotFoundError:
        return False


def _identity(path: Path) -> _Identity:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
