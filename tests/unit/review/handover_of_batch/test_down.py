"""The city sends a batch back by a package, and it comes up again."""

from pathlib import Path
from typing import Any

import pytest

from domain.decisions import Action
from domain.way import BatchState, RowState
from review.access import BatchStateError
from review.changes import ChangeKind
from review.handover import (
    HandoverContentError,
)
from review.handover_of_batch import (
    HandoverBatchUnknownError,
    HandoverOutdatedError,
)
from review.pass_on import RowsReturnedError, accept, send_back
from review.snapshots import changes_since_last
from tests.found_rows import clear_row, person
from tests.unit.review.handover.packages import Files, edit_lines, forge
from tests.unit.review.handover_of_batch.networks import (
    CITY,
    COUNTY,
    Network,
    mend,
    opened_package,
    pass_up,
    passed_batch,
    replace_sheet,
    returned,
    row_of,
    typed_wrong,
)


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
            *_, step = store.transfers.list_of_batch(sent.id)
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

    def test_what_the_city_has_said_outlives_a_second_package(self, county: Network, city: Network) -> None:
        """The originals come later; rows that were marked meanwhile stay marked."""
        sent = passed_batch(county)
        first = county.export("county.supervisor", sent.id, with_originals=False)
        batch = city.take(first, "city.supervisor")
        city.bureau.decide(row_of(city, batch, 7), Action.SEND_BACK, by="city.verifier", reason="请核")

        again = city.take(county.export("county.supervisor", sent.id), "city.supervisor")

        assert row_of(city, again, 7).state is RowState.SENT_BACK
        assert city.values(again.id) == county.values(sent.id)
        with pytest.raises(RowsReturnedError):
            city.bureau.do("city.supervisor", accept, again.id)
        city.bureau.do("city.supervisor", send_back, again.id, "")
        county.take(city.export("city.supervisor", again.id), "county.supervisor")
        assert row_of(county, sent, 7).state is RowState.SENT_BACK

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
