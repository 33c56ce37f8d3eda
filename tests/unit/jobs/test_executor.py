"""Jobs are done, once in effect, whatever happens to the processes that do them."""

import random
import signal
import subprocess
import time

import pytest
from sqlalchemy import text

from jobs.queue import JobQueue, Priority
from storage.sessions import Database
from tests.unit.jobs.executors import Executors, enqueue, states, wait_for


def _wait_for_more(executors: Executors) -> None:
    before = len(executors.log())
    wait_for(lambda: len(executors.log()) > before + 1)


def test_jobs_killed_in_the_middle_are_all_done_in_the_end(executors: Executors) -> None:
    chance = random.Random(7)
    names = [f"job{i}" for i in range(60)]
    enqueue(executors.url, [("work", name, name, 40) for name in names])
    for _ in range(4):
        process = executors.start(concurrency=4)
        _wait_for_more(executors)
        time.sleep(chance.uniform(0.0, 0.1))
        process.kill()
        process.wait()
    executors.start(concurrency=4)

    wait_for(lambda: states(executors.url) == dict.fromkeys(names, "SUCCESS"))
    assert executors.done() == set(names)
    ended = [line for line in executors.log() if line.startswith("end")]
    # Only what was under way is done again: at most four jobs at each kill.
    assert len(names) <= len(ended) <= len(names) + 16


def test_what_may_work_later_is_tried_again_and_shown_when_it_never_does(
    sqlite_executors: Executors,
) -> None:
    enqueue(sqlite_executors.url, [("stumble", "1", "twice", 2), ("stumble", "2", "always", 99)])
    sqlite_executors.start()
    wait_for(lambda: states(sqlite_executors.url) == {"1": "SUCCESS", "2": "ERROR"})

    assert sqlite_executors.done() == {"twice"}
    assert sqlite_executors.log().count("begin always") == 3
    assert "failed stumble 2 ('always', 99) AwayError" in sqlite_executors.log()


def test_a_job_that_is_wrong_is_shown_and_its_message_is_not_logged(
    sqlite_executors: Executors,
) -> None:
    enqueue(sqlite_executors.url, [("fail", "1", "a"), ("work", "2", "next", 0)])
    sqlite_executors.start()
    wait_for(lambda: states(sqlite_executors.url) == {"1": "ERROR", "2": "SUCCESS"})

    assert "failed fail 1 ('a',) ValueError" in sqlite_executors.log()
    assert sqlite_executors.output().count("job_failed ") == 1
    assert "张三" not in sqlite_executors.output()


def test_asked_to_end_it_ends_what_is_nearly_done_and_leaves_the_rest(
    sqlite_executors: Executors,
) -> None:
    enqueue(sqlite_executors.url, [("work", "1", "short", 300)])
    enqueue(sqlite_executors.url, [("work", "2", "long", 600_000)])
    enqueue(sqlite_executors.url, [("work", "3", "waits", 0)])
    process = sqlite_executors.start()
    wait_for(lambda: {"begin short", "begin long"} <= set(sqlite_executors.log()))
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=60) == 0
    assert states(sqlite_executors.url) == {"1": "SUCCESS", "2": "PENDING", "3": "ENQUEUED"}
    sqlite_executors.start()
    wait_for(lambda: sqlite_executors.log().count("begin long") == 2)


def test_an_idle_executor_ends_by_itself_when_asked(sqlite_executors: Executors) -> None:
    process = sqlite_executors.start()
    enqueue(sqlite_executors.url, [("work", "1", "a", 0)])
    wait_for(lambda: states(sqlite_executors.url) == {"1": "SUCCESS"})
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=60) == 0
    assert "executor_stopped" in sqlite_executors.output()


def test_a_second_process_with_the_same_id_waits_for_the_first(executors: Executors) -> None:
    first = executors.start()
    wait_for(lambda: "executor_started" in executors.output())
    second = executors.start()
    wait_for(lambda: "executor_waits_for_its" in executors.output())
    assert executors.output().count("executor_started") == 1
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(0.2)

    first.kill()
    wait_for(lambda: executors.output().count("executor_started") == 2)


def test_a_job_that_the_process_never_heard_of_is_put_back(executors: Executors) -> None:
    executors.start()
    wait_for(lambda: "executor_started" in executors.output())
    database, queue = Database(executors.url), JobQueue(executors.url)
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    taken = f"UPDATE {table} SET status = 'PENDING', executor_id = 'host-0', application_version = '1'"
    with database.begin() as session:
        queue.enqueue(session, "work", "1", "a", 0, priority=Priority.BULK)
        # As the engine does it; the answer to this is lost on the way.
        session.execute(text(taken))
    queue.close()
    database.close()

    wait_for(lambda: states(executors.url) == {"1": "SUCCESS"})
    assert "job_put_back" in executors.output()


def test_ended_jobs_are_remembered_no_longer_than_said(sqlite_executors: Executors) -> None:
    enqueue(sqlite_executors.url, [("work", "1", "a", 0), ("fail", "2", "b")])
    first = sqlite_executors.start()
    wait_for(lambda: states(sqlite_executors.url) == {"1": "SUCCESS", "2": "ERROR"})
    first.kill()
    second = sqlite_executors.start()
    wait_for(lambda: sqlite_executors.output().count("executor_started") == 2)
    assert states(sqlite_executors.url) == {"1": "SUCCESS", "2": "ERROR"}
    second.kill()

    sqlite_executors.start(keep_days=0)
    wait_for(lambda: not states(sqlite_executors.url))
