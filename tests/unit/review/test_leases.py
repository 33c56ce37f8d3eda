"""Rows taken from the queue: one row, one verifier."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from domain.decisions import Action, NewDecision
from domain.errors import StaleVersionError
from domain.fields import Field
from domain.findings import Issue, Kind, Status
from review.access import NotHolderError
from review.decide import decide
from review.leases import LONGEST_LEASE, LeaseExpiredError, RowTakenError, release_row, renew_lease, take_rows
from review.remarks import ask_opinion, withdraw_opinion
from storage.batches import BatchNotFoundError
from tests.bureau import Bureau, clear_row, no_paper, wrong_name
from tests.results import finding

RIGHT = [NewDecision(Action.SHEET_RIGHT)]


def test_the_gravest_kind_comes_first_and_own_rows_before_others(bureau: Bureau) -> None:
    batch = bureau.add_batch([no_paper(4), wrong_name(5), wrong_name(6), clear_row(7)])

    first = bureau.take("county.verifier", 2, batch_id=batch.id)
    again = bureau.take("county.verifier", 3)

    assert {row.row_number for row in first} == {5, 6}
    assert [row.row_number for row in again][2:] == [4]
    assert {row.id for row in first} < {row.id for row in again}
    assert {row.lease for row in first} <= {row.lease for row in again}


def test_one_field_is_asked_of_every_row_that_waits_for_it_until_it_is_decided(bureau: Bureau) -> None:
    both = wrong_name(5)
    date = finding(
        Field.GRANTED_ON, "2016-05-21", certificate="2016-05-12", status=Status.MISMATCH, probability=0.4
    )
    both = replace(
        both,
        fields={**both.fields, Field.GRANTED_ON: date},
        issues=(*both.issues, Issue(Field.GRANTED_ON, Kind.DIFFERENT_VALUE, "日不同。")),
    )
    batch = bureau.add_batch([both, wrong_name(6)])

    def asked(field: Field) -> set[int]:
        rows = bureau.do("county.verifier", take_rows, batch_id=batch.id, field=field, count=9)
        return {row.row_number for row in rows}

    def count() -> dict[Field, int]:
        with bureau.store("county.verifier") as store:
            return store.queue.count_fields(batch.id)

    assert (asked(Field.NAME), asked(Field.GRANTED_ON)) == ({5, 6}, {5})
    assert count() == {Field.NAME: 2, Field.GRANTED_ON: 1}

    bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)

    assert (asked(Field.NAME), asked(Field.GRANTED_ON)) == ({6}, {5})
    assert count() == {Field.NAME: 1, Field.GRANTED_ON: 1}


def test_rows_held_come_before_free_ones_of_an_older_batch(bureau: Bureau) -> None:
    older = bureau.add_batch([wrong_name(5)])
    newer = bureau.add_batch([wrong_name(6), wrong_name(7)])
    held = bureau.take("county.verifier", 1, batch_id=newer.id)

    assert [row.id for row in bureau.take("county.verifier")] == [row.id for row in held]
    both = bureau.take("county.verifier", 2)
    assert [row.batch_id for row in both] == [newer.id, older.id]


def test_a_row_that_another_holds_is_neither_given_nor_decided(bureau: Bureau) -> None:
    bureau.add_batch([wrong_name(5)])
    (row,) = bureau.take("county.verifier")
    assert row.lease is not None

    assert bureau.take("county.verifier2") == []
    with pytest.raises(RowTakenError):
        bureau.decide(row, by="county.verifier2")
    with pytest.raises(RowTakenError):
        bureau.do("county.verifier2", ask_opinion, row.id, "？")
    with pytest.raises(LeaseExpiredError):
        bureau.do("county.verifier2", release_row, row.id, row.lease.token)
    bureau.do("county.verifier", release_row, row.id, row.lease.token)
    assert [other.id for other in bureau.take("county.verifier2")] == [row.id]


def test_a_lease_ends_and_what_was_looked_at_under_it_is_not_saved(bureau: Bureau) -> None:
    bureau.add_batch([wrong_name(5)])
    (row,) = bureau.take("county.verifier")
    assert row.lease is not None
    bureau.clock.advance(seconds=599)
    renewed = bureau.do("county.verifier", renew_lease, row.id, row.lease.token)
    assert renewed.version == row.version
    bureau.clock.advance(seconds=600)

    with pytest.raises(LeaseExpiredError):
        bureau.do("county.verifier", decide, bureau.jobs, row.id, RIGHT, lease_token=row.lease.token)
    assert [other.id for other in bureau.take("county.verifier2")] == [row.id]


def test_a_clock_moved_back_locks_no_row(bureau: Bureau) -> None:
    bureau.add_batch([wrong_name(5)])
    (row,) = bureau.take("county.verifier")
    bureau.clock.advance(seconds=-LONGEST_LEASE.total_seconds() - 1)

    assert [other.id for other in bureau.take("county.verifier2")] == [row.id]


def test_a_double_click_decides_once(bureau: Bureau) -> None:
    bureau.add_batch([wrong_name(5)])
    (row,) = bureau.take("county.verifier")
    assert row.lease is not None
    token = row.lease.token
    bureau.do("county.verifier", decide, bureau.jobs, row.id, RIGHT, lease_token=token)
    bureau.do("county.verifier", decide, bureau.jobs, row.id, RIGHT, lease_token=token)
    bureau.do("county.verifier", decide, bureau.jobs, row.id, RIGHT, version=row.version)

    others = [NewDecision(Action.PAPER_RIGHT)]
    with pytest.raises(LeaseExpiredError):
        bureau.do("county.verifier", decide, bureau.jobs, row.id, others, lease_token=token)
    with pytest.raises(StaleVersionError) as stale:
        bureau.do("county.verifier", decide, bureau.jobs, row.id, others, version=row.version)
    assert stale.value.current == bureau.row(row.batch_id, 5)
    with bureau.store(None) as store:
        assert len(store.decisions.history(row.id)) == 1


def test_taking_and_keeping_leaves_the_version_alone(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    before = bureau.row(batch.id, 5)
    (row,) = bureau.take("county.verifier")

    bureau.do("county.verifier", decide, bureau.jobs, row.id, RIGHT, version=before.version)


def test_who_asked_for_an_opinion_does_not_get_the_row_again(bureau: Bureau) -> None:
    bureau.add_batch([wrong_name(5)])
    (row,) = bureau.take("county.verifier")
    bureau.do("county.verifier", ask_opinion, row.id, "？")

    assert bureau.take("county.verifier") == []
    bureau.do("county.verifier", withdraw_opinion, row.id)
    assert len(bureau.take("county.verifier")) == 1


def test_other_offices_take_nothing(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])

    for office in ("city", "other", "unit"):
        assert bureau.take(f"{office}.verifier") == []
        with pytest.raises((BatchNotFoundError, NotHolderError)):
            bureau.take(f"{office}.verifier", batch_id=batch.id)


def test_no_row_is_given_to_two_at_once(racing_bureau: Bureau) -> None:
    bureau = racing_bureau
    batch = bureau.add_batch([wrong_name(n) for n in range(4, 28)])
    people = ["county.verifier", "county.verifier2", "county.both"]

    def take_some(n: int) -> list[int]:
        return [row.id for row in bureau.take(people[n % 3], 2, batch_id=batch.id)]

    def work(n: int) -> list[int]:
        mine = take_some(n)
        for row_id in mine:
            bureau.decide(row_id, Action.PAPER_RIGHT, Field.NAME, by=people[n % 3])
        return mine

    with ThreadPoolExecutor(12) as pool:
        taken = [row_id for rows in pool.map(take_some, range(3)) for row_id in rows]
        assert len(taken) == len(set(taken)) == 6
        list(pool.map(work, range(3)))
        done = {row.id: row.state.value for row in bureau.rows(batch.id)}
    assert sum(state == "decided" for state in done.values()) == 6
    with bureau.store(None) as store:
        assert [len(history) for history in store.decisions.histories(batch.id).values()] == [1] * 6
    assert bureau.batch(batch.id).counts == {"decided": 6, "waiting": 18}
