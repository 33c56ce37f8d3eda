"""Notes, second opinions, and numbers shown in full."""

import pytest

from review.accounts.errors import PermissionMissingError
from review.remarks import (
    BadNoteError,
    NoOpinionWantedError,
    RowNotWaitingError,
    add_note,
    ask_opinion,
    look_at_row,
    withdraw_opinion,
)
from storage.rows import RowNotFoundError
from tests.bureau import Bureau, clear_row, wrong_name


def test_notes_are_kept_in_order_and_those_who_only_look_write_none(bureau: Bureau) -> None:
    row = bureau.row(bureau.add_batch([wrong_name(5)]).id, 5)
    bureau.do("county.verifier", add_note, row.id, " 原件在档案室 ")
    bureau.do("county.supervisor", add_note, row.id, "已核")

    with bureau.store("county.verifier") as store:
        assert [(note.text, note.by) for note in store.decisions.notes(row.id)] == [
            ("原件在档案室", "county.verifier"),
            ("已核", "county.supervisor"),
        ]
    for text in ("", " ", "字" * 2001):
        with pytest.raises(BadNoteError):
            bureau.do("county.verifier", add_note, row.id, text)
    with pytest.raises(PermissionMissingError):
        bureau.do("county.auditor", add_note, row.id, "看过")
    with pytest.raises(RowNotFoundError):
        bureau.do("other.verifier", add_note, row.id, "看过")


def test_an_opinion_is_asked_for_rows_that_wait_and_withdrawn_by_the_asker(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4), wrong_name(5)])
    with pytest.raises(RowNotWaitingError):
        bureau.do("county.verifier", ask_opinion, bureau.row(batch.id, 4).id, "？")
    row = bureau.row(batch.id, 5)
    bureau.do("county.verifier", ask_opinion, row.id, "？")
    with pytest.raises(NoOpinionWantedError):
        bureau.do("county.verifier2", withdraw_opinion, row.id)

    assert bureau.do("county.verifier", withdraw_opinion, row.id).opinion_of is None


def test_whoever_looks_is_logged_and_numbers_in_full_need_the_right(bureau: Bureau) -> None:
    row = bureau.row(bureau.add_batch([wrong_name(5)]).id, 5)
    bureau.do("county.auditor", look_at_row, row.id, in_full=False)
    bureau.do("county.verifier", look_at_row, row.id, in_full=True)
    with pytest.raises(PermissionMissingError):
        bureau.do("county.auditor", look_at_row, row.id, in_full=True)
    with pytest.raises(PermissionMissingError):
        bureau.do("county.administrator", look_at_row, row.id, in_full=False)

    with bureau.store(None) as store:
        lines = [
            (line.actor, line.action)
            for line in store.log.lines_of_batch(row.batch_id)
            if line.object == f"row/{row.id}"
        ]
    assert lines == [("county.auditor", "row.viewed"), ("county.verifier", "row.numbers_shown")]


def test_the_log_names_no_number(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    bureau.decide_all(batch.id)
    bureau.do("county.verifier", look_at_row, bureau.row(batch.id, 5).id, in_full=True)

    with bureau.store(None) as store:
        text = "".join(str(line.to_object()["detail"]) for line in store.log.lines_of_batch(batch.id))
        assert store.log.verify() == store.log.last()[0]
    assert "6101031985" not in text
    assert "139" not in text
