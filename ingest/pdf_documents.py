"""Open PDF documents, kept for the next page: page 300 of a file must not cost 300 pages."""

import logging
import os
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import pdfplumber
import pymupdf
from pdfplumber.page import Page as PlumberPage

from ingest.pdf_sample import choose_sample

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)
logging.getLogger("pdfminer").addHandler(logging.NullHandler())  # else its warnings go to the screen

MAX_OPEN = 2


@dataclass(slots=True)
class OpenPdf:
    """One file, open in both libraries; the second only when asked for."""

    path: Path
    document: pymupdf.Document
    do_readers_agree: bool | None = None
    """Whether both readers see the same characters on the sample; ``None`` before they were asked."""

    _plumber: pdfplumber.PDF | None = None
    _sample: tuple[int, ...] | None = None

    @property
    def sample(self) -> tuple[int, ...]:
        """Zero-based pages that stand for the document, see ``ingest.pdf_sample``."""
        if self._sample is None:
            self._sample = choose_sample(self.document)
        return self._sample

    def find_plumber_page(self, page_index: int) -> PlumberPage:
        """Return the page as pdfplumber sees it."""
        if self._plumber is None:
            self._plumber = pdfplumber.open(self.path)
        return self._plumber.pages[page_index]

    def close(self) -> None:
        """Close the file in both."""
        self.document.close()
        if self._plumber is not None:
            self._plumber.close()


class OpenDocuments:
    """The few documents read last."""

    def __init__(self) -> None:
        self._documents: OrderedDict[tuple[int, str, int, int], OpenPdf] = OrderedDict()

    def find(self, path: Path) -> OpenPdf:
        """Return the open document, opening it when it is not."""
        status = path.stat()
        # A child process must not read through the file position that it shares with its parent.
        key = (os.getpid(), str(path), status.st_size, status.st_mtime_ns)
        if key not in self._documents:
            self._documents[key] = OpenPdf(path, pymupdf.open(path, filetype="pdf"))
            while len(self._documents) > MAX_OPEN:
                self._documents.popitem(last=False)[1].close()
        self._documents.move_to_end(key)
        return self._documents[key]

    def close(self) -> None:
        """Close all."""
        while self._documents:
            self._documents.popitem()[1].close()


DOCUMENTS = OpenDocuments()
