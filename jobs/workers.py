"""What runs in a worker process: decoding untrusted files, and the one OCR engine.

A worker returns values, never exceptions of its own making: an outcome must survive the way
between processes. A worker that dies or hangs is seen by ``jobs.pool``.
"""

import resource
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from domain.errors import FileProblemError, SetupError
from domain.geometry import Polygon, polygon_to_box
from domain.images import Variant
from domain.records import FileProblem, SheetTable
from ingest.batch import BatchFile
from ingest.limits import IngestLimits
from ingest.pages import count_pages, load_page
from ingest.sheets import read_sheets
from jobs.character_images import CharacterLooks, CharacterQuestion, look_at_character
from jobs.documents import DocumentReading, read_document
from jobs.memory import give_back_memory, keep_for_good
from jobs.options import PipelineOptions
from jobs.parent_death import die_with_parent
from jobs.text_layers import DocumentCheck, TextLayers
from jobs.usage import log_usage
from ocr.letters import mark_seals
from ocr.models import ModelStore
from ocr.paddle import PaddleEngine
from ocr.variants import show_variant
from storage.page_codec import pack_page, unpack_page

T = TypeVar("T")

_CROP_MARGIN = 0.9
"""In heights of the value: enough of the line above and below to see where one is."""

_CROP_LONG_SIDE_PX = 900
_PAGE_JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class SetupFailure:
    """A worker could not start its engine; the whole run must end."""

    message: str


_options: PipelineOptions | None = None
_engine: PaddleEngine | None = None


def start_worker(options: PipelineOptions) -> None:
    """Prepare this process: limits, no interrupts (the parent decides, and is not outlived), one thread."""
    global _options
    die_with_parent()
    _options = options
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (options.worker_memory_bytes, options.worker_memory_bytes))
    cv2.setNumThreads(1)
    keep_for_good()


def count_document_pages(file: BatchFile, limits: IngestLimits) -> int | FileProblem:
    """Return the number of pages of a document, or why it cannot be opened."""
    return _guard(file.name, lambda: count_pages(file, limits=limits))


def read_sheet_file(file: BatchFile, limits: IngestLimits) -> tuple[SheetTable, ...] | FileProblem:
    """Return the title tables of a spreadsheet file, or why there are none."""
    return _guard(file.name, lambda: read_sheets(file.path, file=file.name, limits=limits))


def check_text_layer(file: BatchFile) -> DocumentCheck | FileProblem | SetupFailure | None:
    """Return what a sample of a document shows about its text layer, ``None`` without one."""
    try:
        return _guard(file.name, lambda: _text_layers().check(file))
    except SetupError as error:
        return SetupFailure(str(error))


def read_document_page(
    file: BatchFile, page_index: int, check: DocumentCheck | None = None
) -> bytes | FileProblem | SetupFailure:
    """Return one page, read and packed.

    Args:
        file: The document.
        page_index: 0-based.
        check: What ``check_text_layer`` said of it; without it this process looks itself.
    """

    def read() -> bytes:
        assert _options is not None, "start_worker has run"
        if check is not None:
            _text_layers().adopt(file, check)
        page = load_page(file, page_index, limits=_options.limits)
        reading = _text_layers().read(file, page, page_index)
        if reading is None:
            reading = _load_engine().read_page(page.image, file=file.name, page_number=page_index + 1)
        reading = mark_seals(page.render, reading)
        give_back_memory()
        if _options.usage_dir is not None:
            log_usage(_options.usage_dir, _engine.model_seconds if _engine is not None else 0.0)
        return pack_page(reading)

    try:
        return _guard(file.name, read)
    except SetupError as error:
        return SetupFailure(str(error))


def understand_document(name: str, pages: Sequence[tuple[int, bytes]]) -> DocumentReading | FileProblem:
    """Return what the pages of one file hold.

    Args:
        name: Of the file.
        pages: Zero-based number and ``pack_page`` of every page that could be read, in order.
    """

    def understand() -> DocumentReading:
        return read_document(
            [replace(unpack_page(page, file=name), page_number=index + 1) for index, page in pages]
        )

    return _guard(name, understand)


def cut_crops(file: BatchFile, page_index: int, polygons: list[Polygon]) -> list[bytes] | FileProblem:
    """Return a JPEG of the surroundings of each polygon, the polygon outlined.

    Args:
        file: The document.
        page_index: 0-based.
        polygons: In fractions of the page as shown.
    """

    def cut() -> list[bytes]:
        assert _options is not None, "start_worker has run"
        pixels = load_page(file, page_index, limits=_options.limits).image.pixels
        return [_cut_crop(pixels, polygon) for polygon in polygons]

    return _guard(file.name, cut)


def render_page(
    file: BatchFile, page_index: int, width_px: int, variant: Variant = Variant.ORIGINAL
) -> bytes | FileProblem:
    """Return a page as a viewer shows it, as a JPEG.

    Args:
        file: The document.
        page_index: 0-based.
        width_px: At most so wide; a page is never enlarged.
        variant: As it is, without its seals, or with more contrast.
    """

    def render() -> bytes:
        assert _options is not None, "start_worker has run"
        image = load_page(file, page_index, limits=_options.limits).image
        picture = show_variant(image, variant).pixels[:, :, ::-1]
        scale = min(1.0, width_px / picture.shape[1])
        if scale < 1:
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return encode_jpeg(picture, _PAGE_JPEG_QUALITY)

    return _guard(file.name, render)


def cut_out(
    file: BatchFile,
    page_index: int,
    box: tuple[float, float, float, float],
    width_px: int,
    variant: Variant = Variant.ORIGINAL,
) -> bytes | FileProblem:
    """Return a rectangle of a page as a JPEG, without any mark on it.

    Args:
        file: The document.
        page_index: 0-based.
        box: Left, top, right, bottom in fractions of the page as shown.
        width_px: At most so wide; nothing is enlarged.
        variant: As it is, without seals, or with more contrast.
    """

    def cut() -> bytes:
        assert _options is not None, "start_worker has run"
        image = load_page(file, page_index, limits=_options.limits).image
        # Of the whole page: what is a seal, and how dark print is, a small cut does not tell.
        pixels = show_variant(image, variant).pixels
        height, width = pixels.shape[:2]
        left, right = int(box[0] * width), max(int(box[0] * width) + 1, round(box[2] * width))
        top, bottom = int(box[1] * height), max(int(box[1] * height) + 1, round(box[3] * height))
        picture = np.ascontiguousarray(pixels[top:bottom, left:right, ::-1])
        scale = min(1.0, width_px / picture.shape[1])
        if scale < 1:
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return encode_jpeg(picture, _PAGE_JPEG_QUALITY)

    return _guard(file.name, cut)


def encode_jpeg(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], quality: int) -> bytes:
    """Return a picture (rows, columns, blue-green-red) as a JPEG."""
    _, encoded = cv2.imencode(".jpg", np.ascontiguousarray(picture), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(encoded)


def compare_characters(
    file: BatchFile, page_index: int, questions: list[CharacterQuestion]
) -> list[CharacterLooks | None] | FileProblem:
    """Hold characters of one page against drawings; ``None`` where nothing can be compared.

    Args:
        file: The document.
        page_index: 0-based.
        questions: Each with its place in fractions of the page as shown.
    """

    def compare() -> list[CharacterLooks | None]:
        assert _options is not None, "start_worker has run"
        pixels = load_page(file, page_index, limits=_options.limits).image.pixels
        return [look_at_character(pixels, question) for question in questions]

    return _guard(file.name, compare)


def _cut_crop(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], polygon: Polygon) -> bytes:
    height, width = pixels.shape[:2]
    box = polygon_to_box(polygon)
    margin = _CROP_MARGIN * max(box.height * height, 12.0)
    left = max(0, int(box.left * width - 2 * margin))
    right = min(width, int(box.right * width + 2 * margin) + 1)
    top = max(0, int(box.top * height - margin))
    bottom = min(height, int(box.bottom * height + margin) + 1)
    crop = np.ascontiguousarray(pixels[top:bottom, left:right, ::-1])
    outline = np.array([[x * width - left, y * height - top] for x, y in polygon], dtype=np.int32)
    cv2.polylines(crop, [outline], isClosed=True, color=(0, 140, 255), thickness=max(1, (bottom - top) // 60))
    scale = min(1.0, _CROP_LONG_SIDE_PX / max(crop.shape[:2]))
    if scale < 1:
        crop = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return encode_jpeg(crop, 78)


@cache
def _text_layers() -> TextLayers:
    assert _options is not None, "start_worker has run"
    return TextLayers(_options.limits, _load_engine)


def _load_engine() -> PaddleEngine:
    global _engine
    if _engine is None:
        assert _options is not None, "start_worker has run"
        _engine = PaddleEngine(ModelStore(Path(_options.model_dir)), _options.ocr)
        keep_for_good()
    return _engine


def _guard(name: str, work: Callable[[], T]) -> T | FileProblem:
    """Run one piece of work on one file; whatever is wrong with the file comes back as a value."""
    try:
        return work()
    except FileProblemError as error:
        return FileProblem(name, error.code, str(error))
    except MemoryError:
        return FileProblem(
            name, "memory_limit", "处理该文件所需内存超过上限，已跳过。请降低扫描分辨率或拆分文件后重新提交。"
        )
    except SetupError:
        raise
    except Exception as error:  # noqa: BLE001 - outermost frame: one odd file must not end a batch
        reason = f"{type(error).__name__}: {error}"[:200]
        return FileProblem(
            name,
            "unexpected_error",
            f"处理该文件时发生意外错误，已跳过（{reason}）。请把该文件转交系统维护人员。",
        )
