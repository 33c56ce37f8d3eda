"""Uploads go on where they broke off, and what counts is what is on disk."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import storage.parts
from storage.files_local import LocalFileStore
from storage.parts import (
    Checksum,
    ChecksumMismatchError,
    PartStore,
    StorageFullError,
    UploadExistsError,
    UploadIncompleteError,
    UploadLockedError,
    UploadNotFoundError,
    UploadOffsetError,
    UploadTooLongError,
)

CONTENT = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def parts(tmp_path: Path) -> PartStore:
    return PartStore(tmp_path / "uploads", reserve_bytes=0)


@pytest.fixture
def store(tmp_path: Path) -> LocalFileStore:
    return LocalFileStore(tmp_path / "files", reserve_bytes=0)


def _breaking_off(*chunks: bytes) -> Iterator[bytes]:
    yield from chunks
    raise ConnectionResetError


def test_an_upload_in_pieces_becomes_the_file(parts: PartStore, store: LocalFileStore) -> None:
    parts.create("u1", len(CONTENT), metadata={"filename": "证书.pdf"})

    offset = parts.append("u1", 0, [CONTENT[:1000], b"", CONTENT[1000:4000]])
    assert parts.get("u1").offset == offset == 4000
    assert parts.append("u1", 4000, [CONTENT[4000:]]) == len(CONTENT)
    stored = parts.finish("u1", store, expected_sha256=SHA256)

    assert (stored.sha256, stored.size_bytes) == (SHA256, len(CONTENT))
    assert store.read(SHA256) == CONTENT
    part = parts.get("u1")
    assert (part.metadata, part.stored, part.offset) == ({"filename": "证书.pdf"}, stored, len(CONTENT))


def test_what_came_before_the_connection_broke_is_kept(parts: PartStore, tmp_path: Path) -> None:
    parts.create("u1", len(CONTENT))

    with pytest.raises(ConnectionResetError):
        parts.append("u1", 0, _breaking_off(CONTENT[:700]))

    # Another process, or this one after a restart, knows it as well.
    again = PartStore(tmp_path / "uploads", reserve_bytes=0)
    assert again.get("u1").offset == 700
    assert again.append("u1", 700, [CONTENT[700:]]) == len(CONTENT)


def test_a_wrong_offset_is_refused_with_the_right_one(parts: PartStore) -> None:
    parts.create("u1", len(CONTENT))
    parts.append("u1", 0, [CONTENT[:700]])

    for wrong in (0, 699, 701):
        with pytest.raises(UploadOffsetError, match="700") as told:
            parts.append("u1", wrong, [b"x"])
        assert told.value.offset == 700
    assert parts.get("u1").offset == 700


def test_more_than_announced_is_refused(parts: PartStore, store: LocalFileStore) -> None:
    parts.create("u1", 5)

    with pytest.raises(UploadTooLongError):
        parts.append("u1", 0, [b"abc", b"def"])
    assert parts.append("u1", 3, [b"de"]) == 5
    with pytest.raises(UploadTooLongError):
        parts.append("u1", 5, [b"f"])
    stored = parts.finish("u1", store)
    with pytest.raises(UploadTooLongError):
        parts.append("u1", 5, [b"f"])

    assert store.read(stored.sha256) == b"abcde"


class TestChecksums:
    """Chunks that bring their checksum."""

    @pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
    def test_a_right_chunk_counts(self, parts: PartStore, algorithm: str) -> None:
        parts.create("u1", len(CONTENT))
        digest = hashlib.new(algorithm, CONTENT[:700]).digest()

        parts.append("u1", 0, [CONTENT[:300], CONTENT[300:700]], checksum=Checksum(algorithm, digest))

        assert parts.get("u1").offset == 700

    def test_a_wrong_chunk_is_discarded_and_what_was_there_stays(
        self, parts: PartStore, store: LocalFileStore
    ) -> None:
        parts.create("u1", len(CONTENT))
        parts.append("u1", 0, [CONTENT[:700]])

        with pytest.raises(ChecksumMismatchError):
            parts.append("u1", 700, [CONTENT[700:-1], b"?"], checksum=Checksum("sha1", b"\0" * 20))

        assert parts.get("u1").offset == 700
        parts.append("u1", 700, [CONTENT[700:]])
        assert parts.finish("u1", store).sha256 == SHA256

    def test_a_chunk_that_broke_off_cannot_be_checked_and_is_discarded(self, parts: PartStore) -> None:
        parts.create("u1", len(CONTENT))
        checksum = Checksum("sha256", hashlib.sha256(CONTENT).digest())

        with pytest.raises(ConnectionResetError):
            parts.append("u1", 0, _breaking_off(CONTENT[:700]), checksum=checksum)

        assert parts.get("u1").offset == 0

    def test_an_unknown_algorithm_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="crc32"):
            Checksum("crc32", b"")


_APPEND_AND_WAIT = """
import sys
from pathlib import Path
from storage.parts import Checksum, PartStore
parts = PartStore(Path(sys.argv[1]), reserve_bytes=0)
checksum = Checksum("sha1", bytes(20)) if sys.argv[2] == "checked" else None
with parts.open_append("u1", 10, checksum=checksum) as writer:
    writer.write(b"x" * 90)
    print("written", flush=True)
    sys.stdin.readline()
"""


def _start_appending(folder: Path, how: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _APPEND_AND_WAIT, str(folder), how],
        cwd=Path(storage.parts.__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    return process


@pytest.mark.parametrize(("how", "offset"), [("plain", 100), ("checked", 10)])
def test_while_one_appends_another_is_refused_and_after_a_kill_the_next_goes_on(
    parts: PartStore, store: LocalFileStore, tmp_path: Path, how: str, offset: int
) -> None:
    """Bytes are kept as they came, unless they were still to be held against a checksum."""
    parts.create("u1", 200)
    parts.append("u1", 0, [b"x" * 10])
    process = _start_appending(tmp_path / "uploads", how)

    for refused in (
        lambda: parts.append("u1", 100, [b"y"]),
        lambda: parts.drop("u1"),
        lambda: parts.finish("u1", store),
    ):
        with pytest.raises(UploadLockedError):
            refused()
    assert parts.sweep(older_than_seconds=0) == ()
    assert parts.get("u1").offset == offset
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert parts.get("u1").offset == offset
    parts.append("u1", offset, [b"x" * (200 - offset)])
    assert store.read(parts.finish("u1", store).sha256) == b"x" * 200


class TestFinishing:
    """What a complete upload becomes."""

    def test_an_upload_that_lacks_bytes_cannot_be_finished(
        self, parts: PartStore, store: LocalFileStore
    ) -> None:
        parts.create("u1", len(CONTENT))
        parts.append("u1", 0, [CONTENT[:-1]])

        with pytest.raises(UploadIncompleteError):
            parts.finish("u1", store)

    def test_a_file_of_another_hash_is_not_stored(self, parts: PartStore, store: LocalFileStore) -> None:
        parts.create("u1", 3)
        parts.append("u1", 0, [b"abc"])

        with pytest.raises(ChecksumMismatchError):
            parts.finish("u1", store, expected_sha256=SHA256)

        assert not store.exists(SHA256)
        assert parts.get("u1").stored is None

    def test_finishing_again_gives_the_same(self, parts: PartStore, store: LocalFileStore) -> None:
        parts.create("u1", 3)
        parts.append("u1", 0, [b"abc"])

        stored = parts.finish("u1", store)
        assert parts.finish("u1", store) == stored
        assert parts.append("u1", 3, []) == 3
        with pytest.raises(ChecksumMismatchError):
            parts.finish("u1", store, expected_sha256=SHA256)
        parts.drop("u1")

        assert store.read(stored.sha256) == b"abc"

    def test_an_empty_file_is_a_file(self, parts: PartStore, store: LocalFileStore) -> None:
        parts.create("u1", 0)

        assert store.read(parts.finish("u1", store).sha256) == b""

    def test_a_store_that_fails_leaves_the_upload_to_be_finished_later(
        self, parts: PartStore, store: LocalFileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parts.create("u1", 3)
        parts.append("u1", 0, [b"abc"])

        def _full(_folder: Path) -> None:
            raise OSError(errno.ENOSPC, "full")

        with monkeypatch.context() as patch:
            patch.setattr("storage.files_local.make_folder", _full)
            with pytest.raises(StorageFullError):
                parts.finish("u1", store)

        assert store.read(parts.finish("u1", store).sha256) == b"abc"


class TestRoom:
    """Too little room is told before bytes are lost."""

    def test_a_file_that_does_not_fit_is_refused_before_a_byte_is_sent(
        self, parts: PartStore, tmp_path: Path
    ) -> None:
        with pytest.raises(StorageFullError):
            parts.create("u1", 1 << 60)

        assert list((tmp_path / "uploads").iterdir()) == []

    def test_what_others_have_still_to_bring_counts(
        self, parts: PartStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda _folder: _Usage(free=1000))
        parts.create("u1", 600)

        with pytest.raises(StorageFullError):
            parts.create("u2", 600)
        parts.drop("u1")
        parts.create("u2", 600)

    def test_a_disk_that_fills_up_keeps_whole_writes_only(
        self, parts: PartStore, store: LocalFileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parts.create("u1", len(CONTENT))
        write = os.write

        def _half_then_full(descriptor: int, data: memoryview) -> int:
            if len(data) < 500:
                raise OSError(errno.ENOSPC, "full")
            return write(descriptor, data[:250])

        with parts.open_append("u1", 0) as writer:
            writer.write(CONTENT[:100])
            with monkeypatch.context() as patch:
                patch.setattr(os, "write", _half_then_full)
                with pytest.raises(StorageFullError):
                    writer.write(CONTENT[100:700])

        assert parts.get("u1").offset == 100
        parts.append("u1", 100, [CONTENT[100:]])
        assert parts.finish("u1", store).sha256 == SHA256


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def test_an_id_in_use_is_refused_and_the_upload_untouched(parts: PartStore) -> None:
    parts.create("u1", 3)
    parts.append("u1", 0, [b"ab"])

    with pytest.raises(UploadExistsError):
        parts.create("u1", 9)

    assert (parts.get("u1").offset, parts.get("u1").length_bytes) == (2, 3)


@pytest.mark.parametrize("upload_id", ["none", "..", "../files", "", ".hidden", "a/b", "x" * 200])
def test_what_is_no_upload_is_not_found(parts: PartStore, upload_id: str) -> None:
    with pytest.raises(UploadNotFoundError):
        parts.get(upload_id)
    with pytest.raises(UploadNotFoundError):
        parts.append(upload_id, 0, [b"x"])


def test_a_dropped_upload_is_gone(parts: PartStore, tmp_path: Path) -> None:
    parts.create("u1", 3)
    parts.drop("u1")

    with pytest.raises(UploadNotFoundError):
        parts.get("u1")
    assert list((tmp_path / "uploads").iterdir()) == []


def test_uploads_that_nothing_came_for_are_swept(parts: PartStore, tmp_path: Path) -> None:
    for upload_id in ("old", "new"):
        parts.create(upload_id, 3)
    (tmp_path / "uploads" / ".left").mkdir()
    for path in (tmp_path / "uploads" / ".left", *(tmp_path / "uploads" / "old").iterdir()):
        os.utime(path, (1, 1))
    os.utime(tmp_path / "uploads" / "old", (1, 1))

    assert parts.sweep(older_than_seconds=3600) == ("old",)
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["new"]
