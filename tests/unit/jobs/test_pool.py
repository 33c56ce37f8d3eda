"""A worker that dies or hangs costs its own file and nothing else."""

import os
import time
from concurrent.futures import CancelledError, Future
from pathlib import Path

import pytest

from domain.errors import SetupError
from domain.records import FileProblem
from jobs.options import PipelineOptions
from jobs.pool import Turn, WorkerPool, outcome
from jobs.workers import SetupFailure


def _double(number: int) -> int:
    return 2 * number


def _hang(_: int) -> int:
    time.sleep(60)
    return 0


def _die(_: int) -> int:
    os._exit(17)


def _eat_memory(_: int) -> int:
    return len(bytearray(1 << 40))


def _fail_setup(_: int) -> SetupFailure:
    return SetupFailure("缺少识别模型文件")


def _options(tmp_path: Path) -> PipelineOptions:
    return PipelineOptions(tmp_path, tmp_path, workers=1, page_timeout_seconds=5.0)


def test_the_pool_goes_on_after_a_worker_that_hung_and_one_that_died(tmp_path: Path) -> None:
    with WorkerPool(_options(tmp_path)) as pool:
        futures = [pool.submit(work, 21) for work in (_hang, _double, _die, _double)]
        hung, first, died, second = (outcome(future, "卷一/a.pdf") for future in futures)

    assert (first, second) == (42, 42)
    assert isinstance(hung, FileProblem)
    assert (hung.file, hung.code) == ("卷一/a.pdf", "reader_timeout")
    assert "超过时限" in hung.message
    assert isinstance(died, FileProblem)
    assert died.code == "reader_crashed"
    assert "连续两次异常退出" in died.message


def test_a_file_that_wants_all_memory_is_refused_it(tmp_path: Path) -> None:
    with WorkerPool(_options(tmp_path)) as pool, pytest.raises(MemoryError):
        outcome(pool.submit(_eat_memory, 0), "a.pdf")


def test_an_engine_that_cannot_start_ends_the_run(tmp_path: Path) -> None:
    with WorkerPool(_options(tmp_path)) as pool, pytest.raises(SetupError, match="缺少识别模型文件"):
        outcome(pool.submit(_fail_setup, 0), "a.pdf")


def _note(path: str, name: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{name} ")


def test_what_somebody_waits_for_goes_first_and_documents_before_pages(tmp_path: Path) -> None:
    log = tmp_path / "order"
    with WorkerPool(_options(tmp_path)) as pool:
        futures = [pool.submit(_note, str(log), f"page{i}") for i in range(30)]
        for turn in (Turn.DOCUMENT, Turn.INTERACTIVE_PAGE, Turn.INTERACTIVE_DOCUMENT):
            futures.append(pool.submit(_note, str(log), turn.name, turn=turn))
        for future in futures:
            outcome(future, "a.pdf")

    order = log.read_text("utf-8").split()
    assert [name for name in order if name.startswith("page")] == [f"page{i}" for i in range(30)]
    others = [name for name in order if not name.startswith("page")]
    assert others == ["INTERACTIVE_DOCUMENT", "INTERACTIVE_PAGE", "DOCUMENT"]
    # Those already handed to the worker come before them.
    assert order.index("DOCUMENT") < 12


def _die_once(marker: str) -> str:
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(17)
    return "read"


def test_a_task_whose_worker_died_once_is_tried_again(tmp_path: Path) -> None:
    with WorkerPool(_options(tmp_path)) as pool:
        assert outcome(pool.submit(_die_once, str(tmp_path / "died")), "a.pdf") == "read"


def test_a_task_that_waits_can_be_taken_out(tmp_path: Path) -> None:
    log = tmp_path / "order"
    with WorkerPool(_options(tmp_path)) as pool:
        futures = [pool.submit(_note, str(log), f"page{i}") for i in range(30)]
        assert futures[-1].cancel()
        for future in futures[:-1]:
            outcome(future, "a.pdf")

    assert len(log.read_text("utf-8").split()) == 29


def test_leaving_the_pool_ends_what_nobody_waits_for(tmp_path: Path) -> None:
    waiting: list[Future[int]] = []

    def leave() -> None:
        with WorkerPool(_options(tmp_path)) as pool:
            waiting.extend(pool.submit(_hang, 0) for _ in range(20))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()

    with pytest.raises(CancelledError):
        waiting[-1].result(timeout=10)
