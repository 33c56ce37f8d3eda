"""What an office sees of batches, files and rows: its own, and what was handed up from below it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from domain.errors import NotFoundError
from review.batches import create_batch
from review.pass_on import accept, pass_on, send_back
from storage.batches import BatchNotFoundError
from storage.documents import DocumentNotFoundError
from storage.rows import RowNotFoundError
from storage.sessions import sqlite_url
from storage.store import Store
from tests.bureau import Bureau, clear_row, prepared_file

OFFICES = ("province", "city", "county", "other", "unit")


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    opened = Bureau(sqlite_url(prepared_file(tmp_path)))
    yield opened
    opened.close()


def _seers(bureau: Bureau, batch_id: int) -> set[str]:
    """Return the offices that see a batch; each sees it with its files and rows, or nothing of it."""
    row_id = bureau.rows(batch_id)[0].id
    with bureau.store(None) as store:
        document_id = store.documents.list_page(batch_id)[0].id
    seers = set()
    for office in OFFICES:
        with bureau.store(f"{office}.verifier") as store:
            looks: list[tuple[Callable[[], object], type[NotFoundError]]] = [
                (partial(store.batches.get, batch_id), BatchNotFoundError),
                (partial(store.batches.get, batch_id, lock=True), BatchNotFoundError),
                (partial(store.documents.get, document_id), DocumentNotFoundError),
                (partial(store.rows.get, row_id), RowNotFoundError),
                (partial(store.rows.get, row_id, lock=True), RowNotFoundError),
            ]
            lists = [
                bool(store.batches.list_page(before_id=None, limit=100)),
                bool(store.documents.list_page(batch_id)),
                bool(store.rows.list_page(batch_id, limit=10)),
            ]
            if lists[0]:
                for look, _ in looks:
                    look()
                seers.add(office)
            for look, error in looks if not lists[0] else []:
                with pytest.raises(error):
                    look()
            assert len(set(lists)) == 1
    return seers


def test_a_batch_is_its_owners_until_it_leaves_and_then_also_of_all_above(bureau: Bureau) -> None:
    batch_id = bureau.add_batch([clear_row(4)], with_letter=True).id
    assert _seers(bureau, batch_id) == {"county"}

    bureau.do("county.supervisor", pass_on, batch_id)
    assert _seers(bureau, batch_id) == {"county", "city", "province"}
    bureau.do("city.supervisor", accept, batch_id)
    bureau.do("city.supervisor", send_back, batch_id, "不全")
    assert _seers(bureau, batch_id) == {"county", "city", "province"}


def test_a_units_batch_is_seen_by_its_county_only_after_it_was_passed_on(bureau: Bureau) -> None:
    batch_id = bureau.add_batch([clear_row(4)], office="unit").id
    assert _seers(bureau, batch_id) == {"unit"}
    bureau.add_letter(batch_id, office="unit")

    bureau.do("unit.supervisor", pass_on, batch_id)

    assert _seers(bureau, batch_id) == {"unit", "county", "city", "province"}


def test_numbers_alone_are_told_of_drafts_below(bureau: Bureau) -> None:
    bureau.do("county.verifier", create_batch, "草稿")
    bureau.add_batch([clear_row(4)], office="other")

    def totals(store: Store) -> list[tuple[int, str, int, dict[str, int]]]:
        return store.batches.totals_below(store.person.office_path)

    county, other = bureau.offices["county"].id, bureau.offices["other"].id
    assert bureau.do("city.supervisor", totals) == [
        (county, "draft", 1, {}),
        (other, "ready", 1, {"cleared": 1}),
    ]
    assert bureau.do("unit.supervisor", totals) == []


def test_paths_are_compared_by_whole_numbers_and_nobody_without_an_office_sees_anything(
    bureau: Bureau,
) -> None:
    batch_id = bureau.add_batch([clear_row(4)], with_letter=True).id
    bureau.do("county.supervisor", pass_on, batch_id)
    city = bureau.actors["city.verifier"]

    for path in (city.office_path[:-1] + "0/", "%", "/_/", "", "/1/22/"):
        bureau.actors["stray"] = replace(city, office_id=10_000, office_path=path)
        with pytest.raises(BatchNotFoundError):
            bureau.do("stray", lambda store: store.batches.get(batch_id))
