"""An upload under way, and what can go wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.errors import ConflictError, InputError, NotFoundError
from storage.stored_file import StoredFile

CHECKSUM_ALGORITHMS = ("sha1", "sha256", "md5")


class UploadNotFoundError(NotFoundError):
    """No such upload, or no longer."""

    code = "upload_not_found"

    def __init__(self) -> None:
        super().__init__("没有这个上传任务，可能已过期或已取消。请重新上传文件。")


class UploadExistsError(ConflictError):
    """The id is in use."""

    code = "upload_exists"

    def __init__(self, upload_id: str) -> None:
        self.upload_id = upload_id
        super().__init__("同一编号的上传任务已存在。请继续原来的上传，或重新开始一次上传。")


class UploadOffsetError(ConflictError):
    """The chunk does not begin where the upload ends."""

    code = "upload_offset_mismatch"

    def __init__(self, offset: int) -> None:
        self.offset = offset
        """Where to go on, in bytes."""
        super().__init__(f"上传的续传位置不对，服务器已收到 {offset} 字节。请从这一位置继续上传。")

    @property
    def facts(self) -> Mapping[str, Any]:
        """Where to go on, in bytes."""
        return {"offset": self.offset}


class UploadTooLongError(InputError):
    """More bytes came than were announced."""

    code = "upload_too_long"

    def __init__(self, length_bytes: int) -> None:
        self.length_bytes = length_bytes
        super().__init__(f"收到的内容超过声明的大小（{length_bytes} 字节）。请重新上传文件。")

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many bytes were announced."""
        return {"length": self.length_bytes}


class UploadIncompleteError(ConflictError):
    """Not everything has arrived yet."""

    code = "upload_incomplete"

    def __init__(self, offset: int, length_bytes: int) -> None:
        self.offset = offset
        self.length_bytes = length_bytes
        super().__init__(f"文件还没有传完（{offset} / {length_bytes} 字节）。请继续上传。")

    @property
    def facts(self) -> Mapping[str, Any]:
        """How far it came, in bytes."""
        return {"offset": self.offset, "length": self.length_bytes}


class UploadLockedError(ConflictError):
    """Another request is writing to this upload."""

    code = "upload_locked"

    def __init__(self) -> None:
        super().__init__("同一文件正在上传中。请稍候片刻再继续。")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a chunk must hash to."""

    algorithm: str
    """One of ``CHECKSUM_ALGORITHMS``."""

    digest: bytes

    def __post_init__(self) -> None:
        """Know the algorithm."""
        if self.algorithm not in CHECKSUM_ALGORITHMS:
            raise ValueError(f"unknown checksum algorithm {self.algorithm!r}")


@dataclass(frozen=True, slots=True)
class Part:
    """An upload as it stands."""

    upload_id: str
    length_bytes: int
    offset: int
    """How many bytes are on disk; equal to ``length_bytes`` when all have arrived."""

    metadata: Mapping[str, str] = field(default_factory=dict)
    """What ``create`` was given."""

    stored: StoredFile | None = None
    """What ``finish`` made of it; ``None`` before."""
