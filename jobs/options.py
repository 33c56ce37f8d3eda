"""What can be set about a run."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from ingest.limits import MIB, IngestLimits
from matching.options import MatchingOptions
from ocr.engine import OcrOptions


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """Everything a run needs to know; ``bootstrap`` fills it from the environment."""

    model_dir: Path
    cache_dir: Path
    workers: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))
    page_timeout_seconds: float = 180.0
    """Far above what any page needs; a file built to stall a decoder would take for ever."""

    worker_memory_bytes: int = 8192 * MIB
    """Address space of one worker: room for the engine and several copies of the largest allowed page."""

    usage_dir: Path | None = None
    """Folder for ``jobs.usage``; nothing is logged without it."""

    limits: IngestLimits = field(default_factory=IngestLimits)
    ocr: OcrOptions = field(default_factory=OcrOptions)
    matching: MatchingOptions = field(default_factory=MatchingOptions)
