"""Uploads that may break off and go on: what has arrived so far, on disk.

The rules are those of tus 1.0 (core, creation, checksum, termination); HTTP is not known here.
Each upload is a folder: ``info.json`` (length and names, what it became), ``data`` (what has arrived; its
size is the offset), ``lock`` (held by whoever appends or finishes) and, while a chunk with a checksum
arrives, ``unchecked`` (the offset before it).
"""

import errno
import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from storage.durable import ensure_room, full_disk_told, make_folder, measure_file, sync_folder
from storage.part import (
    CHECKSUM_ALGORITHMS,
    Checksum,
    Part,
    UploadExistsError,
    UploadIncompleteError,
    UploadLockedError,
    UploadNotFoundError,
    UploadOffsetError,
    UploadTooLongError,
)
from storage.part_folder import (
    PartWriter,
    accept_unchecked,
    begin_unchecked,
    discard_unchecked,
    last_written,
    make_part_folder,
    open_data,
    read_part,
    sync_data,
    write_info,
)
from storage.stored_file import ChecksumMismatchError, FileStore, StorageFullError, StoredFile

__all__ = [
    "CHECKSUM_ALGORITHMS",
    "Checksum",
    "ChecksumMismatchError",
    "Part",
    "PartStore",
    "PartWriter",
    "StorageFullError",
    "UploadExistsError",
    "UploadIncompleteError",
    "UploadLockedError",
    "UploadNotFoundError",
    "UploadOffsetError",
    "UploadTooLongError",
]

_UPLOAD_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_ASIDE = "."
"""Begins the names of folders being made or removed; no upload id begins so."""


class PartStore:
    """A folder of uploads under way. Several processes may use it at once."""

    def __init__(self, folder: Path, *, reserve_bytes: int = 1 << 30) -> None:
        """Open or create it, best on the disk of a local file store: ``finish`` then moves, not copies."""
        self._folder = folder
        self._reserve_bytes = reserve_bytes
        make_folder(folder)

    def create(self, upload_id: str, length_bytes: int, *, metadata: Mapping[str, str] | None = None) -> Part:
        """Begin an upload, durably.

        Args:
            upload_id: Letters, digits, ``-`` and ``_``, at most 128; hard to guess if it goes into a URL.
            length_bytes: Of the whole file.
            metadata: Kept as it is.

        Raises:
            UploadExistsError: The id is in use.
            StorageFullError: The file would not fit beside what other uploads have still to bring.
        """
        if not _UPLOAD_ID.fullmatch(upload_id) or length_bytes < 0:
            raise ValueError(f"no upload can be {upload_id!r} of {length_bytes} bytes")
        ensure_room(self._folder, length_bytes + self._promised_bytes(), reserve_bytes=self._reserve_bytes)
        part = Part(upload_id, length_bytes, 0, dict(metadata or {}))
        aside = self._folder / f"{_ASIDE}{secrets.token_hex(16)}"
        try:
            with full_disk_told():
                make_part_folder(aside, part)
                # Renaming onto a folder that holds something fails: of two at once, one wins.
                aside.rename(self._folder / upload_id)
                sync_folder(self._folder)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                raise UploadExistsError(upload_id) from error
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return part

    def get(self, upload_id: str) -> Part:
        """Return an upload as it stands; its offset is what is truly on disk.

        Raises:
            UploadNotFoundError: There is no such upload.
        """
        place = self._place(upload_id)
        part = read_part(place)
        sync_data(place)
        return part

    @contextmanager
    def open_append(
        self, upload_id: str, offset: int, *, checksum: Checksum | None = None
    ) -> Iterator[PartWriter]:
        """Append the bytes of one request; leaving the block makes them durable.

        Without a checksum whatever was written stays, also when the block ends in an error such as a
        broken connection. With one, a chunk that broke off or does not match is discarded.

        Raises:
            UploadNotFoundError: There is no such upload.
            UploadLockedError: Another request is writing to it.
            UploadOffsetError: ``offset`` is not where it ends; the error carries the right one.
            ChecksumMismatchError: At the end of the block; the chunk is discarded.
        """
        with self._locked(upload_id) as place:
            discard_unchecked(place)
            part = read_part(place)
            if part.offset != offset:
                raise UploadOffsetError(part.offset)
            if part.stored is not None:
                # All that was announced has come; only an empty request can follow.
                yield PartWriter(-1, part, None)
                return
            with open_data(place) as descriptor:
                if checksum is not None:
                    begin_unchecked(place, offset)
                writer = PartWriter(descriptor, part, checksum)
                complete = False
                try:
                    yield writer
                    complete = True
                finally:
                    _sync_or_cut(descriptor, offset)
                    if checksum is not None:
                        if complete and writer.is_as_announced():
                            accept_unchecked(place)
                        else:
                            discard_unchecked(place)
            if not writer.is_as_announced():
                raise ChecksumMismatchError

    def append(
        self, upload_id: str, offset: int, chunks: Iterable[bytes], *, checksum: Checksum | None = None
    ) -> int:
        """Append ``chunks`` as one request; return the new offset.

        Raises:
            Error: As ``open_append`` and ``PartWriter.write`` do, and whatever ``chunks`` raises.
        """
        with self.open_append(upload_id, offset, checksum=checksum) as writer:
            for chunk in chunks:
                writer.write(chunk)
        return writer.offset

    def finish(self, upload_id: str, store: FileStore, *, expected_sha256: str | None = None) -> StoredFile:
        """Hand a complete upload to the file store, without copying on the same disk.

        Safe to repeat until ``drop``: a second call returns the same, also after a crash in between.

        Raises:
            UploadNotFoundError: There is no such upload.
            UploadLockedError: Another request is writing to it, or finishing it.
            UploadIncompleteError: Bytes are missing.
            ChecksumMismatchError: The file does not have the expected hash; only ``drop`` helps.
            Error: As ``FileStore.adopt`` does; the upload stays and can be finished later.
        """
        with self._locked(upload_id) as place:
            discard_unchecked(place)
            part = read_part(place)
            if part.offset != part.length_bytes:
                raise UploadIncompleteError(part.offset, part.length_bytes)
            data = place / "data"
            if part.stored is not None and not data.exists():
                return _expected(part.stored, expected_sha256)
            stored = _expected(measure_file(data), expected_sha256)
            # Written down first: after the move nothing here tells any more what the file was.
            write_info(place, replace(part, stored=stored))
            store.adopt(data, stored)
            return stored

    def drop(self, upload_id: str) -> None:
        """Forget an upload and what arrived of it; what ``finish`` handed over stays in its store.

        Raises:
            UploadNotFoundError: There is no such upload.
            UploadLockedError: A request is writing to it.
        """
        with self._locked(upload_id) as place:
            aside = self._folder / f"{_ASIDE}{secrets.token_hex(16)}"
            place.rename(aside)
            sync_folder(self._folder)
            shutil.rmtree(aside)

    def sweep(self, *, older_than_seconds: float) -> tuple[str, ...]:
        """Drop uploads that nothing has come for in so long, and what crashes left of others.

        Returns:
            The ids of the dropped uploads, sorted.
        """
        limit, dropped = time.time() - older_than_seconds, []
        for place in sorted(self._folder.iterdir()):
            with suppress(UploadNotFoundError, UploadLockedError, FileNotFoundError):
                if last_written(place) > limit:
                    continue
                if place.name.startswith(_ASIDE):
                    shutil.rmtree(place, ignore_errors=True)
                else:
                    self.drop(place.name)
                    dropped.append(place.name)
        return tuple(dropped)

    def _place(self, upload_id: str) -> Path:
        # Ids come from URLs: one that cannot be is one that is not there.
        place = self._folder / upload_id
        if not _UPLOAD_ID.fullmatch(upload_id) or not place.is_dir():
            raise UploadNotFoundError
        return place

    def _promised_bytes(self) -> int:
        """Return how much the uploads under way have still to bring."""
        promised = 0
        for place in self._folder.iterdir():
            if not place.name.startswith(_ASIDE):
                with suppress(UploadNotFoundError):
                    part = read_part(place)
                    promised += part.length_bytes - part.offset
        return promised

    @contextmanager
    def _locked(self, upload_id: str) -> Iterator[Path]:
        place = self._place(upload_id)
        try:
            descriptor = os.open(place / "lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise UploadNotFoundError from error
        try:
            _lock(descriptor, place / "lock")
            yield place
        finally:
            os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UploadLockedError from error
    # Dropped between opening and locking: the lock is that of a folder no longer there.
    try:
        if not os.path.samestat(os.fstat(descriptor), path.stat()):
            raise UploadNotFoundError
    except FileNotFoundError as error:
        raise UploadNotFoundError from error


def _sync_or_cut(descriptor: int, offset: int) -> None:
    """Make a request's bytes durable; bytes that the disk would not take are cut off again."""
    try:
        with full_disk_told():
            os.fsync(descriptor)
    except (OSError, StorageFullError):
        os.ftruncate(descriptor, offset)
        raise


def _expected(stored: StoredFile, expected_sha256: str | None) -> StoredFile:
    if expected_sha256 not in (None, stored.sha256):
        raise ChecksumMismatchError
    return stored
