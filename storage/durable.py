"""Writing so that it stays: synced files and folders, and a full disk told in time."""

import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from storage.stored_file import READ_BYTES, StorageFullError, StoredFile

_FULL = {errno.ENOSPC, errno.EDQUOT}


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write everything; the system may take less than it is offered at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make names that were created, renamed or removed in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, durably; only the owner may enter."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Turn the system's "no space" and "over quota" into ``StorageFullError``."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError from error
        raise


def ensure_room(folder: Path, size_bytes: int, *, reserve_bytes: int) -> None:
    """Make sure that the disk of ``folder`` can take so much more and keep its reserve.

    Raises:
        StorageFullError: It cannot.
    """
    if shutil.disk_usage(folder).free - size_bytes < reserve_bytes:
        raise StorageFullError


def create_file(path: Path) -> int:
    """Create a new file that only the owner may read and write; return its descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def write_temporary(folder: Path, pieces: Iterable[bytes]) -> tuple[Path, StoredFile]:
    """Write a new synced file of a random name, and hash it on the way.

    Nothing is left behind if writing fails or ``pieces`` raises.

    Raises:
        StorageFullError: The disk is full.
    """
    path = folder / secrets.token_hex(16)
    digest, size_bytes = hashlib.sha256(), 0
    with full_disk_told():
        descriptor = create_file(path)
        try:
            for piece in pieces:
                write_all(descriptor, piece)
                digest.update(piece)
                size_bytes += len(piece)
            os.fsync(descriptor)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)
    return path, StoredFile(digest.hexdigest(), size_bytes)


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what a stream has left, in pieces."""
    while piece := stream.read(READ_BYTES):
        yield piece


def measure_file(path: Path) -> StoredFile:
    """Return hash and size of a file as it is now.

    Raises:
        FileNotFoundError: It is not there.
    """
    digest, size_bytes = hashlib.sha256(), 0
    with path.open("rb") as stream:
        for piece in pieces_of(stream):
            digest.update(piece)
            size_bytes += len(piece)
    return StoredFile(digest.hexdigest(), size_bytes)


def remove_untouched(folder: Path, *, older_than_seconds: float) -> int:
    """Remove what lies in a folder and was last written so long ago, folders as a whole; return how many."""
    removed, limit = 0, time.time() - older_than_seconds
    for path in folder.iterdir():
        # Somebody else may sweep, or finish with the file, at the same time.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime <= limit:
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
                removed += 1
    return removed
