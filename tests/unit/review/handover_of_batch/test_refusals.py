"""Packages that are not taken in, and batches of which none is made."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ZhengheError
from review.access import BatchStateError
from review.accounts.errors import PermissionMissingError
from review.handover import (
    HandoverChainBrokenError,
    HandoverContentError,
    HandoverHashMismatchError,
    HandoverNotWritableError,
)
from review.handover_of_batch import (
    HandoverForAnotherError,
    HandoverImportedBeforeError,
    HandoverNotSenderError,
    HandoverOfficeUnknownError,
    HandoverOriginalsMissingError,
    HandoverOutdatedError,
    HandoverOwnBatchError,
)
from review.pass_on import accept, pass_on
from storage.models import OfficeModel
from tests.found_rows import clear_row
from tests.unit.review.handover.packages import Files, edit_document, edit_lines, files_of, forge, rewrite
from tests.unit.review.handover_of_batch.networks import CITY, COUNTY, Network, opened_package, passed_batch


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
