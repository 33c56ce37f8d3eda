"""A database as a province has it after a season: offices, people, and batches with rows in review."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from bootstrap.services import Services
from domain.accounts import Actor, Role
from domain.batches import Priority
from domain.findings import BatchResult, Evidence, RowFinding
from domain.offices import Office, OfficeKind
from domain.way import BatchState
from matching.pronunciation import initials
from review.accounts.identity import actor_of
from review.store_check import prepare_check, store_check
from storage.accounts import Accounts
from storage.batches import Batches
from storage.offices import Offices
from storage.sessions import Database, Session
from storage.store import Store
from tests.results import realistic_result, sheet_table

PASSWORD = "korrekt-pferd-91"
APPROVAL = "批文.pdf"
_PEOPLE_IN_A_VOLUME = 50
_RECHECK_RATE, _RECHECK_LEAST = 0.05, 20
_START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is."""

    batches: int
    rows_in_a_batch: int
    people: int
    offices: int
    """Both batches and people are spread over so many."""


def fill(services: Services, size: Size) -> list[str]:
    """Put offices, people and batches into an empty database; return the names that can sign in."""
    with services.database.begin() as session:
        reviewers = _add_people(session, services.door.hasher.hash(PASSWORD), size)
    by_office = [reviewers[n :: size.offices] for n in range(size.offices)]
    for number in range(size.batches):
        batch_id = add_batch(
            services.database, by_office[number % size.offices][0], f"批次{number:03d}", size.rows_in_a_batch
        )
        check(services.database, batch_id, invented_result(size.rows_in_a_batch, seed=number))
    return [person.username for person in reviewers]


def _add_people(session: Session, password_hash: str, size: Size) -> list[Actor]:
    offices, accounts = Offices(session), Accounts(session)
    province = offices.add("shaanxi", "省人社厅", OfficeKind.PROVINCE, parent=None, at=_START)
    city = offices.add("xian", "市人社局", OfficeKind.CITY, parent=province, at=_START)
    counties: list[Office] = [
        offices.add(f"county{n}", f"第{n}区人社局", OfficeKind.COUNTY, parent=city, at=_START)
        for n in range(size.offices)
    ]
    reviewers = []
    for n in range(size.people):
        office = counties[n % size.offices]
        user = accounts.add(
            f"verifier{n}", f"核对人{n}", [Role.VERIFIER], office=office, password_hash="", at=_START
        )
        user = accounts.set_password(user.id, password_hash, must_change=False)
        reviewers.append(actor_of(user, office))
    return reviewers


def add_batch(database: Database, by: Actor, name: str, rows: int) -> int:
    """Make a batch with its files, waiting for its first check; return its id."""
    with database.begin() as session:
        store = Store(session, by, _START)
        batch = store.batches.add(
            name,
            owner_id=by.office_id,
            owner_path=by.office_path,
            period_id=None,
            priority=Priority.BULK,
            by=by.user_id,
            at=_START,
        )
        for file in (APPROVAL, *(_volume(place) for place in range(0, rows, _PEOPLE_IN_A_VOLUME))):
            digest = sha256(f"{name}/{file}".encode()).hexdigest()
            store.documents.add(batch.id, file, sha256=digest, size_bytes=1 << 20, by=by.user_id, at=_START)
        return batch.id


def check(database: Database, batch_id: int, result: BatchResult) -> None:
    """Store the next check of a batch as the job does."""
    tables = [sheet_table(result.rows)]
    with database.begin() as session:
        batches = Batches(session, None)
        revision = batches.get(batch_id, lock=True).revision + 1
        batches.change(batch_id, state=BatchState.CHECKING.value, revision=revision)
    with database.read() as session:
        store = Store(session, None, database.clock())
        prepared = prepare_check(
            store,
            store.batches.get(batch_id),
            result,
            tables,
            hashes={},
            recheck_rate=_RECHECK_RATE,
            recheck_least=_RECHECK_LEAST,
            initials=initials,
        )
    with database.begin() as session:
        store = Store(session, None, database.clock())
        store_check(
            store,
            store.batches.get(batch_id, lock=True),
            result,
            tables,
            hashes={},
            documents=[],
            versions={"bench": 1},
            started_at=database.clock(),
            recheck_rate=_RECHECK_RATE,
            recheck_least=_RECHECK_LEAST,
            initials=initials,
            prepared=prepared,
        )


def invented_result(rows: int, *, seed: int) -> BatchResult:
    """Return invented findings; the certificates of fifty people lie in one file each."""
    result = realistic_result(rows, seed=seed)
    return replace(
        result,
        rows=tuple(
            bound(row, _volume(place), place % _PEOPLE_IN_A_VOLUME + 1)
            for place, row in enumerate(result.rows)
        ),
    )


def bound(row: RowFinding, file: str, page: int) -> RowFinding:
    """Return a row whose certificate, with all that it proves, is another page."""

    def moved(evidence: Evidence | None) -> Evidence | None:
        return evidence and replace(evidence, file=file, page_number=page)

    link = row.certificate and replace(row.certificate, file=file, page_number=page)
    fields = {field: replace(found, evidence=moved(found.evidence)) for field, found in row.fields.items()}
    return replace(row, certificate=link, fields=fields)


def _volume(place: int) -> str:
    return f"证书/合订本{place // _PEOPLE_IN_A_VOLUME + 1:03d}.pdf"
