"""The job "check": a batch compared, stored once for each revision."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matching
from domain.batches import Batch, Document, DocumentContents, DocumentState
from domain.findings import BatchResult, Status
from domain.records import FileProblem, PageReading, SheetTable
from ingest.sniff import FileKind
from jobs.check import reader_version
from jobs.documents import DocumentReading
from jobs.judge import Material, judge, judge_without_sheet
from jobs.page_tasks import start_understanding
from jobs.pool import outcome
from jobs.stored_pages import document_turn, read_pages
from jobs.unverifiable import compare_unverifiable
from jobs.workers import read_sheet_file
from jobs.workshop import Workshop
from matching.clearance import Clearance, hold_back
from matching.pronunciation import initials
from ocr.decode import readable_characters
from ocr.models import MANIFEST, ModelStore
from review.same_rows import named_certificates
from review.standing import resting_state
from review.store_check import prepare_check, store_check, wants
from storage.page_codec import unpack_page

_PAPER = frozenset({FileKind.PDF.value, FileKind.IMAGE.value})
_SHEET_GONE = (
    "批次中现在没有可用的汇总信息表，没有重新核对；原有各行和已作的决定都保留。"
    "请上传汇总信息表（附件2）后重新核对。"
)


def check_batch(shop: Workshop, batch_id: int, revision: int) -> None:
    """Compare a batch and store what was found; without a sheet, the rows of an earlier check stay.

    Safe to repeat: a revision is stored once, and one that nobody wants any more is dropped.

    Raises:
        SetupError: This machine cannot read (models missing).
        TransientError: The database or the file store cannot be reached now.
    """
    with shop.read() as store:
        batch = store.batches.get(batch_id)
        if not wants(batch, revision) or store.documents.count_unfinished(batch_id):
            return
        documents = store.documents.list_page(batch_id)
        contents = {document.id: store.documents.load_contents(document.id) for document in documents}
        known = store.rows.known_places(batch_id)
    started_at = shop.clock()
    tables, problems = _read_sheets(shop, batch, documents)
    if known and not tables:
        # Somebody removed the sheet, or handed in a broken one: no reason to drop rows that people decided.
        fail_check(shop, batch_id, revision, "sheet_gone", _SHEET_GONE)
        return
    readings, understood, paper_problems = _read_papers(shop, batch, documents)
    material = Material(
        batch.name,
        tuple(tables),
        readings,
        understood,
        (*problems, *paper_problems, *_known_problems(documents, contents)),
        tuple(
            other
            for document in documents
            if document.kind not in _PAPER
            for other in contents[document.id].others
        ),
        named_certificates(tables, known),
    )
    alphabet = readable_characters(ModelStore(shop.options.model_dir))
    if tables:
        result = judge(material, alphabet=alphabet, options=shop.options.matching)
        result = _compare_characters(shop, documents, result, alphabet)
    else:
        result = judge_without_sheet(material)
    hashes = {document.name: document.sha256 for document in documents}
    with shop.read() as store:
        batch = store.batches.get(batch_id)
        if not wants(batch, revision):
            return
        settings = store.settings_of(batch.owner_path)
        bar = Clearance(settings.clear_probability, settings.clear_link_score)
        result = hold_back(result, bar, shop.options.matching)
        prepared = prepare_check(
            store,
            batch,
            result,
            tables,
            hashes=hashes,
            recheck_rate=settings.recheck_rate,
            recheck_least=settings.recheck_min_rows,
            initials=initials,
        )
    with shop.begin() as store:
        batch = store.batches.get(batch_id, lock=True)
        if not wants(batch, revision):
            return
        store_check(
            store,
            batch,
            result,
            tables,
            hashes=hashes,
            documents=[document.id for document in documents],
            versions=versions(shop, bar),
            started_at=started_at,
            recheck_rate=settings.recheck_rate,
            recheck_least=settings.recheck_min_rows,
            initials=initials,
            prepared=prepared,
        )


def fail_check(shop: Workshop, batch_id: int, revision: int, code: str, message: str) -> None:
    """Record that a batch could not be compared for a reason outside of it; it can be checked again."""
    with shop.begin() as store:
        batch = store.batches.get(batch_id, lock=True)
        if not wants(batch, revision):
            return
        state = resting_state(store, batch)
        store.batches.change(batch_id, state=state.value, check_problem={"code": code, "message": message})
        store.log.append(None, "batch.check_failed", f"batch/{batch_id}", batch_id=batch_id, code=code)


def versions(shop: Workshop, bar: Clearance) -> dict[str, Any]:
    """Return what made a verdict, to explain it later: code, reader, models, curves, options, bar."""
    options = shop.options
    return {
        "code": version("zhenghe"),
        "reader": reader_version(options),
        "models": {model.name: model.sha256 for model in MANIFEST},
        "calibration": _calibration_hash(),
        "matching": _plain(options.matching),
        "clearance": _plain(bar),
        "limits": _plain(options.limits),
    }


@cache
def _calibration_hash() -> str:
    path = Path(str(matching.__file__)).with_name("calibration.json")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _plain(options: Any) -> dict[str, Any]:  # noqa: ANN401 - any options dataclass
    """Return options as JSON values."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(options), default=str))
    return plain


def _read_sheets(
    shop: Workshop, batch: Batch, documents: Sequence[Document]
) -> tuple[list[SheetTable], list[FileProblem]]:
    tables: list[SheetTable] = []
    problems: list[FileProblem] = []
    for document in documents:
        if document.kind != FileKind.SHEET.value or document.state is not DocumentState.DONE:
            continue
        with shop.open(document) as file:
            task = shop.pool.submit(
                read_sheet_file, file, shop.options.limits, turn=document_turn(batch.priority)
            )
            read = outcome(task, file.name)
        if isinstance(read, FileProblem):
            problems.append(read)
        else:
            tables += read
    return tables, problems


def _read_papers(
    shop: Workshop, batch: Batch, documents: Sequence[Document]
) -> tuple[dict[str, list[PageReading]], dict[str, DocumentReading], list[FileProblem]]:
    """Return the pages and the meaning of all papers; pages are known, unless the reader is a newer one."""
    reader = reader_version(shop.options)
    readings: dict[str, list[PageReading]] = {}
    waiting: dict[str, Future[DocumentReading | FileProblem]] = {}
    problems: list[FileProblem] = []
    for document in documents:
        if document.kind not in _PAPER or document.state is not DocumentState.DONE:
            continue
        with shop.open(document) as file:
            stored = read_pages(shop, file, reader, batch.priority, lambda _done, _count: True)
        if isinstance(stored, FileProblem):
            problems.append(stored)
            continue
        problems += stored.problems
        readings[document.name] = [
            replace(unpack_page(page, file=document.name), page_number=index + 1)
            for index, page in stored.pages
        ]
        waiting[document.name] = start_understanding(
            shop.pool, document.name, stored.pages, turn=document_turn(batch.priority)
        )
    understood: dict[str, DocumentReading] = {}
    for name, future in waiting.items():
        reading = outcome(future, name)
        if isinstance(reading, FileProblem):
            problems.append(reading)
            reading = DocumentReading()
        understood[name] = reading
    return readings, understood, problems


def _known_problems(
    documents: Sequence[Document], contents: Mapping[int, DocumentContents]
) -> Iterator[FileProblem]:
    """Return what is known of files that are not read again: those that failed, and what archives held."""
    for document in documents:
        if document.problem_code is not None:
            yield FileProblem(document.name, document.problem_code, document.problem_message or "")
        elif document.kind == FileKind.ARCHIVE.value:
            yield from contents[document.id].problems


def _compare_characters(
    shop: Workshop, documents: Sequence[Document], result: BatchResult, alphabet: frozenset[str]
) -> BatchResult:
    """Let images speak where the recogniser cannot write a character; only such files are opened."""
    wanted = {
        found.evidence.file
        for row in result.rows
        for found in row.fields.values()
        if found.status is Status.UNVERIFIABLE_CHARACTER and found.evidence is not None
    }
    if not wanted:
        return result
    with ExitStack() as stack:
        files = [
            stack.enter_context(shop.open(document)) for document in documents if document.name in wanted
        ]
        compared, _ = compare_unverifiable(result, files, shop.pool, alphabet=alphabet)
    return compared
