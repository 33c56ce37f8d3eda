"""The store of original files: a folder of this machine, or a bucket that several machines share."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.store import S3Store

from storage.files_local import LocalFileStore
from storage.files_remote import RemoteFileStore
from storage.stored_file import (
    ChecksumMismatchError,
    FileDamagedError,
    FileStore,
    FileStoreRefusedError,
    FileStoreUnreachableError,
    StorageFullError,
    StoredFile,
    StoredFileError,
    StoredFileMissingError,
)

if TYPE_CHECKING:
    from obstore.store import S3Credential

__all__ = [
    "ChecksumMismatchError",
    "FileDamagedError",
    "FileStore",
    "FileStoreOptions",
    "FileStoreRefusedError",
    "FileStoreUnreachableError",
    "S3Options",
    "StorageFullError",
    "StoredFile",
    "StoredFileError",
    "StoredFileMissingError",
    "open_file_store",
]

GIBIBYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class S3Options:
    """How to reach a bucket."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    endpoint: str | None = None
    """``https://host[:port]`` without the bucket; ``http://`` only within a trusted network.
    ``None`` is the provider's own address for the region."""

    region: str = "us-east-1"
    bucket_in_host: bool = False
    """The provider wants ``https://bucket.host``, which ``endpoint`` then says in full."""

    max_retries: int = 4
    retry_timeout_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class FileStoreOptions:
    """What a file store can be told."""

    reserve_bytes: int = GIBIBYTE
    """Stay free on the disk: the database on it must go on writing when no more files are taken."""

    s3: S3Options | None = None


def open_file_store(
    location: str | Path, *, scratch: Path, options: FileStoreOptions | None = None
) -> FileStore:
    """Open the store at a folder or at ``s3://bucket/prefix``.

    Args:
        location: Made if it is a folder; a bucket must be there, and is not asked yet.
        scratch: A folder for local copies of remote files; in it ``originals/`` is the store's alone.
        options: Room to keep, and how to reach a bucket.

    Raises:
        ValueError: A bucket without its options, or a URL of another kind.
    """
    options = options or FileStoreOptions()
    if isinstance(location, Path) or "://" not in location:
        return LocalFileStore(Path(location), reserve_bytes=options.reserve_bytes)
    url = urlsplit(location)
    if url.scheme != "s3" or not url.netloc:
        raise ValueError(f"no file store can be opened at {location!r}")
    if options.s3 is None:
        raise ValueError("a bucket needs S3Options")
    return RemoteFileStore(
        _open_bucket(url.netloc, url.path.strip("/"), options.s3),
        scratch=scratch / "originals",
        reserve_bytes=options.reserve_bytes,
    )


def _open_bucket(bucket: str, prefix: str, s3: S3Options) -> S3Store:
    credential: S3Credential = {
        "access_key_id": s3.access_key_id,
        "secret_access_key": s3.secret_access_key,
        "expires_at": None,
    }
    host = f"{bucket}.s3" if s3.bucket_in_host else "s3"
    # The client fills in from variables of the environment whatever it is not told here. A provider of
    # credentials, unlike the two keys alone, is not joined with a session token found there.
    return S3Store(
        bucket,
        prefix=prefix or None,
        config={
            "aws_endpoint_url_s3": s3.endpoint or f"https://{host}.{s3.region}.amazonaws.com",
            "region": s3.region,
            "virtual_hosted_style_request": s3.bucket_in_host,
            "skip_signature": False,
            "unsigned_payload": False,
        },
        client_options={"allow_http": (s3.endpoint or "").startswith("http://")},
        retry_config={
            "max_retries": s3.max_retries,
            "retry_timeout": timedelta(seconds=s3.retry_timeout_seconds),
        },
        credential_provider=lambda: credential,
    )
