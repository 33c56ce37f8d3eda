"""A generated corpus, read by the real pipeline and kept page by page, for calibration."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.corpora import find_corpus
from domain.errors import FileProblemError
from domain.records import (
    ApprovalDocument,
    CandidateRecord,
    FileProblem,
    PageQuality,
    PageReading,
    SheetTable,
)
from ingest.batch import Batch, BatchFile, open_batch
from ingest.pages import count_pages
from ingest.sheets import read_sheets
from ingest.sniff import FileKind
from jobs.certificate_lines import attach_lines
from jobs.check import reader_version
from jobs.documents import read_document
from jobs.options import PipelineOptions
from jobs.pool import WorkerPool, outcome
from jobs.workers import SetupFailure, read_document_page
from storage.page_cache import PageCache, page_key
from storage.page_codec import unpack_page

_PAPER = frozenset({FileKind.PDF, FileKind.IMAGE})

_MOST_UNREAD = 0.02
"""Share of the pages that may fail before the samples would say something about other paper."""


class PagesNotReadError(Exception):
    """Too many pages of a corpus that has no broken file could not be read."""

    def __init__(self, failed: int, pages: int, example: str) -> None:
        super().__init__(f"{failed} of {pages} pages could not be read, e.g. {example}")


@dataclass(frozen=True, slots=True)
class CorpusPlan:
    """What a corpus without mistakes is made of."""

    seed: int
    people: int
    fonts: str
    degradations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """One batch of the corpus, read; its rows are all true."""

    truth: Mapping[str, Any]
    tables: tuple[SheetTable, ...]
    candidates: tuple[CandidateRecord, ...]
    approvals: tuple[ApprovalDocument, ...]
    qualities: Mapping[tuple[str, int], PageQuality]


def read_corpus(plan: CorpusPlan, options: PipelineOptions) -> Iterator[ReadBatch]:
    """Write the corpus unless it lies there, read it, and yield its batches.

    Pages are kept in the page cache of ``options`` as soon as they are read, so a run that was
    interrupted goes on where it stopped.

    Raises:
        MissingFontError: A font package is not installed.
        SetupError: Models are missing.
        PagesNotReadError: The reader fails on many pages.
    """
    folder = find_corpus(
        "calibration",
        seed=plan.seed,
        people=plan.people,
        degradations=plan.degradations,
        planted=0,
        font_set=plan.fonts,
    )
    with (
        closing(PageCache(options.cache_dir)) as cache,
        tempfile.TemporaryDirectory(prefix="zhenghe-") as scratch,
    ):
        opened = []
        for number, path in enumerate(sorted(folder.glob("*.truth.json"))):
            stem = path.name.removesuffix(".truth.json")
            source = next(p for p in (folder / stem, folder / f"{stem}.zip") if p.exists())
            work_dir = Path(scratch) / str(number)
            work_dir.mkdir()
            batch = open_batch(source, work_dir=work_dir, limits=options.limits)
            opened.append((json.loads(path.read_text("utf-8")), batch))
        _read_missing([batch for _, batch in opened], options, cache)
        for truth, batch in opened:
            yield _understand(truth, batch, options, cache)


def _read_missing(batches: Sequence[Batch], options: PipelineOptions, cache: PageCache) -> None:
    version = reader_version(options)
    pages = [(f, i) for batch in batches for f in _papers(batch) for i in range(_count(f, options))]
    keys = {page_key(f.sha256, i, version): (f, i) for f, i in pages}
    known = cache.load(keys)
    missing = [place for key, place in keys.items() if key not in known]
    print(f"{len(keys)} pages, {len(missing)} to read", flush=True)
    if not missing:
        return
    with WorkerPool(options) as pool:
        waiting: dict[Future[bytes | FileProblem | SetupFailure], tuple[BatchFile, int]] = {
            pool.submit(read_document_page, file, index): (file, index) for file, index in missing
        }
        failed: list[FileProblem] = []
        for done, future in enumerate(as_completed(waiting), start=1):
            file, index = waiting[future]
            content = outcome(future, file.name)
            if isinstance(content, bytes):
                cache.save(page_key(file.sha256, index, version), content)
            else:
                failed.append(content)
            if done % 50 == 0 or done == len(missing):
                print(f"  {done} of {len(missing)} pages read", flush=True)
    if len(failed) > _MOST_UNREAD * len(keys):
        raise PagesNotReadError(len(failed), len(keys), f"{failed[0].file}: {failed[0].message}")


def _papers(batch: Batch) -> list[BatchFile]:
    return [file for file in batch.files if file.kind in _PAPER]


def _count(file: BatchFile, options: PipelineOptions) -> int:
    try:
        return count_pages(file, limits=options.limits)
    except FileProblemError:
        return 0


def _understand(
    truth: Mapping[str, Any], batch: Batch, options: PipelineOptions, cache: PageCache
) -> ReadBatch:
    version = reader_version(options)
    candidates: list[CandidateRecord] = []
    approvals: list[ApprovalDocument] = []
    qualities: dict[tuple[str, int], PageQuality] = {}
    for file in _papers(batch):
        keys = [page_key(file.sha256, i, version) for i in range(_count(file, options))]
        found = cache.load(keys)
        pages: list[PageReading] = [
            replace(unpack_page(found[key], file=file.name), page_number=index + 1)
            for index, key in enumerate(keys)
            if key in found
        ]
        document = read_document(pages)
        candidates += attach_lines(document.candidates, pages)
        approvals += document.approvals
        qualities |= {(p.file, p.page_number): p.quality for p in pages if p.quality is not None}
    tables: list[SheetTable] = []
    for file in batch.files:
        if file.kind is FileKind.SHEET:
            tables += read_sheets(file.path, file=file.name, limits=options.limits)
    return ReadBatch(truth, tuple(tables), tuple(candidates), tuple(approvals), qualities)
