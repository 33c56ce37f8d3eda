"""Two batches for the workplace: one whose every row has a paper of its own, and one of 20,000 rows."""

from dataclasses import replace
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path

from bench.corpora import ROOT
from bench.review_data import Size, add_batch, bound, check, fill, invented_result
from bootstrap.services import Services
from domain.accounts import Actor
from domain.batches import DocumentState
from ingest.sniff import FileKind
from review.accounts.identity import actor_of
from storage.accounts import Accounts
from storage.offices import Offices
from storage.store import Store
from tests.results import realistic_result

USERNAME = "verifier0"
_PICTURES = ROOT / "samples" / "batches"
_COMMENT = b"\xff\xfe"
"""Marks a remark within a JPEG, which no reader draws."""


def fill_workplace(services: Services, *, papers: int, rows: int) -> tuple[int, int]:
    """Put one office, one verifier and two batches into an empty database.

    Args:
        services: Of an empty data folder.
        papers: Rows of the first batch; about six in ten are left to people.
        rows: Rows of the second.

    Returns:
        The ids of the batches.
    """
    fill(services, Size(batches=0, rows_in_a_batch=0, people=1, offices=1))
    with services.database.read() as session:
        credentials = Accounts(session).find_credentials(USERNAME)
        assert credentials is not None, "it was just made"
        user = credentials.user
        person = actor_of(user, Offices(session).get(user.office_id))
    return _with_papers(services, person, papers), _long(services, person, rows)


def _with_papers(services: Services, person: Actor, count: int) -> int:
    batch_id = add_batch(services.database, person, "有纸件的批次", 0)
    scans = sorted(_PICTURES.rglob("*.jpg"))
    names = [f"证书/{place:05d}.jpg" for place in range(count)]
    with services.database.begin() as session:
        store = Store(session, person, services.database.clock())
        for name, scan in zip(names, islice(cycle(scans), count), strict=True):
            kept = services.files.put(BytesIO(_as_another_file(scan, name)))
            document, _ = store.documents.add(
                batch_id,
                name,
                sha256=kept.sha256,
                size_bytes=kept.size_bytes,
                by=person.user_id,
                at=store.now,
            )
            store.documents.change(
                document.id,
                state=DocumentState.DONE.value,
                kind=FileKind.IMAGE.value,
                pages=1,
                pages_done=1,
                finished_at=store.now,
            )
    result = realistic_result(count, seed=1)
    rows = tuple(bound(row, name, 1) for row, name in zip(result.rows, names, strict=True))
    check(services.database, batch_id, replace(result, rows=rows))
    return batch_id


def _long(services: Services, person: Actor, rows: int) -> int:
    batch_id = add_batch(services.database, person, "很长的批次", rows)
    check(services.database, batch_id, invented_result(rows, seed=2))
    return batch_id


def _as_another_file(scan: Path, mark: str) -> bytes:
    """Return a picture that looks the same but is another content, as each person's scan is."""
    content, text = scan.read_bytes(), mark.encode()
    return content[:2] + _COMMENT + (len(text) + 2).to_bytes(2) + text + content[2:]
