"""The folder of one upload: how it lies on disk and survives crashes."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from storage.durable import create_file, full_disk_told, sync_folder, write_all
from storage.part import Checksum, Part, UploadNotFoundError, UploadTooLongError
from storage.stored_file import StorageFullError, StoredFile


class PartWriter:
    """Takes the bytes of one request. Made by ``PartStore.open_append`` alone."""

    def __init__(self, descriptor: int, part: Part, checksum: Checksum | None) -> None:
        self._descriptor = descriptor
        self._length_bytes = part.length_bytes
        self._checksum = checksum
        self._digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self.offset = part.offset
        """In bytes, after all that was written so far."""

    def write(self, data: bytes) -> int:
        """Append; return the new offset. Refused bytes are refused as a whole.

        Raises:
            UploadTooLongError: More than was announced; nothing of ``data`` is kept.
            StorageFullError: The disk is full; nothing of ``data`` is kept, the upload can go on later.
        """
        if self.offset + len(data) > self._length_bytes:
            raise UploadTooLongError(self._length_bytes)
        try:
            with full_disk_told():
                write_all(self._descriptor, data)
        except StorageFullError:
            os.ftruncate(self._descriptor, self.offset)
            raise
        if self._digest is not None:
            self._digest.update(data)
        self.offset += len(data)
        return self.offset

    def is_as_announced(self) -> bool:
        """Say whether the bytes match their checksum; yes if there is none."""
        if self._checksum is None or self._digest is None:
            return True
        return self._digest.digest() == self._checksum.digest


def make_part_folder(folder: Path, part: Part) -> None:
    """Fill a new folder with what an upload begins with, synced."""
    folder.mkdir(mode=0o700)
    for name in ("data", "lock"):
        os.close(create_file(folder / name))
    write_info(folder, part)


def write_info(folder: Path, part: Part) -> None:
    """Write down all of an upload but its offset, whole or not at all."""
    info = {
        "length_bytes": part.length_bytes,
        "metadata": dict(part.metadata),
        "stored": asdict(part.stored) if part.stored else None,
    }
    _write_durably(folder, "info.json", json.dumps(info, ensure_ascii=False).encode())


def read_part(folder: Path) -> Part:
    """Return the upload as it stands.

    Raises:
        UploadNotFoundError: The folder is gone.
    """
    try:
        info = json.loads((folder / "info.json").read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UploadNotFoundError from error
    stored = StoredFile(**info["stored"]) if info["stored"] else None
    try:
        offset = (folder / "data").stat().st_size
    except FileNotFoundError as error:
        if stored is None:
            raise UploadNotFoundError from error
        offset = stored.size_bytes
    begin = _unchecked_from(folder)
    return Part(
        folder.name,
        info["length_bytes"],
        offset if begin is None else min(offset, begin),
        info["metadata"],
        stored,
    )


def sync_data(folder: Path) -> None:
    """Make durable what has arrived, if it is still here."""
    with suppress(FileNotFoundError), open_data(folder) as descriptor:
        os.fsync(descriptor)


@contextmanager
def open_data(folder: Path) -> Iterator[int]:
    """Open what has arrived for appending; give the descriptor."""
    descriptor = os.open(folder / "data", os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def begin_unchecked(folder: Path, offset: int) -> None:
    """Note that what comes after ``offset`` counts only once its checksum was right."""
    _write_durably(folder, "unchecked", str(offset).encode())


def accept_unchecked(folder: Path) -> None:
    """Let a chunk count whose checksum was right."""
    (folder / "unchecked").unlink()
    sync_folder(folder)


def discard_unchecked(folder: Path) -> None:
    """Cut off a chunk that was never found right; nothing happens if there is none."""
    begin = _unchecked_from(folder)
    if begin is None:
        return
    with open_data(folder) as descriptor:
        if os.fstat(descriptor).st_size > begin:
            os.ftruncate(descriptor, begin)
            os.fsync(descriptor)
    accept_unchecked(folder)


def last_written(folder: Path) -> float:
    """Return when anything in the folder was last written, in seconds since 1970."""
    return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))


def _unchecked_from(folder: Path) -> int | None:
    try:
        return int((folder / "unchecked").read_bytes())
    except FileNotFoundError:
        return None


def _write_durably(folder: Path, name: str, content: bytes) -> None:
    """Write a small file whole or not at all. The caller holds the lock of the upload."""
    aside = folder / f"{name}.new"
    # A crash may have left one.
    aside.unlink(missing_ok=True)
    with full_disk_told():
        descriptor = create_file(aside)
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        aside.replace(folder / name)
        sync_folder(folder)
