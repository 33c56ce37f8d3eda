"""Files of a batch to pages. Entry points: ``count_pages`` and ``load_page``.

Decoders of untrusted files crash, loop and eat memory: call these in a child process with limits on
memory and time.
"""

from dataclasses import dataclass

from domain.images import PageImage, Word
from ingest.batch import BatchFile
from ingest.images import count_image_pages, load_image_page
from ingest.limits import IngestLimits
from ingest.pdf import count_pdf_pages, load_pdf_page
from ingest.sniff import FileKind


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page of paper."""

    image: PageImage
    words: tuple[Word, ...] | None
    """The text layer where it says what the page shows; ``None`` when the page must be read from
    its picture. Never empty."""


def count_pages(file: BatchFile, *, limits: IngestLimits) -> int:
    """Return the number of pages, at least 1.

    Raises:
        FileProblemError: The file cannot be used; the class says why.
        ValueError: The file is neither a PDF nor a picture.
    """
    if file.kind is FileKind.PDF:
        return count_pdf_pages(file.path, limits)
    if file.kind is FileKind.IMAGE:
        return count_image_pages(file.path, limits)
    raise ValueError(f"no pages in a file of kind {file.kind}")


def load_page(file: BatchFile, page_index: int, *, limits: IngestLimits) -> Page:
    """Return one page as a viewer shows it.

    Cheap to call page by page: the last documents stay open in this process.

    Args:
        file: A PDF or picture of the batch.
        page_index: Zero-based, below ``count_pages``.
        limits: Bounds on pixels and pages.

    Raises:
        FileProblemError: The file or this page cannot be used; the class says why.
        ValueError: There is no such page, or the file is neither a PDF nor a picture.
    """
    if file.kind is FileKind.PDF:
        image, words = load_pdf_page(file.path, page_index, limits)
        return Page(image, words)
    if file.kind is FileKind.IMAGE:
        return Page(load_image_page(file.path, page_index, limits), None)
    raise ValueError(f"no pages in a file of kind {file.kind}")
