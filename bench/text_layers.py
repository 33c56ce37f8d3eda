"""What a page with a true text layer costs, from end to end: ``python -m bench.text_layers``.

Writes PDFs with text (ruled tables, name grids, certificates of every layout; no picture behind the
print) and a small sheet, and checks them with an empty cache. Pages a second are counted from the first
finished page on, because what comes before is the start of workers and engine: to the last page read, and
to the end of the run, when documents are understood and matched. A second run finds every page in the
cache.
Writes ``bench/out/text_layers.json``.
"""

import argparse
import itertools
import json
import random
import tempfile
import time
from pathlib import Path

from bench.corpora import OUT
from bootstrap.settings import Settings
from jobs.check import check_batches
from jobs.memory import keep_for_good
from jobs.options import PipelineOptions
from samples.fonts import FONT_SETS
from samples.layouts import LAYOUTS
from samples.paper import Faces, Paper, Picture
from samples.pdf_files import write_text_pdf
from samples.speed_pages import draw_certificate_page, draw_grid_page, draw_table_page
from storage.page_cache import PageCache

_OUT = OUT / "text_layers.json"
_SHEET = (
    "序号,姓名,性别,证件号码,工作单位,资格名称,授予时间\n"
    "1,张三,男,610103198001011234,某校,工程师,2016-12-28\n"
)

_LARGE = 0.1


class _Watch:
    """Progress that notes when the first page was finished."""

    def __init__(self) -> None:
        self._stage = ""
        self.first_page: float | None = None
        self.last_page = 0.0

    def start(self, stage: str, total: int) -> None:
        """Begin a stage."""
        self._stage = stage

    def advance(self, steps: int = 1) -> None:
        """Finish some steps."""
        if self._stage == "识别" and steps:
            self.last_page = time.perf_counter()
            self.first_page = self.first_page or self.last_page


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    pages, workers = arguments.pages, arguments.workers
    keep_for_good()  # as the command does
    options = Settings(workers=workers).to_options()
    with tempfile.TemporaryDirectory() as scratch:
        batch = _write(Path(scratch) / "batch", pages)
        first, last, seconds = _check(batch, Path(scratch) / "cache", options)
        _, _, again = _check(batch, Path(scratch) / "cache", options)
    report = {
        "pages": pages,
        "workers": workers,
        "seconds": round(seconds, 2),
        "seconds_to_first_page": round(first, 2),
        "pages_read_per_second": round((pages - 1) / (last - first), 1),
        "pages_per_second_to_the_end": round((pages - 1) / (seconds - first), 1),
        "second_run_seconds": round(again, 2),
        "second_run_pages_per_second": round(pages / again, 1),
    }
    for name, value in report.items():
        print(f"{name}: {value}")
    _OUT.write_text(json.dumps(report, indent=2), encoding="utf-8")


def _write(folder: Path, pages: int) -> Path:
    """Write a list of tables and one of name grids, a quarter of the pages each, and certificates."""
    folder.mkdir()
    faces, chance = FONT_SETS["held_out"], random.Random(pages)
    quarter = pages // 4
    write_text_pdf(folder / "名单一.pdf", [draw_table_page(faces, chance) for _ in range(quarter)])
    write_text_pdf(folder / "名单二.pdf", [draw_grid_page(faces, chance) for _ in range(quarter)])
    write_text_pdf(folder / "证书.pdf", _draw_certificates(faces, chance, pages - 2 * quarter))
    (folder / "附件2.csv").write_text(_SHEET, encoding="utf-8-sig")
    return folder


def _draw_certificates(faces: Faces, chance: random.Random, pages: int) -> list[Paper]:
    papers: list[Paper] = []
    for layout in itertools.cycle(LAYOUTS):
        if len(papers) == pages:
            break
        paper = draw_certificate_page(layout, faces, chance)
        # A picture behind the print may hold text: such pages are read from their pictures.
        if not any(isinstance(item, Picture) and _share(item, paper) > _LARGE for item in paper.items):
            papers.append(paper)
    return papers


def _share(picture: Picture, paper: Paper) -> float:
    return picture.width * picture.height / (paper.width * paper.height)


def _check(batch: Path, cache_dir: Path, options: PipelineOptions) -> tuple[float, float, float]:
    """Return the seconds to the first page, to the last one and to the end."""
    cache, watch = PageCache(cache_dir), _Watch()
    started = time.perf_counter()
    outcome = check_batches([batch], options=options, cache=cache, progress=watch)
    ended = time.perf_counter()
    cache.close()
    print(f"{outcome.pages_read} pages read, {outcome.pages_from_cache} known, {ended - started:.2f} s")
    return (watch.first_page or started) - started, watch.last_page - started, ended - started


if __name__ == "__main__":
    main()
