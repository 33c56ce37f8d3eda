"""The app of ``tests.service`` with batches in it: in review, passed on, a draft with an upload under way."""

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from PIL import Image

from api.error_forms import form_of
from domain.batches import Document, DocumentContents, DocumentState, FoundCertificate, Holding
from domain.decisions import Action, NewDecision
from domain.findings import BatchFinding, RowFinding
from domain.records import FileProblem
from domain.way import RowState
from review.accounts.identity import actor_of
from review.batches import create_batch, start_check
from review.decide import decide
from review.documents import StoredContent, add_document
from review.letter_of_batch import letter_for
from review.pass_on import pass_on
from review.uploads import announce
from storage.store import Store
from tests.bureau import APPROVAL, LETTER, store_found
from tests.found_rows import clear_row, no_paper, number_of, wrong_name
from tests.letters import read_back
from tests.results import SHEET, SUBMITTED, batch_finding
from tests.service import World, open_world

ID_NUMBERS = tuple(number_of(n) for n in range(30))
PHONE = next(value for field, value in SUBMITTED.items() if field.value == "phone")
NUMBERS = (*ID_NUMBERS, PHONE)
"""All that must not be seen in full by the way."""

SCAN = f"证书/{number_of(6)}.jpg"
"""People name scans after the ID number; that is a number too."""

CLEAR_ROW, WRONG_NAME, SAME_WRONG_NAME, NO_PAPER = 5, 6, 7, 8


@dataclass(frozen=True)
class Ids:
    """What is in the prepared folder, by number."""

    batch: int
    """Of beilin, in review."""

    rows: Mapping[int, int]
    """Rows of ``batch``: id by number in the sheet."""

    scan: int
    """A picture of 800 x 600 in ``batch``, read."""

    letter: int
    draft: int
    waiting: int
    """A file of ``draft`` that is not read yet."""

    failed: int
    """A file of ``draft`` that could not be read."""

    passed: int
    """Of beilin, passed to xian, not accepted."""

    passed_rows: Mapping[int, int]
    upload: str
    """Under way into ``draft``, 40 of 100 bytes, by beilin.reporter."""


@dataclass
class Filled:
    """The app with batches."""

    world: World
    ids: Ids

    def client_for(self, username: str) -> TestClient:
        """Return a client that somebody is signed in with."""
        return self.world.client_for(username)

    def jobs(self) -> list[str]:
        """Return the ids of all jobs in the queue, oldest first."""
        with self.world.services.database.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT workflow_uuid FROM workflow_status ORDER BY rowid")
            return [row[0] for row in found.all()]

    def log(self, action: str) -> list[Mapping[str, Any]]:
        """Return the details of all lines of the log of one kind, oldest first."""
        with self.world.services.database.read() as session:
            store = Store(session, None, self.world.clock())
            found = store.log.list_page("", before_seq=None, limit=1000, action=action)
        return [entry.detail for entry in reversed(found)]

    def stored(self, table: str) -> list[Any]:
        """Return all lines of a table."""
        with self.world.services.database.engine.connect() as connection:
            return list(connection.exec_driver_sql(f"SELECT * FROM {table}").all())

    @contextmanager
    def store(self, username: str | None = None) -> Iterator[Store]:
        """Open a transaction as somebody; ``None`` is the service itself."""
        with _store(self.world, username) as store:
            yield store

    def sign_letter(self, batch_id: int) -> int:
        """Add another commitment letter, of the batch as it is now; return the id of the file."""
        return _add_letter(self.world, batch_id, f"又一份{LETTER}")

    def check(self, batch_id: int, rows: Sequence[RowFinding], batch: BatchFinding | None = None) -> None:
        """Store what a check found that was asked for before."""
        with self.store() as store:
            for document in store.documents.list_page(batch_id):
                if not document.state.is_finished:
                    store.documents.change(document.id, state="done", finished_at=store.now)
            store_found(store, batch_id, rows, batch)


def fill(folder: Path, *, database_url: str | None = None) -> Ids:
    """Fill a folder, and the database beside it, that ``prepare_world`` made."""
    world = open_world(folder, database_url=database_url)
    batch, rows, scan, letter = _reviewed(world, "碑林区2016年第1批")
    passed, passed_rows, _, _ = _reviewed(world, "碑林区2016年第2批", is_passed=True)
    with _store(world, "beilin.reporter") as store:
        draft = create_batch(store, "碑林区2016年第3批").id
    waiting = _add(world, draft, "证书/新.jpg", jpeg(1), []).id
    failed = _add(world, draft, "证书/坏.pdf", b"%PDF-1.4\n", []).id
    with _store(world, None) as store:
        store.documents.change(
            waiting, state=DocumentState.WAITING.value, finished_at=None, pages=None, kind=None
        )
        store.documents.change(
            failed,
            state=DocumentState.FAILED.value,
            problem_code="broken_pdf",
            problem_message="PDF 文件不完整，打不开。请重新扫描。",
        )
    with _store(world, "beilin.reporter") as store:
        upload = announce(store, draft, "证书/大.pdf", 100, most_bytes=1000)
        world.services.parts.create(upload.id, 100)
    with world.services.parts.open_append(upload.id, 0) as writer:
        writer.write(b"%PDF-" + bytes(35))
    world.close()
    return Ids(batch, rows, scan, letter, draft, waiting, failed, passed, passed_rows, upload.id)


def jpeg(shade: int = 200, size: tuple[int, int] = (800, 600)) -> bytes:
    """Return a picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, (shade, 230, 240)).save(stream, "JPEG")
    return stream.getvalue()


def metadata(name: str, **more: str) -> str:
    """Return an announcement as resumable uploads send it."""
    pairs = {"filename": name, **more}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def said(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - an answer of the client
    """Return status and code of an error; its sentence is Chinese and says what to do."""
    body = answer.json()
    assert body["message"].endswith("。"), body
    form = form_of(answer.status_code)
    form.model_validate(body)
    assert body.keys() <= form.model_fields.keys(), "what an error says is described"
    return answer.status_code, body["code"]


@contextmanager
def _store(world: World, username: str | None) -> Iterator[Store]:
    actor = None
    if username is not None:
        user = world.users[username]
        office = next(office for office in world.offices.values() if office.id == user.office_id)
        actor = actor_of(user, office)
    with world.services.database.begin() as session:
        yield Store(session, actor, world.clock())


def _add(
    world: World,
    batch_id: int,
    name: str,
    content: bytes,
    holds: Sequence[Holding],
    contents: DocumentContents | None = None,
) -> Document:
    services = world.services
    path = services.settings.data_dir / "to-be-added"
    path.write_bytes(content)
    kept = services.files.put(path)
    path.unlink()
    with _store(world, "beilin.reporter") as store:
        document, _ = add_document(
            store, services.jobs, batch_id, name, StoredContent(kept.sha256, kept.size_bytes)
        )
        store.documents.change(
            document.id,
            state=DocumentState.DONE.value,
            kind="image" if name.endswith(".jpg") else "pdf" if name.endswith(".pdf") else "sheet",
            holds=[one.value for one in holds],
            pages=1,
            pages_done=1,
            finished_at=store.now,
        )
        if contents is not None:
            store.documents.store_contents(document.id, contents)
        return document


def _reviewed(world: World, name: str, *, is_passed: bool = False) -> tuple[int, dict[int, int], int, int]:
    jobs = world.services.jobs
    with _store(world, "beilin.reporter") as store:
        batch_id = create_batch(store, name).id
    _add(world, batch_id, SHEET, b"PK" + name.encode(), [Holding.SHEET])
    _add(world, batch_id, APPROVAL, b"%PDF" + name.encode(), [Holding.APPROVAL])
    corners = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))
    held = FoundCertificate(1, 1, 1, "李晓明", "工程师", "ZG2016000006", corners)
    contents = DocumentContents(certificates=(held,))
    scan = _add(world, batch_id, SCAN, jpeg(), [Holding.CERTIFICATE], contents).id
    rows = [
        clear_row(CLEAR_ROW),
        wrong_name(WRONG_NAME, typed="李小名", paper="李晓明", file=SCAN),
        wrong_name(SAME_WRONG_NAME, typed="李小名", paper="李晓明", file=SCAN),
        no_paper(NO_PAPER),
    ]
    found = batch_finding(
        name,
        other_files=(FileProblem(f"身份证/{number_of(9)}.jpg", "id_card", "身份证复印件，不作为职称证据。"),),
    )
    with _store(world, "beilin.reporter") as store:
        start_check(store, jobs, batch_id)
    with _store(world, None) as store:
        store_found(store, batch_id, rows, found)
        ids = {row.row_number: row.id for row in store.rows.list_page(batch_id, limit=100)}
        waiting = [row.id for row in store.rows.list_page(batch_id, limit=100, state=RowState.WAITING)]
    if is_passed:
        for row_id in waiting:
            with _store(world, "beilin.verifier") as store:
                decide(store, jobs, row_id, [NewDecision(Action.SHEET_RIGHT)])
    letter = _add_letter(world, batch_id)
    if is_passed:
        with _store(world, "beilin.supervisor") as store:
            pass_on(store, batch_id)
    return batch_id, ids, scan, letter


def _add_letter(world: World, batch_id: int, name: str = LETTER) -> int:
    with _store(world, "beilin.verifier") as store:
        letter = letter_for(store, store.batches.get(batch_id))
    reading = read_back(letter, file=name, mobile=PHONE)
    contents = DocumentContents(letters=(reading,))
    content = b"%PDF" + letter.code.encode()
    return _add(world, batch_id, name, content, [Holding.LETTER], contents).id
