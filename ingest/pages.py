"""Files of a batch to pages. Entry points: ``count_pages`` and ``load_page``.

Decoders of untrusted files crash, loop and eat memory: call these in a child process with limits on
memory and time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from domain.images import PageImage, Word
from domain.records import Rule
from ingest.batch import BatchFile
from ingest.images import count_image_pages, load_image_page
from ingest.limits import IngestLimits
from ingest.pdf import (
    count_pdf_pages,
    do_pdf_readers_agree,
    load_pdf_page,
    sample_pdf_pages,
    trust_pdf_readers,
)
from ingest.sniff import FileKind


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page of paper."""

    width_px: int
    """Size of the picture."""

    height_px: int
    words: tuple[Word, ...] | None
    """The text layer where it says what the page shows; ``None`` when the page must be read from
    its picture. Never empty."""

    rules: tuple[Rule, ...] | None
    """Ruling lines from the drawing of the page; ``None`` when they are to be found in the picture."""

    render: Callable[[], PageImage]

    @property
    def image(self) -> PageImage:
        """The picture, rendered at once if it was not needed before.

        Raises:
            FileProblemError: The page cannot be rendered; the class says why.
        """
        return self.render()


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


def sample_pages(file: BatchFile, *, limits: IngestLimits) -> tuple[int, ...]:
    """Return the pages, zero-based, that together show every font of a document; none for a picture.

    Raises:
        FileProblemError: The file cannot be used; the class says why.
    """
    return sample_pdf_pages(file.path, limits) if file.kind is FileKind.PDF else ()


def do_readers_agree(file: BatchFile, *, limits: IngestLimits) -> bool:
    """Tell whether two PDF libraries see the same characters on a document's sample.

    Raises:
        FileProblemError: The file cannot be used; the class says why.
    """
    return file.kind is FileKind.PDF and do_pdf_readers_agree(file.path, limits)


def trust_readers(file: BatchFile, agree: bool, *, limits: IngestLimits) -> None:
    """Spare this process the question of ``do_readers_agree``, which another one has answered.

    Raises:
        FileProblemError: The file cannot be used; the class says why.
    """
    if file.kind is FileKind.PDF:
        trust_pdf_readers(file.path, agree, limits)


def load_page(file: BatchFile, page_index: int, *, limits: IngestLimits) -> Page:
    """Return one page as a viewer shows it; its picture is rendered only if somebody asks for it.

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
        page = load_pdf_page(file.path, page_index, limits)
        words, rules = (page.text.words, page.text.rules) if page.text is not None else (None, None)
        return Page(page.width_px, page.height_px, words, rules, page.render)
    if file.kind is FileKind.IMAGE:
        image = load_image_page(file.path, page_index, limits)
        return Page(image.width_px, image.height_px, None, None, lambda: image)
    raise ValueError(f"no pages in a file of kind {file.kind}")
