"""Check batches: from folders and zips to results with evidence."""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from domain.errors import BatchError, InputError
from domain.findings import BatchFinding, BatchResult, Evidence, Status
from domain.records import FileProblem, PageReading, SheetTable
from ingest.batch import Batch, BatchFile, open_batch
from ingest.sniff import FileKind
from jobs.documents import DocumentReading
from jobs.judge import Material, judge
from jobs.options import PipelineOptions
from jobs.page_tasks import Progress, start_reading, start_understanding
from jobs.pool import WorkerPool, outcome
from jobs.unverifiable import add_drawings, compare_unverifiable
from jobs.workers import (
    SetupFailure,
    count_document_pages,
    cut_crops,
    read_sheet_file,
)
from ocr.decode import readable_characters
from ocr.models import ModelStore
from ocr.paddle import engine_version
from review.export import evidence_to_show
from storage.page_cache import PageCache, page_key
from storage.page_codec import unpack_page

READER_VERSION = 10
"""Raised whenever a page is read differently for another reason than engine, models or settings."""

_PAPER_KINDS = frozenset({FileKind.PDF, FileKind.IMAGE})


class NoSheetError(BatchError):
    """A batch has no sheet that can be understood."""

    code = "no_sheet"

    def __init__(self, batch: str, problems: Sequence[FileProblem]) -> None:
        reasons = "；".join(f"{problem.file}：{problem.message}" for problem in problems[:3])
        detail = f"（{reasons}）" if reasons else ""
        super().__init__(
            f"批次“{batch}”中没有可用的汇总信息表{detail}。请放入附件2（.xlsx/.xls/.ods/.csv），表头至少含姓名列。"
        )


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """Everything a run produced."""

    results: tuple[BatchResult, ...]
    tables: Mapping[str, tuple[SheetTable, ...]]
    """By batch name."""

    crops: Mapping[Evidence, bytes]
    """JPEG cuts of the paper for every place that a flagged row points to."""

    failures: tuple[str, ...]
    """Sentences about batches that could not be checked at all."""

    pages_read: int
    pages_from_cache: int


@dataclass(slots=True)
class _OpenBatch:
    """A batch while its pages are being read."""

    batch: Batch
    sheets: list[tuple[BatchFile, "Future[tuple[SheetTable, ...] | FileProblem]"]]
    counts: list[tuple[BatchFile, "Future[int | FileProblem]"]]
    pages: dict[str, list["bytes | Future[bytes | FileProblem | SetupFailure]"]]
    problems: list[FileProblem]
    documents: dict[str, "Future[DocumentReading | FileProblem]"] = field(default_factory=dict)
    """What each file holds; begun as soon as its last page is there."""


def check_batches(
    sources: Sequence[Path], *, options: PipelineOptions, cache: PageCache, progress: Progress
) -> CheckOutcome:
    """Check every batch: read sheets and paper, match, and cut the evidence.

    Finished pages are kept in ``cache`` at once, so an interrupted run goes on where it stopped.

    Raises:
        SetupError: Models or libraries are missing; nothing was checked.
    """
    store = ModelStore(options.model_dir)
    store.verify()
    version = reader_version(options)
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="zhenghe-") as scratch, WorkerPool(options) as pool:
        opened = _open_sources(sources, Path(scratch), options, pool, failures, progress)
        fresh, cached = _schedule_pages(opened, pool, cache, version, progress)
        _collect_pages(opened, pool, cache, version, progress)
        alphabet = readable_characters(store)
        results, tables, crops = [], {}, {}
        progress.start("比对", len(opened))
        for item in opened:
            try:
                result, sheet_tables = _match(item, alphabet, options)
            except BatchError as error:
                failures.append(str(error))
                result, sheet_tables = _failed_result(item, str(error)), ()
            result, looks = compare_unverifiable(result, item.batch.files, pool, alphabet=alphabet)
            results.append(result)
            tables[result.batch.batch] = sheet_tables
            crops.update(add_drawings(_cut_evidence(item, result, pool), looks))
            progress.advance()
    return CheckOutcome(tuple(results), tables, crops, tuple(failures), fresh, cached)


def reader_version(options: PipelineOptions) -> str:
    """Name everything that decides how a page is read."""
    return f"{READER_VERSION} {engine_version(options.ocr)} dpi={options.limits.render_dpi}"


def _open_sources(
    sources: Sequence[Path],
    scratch: Path,
    options: PipelineOptions,
    pool: WorkerPool,
    failures: list[str],
    progress: Progress,
) -> list[_OpenBatch]:
    progress.start("打开批次", len(sources))
    opened: list[_OpenBatch] = []
    names: set[str] = set()
    for index, source in enumerate(sources):
        work_dir = scratch / str(index)
        work_dir.mkdir()
        try:
            batch = open_batch(source, work_dir=work_dir, limits=options.limits)
        except InputError as error:
            failures.append(str(error))
            continue
        finally:
            progress.advance()
        name, number = batch.name, 2
        while name in names:
            name, number = f"{batch.name} ({number})", number + 1
        names.add(name)
        batch = replace(batch, name=name)
        sheets = [
            (file, pool.submit(read_sheet_file, file, options.limits))
            for file in batch.files
            if file.kind is FileKind.SHEET
        ]
        counts = [
            (file, pool.submit(count_document_pages, file, options.limits))
            for file in batch.files
            if file.kind in _PAPER_KINDS
        ]
        opened.append(_OpenBatch(batch, sheets, counts, {}, list(batch.problems)))
    return opened


def _schedule_pages(
    opened: Sequence[_OpenBatch], pool: WorkerPool, cache: PageCache, version: str, progress: Progress
) -> tuple[int, int]:
    """Start reading every page that is not in the cache; return how many are read and how many known."""
    progress.start("清点页数", sum(len(item.counts) for item in opened))
    wanted: list[tuple[_OpenBatch, BatchFile, int]] = []
    for item in opened:
        for file, future in item.counts:
            count = outcome(future, file.name)
            progress.advance()
            if isinstance(count, FileProblem):
                item.problems.append(count)
            else:
                wanted += [(item, file, index) for index in range(count)]
    known = cache.load({page_key(file.sha256, index, version) for _, file, index in wanted})
    missing = [
        (file, index) for _, file, index in wanted if page_key(file.sha256, index, version) not in known
    ]
    reading = iter(start_reading(missing, pool, progress))
    for item, file, index in wanted:
        content = known.get(page_key(file.sha256, index, version))
        item.pages.setdefault(file.name, []).append(content if content is not None else next(reading))
    return len(missing), len(wanted) - len(missing)


def _collect_pages(
    opened: Sequence[_OpenBatch], pool: WorkerPool, cache: PageCache, version: str, progress: Progress
) -> None:
    """Take the pages as they are finished, so that whatever ends this run finds them in the cache."""
    waiting: dict[Future[bytes | FileProblem | SetupFailure], tuple[_OpenBatch, str, int]] = {}
    total = 0
    for item in opened:
        for name, pages in item.pages.items():
            total += len(pages)
            waiting.update(
                (page, (item, name, i)) for i, page in enumerate(pages) if isinstance(page, Future)
            )
    progress.start("识别", total)
    progress.advance(total - len(waiting))
    missing = Counter((id(item), name) for item, name, _ in waiting.values())
    for item in opened:
        for name in item.pages:
            if not missing[id(item), name]:
                _begin_document(item, name, pool)
    hashes = {(id(item), file.name): file.sha256 for item in opened for file in item.batch.files}
    for future in as_completed(waiting):
        item, name, index = waiting[future]
        pages = item.pages[name]
        content = outcome(future, name)
        if isinstance(content, bytes):
            cache.save(page_key(hashes[id(item), name], index, version), content)
            pages[index] = content
        else:
            item.problems.append(_name_page(content, index, len(pages)))
            pages[index] = b""
        progress.advance()
        missing[id(item), name] -= 1
        if not missing[id(item), name]:
            _begin_document(item, name, pool)


def _begin_document(item: _OpenBatch, name: str, pool: WorkerPool) -> None:
    pages = [(i, page) for i, page in enumerate(item.pages[name]) if isinstance(page, bytes) and page]
    item.documents[name] = start_understanding(pool, name, pages)


def _name_page(problem: FileProblem, index: int, count: int) -> FileProblem:
    if count == 1:
        return problem
    return replace(problem, message=f"第 {index + 1} 页：{problem.message}")


def _match(
    item: _OpenBatch, alphabet: frozenset[str], options: PipelineOptions
) -> tuple[BatchResult, tuple[SheetTable, ...]]:
    tables: list[SheetTable] = []
    sheet_problems: list[FileProblem] = []
    for file, future in item.sheets:
        read = outcome(future, file.name)
        if isinstance(read, FileProblem):
            sheet_problems.append(read)
        else:
            tables += read
    item.problems += sheet_problems
    if not tables:
        raise NoSheetError(item.batch.name, sheet_problems)
    readings = _unpack(item)
    documents = {name: _document(item, name) for name in readings}
    material = Material(
        item.batch.name, tuple(tables), readings, documents, tuple(item.problems), item.batch.ignored
    )
    return judge(material, alphabet=alphabet, options=options.matching), tuple(tables)


def _document(item: _OpenBatch, name: str) -> DocumentReading:
    document = outcome(item.documents[name], name)
    if isinstance(document, FileProblem):
        item.problems.append(document)
        return DocumentReading()
    reading: DocumentReading = document
    return reading


def _unpack(item: _OpenBatch) -> dict[str, list[PageReading]]:
    readings: dict[str, list[PageReading]] = {}
    for name, pages in item.pages.items():
        readings[name] = [
            replace(unpack_page(page, file=name), page_number=index + 1)
            for index, page in enumerate(pages)
            if isinstance(page, bytes) and page
        ]
    return readings


def _failed_result(item: _OpenBatch, sentence: str) -> BatchResult:
    return BatchResult(
        BatchFinding(
            batch=item.batch.name,
            sheet_number="",
            document_number="",
            approval_number_status=Status.MISSING,
            unreadable_files=tuple(item.problems),
            other_files=item.batch.ignored,
            remarks=(sentence,),
        ),
        (),
    )


def _cut_evidence(item: _OpenBatch, result: BatchResult, pool: WorkerPool) -> dict[Evidence, bytes]:
    """Cut the paper around every value that a person will be asked about."""
    files = {file.name: file for file in item.batch.files}
    wanted: dict[tuple[str, int], list[Evidence]] = defaultdict(list)
    for evidence in evidence_to_show([result]):
        wanted[evidence.file, evidence.page_number].append(evidence)
    futures = [
        (places, pool.submit(cut_crops, files[name], number - 1, [place.polygon for place in places]))
        for (name, number), places in wanted.items()
        if name in files
    ]
    crops: dict[Evidence, bytes] = {}
    for places, future in futures:
        cut = outcome(future, places[0].file)
        if not isinstance(cut, FileProblem):
            crops.update(zip(places, cut, strict=True))
    return crops
