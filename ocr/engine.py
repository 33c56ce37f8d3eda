"""What the product asks of an OCR engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.images import PageImage
from domain.records import PageReading, TextLine


@dataclass(frozen=True, slots=True)
class OcrOptions:
    """Settings that change what is read; part of the cache key."""

    detection_long_side_px: int = 1280
    """Pages are reduced to this for finding lines; recognition always reads the original pixels.
    A 200-dpi A4 page costs a third of what it costs at full resolution (DESIGN 8: 0.29 s against 1.05 s)."""

    fine_detection_long_side_px: int = 2400
    """Used once more when the lines found are small, e.g. dense lists."""

    least_text_height_px: float = 14.0
    """Median height of the found boxes (they include a margin) at ``detection_long_side_px`` below
    which the page is searched again in the finer size."""

    turned_page_confidence: float = 0.75
    """Mean confidence below which a page is tried upside down; upright pages rarely fall below it."""

    threads: int = 1
    """One process per core with one thread each beats one process with many threads."""


class OcrEngine(Protocol):
    """Reads pages. Not thread-safe; one engine per process; keeps nothing between calls."""

    @property
    def alphabet(self) -> frozenset[str]:
        """Every folded character the engine can write at all."""
        ...

    @property
    def version(self) -> str:
        """Names engine, models and settings; equal versions read equal pages equally."""
        ...

    def read_page(self, image: PageImage, *, file: str, page_number: int) -> PageReading:
        """Read one page, whichever way up it lies."""
        ...

    def read_lines(self, image: PageImage, polygons: Sequence[TextLine]) -> list[str]:
        """Read the places of given lines on an upright page, for comparison with a text layer."""
        ...
