"""PDF pages: as pictures at the resolution of their scans, with words where text is to be trusted.

Pictures of pages are rendered, never cut out of the file: rendered at exactly the scan's own pixels the
result is bit for bit the embedded picture, and turns, flips, masks, colour spaces, /Decode arrays,
strips, crop boxes and stamps drawn on top are as every viewer shows them.
"""

import re
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pymupdf
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from domain.images import PageImage
from ingest.errors import (
    DamagedPageError,
    DamagedPdfError,
    EmptyPdfError,
    EncryptedPdfError,
    OutOfMemoryError,
    PageTooLargeError,
    TooManyPagesError,
)
from ingest.images import estimate_dpi
from ingest.jpeg import JpegState, check_jpeg
from ingest.limits import IngestLimits
from ingest.pdf_documents import DOCUMENTS, OpenPdf
from ingest.pdf_pictures import Picture, list_pictures
from ingest.pdf_text import PageText, do_readers_agree, read_text

PDF_LEAKS = (
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    LookupError,
    OSError,
    EOFError,
    pymupdf.mupdf.FzErrorBase,
)
"""What pymupdf was seen to raise on damaged files; recursion errors are runtime errors."""

_TEXT_LEAKS = (*PDF_LEAKS, PSException, PdfminerException, MalformedPDFException, struct.error, zlib.error)
"""What the readers of text layers raise."""

_SCAN_SHARE = 0.5
"""Pictures over at least half of the page make it a scan, whose resolution is used."""

_MIN_LONG_SIDE_PX = 1654
"""Drawn pages smaller than A5 (a card, a cut-out) are enlarged until the long side has what A5 has
at 200 dpi: their print is small."""


@dataclass(frozen=True, slots=True)
class _Raster:
    """The pictures on a page, together."""

    share: float
    """Part of the page that they cover, 0 to 1."""

    pixels_per_point: tuple[float, float]
    """Resolution along the page as shown, across and down; (0, 0) without pictures."""


def close_documents() -> None:
    """Close the documents that are kept open; files can be deleted or replaced afterwards."""
    DOCUMENTS.close()


def count_pdf_pages(path: Path, limits: IngestLimits) -> int:
    """Return the number of pages.

    Raises:
        FileProblemError: The file is damaged, needs a password, or has no or too many pages.
    """
    return int(_open(path, limits).document.page_count)


def sample_pdf_pages(path: Path, limits: IngestLimits) -> tuple[int, ...]:
    """Return the pages that stand for the document, see ``ingest.pdf_sample``.

    Raises:
        FileProblemError: As ``count_pdf_pages``.
    """
    return _open(path, limits).sample


def do_pdf_readers_agree(path: Path, limits: IngestLimits) -> bool:
    """Tell whether both PDF libraries see the same characters on the sample of the document.

    Raises:
        FileProblemError: As ``count_pdf_pages``.
    """
    pdf = _open(path, limits)
    with suppress(*_TEXT_LEAKS), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return do_readers_agree(pdf)
    return False


def trust_pdf_readers(path: Path, agree: bool, limits: IngestLimits) -> None:
    """Take over the answer to ``do_pdf_readers_agree`` from another process.

    Raises:
        FileProblemError: As ``count_pdf_pages``.
    """
    _open(path, limits).do_readers_agree = agree


def _open(path: Path, limits: IngestLimits) -> OpenPdf:
    """Return the open document after all checks that need no page."""
    try:
        pdf = DOCUMENTS.find(path)
        is_locked = bool(pdf.document.needs_pass)
        pages = 0 if is_locked else int(pdf.document.page_count)
    except MemoryError as error:
        raise OutOfMemoryError from error
    except PDF_LEAKS as error:
        raise DamagedPdfError from error
    if is_locked:
        raise EncryptedPdfError
    if pages <= 0:
        raise EmptyPdfError
    if pages > limits.max_pages:
        raise TooManyPagesError(pages=pages, max_pages=limits.max_pages)
    return pdf


@dataclass(frozen=True, slots=True, eq=False)
class PdfPage:
    """One page; its picture is rendered when asked for."""

    width_px: int
    """Size of the picture."""

    height_px: int
    text: PageText | None
    """``None`` when the page must be read from its picture."""

    render: Callable[[], PageImage]
    """Returns the picture; raises what ``load_pdf_page`` does."""


def load_pdf_page(path: Path, page_index: int, limits: IngestLimits) -> PdfPage:
    """Read the text of one page, and render it unless the text is trusted and nothing else is there.

    Raises:
        FileProblemError: The file or the page is damaged, needs a password, or is too large.
        ValueError: There is no such page.
    """
    pdf = _open(path, limits)
    document = pdf.document
    if not 0 <= page_index < document.page_count:
        raise ValueError(f"page {page_index} of {document.page_count}")
    with _translate_page_errors(page_index):
        page = document.load_page(page_index)
        pictures = list_pictures(page)
        raster = _measure_pictures(page, pictures, limits)
        scale = _choose_scale(page.rect, raster, limits)
        text = _read_text(pdf, page, page_index, pictures) if raster.share < _MAX_PICTURE_SHARE else None
        size = (page.rect * pymupdf.Matrix(*scale)).irect
    if text is not None and not any(_is_large(info, page) for info in pictures):
        return PdfPage(
            size.width, size.height, text, lambda: _render_page(_open(path, limits), page_index, limits)
        )
    image = _render_page(pdf, page_index, limits)
    return PdfPage(image.width_px, image.height_px, text, lambda: image)


def _render_page(pdf: OpenPdf, page_index: int, limits: IngestLimits) -> PageImage:
    with _translate_page_errors(page_index):
        page = pdf.document.load_page(page_index)
        raster = _measure_pictures(page, list_pictures(page), limits)
        image = _render(page, _choose_scale(page.rect, raster, limits))
        _check_pictures(pdf, page, page_index)
        return image


def _read_text(
    pdf: OpenPdf, page: pymupdf.Page, page_index: int, pictures: Sequence[Picture]
) -> PageText | None:
    """Return the trusted text. A text layer that breaks its readers is not trusted; the picture is there."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read_text(pdf, page, page_index, pictures)
    except _TEXT_LEAKS:
        return None


_MAX_PICTURE_SHARE = 0.15
"""Pictures over more of the page than this may hold text of their own, so that the text layer alone
would miss it. A seal covers 3 %, a portrait 2 %."""


@contextmanager
def _translate_page_errors(page_index: int) -> Iterator[None]:
    """Say in our words what pymupdf raises for one page, and let go of what it cached."""
    try:
        yield
    except MemoryError as error:
        raise OutOfMemoryError from error
    except PDF_LEAKS as error:
        if "malloc" in str(error) or "memory" in str(error):
            raise OutOfMemoryError from error
        raise DamagedPageError(page_index + 1) from error
    finally:
        pymupdf.TOOLS.store_shrink(100)
        pymupdf.TOOLS.reset_mupdf_warnings()


def _measure_pictures(page: pymupdf.Page, pictures: Sequence[Picture], limits: IngestLimits) -> _Raster:
    """Find how much of the page pictures cover, and at which resolution.

    Raises:
        PageTooLargeError: A picture has more pixels than allowed; nothing was decoded yet.
    """
    shown = page.rect
    turn = page.rotation_matrix
    covered = np.zeros((64, 64), dtype=bool)
    best = (0.0, 0.0, 0.0)
    for info in pictures:
        width_px, height_px = int(info["width"]), int(info["height"])
        if width_px * height_px > limits.max_pixels:
            raise PageTooLargeError(width_px=width_px, height_px=height_px, max_pixels=limits.max_pixels)
        box = (pymupdf.Rect(info["bbox"]) * turn) & shown
        if box.is_empty or box.is_infinite:
            continue
        _mark(covered, box, shown)
        area = box.width * box.height
        across, down = _resolution(pymupdf.Matrix(info["transform"]) * turn, width_px, height_px)
        # Strips of one scan agree in resolution; of several pictures the largest counts.
        if area > best[0] and across > 0 and down > 0:
            best = (area, across, down)
    return _Raster(float(covered.mean()), best[1:])


def _mark(covered: npt.NDArray[np.bool_], box: pymupdf.Rect, shown: pymupdf.Rect) -> None:
    """Mark the cells of a coarse grid over the page that a box covers by at least half."""
    rows, columns = covered.shape
    left = (box.x0 - shown.x0) / shown.width * columns
    right = (box.x1 - shown.x0) / shown.width * columns
    top = (box.y0 - shown.y0) / shown.height * rows
    bottom = (box.y1 - shown.y0) / shown.height * rows
    covered[round(top) : max(round(bottom), int(top) + 1), round(left) : max(round(right), int(left) + 1)] = (
        True
    )


def _resolution(matrix: pymupdf.Matrix, width_px: int, height_px: int) -> tuple[float, float]:
    """Return a picture's pixels for each point of the page as shown, across and down."""
    width = (matrix.a**2 + matrix.b**2) ** 0.5
    height = (matrix.c**2 + matrix.d**2) ** 0.5
    if width < 1e-3 or height < 1e-3:
        return 0.0, 0.0
    along, up = width_px / width, height_px / height
    lies_on_side = abs(matrix.b) > abs(matrix.a)
    return (up, along) if lies_on_side else (along, up)


def _render(page: pymupdf.Page, scale: tuple[float, float]) -> PageImage:
    across, down = scale
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(across, down), colorspace=pymupdf.csRGB, alpha=False)
    pixels = np.frombuffer(pixmap.samples_mv, dtype=np.uint8)
    # Some readers of the array write into it, and the pixmap's memory goes with the pixmap.
    pixels = pixels.reshape(pixmap.height, pixmap.stride)[:, : pixmap.width * 3].copy()
    pixels = pixels.reshape(pixmap.height, pixmap.width, 3)
    dpi = (across * down) ** 0.5 * 72
    return PageImage(pixels, estimate_dpi(pixmap.width, pixmap.height, dpi))


def _choose_scale(shown: pymupdf.Rect, raster: _Raster, limits: IngestLimits) -> tuple[float, float]:
    """Return the pixels for each point, across and down.

    Raises:
        PageTooLargeError: A drawn page whose pixels at ``limits.render_dpi`` are too many.
    """
    drawn = limits.render_dpi / 72
    if raster.share >= _SCAN_SHARE:
        across, down = raster.pixels_per_point
        if raster.share < 0.95:
            # Something may be drawn beside the picture and needs the usual resolution.
            across, down = across * max(1.0, drawn / across), down * max(1.0, drawn / down)
        if not 0.5 < across / down < 2.0:
            across = down = max(across, down)
    else:
        drawn_area = shown.width * shown.height * drawn**2
        if drawn_area > limits.max_pixels:
            raise PageTooLargeError(
                width_px=round(shown.width * drawn),
                height_px=round(shown.height * drawn),
                max_pixels=limits.max_pixels,
            )
        across = down = max(drawn, _MIN_LONG_SIDE_PX / max(shown.width, shown.height))
    share = (limits.max_page_pixels / (shown.width * across * shown.height * down)) ** 0.5
    share = min(1.0, share)
    return across * share, down * share


_DAMAGE = re.compile(
    "padding truncated image|read error; treating as end|library error: (zlib|jpeg|jpx|jbig2)"
    "|openjpeg error|jbig2dec error|overflow in [12]d faxd"
)
"""What MuPDF notes when it fills a picture with nothing and goes on. A mere wrong checksum at the
end of the data ("ignoring zlib error") is not among them."""


def _check_pictures(pdf: OpenPdf, page: pymupdf.Page, page_index: int) -> None:
    """Refuse a page with a picture of which a part is missing; call after rendering it.

    Renderers leave such parts blank without a word, and a blank is no evidence of anything.

    Raises:
        DamagedPageError: A picture is cut off or cannot be decoded.
    """
    large = [info for info in page.get_image_info(xrefs=True) if _is_large(info, page)]
    if large and _DAMAGE.search(pymupdf.TOOLS.mupdf_warnings(reset=False)):
        raise DamagedPageError(page_index + 1)
    for info in large:
        xref = int(info["xref"])
        if xref > 0 and _DCT_ONLY.fullmatch(pdf.document.xref_get_key(xref, "Filter")[1]):
            state = check_jpeg(pdf.document.xref_stream_raw(xref))
            if state in {JpegState.TRUNCATED, JpegState.DAMAGED}:
                raise DamagedPageError(page_index + 1)


_DCT_ONLY = re.compile(r"\[?\s*/DCTDecode\s*\]?")


def _is_large(info: Picture, page: pymupdf.Page) -> bool:
    """Tell whether a picture takes more of the page than a portrait or a seal does."""
    box = pymupdf.Rect(info["bbox"])
    return bool(box.width * box.height >= 0.05 * page.rect.width * page.rect.height)
