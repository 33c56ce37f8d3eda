"""The audit chain holds, and shows where it was touched."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import (
    GENESIS,
    AuditEntry,
    BreakReason,
    ChainBreak,
    canonical_json,
    entry_from_object,
    entry_hash,
    format_utc,
    parse_utc,
    seal,
    verify_chain,
    verify_segment,
)

START = datetime(2026, 3, 5, 8, 9, 10, tzinfo=UTC)


def _chain(length: int, *, first_seq: int = 1, previous: str = GENESIS) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for place in range(length):
        entry = seal(
            seq=first_seq + place,
            at=START + timedelta(seconds=place),
            actor="li",
            office="610103",
            action="row.decide",
            object=f"batch/{1 + place % 2}",
            detail={"row": place, "原因": "看原件"},
            previous=entries[-1].hash if entries else previous,
        )
        entries.append(entry)
    return entries


def _altered(entries: list[AuditEntry], place: int, changes: Mapping[str, Any]) -> list[AuditEntry]:
    return [replace(entry, **changes) if i == place else entry for i, entry in enumerate(entries)]


def _break(result: int | ChainBreak) -> tuple[int, BreakReason]:
    assert isinstance(result, ChainBreak)
    return result.seq, result.reason


def test_whole_chain_is_counted() -> None:
    assert verify_chain(_chain(5), previous=GENESIS) == 5
    assert verify_chain([], previous=GENESIS) == 0


def test_hash_is_that_of_the_documented_line() -> None:
    """Written out by hand, so that another program can be written from the document."""
    (entry,) = _chain(1)
    line = (
        '{"action":"row.decide","actor":"li","at":"2026-03-05T08:09:10.000000Z","detail":{"row":0,"原因":"看原件"},'
        '"object":"batch/1","office":"610103","previous":"' + "0" * 64 + '","seq":1}'
    )
    assert entry.hash == hashlib.sha256(line.encode()).hexdigest()
    assert entry_hash(entry) == entry.hash


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": "wang"},
        {"detail": {"row": 3}},
        {"at": START + timedelta(days=1)},
        {"office": "610104"},
        {"object": "batch/9"},
        {"action": "row.view"},
        {"hash": "f" * 64},
    ],
)
def test_altered_entry_is_found(changes: dict[str, Any]) -> None:
    entries = _altered(_chain(4), 2, changes)

    assert _break(verify_chain(entries, previous=GENESIS)) == (3, BreakReason.HASH)
    assert _break(verify_segment(entries)) == (3, BreakReason.HASH)


def test_entry_taken_out_is_found_by_the_one_after_it() -> None:
    entries = _chain(4)
    del entries[1]

    assert _break(verify_chain(entries, previous=GENESIS)) == (3, BreakReason.PREVIOUS)


def test_resealed_entry_is_found_by_the_one_after_it() -> None:
    """Whoever alters an entry and seals it anew would have to seal everything after it."""
    entries = _chain(4)
    forged = replace(entries[1], actor="wang")
    entries[1] = replace(forged, hash=entry_hash(forged))

    assert _break(verify_chain(entries, previous=GENESIS)) == (3, BreakReason.PREVIOUS)
    assert _break(verify_segment(entries)) == (3, BreakReason.PREVIOUS)


def test_log_that_begins_late_is_found_unless_its_beginning_is_not_known() -> None:
    entries = _chain(4)[1:]

    assert _break(verify_chain(entries, previous=GENESIS)) == (2, BreakReason.PREVIOUS)
    assert verify_chain(entries, previous=None) == 3


def test_chain_goes_on_from_a_known_hash() -> None:
    entries = _chain(4)

    assert verify_chain(entries[2:], previous=entries[1].hash) == 2
    assert _break(verify_chain(entries[2:], previous=entries[0].hash)) == (3, BreakReason.PREVIOUS)


@pytest.mark.parametrize("order", [[0, 2, 1], [0, 0], [1, 0]])
def test_order_is_part_of_the_proof(order: list[int]) -> None:
    entries = [_chain(3)[i] for i in order]

    assert _break(verify_segment(entries))[1] is BreakReason.ORDER


def test_segment_may_leave_out_what_concerns_other_batches() -> None:
    entries = [entry for entry in _chain(9) if entry.object == "batch/1"]

    assert verify_segment(entries) == 5
    assert isinstance(verify_chain(entries, previous=GENESIS), ChainBreak)


def test_gaps_in_the_numbers_are_no_break() -> None:
    first = _chain(2)
    entries = [*first, *_chain(2, first_seq=10, previous=first[-1].hash)]

    assert verify_chain(entries, previous=GENESIS) == 4


def test_break_says_in_words_where_it_is() -> None:
    broken = verify_chain(_altered(_chain(2), 1, {"actor": "wang"}), previous=GENESIS)

    assert isinstance(broken, ChainBreak)
    assert broken.message == "操作日志第 2 条的内容与它的哈希值不符，记录被改动过。"


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), _json_values, max_size=4), st.datetimes(timezones=st.just(UTC)))
def test_entry_comes_back_from_its_line_with_the_same_hash(detail: dict[str, Any], at: datetime) -> None:
    entry = seal(
        seq=7, at=at, actor="李", office="x", action="a", object="o", detail=detail, previous=GENESIS
    )

    back = entry_from_object(json.loads(json.dumps(entry.to_object())))

    assert back == entry
    assert entry_hash(back) == entry.hash


def test_half_characters_of_file_names_have_a_hash() -> None:
    assert canonical_json({"file": "a\udc80.jpg"}) == b'{"file":"a\\udc80.jpg"}'


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": "1"},
        {"seq": True},
        {"detail": []},
        {"actor": None},
        {"at": "2026-03-05T08:09:10Z"},
        {"at": "2026-03-05T16:09:10.000000+08:00"},
        {"at": "gestern"},
        {"more": 1},
    ],
)
def test_line_that_is_no_entry_is_refused(changes: dict[str, Any]) -> None:
    (entry,) = _chain(1)

    with pytest.raises(ValueError, match=r".+"):
        entry_from_object({**entry.to_object(), **changes})


def test_line_with_a_key_missing_is_refused() -> None:
    (entry,) = _chain(1)
    content = entry.to_object()
    del content["office"]

    with pytest.raises(ValueError, match="keys"):
        entry_from_object(content)


def test_times_are_written_in_utc_whatever_their_zone() -> None:
    beijing = datetime(2026, 3, 5, 16, 9, 10, tzinfo=timezone(timedelta(hours=8)))

    assert format_utc(beijing) == "2026-03-05T08:09:10.000000Z"
    assert parse_utc("2026-03-05T08:09:10.000000Z") == beijing


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        seal(
            seq=1,
            at=datetime(2026, 3, 5),  # noqa: DTZ001 - the mistake itself
            actor="li",
            office="x",
            action="a",
            object="o",
            detail={},
            previous=GENESIS,
        )


def test_detail_that_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"set": {1}})
