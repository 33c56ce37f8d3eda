"""Worker processes that may die or hang without taking the run with them."""

import heapq
import itertools
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from domain.errors import SetupError
from domain.records import FileProblem
from jobs.options import PipelineOptions
from jobs.workers import SetupFailure, start_worker

T = TypeVar("T")

_READY_TASKS = 4
"""Beyond those at work: the next ones, so that no worker waits for this process."""

_TRIES = 2
"""A worker may die for lack of memory elsewhere in the system; a file that kills two is at fault."""


class Turn(IntEnum):
    """Which tasks go first; the smaller number does.

    A document's own turn is before that of pages: long work begun last would end when other workers idle.
    """

    INTERACTIVE_DOCUMENT = 0
    """A document that somebody waits for, as a whole."""

    INTERACTIVE_PAGE = 1
    DOCUMENT = 2
    PAGE = 3


@dataclass(order=True, slots=True)
class _Task:
    """A task that waits for its turn; the smallest comes first."""

    turn: tuple[Turn, int]
    work: Callable[..., Any] = field(compare=False)
    arguments: tuple[object, ...] = field(compare=False)
    timeout: float = field(compare=False)
    promise: "Future[Any]" = field(compare=False)
    tries: int = field(default=0, compare=False)


class WorkerPool:
    """A pool of worker processes with a time limit for every task. Use as a context manager.

    A task whose worker died is tried once more. Leaving the pool ends what nobody has waited for.
    Safe to share between threads.
    """

    def __init__(self, options: PipelineOptions) -> None:
        self._timeout = options.page_timeout_seconds
        self._lock = threading.Lock()
        self._waiting: list[_Task] = []
        self._numbers = itertools.count()
        self._free = options.workers + _READY_TASKS
        self._open = True
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
        with self._lock:
            self._open = False
            dropped, self._waiting = self._waiting, []
        for task in dropped:
            task.promise.cancel()
        if error_type is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def submit(
        self, work: Callable[..., T], *arguments: object, patience: float = 1.0, turn: Turn = Turn.PAGE
    ) -> "Future[T]":
        """Start one task; the result is taken with ``outcome``.

        Args:
            work: The task, a function of a module.
            arguments: What it is called with.
            patience: Factor on the time limit of one page, for work on many pages.
            turn: Before which others it goes; equal ones go in the order they came.

        Returns:
            What is coming. Cancelling it takes the task out, unless it has been handed to a worker.
        """
        promise: Future[T] = Future()
        task = _Task((turn, next(self._numbers)), work, arguments, patience * self._timeout, promise)
        if not self._wait(task):
            raise RuntimeError("the pool is closed")
        self._hand_out()
        return promise

    def _wait(self, task: _Task) -> bool:
        with self._lock:
            if self._open:
                heapq.heappush(self._waiting, task)
            return self._open

    def _hand_out(self) -> None:
        while True:
            with self._lock:
                if not self._free or not self._waiting:
                    return
                task = heapq.heappop(self._waiting)
                if not task.tries and not task.promise.set_running_or_notify_cancel():
                    continue
                self._free -= 1
            task.tries += 1
            running = self._pool.schedule(task.work, args=task.arguments, timeout=task.timeout)
            running.add_done_callback(lambda done, task=task: self._settle(done, task))

    def _settle(self, done: "Future[Any]", task: _Task) -> None:
        with self._lock:
            self._free += 1
        error = None if done.cancelled() else done.exception()
        again = isinstance(error, ProcessExpired) and task.tries < _TRIES and self._wait(task)
        # Before anybody hears of the result: a worker may be idle by now.
        self._hand_out()
        if again:
            return
        if done.cancelled():
            task.promise.set_exception(CancelledError())
        elif error is not None:
            task.promise.set_exception(error)
        else:
            task.promise.set_result(done.result())


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
            "读取该文件时处理进程连续两次异常退出，已跳过。文件可能已损坏，请重新扫描或另存后再提交。",
        )
    if isinstance(value, SetupFailure):
        raise SetupError(value.message)
    return value
