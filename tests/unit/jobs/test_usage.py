"""What a worker has spent is logged page by page, each process for itself."""

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from domain.images import PageImage
from domain.records import FileProblem, PageReading
from ingest.batch import BatchFile, open_file
from ingest.limits import IngestLimits
from jobs import workers
from jobs.options import PipelineOptions
from jobs.usage import log_usage


def _own_log(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / f"{os.getpid()}.jsonl").read_text("utf-8").splitlines()]


def test_each_page_adds_a_line_to_the_log_of_its_process(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"

    for seconds in (1.0, 2.5, 4.12345):
        log_usage(folder, seconds)

    assert [entry["model_seconds"] for entry in _own_log(folder)] == [1.0, 2.5, 4.123]
    assert len(list(folder.iterdir())) == 1


def _run(code: str, *arguments: str) -> None:
    """Run Python code in a process of its own, the child of a shell.

    The system counts the memory of the process that starts another into the peak of the new one: the tests'
    own would hide everything else, a shell's does not.
    """
    command = ["sh", "-c", '"$0" "$@"; exit $?', sys.executable, "-c", textwrap.dedent(code), *arguments]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[3])


def test_another_process_has_a_log_of_its_own(tmp_path: Path) -> None:
    log_usage(tmp_path, 1.0)
    _run(
        """
        import sys, pathlib
        from jobs.usage import log_usage
        log_usage(pathlib.Path(sys.argv[1]), 2.0)
        """,
        str(tmp_path),
    )

    logs = [json.loads(file.read_text("utf-8")) for file in tmp_path.glob("*.jsonl")]
    assert sorted(entry["model_seconds"] for entry in logs) == [1.0, 2.0]
    assert [entry["model_seconds"] for entry in _own_log(tmp_path)] == [1.0]


def test_processor_time_is_that_of_the_process_so_far(tmp_path: Path) -> None:
    before = time.process_time()
    log_usage(tmp_path, 0.0)
    after = time.process_time()

    # The two clocks of the system count in steps of their own.
    assert before - 0.05 <= _own_log(tmp_path)[0]["cpu_seconds"] <= after + 0.05


def test_memory_is_what_is_held_now_and_at_most_so_far_in_mib(tmp_path: Path) -> None:
    # In a small process, whose own memory does not hide what is taken and given back.
    _run(
        """
        import mmap, sys, pathlib
        from jobs.usage import log_usage
        folder = pathlib.Path(sys.argv[1])
        never_touched = mmap.mmap(-1, 500 * 2**20)
        log_usage(folder, 0.0)
        held = b"x" * (200 * 2**20)
        log_usage(folder, 0.0)
        del held
        log_usage(folder, 0.0)
        """,
        str(tmp_path),
    )

    (log,) = tmp_path.glob("*.jsonl")
    before, during, after = (json.loads(line) for line in log.read_text("utf-8").splitlines())
    assert before["resident_mib"] < 100
    assert during["resident_mib"] - before["resident_mib"] == pytest.approx(200, abs=8)
    assert during["peak_mib"] == pytest.approx(during["resident_mib"], abs=8)
    assert after["resident_mib"] == pytest.approx(before["resident_mib"], abs=8)
    assert after["peak_mib"] >= during["peak_mib"]


# -- who logs ----------------------------------------------------------------------------------------


class _Engine:
    model_seconds = 0.0

    def read_page(self, image: PageImage, *, file: str, page_number: int) -> PageReading:
        self.model_seconds += 1.5
        return PageReading(file, page_number, image.width_px, image.height_px, ())


@pytest.fixture
def picture(tmp_path: Path) -> BatchFile:
    path = tmp_path / "a.png"
    Image.new("RGB", (64, 64), "white").save(path)
    return open_file(path, limits=IngestLimits())


@pytest.fixture
def _worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make this process look like a started worker; a test sets its options."""
    monkeypatch.setattr(workers, "_engine", _Engine())
    workers._text_layers.cache_clear()
    yield
    workers._text_layers.cache_clear()


def _set_options(monkeypatch: pytest.MonkeyPatch, folder: Path, usage: Path | None) -> None:
    monkeypatch.setattr(workers, "_options", PipelineOptions(folder, folder, workers=1, usage_dir=usage))


@pytest.mark.usefixtures("_worker")
def test_a_worker_logs_once_for_every_page_that_it_read(
    picture: BatchFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_options(monkeypatch, tmp_path, tmp_path / "usage")

    assert all(isinstance(workers.read_document_page(picture, 0), bytes) for _ in range(2))
    picture.path.write_bytes(b"no picture")
    assert isinstance(workers.read_document_page(picture, 0), FileProblem)

    assert [entry["model_seconds"] for entry in _own_log(tmp_path / "usage")] == [1.5, 3.0]


@pytest.mark.usefixtures("_worker")
def test_nothing_is_logged_unless_asked_for(
    picture: BatchFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_options(monkeypatch, tmp_path, None)

    assert isinstance(workers.read_document_page(picture, 0), bytes)

    assert {path.name for path in tmp_path.iterdir()} == {"a.png"}
