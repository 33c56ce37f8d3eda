"""Making batches, asking for a check, giving up."""

import pytest

from domain.batches import DocumentState
from domain.errors import ForbiddenError
from domain.way import BatchState
from review.access import BatchStateError, NotHolderError
from review.batches import (
    NothingToCheckError,
    check_when_read,
    create_batch,
    start_check,
    stop_check,
    withdraw_batch,
)
from review.documents import StoredContent, add_document
from review.names import BadNameError
from review.pass_on import accept, pass_on, send_back
from storage.periods import PeriodNotFoundError
from storage.store import Store
from tests.bureau import Bureau, clear_row, wrong_name

CONTENT = StoredContent("a" * 64, 10)


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


def test_a_check_waits_for_the_last_file_and_is_asked_for_once(bureau: Bureau) -> None:
    batch_id = bureau.add_draft()
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


def test_a_stopped_check_leaves_the_batch_as_it_rests(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    bureau.do("county.reporter", start_check, bureau.jobs, batch.id)
    stopped = bureau.do("county.reporter", stop_check, batch.id)
    assert (stopped.state, stopped.counts) == (BatchState.IN_REVIEW, {"waiting": 1})
    with pytest.raises(BatchStateError):
        bureau.do("county.reporter", stop_check, batch.id)


def test_a_batch_is_given_up_by_its_owner_until_it_was_accepted_once(bureau: Bureau) -> None:
    batch = bureau.add_batch([clear_row(4)], with_letter=True)
    bureau.do("county.supervisor", pass_on, batch.id)
    with pytest.raises(NotHolderError):
        bureau.do("county.reporter", withdraw_batch, batch.id)
    bureau.do("city.supervisor", accept, batch.id)
    bureau.do("city.supervisor", send_back, batch.id, "不全")
    with pytest.raises(BatchStateError):
        bureau.do("county.reporter", withdraw_batch, batch.id)

    draft = bureau.add_draft()
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
