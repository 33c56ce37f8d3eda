"""The review core on a database of its own, without HTTP: use cases called as people of a tree of offices."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from domain.accounts import Actor, Role
from domain.batches import Batch, Document, DocumentContents, DocumentState, Holding, Priority, ReviewRow
from domain.decisions import Action, NewDecision
from domain.fields import Field
from domain.findings import BatchFinding, BatchResult, RowFinding
from domain.offices import Office, OfficeKind
from domain.way import RowState
from review.accounts.identity import actor_of
from review.batches import create_batch, start_check
from review.decide import Decided, decide
from review.documents import StoredContent, add_document
from review.leases import take_rows
from review.letter_of_batch import letter_for
from review.store_check import Sampler, store_check
from storage.accounts import Accounts
from storage.offices import Offices
from storage.schema import upgrade
from storage.sessions import Database, Session, sqlite_url
from storage.store import Store
from tests.clock import START, Clock
from tests.found_rows import clear_row, no_paper, number_of, person, wrong_name
from tests.letters import read_back
from tests.results import SHEET, batch_finding, sheet_table

__all__ = [
    "APPROVAL",
    "LETTER",
    "Bureau",
    "RecordingJobs",
    "clear_row",
    "no_paper",
    "number_of",
    "person",
    "prepare_offices",
    "prepared_file",
    "prepared_url",
    "store_found",
    "wrong_name",
]

TREE = (
    ("province", OfficeKind.PROVINCE, None),
    ("city", OfficeKind.CITY, "province"),
    ("county", OfficeKind.COUNTY, "city"),
    ("other", OfficeKind.COUNTY, "city"),
    ("unit", OfficeKind.UNIT, "county"),
)
"""Codes of the offices; people are called ``county.verifier``, after each role."""

MORE_PEOPLE = (
    ("county.verifier2", frozenset({Role.VERIFIER})),
    ("county.both", frozenset({Role.VERIFIER, Role.SUPERVISOR})),
    ("city.both", frozenset({Role.VERIFIER, Role.SUPERVISOR})),
)

APPROVAL = "批文.pdf"
LETTER = "承诺书.pdf"

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass
class RecordingJobs:
    """Takes jobs and remembers them."""

    asked: list[tuple[str, tuple[str | int, ...]]] = field(default_factory=list)

    def enqueue(
        self, session: Session, job: str, job_id: str, *arguments: str | int, priority: Priority
    ) -> None:
        """Remember a job."""
        self.asked.append((job_id, arguments))


def prepare_offices(database: Database) -> None:
    """Make the tables and the tree with its people."""
    upgrade(database)
    with database.begin() as session:
        offices: dict[str | None, Office | None] = {None: None}
        accounts = Accounts(session)
        for code, kind, parent in TREE:
            office = Offices(session).add(code, f"{code}人社局", kind, parent=offices[parent], at=START)
            offices[code] = office
            people = [(f"{code}.{role}", frozenset({role})) for role in Role]
            people += [one for one in MORE_PEOPLE if one[0].startswith(f"{code}.")]
            for name, roles in people:
                accounts.add(name, name, roles, office=office, password_hash="", at=START)


class Bureau:
    """Offices at work on one database."""

    def __init__(self, url: str) -> None:
        """Open a database that ``prepare_offices`` has filled."""
        self.clock = Clock()
        self.jobs = RecordingJobs()
        self.database = Database(url, clock=self.clock, busy_timeout_seconds=20)
        with self.database.read() as session:
            root = Offices(session).find_root()
            assert root is not None
            self.offices = {o.code: o for o in Offices(session).list_at_or_below(root.path, limit=100)}
            by_id = {office.id: office for office in self.offices.values()}
            self.actors: dict[str, Actor] = {
                user.username: actor_of(user, by_id[user.office_id])
                for user in Accounts(session).list_page(root.path, limit=1000)
            }

    def close(self) -> None:
        """End all connections."""
        self.database.close()

    @contextmanager
    def store(self, username: str | None) -> Iterator[Store]:
        """Open a transaction as somebody; ``None`` is the service itself."""
        actor = self.actors[username] if username is not None else None
        with self.database.begin() as session:
            yield Store(session, actor, self.clock())

    def do(
        self,
        username: str | None,
        deed: Callable[Concatenate[Store, _P], _T],
        *args: _P.args,
        **more: _P.kwargs,
    ) -> _T:
        """Call a use case in a transaction of its own, as somebody."""
        with self.store(username) as store:
            return deed(store, *args, **more)

    # -- files and checks ------------------------------------------------------------------------

    def add_draft(self) -> int:
        """Make a batch of the county without files; return its number."""
        return self.do("county.reporter", create_batch, "一批").id

    def add_file(
        self,
        batch_id: int,
        name: str,
        holds: Sequence[Holding],
        *,
        by: str = "county.verifier",
        content: str = "",
        replaces_id: int | None = None,
        contents: DocumentContents | None = None,
        state: DocumentState = DocumentState.DONE,
    ) -> Document:
        """Add a file that was read already; ``content`` stands for its bytes."""
        sha256 = (content or name).encode().hex().ljust(64, "0")[:64]
        with self.store(by) as store:
            document, _ = add_document(
                store, self.jobs, batch_id, name, StoredContent(sha256, 1000), replaces_id=replaces_id
            )
            store.documents.change(
                document.id,
                state=state.value,
                holds=[one.value for one in holds],
                finished_at=store.now if state.is_finished else None,
            )
            if contents is not None:
                store.documents.store_contents(document.id, contents)
            return store.documents.get(document.id)

    def add_batch(
        self,
        rows: Sequence[RowFinding],
        *,
        office: str = "county",
        with_letter: bool = False,
        draw: Sampler | None = None,
        rate: float = 0.0,
        batch: BatchFinding | None = None,
        period_id: int | None = None,
    ) -> Batch:
        """Make a batch with sheet, approval and certificates, and store what a check found of it."""
        by = f"{office}.verifier"
        made = self.do(by, create_batch, "2016-工程-中级", period_id=period_id)
        self.add_file(made.id, SHEET, [Holding.SHEET], by=by)
        self.add_file(made.id, APPROVAL, [Holding.APPROVAL], by=by)
        for file in sorted({row.certificate.file for row in rows if row.certificate}):
            self.add_file(made.id, file, [Holding.CERTIFICATE], by=by)
        self.check(made.id, rows, office=office, draw=draw, rate=rate, batch=batch)
        if with_letter:
            self.add_letter(made.id, office=office)
        return self.batch(made.id)

    def check(
        self,
        batch_id: int,
        rows: Sequence[RowFinding],
        *,
        office: str = "county",
        draw: Sampler | None = None,
        rate: float = 0.0,
        least: int = 0,
        batch: BatchFinding | None = None,
        is_asked: bool = False,
    ) -> Batch:
        """Ask for a check, unless it ``is_asked`` for already, and store that it found these rows."""
        if not is_asked:
            self.do(f"{office}.verifier", start_check, self.jobs, batch_id)
        with self.store(None) as store:
            store_found(store, batch_id, rows, batch, draw=draw, rate=rate, least=least)
        return self.batch(batch_id)

    def add_letter(
        self, batch_id: int, *, office: str = "county", name: str = LETTER, **changes: object
    ) -> Document:
        """Upload the commitment letter of the batch as it is now, stamped; ``changes`` are misreadings."""
        by = f"{office}.verifier"
        with self.store(by) as store:
            letter = letter_for(store, store.batches.get(batch_id))
            old = store.documents.find_by_name(batch_id, name)
        reading = read_back(letter, **{"file": name, **changes})
        return self.add_file(
            batch_id,
            name,
            [Holding.LETTER],
            by=by,
            content=f"{len(self.jobs.asked)}{letter.code}",
            replaces_id=old.id if old is not None else None,
            contents=DocumentContents(letters=(reading,)),
        )

    # -- looking and deciding --------------------------------------------------------------------

    def batch(self, batch_id: int) -> Batch:
        """Return a batch as it is now."""
        with self.database.read() as session:
            return Store(session, None, self.clock()).batches.get(batch_id)

    def rows(self, batch_id: int) -> list[ReviewRow]:
        """Return the rows of a batch as they are now."""
        with self.database.read() as session:
            return Store(session, None, self.clock()).rows.list_page(batch_id, limit=10_000)

    def row(self, batch_id: int, row_number: int) -> ReviewRow:
        """Return a row by its number in the sheet."""
        return next(row for row in self.rows(batch_id) if row.row_number == row_number)

    def decide(
        self,
        row: ReviewRow | int,
        action: Action = Action.SHEET_RIGHT,
        field_: Field | None = None,
        *,
        by: str = "county.verifier",
        value: str | None = None,
        reason: str = "",
    ) -> Decided:
        """Record one decision."""
        row_id = row if isinstance(row, int) else row.id
        return self.do(by, decide, self.jobs, row_id, [NewDecision(action, field_, value, reason)])

    def decide_all(self, batch_id: int, *, by: str = "county.verifier") -> None:
        """Say of all waiting rows that the sheet is right."""
        for row in self.rows(batch_id):
            if row.state is RowState.WAITING or row.queue:
                self.decide(row, by=by)

    def take(self, by: str, count: int = 1, **more: object) -> list[ReviewRow]:
        """Take rows from the queue."""
        return self.do(by, take_rows, count=count, **more)  # type: ignore[arg-type]


def store_found(
    store: Store,
    batch_id: int,
    rows: Sequence[RowFinding],
    batch: BatchFinding | None = None,
    *,
    draw: Sampler | None = None,
    rate: float = 0.0,
    least: int = 0,
) -> None:
    """Store that a check, which was asked for, found these rows."""
    documents = store.documents.list_page(batch_id)
    assert store_check(
        store,
        store.batches.get(batch_id, lock=True),
        BatchResult(batch or batch_finding(), tuple(rows)),
        [sheet_table(rows)] if rows else [],
        hashes={document.name: document.sha256 for document in documents},
        documents=[document.id for document in documents],
        versions={"code": "test", "reader": "1 test"},
        started_at=store.now,
        recheck_rate=rate,
        recheck_least=least,
        initials=lambda name: name,
        draw=draw or (lambda rows, count: rows[:count]),
    )


def prepared_file(folder: Path) -> Path:
    """Return an SQLite file with tables, offices and people, to be copied and never opened."""
    path = folder / "prepared.sqlite"
    prepared_url(sqlite_url(path))
    return path


def prepared_url(url: str) -> str:
    """Return the address of an empty database, filled with tables, offices and people."""
    database = Database(url)
    prepare_offices(database)
    database.close()
    return url
