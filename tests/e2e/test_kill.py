"""Processes are killed at any moment, and every file that was accepted is there, once, with one result.

The files are few and small, the processes those of the product, started as an administrator starts them.
"""

import hashlib
import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dbos import DBOSClient
from pydantic import SecretStr
from sqlalchemy import select

from bootstrap.services import Services, open_services, prepare_database
from bootstrap.settings import Settings
from domain.accounts import Role
from domain.batches import Document, DocumentState, Holding
from domain.offices import OfficeKind
from jobs.queue import APPLICATION
from review.accounts import AccountOptions
from review.accounts.identity import actor_of
from review.batches import create_batch
from review.documents import StoredContent, add_document
from storage.accounts import Accounts
from storage.durable import remove_untouched
from storage.models import RowModel, RunModel
from storage.offices import Offices
from storage.store import Store
from tests.e2e import papers
from tests.e2e.client import Client, Pace, upload_all
from tests.e2e.running import (
    Running,
    kill,
    run_program,
    service_environment,
    start_program,
    wait_for,
)
from tests.unit.jobs.executors import states

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine")]

SEED = 20
KILLS = 20
"""Of API and worker; the supervisor is killed besides."""

KILLS_OVER_UPLOADS = 10
LONGEST_WAIT_SECONDS = 2.5
"""Long enough that a kill meets a process starting, starting its reader, or at work."""

TAKEN_OVER_SECONDS = 30.0
USERNAME, PASSWORD = "beilin.reporter", "korrekt-pferd-91"
"""Of the one person who uploads."""

_log = logging.getLogger(__name__)
"""Figures: ``pytest --log-cli-level=INFO``."""

CHEAP = AccountOptions(argon2_time_cost=1, argon2_memory_kib=8, argon2_parallelism=1)


@pytest.fixture(scope="session")
def sixty_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of one batch, by name."""
    return papers.write_files(tmp_path_factory.mktemp("papers"), seed=SEED)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """No address, or that of an empty database."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def services(tmp_path: Path, database_url: str | None) -> Iterator[Services]:
    """What the test itself looks at the data with."""
    with opened(tmp_path / "data", database_url) as services:
        yield services


def test_whoever_is_killed_nothing_accepted_is_lost_or_doubled(
    services: Services,
    database_url: str | None,
    sixty_files: dict[str, Path],
) -> None:
    assert len(sixty_files) == 60
    running = Running(services.settings.data_dir, database_url)
    client = Client(running.address)
    try:
        running.start()
        client.sign_in(USERNAME, PASSWORD)
        batch_id = _new_batch(client)
        with watched(client, batch_id), ThreadPoolExecutor(2) as uploaders:
            pace = Pace(len(sixty_files) // 2, KILLS_OVER_UPLOADS)
            half = dict(list(sixty_files.items())[::2]), dict(list(sixty_files.items())[1::2])
            whole = uploaders.submit(
                upload_all, half[0], pace, lambda name, content: client.upload_whole(batch_id, name, content)
            )
            parts = uploaders.submit(
                upload_all,
                half[1],
                pace,
                lambda name, content: client.upload_in_parts(batch_id, name, content),
            )
            killing = Killing(running, client, services, batch_id, random.Random(SEED))
            with pace.told_of_failure():
                killing.run(0, KILLS_OVER_UPLOADS, pace)
            answered = whole.result() | parts.result()
            _ask_for_check(client, batch_id, "first")
            killing.run(KILLS_OVER_UPLOADS, KILLS, pace)
            last_kill = time.monotonic()
            _wait_for_check(client, batch_id)
            to_the_end = time.monotonic() - last_kill
        _ask_for_check(client, batch_id, "second")
        _wait_for_check(client, batch_id)
        assert running.stop() == 0
    finally:
        client.close()
        running.end()
    _log.info("seconds to resume: %s, to the end: %.1f", killing.seconds_to_resume, to_the_end)
    _log.info("calls answered: %d, broken off: %d", client.answered, client.broken)

    documents = _documents(services, batch_id)
    assert answered.keys() == sixty_files.keys()
    assert {name: documents[name].id for name in answered} == answered
    assert documents.keys() - answered.keys() == _zipped_names()
    for name, path in sixty_files.items():
        assert documents[name].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert {name: d.problem_code for name, d in documents.items() if d.problem_code} == papers.BROKEN
    assert Counter(d.state for d in documents.values()) == {
        DocumentState.DONE: 60 + papers.ZIPPED - len(papers.BROKEN),
        DocumentState.FAILED: len(papers.BROKEN),
    }
    assert Counter(holding for d in documents.values() for holding in d.holds) == {
        Holding.CERTIFICATE: papers.PEOPLE,
        Holding.SHEET: 1,
        Holding.APPROVAL: 1,
        Holding.ARCHIVE: 1,
        Holding.OTHER: papers.NOTES,
    }
    _see_that_all_was_done_once(services, batch_id, documents)
    for proof in ("verify-log", "verify-files"):
        proven = run_program(["cli", "admin", proof], running.environment)
        assert proven.returncode == 0, proven.stdout + proven.stderr
    _see_that_nothing_is_left_over(services, running)


def test_one_of_two_workers_dies_for_good_and_the_other_does_its_work(
    tmp_path: Path,
    postgres_url: str,
    sixty_files: dict[str, Path],
) -> None:
    files = {name: path for name, path in sixty_files.items() if name.startswith("certificates/")}
    environment = service_environment(tmp_path / "data", postgres_url)
    workers = {
        number: start_program(["cli", "worker", "--number", number], environment, tmp_path / "output")
        for number in ("0", "1")
    }
    try:
        with opened(tmp_path / "data", postgres_url) as services:
            wait_for(lambda: (tmp_path / "output").read_text("utf-8").count("executor_started") == 2, "both")
            batch_id = _add_in_process(services, files)
            wait_for(lambda: len(_jobs_in_hand(postgres_url)) == 2, "work for both")
            victim = sorted(workers)[random.Random(SEED).randrange(2)]
            workers[victim].kill()
            killed = time.monotonic()
            (left_behind,) = (
                jobs for name, jobs in _jobs_in_hand(postgres_url).items() if name.endswith(f"-{victim}")
            )
            orphaned = {int(job.split("-")[1]) for job in left_behind}
            wait_for(lambda: not orphaned & _unfinished(services, batch_id), "the work of the dead")
            seconds = time.monotonic() - killed
            wait_for(lambda: not _unfinished(services, batch_id), "all files read")
            documents = _documents(services, batch_id)
            reads = _reads(services, batch_id)
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()
    _log.info("%d jobs taken over after %.1f seconds", len(left_behind), seconds)

    assert left_behind
    assert seconds < TAKEN_OVER_SECONDS
    assert documents.keys() == files.keys()
    assert reads == {f"document/{document.id}": 1 for document in documents.values()}


class Killing:
    """Kills at random moments; what it does is drawn from a seed, when it meets what is not."""

    def __init__(
        self, running: Running, client: Client, services: Services, batch_id: int, chance: random.Random
    ) -> None:
        self._running, self._client, self._services = running, client, services
        self._batch_id = batch_id
        self._chance = chance
        targets = ["api", "worker"] * (KILLS // 2)
        chance.shuffle(targets)
        self._targets = targets
        self._with_supervisor = {chance.randrange(5, 8), chance.randrange(12, 15)}
        self._killed: dict[str, int | None] = {"api": None, "worker": None}
        self.seconds_to_resume: list[float] = []
        """From the start of a worker after a kill to the next file that was read."""

    def run(self, first: int, end: int, pace: Pace) -> None:
        """Kill those of one stretch of the plan."""
        for number in range(first, end):
            self._kill(self._targets[number])
            if number in self._with_supervisor:
                self._running.kill_supervisor()
                self._running.start()
            pace.killed()

    def _kill(self, name: str) -> None:
        pid = self._wait_for_another(name)
        if self._chance.random() < 0.5:
            moment = self._chance.uniform(0, LONGEST_WAIT_SECONDS)
            # Nothing is waited for: the point is that the moment is any.
            time.sleep(moment)
        elif name == "api":
            calls = self._client.answered + self._chance.randrange(1, 12)
            wait_for(lambda: self._client.answered >= calls, "answers of the API")
        else:
            self._wait_for_a_reading()
        kill(pid)
        self._killed[name] = pid

    def _wait_for_another(self, name: str) -> int:
        # Looked at once only: of a process that is just becoming its program the system tells no name.
        found: list[int] = []

        def is_there() -> bool:
            pid = self._running.child(name)
            if pid is None or pid == self._killed[name]:
                return False
            found.append(pid)
            return True

        wait_for(is_there, f"another {name}")
        return found[-1]

    def _wait_for_a_reading(self) -> None:
        started, before = time.monotonic(), _unfinished(self._services, self._batch_id)

        def has_read() -> bool:
            return not before or bool(before - _unfinished(self._services, self._batch_id))

        wait_for(has_read, "a file that was read")
        if before:
            self.seconds_to_resume.append(round(time.monotonic() - started, 1))
        time.sleep(self._chance.uniform(0, 0.5))


@contextmanager
def opened(data: Path, database_url: str | None) -> Iterator[Services]:
    """Open a data folder with one office and one person in it."""
    url = SecretStr(database_url) if database_url else None
    services = open_services(Settings(data_dir=data, database_url=url), accounts=CHEAP)
    prepare_database(services)
    with services.database.begin() as session:
        at = datetime.now(UTC)
        office = Offices(session).add("beilin", "碑林区人社局", OfficeKind.COUNTY, parent=None, at=at)
        user = Accounts(session).add(
            USERNAME, "经办人", [Role.REPORTER], office=office, password_hash="", at=at
        )
        Accounts(session).set_password(user.id, services.door.hasher.hash(PASSWORD), must_change=False)
    yield services
    services.close()


@contextmanager
def watched(client: Client, batch_id: int) -> Iterator[None]:
    """Have somebody look at the progress of a batch all the time."""
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.2):
            client.send("GET", f"/batches/{batch_id}/progress")

    with ThreadPoolExecutor(1) as watchers:
        watcher = watchers.submit(look)
        try:
            yield
        finally:
            stop.set()
        watcher.result()


def _new_batch(client: Client) -> int:
    made = client.send(
        "POST", "/batches", wanted=201, json={"name": "第1批"}, headers={"Idempotency-Key": "the-only-batch"}
    )
    return int(made.json()["id"])


def _ask_for_check(client: Client, batch_id: int, key: str) -> None:
    client.send("POST", f"/batches/{batch_id}/check", wanted=202, headers={"Idempotency-Key": f"{key}-check"})


def _wait_for_check(client: Client, batch_id: int) -> None:
    def is_checked() -> bool:
        batch = client.send("GET", f"/batches/{batch_id}").json()
        assert batch["check_problem"] is None
        return str(batch["state"]) != "checking"

    wait_for(is_checked, "the end of the check")


def _add_in_process(services: Services, files: dict[str, Path]) -> int:
    with services.database.begin() as session:
        known = Accounts(session).find_credentials(USERNAME)
        assert known is not None
        user = known.user
        store = Store(session, actor_of(user, Offices(session).get(user.office_id)), datetime.now(UTC))
        batch = create_batch(store, "第1批")
        for name, path in files.items():
            stored = services.files.put(path)
            content = StoredContent(stored.sha256, stored.size_bytes)
            add_document(store, services.jobs, batch.id, name, content)
    return batch.id


def _jobs_in_hand(url: str) -> dict[str, set[str]]:
    """Return the jobs that each executor has begun and not ended."""
    client = DBOSClient(system_database_url=url, application_name=APPLICATION)
    jobs: dict[str, set[str]] = {}
    for job in client.list_workflows(status="PENDING", load_input=False, load_output=False):
        jobs.setdefault(str(job.executor_id), set()).add(job.workflow_id)
    client.destroy()
    return jobs


def _documents(services: Services, batch_id: int) -> dict[str, Document]:
    """Return the files of a batch, each name being there once."""
    with services.database.read() as session:
        found = Store(session, None, datetime.now(UTC)).documents.list_page(batch_id, active_only=False)
    documents = {document.name: document for document in found}
    assert len(documents) == len(found)
    assert all(document.is_active for document in found)
    return documents


def _unfinished(services: Services, batch_id: int) -> set[int]:
    """Return the ids of the files that are still to be read."""
    return {d.id for d in _documents(services, batch_id).values() if not d.state.is_finished}


def _reads(services: Services, batch_id: int) -> dict[str, int]:
    """Return how often the reading of each file was recorded."""
    with services.database.read() as session:
        lines = Store(session, None, datetime.now(UTC)).log.lines_of_batch(batch_id)
        return Counter(line.object for line in lines if line.action == "document.read")


def _zipped_names() -> set[str]:
    return {f"{number}.pdf" for number in range(papers.PEOPLE - papers.ZIPPED, papers.PEOPLE)}


def _see_that_all_was_done_once(services: Services, batch_id: int, documents: dict[str, Document]) -> None:
    assert _reads(services, batch_id) == {f"document/{d.id}": 1 for d in documents.values()}
    jobs = [f"document-{d.id}-1" for d in documents.values()]
    jobs += [f"check-{batch_id}-{revision}" for revision in (1, 2)]
    assert states(services.database.url) == dict.fromkeys(jobs, "SUCCESS")
    with services.database.read() as session:
        runs = session.scalars(select(RunModel).where(RunModel.batch_id == batch_id)).all()
        rows = session.scalars(select(RowModel).where(RowModel.batch_id == batch_id)).all()
    assert sorted(run.revision for run in runs) == [1, 2]
    assert {len(run.documents) for run in runs} == {len(documents)}
    assert len({(row.sheet, row.tab, row.row_number) for row in rows}) == len(rows) == papers.PEOPLE
    assert all(row.is_present for row in rows)
    assert {row.run_id for row in rows} == {max(run.id for run in runs)}


def _see_that_nothing_is_left_over(services: Services, running: Running) -> None:
    data = services.settings.data_dir
    services.parts.sweep(older_than_seconds=0)
    services.files.sweep_leftovers(older_than_seconds=0)
    remove_untouched(data / "unpacked", older_than_seconds=0)
    for place in ("uploads", "files/temporary", "unpacked"):
        assert list((data / place).iterdir()) == []
    assert list(running.temporary.glob("zhenghe-*")) == []
