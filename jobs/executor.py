"""The main loop of a process that runs jobs."""

import logging
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig

from domain.errors import TransientError, ZhengheError
from jobs.queue import APPLICATION, JOBS_VERSION, QUEUES
from jobs.takeover import Presence, WatchOptions, make_presence
from storage.sessions import normal_url

Handler = Callable[..., None]
OnFailure = Callable[[str, str, tuple[str | int, ...], Exception], None]

_RETRY_DELAYS_SECONDS = (1.0, 4.0, 15.0, 40.0)
"""A minute altogether: a database server that is started anew is back by then."""

_PURGE_PERIOD_SECONDS = 3600.0
_PURGE_AT_ONCE = 500
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

_FRAMES_LOGGED = 6

_log = structlog.get_logger()


class JobFailedError(Exception):
    """What the engine keeps of a failure: the kind alone, for messages may hold what people wrote."""


def run_executor(
    database_url: str,
    *,
    executor_id: str,
    handlers: Mapping[str, Handler],
    concurrency: int,
    polling_seconds: float = 0.15,
    retry_delays_seconds: Sequence[float] = _RETRY_DELAYS_SECONDS,
    keep_days: float = 7.0,
    stop_seconds: int = 4,
    watch: WatchOptions | None = None,
    on_failure: OnFailure | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Run jobs until SIGTERM, SIGINT or ``stop``; call it from the main thread, once at a time.

    A job is run at least once, again from the start if its process died. Handlers therefore store what is
    the same however often it is stored, and so does ``on_failure``. They are called in threads.

    On SIGTERM no further job is begun. Those that run have ``stop_seconds``; if some have not ended by then,
    this call ends the process (status 0) instead of returning, and they are run again later.

    Args:
        database_url: As for ``Database``. On SQLite this process alone runs jobs of the data folder.
        executor_id: Stable over restarts, of its own for each process of the cluster (``host-0``). While
            another process has it, this one waits.
        handlers: What to call for each name of a job. ``TransientError`` is tried again, anything else
            that is raised ends the job.
        concurrency: How many interactive jobs this process runs at once, and how many others beside them.
        polling_seconds: How long a new job waits at most for an idle executor.
        retry_delays_seconds: Before each further try after a ``TransientError``.
        keep_days: How long ended jobs are remembered; an id enqueued again later is a new job.
        stop_seconds: See above.
        watch: How soon the jobs of the dead are taken over.
        on_failure: Told job, id, arguments and error of each job that failed for good.
        stop: Set to end, for callers that use no signals.

    Raises:
        LocksLostError: PostgreSQL cannot be reached at the start.
    """
    stop = stop or threading.Event()
    _stop_on_signals(stop)
    presence = make_presence(database_url, executor_id, watch or WatchOptions())
    jobs = _Jobs(handlers, retry_delays_seconds, on_failure, stop)
    try:
        if not presence.claim(stop):
            return
        with _engine(database_url, executor_id, jobs, concurrency, polling_seconds, stop_seconds):
            _log.info("executor_started", executor=executor_id, concurrency=concurrency)
            threads = [
                threading.Thread(target=_watch, args=(presence, jobs, stop), name="takeover"),
                threading.Thread(target=_purge_regularly, args=(keep_days, stop), name="purge"),
            ]
            for thread in threads:
                thread.start()
            stop.wait()
            for thread in threads:
                thread.join()
        if abandoned := jobs.running():
            _log.info("jobs_abandoned", executor=executor_id, jobs=len(abandoned))
            logging.shutdown()
            # Their threads cannot be ended, and the interpreter would wait for them.
            os._exit(0)
        _log.info("executor_stopped", executor=executor_id)
    finally:
        presence.release()


class _Jobs:
    """What the engine calls for a job."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        retry_delays_seconds: Sequence[float],
        on_failure: OnFailure | None,
        stop: threading.Event,
    ) -> None:
        self._handlers = handlers
        self._delays = tuple(retry_delays_seconds)
        self._on_failure = on_failure
        self._stop = stop
        self._lock = threading.Lock()
        self._running: list[str] = []

    def register(self) -> None:
        """Make a workflow of each handler; before the engine starts."""
        for name in self._handlers:
            # Nothing a file does kills this process, so a job that was often interrupted was only unlucky.
            DBOS.workflow(name=name, max_recovery_attempts=None)(self._make_workflow(name))

    def running(self) -> set[str]:
        """Return the ids of the jobs in hand."""
        with self._lock:
            return set(self._running)

    def _make_workflow(self, name: str) -> Callable[..., None]:
        def run_job(*arguments: Any) -> None:  # noqa: ANN401 - JSON enters
            job_id = str(DBOS.workflow_id)
            with self._noted(job_id):
                DBOS.run_step({"name": name}, self._run, name, job_id, arguments)

        return run_job

    def _run(self, name: str, job_id: str, arguments: tuple[str | int, ...]) -> None:
        handler = self._handlers[name]
        try:
            self._try_often(name, job_id, lambda: handler(*arguments))
        except Exception as error:  # noqa: BLE001 - outermost frame: what is wrong with one job ends that job
            _log.error("job_failed", job=name, job_id=job_id, **_describe(error))
            if self._on_failure is not None:
                self._tell(self._on_failure, name, job_id, arguments, error)
            raise JobFailedError(_describe(error)["error"]) from None

    def _tell(
        self, tell: OnFailure, name: str, job_id: str, arguments: tuple[str | int, ...], error: Exception
    ) -> None:
        try:
            self._try_often(name, job_id, lambda: tell(name, job_id, arguments, error))
        except Exception as second:  # noqa: BLE001 - outermost frame: the job has failed either way
            _log.error("job_failure_not_told", job=name, job_id=job_id, **_describe(second))

    def _try_often(self, name: str, job_id: str, call: Callable[[], None]) -> None:
        for delay in self._delays:
            try:
                call()
            except TransientError as error:
                _log.warning("job_tried_again", job=name, job_id=job_id, seconds=delay, code=error.code)
                self._pause(delay)
            else:
                return
        call()

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            # The process ends: this job is to be found begun, not failed.
            while True:
                time.sleep(60)

    @contextmanager
    def _noted(self, job_id: str) -> Iterator[None]:
        with self._lock:
            self._running.append(job_id)
        try:
            yield
        finally:
            with self._lock:
                self._running.remove(job_id)


@contextmanager
def _engine(
    database_url: str,
    executor_id: str,
    jobs: _Jobs,
    concurrency: int,
    polling_seconds: float,
    stop_seconds: int,
) -> Iterator[None]:
    log = logging.getLogger("dbos")
    if not log.handlers:
        # The engine would write to standard error by itself; the product's logging decides.
        log.addHandler(logging.NullHandler())
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": normal_url(database_url),
        "executor_id": executor_id,
        "application_version": JOBS_VERSION,
        "sys_db_pool_size": 2 * concurrency + 6,
        "log_level": "WARNING",
    }
    engine = DBOS(config=config)
    try:
        jobs.register()
        DBOS.launch()
        _pin_concurrency(engine, concurrency)
        for queue in QUEUES.values():
            DBOS.register_queue(
                queue,
                worker_concurrency=concurrency,
                polling_interval_sec=polling_seconds,
                on_conflict="always_update",
            )
        yield
    finally:
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=stop_seconds)


def _pin_concurrency(engine: DBOS, concurrency: int) -> None:
    """Let this process have a concurrency of its own.

    The engine keeps one in the database for all executors and reads it before each look into the queue: a
    machine with 2 cores and one with 64 would have that of whichever was started last.
    """
    read_queue = engine._sys_db.get_queue

    def read_own_queue(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - the engine's own types
        queue = read_queue(*arguments, **options)
        if queue is not None:
            queue._worker_concurrency = concurrency
        return queue

    engine._sys_db.get_queue = read_own_queue  # type: ignore[method-assign]


def _watch(presence: Presence, jobs: _Jobs, stop: threading.Event) -> None:
    try:
        presence.watch(stop, jobs.running)
    finally:
        # Without it this process must run no jobs.
        stop.set()


def _purge_regularly(keep_days: float, stop: threading.Event) -> None:
    while True:
        try:
            _purge(datetime.now(UTC) - timedelta(days=keep_days))
        except Exception as error:  # noqa: BLE001 - outermost frame: the next time may work
            _log.warning("purge_failed", error=type(error).__name__)
        if stop.wait(_PURGE_PERIOD_SECONDS):
            return


def _purge(before: datetime) -> None:
    while True:
        ended = DBOS.list_workflows(
            status=_ENDED,
            completed_before=before.isoformat(),
            limit=_PURGE_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if ended:
            DBOS.delete_workflows([job.workflow_id for job in ended])
        if len(ended) < _PURGE_AT_ONCE:
            return


def _stop_on_signals(stop: threading.Event) -> None:
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())


def _describe(error: Exception) -> dict[str, Any]:
    """Return what may be logged of an error: its kind and place, not its message."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_LOGGED:]
    return {
        "error": error.code if isinstance(error, ZhengheError) else type(error).__name__,
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
