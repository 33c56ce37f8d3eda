"""Which decisions of a history hold, and what a row becomes by them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decisions import (
    Action,
    CertificateRef,
    Decision,
    final_values,
    living,
    named_certificate,
    open_items,
    undecided,
    was_found_wrong,
    what_is_seen,
)
from domain.fields import Field
from domain.findings import Kind, RowFinding, Status, Verdict
from domain.fingerprints import fingerprint_of
from tests.bureau import clear_row, no_paper, wrong_name
from tests.results import SUBMITTED, finding

FOUND = wrong_name(5)
HASHES = {"证书/0005.jpg": "aa", "批文.pdf": "bb"}
FINGERPRINT = fingerprint_of(FOUND, HASHES)
LINK = CertificateRef("证书/0009.jpg", 1, 1)


def line(
    id_: int,
    action: Action,
    field: Field | None = None,
    *,
    value: str | None = None,
    undoes: int | None = None,
    seen: RowFinding = FOUND,
    fingerprint: str = FINGERPRINT,
    is_drawn: bool = False,
) -> Decision:
    return Decision(
        id=id_,
        row_id=1,
        field=field,
        action=action,
        value=value,
        reason="",
        link=LINK if action is Action.LINK_OTHER else None,
        undoes=undoes,
        decided_by="v",
        office="county",
        decided_at=datetime(2026, 3, 2, tzinfo=UTC),
        run_id=1,
        seen=what_is_seen(seen, fingerprint, field, is_drawn=is_drawn),
    )


def ids(lines: Sequence[Decision]) -> list[int]:
    return [one.id for one in lines]


def test_of_several_about_one_field_the_last_holds() -> None:
    history = [line(1, Action.SHEET_RIGHT, Field.NAME), line(2, Action.PAPER_RIGHT, Field.NAME)]

    assert ids(living(history)) == [2]
    assert ids(living(reversed(history))) == [2]


def test_a_word_on_the_row_ends_those_on_fields_and_reopening_ends_all() -> None:
    fields = [line(1, Action.PAPER_RIGHT, Field.NAME), line(2, Action.SHEET_RIGHT, Field.TITLE)]

    assert ids(living([*fields, line(3, Action.SHEET_RIGHT)])) == [3]
    assert living([*fields, line(3, Action.REOPEN)]) == ()
    undone = [*fields, line(3, Action.REOPEN), line(4, Action.UNDO, undoes=3)]
    assert ids(living(undone)) == [1, 2]


def test_a_word_on_a_field_answers_a_sending_back_and_no_other_word_on_the_row() -> None:
    back = [line(1, Action.SEND_BACK), line(2, Action.SHEET_RIGHT, Field.NAME)]
    corrected = [line(1, Action.PAPER_RIGHT), line(2, Action.SHEET_RIGHT, Field.NAME)]

    assert ids(living(back)) == [2]
    assert ids(living(corrected)) == [1, 2]


_ACTIONS = st.sampled_from(
    [
        (action, field)
        for action in (Action.SHEET_RIGHT, Action.PAPER_RIGHT)
        for field in (None, Field.NAME, Field.TITLE)
    ]
    + [
        (Action.SEND_BACK, None),
        (Action.LINK_OTHER, None),
        (Action.NO_CERTIFICATE, None),
        (Action.REOPEN, None),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_ACTIONS, max_size=8), _ACTIONS)
def test_undo_is_as_if_it_had_not_been(
    before: list[tuple[Action, Field | None]], added: tuple[Action, Field | None]
) -> None:
    history = [line(n + 1, *one) for n, one in enumerate(before)]
    new = line(50, *added)
    taken_back = [*history, new, line(51, Action.UNDO, undoes=50)]

    assert living(taken_back) == living(history)
    assert named_certificate(taken_back) == named_certificate(history)
    assert was_found_wrong(taken_back) == was_found_wrong(history)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(_ACTIONS, min_size=1, max_size=8),
    st.sampled_from(["submitted", "certificate", "scan"]),
)
def test_no_decision_holds_on_other_content(history: list[tuple[Action, Field | None]], change: str) -> None:
    lines = [line(n + 1, *one) for n, one in enumerate(history)]
    now, hashes = FOUND, HASHES
    if change == "submitted":
        now = wrong_name(5, typed="张炜")
    elif change == "certificate":
        now = wrong_name(5, file="证书/0009.jpg")
    else:
        hashes = {**HASHES, "证书/0005.jpg": "cc"}

    held = living(lines, now, fingerprint_of(now, hashes))

    # What was said of another, unchanged field of the same paper is all that may be left.
    kept = {one.field for one in held}
    assert kept <= ({Field.TITLE} if change == "submitted" else set())
    assert Field.NAME in undecided(now, held)


def test_a_decision_holds_while_the_row_shows_the_same_and_only_a_reading_elsewhere_changed() -> None:
    history = [line(1, Action.PAPER_RIGHT, Field.NAME)]
    other = finding(Field.TITLE, certificate="工程帅", status=Status.MISMATCH)
    now = replace(FOUND, fields={**FOUND.fields, Field.TITLE: other})

    assert ids(living(history, now, fingerprint_of(now, HASHES))) == [1]
    assert living([line(1, Action.SHEET_RIGHT)], now, fingerprint_of(now, HASHES)) == ()


def test_a_better_scan_of_the_approval_asks_again_for_what_was_read_from_it() -> None:
    history = [line(1, Action.PAPER_RIGHT, Field.NAME), line(2, Action.SHEET_RIGHT, Field.GENDER)]

    held = living(history, FOUND, fingerprint_of(FOUND, {**HASHES, "批文.pdf": "cc"}))

    assert ids(held) == [2]


def test_what_could_not_be_read_on_one_paper_is_not_decided_for_another() -> None:
    dim = replace(FOUND.fields[Field.NAME], certificate=None, approval=None, status=Status.UNREADABLE)
    before = replace(FOUND, fields={**FOUND.fields, Field.NAME: dim})
    history = [
        line(1, Action.SHEET_RIGHT, Field.NAME, seen=before, fingerprint=fingerprint_of(before, HASHES))
    ]

    assert living(history, before, fingerprint_of(before, HASHES))
    assert not living(history, before, fingerprint_of(before, {**HASHES, "证书/0005.jpg": "cc"}))


def test_a_sending_back_outlives_another_reading_and_ends_with_what_is_handed_in() -> None:
    history = [line(1, Action.SEND_BACK)]
    clear = clear_row(5, submitted={Field.NAME: "张玮"})

    assert ids(living(history, clear, fingerprint_of(clear, HASHES))) == [1]
    assert not living(history, clear, fingerprint_of(clear, {**HASHES, "证书/0005.jpg": "cc"}))
    mended = clear_row(5)
    assert not living(history, mended, fingerprint_of(mended, HASHES))


def test_open_is_what_is_not_settled() -> None:
    assert open_items(clear_row(5)) == frozenset()
    assert open_items(FOUND) == {Field.NAME}
    assert open_items(no_paper(5)) == {None}
    unnamed = replace(clear_row(5), verdict=Verdict.REVIEW)
    assert open_items(unnamed) == {None}


@pytest.mark.parametrize("action", [Action.SHEET_RIGHT, Action.PAPER_RIGHT, Action.NO_CERTIFICATE])
def test_a_word_on_the_row_answers_everything(action: Action) -> None:
    assert undecided(FOUND, [line(1, action)]) == frozenset()


def test_another_certificate_answers_nothing_also_beside_words_on_fields() -> None:
    assert undecided(FOUND, [line(1, Action.LINK_OTHER)]) == {Field.NAME, None}
    both = living([line(1, Action.LINK_OTHER), line(2, Action.SHEET_RIGHT, Field.NAME)])
    assert undecided(FOUND, both) == {None}
    assert undecided(clear_row(5), [line(1, Action.LINK_OTHER)]) == {None}


def test_the_certificate_named_last_counts_until_taken_back_or_reopened() -> None:
    named = [line(1, Action.LINK_OTHER)]

    assert named_certificate([]) is None
    assert named_certificate(named) == LINK
    assert named_certificate([*named, line(2, Action.SHEET_RIGHT)]) == LINK
    assert named_certificate([*named, line(2, Action.REOPEN)]) is None
    assert named_certificate([*named, line(2, Action.REOPEN), line(3, Action.UNDO, undoes=2)]) == LINK


def test_values_are_corrected_as_decided() -> None:
    submitted = {**SUBMITTED, Field.NAME: "张玮"}

    def after(*lines: Decision) -> str:
        return final_values(submitted, FOUND, living(lines, FOUND, FINGERPRINT))[Field.NAME]

    assert after() == "张玮"
    assert after(line(1, Action.SHEET_RIGHT)) == "张玮"
    assert after(line(1, Action.PAPER_RIGHT)) == "张伟"
    assert after(line(1, Action.PAPER_RIGHT, Field.NAME)) == "张伟"
    assert after(line(1, Action.OTHER_VALUE, Field.NAME, value="张炜")) == "张炜"
    assert after(line(1, Action.PAPER_RIGHT), line(2, Action.OTHER_VALUE, Field.NAME, value="张炜")) == "张炜"


def test_the_last_word_on_a_field_counts_after_the_row_was_corrected() -> None:
    submitted = {**SUBMITTED, Field.NAME: "张玮"}
    held = living([line(1, Action.PAPER_RIGHT), line(2, Action.SHEET_RIGHT, Field.NAME)], FOUND, FINGERPRINT)

    assert final_values(submitted, FOUND, held)[Field.NAME] == "张玮"


def test_a_row_correction_touches_open_fields_alone() -> None:
    seal = finding(Field.PHONE, "139", status=Status.NOT_ON_DOCUMENT, kind=Kind.DIFFERENT_VALUE)
    row = replace(FOUND, fields={**FOUND.fields, Field.PHONE: seal})
    history = [line(1, Action.PAPER_RIGHT, seen=row, fingerprint=fingerprint_of(row, HASHES))]
    submitted = {**SUBMITTED, Field.NAME: "张玮", Field.PHONE: "139"}

    values = final_values(submitted, row, living(history, row, fingerprint_of(row, HASHES)))

    assert values == {**submitted, Field.NAME: "张伟"}


def test_an_error_that_a_lot_found_stays_found_until_it_is_taken_back() -> None:
    drawn = line(1, Action.PAPER_RIGHT, Field.NAME, is_drawn=True)

    assert was_found_wrong([drawn, line(2, Action.SHEET_RIGHT)])
    assert not was_found_wrong([line(1, Action.PAPER_RIGHT, Field.NAME)])
    assert not was_found_wrong([line(1, Action.SHEET_RIGHT, is_drawn=True)])
    assert not was_found_wrong([drawn, line(2, Action.UNDO, undoes=1)])
    assert not was_found_wrong([drawn, line(2, Action.REOPEN)])
