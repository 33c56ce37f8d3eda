"""What workers are asked to do with the pages of a run, in which order."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

from domain.records import FileProblem
from ingest.batch import BatchFile
from ingest.sniff import FileKind
from jobs.documents import DocumentReading
from jobs.pool import Turn, WorkerPool, outcome
from jobs.workers import SetupFailure, check_text_layer, read_document_page, understand_document

_PAGES_UNDERSTOOD_IN_TIME_OF_ONE = 50
"""Understanding what was read of a page takes far less time than the limit for reading one."""


class Progress(Protocol):
    """Is told how far a check is."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of ``total`` steps."""

    def advance(self, steps: int = 1) -> None:
        """Finish some steps of the stage."""


def start_reading(
    pages: Sequence[tuple[BatchFile, int]],
    pool: WorkerPool,
    progress: Progress,
    *,
    turn: Turn = Turn.PAGE,
) -> "list[Future[bytes | FileProblem | SetupFailure]]":
    """Let workers read pages; the text layer of each document is checked once, before its pages.

    Args:
        pages: Documents and 0-based page numbers.
        pool: The workers.
        progress: Is told of the checks.
        turn: Before which others these pages go.

    Returns:
        What is coming, in the order of ``pages``.

    Raises:
        SetupError: A worker could not start its engine.
    """
    documents = {file.sha256: file for file, _ in pages if file.kind is FileKind.PDF}
    checks = {sha256: pool.submit(check_text_layer, file, turn=turn) for sha256, file in documents.items()}
    # Pictures need no check: workers that have none left to do go on with them.
    reading: dict[int, Future[bytes | FileProblem | SetupFailure]] = {
        i: pool.submit(read_document_page, file, index, turn=turn)
        for i, (file, index) in enumerate(pages)
        if file.sha256 not in documents
    }
    results = {}
    if checks:
        progress.start("检查文字层", len(checks))
    for sha256, check in checks.items():
        result = outcome(check, documents[sha256].name)
        # What is wrong with the file is said when its pages are read.
        results[sha256] = None if isinstance(result, FileProblem) else result
        progress.advance()
    for i, (file, index) in enumerate(pages):
        if file.sha256 in documents:
            reading[i] = pool.submit(read_document_page, file, index, results[file.sha256], turn=turn)
    return [reading[i] for i in range(len(pages))]


def start_understanding(
    pool: WorkerPool, name: str, pages: Sequence[tuple[int, bytes]], *, turn: Turn = Turn.DOCUMENT
) -> "Future[DocumentReading | FileProblem]":
    """Let a worker tell what the pages of one file hold; arguments as for ``understand_document``."""
    patience = 1 + len(pages) / _PAGES_UNDERSTOOD_IN_TIME_OF_ONE
    return pool.submit(understand_document, name, pages, patience=patience, turn=turn)
