"""Zips, as they come from Chinese desktops and from people who mean harm.

Names are only labels here: content is written under names of our own, so that no entry can choose
where it lands. Declared sizes are never trusted; what comes out is counted while it comes out.
"""

import hashlib
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.errors import FileProblemError
from ingest.errors import (
    DamagedArchiveError,
    DamagedEntryError,
    EncryptedEntryError,
    FileTooLargeError,
    LinkNotFollowedError,
    NameTooLongError,
    OutOfMemoryError,
    TooManyFilesError,
    UnpacksTooLargeError,
    UnsafeNameError,
    UnsupportedEntryError,
)
from ingest.limits import IngestLimits
from ingest.sniff import ZIP_LEAKS

_CHUNK_BYTES = 1024 * 1024
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_UNICODE_PATH = 0x7075
_DIRECTORY_BYTES_PER_ENTRY = 1024
"""A directory entry is 46 bytes, a name and some extras: far below this on average."""


@dataclass(slots=True)
class UnpackBudget:
    """What may still be unpacked, counted over the whole batch, nested zips included."""

    bytes_left: int
    files_left: int


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One file in a zip."""

    info: zipfile.ZipInfo
    name: str
    """Forward slashes, without ``.`` parts; only for display when ``problem`` is set."""

    problem: FileProblemError | None
    """Why the entry is refused unopened."""


class ZipReader:
    """One open zip."""

    def __init__(self, archive: zipfile.ZipFile, packed_bytes: int, limits: IngestLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._unpacked_bytes = 0
        # A bomb packs far better than paper; a zip in a zip counts at both levels.
        self._max_bytes = max(limits.free_unpacked_bytes, packed_bytes * limits.max_unpack_ratio)

    def list_entries(self) -> list[ArchiveEntry]:
        """Return the files in the order of the directory, folders left out."""
        return [
            _judge(info, self._limits.max_name_length)
            for info in self._archive.infolist()
            if not _is_folder(info)
        ]

    def unpack(self, entry: ArchiveEntry, target: Path, budget: UnpackBudget) -> str:
        """Write an entry's content to ``target`` and return its sha256.

        Raises:
            UnpacksTooLargeError: The zip or the batch ran over its bound; stop with this zip.
            FileProblemError: This entry cannot be unpacked; the others may be fine.
        """
        digest = hashlib.sha256()
        size_bytes = 0
        with _translate_entry_errors(), self._archive.open(entry.info) as source, target.open("wb") as file:
            while chunk := source.read(_CHUNK_BYTES):
                size_bytes += len(chunk)
                self._unpacked_bytes += len(chunk)
                budget.bytes_left -= len(chunk)
                if budget.bytes_left < 0 or self._unpacked_bytes > self._max_bytes:
                    raise UnpacksTooLargeError
                if size_bytes > self._limits.max_file_bytes:
                    raise FileTooLargeError(max_bytes=self._limits.max_file_bytes)
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()


@contextmanager
def open_zip(path: Path, limits: IngestLimits) -> Iterator[ZipReader]:
    """Open a zip.

    Raises:
        DamagedArchiveError: Its directory cannot be read.
        TooManyFilesError: The directory is larger than ``limits.max_files`` entries need.
    """
    if _find_directory_bytes(path) > limits.max_files * _DIRECTORY_BYTES_PER_ENTRY:
        raise TooManyFilesError(limits.max_files)
    try:
        archive = zipfile.ZipFile(path)
    except ZIP_LEAKS as error:
        raise DamagedArchiveError from error
    with archive:
        yield ZipReader(archive, path.stat().st_size, limits)


def _find_directory_bytes(path: Path) -> int:
    """Return the size that a zip's end record claims for the directory, which is read at once."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 66_000))
            tail = file.read()
    except OSError as error:
        raise DamagedArchiveError from error
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 16:
        raise DamagedArchiveError
    claimed: int = struct.unpack_from("<I", tail, place + 12)[0]
    large = tail.rfind(b"PK\x06\x06", 0, place)
    if claimed == 0xFFFFFFFF and 0 <= large <= len(tail) - 48:
        claimed = struct.unpack_from("<Q", tail, large + 40)[0]
    return min(claimed, size)


@contextmanager
def _translate_entry_errors() -> Iterator[None]:
    """Say in our words what ``zipfile`` and its decompressors raise for one entry."""
    try:
        yield
    except NotImplementedError as error:
        raise UnsupportedEntryError from error
    except MemoryError as error:
        raise OutOfMemoryError from error
    except (*ZIP_LEAKS, zlib.error, lzma.LZMAError) as error:
        raise DamagedEntryError from error


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith("/") or (info.external_attr & 0x10 != 0 and info.file_size == 0)


def _judge(info: zipfile.ZipInfo, max_name_length: int) -> ArchiveEntry:
    """Decode an entry's name and decide whether it may be opened."""
    name = decode_name(info)
    problem: FileProblemError | None = None
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", "."}]
    mode = info.external_attr >> 16
    if is_unsafe_name(name) or not parts:
        problem = UnsafeNameError()
    elif max(map(len, parts)) > max_name_length or len(name) > 4 * max_name_length:
        problem = NameTooLongError(max_name_length)
    elif mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        problem = LinkNotFollowedError()
    elif info.flag_bits & _ENCRYPTED_FLAGS:
        problem = EncryptedEntryError()
    return ArchiveEntry(info, make_printable("/".join(parts) or name, max_name_length), problem)


def decode_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name as its maker saw it.

    The UTF-8 flag and the Unicode path extra field are believed. Without them the bytes are UTF-8
    (macOS, many Linux tools) or GBK (Chinese Windows).
    """
    if info.flag_bits & _UTF8_FLAG:
        return info.orig_filename
    # ``zipfile`` decodes as cp437, which maps every byte and so can be undone.
    raw = info.orig_filename.encode("cp437", "replace")
    return _read_unicode_path(info.extra, raw) or decode_name_bytes(raw)


def _read_unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Return the name in Info-ZIP's Unicode path field if it belongs to this name."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        body = extra[place + 4 : place + 4 + length]
        if kind == _UNICODE_PATH and len(body) > 5 and body[0] == 1:
            if struct.unpack_from("<I", body, 1)[0] != zlib.crc32(raw):
                return None
            try:
                return body[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        place += 4 + length
    return None


def decode_name_bytes(raw: bytes) -> str:
    """Decode a file name of unknown encoding, UTF-8 or GB18030. Any bytes give a name."""
    gbk = _try_decode(raw, "gb18030")
    utf8 = _try_decode(raw, "utf-8")
    if utf8 is None:
        return gbk if gbk is not None else raw.decode("cp437")
    # Two-byte UTF-8 is Latin, Greek or Cyrillic; the same bytes are often good GBK.
    if gbk is not None and not re.search("[\u0800-\U0010ffff]", utf8):
        foreign = re.sub("[\x00-\x7f]", "", gbk)
        if foreign and all("\u4e00" <= c <= "\u9fff" for c in foreign):
            return gbk
    return utf8


def _try_decode(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def is_unsafe_name(name: str) -> bool:
    """Tell whether a name leads out of its folder or hides what it is.

    Backslashes count as separators: some Windows programs write them.
    """
    path = name.replace("\\", "/")
    return (
        path.startswith("/")
        or re.match("[A-Za-z]:", path) is not None
        or ".." in path.split("/")
        or re.search("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", path) is not None
    )


def make_printable(name: str, max_length: int) -> str:
    """Return a name that can be shown and stored: no control characters, of bounded length."""
    shown = re.sub("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "\ufffd", name)
    longest = 4 * max_length
    return shown if len(shown) <= longest else f"{shown[: longest // 2]}…{shown[-longest // 4 :]}"
