"""What the product asks of an OCR engine."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from domain.images import PageImage
from domain.records import PageReading, TextLine

Precision = Literal["float32", "bfloat16"]


@cache
def best_precision() -> Precision:
    """Return ``bfloat16`` where the processor multiplies in it and OpenVINO is installed."""
    try:
        flags = set(Path("/proc/cpuinfo").read_text("utf-8").split())
    except OSError:
        return "float32"
    able = {"avx512_bf16", "amx_bf16"} & flags and importlib.util.find_spec("openvino")
    return "bfloat16" if able else "float32"


@dataclass(frozen=True, slots=True)
class OcrOptions:
    """Settings that change what is read; part of the cache key."""

    detection_long_side_px: int = 960
    """Pages are reduced to this for finding lines; recognition always reads the original pixels.
    Half the cost of 1280 px; of 32 generated pages 98.6 % instead of 98.8 % of the lines came out
    exact (docs/performance.md)."""

    least_text_height_px: float = 14.0
    """Median height of the found boxes (they include a margin) at ``detection_long_side_px`` below
    which the page is searched again, finer: dense lists, A3 sheets, photographs from afar."""

    wanted_text_height_px: float = 21.0
    """Height of the boxes in that second search."""

    fine_detection_long_side_px: int = 2400
    """Never finer than this."""

    turned_page_confidence: float = 0.75
    """Mean confidence below which a page is tried upside down; upright pages rarely fall below it."""

    threads: int = 1
    """One process per core with one thread each beats one process with many threads."""

    precision: Precision = field(default_factory=best_precision)
    """``bfloat16`` halves the cost where the processor has it; lines in doubt are then read again in
    ``float32``. Part of the cache key: the two may differ in a character that is hard to read anyway."""


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
