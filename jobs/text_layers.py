"""Pages whose text layer is true, with what is known about the fonts of each document.

A document's sample is looked at once, by whichever process is asked first, and what came out goes with
every page to the process that reads it. The sample depends on the file alone, so a process that was given
nothing comes to the same.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from domain.errors import FileProblemError
from domain.records import PageReading
from ingest.batch import BatchFile
from ingest.limits import IngestLimits
from ingest.pages import Page, do_readers_agree, load_page, sample_pages, trust_readers
from ocr.engine import OcrEngine
from ocr.font_check import FontCheck
from ocr.text_layer import look_at_layer, read_text_layer

_MAX_DOCUMENTS = 16


@dataclass(frozen=True, slots=True)
class DocumentCheck:
    """What a sample of a document's pages has shown about its text layer."""

    fonts: FontCheck
    do_readers_agree: bool
    """Whether two PDF libraries see the same characters."""


class TextLayers:
    """Reads pages from their text layers. One per process."""

    def __init__(self, limits: IngestLimits, load_engine: Callable[[], OcrEngine]) -> None:
        self._limits = limits
        self._load_engine = load_engine
        self._checks: OrderedDict[str, FontCheck] = OrderedDict()

    def check(self, file: BatchFile) -> DocumentCheck | None:
        """Look at the sample of a document; ``None`` when it has no text layer.

        Raises:
            FileProblemError: The file cannot be used.
            SetupError: The engine had to be loaded and cannot be.
        """
        if not sample_pages(file, limits=self._limits):
            return None
        return DocumentCheck(self._check(file), do_readers_agree(file, limits=self._limits))

    def adopt(self, file: BatchFile, check: DocumentCheck) -> None:
        """Take over what another process found out about a document, unless this one has looked itself."""
        if file.sha256 not in self._checks:
            self._keep(file, check.fonts)
        trust_readers(file, check.do_readers_agree, limits=self._limits)

    def read(self, file: BatchFile, page: Page, page_index: int) -> PageReading | None:
        """Return the page as its text layer says it, ``None`` when it must be read from its picture.

        Args:
            file: The document.
            page: Its page.
            page_index: Zero-based.

        Raises:
            FileProblemError: The page had to be rendered and cannot be.
            SetupError: The engine had to be loaded and cannot be.
        """
        if not page.words:
            return None
        return read_text_layer(
            page.words,
            page.rules,
            self._check(file),
            page.render,
            self._load_engine,
            size_px=(page.width_px, page.height_px),
            file=file.name,
            page_number=page_index + 1,
        )

    def _check(self, file: BatchFile) -> FontCheck:
        check = self._checks.get(file.sha256)
        if check is None:
            check = FontCheck()
            for index in sample_pages(file, limits=self._limits):
                self._look(file, index, check)
            self._keep(file, check)
        self._checks.move_to_end(file.sha256)
        return check

    def _keep(self, file: BatchFile, check: FontCheck) -> None:
        self._checks[file.sha256] = check
        while len(self._checks) > _MAX_DOCUMENTS:
            self._checks.popitem(last=False)

    def _look(self, file: BatchFile, page_index: int, check: FontCheck) -> None:
        # What is wrong with a page of the sample is said when that page itself is read.
        with suppress(FileProblemError):
            page = load_page(file, page_index, limits=self._limits)
            if page.words:
                size_px = (page.width_px, page.height_px)
                look_at_layer(page.words, check, page.render, self._load_engine(), size_px=size_px)
