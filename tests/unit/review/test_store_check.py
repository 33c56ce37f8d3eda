"""What a check leaves: rows with their identity, decisions that still hold, lots."""

from dataclasses import replace
from typing import Any

import pytest

from domain.decisions import Action
from domain.fields import Field
from domain.way import BatchState, RecheckState, RowState
from review.batches import start_check
from review.decide import undo
from review.escape_rate import estimate_escapes
from review.leases import LeaseExpiredError, renew_lease
from review.remarks import ask_opinion
from review.store_check import prepare_check, store_check, wants
from storage.store import Store
from tests.bureau import Bureau, clear_row, number_of, wrong_name
from tests.results import batch_result, sheet_table


def test_rows_keep_number_and_decision_when_a_row_is_inserted(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(4), wrong_name(5)])
    before = {row.row_number: row for row in bureau.rows(batch.id)}
    bureau.decide(before[5], Action.PAPER_RIGHT, Field.NAME)

    bureau.check(batch.id, [wrong_name(4), clear_row(5, 99), wrong_name(6, 5)])

    after = {row.row_number: row for row in bureau.rows(batch.id)}
    assert (after[4].id, after[6].id) == (before[4].id, before[5].id)
    assert (after[4].state, after[6].state) == (RowState.WAITING, RowState.DECIDED)
    assert after[5].id not in {row.id for row in before.values()}


def test_a_better_scan_asks_again_for_its_rows_and_for_no_others(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(4), wrong_name(5)])
    bureau.decide_all(batch.id)
    assert bureau.batch(batch.id).state is BatchState.READY
    with bureau.store(None) as store:
        old = store.documents.find_by_name(batch.id, "证书/0004.jpg")
    assert old is not None

    bureau.add_file(batch.id, old.name, old.holds, content="better", replaces_id=old.id)
    bureau.check(batch.id, [wrong_name(4), wrong_name(5)])

    assert [row.state for row in bureau.rows(batch.id)] == [RowState.WAITING, RowState.DECIDED]
    assert bureau.batch(batch.id).state is BatchState.IN_REVIEW


def test_a_row_that_left_the_sheet_drops_out_with_its_history_kept(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(4), wrong_name(5)])
    gone = bureau.row(batch.id, 5)
    bureau.decide(gone)

    bureau.check(batch.id, [wrong_name(4)])

    assert [row.row_number for row in bureau.rows(batch.id)] == [4]
    assert bureau.batch(batch.id).counts == {"waiting": 1}
    with bureau.store(None) as store:
        assert len(store.decisions.history(gone.id)) == 1


@pytest.mark.parametrize("changed_since", [False, True])
def test_what_was_prepared_before_the_lock_is_stored_while_the_batch_is_the_same(
    bureau: Bureau, changed_since: bool
) -> None:
    batch = bureau.add_batch([wrong_name(4), wrong_name(5)])
    before = {row.row_number: row.id for row in bureau.rows(batch.id)}
    bureau.do("county.verifier", start_check, bureau.jobs, batch.id)
    result = batch_result([wrong_name(4), clear_row(6)])
    tables, hashes = [sheet_table(result.rows)], dict.fromkeys(["证书/0004.jpg"], "0" * 64)
    options: dict[str, Any] = {"hashes": hashes, "recheck_rate": 0.0, "recheck_least": 0, "initials": str}
    with bureau.store(None) as store:
        prepared = prepare_check(store, store.batches.get(batch.id), result, tables, **options)
        if changed_since:
            store.batches.change(batch.id, name="2016-工程-中级（补）")
            # Not what the batch has now: had it been written, this row would be there.
            prepared = replace(prepared, news=(*prepared.news, replace(prepared.news[0], known_id=None)))
        assert store_check(
            store,
            store.batches.get(batch.id, lock=True),
            result,
            tables,
            documents=[],
            versions={},
            started_at=store.now,
            prepared=prepared,
            **options,
        )

    after = {row.row_number: row.id for row in bureau.rows(batch.id)}
    assert len(bureau.rows(batch.id)) == 2
    assert set(after) == {4, 6}
    assert after[4] == before[4]


def test_a_revision_is_stored_once_and_only_while_it_is_wanted(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4)])

    def again(store: Store) -> bool:
        now = store.batches.get(batch.id, lock=True)
        assert not wants(now, now.revision)
        return store_check(
            store,
            now,
            batch_result([]),
            [],
            hashes={},
            documents=[],
            versions={},
            started_at=store.now,
            recheck_rate=0,
            recheck_least=0,
            initials=str,
        )

    assert bureau.do(None, again) is False
    assert len(bureau.rows(batch.id)) == 1


def test_whoever_held_a_row_looks_at_it_anew_after_a_check(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(4)])
    (taken,) = bureau.take("county.verifier", batch_id=batch.id)
    assert taken.lease is not None

    bureau.check(batch.id, [wrong_name(4, typed="张炜")])

    with pytest.raises(LeaseExpiredError):
        bureau.do("county.verifier", renew_lease, taken.id, taken.lease.token)
    assert bureau.row(batch.id, 4).version > taken.version


def test_nobody_is_waited_for_once_a_row_is_cleared(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(4), wrong_name(5)])
    for row in bureau.rows(batch.id):
        bureau.do("county.verifier", ask_opinion, row.id, "是伟还是玮？")

    bureau.check(batch.id, [clear_row(4), wrong_name(5)])

    asker = bureau.actors["county.verifier"].user_id
    assert [row.opinion_of for row in bureau.rows(batch.id)] == [None, asker]


# -- lots --------------------------------------------------------------------------------------

_TEN = [clear_row(n) for n in range(4, 14)]


def _drawn(bureau: Bureau, batch_id: int) -> list[int]:
    return [row.row_number for row in bureau.rows(batch_id) if row.recheck is not RecheckState.NONE]


def test_the_lot_takes_the_rate_rounded_up_and_at_least_so_many(bureau: Bureau) -> None:
    batch = bureau.add_batch(_TEN, rate=0.21)
    assert len(_drawn(bureau, batch.id)) == 3

    bureau.check(batch.id, _TEN, rate=0.21, least=5)
    assert len(_drawn(bureau, batch.id)) == 5
    bureau.check(batch.id, _TEN, rate=0.01, least=100)
    assert len(_drawn(bureau, batch.id)) == 10


def test_a_batch_is_ready_once_its_re_check_is_finished_too(racing_bureau: Bureau) -> None:
    bureau = racing_bureau
    batch = bureau.add_batch([*_TEN, wrong_name(50)], rate=0.2)
    bureau.decide(bureau.row(batch.id, 50))
    first, second = _drawn(bureau, batch.id)
    bureau.decide(bureau.row(batch.id, first))
    assert (bureau.batch(batch.id).state, bureau.batch(batch.id).counts.get("waiting")) == (
        BatchState.IN_REVIEW,
        None,
    )

    made = bureau.decide(bureau.row(batch.id, second))
    assert bureau.batch(batch.id).state is BatchState.READY
    bureau.do("county.verifier", undo, bureau.jobs, bureau.row(batch.id, second).id, made.decision_ids[0])
    assert bureau.batch(batch.id).state is BatchState.IN_REVIEW

    bureau.check(batch.id, _TEN, rate=0)
    assert bureau.batch(batch.id).state is BatchState.IN_REVIEW
    bureau.decide(bureau.row(batch.id, second))
    assert bureau.batch(batch.id).state is BatchState.READY


def test_rows_that_were_drawn_stay_drawn_however_often_the_batch_is_checked(bureau: Bureau) -> None:
    batch = bureau.add_batch(_TEN, rate=0.2)
    first = _drawn(bureau, batch.id)
    bureau.decide(bureau.row(batch.id, first[0]))

    bureau.check(batch.id, _TEN, rate=0.2, draw=lambda rows, count: rows[-count:])

    assert _drawn(bureau, batch.id) == first
    states = {row.row_number: row.recheck for row in bureau.rows(batch.id)}
    assert (states[first[0]], states[first[1]]) == (RecheckState.CONFIRMED, RecheckState.WAITING)


def test_a_confirmed_row_stays_cleared_and_a_word_on_one_field_confirms_nothing(bureau: Bureau) -> None:
    batch = bureau.add_batch(_TEN, rate=0.1)
    (number,) = _drawn(bureau, batch.id)

    partly = bureau.decide(bureau.row(batch.id, number), Action.SHEET_RIGHT, Field.NAME)
    assert (partly.row.recheck, partly.row.queue) == (RecheckState.WAITING, "recheck")
    done = bureau.decide(partly.row)

    assert (done.row.recheck, done.row.state) == (RecheckState.CONFIRMED, RowState.CLEARED)
    with bureau.store(None) as store:
        found = estimate_escapes(store, bureau.batch(batch.id))
    assert (found.cleared, found.checked, found.errors, found.waiting) == (10, 1, 0, 0)
    assert found.upper_bound is not None
    assert "1 行" in found.sentence


def test_an_error_that_the_lot_found_counts_also_when_the_sheet_was_mended(bureau: Bureau) -> None:
    batch = bureau.add_batch(_TEN, rate=0.2)
    wrong, right = _drawn(bureau, batch.id)
    bureau.decide(bureau.row(batch.id, right))
    made = bureau.decide(
        bureau.row(batch.id, wrong), Action.OTHER_VALUE, Field.ID_NUMBER, value=number_of(777), reason="原件"
    )
    assert (made.row.recheck, made.row.state) == (RecheckState.ERROR_FOUND, RowState.DECIDED)

    def estimate() -> tuple[int, int, int, int]:
        with bureau.store(None) as store:
            found = estimate_escapes(store, bureau.batch(batch.id))
        return found.cleared, found.checked, found.errors, found.waiting

    assert estimate() == (10, 2, 1, 0)
    mended = [
        clear_row(wrong, submitted={Field.ID_NUMBER: number_of(777)}) if row.row_number == wrong else row
        for row in _TEN
    ]
    bureau.check(batch.id, mended, rate=0.2)
    assert bureau.row(batch.id, wrong).recheck is RecheckState.WAITING
    bureau.decide(bureau.row(batch.id, wrong))
    assert estimate() == (10, 2, 1, 0)
    bureau.check(batch.id, [row for row in mended if row.row_number != wrong], rate=0.2)
    # The row is gone, what it told is not; another is drawn in its place.
    assert estimate() == (10, 2, 1, 1)


def test_an_error_that_was_none_is_taken_back(bureau: Bureau) -> None:
    batch = bureau.add_batch(_TEN, rate=0.1)
    (number,) = _drawn(bureau, batch.id)
    row = bureau.row(batch.id, number)
    made = bureau.decide(row, Action.NO_CERTIFICATE, reason="没有")

    undone = bureau.do("county.verifier", undo, bureau.jobs, row.id, made.decision_ids[0])

    assert undone.row.recheck is RecheckState.WAITING
    with bureau.store(None) as store:
        assert estimate_escapes(store, bureau.batch(batch.id)).errors == 0
