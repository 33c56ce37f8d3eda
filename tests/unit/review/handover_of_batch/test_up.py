"""A county hands a batch to its city, which shares no network with it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.batches import Batch, DocumentState
from domain.decisions import Action
from domain.document_numbers import parse_document_number
from domain.fields import Field
from domain.findings import RowFinding, Status
from domain.way import BatchState, RecheckState, RowState
from review.escape_rate import estimate_escapes
from review.handover import HandoverContentError
from review.pass_on import accept, confirm_number, pass_on
from storage.batches import BatchNotFoundError
from tests.clock import START
from tests.found_rows import clear_row
from tests.results import batch_finding, evidence
from tests.unit.review.handover.packages import edit_document, files_of, forge
from tests.unit.review.handover_of_batch.networks import (
    CITY,
    COUNTY,
    Network,
    opened_package,
    pass_up,
    passed_batch,
    picture,
    row_of,
    typed_wrong,
)


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


class TestSettledNumber:
    """The county's verifier saw which 批准文号 is right where sheet and approval differed."""

    SETTLED = "陕人社函〔2016〕70号"
    IN_SHEET = "陕人社函〔2016〕10号"
    OF_OTHERS = "陕人社函〔2015〕3号"

    def passed(self, county: Network, *rows: RowFinding) -> Batch:
        """Return a batch that was passed on with it."""
        found = batch_finding(
            document_number=self.SETTLED,
            sheet_number=self.IN_SHEET,
            approval_number_status=Status.MISMATCH,
            document_numbers=tuple(map(parse_document_number, (self.SETTLED, self.OF_OTHERS))),
        )
        bureau = county.bureau
        batch = bureau.add_batch(rows or [clear_row(4), clear_row(5)], batch=found)
        bureau.do("county.verifier", confirm_number, batch.id, self.SETTLED, "看原件")
        pass_up(county, batch)
        return bureau.batch(batch.id)

    def test_the_city_has_the_rows_under_it_and_hands_them_on_so(
        self, county: Network, city: Network, tmp_path: Path
    ) -> None:
        """Two steps up it is still the same."""
        sent = self.passed(county)
        path = county.export("county.supervisor", sent.id)
        package = opened_package(path, tmp_path)
        assert [table.approval_number for table in package.contents.tables] == [self.SETTLED]

        batch = city.take(path, "city.supervisor")
        assert city.values(batch.id) == county.values(sent.id)
        assert {row[Field.APPROVAL_NUMBER] for row in city.values(batch.id).values()} == {self.SETTLED}

        city.bureau.do("city.supervisor", accept, batch.id)
        city.bureau.do("city.supervisor", pass_on, batch.id)
        package = opened_package(city.export("city.supervisor", batch.id), tmp_path)
        assert [table.approval_number for table in package.contents.tables] == [self.SETTLED]

    def two_tables(self) -> list[RowFinding]:
        """Return a row of the table in doubt and one of a table of another number."""
        return [clear_row(4), clear_row(5, submitted={Field.APPROVAL_NUMBER: self.OF_OTHERS})]

    def test_a_table_of_another_number_goes_up_under_its_own(
        self, county: Network, city: Network, tmp_path: Path
    ) -> None:
        """What was settled says nothing about it."""
        sent = self.passed(county, *self.two_tables())
        path = county.export("county.supervisor", sent.id)
        package = opened_package(path, tmp_path)
        assert [table.approval_number for table in package.contents.tables] == [self.SETTLED, self.OF_OTHERS]

        batch = city.take(path, "city.supervisor")
        numbers = {n: row[Field.APPROVAL_NUMBER] for n, row in city.values(batch.id).items()}
        assert numbers == {4: self.SETTLED, 5: self.OF_OTHERS}

    @pytest.mark.parametrize(
        "numbers",
        [("", OF_OTHERS), (IN_SHEET, "陕人社函〔2017〕9号"), (SETTLED, "陕人社函〔2017〕9号")],
        ids=["none", "of a table not in doubt", "two"],
    )
    def test_a_number_that_was_written_in_is_refused(
        self, county: Network, city: Network, numbers: tuple[str, str]
    ) -> None:
        """One number can have been settled, and only that in doubt."""
        sent = self.passed(county, *self.two_tables())
        path = county.export("county.supervisor", sent.id)

        def edit(content: dict[str, Any]) -> None:
            for table, number in zip(content["tables"], numbers, strict=True):
                table["approval_number"] = number

        with pytest.raises(HandoverContentError, match="批准文号"):
            city.take(forge(path, lambda files: edit_document(files, "batch.json", edit)), "city.supervisor")
        assert city.package_count() == 0
