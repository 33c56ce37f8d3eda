"""The engine: a page picture to a page reading, with PP-OCR models."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Polygon
from domain.images import PageImage
from domain.records import PageReading, TextLine
from ocr.engine import OcrOptions
from ocr.found import FoundLine
from ocr.line_reader import LineReader, Pixels
from ocr.models import MANIFEST, ModelStore
from ocr.networks import Networks
from ocr.page_quality import measure_picture, measure_quality
from ocr.rules import find_rules
from ocr.sealed_lines import read_under_seals
from ocr.second_look import look_again
from ocr.upright import Quad, find_skew_deg, is_sideways, quad_size, skew_matrix, turn_pixels

_FLIP_SAMPLE = 6

_LEAST_PAGE_PX = 16
"""The detector halves a page five times; one line of legible Chinese is 16 px high."""


class PaddleEngine:
    """An ``OcrEngine``. Loading takes some seconds; load once per process."""

    def __init__(self, models: ModelStore, options: OcrOptions | None = None) -> None:
        """Load the models.

        Raises:
            ModelsMissingError: The store is not complete.
            ModelDamagedError: A model is not the one in the manifest.
            OcrLibraryError: A library is missing.
        """
        self._options = options or OcrOptions()
        self._networks = Networks(models, self._options)
        self._reader = LineReader(self._networks, self._options)

    @property
    def alphabet(self) -> frozenset[str]:
        """Every folded character the recogniser can write."""
        return self._networks.alphabet

    @property
    def version(self) -> str:
        """Models by hash, and the settings."""
        return engine_version(self._options)

    @property
    def model_seconds(self) -> float:
        """Processor time spent inside the two networks so far."""
        return self._networks.model_seconds

    def read_page(self, image: PageImage, *, file: str, page_number: int) -> PageReading:
        """Read one page, whichever way up it lies."""
        if min(image.width_px, image.height_px) < _LEAST_PAGE_PX:
            return PageReading(file, page_number, image.width_px, image.height_px, ())
        turn_deg = 0
        quads = self._reader.detect(image.pixels)
        if is_sideways(quads):
            turn_deg = 90
            image = PageImage(turn_pixels(image.pixels, 90), image.dpi)
            quads = self._reader.detect(image.pixels)
        lines = self._read(image.pixels, quads)
        if self._lies_upside_down(image.pixels, lines):
            turn_deg = (turn_deg + 180) % 360
            image = PageImage(turn_pixels(image.pixels, 180), image.dpi)
            lines = self._read(image.pixels, self._reader.detect(image.pixels))
        lines = read_under_seals(self._reader, image, lines)
        lines = look_again(self._reader, image, lines)
        return _assemble(image, lines, file=file, page_number=page_number, turn_deg=turn_deg)

    def read_lines(self, image: PageImage, polygons: Sequence[TextLine]) -> list[str]:
        """Read the places of given lines on an upright page."""
        size = np.array([image.width_px, image.height_px], dtype=np.float32)
        quads = [np.array(line.polygon, dtype=np.float32) * size for line in polygons]
        return [line.text for line in self._reader.read(image.pixels, quads)]

    def _read(self, pixels: Pixels, quads: Sequence[Quad]) -> list[FoundLine]:
        return [
            FoundLine(quad, read) for quad, read in zip(quads, self._reader.read(pixels, quads), strict=True)
        ]

    def _lies_upside_down(self, pixels: Pixels, lines: Sequence[FoundLine]) -> bool:
        if not lines:
            return False
        widths = np.array([quad_size(line.quad)[0] for line in lines])
        mean = float(np.average([line.read.confidence for line in lines], weights=widths + 1e-6))
        if mean >= self._options.turned_page_confidence:
            return False
        sample = np.argsort(-widths)[:_FLIP_SAMPLE]
        flipped = self._reader.read(pixels, [np.roll(lines[i].quad, 2, axis=0) for i in sample])
        before = float(np.mean([lines[i].read.confidence for i in sample]))
        return float(np.mean([line.confidence for line in flipped])) > before + 0.1


def engine_version(options: OcrOptions) -> str:
    """Name models and settings without loading anything: the engine's part of the cache key."""
    hashes = "+".join(model.sha256[:12] for model in MANIFEST)
    return f"paddle-onnx 4 {hashes} {options}"


def _assemble(
    image: PageImage, lines: Sequence[FoundLine], *, file: str, page_number: int, turn_deg: int
) -> PageReading:
    skew_deg = find_skew_deg([line.quad for line in lines])
    matrix = skew_matrix(skew_deg, image.width_px, image.height_px)
    grey = cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY)
    readable = [line for line in lines if line.is_readable]
    polygons = _to_polygons([line.quad for line in readable], matrix, image)
    return PageReading(
        file=file,
        page_number=page_number,
        width_px=image.width_px,
        height_px=image.height_px,
        lines=tuple(map(_to_text_line, readable, polygons)),
        rules=find_rules(np.asarray(grey, dtype=np.uint8), skew_deg),
        turn_deg=turn_deg,
        skew_deg=skew_deg,
        quality=measure_quality(image, lines),
        pictured=measure_picture(image, lines),
    )


def _to_text_line(line: FoundLine, polygon: Polygon) -> TextLine:
    second = line.second
    return TextLine(
        line.read.text,
        polygon,
        line.read.confidence,
        line.read.lattice,
        under_seal=line.under_seal,
        second=TextLine(second.text, polygon, second.confidence, second.lattice, under_seal=True)
        if second is not None
        else None,
    )


def _to_polygons(quads: Sequence[Quad], matrix: npt.NDArray[np.float64], image: PageImage) -> list[Polygon]:
    """Return the boxes in fractions of the level page."""
    if not quads:
        return []
    level = np.stack(quads) @ matrix[:, :2].T + matrix[:, 2]
    fractions = level / np.array([image.width_px, image.height_px])
    return [tuple((x, y) for x, y in corners) for corners in fractions.tolist()]
