"""Batches between two networks that share nothing but the packages carried from one to the other."""

import hashlib
import io
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from domain.accounts import Role
from domain.batches import Batch, Document, DocumentState, Holding, ReviewRow
from domain.decisions import Action
from domain.errors import ZhengheError
from domain.fields import Field
from domain.findings import RowFinding
from domain.geometry import Polygon
from domain.offices import OfficeKind
from domain.way import BatchState, RecheckState, RowState
from review.access import BatchStateError
from review.accounts.errors import PermissionMissingError
from review.changes import ChangeKind
from review.escape_rate import estimate_escapes
from review.handover import (
    HandoverChainBrokenError,
    HandoverContentError,
    HandoverHashMismatchError,
    HandoverNotWritableError,
    Manifest,
    OpenedHandover,
    read_handover,
)
from review.handover_of_batch import (
    HandoverBatchUnknownError,
    HandoverForAnotherError,
    HandoverImportedBeforeError,
    HandoverNotSenderError,
    HandoverOfficeUnknownError,
    HandoverOriginalsMissingError,
    HandoverOutdatedError,
    HandoverOwnBatchError,
    export_batch,
    import_package,
)
from review.pass_on import RowsReturnedError, accept, pass_on, send_back
from review.snapshots import changes_since_last, take_snapshot
from storage.accounts import Accounts
from storage.batches import BatchNotFoundError
from storage.files import FileStore, open_file_store
from storage.models import OfficeModel
from storage.offices import Offices
from storage.schema import upgrade
from storage.sessions import Database, sqlite_url
from storage.store import Store
from tests.bureau import START, Bureau, clear_row, person, wrong_name
from tests.results import evidence
from tests.unit.review.handover.packages import Files, edit_document, edit_lines, files_of, forge, rewrite

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


@pytest.fixture(scope="module")
def prepared_networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a database of each network, to be copied and never opened."""
    folder = tmp_path_factory.mktemp("networks")
    for code, tree in TREES.items():
        prepare_network(sqlite_url(folder / f"{code}.sqlite"), tree)
    return folder


@pytest.fixture
def networks(prepared_networks: Path, tmp_path: Path) -> Iterator[Callable[[str], Network]]:
    """Return what opens the network of an office; each once."""
    opened: dict[str, Network] = {}

    def open_one(code: str) -> Network:
        if code not in opened:
            (tmp_path / code).mkdir()
            database = tmp_path / code / "database.sqlite"
            shutil.copyfile(prepared_networks / f"{code}.sqlite", database)
            opened[code] = open_network(sqlite_url(database), tmp_path / code)
        return opened[code]

    yield open_one
    for network in opened.values():
        network.bureau.close()


def open_network(url: str, folder: Path) -> Network:
    """Open an installation over a prepared database and an empty folder."""
    (folder / "packages").mkdir()
    files = open_file_store(folder / "files", scratch=folder / "scratch")
    return Network(Bureau(url), files, folder / "packages", [])


@pytest.fixture
def county(networks: Callable[[str], Network]) -> Network:
    """Return the network of a county."""
    return networks(COUNTY)


@pytest.fixture
def city(networks: Callable[[str], Network]) -> Network:
    """Return the network of a city; its clock is ahead of the county's."""
    network = networks(CITY)
    network.bureau.clock.advance(hours=1)
    return network


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


class TestUp:
    """A county hands a batch to its city."""

    def test_the_batch_lies_with_the_city_with_rows_values_and_states(
        self, county: Network, city: Network
    ) -> None:
        """Everything that the city may ask about a row is there."""
        sent = passed_batch(county)

        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        assert batch.state is BatchState.PASSED
        assert batch.holder_id == city.bureau.offices[CITY].id
        assert batch.owner_id == city.bureau.offices[COUNTY].id
        assert (batch.name, batch.key) == (sent.name, sent.key)
        assert city.values(batch.id) == county.values(sent.id)
        assert city.values(batch.id)[5][Field.NAME] == "张伟"
        assert city.values(batch.id)[7][Field.NAME] == "张炜"
        states = {row.row_number: row.state for row in city.bureau.rows(batch.id)}
        assert states == {row.row_number: row.state for row in county.bureau.rows(sent.id)}
        fingerprints = {row.fingerprint for row in city.bureau.rows(batch.id)}
        assert fingerprints == {row.fingerprint for row in county.bureau.rows(sent.id)}

    def test_findings_can_be_shown(self, county: Network, city: Network) -> None:
        """Schema 1 keeps all that a verifier is shown of a row."""
        sent = passed_batch(county)

        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        with city.bureau.store("city.verifier") as store:
            there = store.rows.load_content(row_of(city, batch, 5).id)
        with county.bureau.store("county.verifier") as store:
            here = store.rows.load_content(row_of(county, sent, 5).id)
        assert there.submitted.value(Field.NAME) == "张玮"
        assert there.finding.issues == here.finding.issues
        assert there.finding.fields[Field.NAME] == here.finding.fields[Field.NAME]
        assert there.finding.certificate is not None
        assert here.finding.certificate is not None
        assert replace(here.finding.certificate, weights={}) == there.finding.certificate

    def test_decisions_keep_who_made_them(self, county: Network, city: Network) -> None:
        """Nobody in the city has an account for the county's people, nor needs one."""
        sent = passed_batch(county)

        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        with city.bureau.store("city.verifier") as store:
            (made,) = store.decisions.history(row_of(city, batch, 7).id)
        assert (made.decided_by, made.office) == ("county.verifier", COUNTY)
        assert (made.action, made.value, made.reason) == (Action.OTHER_VALUE, "张炜", "看原件")
        assert made.decided_at == START

    def test_evidence_of_decisions_travels(self, county: Network, city: Network) -> None:
        """The city sees the very cut that the county's verifier looked at, without any original."""
        sent = passed_batch(county)

        path = county.export("county.supervisor", sent.id, with_originals=False)
        batch = city.take(path, "city.supervisor")

        assert county.cut_pages == [("证书/0005.jpg", 1), ("证书/0007.jpg", 1)]
        with city.bureau.store("city.verifier") as store:
            (made,) = store.decisions.history(row_of(city, batch, 5).id)
        crops = made.seen["crops"]
        assert isinstance(crops, list)
        shown = evidence("证书/0005.jpg", top=0.25)
        assert city.files.read(crops[0]) == picture("证书/0005.jpg", 1, shown.polygon)

    def test_a_page_that_cannot_be_shown_does_not_hold_the_package_up(
        self, county: Network, city: Network
    ) -> None:
        """A scan may have broken since; the decision stays."""
        sent = passed_batch(county)
        county.cut = lambda *_: []  # type: ignore[method-assign]

        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        with city.bureau.store("city.verifier") as store:
            (made,) = store.decisions.history(row_of(city, batch, 5).id)
        assert "crops" not in made.seen

    def test_originals_become_files_of_the_batch(self, county: Network, city: Network) -> None:
        """They can be opened as if they had been uploaded here."""
        sent = passed_batch(county)

        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        with city.bureau.store("city.verifier") as store:
            there = {document.name: document for document in store.documents.list_page(batch.id)}
        with county.bureau.store("county.verifier") as store:
            here = {document.name: document for document in store.documents.list_page(sent.id)}
        assert there.keys() == here.keys()
        for name, document in there.items():
            assert document.state is DocumentState.DONE
            assert (document.sha256, document.kind, document.pages) == (here[name].sha256, here[name].kind, 2)
            assert document.holds == here[name].holds
            assert city.files.read(document.sha256) == county.files.read(document.sha256)

    def test_without_originals_files_are_named_only(self, county: Network, city: Network) -> None:
        """People know what there is; a second package with them brings them."""
        sent = passed_batch(county)
        first = city.take(
            county.export("county.supervisor", sent.id, with_originals=False), "city.supervisor"
        )
        with city.bureau.store("city.verifier") as store:
            named = store.documents.list_page(first.id)
        assert len(named) == 7
        assert {(one.state, one.problem_code, one.pages) for one in named} == {
            (DocumentState.FAILED, "original_not_here", None)
        }

        again = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        assert again.id == first.id
        with city.bureau.store("city.verifier") as store:
            brought = store.documents.list_page(first.id)
        assert [(one.id, one.name, one.sha256) for one in brought] == [
            (one.id, one.name, one.sha256) for one in named
        ]
        assert {(one.state, one.problem_code, one.pages) for one in brought} == {
            (DocumentState.DONE, None, 2)
        }

    def test_what_the_random_recheck_proved_is_known(self, county: Network, city: Network) -> None:
        """The city's estimate is the county's."""
        rows = [clear_row(4), typed_wrong(5), clear_row(6), typed_wrong(7)]
        sent = passed_batch(county, rows, rate=1.0)

        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        assert row_of(city, batch, 4).recheck is RecheckState.CONFIRMED
        assert row_of(city, batch, 4).state is RowState.CLEARED
        estimates = [
            network.bureau.do(by, estimate_escapes, known)
            for network, by, known in ((county, "county.verifier", sent), (city, "city.verifier", batch))
        ]
        assert estimates[0] == estimates[1]
        assert estimates[0].checked == 2

    def test_gate_way_and_totals_are_told(self, county: Network, tmp_path: Path) -> None:
        """What the supervisor signs for."""
        sent = passed_batch(county)

        opened = opened_package(county.export("county.supervisor", sent.id), tmp_path)

        batch = opened.contents.batch
        assert [change.state for change in batch.history] == [BatchState.DRAFT, BatchState.PASSED]
        assert [change.actor for change in batch.history] == ["county.verifier", "county.supervisor"]
        assert batch.gates
        assert all(gate.is_met for gate in batch.gates)
        assert {count.code: count.number for count in batch.counts} == {
            "rows": 4,
            "cleared": 2,
            "decided": 2,
            "files": 7,
        }
        assert (batch.owner.code, batch.receiver and batch.receiver.code) == (COUNTY, CITY)

    def test_both_logs_tell_of_the_package(self, county: Network, city: Network) -> None:
        """It holds numbers in full: who made it and who took it in is known, and which one it was."""
        sent = passed_batch(county)
        path = county.folder / "a.zip"

        manifest = county.write("county.supervisor", sent.id, path)
        batch = city.take(path, "city.supervisor")

        with county.bureau.store("county.supervisor") as store:
            *_, line = store.log.lines_of_batch(sent.id)
            assert (line.action, line.detail["package_id"]) == ("batch.exported", manifest.package_id)
        with city.bureau.store("city.supervisor") as store:
            *_, line = store.log.lines_of_batch(batch.id)
            assert (line.action, line.detail["contents_id"]) == ("batch.imported", manifest.contents_id)
            (package,) = store.packages.of_batch(batch.id)
        assert package.contents_id == manifest.contents_id
        assert city.files.read(package.log_sha256) == files_of(path)["audit.jsonl"]

    def test_it_can_be_accepted(self, county: Network, city: Network) -> None:
        """And is then locked."""
        sent = passed_batch(county)
        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        accepted, _ = city.bureau.do("city.supervisor", accept, batch.id)

        assert accepted.state is BatchState.ACCEPTED

    def test_people_elsewhere_do_not_see_it(self, county: Network, city: Network) -> None:
        """It is the county's and the city's."""
        sent = passed_batch(county)
        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        with city.bureau.store("other.verifier") as store, pytest.raises(BatchNotFoundError):
            store.batches.get(batch.id)


def opened_package(path: Path, folder: Path) -> OpenedHandover:
    """Open a package."""
    work = folder / f"opened-{path.parent.parent.name}-{path.name}"
    work.mkdir(parents=True)
    return read_handover(path, work_dir=work)


class TestDown:
    """The city sends the batch back, and it comes up again."""

    def test_reasons_come_back_to_the_rows(self, county: Network, city: Network) -> None:
        """The county's own rows wait again, each with what the city says."""
        sent = passed_batch(county)
        sent_back = returned(county, city, sent)

        assert sent_back.id == sent.id
        assert sent_back.state is BatchState.SENT_BACK
        assert sent_back.holder_id == county.bureau.offices[COUNTY].id
        row = row_of(county, sent, 7)
        assert (row.state, row.queue) == (RowState.SENT_BACK, "review")
        assert row_of(county, sent, 5).state is RowState.DECIDED
        with county.bureau.store("county.verifier") as store:
            *_, made = store.decisions.history(row.id)
            *_, step = store.batches.list_transfers(sent.id)
        assert (made.action, made.decided_by, made.office) == (Action.SEND_BACK, "city.verifier", CITY)
        assert made.reason == "姓名请附户口簿"
        assert (step.step, step.reason, step.row_reasons) == (
            "send_back",
            "请补正",
            {row.id: "姓名请附户口簿"},
        )

    def test_the_city_sees_value_by_value_what_was_mended(self, county: Network, city: Network) -> None:
        """And nothing else: one batch, one row changed."""
        sent = passed_batch(county)
        returned(county, city, sent)
        mend(county, sent)

        again = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        assert again.state is BatchState.PASSED
        changes = city.bureau.do("city.verifier", changes_since_last, again)
        assert {change.row_number for change in changes} == {7}
        assert [change.kind for change in changes] == [ChangeKind.VALUE, ChangeKind.DECISION]
        assert changes[0].sentence == "第 7 行张玮：姓名由“张炜”改为“张伟”。"
        assert row_of(city, again, 7).state is RowState.DECIDED
        city.bureau.do("city.supervisor", accept, again.id)
        assert city.bureau.batch(again.id).state is BatchState.ACCEPTED

    def test_the_history_of_a_row_is_the_same_on_both_sides(self, county: Network, city: Network) -> None:
        """No decision twice, none lost, each in its place."""
        sent = passed_batch(county)
        returned(county, city, sent)
        mend(county, sent)
        again = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        histories = []
        for network, batch in ((county, sent), (city, again)):
            with network.bureau.store(None) as store:
                history = store.decisions.history(row_of(network, batch, 7).id)
            histories.append([(line.action, line.decided_by, line.office, line.key) for line in history])
        assert histories[0] == histories[1]
        assert [action for action, *_ in histories[0]] == [
            Action.OTHER_VALUE,
            Action.SEND_BACK,
            Action.PAPER_RIGHT,
        ]

    def test_the_way_is_told_whole(self, county: Network, city: Network, tmp_path: Path) -> None:
        """Also what happened in the other network, by whom it happened there."""
        sent = passed_batch(county)
        returned(county, city, sent)
        mend(county, sent)

        told = opened_package(county.export("county.supervisor", sent.id), tmp_path).contents.batch

        assert [(change.state, change.actor) for change in told.history] == [
            (BatchState.DRAFT, "county.verifier"),
            (BatchState.PASSED, "county.supervisor"),
            (BatchState.SENT_BACK, "city.supervisor"),
            (BatchState.PASSED, "county.supervisor"),
        ]
        assert told.history[2].note == "请补正"

    def test_a_mended_sheet_changes_rows_of_the_same_batch(self, county: Network, city: Network) -> None:
        """A row less, a row more, one with another value."""
        sent = passed_batch(county)
        first = returned(county, city, sent)
        mended = [clear_row(4), typed_wrong(5), clear_row(7, submitted=person(7)), clear_row(8)]
        replace_sheet(county, first)
        county.bureau.check(sent.id, mended)
        county.bureau.decide_all(sent.id)
        pass_up(county, sent)

        again = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        assert city.values(again.id) == county.values(sent.id)
        assert sorted(city.values(again.id)) == [4, 5, 7, 8]
        changes = city.bureau.do("city.verifier", changes_since_last, again)
        assert len(changes) == len({change.sentence for change in changes})
        kinds = {change.kind for change in changes}
        assert {ChangeKind.ROW_ADDED, ChangeKind.ROW_REMOVED, ChangeKind.VALUE} <= kinds

    def test_a_package_from_before_the_return_is_refused(self, county: Network, city: Network) -> None:
        """It would undo the return unseen, since nothing was mended in it."""
        sent = passed_batch(county)
        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        late = county.export("county.supervisor", sent.id)
        city.bureau.do("city.supervisor", send_back, batch.id, "请补正")

        with pytest.raises(HandoverOutdatedError, match="退回"):
            city.take(late, "city.supervisor")

    def test_a_return_that_was_answered_is_refused(self, county: Network, city: Network) -> None:
        """The city made its package twice; the second arrives after the county has passed on again."""
        sent = passed_batch(county)
        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        city.bureau.do("city.supervisor", send_back, batch.id, "请补正")
        first, second = (city.export("city.supervisor", batch.id) for _ in range(2))
        county.take(first, "county.supervisor")
        with pytest.raises(BatchStateError):
            county.take(second, "county.supervisor")
        pass_up(county, sent)

        with pytest.raises(HandoverOutdatedError):
            county.take(second, "county.supervisor")

    def test_a_return_of_an_unknown_batch_is_refused(self, county: Network, city: Network) -> None:
        """The county's database was lost, say, or the disk is another county's."""
        sent = passed_batch(county)
        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        city.bureau.do("city.supervisor", send_back, batch.id, "请补正")
        path = city.export("city.supervisor", batch.id)
        with county.bureau.store(None) as store:
            store.batches.change(sent.id, key="another")

        with pytest.raises(HandoverBatchUnknownError):
            county.take(path, "county.supervisor")

    def test_an_office_above_corrects_nothing(self, county: Network, city: Network) -> None:
        """A package that says so was made by hand."""
        sent = passed_batch(county)
        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        city.bureau.decide(row_of(city, batch, 5), Action.SEND_BACK, by="city.verifier", reason="请核")
        city.bureau.do("city.supervisor", send_back, batch.id, "请补正")
        path = city.export("city.supervisor", batch.id)

        def correct(lines: list[dict[str, Any]]) -> None:
            first, last = lines[0], lines[-1]
            last.update(field="name", action="other_value", value="张三", seen=first["seen"])

        def tell_so(lines: list[dict[str, Any]]) -> None:
            (row,) = (line for line in lines if line["row"] == 5)
            row.update(state="decided", values={**row["values"], "name": "张三"})
            row["submitted"]["name"] = "张玮"

        def edit(files: Files) -> None:
            edit_lines(files, "decisions.jsonl", correct)
            edit_lines(files, "rows.jsonl", tell_so)

        with pytest.raises(HandoverContentError, match="只能确认或退回"):
            county.take(forge(path, edit), "county.supervisor")
        assert county.bureau.batch(sent.id).state is BatchState.PASSED


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


class TestRefusals:
    """What is not taken in leaves no trace."""

    def test_once_is_enough(self, county: Network, city: Network) -> None:
        """The same disk is put in twice."""
        sent = passed_batch(county)
        path = county.export("county.supervisor", sent.id)
        city.take(path, "city.supervisor")

        with pytest.raises(HandoverImportedBeforeError):
            city.take(path, "city.supervisor")
        assert city.package_count() == 1

    def test_an_older_package_is_refused(self, county: Network, city: Network) -> None:
        """Two were made; the later was taken in first."""
        sent = passed_batch(county)
        older = county.export("county.supervisor", sent.id)
        city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        with pytest.raises(HandoverOutdatedError, match="已导入过"):
            city.take(older, "city.supervisor")

    def test_another_office_does_not_take_it_in(self, county: Network, city: Network) -> None:
        """The cover names the receiver, and so does the package."""
        sent = passed_batch(county)
        path = county.export("county.supervisor", sent.id)

        with pytest.raises(HandoverForAnotherError):
            city.take(path, "baoji.supervisor")
        assert city.package_count() == 0

    def test_the_sender_needs_an_account_below(self, county: Network, city: Network) -> None:
        """The error says which to make first."""
        sent = passed_batch(county)
        path = county.export("county.supervisor", sent.id)
        with city.bureau.database.begin() as session:
            office = city.bureau.offices[COUNTY]
            session.get_one(OfficeModel, office.id).code = "renamed"

        with pytest.raises(HandoverOfficeUnknownError, match="“county”") as caught:
            city.take(path, "city.supervisor")
        assert caught.value.office_code == COUNTY
        assert city.package_count() == 0

    def test_a_supervisor_takes_it_in(self, county: Network, city: Network) -> None:
        """It is how a batch is received."""
        path = county.export("county.supervisor", passed_batch(county).id)

        with pytest.raises(PermissionMissingError):
            city.take(path, "city.verifier")

    def test_an_accepted_batch_takes_no_package(self, county: Network, city: Network) -> None:
        """Its rows are locked."""
        sent = passed_batch(county)
        batch = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        city.bureau.do("city.supervisor", accept, batch.id)

        with pytest.raises(BatchStateError):
            city.take(county.export("county.supervisor", sent.id), "city.supervisor")

    def test_a_batch_of_the_same_network_is_not_imported(self, county: Network) -> None:
        """Both offices work on one installation: it is there already."""
        sent = passed_batch(county)
        path = county.export("county.supervisor", sent.id)

        with pytest.raises(HandoverOwnBatchError):
            county.take(path, "city.supervisor")

    def test_an_altered_file_is_refused(self, county: Network, city: Network) -> None:
        """One byte is enough."""
        path = county.export("county.supervisor", passed_batch(county).id)
        files = files_of(path)
        files["rows.jsonl"] = files["rows.jsonl"].replace("张炜".encode(), "张三".encode())

        with pytest.raises(HandoverHashMismatchError):
            city.take(rewrite(path, files), "city.supervisor")
        assert city.package_count() == 0

    @pytest.mark.parametrize(
        ("name", "edit", "error"),
        [
            pytest.param(
                "rows.jsonl",
                lambda lines: lines[3]["values"].update(name="张三"),
                HandoverContentError,
                id="value",
            ),
            pytest.param(
                "rows.jsonl", lambda lines: lines[3].update(state="cleared"), HandoverContentError, id="state"
            ),
            pytest.param(
                "rows.jsonl",
                lambda lines: lines[3].update(fingerprint="0" * 65),
                HandoverContentError,
                id="fingerprint",
            ),
            pytest.param(
                "findings.jsonl",
                lambda lines: lines[0].update(verdict="review"),
                HandoverContentError,
                id="verdict",
            ),
            pytest.param(
                "findings.jsonl", lambda lines: lines[1].update(row=99), HandoverContentError, id="place"
            ),
            pytest.param(
                "findings.jsonl",
                lambda lines: lines[1]["issues"][0].update(kind="bad luck"),
                HandoverContentError,
                id="kind",
            ),
            pytest.param(
                "findings.jsonl",
                lambda lines: lines[1]["fields"]["name"]["evidence"].update(polygon=[[0, 0], [2, 0], [0, 1]]),
                HandoverContentError,
                id="polygon",
            ),
            pytest.param(
                "decisions.jsonl",
                lambda lines: lines[0].update(action="sheet_right"),
                HandoverContentError,
                id="decision",
            ),
            pytest.param(
                "decisions.jsonl", lambda lines: lines[0].update(reason="\0"), HandoverContentError, id="NUL"
            ),
            pytest.param(
                "originals.jsonl", lambda lines: lines[0].update(kind="film"), HandoverContentError, id="film"
            ),
            pytest.param(
                "audit.jsonl",
                lambda lines: lines[0].update(actor="somebody"),
                HandoverChainBrokenError,
                id="log",
            ),
        ],
    )
    def test_a_forged_line_is_refused(
        self,
        county: Network,
        city: Network,
        name: str,
        edit: Callable[[list[dict[str, Any]]], None],
        error: type[ZhengheError],
    ) -> None:
        """Also when whoever forged it made the list of hashes anew: what is told must follow from itself."""
        path = county.export("county.supervisor", passed_batch(county).id)

        with pytest.raises(error) as caught:
            city.take(forge(path, lambda files: edit_lines(files, name, edit)), "city.supervisor")
        assert type(caught.value) is error
        assert city.package_count() == 0

    def test_half_a_character_is_refused(self, county: Network, city: Network) -> None:
        """JSON can spell it, no database can keep it."""
        path = county.export("county.supervisor", passed_batch(county).id)

        def halve(files: Files) -> None:
            lines = files["decisions.jsonl"]
            files["decisions.jsonl"] = lines.replace(b'"county.verifier"', b'"\\udc80"')

        with pytest.raises(HandoverContentError, match="不能保存"):
            city.take(forge(path, halve), "city.supervisor")

    @pytest.mark.parametrize(
        "changes",
        [
            {"state": "accepted"},
            {"state": "sent_back"},
            {"name": " "},
            {"name": "长" * 201},
            {"key": ""},
            {"history": []},
        ],
        ids=["accepted", "sent back", "no name", "long name", "no key", "no history"],
    )
    def test_a_batch_that_cannot_be_so_is_refused(
        self, county: Network, city: Network, changes: Mapping[str, object]
    ) -> None:
        """What the package says of the batch itself."""
        path = county.export("county.supervisor", passed_batch(county).id)

        def edit(files: Files) -> None:
            edit_document(files, "batch.json", lambda content: content.update(changes))

        with pytest.raises(HandoverContentError):
            city.take(forge(path, edit), "city.supervisor")

    def test_a_program_that_tells_less_is_understood(self, county: Network, city: Network) -> None:
        """What was added to schema 1 may be missing; it is worked out from the rest."""
        sent = passed_batch(county)
        path = county.export("county.supervisor", sent.id)

        def drop(*keys: str) -> Callable[[list[dict[str, Any]]], None]:
            def edit(lines: list[dict[str, Any]]) -> None:
                for line in lines:
                    for key in keys:
                        del line[key]

            return edit

        def tell_less(files: Files) -> None:
            edit_lines(files, "rows.jsonl", drop("fingerprint", "recheck"))
            edit_lines(files, "decisions.jsonl", drop("seen"))
            edit_lines(files, "originals.jsonl", drop("kind", "holds", "pages"))

        batch = city.take(forge(path, tell_less), "city.supervisor")

        assert city.values(batch.id) == county.values(sent.id)


class TestExport:
    """Who may make a package of what."""

    def test_a_draft_is_not_handed_over(self, county: Network) -> None:
        """It must be passed on first, through the gate."""
        batch = county.bureau.add_batch([clear_row(4)])

        with pytest.raises(BatchStateError, match="请先报送"):
            county.export("county.supervisor", batch.id)

    def test_an_auditor_exports_nothing(self, county: Network) -> None:
        """Full numbers stand in it."""
        sent = passed_batch(county)

        with pytest.raises(PermissionMissingError):
            county.export("county.auditor", sent.id)

    def test_only_the_sender_makes_the_package(self, county: Network) -> None:
        """The office that was handed the batch did not hand it over."""
        sent = passed_batch(county)

        with pytest.raises(HandoverNotSenderError):
            county.export("city.supervisor", sent.id)

    def test_nothing_is_left_and_logged_when_it_cannot_be_written(self, county: Network) -> None:
        """A package that nobody has is not in the log."""
        sent = passed_batch(county)

        with pytest.raises(HandoverNotWritableError):
            county.write("county.supervisor", sent.id, county.folder / "no folder" / "a.zip")
        with county.bureau.store("county.supervisor") as store:
            assert "batch.exported" not in {line.action for line in store.log.lines_of_batch(sent.id)}

    def test_originals_that_never_came_cannot_be_passed_on(
        self, networks: Callable[[str], Network], tmp_path: Path
    ) -> None:
        """Their names and hashes can, and so can the cuts."""
        county, city = networks(COUNTY), networks(CITY)
        sent = passed_batch(county)
        path = county.export("county.supervisor", sent.id, with_originals=False)
        batch = city.take(path, "city.supervisor")
        city.bureau.do("city.supervisor", accept, batch.id)
        city.bureau.do("city.supervisor", pass_on, batch.id)

        with pytest.raises(HandoverOriginalsMissingError, match="7"):
            city.export("city.supervisor", batch.id)

        onward = opened_package(
            city.export("city.supervisor", batch.id, with_originals=False), tmp_path
        ).contents
        told = opened_package(path, tmp_path / "work").contents
        assert [(one.sha256, one.names) for one in onward.originals] == [
            (one.sha256, one.names) for one in told.originals
        ]
        assert {crop.name for crop in onward.crops} == {crop.name for crop in told.crops}
        assert city.cut_pages == []


class TestThreeNetworks:
    """County, city and province, each on its own."""

    def test_up_to_the_province_and_all_the_way_back(self, networks: Callable[[str], Network]) -> None:
        """The city is in between: it passes on what it took in, and hands down what comes back."""
        county, city, province = (networks(code) for code in (COUNTY, CITY, PROVINCE))
        sent = passed_batch(county)
        at_city = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        city.bureau.do("city.supervisor", accept, at_city.id)
        city.bureau.do("city.supervisor", pass_on, at_city.id)
        at_province = province.take(city.export("city.supervisor", at_city.id), "province.supervisor")
        assert province.values(at_province.id) == county.values(sent.id)
        with province.bureau.store("province.verifier") as store:
            (made,) = store.decisions.history(row_of(province, at_province, 5).id)
            told = store.packages.of_batch(at_province.id)[0].told
        assert (made.decided_by, made.office) == ("county.verifier", COUNTY)
        assert province.files.exists(str(made.seen["crops"][0]))  # type: ignore[index]  # a list
        assert [step["office"]["code"] for step in told["history"]] == [COUNTY, COUNTY, CITY, CITY]
        assert told["gates"]

        row = row_of(province, at_province, 7)
        province.bureau.do("province.supervisor", send_back, at_province.id, "", {row.id: "请核"})
        back = city.take(province.export("province.supervisor", at_province.id), "city.supervisor")
        assert (back.id, back.state, back.holder_id) == (
            at_city.id,
            BatchState.SENT_BACK,
            city.bureau.offices[CITY].id,
        )
        city.bureau.do("city.supervisor", send_back, at_city.id, "省里退回")
        home = county.take(city.export("city.supervisor", at_city.id), "county.supervisor")
        assert home.state is BatchState.SENT_BACK
        with county.bureau.store("county.verifier") as store:
            *_, made = store.decisions.history(row_of(county, sent, 7).id)
        assert (made.reason, made.office) == ("请核", PROVINCE)

        mend(county, sent)
        again = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        city.bureau.do("city.supervisor", accept, again.id)
        city.bureau.do("city.supervisor", pass_on, again.id)
        last = province.take(city.export("city.supervisor", again.id), "province.supervisor")
        assert (last.id, last.state) == (at_province.id, BatchState.PASSED)
        assert province.changes(last, "province.verifier")[0] == "第 7 行张玮：姓名由“张炜”改为“张伟”。"

    def test_a_large_installation_takes_it_in_as_well(
        self, county: Network, postgres_url: str, tmp_path: Path
    ) -> None:
        """The city works on PostgreSQL; two people put the same disk in at the same time."""
        prepare_network(postgres_url, TREES[CITY])
        (tmp_path / "city").mkdir()
        city = open_network(postgres_url, tmp_path / "city")
        city.bureau.clock.advance(hours=1)
        sent = passed_batch(county)
        path = county.export("county.supervisor", sent.id)

        def take(place: str) -> Batch | ZhengheError:
            work = tmp_path / place
            work.mkdir()
            try:
                return import_package(
                    city.bureau.database,
                    city.bureau.actors["city.supervisor"],
                    city.files,
                    path,
                    work_dir=work,
                )
            except ZhengheError as error:
                return error

        with ThreadPoolExecutor(2) as people:
            taken = list(people.map(take, ("left", "right")))
        (batch,) = (one for one in taken if isinstance(one, Batch))
        (refused,) = (one for one in taken if not isinstance(one, Batch))
        assert isinstance(refused, HandoverImportedBeforeError)
        assert city.values(batch.id) == county.values(sent.id)
        row = row_of(city, batch, 7)
        city.bureau.do("city.supervisor", send_back, batch.id, "", {row.id: "请核"})
        county.take(city.export("city.supervisor", batch.id), "county.supervisor")
        mend(county, sent)
        again = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        assert again.id == batch.id
        assert city.changes(again, "city.verifier")
        city.bureau.close()
