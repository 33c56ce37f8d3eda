"""Pages of one file: those that are known, and those that are read now."""

from collections.abc import Callable
from concurrent.futures import as_completed
from dataclasses import dataclass

from domain.batches import Priority
from domain.records import FileProblem
from ingest.batch import BatchFile
from jobs.page_tasks import start_reading
from jobs.pool import Turn, outcome
from jobs.workers import count_document_pages
from jobs.workshop import Workshop
from storage.page_cache import page_key


@dataclass(frozen=True, slots=True)
class StoredPages:
    """Every page of a file that could be read, and what is wrong with the others."""

    count: int
    pages: tuple[tuple[int, bytes], ...]
    """Zero-based number and packed reading."""

    problems: tuple[FileProblem, ...]


def page_turn(priority: Priority) -> Turn:
    """Return the turn of a batch's pages."""
    return Turn.INTERACTIVE_PAGE if priority is Priority.INTERACTIVE else Turn.PAGE


def document_turn(priority: Priority) -> Turn:
    """Return the turn of a batch's files as a whole."""
    return Turn.INTERACTIVE_DOCUMENT if priority is Priority.INTERACTIVE else Turn.DOCUMENT


def read_pages(
    shop: Workshop,
    file: BatchFile,
    version: str,
    priority: Priority,
    on_progress: Callable[[int, int], bool],
) -> StoredPages | FileProblem:
    """Return all pages of a file; those that are not known are read, each kept as soon as it is there.

    Args:
        shop: Where the work is done.
        file: A PDF or a picture.
        version: What the pages are read with; part of their key.
        priority: Of the batch.
        on_progress: Told how many pages are there, and of how many; false ends the reading early.

    Raises:
        SetupError: A worker could not start its engine.
    """
    count = outcome(
        shop.pool.submit(count_document_pages, file, shop.options.limits, turn=document_turn(priority)),
        file.name,
    )
    if isinstance(count, FileProblem):
        return count
    keys = [page_key(file.sha256, index, version) for index in range(count)]
    known = shop.pages.load(keys)
    pages = {index: known[key] for index, key in enumerate(keys) if key in known}
    problems: dict[int, FileProblem] = {}
    missing = [index for index in range(count) if index not in pages]
    wanted = on_progress(len(pages), count)
    if wanted and missing:
        reading = start_reading(
            [(file, index) for index in missing], shop.pool, _Silent(), turn=page_turn(priority)
        )
        places = dict(zip(reading, missing, strict=True))
        for future in as_completed(places):
            index = places[future]
            content = outcome(future, file.name)
            if isinstance(content, bytes):
                shop.pages.save(keys[index], content)
                pages[index] = content
            else:
                problems[index] = _name_page(content, index, count)
            if wanted and not on_progress(len(pages) + len(problems), count):
                wanted = False
                for other in places:
                    other.cancel()
    return StoredPages(
        count, tuple(sorted(pages.items())), tuple(problem for _, problem in sorted(problems.items()))
    )


class _Silent:
    """Nobody watches a progress bar here."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage."""

    def advance(self, steps: int = 1) -> None:
        """Finish some steps."""


def _name_page(problem: FileProblem, index: int, count: int) -> FileProblem:
    if count == 1:
        return problem
    return FileProblem(problem.file, problem.code, f"第 {index + 1} 页：{problem.message}")
