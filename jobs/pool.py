"""Worker processes that may die or hang without taking the run with them."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar, cast

from pebble import ProcessExpired, ProcessPool

from domain.errors import SetupError
from domain.records import FileProblem
from jobs.options import PipelineOptions
from jobs.workers import SetupFailure, start_worker

T = TypeVar("T")


class WorkerPool:
    """A pool of worker processes with a time limit for every task. Use as a context manager."""

    def __init__(self, options: PipelineOptions) -> None:
        self._timeout = options.page_timeout_seconds
        self._pool = ProcessPool(
            max_workers=options.workers,
            # spawn: the parent has threads, and a forked engine would share their locks.
            context=multiprocessing.get_context("spawn"),
            initializer=start_worker,
            initargs=(options,),
        )

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, error_type: type[BaseException] | None, *_: object) -> None:
        if error_type is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def submit(self, work: Callable[..., T], *arguments: object, patience: float = 1.0) -> "Future[T]":
        """Start one task; the result is taken with ``outcome``.

        Args:
            work: The task, a function of a module.
            arguments: What it is called with.
            patience: Factor on the time limit of one page, for work on many pages.
        """
        timeout = patience * self._timeout
        return cast("Future[T]", self._pool.schedule(work, args=arguments, timeout=timeout))


def outcome(future: "Future[Any]", file_name: str) -> Any:  # noqa: ANN401 - the type of the task
    """Wait for a task and return its value, or a ``FileProblem`` when its worker died or hung.

    Raises:
        SetupError: The worker could not start its engine.
    """
    try:
        value = future.result()
    except TimeoutError:
        return FileProblem(
            file_name,
            "reader_timeout",
            "读取该文件超过时限，已跳过。文件可能已损坏，请重新扫描或另存后再提交。",
        )
    except (ProcessExpired, CancelledError):
        return FileProblem(
            file_name,
            "reader_crashed",
            "读取该文件时处理进程异常退出，已跳过。文件可能已损坏，请重新扫描或另存后再提交。",
        )
    if isinstance(value, SetupFailure):
        raise SetupError(value.message)
    return value
