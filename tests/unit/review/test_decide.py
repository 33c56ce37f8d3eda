"""Decisions on rows: what holds, what is refused, what follows for row and batch."""

import pytest

from domain.accounts import Role
from domain.batches import DocumentContents, FoundCertificate, Holding
from domain.decisions import Action, CertificateRef, NewDecision
from domain.errors import StaleVersionError
from domain.fields import Field
from domain.findings import Status
from domain.way import BatchState, RowState
from review.access import BatchStateError, NotHolderError
from review.accounts.errors import PermissionMissingError
from review.batches import start_check, stop_check
from review.decide import (
    Decided,
    ForeignDecisionError,
    PatternChangedError,
    SecondOpinionError,
    decide,
    decide_pattern,
    reopen,
    undo,
)
from review.decision_rules import BadDecisionError, CorrectionsLostError, OnlyReturnError
from review.final_rows import final_rows
from review.pass_on import pass_on, send_back
from review.remarks import ask_opinion
from review.standing import pattern_of
from storage.decisions import DecisionNotFoundError
from storage.rows import RowNotFoundError
from storage.store import Store
from tests.bureau import Bureau, clear_row, no_paper, wrong_name

OTHER = CertificateRef("证书/别的.jpg", 1, 1)


def _with_other_certificate(bureau: Bureau) -> int:
    """Return a batch of one row in doubt, with a second certificate that a verifier may name."""
    batch = bureau.add_batch([wrong_name(5)])
    found = FoundCertificate(1, 1, 1, "张玮", "工程师", "ZG1", ((0, 0), (1, 0), (1, 1), (0, 1)))
    bureau.add_file(
        batch.id, OTHER.file, [Holding.CERTIFICATE], contents=DocumentContents(certificates=(found,))
    )
    bureau.check(batch.id, [wrong_name(5)])
    return batch.id


def _link(bureau: Bureau, batch_id: int) -> int:
    row = bureau.row(batch_id, 5)
    new = NewDecision(Action.LINK_OTHER, link=OTHER)
    return bureau.do("county.verifier", decide, bureau.jobs, row.id, [new]).decision_ids[0]


def test_a_decided_row_waits_no_longer_and_the_last_one_makes_the_batch_ready(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4), wrong_name(5), wrong_name(6)])
    assert (batch.state, batch.counts) == (BatchState.IN_REVIEW, {"cleared": 1, "waiting": 2})

    first = bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)
    assert first.row.state is RowState.DECIDED
    assert bureau.batch(batch.id).counts == {"cleared": 1, "waiting": 1, "decided": 1}
    assert bureau.batch(batch.id).state is BatchState.IN_REVIEW

    bureau.decide(bureau.row(batch.id, 6))
    assert bureau.batch(batch.id).state is BatchState.READY
    assert bureau.batch(batch.id).counts == {"cleared": 1, "decided": 2}


def test_undo_is_exact(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    row = bureau.row(batch.id, 5)
    made = bureau.decide(row, Action.PAPER_RIGHT, Field.NAME)

    undone = bureau.do("county.verifier", undo, bureau.jobs, row.id, made.decision_ids[0])

    assert (undone.row.state, undone.row.queue, undone.standing.held) == (RowState.WAITING, "review", ())
    assert bureau.batch(batch.id).state is BatchState.IN_REVIEW
    with pytest.raises(DecisionNotFoundError):
        bureau.do("county.verifier", undo, bureau.jobs, row.id, made.decision_ids[0])


def test_an_earlier_decision_holds_again_when_the_later_one_is_undone(bureau: Bureau) -> None:
    row = bureau.row(bureau.add_batch([wrong_name(5)]).id, 5)
    first = bureau.decide(row, Action.PAPER_RIGHT, Field.NAME)
    second = bureau.decide(row, Action.OTHER_VALUE, Field.NAME, value=" 张炜 ", reason="原件为炜")
    assert [line.value for line in second.standing.held] == ["张炜"]

    undone = bureau.do("county.verifier2", undo, bureau.jobs, row.id, second.decision_ids[0])

    assert [line.id for line in undone.standing.held] == list(first.decision_ids)


def test_reopening_ends_all_decisions_and_needs_some_and_a_reason(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    row = bureau.row(batch.id, 5)
    with pytest.raises(BadDecisionError, match="还没有决定"):
        bureau.do("county.verifier", reopen, bureau.jobs, row.id, "看错了")
    bureau.decide(row)
    with pytest.raises(BadDecisionError, match="理由"):
        bureau.do("county.verifier", reopen, bureau.jobs, row.id, " ")

    again = bureau.do("county.verifier", reopen, bureau.jobs, row.id, "看错了")

    assert (again.row.state, again.standing.held) == (RowState.WAITING, ())
    assert bureau.batch(batch.id).state is BatchState.IN_REVIEW


def test_naming_another_certificate_decides_nothing_even_when_the_comparison_is_stopped(
    bureau: Bureau,
) -> None:
    batch_id = _with_other_certificate(bureau)
    _link(bureau, batch_id)
    assert bureau.batch(batch_id).state is BatchState.CHECKING
    assert bureau.jobs.asked[-1] == (f"check-{batch_id}-3", (batch_id, 3))

    bureau.do("county.verifier", stop_check, batch_id)

    assert bureau.row(batch_id, 5).state is RowState.WAITING
    assert bureau.batch(batch_id).state is BatchState.IN_REVIEW
    assert (
        bureau.decide(bureau.row(batch_id, 5), Action.PAPER_RIGHT, Field.NAME).row.state is RowState.WAITING
    )


def test_a_named_certificate_that_changed_nothing_leaves_the_row_waiting(bureau: Bureau) -> None:
    batch_id = _with_other_certificate(bureau)
    _link(bureau, batch_id)

    bureau.check(batch_id, [wrong_name(5)], is_asked=True)

    assert bureau.row(batch_id, 5).state is RowState.WAITING


def _forced(bureau: Bureau, batch_id: int) -> dict[str, object] | None:
    with bureau.store(None) as store:
        ((_, _, link),) = store.rows.known_places(batch_id)
    return link


@pytest.mark.parametrize("way", ["undo", "reopen"])
def test_a_named_certificate_is_named_no_longer_after(bureau: Bureau, way: str) -> None:
    batch_id = _with_other_certificate(bureau)
    made = _link(bureau, batch_id)
    assert _forced(bureau, batch_id) == {"file": OTHER.file, "page": 1, "slot": 1}
    bureau.check(batch_id, [wrong_name(5, file=OTHER.file)], is_asked=True)
    row = bureau.row(batch_id, 5)

    if way == "undo":
        bureau.do("county.verifier", undo, bureau.jobs, row.id, made)
    else:
        bureau.do("county.verifier", reopen, bureau.jobs, row.id, "证书没有错")

    assert _forced(bureau, batch_id) is None
    assert bureau.batch(batch_id).state is BatchState.CHECKING


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (NewDecision(Action.UNDO), "撤销请指明"),
        (NewDecision(Action.SEND_BACK, Field.NAME, reason="缺页"), "针对整行"),
        (NewDecision(Action.SEND_BACK), "必须写明理由"),
        (NewDecision(Action.NO_CERTIFICATE), "必须写明理由"),
        (NewDecision(Action.OTHER_VALUE, Field.NAME, "张炜"), "必须写明理由"),
        (NewDecision(Action.OTHER_VALUE, Field.NAME, "  ", "原件"), "填写内容"),
        (NewDecision(Action.OTHER_VALUE, None, "张炜", "原件"), "指明字段"),
        (NewDecision(Action.OTHER_VALUE, Field.NAME, "张\x07炜", "原件"), "看不见"),
        (NewDecision(Action.OTHER_VALUE, Field.NAME, "张\u200b炜", "原件"), "看不见"),
        (NewDecision(Action.OTHER_VALUE, Field.NAME, "张\u00a0炜", "原件"), "看不见"),
        (NewDecision(Action.OTHER_VALUE, Field.ID_NUMBER, "610103198503140018", "原件"), "公民身份号码"),
        (NewDecision(Action.OTHER_VALUE, Field.GRANTED_ON, "2016-02-30", "原件"), "日期"),
        (NewDecision(Action.OTHER_VALUE, Field.GRANTED_ON, "2016.5.12", "原件"), "日期"),
        (NewDecision(Action.OTHER_VALUE, Field.NAME, "张" * 501, "原件"), "过长"),
        (NewDecision(Action.SHEET_RIGHT, Field.NAME, "张炜"), "才填写内容"),
        (NewDecision(Action.SHEET_RIGHT, Field.APPROVAL_NUMBER), "没有“批准文号”"),
        (NewDecision(Action.LINK_OTHER), "指明另一本证书"),
        (NewDecision(Action.LINK_OTHER, link=OTHER), "没有所指明的证书"),
        (NewDecision(Action.LINK_OTHER, link=CertificateRef("证书/0005.jpg", 1, 1)), "现在对应的就是"),
        (NewDecision(Action.PAPER_RIGHT, Field.PHONE), "没有读出联系电话"),
    ],
)
def test_a_decision_without_sense_is_refused_and_leaves_no_trace(
    bureau: Bureau, new: NewDecision, words: str
) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    row = bureau.row(batch.id, 5)

    with pytest.raises(BadDecisionError, match=words):
        bureau.do("county.verifier", decide, bureau.jobs, row.id, [NewDecision(Action.SHEET_RIGHT), new])

    assert bureau.row(batch.id, 5) == row
    with bureau.store(None) as store:
        assert store.decisions.history(row.id) == []


@pytest.mark.parametrize("name", ["张\ue863", "张\U00031350", "张\U0002ebf0"])
def test_a_name_with_a_character_younger_than_the_tables_or_of_private_code_can_be_typed(
    bureau: Bureau, name: str
) -> None:
    row = bureau.row(bureau.add_batch([wrong_name(5)]).id, 5)

    made = bureau.decide(row, Action.OTHER_VALUE, Field.NAME, value=name, reason="原件为此字")

    assert [line.value for line in made.standing.held] == [name]


@pytest.mark.parametrize("status", [Status.UNREADABLE, Status.UNVERIFIABLE_CHARACTER])
def test_a_sheet_is_not_corrected_to_what_could_not_be_read(bureau: Bureau, status: Status) -> None:
    row = bureau.row(bureau.add_batch([wrong_name(5, status=status)]).id, 5)

    for field in (None, Field.NAME):
        with pytest.raises(BadDecisionError, match="没有读出姓名"):
            bureau.decide(row, Action.PAPER_RIGHT, field)


def test_only_verifiers_of_the_office_that_holds_the_batch_decide(bureau: Bureau) -> None:
    row = bureau.row(bureau.add_batch([wrong_name(5)]).id, 5)
    for role in set(Role) - {Role.VERIFIER}:
        with pytest.raises(PermissionMissingError):
            bureau.decide(row, by=f"county.{role}")
    for office in ("city", "other", "unit", "province"):
        with pytest.raises(RowNotFoundError):
            bureau.decide(row, by=f"{office}.verifier")


def test_a_batch_that_is_being_checked_takes_no_decision(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    bureau.do("county.verifier", start_check, bureau.jobs, batch.id)
    with pytest.raises(BatchStateError):
        bureau.decide(bureau.row(batch.id, 5))


# -- the receiving office ----------------------------------------------------------------------


def _passed(bureau: Bureau) -> int:
    """Return a batch that a county passed to the city with one corrected row and one row without paper."""
    batch = bureau.add_batch([wrong_name(5), no_paper(6)])
    bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)
    bureau.decide(bureau.row(batch.id, 6), Action.NO_CERTIFICATE, reason="原件遗失")
    bureau.add_letter(batch.id)
    bureau.do("county.supervisor", pass_on, batch.id)
    return batch.id


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        (Action.PAPER_RIGHT, Field.NAME, None),
        (Action.OTHER_VALUE, Field.NAME, "张炜"),
        (Action.NO_CERTIFICATE, None, None),
        (Action.REOPEN, None, None),
        (Action.SHEET_RIGHT, None, None),
        (Action.SHEET_RIGHT, Field.NAME, None),
    ],
)
def test_the_receiving_office_corrects_nothing_and_ends_no_correction(
    bureau: Bureau, action: Action, field: Field | None, value: str | None
) -> None:
    batch_id = _passed(bureau)
    row = bureau.row(batch_id, 5)

    with pytest.raises(OnlyReturnError):
        bureau.decide(row, action, field, by="city.verifier", value=value, reason="核对")

    assert bureau.row(batch_id, 5) == row


def test_the_receiving_office_marks_rows_and_takes_its_own_marks_back(bureau: Bureau) -> None:
    batch_id = _passed(bureau)
    row = bureau.row(batch_id, 5)
    before = row.version
    made = bureau.decide(row, Action.SEND_BACK, by="city.verifier", reason="扫描件不清")
    assert made.row.state is RowState.SENT_BACK

    undone = bureau.do("city.verifier", undo, bureau.jobs, row.id, made.decision_ids[0])

    assert undone.row.state is RowState.DECIDED
    assert [line.action for line in undone.standing.held] == [Action.PAPER_RIGHT]
    assert undone.row.version == before + 2
    assert bureau.batch(batch_id).counts == {"decided": 2}


def test_no_office_takes_back_what_another_decided(bureau: Bureau) -> None:
    batch_id = _passed(bureau)
    row = bureau.row(batch_id, 5)
    with bureau.store(None) as store:
        county = store.decisions.history(row.id)[0].id
    with pytest.raises(ForeignDecisionError):
        bureau.do("city.verifier", undo, bureau.jobs, row.id, county)

    bureau.do("city.supervisor", send_back, batch_id, "", {row.id: "扫描件不清"})
    with bureau.store(None) as store:
        city = store.decisions.history(row.id)[-1].id
    with pytest.raises(ForeignDecisionError):
        bureau.do("county.verifier", undo, bureau.jobs, row.id, city)
    with pytest.raises(NotHolderError):
        bureau.decide(row, by="city.verifier")


# -- the whole row after single fields ---------------------------------------------------------


def _sent_back(bureau: Bureau, *corrections: NewDecision) -> int:
    """Return a row that was corrected, passed on and sent back."""
    batch = bureau.add_batch([wrong_name(5)])
    row = bureau.row(batch.id, 5)
    bureau.do("county.verifier", decide, bureau.jobs, row.id, corrections)
    bureau.add_letter(batch.id)
    bureau.do("county.supervisor", pass_on, batch.id)
    bureau.do("city.supervisor", send_back, batch.id, "", {row.id: "请再核对"})
    return row.id


def _values(bureau: Bureau, row_id: int) -> dict[Field, str]:
    with bureau.store("county.verifier") as store:
        batch = store.batches.get(store.rows.get(row_id).batch_id)
        (final,) = [one for one in final_rows(store, batch) if one.row.id == row_id]
    return dict(final.values)


_TYPED_TITLE = NewDecision(Action.OTHER_VALUE, Field.TITLE, "高级工程师", "看原件")
_TO_PAPER = NewDecision(Action.PAPER_RIGHT, Field.NAME)


@pytest.mark.parametrize(
    ("corrections", "action", "fields"),
    [
        ((_TO_PAPER,), Action.SHEET_RIGHT, [Field.NAME]),
        ((_TO_PAPER, _TYPED_TITLE), Action.SHEET_RIGHT, [Field.NAME, Field.TITLE]),
        ((_TO_PAPER, _TYPED_TITLE), Action.PAPER_RIGHT, [Field.TITLE]),
        ((_TO_PAPER,), Action.NO_CERTIFICATE, [Field.NAME]),
        ((NewDecision(Action.SHEET_RIGHT, Field.NAME),), Action.PAPER_RIGHT, [Field.NAME]),
        ((NewDecision(Action.PAPER_RIGHT),), Action.SHEET_RIGHT, [Field.NAME]),
    ],
    ids=["corrected", "two", "typed", "no-certificate", "sheet-right", "whole-row-corrected"],
)
def test_a_word_on_a_row_that_was_sent_back_ends_no_correction_unseen(
    bureau: Bureau, corrections: tuple[NewDecision, ...], action: Action, fields: list[Field]
) -> None:
    row_id = _sent_back(bureau, *corrections)
    before = _values(bureau, row_id)

    with pytest.raises(CorrectionsLostError) as refused:
        bureau.decide(row_id, action, reason="核对")

    assert refused.value.facts == {"fields": [field.value for field in fields]}
    assert all(field.label in str(refused.value) for field in fields)
    assert _values(bureau, row_id) == before
    with bureau.store("county.verifier") as store:
        assert store.rows.get(row_id).state is RowState.SENT_BACK


def test_a_correction_that_stands_answers_a_sending_back_when_it_is_said_again(bureau: Bureau) -> None:
    row_id = _sent_back(bureau, _TO_PAPER)

    again = bureau.decide(row_id, Action.PAPER_RIGHT, Field.NAME)

    assert (again.row.state, len(again.decision_ids)) == (RowState.DECIDED, 1)
    assert _values(bureau, row_id)[Field.NAME] == "张伟"


def test_a_correction_that_does_not_stand_is_taken_back_on_its_field(bureau: Bureau) -> None:
    row_id = _sent_back(bureau, _TO_PAPER)

    again = bureau.decide(row_id, Action.SHEET_RIGHT, Field.NAME)
    assert again.row.state is RowState.DECIDED
    assert _values(bureau, row_id)[Field.NAME] == "张玮"

    bureau.decide(row_id, Action.SHEET_RIGHT)
    assert _values(bureau, row_id)[Field.NAME] == "张玮"


def test_a_correction_of_one_field_outlives_a_word_on_its_row_without_a_sending_back(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5), no_paper(6)])
    row, without = bureau.row(batch.id, 5), bureau.row(batch.id, 6)
    bureau.decide(row, Action.PAPER_RIGHT, Field.NAME)
    with pytest.raises(CorrectionsLostError):
        bureau.decide(row)
    typed = bureau.decide(without, Action.OTHER_VALUE, Field.TITLE, value="高级工程师", reason="看批文")
    with pytest.raises(CorrectionsLostError):
        bureau.decide(without, Action.NO_CERTIFICATE, reason="原件遗失")

    bureau.do("county.verifier", undo, bureau.jobs, without.id, typed.decision_ids[0])
    bureau.decide(without, Action.NO_CERTIFICATE, reason="原件遗失")
    bureau.decide(without, Action.OTHER_VALUE, Field.TITLE, value="高级工程师", reason="看批文")
    assert _values(bureau, without.id)[Field.TITLE] == "高级工程师"


def test_what_is_said_of_the_row_and_of_its_field_at_once_is_not_unseen(bureau: Bureau) -> None:
    row_id = _sent_back(bureau, _TO_PAPER)
    news = [NewDecision(Action.SHEET_RIGHT), NewDecision(Action.SHEET_RIGHT, Field.NAME)]

    done = bureau.do("county.verifier", decide, bureau.jobs, row_id, news)

    assert done.row.state is RowState.DECIDED


def test_who_changes_a_word_on_the_whole_row_is_not_asked_twice(bureau: Bureau) -> None:
    row = bureau.row(bureau.add_batch([wrong_name(5)]).id, 5)
    bureau.decide(row, Action.PAPER_RIGHT)

    assert bureau.decide(row).row.state is RowState.DECIDED
    assert _values(bureau, row.id)[Field.NAME] == "张玮"


# -- many at once ------------------------------------------------------------------------------


def test_rows_with_one_difference_are_decided_together_but_for_those_of_others(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(n) for n in range(4, 9)])
    pattern = pattern_of(wrong_name(4))
    assert pattern is not None
    rows = {row.row_number: row for row in bureau.rows(batch.id)}
    (taken,) = bureau.take("county.verifier2", batch_id=batch.id)
    asked = next(row for row in rows.values() if row.id != taken.id)
    bureau.do("county.verifier", ask_opinion, asked.id, "请看")
    new = NewDecision(Action.PAPER_RIGHT)

    with pytest.raises(PatternChangedError, match="5 行"):
        bureau.do("county.verifier", decide_pattern, batch.id, pattern, new, expected=4)
    bulk_id, done, left_out = bureau.do("county.verifier", decide_pattern, batch.id, pattern, new, expected=5)

    assert sorted(left_out) == sorted([taken.id, asked.id])
    assert len(done) == 3
    assert bureau.batch(batch.id).counts == {"waiting": 2, "decided": 3}
    with bureau.store(None) as store:
        lines = [line for row_id in done for line in store.decisions.history(row_id)]
    assert {(line.bulk_id, line.field, line.action) for line in lines} == {
        (bulk_id, Field.NAME, Action.PAPER_RIGHT)
    }


def test_a_row_that_was_sent_back_is_never_decided_in_bulk(bureau: Bureau) -> None:
    rows = [wrong_name(4), wrong_name(5)]
    batch = bureau.add_batch(rows, with_letter=True)
    bureau.decide_all(batch.id)
    bureau.add_letter(batch.id)
    bureau.do("county.supervisor", pass_on, batch.id)
    bureau.do("city.supervisor", send_back, batch.id, "", {bureau.row(batch.id, 4).id: "另一人"})
    bureau.do("county.verifier", reopen, bureau.jobs, bureau.row(batch.id, 5).id, "再看")

    def patterns(store: Store) -> list[tuple[str, int, int]]:
        return store.queue.count_patterns(batch.id, least=1)

    assert [count for _, count, _ in bureau.do("county.verifier", patterns)] == [1]


def test_an_asker_does_not_answer_the_own_question(bureau: Bureau) -> None:
    row = bureau.row(bureau.add_batch([wrong_name(5)]).id, 5)
    bureau.do("county.verifier", ask_opinion, row.id, "这个字是“玮”吗？")
    with pytest.raises(SecondOpinionError):
        bureau.decide(row)

    answered = bureau.decide(row, by="county.verifier2")

    assert (answered.row.state, answered.row.opinion_of) == (RowState.DECIDED, None)


def test_a_decision_sent_again_with_version_and_lease_is_told_as_saved(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(4), wrong_name(5)])
    (row,) = bureau.take("county.verifier")
    assert row.lease is not None
    news = [NewDecision(Action.SHEET_RIGHT, Field.NAME)]

    def send(who: str, what: list[NewDecision]) -> Decided:
        assert row.lease is not None
        token = row.lease.token
        return bureau.do(who, decide, bureau.jobs, row.id, what, version=row.version, lease_token=token)

    first, again = send("county.verifier", news), send("county.verifier", news)
    assert first.decision_ids
    assert (again.decision_ids, again.row) == ((), first.row)

    with pytest.raises(StaleVersionError):
        send("county.verifier", [NewDecision(Action.PAPER_RIGHT, Field.NAME)])
    with pytest.raises(StaleVersionError):
        send("county.verifier2", news)
    bureau.do("county.verifier", undo, bureau.jobs, row.id, first.decision_ids[0])
    with pytest.raises(StaleVersionError):
        send("county.verifier", news)
    assert bureau.row(batch.id, row.row_number).state is RowState.WAITING


def test_a_double_click_without_version_and_lease_is_one_decision(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(4)])
    row = bureau.row(batch.id, 4)
    first = bureau.decide(row, Action.SHEET_RIGHT, Field.NAME)
    again = bureau.decide(row, Action.SHEET_RIGHT, Field.NAME)

    assert first.decision_ids
    assert (again.decision_ids, again.row.state) == ((), RowState.DECIDED)
    with bureau.store("county.verifier") as store:
        assert len(store.decisions.history(row.id)) == 1
