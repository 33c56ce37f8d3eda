"""What every file store promises, held by a folder and by a bucket."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.files import (
    ChecksumMismatchError,
    FileDamagedError,
    FileStore,
    FileStoreOptions,
    FileStoreUnreachableError,
    S3Options,
    StorageFullError,
    StoredFileMissingError,
    open_file_store,
)
from storage.files_local import LocalFileStore
from tests.s3_server import ACCESS_KEY_ID, s3_server

CONTENT = "职称评审汇总表".encode() * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = f"{SHA256[:2]}/{SHA256}"
MISSING = hashlib.sha256(b"never put").hexdigest()


@dataclass(frozen=True)
class Kept:
    """A store, its objects as they lie, and the folder where it writes what is not finished."""

    store: FileStore
    unfinished: Path
    names: Callable[[], list[str]]
    """Of all objects."""

    overwrite: Callable[[str, bytes], None]
    """Gives an object another content, behind the store's back."""


@contextmanager
def _in_a_folder(folder: Path) -> Iterator[Kept]:
    objects = folder / "files"

    def _overwrite(name: str, content: bytes) -> None:
        (objects / name).chmod(0o600)
        (objects / name).write_bytes(content)

    yield Kept(
        LocalFileStore(objects, reserve_bytes=0),
        objects / "temporary",
        lambda: [f"{path.parent.name}/{path.name}" for path in objects.glob("??/*")],
        _overwrite,
    )


@contextmanager
def _in_a_bucket(folder: Path) -> Iterator[Kept]:
    with s3_server() as server:
        store = open_file_store(
            "s3://originals/some/prefix",
            scratch=folder / "scratch",
            options=FileStoreOptions(0, S3Options(ACCESS_KEY_ID, "secret", endpoint=server.endpoint)),
        )
        yield Kept(
            store,
            folder / "scratch" / "originals",
            lambda: [key.removeprefix("some/prefix/") for key in server.objects],
            lambda name, content: server.objects.update({f"some/prefix/{name}": content}),
        )
        assert server.uploads == {}, "parts of an upload were left behind"


@pytest.fixture(params=[_in_a_folder, _in_a_bucket], ids=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    make: Callable[[Path], AbstractContextManager[Kept]] = request.param
    with make(tmp_path) as kept:
        yield kept


def test_a_stream_comes_back_as_it_was(kept: Kept) -> None:
    stored = kept.store.put(io.BytesIO(CONTENT), expected_sha256=SHA256)

    assert (stored.sha256, stored.size_bytes) == (SHA256, len(CONTENT))
    assert kept.store.read(SHA256) == CONTENT
    with kept.store.fetch(SHA256) as path:
        assert path.read_bytes() == CONTENT
    assert list(kept.unfinished.iterdir()) == []


@pytest.mark.parametrize("size_bytes", [0, 1, (8 << 20) + 1], ids=["empty", "one-byte", "several-parts"])
def test_a_file_is_copied_and_stays_where_it_was(kept: Kept, tmp_path: Path, size_bytes: int) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"x" * size_bytes)

    stored = kept.store.put(tmp_path / "scan.pdf")

    assert (tmp_path / "scan.pdf").stat().st_size == size_bytes
    assert kept.store.read(stored.sha256) == b"x" * size_bytes


def test_an_adopted_file_is_gone_from_its_place(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(CONTENT)

    kept.store.adopt(tmp_path / "scan.pdf", kept.store.put(io.BytesIO(CONTENT)))

    assert not (tmp_path / "scan.pdf").exists()
    assert kept.store.read(SHA256) == CONTENT


def test_the_same_content_is_one_object(kept: Kept) -> None:
    kept.store.put(io.BytesIO(CONTENT))
    kept.store.put(io.BytesIO(CONTENT))

    assert kept.names() == [NAME]
    assert list(kept.unfinished.iterdir()) == []


def test_content_of_another_hash_is_refused_and_not_kept(kept: Kept) -> None:
    with pytest.raises(ChecksumMismatchError):
        kept.store.put(io.BytesIO(CONTENT), expected_sha256=MISSING)

    assert not kept.store.exists(SHA256)
    assert list(kept.unfinished.iterdir()) == []


@pytest.mark.parametrize(
    "damage", [CONTENT[:-1], b"X" + CONTENT[1:], b""], ids=["short", "changed", "emptied"]
)
def test_a_damaged_file_is_never_given_out_and_healed_by_putting_it_again(kept: Kept, damage: bytes) -> None:
    kept.store.put(io.BytesIO(CONTENT))
    with kept.store.fetch(SHA256):
        pass
    kept.overwrite(NAME, damage)

    with pytest.raises(FileDamagedError), kept.store.fetch(SHA256):
        pytest.fail("wrong bytes were given out")
    with pytest.raises(FileDamagedError):
        kept.store.read(SHA256)
    assert [error.code for error in kept.store.verify_all()] == ["stored_file_damaged"]
    assert kept.store.put(io.BytesIO(CONTENT)).sha256 == SHA256
    assert kept.store.read(SHA256) == CONTENT
    assert list(kept.store.verify_all([SHA256])) == []
    assert list(kept.unfinished.iterdir()) == []


def test_a_missing_file_is_told(kept: Kept) -> None:
    assert not kept.store.exists(MISSING)
    with pytest.raises(StoredFileMissingError), kept.store.fetch(MISSING):
        pytest.fail("there is nothing to give out")
    with pytest.raises(StoredFileMissingError):
        kept.store.read(MISSING)
    assert [error.code for error in kept.store.verify_all([MISSING])] == ["stored_file_missing"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "", SHA256.upper(), SHA256 + "0", SHA256 + "\n"])
def test_what_is_no_hash_names_no_file(kept: Kept, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        kept.store.exists(name)


def test_a_stream_that_breaks_off_leaves_nothing(kept: Kept) -> None:
    class _Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(10)

    with pytest.raises(ConnectionResetError):
        kept.store.put(_Broken(CONTENT))

    assert kept.names() == []
    assert list(kept.unfinished.iterdir()) == []


def test_leftovers_of_a_crash_are_swept_and_the_rest_stays(kept: Kept) -> None:
    kept.store.put(io.BytesIO(CONTENT))
    (kept.unfinished / "half").write_bytes(CONTENT[:10])

    assert kept.store.sweep_leftovers(older_than_seconds=3600) == 0
    assert kept.store.sweep_leftovers(older_than_seconds=0) == 1
    assert list(kept.unfinished.iterdir()) == []
    assert kept.store.read(SHA256) == CONTENT


def test_room_is_refused_where_the_reserve_would_be_touched(kept: Kept) -> None:
    kept.store.ensure_room(1)

    with pytest.raises(StorageFullError, match="磁盘空间不足"):
        kept.store.ensure_room(1 << 60)


class TestOpening:
    """Where a store is, and how it is reached."""

    def test_a_path_opens_a_folder(self, tmp_path: Path) -> None:
        options = FileStoreOptions(reserve_bytes=0)
        store = open_file_store(str(tmp_path / "a" / "files"), scratch=tmp_path, options=options)

        assert store.put(io.BytesIO(CONTENT)).sha256 == SHA256
        assert open_file_store(tmp_path / "a" / "files", scratch=tmp_path).read(SHA256) == CONTENT

    def test_a_reserve_larger_than_the_disk_takes_no_file(self, tmp_path: Path) -> None:
        store = open_file_store(tmp_path, scratch=tmp_path, options=FileStoreOptions(reserve_bytes=1 << 60))

        with pytest.raises(StorageFullError):
            store.put(io.BytesIO(CONTENT))

    def test_a_bucket_that_does_not_answer_is_told_as_something_that_passes(self, tmp_path: Path) -> None:
        # Nothing listens on port 1.
        s3 = S3Options("key", "secret", endpoint="http://127.0.0.1:1", max_retries=0, retry_timeout_seconds=5)
        store = open_file_store("s3://originals/zhenghe", scratch=tmp_path, options=FileStoreOptions(0, s3))

        with pytest.raises(FileStoreUnreachableError, match="暂时无法连接"):
            store.put(io.BytesIO(CONTENT))
        with pytest.raises(FileStoreUnreachableError):
            store.exists(SHA256)

    @pytest.mark.parametrize("location", ["ftp://host/files", "s3:///prefix", "s3://bucket"])
    def test_what_cannot_be_opened_is_a_mistake(self, tmp_path: Path, location: str) -> None:
        with pytest.raises(ValueError, match=r"bucket|opened"):
            open_file_store(location, scratch=tmp_path)

    def test_the_secret_is_in_no_log(self) -> None:
        assert "hidden" not in repr(S3Options("key", "hidden"))
