"""Rows in the database: pages, searching, the queue's kinds, columns that follow one another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.decisions import Action
from domain.fields import Field
from domain.way import RecheckState, RowState
from storage.past_findings import past_findings
from storage.rows import RowNotFoundError
from storage.sessions import sqlite_url
from storage.store import Store
from tests.bureau import Bureau, clear_row, no_paper, person, prepared_file, prepared_url, wrong_name


@pytest.fixture(params=["sqlite", "postgresql"])
def bureau(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bureau]:
    """Return offices at work on either database."""
    if request.param == "sqlite":
        url = sqlite_url(prepared_file(tmp_path))
    else:
        url = prepared_url(request.getfixturevalue("postgres_url"))
    opened = Bureau(url)
    yield opened
    opened.close()


def test_rows_are_listed_in_pages_and_found_by_what_is_known_of_them(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4), wrong_name(5), no_paper(6), clear_row(7)], rate=0.5)

    def numbers(**wanted: object) -> list[int]:
        with bureau.store("county.verifier") as store:
            found = store.rows.list_page(batch.id, limit=10, **wanted)  # type: ignore[arg-type]
            return [row.row_number for row in found]

    assert numbers() == [4, 5, 6, 7]
    assert numbers(after_id=bureau.row(batch.id, 5).id) == [6, 7]
    assert numbers(state=RowState.WAITING) == [5, 6]
    assert numbers(verdict="reject") == [5]
    assert numbers(group_key="row:no_certificate") == [6]
    assert numbers(recheck=RecheckState.WAITING) == [4]
    assert numbers(text=person(7)[Field.NAME]) == [7]
    assert numbers(text="长河机械") == [4, 5, 6, 7]
    assert numbers(text="zg2016000006") in ([], [6])
    assert numbers(text="100%") == []


def test_what_waits_is_counted_by_kind_and_by_pattern(bureau: Bureau) -> None:
    batch = bureau.add_batch(
        [wrong_name(4), wrong_name(5), wrong_name(6, typed="张炜"), no_paper(7), clear_row(8)]
    )
    with bureau.store("county.verifier") as store:
        groups = [(key, count) for key, count, _ in store.queue.count_groups(batch.id, "review")]
        patterns = [(count, one) for _, count, one in store.queue.count_patterns(batch.id)]

    assert groups == [("name:homophone", 3), ("row:no_certificate", 1)]
    assert patterns == [(2, bureau.row(batch.id, 4).id)]


def test_a_change_raises_the_version_and_a_lease_does_not(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    row = bureau.row(batch.id, 5)
    with bureau.store(None) as store:
        changed = store.rows.change(row.id, queue="recheck")
        store.rows.force_link(row.id, {"file": "a", "page": 1, "slot": 1})
        store.rows.force_link(row.id, None)
        store.queue.release(row.id)
        now = store.rows.get(row.id, lock=True)
        ((_, _, link),) = store.rows.known_places(batch.id)
    assert (changed.version, now.version, now.queue, link) == (
        row.version + 1,
        row.version + 1,
        "recheck",
        None,
    )


def test_what_an_earlier_check_found_is_kept_once_it_says_something_else(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5), clear_row(6)])
    bureau.check(batch.id, [wrong_name(5), clear_row(6)])
    bureau.check(batch.id, [clear_row(5), clear_row(6)])

    with bureau.store(None) as store:
        past = {row.row_number: past_findings(store.session, row.id) for row in bureau.rows(batch.id)}
    assert [content.finding for _, content in past[5]] == [wrong_name(5)]
    assert past[6] == []


def test_everybody_whose_word_counts_is_a_decider(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(4), wrong_name(5)])
    first, second = bureau.rows(batch.id)
    bureau.decide(first, Action.PAPER_RIGHT, Field.NAME, by="county.both")
    bureau.decide(first, Action.SHEET_RIGHT, Field.TITLE)
    bureau.decide(second)
    bureau.decide(second, Action.SEND_BACK, by="county.verifier2", reason="不清")

    def deciders(store: Store) -> dict[int, int]:
        return store.rows.deciders(batch.id)

    both, verifier = (bureau.actors[name].user_id for name in ("county.both", "county.verifier"))
    assert bureau.do(None, deciders) == {both: 1, verifier: 2}


def test_a_row_that_is_gone_is_not_found(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    row = bureau.row(batch.id, 5)
    with bureau.store(None) as store:
        store.rows.hide([row.id])
        with pytest.raises(RowNotFoundError):
            store.rows.get(row.id)
        assert store.batches.count_rows(batch.id) == {}
