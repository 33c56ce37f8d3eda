"""A bucket that is slow, closed, missing or given a file that changes is told as what it is."""

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.files import (
    ChecksumMismatchError,
    FileStore,
    FileStoreOptions,
    FileStoreRefusedError,
    FileStoreUnreachableError,
    S3Options,
    StorageFullError,
    open_file_store,
)
from storage.parts import PartStore
from tests.s3_server import ACCESS_KEY_ID, S3Server, s3_server

CONTENT = b"original" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SEVERAL_PARTS_BYTES = 20 << 20


@pytest.fixture
def server() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


def _open(
    server: S3Server,
    scratch: Path,
    *,
    key: str = ACCESS_KEY_ID,
    bucket: str = "originals",
    max_retries: int = 2,
    reserve_bytes: int = 0,
) -> FileStore:
    s3 = S3Options(key, "secret", endpoint=server.endpoint, max_retries=max_retries)
    return open_file_store(f"s3://{bucket}", scratch=scratch, options=FileStoreOptions(reserve_bytes, s3))


def test_an_overloaded_server_is_asked_again(server: S3Server, tmp_path: Path) -> None:
    store = _open(server, tmp_path)
    server.failures_left = 1

    assert store.put(io.BytesIO(CONTENT)).sha256 == SHA256


def test_a_server_that_stays_overloaded_is_told_as_something_that_passes(
    server: S3Server, tmp_path: Path
) -> None:
    store = _open(server, tmp_path, max_retries=0)
    server.failures_left = 1

    with pytest.raises(FileStoreUnreachableError):
        store.read(SHA256)


def test_a_refused_key_is_told_as_a_matter_of_set_up(server: S3Server, tmp_path: Path) -> None:
    store = _open(server, tmp_path, key="stranger")

    with pytest.raises(FileStoreRefusedError, match="没有访问权限"):
        store.put(io.BytesIO(CONTENT))
    with pytest.raises(FileStoreRefusedError):
        store.exists(SHA256)


def test_variables_of_the_environment_change_nothing(
    server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "stranger",
        "AWS_SESSION_TOKEN": "strange-token",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_UNSIGNED_PAYLOAD": "true",
    }.items():
        monkeypatch.setenv(name, value)

    assert _open(server, tmp_path).put(io.BytesIO(CONTENT)).sha256 == SHA256

    assert list(server.objects.values()) == [CONTENT]
    assert not any("strange" in value for value in server.last_headers.values())


def test_a_missing_bucket_is_told_as_a_matter_of_set_up(server: S3Server, tmp_path: Path) -> None:
    with pytest.raises(FileStoreRefusedError, match="找不到存储桶"):
        _open(server, tmp_path, bucket="elsewhere").put(io.BytesIO(CONTENT))


def test_a_large_file_goes_up_in_parts_and_comes_back_whole(server: S3Server, tmp_path: Path) -> None:
    content = os.urandom(SEVERAL_PARTS_BYTES)
    store = _open(server, tmp_path)

    stored = store.put(io.BytesIO(content))

    with store.fetch(stored.sha256) as path:
        assert path.read_bytes() == content
    assert not path.exists()
    assert server.uploads == {}


@pytest.mark.parametrize("size_bytes", [10, SEVERAL_PARTS_BYTES], ids=["small", "several-parts"])
def test_a_file_that_is_not_what_is_known_of_it_makes_no_object(
    server: S3Server, tmp_path: Path, size_bytes: int
) -> None:
    store = _open(server, tmp_path / "scratch")
    (tmp_path / "scan").write_bytes(b"x" * size_bytes)
    known = store.put(tmp_path / "scan")
    server.objects.clear()
    (tmp_path / "scan").write_bytes(b"x" * (size_bytes - 1) + b"y")

    with pytest.raises(ChecksumMismatchError):
        store.adopt(tmp_path / "scan", known)

    assert (server.objects, server.uploads) == ({}, {})
    assert (tmp_path / "scan").exists()


def test_no_file_is_fetched_that_the_disk_here_has_no_room_for(server: S3Server, tmp_path: Path) -> None:
    _open(server, tmp_path).put(io.BytesIO(CONTENT))

    with (
        pytest.raises(StorageFullError),
        _open(server, tmp_path, reserve_bytes=1 << 60).fetch(SHA256),
    ):
        pytest.fail("nothing should have been fetched")


def test_a_finished_upload_goes_into_the_bucket(server: S3Server, tmp_path: Path) -> None:
    store = _open(server, tmp_path)
    parts = PartStore(tmp_path / "uploads", reserve_bytes=0)
    parts.create("u1", len(CONTENT))
    parts.append("u1", 0, [CONTENT])

    stored = parts.finish("u1", store, expected_sha256=SHA256)

    assert store.read(SHA256) == CONTENT
    assert parts.finish("u1", store) == stored
