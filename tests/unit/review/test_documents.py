"""Adding files to a batch, removing them, having them read again or read no longer."""

import pytest

from domain.batches import DocumentState, Holding
from review.access import BatchStateError, NotHolderError, RowsLockedError
from review.batches import start_check
from review.documents import (
    DocumentNotRetriableError,
    StoredContent,
    add_document,
    cancel_document,
    remove_document,
    retry_document,
)
from review.names import BadNameError
from review.pass_on import accept, pass_on
from storage.documents import DocumentNameTakenError
from tests.bureau import Bureau, clear_row

CONTENT = StoredContent("a" * 64, 10)
OTHER = StoredContent("b" * 64, 10)


def test_a_file_is_added_once_with_its_job(bureau: Bureau) -> None:
    batch_id = bureau.add_draft()

    first, is_new = bureau.do("county.reporter", add_document, bureau.jobs, batch_id, "a.pdf", CONTENT)
    again, is_new_again = bureau.do("county.reporter", add_document, bureau.jobs, batch_id, "a.pdf", CONTENT)

    assert (is_new, is_new_again, again.id) == (True, False, first.id)
    assert bureau.jobs.asked == [(f"document-{first.id}-1", (first.id, 1))]
    with pytest.raises(DocumentNameTakenError):
        bureau.do("county.reporter", add_document, bureau.jobs, batch_id, "a.pdf", OTHER)


def test_a_better_scan_takes_the_place_of_the_old_one_also_on_a_double_click(bureau: Bureau) -> None:
    batch_id = bureau.add_draft()
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
    elsewhere = bureau.add_draft()
    with pytest.raises(BadNameError):
        bureau.do("county.reporter", add_document, bureau.jobs, elsewhere, "a.pdf", OTHER, replaces_id=new.id)


def test_cancelling_the_last_file_lets_the_check_begin_and_a_retry_makes_it_void(bureau: Bureau) -> None:
    batch_id = bureau.add_draft()
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
    batch_id = bureau.add_draft()
    document = bureau.add_file(batch_id, "a.pdf", [], by="county.reporter", state=DocumentState.WAITING)

    for _ in range(2):
        bureau.do("county.reporter", remove_document, document.id)

    with bureau.store("county.reporter") as store:
        assert store.documents.count_unfinished(batch_id) == 0
        assert store.batches.progress(batch_id).files == 0
        lines = [line.action for line in store.log.lines_of_batch(batch_id)]
    assert lines.count("document.removed") == 1
