"""Making batches, adding files, asking for a check, giving up."""

import pytest

from domain.batches import DocumentState, Holding
from domain.errors import ForbiddenError
from domain.way import BatchState
from review.access import BatchStateError, NotHolderError, RowsLockedError
from review.batches import (
    BadNameError,
    DocumentNotRetriableError,
    NothingToCheckError,
    StoredContent,
    add_document,
    cancel_document,
    check_file_name,
    check_when_read,
    create_batch,
    remove_document,
    retry_document,
    start_check,
    stop_check,
    withdraw_batch,
)
from review.pass_on import accept, pass_on, send_back
from storage.documents import DocumentNameTakenError
from storage.periods import PeriodNotFoundError
from storage.store import Store
from tests.bureau import Bureau, clear_row, wrong_name

CONTENT = StoredContent("a" * 64, 10)
OTHER = StoredContent("b" * 64, 10)


def _draft(bureau: Bureau) -> int:
    return bureau.do("county.reporter", create_batch, "一批").id


@pytest.mark.parametrize("name", ["", "  ", "a" * 201, "坏\x00名", "坏\u200b名"])
def test_a_batch_needs_a_name_that_can_be_seen(bureau: Bureau, name: str) -> None:
    with pytest.raises(BadNameError):
        bureau.do("county.reporter", create_batch, name)


def test_a_batch_needs_a_known_period_and_somebody_who_may_upload(bureau: Bureau) -> None:
    with pytest.raises(PeriodNotFoundError):
        bureau.do("county.reporter", create_batch, "一批", period_id=77)
    for role in ("supervisor", "auditor", "administrator"):
        with pytest.raises(ForbiddenError):
            bureau.do(f"county.{role}", create_batch, "一批")


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("证书\\张三.jpg", "证书/张三.jpg"),
        (" a/./b.pdf ", "a/b.pdf"),
        ("附件2　汇总表.xlsx", "附件2　汇总表.xlsx"),
    ],
)
def test_names_of_files_have_one_spelling(name: str, spelled: str) -> None:
    assert check_file_name(name) == spelled


@pytest.mark.parametrize("name", ["", ".", "/etc/passwd", "../a", "a/../../b", "a\nb", "\\a", "x" * 401])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(BadNameError):
        check_file_name(name)


def test_a_file_is_added_once_with_its_job(bureau: Bureau) -> None:
    batch_id = _draft(bureau)

    first, is_new = bureau.do("county.reporter", add_document, bureau.jobs, batch_id, "a.pdf", CONTENT)
    again, is_new_again = bureau.do("county.reporter", add_document, bureau.jobs, batch_id, "a.pdf", CONTENT)

    assert (is_new, is_new_again, again.id) == (True, False, first.id)
    assert bureau.jobs.asked == [(f"document-{first.id}-1", (first.id, 1))]
    with pytest.raises(DocumentNameTakenError):
        bureau.do("county.reporter", add_document, bureau.jobs, batch_id, "a.pdf", OTHER)


def test_a_better_scan_takes_the_place_of_the_old_one_also_on_a_double_click(bureau: Bureau) -> None:
    batch_id = _draft(bureau)
    old, _ = bureau.do("county.reporter", add_document, bureau.jobs, batch_id, "a.pdf", CONTENT)

    new, is_new = bureau.do(
        "county.reporter", add_document, bureau.jobs, batch_id, "a.pdf", OTHER, replaces_id=old.id
    )
    again, is_new_again = bureau.do(
        "county.reporter", add_document, bureau.jobs, batch_id, "a.pdf", OTHER, replaces_id=old.id
    )

    assert (is_new, is_new_again, again.id, new.replaces_id) == (True, False, new.id, old.id)
    with bureau.store("county.reporter") as store:
        assert [one.id for one in store.documents.list_page(batch_id)] == [new.id]
        assert not store.documents.get(old.id).is_active
    elsewhere = _draft(bureau)
    with pytest.raises(BadNameError):
        bureau.do("county.reporter", add_document, bureau.jobs, elsewhere, "a.pdf", OTHER, replaces_id=new.id)


def test_a_check_waits_for_the_last_file_and_is_asked_for_once(bureau: Bureau) -> None:
    batch_id = _draft(bureau)
    with pytest.raises(NothingToCheckError):
        bureau.do("county.reporter", start_check, bureau.jobs, batch_id)
    document = bureau.add_file(batch_id, "a.xlsx", [], by="county.reporter", state=DocumentState.READING)
    checking = bureau.do("county.reporter", start_check, bureau.jobs, batch_id)
    assert (checking.state, checking.revision) == (BatchState.CHECKING, 1)
    assert not [job for job, _ in bureau.jobs.asked if job.startswith("check")]

    def finish(store: Store) -> None:
        batch = store.batches.get(batch_id, lock=True)
        store.documents.change(document.id, state=DocumentState.DONE.value)
        check_when_read(store, bureau.jobs, batch)

    bureau.do(None, finish)
    assert bureau.jobs.asked[-1] == (f"check-{batch_id}-1", (batch_id, 1))
    with pytest.raises(BatchStateError):
        bureau.do("county.reporter", start_check, bureau.jobs, batch_id)
    with pytest.raises(BatchStateError):
        bureau.do("county.reporter", add_document, bureau.jobs, batch_id, "b.pdf", CONTENT)


def test_cancelling_the_last_file_lets_the_check_begin_and_a_retry_makes_it_void(bureau: Bureau) -> None:
    batch_id = _draft(bureau)
    document = bureau.add_file(batch_id, "a.pdf", [], by="county.reporter", state=DocumentState.READING)
    bureau.do("county.reporter", start_check, bureau.jobs, batch_id)
    with pytest.raises(DocumentNotRetriableError):
        bureau.do("county.reporter", retry_document, bureau.jobs, document.id)

    cancelled = bureau.do("county.reporter", cancel_document, bureau.jobs, document.id)
    assert (cancelled.state, cancelled.attempt) == (DocumentState.CANCELLED, 2)
    assert bureau.jobs.asked[-1][0] == f"check-{batch_id}-1"
    again = bureau.do("county.reporter", retry_document, bureau.jobs, document.id)

    assert (again.state, again.attempt) == (DocumentState.WAITING, 3)
    assert bureau.batch(batch_id).revision == 2
    assert bureau.jobs.asked[-1][0] == f"document-{document.id}-3"


def test_a_stopped_check_leaves_the_batch_as_it_rests(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    bureau.do("county.reporter", start_check, bureau.jobs, batch.id)
    stopped = bureau.do("county.reporter", stop_check, batch.id)
    assert (stopped.state, stopped.counts) == (BatchState.IN_REVIEW, {"waiting": 1})
    with pytest.raises(BatchStateError):
        bureau.do("county.reporter", stop_check, batch.id)


def test_offices_above_never_touch_the_files(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4)])
    failed = bureau.add_file(batch.id, "坏.pdf", [Holding.OTHER], state=DocumentState.FAILED)
    bureau.check(batch.id, [clear_row(4)])
    bureau.add_letter(batch.id)
    bureau.do("county.supervisor", pass_on, batch.id)

    def refused(error: type[Exception], by: str) -> None:
        for deed in (cancel_document, retry_document):
            with pytest.raises(error):
                bureau.do(by, deed, bureau.jobs, failed.id)
        with pytest.raises(error):
            bureau.do(by, remove_document, failed.id)
        with pytest.raises(error):
            bureau.do(by, add_document, bureau.jobs, batch.id, "b.pdf", CONTENT)
        with pytest.raises(error):
            bureau.do(by, start_check, bureau.jobs, batch.id)

    refused(BatchStateError, "city.reporter")
    refused(NotHolderError, "county.reporter")
    bureau.do("city.supervisor", accept, batch.id)
    refused(RowsLockedError, "city.reporter")


def test_a_removed_file_no_longer_counts(bureau: Bureau) -> None:
    batch_id = _draft(bureau)
    document = bureau.add_file(batch_id, "a.pdf", [], by="county.reporter", state=DocumentState.WAITING)

    for _ in range(2):
        bureau.do("county.reporter", remove_document, document.id)

    with bureau.store("county.reporter") as store:
        assert store.documents.count_unfinished(batch_id) == 0
        assert store.batches.progress(batch_id).files == 0
        lines = [line.action for line in store.log.lines_of_batch(batch_id)]
    assert lines.count("document.removed") == 1


def test_a_batch_is_given_up_by_its_owner_until_it_was_accepted_once(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4)], with_letter=True)
    bureau.do("county.supervisor", pass_on, batch.id)
    with pytest.raises(NotHolderError):
        bureau.do("county.reporter", withdraw_batch, batch.id)
    bureau.do("city.supervisor", accept, batch.id)
    bureau.do("city.supervisor", send_back, batch.id, "不全")
    with pytest.raises(BatchStateError):
        bureau.do("county.reporter", withdraw_batch, batch.id)

    draft = _draft(bureau)
    assert bureau.do("county.reporter", withdraw_batch, draft).state is BatchState.WITHDRAWN
    with pytest.raises(BatchStateError):
        bureau.do("county.reporter", add_document, bureau.jobs, draft, "b.pdf", CONTENT)


def test_progress_tells_files_pages_and_rows(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4), wrong_name(5)])
    document = bureau.add_file(batch.id, "多页.pdf", [], state=DocumentState.READING)
    bureau.add_file(batch.id, "坏.pdf", [], state=DocumentState.FAILED)
    with bureau.store("county.reporter") as store:
        store.documents.change(document.id, pages=8, pages_done=3)
        progress = store.batches.progress(batch.id)

    assert (progress.files, progress.files_done, progress.files_failed) == (6, 5, 1)
    assert (progress.pages, progress.pages_done) == (8, 3)
    assert (progress.rows, dict(progress.rows_by_state)) == (2, {"cleared": 1, "waiting": 1})
