"""Pages whose text layer is true, with what is known about the fonts of each document.

A document's sample is looked at once in every process that reads its pages: the sample is the same in
all of them, so a page is read alike whichever process it falls to.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress

from domain.errors import FileProblemError
from domain.records import PageReading
from ingest.batch import BatchFile
from ingest.limits import IngestLimits
from ingest.pages import Page, load_page, sample_pages
from ocr.engine import OcrEngine
from ocr.font_check import FontCheck
from ocr.text_layer import look_at_layer, read_text_layer

_MAX_DOCUMENTS = 16


class TextLayers:
    """Reads pages from their text layers. One per process."""

    def __init__(self, limits: IngestLimits, load_engine: Callable[[], OcrEngine]) -> None:
        self._limits = limits
        self._load_engine = load_engine
        self._checks: OrderedDict[str, FontCheck] = OrderedDict()

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
            self._checks[file.sha256] = check
            while len(self._checks) > _MAX_DOCUMENTS:
                self._checks.popitem(last=False)
        self._checks.move_to_end(file.sha256)
        return check

    def _look(self, file: BatchFile, page_index: int, check: FontCheck) -> None:
        # What is wrong with a page of the sample is said when that page itself is read.
        with suppress(FileProblemError):
            page = load_page(file, page_index, limits=self._limits)
            if page.words:
                size_px = (page.width_px, page.height_px)
                look_at_layer(page.words, check, page.render, self._load_engine(), size_px=size_px)
