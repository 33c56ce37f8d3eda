"""The way of a batch between offices: passed on, sent back over two levels, mended, passed again, held."""

from datetime import UTC, date, datetime

import pytest

from domain.decisions import Action
from domain.fields import Field
from domain.offices import OfficeKind
from domain.way import BatchState, RowState
from review.access import BatchStateError, NotHolderError, RowsLockedError
from review.accounts.errors import PermissionMissingError
from review.batches import start_check
from review.pass_on import (
    ReasonMissingError,
    RowsReturnedError,
    accept,
    confirm_number,
    days_late,
    pass_on,
    send_back,
)
from review.proofs import is_held
from review.snapshots import changes_since_last
from storage.rows import RowNotFoundError
from tests.bureau import Bureau, clear_row, person, wrong_name

ROWS = [clear_row(4), wrong_name(5), clear_row(6)]


def _hand_up(bureau: Bureau, batch_id: int) -> None:
    """Let the county pass a batch to the city, and the city to the province."""
    bureau.add_letter(batch_id)
    bureau.do("county.supervisor", pass_on, batch_id)
    bureau.do("city.supervisor", accept, batch_id)
    bureau.do("city.supervisor", pass_on, batch_id)


def _at_province(bureau: Bureau) -> int:
    batch = bureau.add_batch(ROWS)
    bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)
    _hand_up(bureau, batch.id)
    return batch.id


def _asks(bureau: Bureau, n: int, name: str) -> bool:
    values = person(n)
    return bureau.do(
        "province.supervisor",
        is_held,
        name=name,
        id_number=values[Field.ID_NUMBER],
        certificate_number=values[Field.CERTIFICATE_NUMBER],
    )


def test_a_batch_goes_up_and_is_locked_where_it_was_accepted(bureau: Bureau) -> None:
    batch_id = _at_province(bureau)
    passed = bureau.batch(batch_id)
    assert (passed.state, passed.holder_id) == (BatchState.PASSED, bureau.offices["province"].id)
    assert passed.has_left

    bureau.do("province.supervisor", accept, batch_id)

    assert bureau.batch(batch_id).state is BatchState.ACCEPTED
    with pytest.raises(RowsLockedError):
        bureau.decide(bureau.row(batch_id, 5), by="province.verifier")
    with pytest.raises(NotHolderError):
        bureau.do("county.verifier", start_check, bureau.jobs, batch_id)
    with bureau.store("county.auditor") as store:
        steps = [(step.step, step.from_office_id) for step in store.transfers.list_of_batch(batch_id)]
    county, city = bureau.offices["county"].id, bureau.offices["city"].id
    assert steps == [("pass", county), ("accept", county), ("pass", city), ("accept", city)]


def test_what_the_province_holds_can_be_asked_for_as_it_was_corrected(bureau: Bureau) -> None:
    batch_id = _at_province(bureau)
    assert not _asks(bureau, 4, person(4)[Field.NAME])
    bureau.do("province.supervisor", accept, batch_id)

    assert _asks(bureau, 4, person(4)[Field.NAME])
    assert _asks(bureau, 5, "张 伟")
    assert not _asks(bureau, 5, "张玮")
    with pytest.raises(PermissionMissingError):
        bureau.do("province.verifier", is_held, name="张伟", id_number="1", certificate_number="2")

    bureau.do("province.supervisor", send_back, batch_id, "重新核对")
    assert not _asks(bureau, 4, person(4)[Field.NAME])


def test_a_row_without_a_certificate_is_never_confirmed_online(bureau: Bureau) -> None:
    batch = bureau.add_batch(ROWS)
    bureau.decide(bureau.row(batch.id, 5), Action.NO_CERTIFICATE, reason="遗失")
    _hand_up(bureau, batch.id)
    bureau.do("province.supervisor", accept, batch.id)

    assert not _asks(bureau, 5, "张玮")
    assert _asks(bureau, 6, person(6)[Field.NAME])


def test_sent_back_over_two_levels_answered_by_a_better_scan_and_passed_again(bureau: Bureau) -> None:
    batch_id = _at_province(bureau)
    row = bureau.row(batch_id, 5)

    bureau.do("province.supervisor", send_back, batch_id, "", {row.id: "证书扫描件不清"})
    assert bureau.batch(batch_id).holder_id == bureau.offices["city"].id
    with pytest.raises(BatchStateError):
        bureau.do("city.supervisor", accept, batch_id)
    _, step = bureau.do("city.supervisor", send_back, batch_id, "请按省厅意见办理")
    assert dict(step.row_reasons) == {row.id: "证书扫描件不清"}
    back = bureau.batch(batch_id)
    assert (back.state, back.holder_id) == (BatchState.SENT_BACK, bureau.offices["county"].id)
    assert back.counts == {"cleared": 2, "sent_back": 1}

    with bureau.store(None) as store:
        old = store.documents.find_by_name(batch_id, "证书/0005.jpg")
    assert old is not None
    bureau.add_file(batch_id, old.name, old.holds, content="better", replaces_id=old.id)
    better = wrong_name(5, paper="张炜")
    bureau.check(batch_id, [clear_row(4), better, clear_row(6)])
    assert [one.state for one in bureau.rows(batch_id)] == [
        RowState.CLEARED,
        RowState.WAITING,
        RowState.CLEARED,
    ]
    bureau.decide(bureau.row(batch_id, 5), Action.PAPER_RIGHT, Field.NAME)

    bureau.add_letter(batch_id)
    bureau.do("county.supervisor", pass_on, batch_id)
    with bureau.store("city.verifier") as store:
        changes = changes_since_last(store, store.batches.get(batch_id))
    (change,) = changes
    assert (change.row_number, change.field, change.before, change.after) == (5, Field.NAME, "张伟", "张炜")
    bureau.do("city.supervisor", accept, batch_id)
    bureau.do("city.supervisor", pass_on, batch_id)
    bureau.do("province.supervisor", accept, batch_id)
    with bureau.store("province.verifier") as store:
        assert changes_since_last(store, store.batches.get(batch_id)) == changes
    assert _asks(bureau, 5, "张炜")


def test_a_sent_back_row_is_answered_by_a_decision(bureau: Bureau) -> None:
    batch_id = _at_province(bureau)
    bureau.do("province.supervisor", send_back, batch_id, "", {bureau.row(batch_id, 4).id: "请再核对"})
    bureau.do("city.supervisor", send_back, batch_id, "转办")

    (taken,) = bureau.take("county.verifier")
    assert (taken.row_number, taken.state) == (4, RowState.SENT_BACK)
    bureau.decide(taken)

    assert bureau.batch(batch_id).state is BatchState.READY
    assert bureau.batch(batch_id).counts == {"cleared": 1, "decided": 2}


def test_an_office_between_only_adds_reasons_and_never_gets_stuck(bureau: Bureau) -> None:
    from review.decision_rules import OnlyReturnError

    batch_id = _at_province(bureau)
    row = bureau.row(batch_id, 5)
    bureau.do("province.supervisor", send_back, batch_id, "", {row.id: "不清"})

    for action, field in (
        (Action.SHEET_RIGHT, None),
        (Action.PAPER_RIGHT, Field.NAME),
        (Action.REOPEN, None),
    ):
        with pytest.raises(OnlyReturnError):
            bureau.decide(row, action, field, by="city.verifier", reason="核对")
    bureau.decide(bureau.row(batch_id, 6), Action.SEND_BACK, by="city.verifier", reason="也不清")

    assert bureau.batch(batch_id).state is BatchState.SENT_BACK
    _, step = bureau.do("city.supervisor", send_back, batch_id, "")
    assert set(step.row_reasons.values()) == {"不清", "也不清"}


def test_a_batch_with_marked_rows_is_not_accepted(bureau: Bureau) -> None:
    batch_id = _at_province(bureau)
    bureau.decide(bureau.row(batch_id, 6), Action.SEND_BACK, by="province.verifier", reason="不清")

    with pytest.raises(RowsReturnedError):
        bureau.do("province.supervisor", accept, batch_id)


def test_sending_back_needs_reasons_rows_of_the_batch_and_another_office(bureau: Bureau) -> None:
    batch_id = _at_province(bureau)
    other = bureau.add_batch([clear_row(9)], office="province")
    row_id, foreign = bureau.row(batch_id, 5).id, bureau.row(other.id, 9).id

    for reason, rows in (
        ("", None),
        (" ", {}),
        ("", {row_id: " "}),
        ("x" * 1001, None),
        ("", {row_id: "x" * 1001}),
    ):
        with pytest.raises(ReasonMissingError):
            bureau.do("province.supervisor", send_back, batch_id, reason, rows)
    with pytest.raises(RowNotFoundError):
        bureau.do("province.supervisor", send_back, batch_id, "", {foreign: "不清"})
    with pytest.raises(BatchStateError):
        bureau.do("province.supervisor", send_back, other.id, "不清")
    assert bureau.row(batch_id, 5).state is RowState.DECIDED
    assert bureau.batch(batch_id).state is BatchState.PASSED


@pytest.mark.parametrize("role", ["reporter", "verifier", "auditor", "administrator"])
def test_only_supervisors_move_a_batch(bureau: Bureau, role: str) -> None:
    batch_id = _at_province(bureau)

    for deed in (pass_on, accept):
        with pytest.raises(PermissionMissingError):
            bureau.do(f"province.{role}", deed, batch_id)
    with pytest.raises(PermissionMissingError):
        bureau.do(f"province.{role}", send_back, batch_id, "不清")


def test_a_number_is_confirmed_by_its_owner_with_number_and_reason(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4)])
    for value, reason in (("", "看过"), ("陕人社函〔2016〕10号", " ")):
        with pytest.raises(ReasonMissingError):
            bureau.do("county.verifier", confirm_number, batch.id, value, reason)
    bureau.add_letter(batch.id)
    bureau.do("county.supervisor", pass_on, batch.id)
    with pytest.raises(BatchStateError):
        bureau.do("city.verifier", confirm_number, batch.id, "陕人社函〔2016〕10号", "看过")


def test_lateness_is_counted_in_days_where_the_offices_are(bureau: Bureau) -> None:
    with bureau.store(None) as store:
        period = store.periods.add(
            "2018-2019年", first_year=2018, last_year=2019, deadlines={OfficeKind.COUNTY: date(2021, 4, 20)}
        )
    batch = bureau.add_batch([clear_row(4)], period_id=period.id)
    with bureau.store(None) as store:
        for code in ("county", "unit"):
            office = bureau.offices[code]
            # Half past midnight of the 21st in China.
            assert days_late(store, batch, office, datetime(2021, 4, 20, 15, 59, tzinfo=UTC)) is None
            assert days_late(store, batch, office, datetime(2021, 4, 20, 16, 30, tzinfo=UTC)) == 1
        assert days_late(store, batch, bureau.offices["city"], datetime(2031, 1, 1, tzinfo=UTC)) is None

    bureau.add_letter(batch.id)
    _, step = bureau.do("county.supervisor", pass_on, batch.id)
    assert step.days_late == (bureau.clock().date() - date(2021, 4, 20)).days
