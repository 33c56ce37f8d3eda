"""A folder of originals stays whole through full disks, crashes and several writers."""

import errno
import hashlib
import io
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import storage.durable
from domain.errors import TransientError
from storage.files_local import LocalFileStore
from storage.stored_file import StorageFullError, StoredFile

CONTENT = b"original" * 100_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> LocalFileStore:
    return LocalFileStore(tmp_path / "files", reserve_bytes=0)


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_only_the_owner_may_read_and_nobody_write(store: LocalFileStore, tmp_path: Path) -> None:
    store.put(io.BytesIO(CONTENT))

    place = tmp_path / "files" / SHA256[:2] / SHA256
    assert stat.S_IMODE(place.stat().st_mode) == 0o400
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_a_file_is_synced_before_it_has_its_name_and_its_folder_after(
    store: LocalFileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "files" / SHA256[:2] / SHA256
    seen: list[tuple[str, bool]] = []
    sync = os.fsync

    def _seen(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        seen.append((kind, place.exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", _seen)
    store.put(io.BytesIO(CONTENT))

    assert seen == [("file", False), ("folder", False), ("folder", True)]


def test_a_disk_that_fills_up_while_writing_leaves_nothing(
    store: LocalFileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system itself says "no space": the new file's descriptor is that of /dev/full."""
    create = storage.durable.create_file

    def _on_a_full_disk(path: Path) -> int:
        os.close(create(path))
        return os.open("/dev/full", os.O_WRONLY)

    monkeypatch.setattr(storage.durable, "create_file", _on_a_full_disk)
    with pytest.raises(StorageFullError) as told:
        store.put(io.BytesIO(CONTENT))

    assert isinstance(told.value, TransientError)
    assert isinstance(told.value.__cause__, OSError)
    assert told.value.__cause__.errno == errno.ENOSPC
    assert _files(tmp_path) == []


def test_a_quota_that_is_used_up_is_told_as_a_full_disk(
    store: LocalFileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _over_quota(_descriptor: int) -> None:
        raise OSError(errno.EDQUOT, "quota")

    monkeypatch.setattr(os, "fsync", _over_quota)
    with pytest.raises(StorageFullError):
        store.put(io.BytesIO(CONTENT))

    assert _files(tmp_path) == []


def test_other_errors_of_the_disk_keep_their_own_name(
    store: LocalFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _broken(_descriptor: int) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "fsync", _broken)
    with pytest.raises(OSError, match="broken"):
        store.put(io.BytesIO(CONTENT))


_PUT_MANY = """
import io, sys
from pathlib import Path
from storage.files_local import LocalFileStore
store = LocalFileStore(Path(sys.argv[1]), reserve_bytes=0)
print("ready", flush=True)
sys.stdin.readline()
for number in range(30):
    print(store.put(io.BytesIO(b"%d" % number * 50_000)).sha256, flush=True)
"""


def _start_putting(folder: Path) -> subprocess.Popen[str]:
    root = Path(storage.durable.__file__).parent.parent
    process = subprocess.Popen(
        [sys.executable, "-c", _PUT_MANY, str(folder)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_several_processes_put_the_same_files_at_once(store: LocalFileStore, tmp_path: Path) -> None:
    processes = [_start_putting(tmp_path / "files") for _ in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    told = {process.communicate()[0] for process in processes}

    assert [process.returncode for process in processes] == [0, 0, 0]
    (names,) = told
    assert _files(tmp_path) == sorted(names.split())
    assert list(store.verify_all(names.split())) == []


def test_what_was_promised_before_a_kill_is_there_after_it(store: LocalFileStore, tmp_path: Path) -> None:
    process = _start_putting(tmp_path / "files")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    promised = [process.stdout.readline().strip() for _ in range(3)]
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert list(store.verify_all(promised)) == []
    store.sweep_leftovers(older_than_seconds=0)
    assert set(_files(tmp_path)) >= set(promised)
    assert all(len(name) == 64 for name in _files(tmp_path))


def test_an_adopted_file_is_moved_not_copied(store: LocalFileStore, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(CONTENT)
    inode = upload.stat().st_ino

    store.adopt(upload, storage.durable.measure_file(upload))

    with store.fetch(SHA256) as path:
        assert path.stat().st_ino == inode
        assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_a_file_of_another_size_than_known_is_not_adopted(store: LocalFileStore, tmp_path: Path) -> None:
    known = store.put(io.BytesIO(CONTENT))
    (tmp_path / "upload").write_bytes(b"other")

    with pytest.raises(ValueError, match="not what is known"):
        store.adopt(tmp_path / "upload", known)

    assert (tmp_path / "upload").exists()


def test_a_fetched_file_is_hashed_once(store: LocalFileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(io.BytesIO(CONTENT))
    measured: list[Path] = []
    measure = storage.durable.measure_file

    def _counted(path: Path) -> StoredFile:
        measured.append(path)
        return measure(path)

    monkeypatch.setattr("storage.files_local.measure_file", _counted)
    for _ in range(3):
        with store.fetch(SHA256) as path:
            assert path.read_bytes() == CONTENT

    assert len(measured) == 1
