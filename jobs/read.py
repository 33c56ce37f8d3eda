"""Read single files: what is on this paper."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from domain.errors import FileProblemError
from domain.records import FileProblem
from ingest.batch import BatchFile, open_file
from jobs.check import reader_version
from jobs.documents import DocumentReading
from jobs.options import PipelineOptions
from jobs.page_tasks import Progress, start_reading, start_understanding
from jobs.pool import WorkerPool, outcome
from jobs.workers import count_document_pages
from ocr.models import ModelStore
from storage.page_cache import PageCache, page_key


def read_files(
    paths: Sequence[Path], *, options: PipelineOptions, cache: PageCache, progress: Progress
) -> dict[str, DocumentReading]:
    """Read every file and return what it holds, by file name as given.

    Raises:
        SetupError: Models or libraries are missing.
    """
    ModelStore(options.model_dir).verify()
    version = reader_version(options)
    readings: dict[str, DocumentReading] = {}
    with WorkerPool(options) as pool:
        progress.start("识别", len(paths))
        for path in paths:
            try:
                file = open_file(path, limits=options.limits)
            except FileProblemError as error:
                problem = FileProblem(str(path), error.code, error.message)
                readings[str(path)] = DocumentReading(problems=(problem,))
            else:
                readings[file.name] = _read_file(file, pool, options, cache, version)
            progress.advance()
    return readings


def _read_file(
    file: BatchFile, pool: WorkerPool, options: PipelineOptions, cache: PageCache, version: str
) -> DocumentReading:
    count = outcome(pool.submit(count_document_pages, file, options.limits), file.name)
    if isinstance(count, FileProblem):
        return DocumentReading(problems=(count,))
    keys = [page_key(file.sha256, index, version) for index in range(count)]
    known: dict[str, bytes] = cache.load(keys)
    missing = [(file, index) for index, key in enumerate(keys) if key not in known]
    problems = []
    for (_, index), future in zip(missing, start_reading(missing, pool, _Silent()), strict=True):
        content = outcome(future, file.name)
        if isinstance(content, FileProblem):
            problems.append(content)
        else:
            cache.save(keys[index], content)
            known[keys[index]] = content
    pages = [(index, known[key]) for index, key in enumerate(keys) if key in known]
    reading: DocumentReading | FileProblem = outcome(start_understanding(pool, file.name, pages), file.name)
    if isinstance(reading, FileProblem):
        return DocumentReading(problems=(*problems, reading))
    return replace(reading, problems=(*problems, *reading.problems))


class _Silent:
    """Progress within one file, which nobody is told of."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage."""

    def advance(self, steps: int = 1) -> None:
        """Finish some steps."""
