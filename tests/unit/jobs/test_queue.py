"""A job exists when and only when the transaction that stored its cause commits."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from jobs.queue import JobQueue, Priority, prepare_job_tables
from storage.sessions import Database, sqlite_url
from tests.unit.jobs.executors import Executors, enqueue, states, wait_for


class ChangedMindError(Exception):
    """The caller takes everything back."""


def test_a_transaction_rolled_back_leaves_neither_job_nor_cause(job_url: str) -> None:
    database, queue = Database(job_url), JobQueue(job_url)
    with database.begin() as session:
        session.execute(text("CREATE TABLE causes (name TEXT)"))

    def change_mind() -> None:
        with database.begin() as session:
            session.execute(text("INSERT INTO causes VALUES ('taken back')"))
            queue.enqueue(session, "work", "lost", "a", 0, priority=Priority.INTERACTIVE)
            session.execute(text("INSERT INTO causes VALUES ('this too')"))
            raise ChangedMindError

    with pytest.raises(ChangedMindError):
        change_mind()
    with database.begin() as session:
        session.execute(text("INSERT INTO causes VALUES ('kept')"))
        queue.enqueue(session, "work", "kept", "a", 0, priority=Priority.INTERACTIVE)

    with database.begin() as session:
        assert session.execute(text("SELECT name FROM causes")).scalars().all() == ["kept"]
    assert states(job_url) == {"kept": "ENQUEUED"}
    queue.close()
    database.close()


def test_the_same_id_twice_is_one_job(executors: Executors) -> None:
    enqueue(executors.url, [("work", "1", "first", 0), ("work", "1", "second", 0)])
    enqueue(executors.url, [("work", "1", "third", 0)])
    executors.start()
    wait_for(lambda: states(executors.url) == {"1": "SUCCESS"})

    enqueue(executors.url, [("work", "1", "fourth", 0), ("work", "2", "last", 0)])
    wait_for(lambda: states(executors.url) == {"1": "SUCCESS", "2": "SUCCESS"})

    assert executors.done() == {"first", "last"}


def test_interactive_jobs_wait_for_no_others_and_go_in_the_order_of_transactions(
    executors: Executors,
) -> None:
    enqueue(executors.url, [("work", f"bulk{i}", f"bulk{i}", 0) for i in range(3)], Priority.BULK)
    for i in range(3):
        enqueue(executors.url, [("work", f"now{i}", f"now{i}", 0)])
    executors.start(concurrency=1)
    wait_for(lambda: len(executors.done()) == 6)

    begun = [line.removeprefix("begin ") for line in executors.log() if line.startswith("begin")]
    # Each kind has a place of its own; neither keeps the other out.
    assert [name for name in begun if name.startswith("now")] == ["now0", "now1", "now2"]
    assert {name for name in begun if name.startswith("bulk")} == {"bulk0", "bulk1", "bulk2"}


def test_bulk_jobs_under_way_do_not_keep_interactive_ones_out(sqlite_executors: Executors) -> None:
    enqueue(sqlite_executors.url, [("work", f"bulk{i}", f"bulk{i}", 60_000) for i in range(3)], Priority.BULK)
    sqlite_executors.start(concurrency=1)
    wait_for(lambda: any(line.startswith("begin bulk") for line in sqlite_executors.log()))
    enqueue(sqlite_executors.url, [("work", "now", "now", 0)])

    wait_for(lambda: sqlite_executors.done() == {"now"})


def test_tables_may_be_prepared_by_several_processes_at_once(tmp_path: Path, postgres_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    for url in (sqlite_url(tmp_path / "zhenghe.sqlite"), postgres_url):
        processes = [context.Process(target=prepare_job_tables, args=(url,)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0, 0]
        enqueue(url, [("work", "1", "a", 0)])


def test_the_engine_writes_into_the_same_write_ahead_log(tmp_path: Path) -> None:
    file = tmp_path / "zhenghe.sqlite"
    prepare_job_tables(sqlite_url(file))
    enqueue(sqlite_url(file), [("work", "1", "a", 0)])

    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    # 2 is FULL, the default of every connection that asks for nothing else, and the engine asks for nothing.
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()
