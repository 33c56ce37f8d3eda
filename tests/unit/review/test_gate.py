"""What keeps a batch from being passed on, each thing alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.batches import DocumentContents, DocumentState, FoundApproval, Holding
from domain.decisions import Action, NewDecision
from domain.document_numbers import parse_document_number
from domain.fields import Field
from domain.findings import BatchFinding, Status
from domain.way import BatchState, GateCode
from review.batches import start_check, stop_check
from review.decide import decide, undo
from review.documents import remove_document, retry_document
from review.gate import find_missing
from review.pass_on import GateClosedError, confirm_letter, confirm_number, pass_on
from review.remarks import ask_opinion
from storage.settings import OfficeSettingsStore
from tests.bureau import APPROVAL, LETTER, Bureau, clear_row, wrong_name
from tests.results import batch_finding


def missing(bureau: Bureau, batch_id: int, by: str = "county.supervisor") -> list[GateCode]:
    with bureau.store(by) as store:
        return [item.code for item in find_missing(store, store.batches.get(batch_id), store.person)]


def _complete(bureau: Bureau) -> int:
    """Return a batch of which nothing is missing."""
    batch = bureau.add_batch([clear_row(4), wrong_name(5)])
    bureau.decide_all(batch.id)
    bureau.add_letter(batch.id)
    assert missing(bureau, batch.id) == []
    return batch.id


def _reopen(bureau: Bureau, batch_id: int) -> None:
    row = bureau.row(batch_id, 5)
    with bureau.store(None) as store:
        made = store.decisions.history(row.id)[-1].id
    bureau.do("county.verifier", undo, bureau.jobs, row.id, made)


def _send_back(bureau: Bureau, batch_id: int) -> None:
    bureau.decide(bureau.row(batch_id, 5), Action.SEND_BACK, reason="不清")
    bureau.add_letter(batch_id)


def _ask(bureau: Bureau, batch_id: int) -> None:
    _reopen(bureau, batch_id)
    bureau.do("county.verifier", ask_opinion, bureau.row(batch_id, 5).id, "？")


def _find_no_approval(bureau: Bureau, batch_id: int) -> None:
    with bureau.store(None) as store:
        document = store.documents.find_by_name(batch_id, APPROVAL)
        assert document is not None
        store.documents.change(document.id, holds=[Holding.OTHER.value])


def _remove(name: str) -> Callable[[Bureau, int], None]:
    def act(bureau: Bureau, batch_id: int) -> None:
        with bureau.store(None) as store:
            document = store.documents.find_by_name(batch_id, name)
        assert document is not None
        bureau.do("county.verifier", remove_document, document.id)

    return act


def _add_paper(bureau: Bureau, batch_id: int) -> None:
    bureau.add_file(batch_id, "证书/新.jpg", [Holding.CERTIFICATE])


def _add_unread(bureau: Bureau, batch_id: int) -> None:
    bureau.add_file(batch_id, "证书/新.jpg", [], state=DocumentState.READING)


def _check_and_stop(bureau: Bureau, batch_id: int) -> None:
    bureau.do("county.verifier", start_check, bureau.jobs, batch_id)
    bureau.do("county.verifier", stop_check, batch_id)


def _ask_check(bureau: Bureau, batch_id: int) -> None:
    bureau.do("county.verifier", start_check, bureau.jobs, batch_id)


def _draw(bureau: Bureau, batch_id: int) -> None:
    bureau.check(batch_id, [clear_row(4), wrong_name(5)], rate=1.0)


def _change_value(bureau: Bureau, batch_id: int) -> None:
    bureau.decide(bureau.row(batch_id, 5), Action.PAPER_RIGHT, Field.NAME)


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (_reopen, [GateCode.ROWS_UNDECIDED]),
        (_send_back, [GateCode.ROWS_SENT_BACK]),
        (_ask, [GateCode.ROWS_UNDECIDED, GateCode.SECOND_OPINION_OPEN]),
        (_draw, [GateCode.RECHECK_UNFINISHED]),
        (_find_no_approval, [GateCode.APPROVAL_MISSING]),
        (_remove(APPROVAL), [GateCode.NOT_CHECKED, GateCode.APPROVAL_MISSING]),
        (_remove(LETTER), [GateCode.LETTER_MISSING]),
        (_change_value, [GateCode.LETTER_NOT_IN_ORDER]),
        (_add_paper, [GateCode.NOT_CHECKED]),
        (_add_unread, [GateCode.FILES_UNFINISHED]),
        (_check_and_stop, [GateCode.NOT_CHECKED]),
    ],
)
def test_each_thing_alone_keeps_a_batch(
    bureau: Bureau, spoil: Callable[[Bureau, int], None], codes: list[GateCode]
) -> None:
    batch_id = _complete(bureau)

    spoil(bureau, batch_id)

    assert missing(bureau, batch_id) == codes
    with pytest.raises(GateClosedError) as closed:
        bureau.do("county.supervisor", pass_on, batch_id)
    assert [item.code for item in closed.value.items] == codes
    assert bureau.batch(batch_id).holder_id == bureau.offices["county"].id


@pytest.mark.parametrize(
    ("spoil", "name"),
    [(_add_unread, "证书/新.jpg"), (_add_paper, "证书/新.jpg"), (_change_value, LETTER)],
)
def test_what_is_missing_points_at_the_files_that_it_speaks_of(
    bureau: Bureau, spoil: Callable[[Bureau, int], None], name: str
) -> None:
    batch_id = _complete(bureau)
    spoil(bureau, batch_id)

    with bureau.store("county.supervisor") as store:
        (item,) = find_missing(store, store.batches.get(batch_id))
        document = store.documents.find_by_name(batch_id, name)

    assert document is not None
    assert item.document_ids == (document.id,)


def test_a_refusal_shows_no_number_that_a_file_is_named_after(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4)])
    bureau.add_letter(batch.id, name="610103198507152346.pdf", is_personal=True)

    with pytest.raises(GateClosedError) as closed:
        bureau.do("county.supervisor", pass_on, batch.id)

    (missing_,) = closed.value.facts["missing"]
    assert "610***********2346.pdf" in missing_["message"]


def test_a_batch_that_was_never_checked_or_is_being_checked_stays(bureau: Bureau) -> None:
    batch_id = _complete(bureau)
    _ask_check(bureau, batch_id)
    assert GateCode.NOT_CHECKED in missing(bureau, batch_id)


def test_a_check_that_found_no_sheet_makes_nothing_ready_and_says_so(bureau: Bureau) -> None:
    empty = bureau.add_batch([])

    assert empty.state is BatchState.DRAFT
    assert empty.check_problem is not None
    assert empty.check_problem["code"] == "no_rows"
    assert GateCode.NOT_CHECKED in missing(bureau, empty.id)

    bureau.check(empty.id, [clear_row(4)])
    assert (bureau.batch(empty.id).state, bureau.batch(empty.id).check_problem) == (BatchState.READY, None)


def test_a_file_that_was_read_after_the_check_asks_for_another(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4)])
    bureau.add_letter(batch.id)
    failed = bureau.add_file(batch.id, "批文2.pdf", [], state=DocumentState.FAILED)
    bureau.check(batch.id, [clear_row(4)])
    assert missing(bureau, batch.id) == []

    bureau.do("county.verifier", retry_document, bureau.jobs, failed.id)
    with bureau.store(None) as store:
        store.documents.change(failed.id, state="done", holds=[Holding.APPROVAL.value])

    assert missing(bureau, batch.id) == [GateCode.NOT_CHECKED]


def test_nobody_is_asked_about_numbers_while_there_is_no_row_or_no_approval(bureau: Bureau) -> None:
    found = batch_finding(document_number="", approval_number_status=Status.MISSING)
    empty = bureau.add_batch([], batch=replace(found, sheet_number=""))
    without = bureau.add_batch([clear_row(4)], batch=found, with_letter=True)
    _find_no_approval(bureau, without.id)

    assert missing(bureau, empty.id) == [GateCode.NOT_CHECKED, GateCode.LETTER_MISSING]
    assert missing(bureau, without.id) == [GateCode.APPROVAL_MISSING]


def test_a_table_whose_approval_is_not_among_the_uploaded_ones_is_told_so(bureau: Bureau) -> None:
    found = batch_finding(document_number="", approval_number_status=Status.MISSING)
    batch = bureau.add_batch([clear_row(4)], batch=found, with_letter=True)
    other = FoundApproval(1, "批复", "宝市人社函〔2017〕87号", 3, False, ())
    with bureau.store(None) as store:
        document = store.documents.find_by_name(batch.id, APPROVAL)
        assert document is not None
        store.documents.store_contents(document.id, DocumentContents(approvals=(other,)))
        (item,) = find_missing(store, store.batches.get(batch.id))

    assert found.sheet_number in item.message
    assert "没有对应的批准文件" in item.message
    assert other.number in item.message


_UNREAD = batch_finding(document_number="", approval_number_status=Status.MISSING)
_DIFFERENT = batch_finding(
    document_number="陕人社函〔2016〕70号",
    approval_number_status=Status.MISMATCH,
    document_numbers=(parse_document_number("陕人社函〔2016〕70号"),),
)


@pytest.mark.parametrize("found", [_UNREAD, _DIFFERENT], ids=["unread", "different"])
def test_a_settled_number_is_not_asked_for_again_while_both_readings_are_the_same(
    bureau: Bureau, found: BatchFinding
) -> None:
    batch = bureau.add_batch([clear_row(4)], batch=found, with_letter=True)
    assert missing(bureau, batch.id) == [GateCode.APPROVAL_NUMBER_MISMATCH]

    bureau.do("county.verifier", confirm_number, batch.id, "陕人社函〔2016〕10号", "看图核对")
    assert missing(bureau, batch.id) == []
    for _ in range(2):
        bureau.check(batch.id, [clear_row(4)], batch=found)
        assert missing(bureau, batch.id) == []


@pytest.mark.parametrize(
    "changed",
    [
        replace(_DIFFERENT, sheet_number="陕人社函〔2016〕11号"),
        replace(_DIFFERENT, document_number="陕人社函〔2016〕76号"),
        _UNREAD,
    ],
    ids=["sheet", "paper", "paper-unread"],
)
def test_a_settled_number_is_asked_for_again_when_sheet_or_paper_is_read_otherwise(
    bureau: Bureau, changed: BatchFinding
) -> None:
    batch = bureau.add_batch([clear_row(4)], batch=_DIFFERENT, with_letter=True)
    bureau.do("county.verifier", confirm_number, batch.id, "陕人社函〔2016〕10号", "看图核对")

    bureau.check(batch.id, [clear_row(4)], batch=changed)
    assert GateCode.APPROVAL_NUMBER_MISMATCH in missing(bureau, batch.id)
    bureau.check(batch.id, [clear_row(4)], batch=_DIFFERENT)
    assert missing(bureau, batch.id) == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [(_UNREAD, [GateCode.APPROVAL_NUMBER_MISMATCH]), (_DIFFERENT, [])],
    ids=["unread", "different"],
)
def test_another_scan_of_the_approval_is_looked_at_where_no_number_was_read_of_it(
    bureau: Bureau, found: BatchFinding, expected: list[GateCode]
) -> None:
    batch = bureau.add_batch([clear_row(4)], batch=found, with_letter=True)
    bureau.do("county.verifier", confirm_number, batch.id, "陕人社函〔2016〕10号", "看图核对")
    with bureau.store(None) as store:
        old = store.documents.find_by_name(batch.id, APPROVAL)
    assert old is not None

    bureau.add_file(batch.id, APPROVAL, [Holding.APPROVAL], content="重扫", replaces_id=old.id)
    bureau.check(batch.id, [clear_row(4)], batch=found)

    assert missing(bureau, batch.id) == expected


def test_a_settled_number_says_nothing_of_another_table_that_no_approval_has(bureau: Bureau) -> None:
    approval, of_others = "陕人社函〔2016〕70号", "陕人社函〔2015〕3号"
    rows = [clear_row(4), clear_row(5, submitted={Field.APPROVAL_NUMBER: of_others})]

    def found(*approvals: str) -> BatchFinding:
        return batch_finding(
            document_number=approval,
            approval_number_status=Status.MISMATCH,
            document_numbers=tuple(map(parse_document_number, approvals)),
        )

    batch = bureau.add_batch(rows, batch=found(approval))
    bureau.do("county.verifier", confirm_number, batch.id, approval, "看原件")
    bureau.add_letter(batch.id)
    assert missing(bureau, batch.id) == [GateCode.APPROVAL_NUMBER_MISMATCH]
    with bureau.store("county.supervisor") as store:
        (item,) = find_missing(store, bureau.batch(batch.id))
    assert of_others in item.message

    bureau.check(batch.id, rows, batch=found(approval, of_others))
    bureau.do("county.verifier", confirm_number, batch.id, approval, "看原件")
    assert missing(bureau, batch.id) == []


def test_a_letter_that_could_not_be_read_in_full_may_be_confirmed_for_the_data_it_came_with(
    bureau: Bureau,
) -> None:
    batch = bureau.add_batch([clear_row(4), wrong_name(5)])
    bureau.decide_all(batch.id)
    letter = bureau.add_letter(batch.id, seals=(), codes=())
    assert missing(bureau, batch.id) == [GateCode.LETTER_NOT_IN_ORDER]

    bureau.do("county.verifier", confirm_letter, batch.id, letter.id, "印章清晰可见")
    assert missing(bureau, batch.id) == []
    bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)
    assert missing(bureau, batch.id) == [GateCode.LETTER_NOT_IN_ORDER]


@pytest.mark.parametrize(
    ("is_personal", "codes"),
    [pytest.param(True, (), id="personal"), pytest.param(False, ("ABCDEFGHJKMN",), id="another-batch")],
)
def test_a_wrong_letter_is_never_confirmed(bureau: Bureau, is_personal: bool, codes: tuple[str, ...]) -> None:
    batch = bureau.add_batch([clear_row(4)])
    letter = bureau.add_letter(batch.id, is_personal=is_personal, codes=codes)

    bureau.do("county.verifier", confirm_letter, batch.id, letter.id, "看过")

    assert missing(bureau, batch.id) == [GateCode.LETTER_NOT_IN_ORDER]


def test_one_good_letter_among_several_is_enough(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4)])
    bureau.add_letter(batch.id, name="旧承诺书.pdf", is_personal=True)
    assert missing(bureau, batch.id) == [GateCode.LETTER_NOT_IN_ORDER]
    bureau.add_letter(batch.id)
    assert missing(bureau, batch.id) == []


def test_nobody_passes_on_what_he_decided_also_when_another_spoke_later(bureau: Bureau) -> None:
    two = replace(wrong_name(5), fields={**wrong_name(5).fields})
    batch = bureau.add_batch([two])
    row = bureau.row(batch.id, 5)
    bureau.decide(row, Action.PAPER_RIGHT, Field.NAME, by="county.both")
    bureau.decide(row, Action.SHEET_RIGHT, Field.TITLE, by="county.verifier")
    bureau.add_letter(batch.id)

    assert missing(bureau, batch.id, "county.both") == [GateCode.FOUR_EYES]
    assert missing(bureau, batch.id, "county.supervisor") == []


def test_a_word_taken_back_is_no_word_and_four_eyes_can_be_switched_off(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    row = bureau.row(batch.id, 5)
    news = [NewDecision(Action.SHEET_RIGHT)]
    made = bureau.do("county.both", decide, bureau.jobs, row.id, news)
    bureau.do("county.both", undo, bureau.jobs, row.id, made.decision_ids[0])
    bureau.decide(row, by="county.verifier")
    bureau.add_letter(batch.id)
    assert missing(bureau, batch.id, "county.both") == []

    bureau.decide(row, Action.PAPER_RIGHT, by="county.both")
    bureau.add_letter(batch.id)
    assert missing(bureau, batch.id, "county.both") == [GateCode.FOUR_EYES]
    with bureau.store(None) as store:
        OfficeSettingsStore(store.session).put(bureau.offices["county"].id, "four_eyes", False)
    assert missing(bureau, batch.id, "county.both") == []


def test_the_root_and_offices_under_a_closed_one_have_nowhere_to_pass_to(bureau: Bureau) -> None:
    top = bureau.add_batch([clear_row(4)], office="province")
    bureau.add_letter(top.id, office="province")
    assert missing(bureau, top.id, "province.supervisor") == [GateCode.NO_NEXT_OFFICE]

    batch_id = _complete(bureau)
    city = bureau.offices["city"]
    with bureau.store(None) as store:
        store.offices.change(city.id, name=city.name, is_active=False)
    assert missing(bureau, batch_id) == [GateCode.NO_NEXT_OFFICE]
    assert bureau.batch(batch_id).state is BatchState.READY
