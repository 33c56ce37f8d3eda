"""Executors for tests: real processes that can be killed."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from dbos import DBOSClient

from jobs.queue import APPLICATION, JobQueue, Priority
from storage.sessions import Database, normal_url

_ROOT = Path(__file__).parents[3]
_PATIENCE_SECONDS = 90.0
"""Far above what anything takes on an idle machine."""


class Executors:
    """The processes of one test, on one database and one folder for what their jobs leave."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(
        self, executor_id: str = "host-0", *, concurrency: int = 2, keep_days: float = 7.0
    ) -> "subprocess.Popen[bytes]":
        """Start a process; it may be killed at any time."""
        program = [sys.executable, "-m", "tests.unit.jobs.job_program"]
        arguments = [self.url, executor_id, str(concurrency), str(keep_days), str(self.folder)]
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                [*program, *arguments],
                cwd=_ROOT,
                stdout=output,
                stderr=output,
            )
        self._processes.append(process)
        return process

    def log(self) -> list[str]:
        """Return what jobs have noted so far, without the number of the process."""
        file = self.folder / "log"
        return (
            [line.rpartition(" ")[0] for line in file.read_text("utf-8").splitlines()]
            if file.exists()
            else []
        )

    def last_to_note(self) -> int:
        """Return the number of the process that noted something last."""
        return int((self.folder / "log").read_text("utf-8").split()[-1])

    def output(self) -> str:
        """Return what the processes have printed."""
        return (self.folder / "output").read_text("utf-8")

    def done(self) -> set[str]:
        """Return the names of the jobs that had their effect."""
        return {path.name for path in (self.folder / "done").glob("*")}

    def end(self) -> None:
        """Kill what still runs."""
        for process in self._processes:
            process.kill()
            process.wait()


def enqueue(
    url: str,
    jobs: Iterable[tuple[str, str, *tuple[str | int, ...]]],
    priority: Priority = Priority.INTERACTIVE,
) -> None:
    """Enqueue jobs (handler, id, arguments) in one transaction."""
    database, queue = Database(url), JobQueue(url)
    with database.begin() as session:
        for job, job_id, *arguments in jobs:
            queue.enqueue(session, job, job_id, *arguments, priority=priority)
    queue.close()
    database.close()


def states(url: str) -> Mapping[str, str]:
    """Return the engine's state of each job, by id."""
    client = DBOSClient(system_database_url=normal_url(url), application_name=APPLICATION)
    found = {
        job.workflow_id: job.status for job in client.list_workflows(load_input=False, load_output=False)
    }
    client.destroy()
    return found


def wait_for(condition: Callable[[], bool], *, seconds: float = _PATIENCE_SECONDS) -> None:
    """Wait until something has come true; fail if it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
