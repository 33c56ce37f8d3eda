"""Networks that share nothing but packages, and the batches that go between them."""

import hashlib
import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from domain.accounts import Role
from domain.batches import Batch, Document, Holding, ReviewRow
from domain.decisions import Action
from domain.fields import Field
from domain.findings import RowFinding
from domain.geometry import Polygon
from domain.offices import OfficeKind
from review.handover import (
    Manifest,
    OpenedHandover,
    read_handover,
)
from review.handover_of_batch import (
    export_batch,
    import_package,
)
from review.pass_on import RowsReturnedError, accept, pass_on, send_back
from review.snapshots import changes_since_last, take_snapshot
from storage.accounts import Accounts
from storage.files import FileStore, open_file_store
from storage.offices import Offices
from storage.schema import upgrade
from storage.sessions import Database
from storage.store import Store
from tests.bureau import Bureau
from tests.clock import START
from tests.found_rows import clear_row, wrong_name
from tests.results import evidence

COUNTY, CITY, PROVINCE = "county", "city", "province"


@dataclass
class Network:
    """One office's installation: a database and a store of files of its own."""

    bureau: Bureau
    files: FileStore
    folder: Path
    cut_pages: list[tuple[str, int]]

    def export(self, by: str, batch_id: int, *, with_originals: bool = True) -> Path:
        """Write a package a minute later; whoever carries it takes a while."""
        self.bureau.clock.advance(minutes=1)
        path = self.folder / f"移交包-{len(list(self.folder.iterdir()))}.zip"
        self.write(by, batch_id, path, with_originals=with_originals)
        return path

    def write(self, by: str, batch_id: int, path: Path, *, with_originals: bool = True) -> Manifest:
        """Write a package."""
        return export_batch(
            self.bureau.database,
            self.bureau.actors[by],
            self.files,
            batch_id,
            path,
            with_originals=with_originals,
            cut=self.cut,
        )

    def take(self, path: Path, by: str) -> Batch:
        """Take a package in."""
        self.bureau.clock.advance(minutes=1)
        work = self.folder / f"work-{len(list(self.folder.iterdir()))}"
        work.mkdir()
        try:
            return import_package(
                self.bureau.database, self.bureau.actors[by], self.files, path, work_dir=work
            )
        finally:
            shutil.rmtree(work)

    def cut(self, document: Document, page_number: int, polygons: Sequence[Polygon]) -> list[bytes]:
        """Cut as the reading processes do, out of nothing."""
        self.cut_pages.append((document.name, page_number))
        return [picture(document.name, page_number, place) for place in polygons]

    def values(self, batch_id: int) -> dict[int, Mapping[Field, str]]:
        """Return the rows as they would be handed on, by number."""
        with self.bureau.database.read() as session:
            store = Store(session, None, self.bureau.clock())
            return {row.row_number: row.values for row in take_snapshot(store, store.batches.get(batch_id))}

    def changes(self, batch: Batch, by: str) -> list[str]:
        """Return what changed, in sentences."""
        return [change.sentence for change in self.bureau.do(by, changes_since_last, batch)]

    def package_count(self) -> int:
        """Return how many packages were taken in."""
        with self.bureau.database.read() as session:
            store = Store(session, None, self.bureau.clock())
            batches = store.batches.list_page(before_id=None, limit=100)
            return sum(len(store.packages.of_batch(batch.id)) for batch in batches)


def picture(name: str, page_number: int, place: Polygon) -> bytes:
    """Return a JPEG that differs from place to place."""
    shade = hashlib.sha256(f"{name}{page_number}{place}".encode()).digest()
    stream = io.BytesIO()
    Image.new("RGB", (30, 10), (shade[0], shade[1], shade[2])).save(stream, "JPEG")
    return stream.getvalue()


def typed_wrong(row_number: int) -> RowFinding:
    """Return a row whose name was typed wrong, with its place on the certificate."""
    row = wrong_name(row_number)
    assert row.certificate is not None
    found = replace(row.fields[Field.NAME], evidence=evidence(row.certificate.file, top=0.25))
    return replace(row, fields={**row.fields, Field.NAME: found})


def prepare_network(url: str, tree: Sequence[tuple[str, OfficeKind, str | None]]) -> None:
    """Prepare an installation whose offices are numbered in their own way."""
    database = Database(url)
    upgrade(database)
    with database.begin() as session:
        for code, kind, parent in tree:
            above = Offices(session).find_by_code(parent) if parent else None
            office = Offices(session).add(code, f"{code}人社局", kind, parent=above, at=START)
            for role in Role:
                Accounts(session).add(
                    f"{code}.{role}", code, [role], office=office, password_hash="", at=START
                )
    database.close()


TREES = {
    COUNTY: (
        (PROVINCE, OfficeKind.PROVINCE, None),
        (CITY, OfficeKind.CITY, PROVINCE),
        (COUNTY, OfficeKind.COUNTY, CITY),
    ),
    CITY: (
        (PROVINCE, OfficeKind.PROVINCE, None),
        ("baoji", OfficeKind.CITY, PROVINCE),
        (CITY, OfficeKind.CITY, PROVINCE),
        ("other", OfficeKind.COUNTY, CITY),
        (COUNTY, OfficeKind.COUNTY, CITY),
    ),
    PROVINCE: ((PROVINCE, OfficeKind.PROVINCE, None), (CITY, OfficeKind.CITY, PROVINCE)),
}


def open_network(url: str, folder: Path) -> Network:
    """Open an installation over a prepared database and an empty folder."""
    (folder / "packages").mkdir()
    files = open_file_store(folder / "files", scratch=folder / "scratch")
    return Network(Bureau(url), files, folder / "packages", [])


def passed_batch(county: Network, rows: Sequence[RowFinding] | None = None, **more: object) -> Batch:
    """Return a batch of the county: a name corrected to the paper, a value typed, the rest cleared."""
    rows = rows or [clear_row(4), typed_wrong(5), clear_row(6), typed_wrong(7)]
    bureau = county.bureau
    batch = bureau.add_batch(rows, **more)  # type: ignore[arg-type]
    bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)
    bureau.decide(bureau.row(batch.id, 7), Action.OTHER_VALUE, Field.NAME, value="张炜", reason="看原件")
    bureau.decide_all(batch.id)
    pass_up(county, batch)
    return bureau.batch(batch.id)


def pass_up(county: Network, batch: Batch) -> None:
    """Upload the letter, give the files real content, and pass the batch on."""
    bureau = county.bureau
    bureau.add_letter(batch.id, name=f"承诺书-{bureau.clock.now:%H%M}.pdf")
    with bureau.store(None) as store:
        for document in store.documents.list_page(batch.id):
            stored = county.files.put(io.BytesIO(f"{document.name}{document.id}".encode()))
            kind = "sheet" if Holding.SHEET in document.holds else "pdf"
            store.documents.change(
                document.id, sha256=stored.sha256, size_bytes=stored.size_bytes, kind=kind, pages=2
            )
    bureau.clock.advance(minutes=5)
    bureau.do("county.supervisor", pass_on, batch.id)


def row_of(network: Network, batch: Batch, row_number: int) -> ReviewRow:
    """Return a row by its number."""
    return network.bureau.row(batch.id, row_number)


def opened_package(path: Path, folder: Path) -> OpenedHandover:
    """Open a package."""
    work = folder / f"opened-{path.parent.parent.name}-{path.name}"
    work.mkdir(parents=True)
    return read_handover(path, work_dir=work)


def returned(county: Network, city: Network, sent: Batch) -> Batch:
    """Let the city take the batch in, mark row 7 and send it back; return it at the county's."""
    batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
    row = row_of(city, batch, 7)
    city.bureau.decide(row, Action.SEND_BACK, by="city.verifier", reason="姓名请附户口簿")
    with pytest.raises(RowsReturnedError):
        city.bureau.do("city.supervisor", accept, batch.id)
    city.bureau.do("city.supervisor", send_back, batch.id, "请补正")
    return county.take(city.export("city.supervisor", batch.id), "county.supervisor")


def mend(county: Network, batch: Batch) -> None:
    """Answer the city in row 7, and pass the batch on again."""
    county.bureau.decide(row_of(county, batch, 7), Action.PAPER_RIGHT, Field.NAME)
    pass_up(county, batch)


def replace_sheet(county: Network, batch: Batch) -> None:
    """Upload another sheet in place of the one before."""
    with county.bureau.store(None) as store:
        old = store.documents.list_page(batch.id)[0]
    county.bureau.add_file(batch.id, old.name, [Holding.SHEET], content="mended", replaces_id=old.id)
    county.bureau.add_file(batch.id, "证书/0008.jpg", [Holding.CERTIFICATE])
