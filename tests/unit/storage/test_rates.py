"""Buckets of tokens, over all processes, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from domain.rates import Rate
from storage.rates import Rates
from storage.sessions import Database

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
RATE = Rate(burst=3, per_second=0.1)


def _take(database: Database, at: datetime, key: str = "k") -> float:
    with database.begin() as session:
        return Rates(session).take(key, RATE, at)


def test_a_bucket_gives_its_burst_and_then_at_its_rate(database: Database) -> None:
    assert [_take(database, NOW) for _ in range(3)] == [0, 0, 0]

    assert _take(database, NOW) == pytest.approx(10)
    assert _take(database, NOW + timedelta(seconds=4)) == pytest.approx(6)
    assert _take(database, NOW + timedelta(seconds=10)) == 0
    assert _take(database, NOW + timedelta(seconds=10)) == pytest.approx(10)


def test_a_bucket_never_holds_more_than_its_burst(database: Database) -> None:
    _take(database, NOW)
    later = NOW + timedelta(days=30)

    assert [_take(database, later) > 0 for _ in range(4)] == [False, False, False, True]


def test_a_clock_moved_back_neither_fills_nor_locks(database: Database) -> None:
    for _ in range(3):
        _take(database, NOW)
    before = NOW - timedelta(days=1)

    assert _take(database, before) == pytest.approx(10)
    assert _take(database, before + timedelta(seconds=10)) == 0


def test_buckets_are_apart(database: Database) -> None:
    for _ in range(4):
        _take(database, NOW, "one")

    assert _take(database, NOW, "other") == 0


def test_takers_at_once_get_no_more_than_there_is(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        waits = list(pool.map(lambda _: _take(database, NOW), range(12)))

    assert sum(wait == 0 for wait in waits) == 3


def test_old_buckets_are_forgotten_and_full_again(database: Database) -> None:
    for _ in range(3):
        _take(database, NOW)
    with database.begin() as session:
        Rates(session).remove_older(NOW + timedelta(days=3), timedelta(days=2))

    assert _take(database, NOW) == 0
