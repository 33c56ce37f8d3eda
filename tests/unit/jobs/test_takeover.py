"""The jobs of executors that died are done by others."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.queue import prepare_job_tables
from tests.postgres import PostgresServer
from tests.unit.jobs.executors import Executors, enqueue, states, wait_for


def test_the_other_of_two_executors_does_the_work_of_the_dead_one(postgres_executors: Executors) -> None:
    executors = postgres_executors
    enqueue(executors.url, [("stall", f"long{i}", f"long{i}") for i in range(2)])
    first = executors.start("host-0")
    wait_for(lambda: len(executors.log()) == 2)
    executors.start("host-1")
    wait_for(lambda: executors.output().count("executor_started") == 2)

    first.kill()
    killed = time.monotonic()
    wait_for(lambda: states(executors.url) == {"long0": "SUCCESS", "long1": "SUCCESS"})

    assert time.monotonic() - killed < 30
    assert "jobs_taken_over" in executors.output()
    assert executors.done() == {"long0", "long1"}


def test_living_executors_keep_their_jobs_and_their_own_concurrency(postgres_executors: Executors) -> None:
    executors = postgres_executors
    executors.start("host-0", concurrency=1)
    executors.start("host-1", concurrency=3)
    wait_for(lambda: executors.output().count("executor_started") == 2)

    # Each sees the other's jobs in several scans.
    enqueue(executors.url, [("work", f"{i}", f"{i}", 600_000) for i in range(6)])
    wait_for(lambda: len(executors.log()) == 4)
    time.sleep(4)

    assert len(executors.log()) == 4
    assert sorted(states(executors.url).values()) == ["ENQUEUED"] * 2 + ["PENDING"] * 4


def test_on_a_data_folder_the_jobs_of_every_id_are_recovered(
    sqlite_executors: Executors,
) -> None:
    executors = sqlite_executors
    enqueue(executors.url, [("stall", "1", "a")])
    old = executors.start("old-name-of-the-machine")
    wait_for(lambda: executors.log() == ["begin a"])
    old.kill()

    executors.start("host-0")
    wait_for(lambda: states(executors.url) == {"1": "SUCCESS"})


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that may be restarted."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def executors(own_server: PostgresServer, tmp_path: Path) -> Iterator[Executors]:
    """Executors on that server."""
    url = own_server.create_database()
    prepare_job_tables(url)
    started = Executors(url, tmp_path)
    yield started
    started.end()


def test_a_restart_of_the_database_loses_nothing_and_kills_nobody(
    own_server: PostgresServer, executors: Executors
) -> None:
    first, second = executors.start("host-0"), executors.start("host-1")
    wait_for(lambda: executors.output().count("executor_started") == 2)
    names = [f"job{i}" for i in range(12)]
    enqueue(executors.url, [("work", name, name, 300) for name in names])
    wait_for(lambda: len(executors.done()) >= 2)

    own_server.restart(away_seconds=1.0)
    wait_for(lambda: executors.output().count("executor_locked_again") == 2)
    wait_for(lambda: states(executors.url) == dict.fromkeys(names, "SUCCESS"))

    assert executors.done() == set(names)
    assert "jobs_taken_over" not in executors.output()
    # The lock is held as before: when one dies, the other notices.
    enqueue(executors.url, [("stall", "late", "late")])
    wait_for(lambda: "begin late" in executors.log())
    busy = first if executors.last_to_note() == first.pid else second
    busy.kill()
    wait_for(lambda: states(executors.url)["late"] == "SUCCESS")
