"""Who is alive: one process for each executor id, and the jobs of dead ones done by the living.

The engine recovers at start, and only the jobs of its own id. A process that dies and is not started again
would keep its jobs for ever.
"""

import fcntl
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Protocol

import structlog
from dbos import DBOS, DBOSClient
from dbos._dbos import _get_dbos_instance

from jobs.queue import APPLICATION, JOBS_VERSION, QUEUES, Priority
from storage.advisory_locks import AdvisoryLocks, LocksLostError
from storage.sessions import normal_url

_SQLITE = "sqlite:///"

_CLAIM_PATIENCE_TICKS = 10
"""For a detector that holds the lock while it recovers, which takes milliseconds."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How closely executors watch each other."""

    tick_seconds: float = 0.5
    """How often an executor looks whether it still has its lock."""

    ticks_between_scans: int = 6
    """An executor whose lock was lost has it again long before a second scan; one that died has not."""

    forgotten_seconds: float = 70.0
    """After which a job that this process has begun, by the database, and does not run is put back.

    Longer than the engine waits between two tries to write down that a job is done.
    """


class Presence(Protocol):
    """The claim of one process on its executor id. Claimed before the engine starts."""

    def claim(self, stop: Event) -> bool:
        """Wait until the id is this process's alone; false when ``stop`` came first."""

    def watch(self, stop: Event, running: Callable[[], Collection[str]]) -> None:
        """Hold the claim and see that no job is left lying, until ``stop``.

        Args:
            stop: Ends it. The engine runs until then.
            running: Tells which jobs this process has in hand.

        Returning early means that the id belongs to another process now.
        """

    def release(self) -> None:
        """Give the id free. The engine has stopped."""


class FolderPresence:
    """On SQLite: one executor for the data folder, held by a lock on a file beside the database."""

    def __init__(self, database_url: str, executor_id: str, options: WatchOptions) -> None:
        self._path = Path(database_url.removeprefix(_SQLITE)).with_name("executor.lock")
        self._jobs = _BegunJobs(database_url, executor_id, options)
        self._options = options
        self._file: int | None = None

    def claim(self, stop: Event) -> bool:
        """See ``Presence``."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        told = False
        while not _try_flock(file):
            if not told:
                _log.warning("executor_waits_for_its_folder", file=self._path.name)
                told = True
            if stop.wait(self._options.tick_seconds):
                os.close(file)
                return False
        self._file = file
        return True

    def watch(self, stop: Event, running: Callable[[], Collection[str]]) -> None:
        """See ``Presence``: whoever else has left jobs is dead."""
        while True:
            try:
                for executor in self._jobs.look(running):
                    _recover(executor)
            except Exception as error:  # noqa: BLE001 - outermost frame: the next look may work
                _log.warning("takeover_scan_failed", error=type(error).__name__)
            if stop.wait(self._options.tick_seconds * self._options.ticks_between_scans):
                return

    def release(self) -> None:
        """See ``Presence``."""
        self._jobs.close()
        if self._file is not None:
            os.close(self._file)
            self._file = None


class ClusterPresence:
    """On PostgreSQL: a lock that the server gives free when this process or its machine dies."""

    def __init__(self, database_url: str, executor_id: str, options: WatchOptions) -> None:
        self._executor_id = executor_id
        self._jobs = _BegunJobs(database_url, executor_id, options)
        self._options = options
        self._locks = AdvisoryLocks(database_url)

    def claim(self, stop: Event) -> bool:
        """See ``Presence``.

        Raises:
            LocksLostError: The database cannot be reached.
        """
        told = False
        while not self._locks.try_lock(_lock_name(self._executor_id)):
            if not told:
                _log.warning("executor_waits_for_its_id", executor=self._executor_id)
                told = True
            if stop.wait(self._options.tick_seconds):
                return False
        return True

    def watch(self, stop: Event, running: Callable[[], Collection[str]]) -> None:
        """See ``Presence``: an executor with jobs whose lock is free on two scans is dead."""
        suspects: set[str] = set()
        tick = 0
        while not stop.wait(self._options.tick_seconds):
            tick += 1
            try:
                self._locks.check()
                if tick % self._options.ticks_between_scans == 0:
                    suspects = self._scan(suspects, running)
            except LocksLostError:
                # When the server was away all locks were free: what was seen before counts for nothing.
                suspects = set()
                _log.warning("executor_lost_its_lock", executor=self._executor_id)
                if not self._claim_again(stop):
                    return
            except Exception as error:  # noqa: BLE001 - outermost frame: the next scan may work
                suspects = set()
                _log.warning("takeover_scan_failed", error=type(error).__name__)

    def release(self) -> None:
        """See ``Presence``."""
        self._jobs.close()
        self._locks.close()

    def _scan(self, suspects: set[str], running: Callable[[], Collection[str]]) -> set[str]:
        """Take over from suspects that are still gone; return those that are gone for the first time."""
        others = self._jobs.look(running)
        free = self._locks.find_free(map(_lock_name, others))
        gone = {executor for executor in others if _lock_name(executor) in free}
        for executor in sorted(gone & suspects):
            # While it is held here, the executor cannot come back in the middle.
            if self._locks.try_lock(_lock_name(executor)):
                try:
                    _recover(executor)
                finally:
                    self._locks.unlock(_lock_name(executor))
        return gone - suspects

    def _claim_again(self, stop: Event) -> bool:
        refusals = 0
        while refusals < _CLAIM_PATIENCE_TICKS:
            try:
                if self._locks.try_lock(_lock_name(self._executor_id)):
                    _log.info("executor_locked_again", executor=self._executor_id)
                    return True
                refusals += 1
            except LocksLostError:
                refusals = 0
            if stop.wait(self._options.tick_seconds):
                return False
        _log.error("executor_id_taken", executor=self._executor_id)
        return False


def make_presence(database_url: str, executor_id: str, options: WatchOptions) -> Presence:
    """Return the kind of claim that the database calls for."""
    kind = FolderPresence if database_url.startswith(_SQLITE) else ClusterPresence
    return kind(database_url, executor_id, options)


class _BegunJobs:
    """The jobs that executors have begun and not ended, dead or alive."""

    def __init__(self, database_url: str, executor_id: str, options: WatchOptions) -> None:
        self._executor_id = executor_id
        self._forgotten_seconds = options.forgotten_seconds
        self._missing: dict[str, float] = {}
        self._client = DBOSClient(
            system_database_url=normal_url(database_url),
            system_database_pool_size=1,
            application_name=APPLICATION,
            lazy=True,
            # The engine's own calls wait for a database that is away; meanwhile nobody would lock again.
            retry_connection_errors=False,
        )

    def look(self, running: Callable[[], Collection[str]]) -> set[str]:
        """Put jobs back that this process has forgotten; return the ids of other executors with jobs.

        A job is forgotten when the connection broke while it was taken out of the queue: by the database
        this process has it, and this process never heard of it.
        """
        begun = self._client.list_workflows(
            status="PENDING", app_version=JOBS_VERSION, load_input=False, load_output=False
        )
        now, own = time.monotonic(), set(running())
        missing = {
            job.workflow_id
            for job in begun
            if job.executor_id == self._executor_id and job.workflow_id not in own
        }
        self._missing = {job_id: self._missing.get(job_id, now) for job_id in missing}
        queues = {job.workflow_id: job.queue_name or QUEUES[Priority.BULK] for job in begun}
        for job_id, since in list(self._missing.items()):
            if now - since >= self._forgotten_seconds:
                _put_back(job_id, self._executor_id, queues[job_id])
                del self._missing[job_id]
        return {job.executor_id for job in begun if job.executor_id is not None} - {self._executor_id}

    def close(self) -> None:
        self._client.destroy()


def _lock_name(executor_id: str) -> str:
    return f"executor:{executor_id}"


def _recover(executor_id: str) -> None:
    # The engine's recovery for an id is public only through its paid console.
    jobs = DBOS._recover_pending_workflows([executor_id])
    _log.info("jobs_taken_over", executor=executor_id, jobs=len(jobs))


def _put_back(job_id: str, executor_id: str, queue: str) -> None:
    # What the recovery above does for each job of an executor.
    _get_dbos_instance()._sys_db.reenqueue_for_recovery(job_id, [executor_id], queue)
    _log.warning("job_put_back", job_id=job_id)


def _try_flock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
