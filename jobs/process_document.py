"""The job "document": what one file of a batch is and holds, stored once, however often the job is run."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.batches import (
    Batch,
    Document,
    DocumentContents,
    DocumentState,
    FoundApproval,
    FoundCertificate,
    FoundPerson,
    Holding,
)
from domain.errors import FileProblemError
from domain.fields import Field
from domain.geometry import Polygon, polygon_as_shown
from domain.records import (
    ApprovalEntry,
    CandidateRecord,
    FieldReading,
    FileProblem,
    PageReading,
    PaperKind,
    SheetTable,
)
from ingest.batch import BatchFile, open_archive, open_file
from ingest.sniff import FileKind, identify
from jobs.check import reader_version
from jobs.documents import DocumentReading
from jobs.page_tasks import start_understanding
from jobs.pool import outcome
from jobs.sheet_contents import sheet_contents
from jobs.stored_pages import document_turn, read_pages
from jobs.workers import read_sheet_file
from jobs.workshop import Workshop
from review.batches import check_when_read
from review.jobs_port import ask_for_reading
from storage.documents import DocumentNameTakenError
from storage.page_codec import unpack_page

_NAME_TAKEN = (
    "批次中已有同名文件，内容不同，压缩包里的这个文件没有采用。"
    "请改名后重新上传；要替换原来的文件，请单独上传并选择“更换”。"
)


class _NoLongerWantedError(Exception):
    """The file was cancelled, removed or asked for anew while it was read."""


def process_document(shop: Workshop, document_id: int, attempt: int) -> None:
    """Read one file and store what it is.

    Safe to repeat: pages that are known are not read again, and the last word is one transaction, which does
    nothing when the file is finished or was asked for anew.

    Raises:
        SetupError: This machine cannot read (models missing).
        TransientError: The database or the file store cannot be reached now.
    """
    started = _start(shop, document_id, attempt)
    if started is None:
        return
    document, batch = started
    try:
        with shop.files.fetch(document.sha256) as path:
            finished = _look_at(shop, batch, document, path)
    except _NoLongerWantedError:
        return
    _finish(shop, document, attempt, **finished)


def _start(shop: Workshop, document_id: int, attempt: int) -> tuple[Document, Batch] | None:
    with shop.begin() as store:
        document = store.documents.get(document_id, lock=True)
        if document.attempt != attempt or document.state.is_finished or not document.is_active:
            return None
        store.documents.change(document_id, state=DocumentState.READING.value, started_at=store.now)
        return document, store.batches.get(document.batch_id)


def _look_at(shop: Workshop, batch: Batch, document: Document, path: Path) -> dict[str, Any]:
    """Return the columns that a finished file gets."""
    identity = identify(path, document.name)
    if identity.kind is FileKind.IGNORED and identity.problem is not None:
        what_it_is = FileProblem(document.name, identity.problem.code, str(identity.problem))
        return {
            "state": DocumentState.DONE.value,
            "holds": [Holding.OTHER.value],
            "contents": DocumentContents(others=(what_it_is,)),
        }
    try:
        file = open_file(path, limits=shop.options.limits, name=document.name)
    except FileProblemError as error:
        return _failed(FileProblem(document.name, error.code, str(error)))
    if file.kind is FileKind.ARCHIVE:
        return _unpack(shop, batch, document, file)
    if file.kind is FileKind.SHEET:
        return _read_sheet(shop, batch, file)
    return _read_paper(shop, batch, document, file)


def _failed(problem: FileProblem) -> dict[str, Any]:
    return {
        "state": DocumentState.FAILED.value,
        "problem_code": problem.code,
        "problem_message": problem.message,
    }


def _read_sheet(shop: Workshop, batch: Batch, file: BatchFile) -> dict[str, Any]:
    read = outcome(
        shop.pool.submit(read_sheet_file, file, shop.options.limits, turn=document_turn(batch.priority)),
        file.name,
    )
    if isinstance(read, FileProblem):
        return {"kind": file.kind.value, **_failed(read)}
    tables: tuple[SheetTable, ...] = read
    return {
        "kind": file.kind.value,
        "state": DocumentState.DONE.value,
        "holds": [Holding.SHEET.value],
        "rows": sum(len(table.rows) for table in tables),
        "contents": sheet_contents(tables),
    }


def _read_paper(shop: Workshop, batch: Batch, document: Document, file: BatchFile) -> dict[str, Any]:
    version = reader_version(shop.options)

    def tell(done: int, count: int) -> bool:
        with shop.begin() as store:
            now = store.documents.get(document.id)
            is_wanted = now.attempt == document.attempt and not now.state.is_finished and now.is_active
            if is_wanted:
                store.documents.change(document.id, pages=count, pages_done=done, kind=file.kind.value)
            return is_wanted

    stored = read_pages(shop, file, version, batch.priority, tell)
    if isinstance(stored, FileProblem):
        return {"kind": file.kind.value, **_failed(stored)}
    if len(stored.pages) + len(stored.problems) < stored.count:
        raise _NoLongerWantedError
    base = {
        "kind": file.kind.value,
        "pages": stored.count,
        "pages_done": stored.count,
        "reader_version": version,
    }
    if not stored.pages:
        return {**base, **_failed(stored.problems[0])}
    understood = outcome(
        start_understanding(shop.pool, file.name, stored.pages, turn=document_turn(batch.priority)), file.name
    )
    if isinstance(understood, FileProblem):
        return {**base, **_failed(understood)}
    pages = {
        index + 1: replace(unpack_page(page, file=file.name), page_number=index + 1)
        for index, page in stored.pages
    }
    contents = _contents(understood, pages, stored.problems, stored.count)
    return {
        **base,
        "state": DocumentState.DONE.value,
        "holds": [holding.value for holding in _holdings(contents)],
        "contents": contents,
    }


def _contents(
    understood: DocumentReading,
    pages: Mapping[int, PageReading],
    problems: tuple[FileProblem, ...],
    count: int,
) -> DocumentContents:
    return DocumentContents(
        certificates=tuple(_found(record, pages) for record in understood.candidates),
        approvals=tuple(
            FoundApproval(
                page_number=approval.entries[0].page_number if approval.entries else 1,
                title=approval.title,
                number=str(approval.number) if approval.number else "",
                people=len(approval.entries),
                is_public_notice=approval.kind is PaperKind.PUBLIC_NOTICE,
                listed=tuple(_listed(entry, pages) for entry in approval.entries),
            )
            for approval in understood.approvals
        ),
        letters=understood.letters,
        problems=(*problems, *understood.problems),
        others=understood.others,
        grades=tuple(
            quality.grade.value
            if (page := pages.get(number)) is not None and (quality := page.quality) is not None
            else ""
            for number in range(1, count + 1)
        ),
    )


def _listed(entry: ApprovalEntry, pages: Mapping[int, PageReading]) -> FoundPerson:
    name = entry.readings[Field.NAME]
    return FoundPerson(name.value or name.raw, entry.page_number, _as_shown(name, pages))


def _as_shown(reading: FieldReading, pages: Mapping[int, PageReading]) -> Polygon:
    page = pages[reading.place.page_number]
    return polygon_as_shown(
        reading.place.polygon,
        turn_deg=page.turn_deg,
        skew_deg=page.skew_deg,
        width_px=page.width_px,
        height_px=page.height_px,
    )


def _found(record: CandidateRecord, pages: Mapping[int, PageReading]) -> FoundCertificate:
    points = [
        point
        for reading in record.readings.values()
        if reading.place.page_number == record.page_number
        for point in _as_shown(reading, pages)
    ]
    xs, ys = [x for x, _ in points] or [0.0, 1.0], [y for _, y in points] or [0.0, 1.0]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)

    def value(field: Field) -> str:
        reading = record.readings.get(field)
        return (reading.value or reading.raw) if reading is not None else ""

    return FoundCertificate(
        record.page_number,
        record.last_page_number or record.page_number,
        record.slot,
        value(Field.NAME),
        value(Field.TITLE),
        value(Field.CERTIFICATE_NUMBER),
        ((left, top), (right, top), (right, bottom), (left, bottom)),
    )


def _holdings(contents: DocumentContents) -> list[Holding]:
    holdings = []
    if contents.certificates:
        holdings.append(Holding.CERTIFICATE)
    if any(not approval.is_public_notice for approval in contents.approvals):
        holdings.append(Holding.APPROVAL)
    if any(approval.is_public_notice for approval in contents.approvals):
        holdings.append(Holding.PUBLIC_NOTICE)
    if contents.letters:
        holdings.append(Holding.LETTER)
    return holdings or [Holding.OTHER]


def _unpack(shop: Workshop, batch: Batch, document: Document, file: BatchFile) -> dict[str, Any]:
    """Make a document of every file in a zip; its content is in the store before it is one."""
    with tempfile.TemporaryDirectory(prefix="zhenghe-", dir=shop.unpack_dir) as scratch:
        try:
            opened = open_archive(file, work_dir=Path(scratch), limits=shop.options.limits)
        except FileProblemError as error:
            return {"kind": file.kind.value, **_failed(FileProblem(document.name, error.code, error.message))}
        problems = list(opened.problems)
        for inner in opened.files:
            stored = shop.files.put(inner.path, expected_sha256=inner.sha256)
            with shop.begin() as store:
                # In the order that everybody locks in: the batch first.
                now = store.batches.get(batch.id, lock=True)
                outer = store.documents.get(document.id)
                if outer.attempt != document.attempt or outer.state.is_finished or not outer.is_active:
                    raise _NoLongerWantedError
                try:
                    added, is_new = store.documents.add(
                        batch.id,
                        inner.name,
                        sha256=stored.sha256,
                        size_bytes=stored.size_bytes,
                        by=document.uploaded_by,
                        at=store.now,
                        archive_id=document.id,
                    )
                except DocumentNameTakenError as error:
                    problems.append(FileProblem(inner.name, error.code, _NAME_TAKEN))
                    continue
                if is_new:
                    ask_for_reading(shop.jobs, store.session, added.id, added.attempt, now.priority)
    return {
        "kind": file.kind.value,
        "state": DocumentState.DONE.value,
        "holds": [Holding.ARCHIVE.value],
        "contents": DocumentContents(problems=tuple(problems), others=opened.ignored),
    }


def _finish(shop: Workshop, document: Document, attempt: int, **finished: Any) -> None:  # noqa: ANN401
    contents: DocumentContents | None = finished.pop("contents", None)
    with shop.begin() as store:
        # The batch first: of two files that end at once one must see that it is the last.
        batch = store.batches.get(document.batch_id, lock=True)
        now = store.documents.get(document.id, lock=True)
        if now.attempt != attempt or now.state.is_finished:
            return
        store.documents.change(document.id, finished_at=store.now, **finished)
        if contents is not None:
            store.documents.store_contents(document.id, contents)
        detail = {"state": finished["state"]}
        if finished.get("problem_code"):
            detail["code"] = finished["problem_code"]
        store.log.append(None, "document.read", f"document/{document.id}", batch_id=batch.id, **detail)
        check_when_read(store, shop.jobs, batch)


def fail_document(shop: Workshop, document_id: int, attempt: int, code: str, message: str) -> None:
    """Record that a file could not be processed for a reason outside of it, so that it can be retried."""
    with shop.read() as store:
        document = store.documents.get(document_id)
    _finish(
        shop,
        document,
        attempt,
        state=DocumentState.FAILED.value,
        problem_code=code,
        problem_message=message,
    )
