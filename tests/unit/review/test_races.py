"""Two at once: what is decided is decided once, and nothing undecided leaves."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from domain.batches import Holding
from domain.decisions import Action, NewDecision
from domain.errors import ZhengheError
from domain.way import BatchState, RowState
from review.batches import start_check
from review.decide import decide, reopen
from review.documents import StoredContent, add_document, cancel_document, remove_document
from review.leases import take_rows
from review.pass_on import accept, pass_on
from tests.bureau import Bureau, clear_row, wrong_name

ROUNDS = 6


def at_once(*deeds: Callable[[], object]) -> list[Any]:
    """Do several things at the same moment; return what each gave, or its deliberate error."""
    barrier = Barrier(len(deeds))

    def start(deed: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return deed()
        except ZhengheError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(start, deeds))


def test_of_two_deciders_with_the_same_page_one_is_told_that_it_is_stale(racing_bureau: Bureau) -> None:
    bureau = racing_bureau
    batch = bureau.add_batch([wrong_name(n) for n in range(4, 4 + ROUNDS)])
    for row in bureau.rows(batch.id):

        def click(by: str, row_id: int = row.id, version: int = row.version) -> Callable[[], Any]:
            news = [NewDecision(Action.SHEET_RIGHT)]
            return partial(bureau.do, by, decide, bureau.jobs, row_id, news, version=version)

        results = at_once(click("county.verifier"), click("county.verifier2"))
        errors = [result.code for result in results if isinstance(result, ZhengheError)]
        assert errors == ["stale_version"]
    with bureau.store(None) as store:
        assert all(len(lines) == 1 for lines in store.decisions.histories(batch.id).values())
    assert bureau.batch(batch.id).state is BatchState.READY


def test_a_batch_that_leaves_takes_nothing_undecided_along(racing_bureau: Bureau) -> None:
    bureau = racing_bureau
    for n in range(ROUNDS):
        batch = bureau.add_batch([wrong_name(5)])
        row = bureau.row(batch.id, 5)
        bureau.decide(row)
        bureau.add_letter(batch.id)
        spoil: Callable[[], Any] = (
            (partial(bureau.do, "county.verifier", reopen, bureau.jobs, row.id, "再看"))
            if n % 2
            else (partial(bureau.do, "county.verifier", start_check, bureau.jobs, batch.id))
        )

        at_once(spoil, partial(bureau.do, "county.supervisor", pass_on, batch.id))

        now = bureau.batch(batch.id)
        if now.state is BatchState.PASSED:
            assert bureau.row(batch.id, 5).state is RowState.DECIDED
        else:
            assert now.holder_id == bureau.offices["county"].id


def test_a_row_of_a_batch_that_leaves_is_held_by_nobody(racing_bureau: Bureau) -> None:
    bureau = racing_bureau
    for _ in range(ROUNDS):
        batch = bureau.add_batch([clear_row(4)], rate=1.0)
        bureau.decide(bureau.row(batch.id, 4))
        bureau.add_letter(batch.id)
        with bureau.store(None) as store:
            # As if a row still waited: the gate does not look at this column.
            store.rows.change(bureau.rows(batch.id)[0].id, queue="recheck")

        at_once(
            partial(bureau.do, "county.verifier", take_rows, batch_id=batch.id, queue="recheck"),
            partial(bureau.do, "county.supervisor", pass_on, batch.id),
        )

        assert bureau.batch(batch.id).state is BatchState.PASSED
        assert bureau.row(batch.id, 4).lease is None


def test_marking_and_accepting_at_once_leaves_no_marked_row_accepted(racing_bureau: Bureau) -> None:
    bureau = racing_bureau
    for _ in range(ROUNDS):
        batch = bureau.add_batch([clear_row(4)], with_letter=True)
        bureau.do("county.supervisor", pass_on, batch.id)
        row = bureau.row(batch.id, 4)

        at_once(
            partial(bureau.decide, row, Action.SEND_BACK, by="city.verifier", reason="不清"),
            partial(bureau.do, "city.supervisor", accept, batch.id),
        )

        is_accepted = bureau.batch(batch.id).state is BatchState.ACCEPTED
        assert is_accepted == (bureau.row(batch.id, 4).state is RowState.CLEARED)


def test_a_decision_and_the_end_of_a_check_meet_in_one_order(racing_bureau: Bureau) -> None:
    bureau = racing_bureau
    for _ in range(ROUNDS):
        batch = bureau.add_batch([wrong_name(5)])
        row = bureau.row(batch.id, 5)
        bureau.do("county.verifier", start_check, bureau.jobs, batch.id)

        result, _ = at_once(
            partial(
                bureau.do,
                "county.verifier",
                decide,
                bureau.jobs,
                row.id,
                [NewDecision(Action.SHEET_RIGHT)],
                version=row.version,
            ),
            partial(bureau.check, batch.id, [wrong_name(5, typed="张炜")], is_asked=True),
        )

        # Refused either way: while it is checked, or because the row is another by then.
        assert result.code in ("batch_state", "stale_version")
        assert bureau.row(batch.id, 5).state is RowState.WAITING


def test_a_batch_is_passed_on_once(racing_bureau: Bureau) -> None:
    bureau = racing_bureau
    batch = bureau.add_batch([clear_row(4)], with_letter=True)

    results = at_once(*[partial(bureau.do, "county.supervisor", pass_on, batch.id)] * 4)

    assert sum(not isinstance(result, ZhengheError) for result in results) == 1
    with bureau.store(None) as store:
        assert len(store.transfers.list_of_batch(batch.id)) == 1


def test_files_are_added_removed_and_cancelled_without_a_deadlock(racing_bureau: Bureau) -> None:
    bureau = racing_bureau
    batch = bureau.add_batch([clear_row(4)])
    files = [bureau.add_file(batch.id, f"{n}.jpg", [Holding.CERTIFICATE]) for n in range(ROUNDS)]
    content = StoredContent("c" * 64, 1)

    for n, file in enumerate(files):
        results = at_once(
            partial(bureau.do, "county.verifier", remove_document, file.id),
            partial(bureau.do, "county.verifier", cancel_document, bureau.jobs, file.id),
            partial(bureau.do, "county.verifier", add_document, bureau.jobs, batch.id, f"新{n}.jpg", content),
            partial(bureau.do, "county.verifier", add_document, bureau.jobs, batch.id, f"新{n}.jpg", content),
        )
        assert not [result for result in results if isinstance(result, ZhengheError)]
        assert sorted(is_new for _, is_new in results[2:]) == [False, True]
        assert results[2][0].id == results[3][0].id


def test_the_chain_of_the_log_holds_when_many_write(racing_bureau: Bureau) -> None:
    bureau, count = racing_bureau, 8
    batch = bureau.add_batch([wrong_name(n) for n in range(4, 4 + count)])

    at_once(*[partial(bureau.decide, row) for row in bureau.rows(batch.id)])

    with bureau.store(None) as store:
        assert store.log.verify() == store.log.last()[0]
        lines = [line.action for line in store.log.lines_of_batch(batch.id)]
    assert lines.count("row.decided") == count
    assert bureau.batch(batch.id).counts == {"decided": count}
