"""What an office's decisions say of the reading."""

from datetime import timedelta

import pytest

from domain.accounts import Permission
from domain.decisions import Action
from domain.fields import Field
from review.accounts.errors import PermissionMissingError
from review.batches import withdraw_batch
from review.quality import Quality, measure_quality
from tests.bureau import Bureau
from tests.clock import START
from tests.found_rows import clear_row, wrong_name


def _measure(bureau: Bureau, by: str = "county.verifier", **more: int) -> Quality:
    return bureau.do(by, measure_quality, **more)


def test_flagged_rows_without_an_error_are_false_alarms(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4), wrong_name(5), wrong_name(6), wrong_name(7)])
    bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)
    bureau.decide(bureau.row(batch.id, 6), Action.SHEET_RIGHT, Field.NAME)

    quality = _measure(bureau)

    (one,) = quality.batches
    assert (one.rows, one.clear, one.flagged, one.judged, one.false_alarms) == (4, 1, 3, 2, 1)
    assert (quality.fields[Field.NAME].judged, quality.fields[Field.NAME].false_alarms) == (2, 1)
    assert quality.is_whole
    ((_, worst),) = quality.worst_files()
    assert (worst.judged, worst.false_alarms) == (1, 1)


def test_stated_probabilities_stand_beside_what_was_found(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5), wrong_name(6)])
    bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)
    bureau.decide(bureau.row(batch.id, 6), Action.SHEET_RIGHT, Field.NAME)

    last = _measure(bureau).bins[-1]

    assert (last.weight, last.wrong) == (2.0, 1.0)
    assert last.stated / last.weight == pytest.approx(0.997)


def test_an_error_that_a_re_check_found_was_missed(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4), clear_row(5)], rate=1.0)
    bureau.decide(
        bureau.row(batch.id, 4), Action.OTHER_VALUE, Field.NAME, value="赵无极", reason="证书上不同"
    )
    bureau.decide(bureau.row(batch.id, 5))

    (one,) = _measure(bureau).batches

    assert (one.clear, one.missed, one.false_alarms) == (2, 1, 0)


def test_pace_is_told_by_hour_and_person(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5), wrong_name(6), wrong_name(7)])
    bureau.decide(bureau.row(batch.id, 5))
    bureau.decide(bureau.row(batch.id, 6), by="county.verifier2")
    bureau.clock.advance(hours=1)
    bureau.decide(bureau.row(batch.id, 7))

    hours = _measure(bureau).hours

    assert sorted((by, count) for (_, by), count in hours.items()) == [
        ("county.verifier", 1),
        ("county.verifier", 1),
        ("county.verifier2", 1),
    ]
    first, second = sorted({hour for hour, _ in hours})
    assert second - first == timedelta(hours=1)
    assert first <= START


def test_batches_of_others_and_withdrawn_ones_are_left_out(bureau: Bureau) -> None:
    bureau.add_batch([clear_row(4)])
    gone = bureau.add_batch([clear_row(5)])
    bureau.do("county.verifier", withdraw_batch, gone.id)

    assert [one.rows for one in _measure(bureau).batches] == [1]
    assert _measure(bureau, "city.verifier").batches == []


def test_no_more_rows_are_looked_at_than_allowed_but_always_one_batch(bureau: Bureau) -> None:
    bureau.add_batch([clear_row(4)])
    newest = bureau.add_batch([clear_row(4), clear_row(5), clear_row(6)])

    quality = _measure(bureau, most_rows=2)

    assert [one.batch.id for one in quality.batches] == [newest.id]
    assert not quality.is_whole


def test_whoever_sees_no_batches_sees_no_quality(bureau: Bureau) -> None:
    assert Permission.VIEW not in bureau.actors["county.administrator"].permissions
    with pytest.raises(PermissionMissingError):
        _measure(bureau, "county.administrator")
