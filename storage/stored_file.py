"""What a file store keeps, what it promises, and what can go wrong with it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from domain.errors import InputError, SetupError, TransientError

READ_BYTES = 1 << 20
"""Files are read, hashed and written in pieces of this size."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file that the store has."""

    sha256: str
    """Of the content, 64 lower-case hexadecimal digits; also its name in the store."""

    size_bytes: int


class StoredFileError(SetupError):
    """The store no longer has what it promised to keep."""

    code = "stored_file_error"


class FileDamagedError(StoredFileError):
    """The bytes in the store are not the ones that were put there."""

    code = "stored_file_damaged"

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(
            f"系统保存的原件已损坏（编号 {sha256[:12]}）。请重新上传同一文件，或请管理员从备份恢复。"
        )


class StoredFileMissingError(StoredFileError):
    """The store has no file of that hash."""

    code = "stored_file_missing"

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(
            f"系统中找不到原件（编号 {sha256[:12]}）。请重新上传同一文件，或请管理员从备份恢复。"
        )


class StorageFullError(TransientError):
    """The disk has too little room; nothing was accepted."""

    code = "storage_full"

    def __init__(self) -> None:
        super().__init__("服务器磁盘空间不足，文件没有收下。请管理员清理磁盘，之后再继续上传。")


class ChecksumMismatchError(InputError):
    """The bytes received are not the bytes whose checksum was announced; they were discarded."""

    code = "checksum_mismatch"

    def __init__(self) -> None:
        super().__init__("收到的内容与校验值不符，已丢弃。可能是传输中出错，请重新上传这一部分。")


class FileStoreUnreachableError(TransientError):
    """The remote store does not answer, or answers with an error of its own."""

    code = "file_store_unreachable"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        """For the log: the kind of error of the client."""
        super().__init__("文件存储服务暂时无法连接。请稍后重试；如持续出现，请联系管理员。")


class FileStoreRefusedError(SetupError):
    """The store cannot be used as it is set up: no right to it, or no folder or bucket there."""

    code = "file_store_refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"文件存储无法使用（{reason}）。请管理员检查存储位置、账号和权限的设置。")


class FileStore(Protocol):
    """Original files by the SHA-256 of their content. Nothing in it is ever altered or deleted.

    Several processes may use one store at once. Hashes are 64 lower-case hexadecimal digits;
    anything else is a ``ValueError``.
    """

    def put(self, source: Path | BinaryIO, *, expected_sha256: str | None = None) -> StoredFile:
        """Keep a copy of a file, or of what a stream has left; durable when it returns.

        Safe to repeat: the same content is kept once, and a damaged object is replaced.

        Raises:
            ChecksumMismatchError: The content does not have the expected hash.
            StorageFullError: There is too little room; nothing is left behind.
            FileStoreUnreachableError: A remote store does not answer.
            FileStoreRefusedError: A remote store does not let us in.
        """
        ...

    def adopt(self, path: Path, known: StoredFile) -> None:
        """Take over a file that nobody else writes to, without copying where possible.

        ``known`` must come from reading this very file. ``path`` is gone afterwards.

        Raises:
            Error: As ``put`` does.
        """
        ...

    def fetch(self, sha256: str) -> AbstractContextManager[Path]:
        """Give a local path to the file, valid within the ``with`` block and only for reading.

        Raises:
            FileDamagedError: The content no longer has that hash.
            StoredFileMissingError: There is no such file.
            StorageFullError: No room for the local copy of a remote file.
            FileStoreUnreachableError: A remote store does not answer.
        """
        ...

    def read(self, sha256: str) -> bytes:
        """Return the content of a small file.

        Raises:
            Error: As ``fetch`` does.
        """
        ...

    def exists(self, sha256: str) -> bool:
        """Say whether there is an object of that name; its content is not read."""
        ...

    def ensure_room(self, size_bytes: int) -> None:
        """Make sure that the disk can take so much more and keep its reserve.

        Raises:
            StorageFullError: It cannot.
        """
        ...

    def verify_all(self, expected: Iterable[str] = ()) -> Iterator[StoredFileError]:
        """Read every file and tell the damaged ones; of ``expected`` also the missing ones."""
        ...

    def sweep_leftovers(self, *, older_than_seconds: float) -> int:
        """Remove temporary files of crashed processes that nobody has touched for so long.

        Returns:
            How many were removed.
        """
        ...


def checked_sha256(sha256: str) -> str:
    """Return the hash if it can be the name of an object.

    Raises:
        ValueError: It cannot; no path may be made of it.
    """
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"not a SHA-256 in lower-case hexadecimal digits: {sha256!r}")
    return sha256
