"""Speed of reading: the whole command against the stock pipeline, over the same pages (``make bench-speed``).

A: ``PaddleOCR(engine="onnxruntime")`` with the same two models and its defaults, one process
(``bench.stock``).
B: ``zhenghe check`` end to end, all stages, cold cache, as many workers as there are cores.
The two run in turn, both timed as whole commands, start-up included. Pages are generated: certificates and
dense lists in equal parts, clean, scanned, copied and photographed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.command import check_batch, link_or_copy, write_sheet
from bench.corpora import OUT, ROOT
from bench.scoring import Rate, normalise
from bootstrap.settings import load_settings
from ingest.batch import open_file
from jobs.check import reader_version
from samples.fonts import MissingFontError
from samples.speed_pages import SpeedPage, write_speed_pages
from storage.page_cache import PageCache, page_key
from storage.page_codec import unpack_page


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one side over all pages."""

    wall_seconds: float
    cpu_seconds: float
    model_seconds: float | None
    peak_mib: float
    """Of the process that reads; of the largest worker."""

    texts: dict[str, list[str]]
    """What was read, by file name."""


def run_stock(pages: Sequence[SpeedPage], model_dir: Path) -> Run:
    """Run the stock pipeline in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "pages.txt"
        names.write_text("\n".join(str(page.path) for page in pages), "utf-8")
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "bench.stock", str(names), str(model_dir)],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        wall = time.monotonic() - started
    report = json.loads(done.stdout.strip().splitlines()[-1])
    texts = {page.path.name: texts for page, texts in zip(pages, report["texts"], strict=True)}
    return Run(wall, report["cpu_seconds"], None, report["peak_mib"], texts)


def run_check(pages: Sequence[SpeedPage], model_dir: Path, workers: int) -> Run:
    """Run ``zhenghe check`` over the pages as one batch with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        batch = scratch / "批次"
        batch.mkdir()
        write_sheet(batch)
        for page in pages:
            link_or_copy(page.path, batch)
        run = check_batch(batch, scratch, model_dir=model_dir, workers=workers)
        texts = _lines_in_cache(pages, scratch / "cache")
    last = [log[-1] for log in run.workers]
    return Run(
        run.wall_seconds,
        run.cpu_seconds,
        sum(log["model_seconds"] for log in last),
        max(log["peak_mib"] for log in last),
        texts,
    )


def _lines_in_cache(pages: Sequence[SpeedPage], cache: Path) -> dict[str, list[str]]:
    """Return what the command read on each page."""
    options = load_settings().to_options()
    version = reader_version(options)
    files = [open_file(page.path, limits=options.limits) for page in pages]
    keys = {page_key(file.sha256, 0, version): file.path.name for file in files}
    with closing(PageCache(cache)) as known:
        return {
            keys[key]: [line.text for line in unpack_page(content, file=keys[key]).lines]
            for key, content in known.load(keys).items()
        }


def line_accuracy(pages: Sequence[SpeedPage], texts: dict[str, list[str]]) -> dict[str, Rate]:
    """Count printed lines that were read exactly, by kind and degradation.

    A printed line counts as read when its text, blanks and widths of characters aside, stands in one of the
    lines that were read. Lines of one character are left out: they stand in any line.
    """
    rates: dict[str, Rate] = defaultdict(Rate)
    for page in pages:
        read = [normalise(text) for text in texts.get(page.path.name, [])]
        for line in page.lines:
            wanted = normalise(line)
            if len(wanted) < 2:
                continue
            rate = Rate(int(any(wanted in text for text in read)), 1)
            for key in ("all", page.kind, page.degradation):
                rates[key] += rate
    return dict(rates)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bench. Returns the exit code: 0 when it could be measured, 2 otherwise."""
    arguments = _parse(argv)
    console = Console()
    folder = OUT / f"speed-{arguments.seed}-{arguments.pages}"
    try:
        pages = write_speed_pages(folder, seed=arguments.seed, pages=arguments.pages)
    except MissingFontError as error:
        console.print(f"[red]{error}[/red]")
        return 2
    model_dir = load_settings().model_dir
    stock: list[Run] = []
    ours: list[Run] = []
    for number in range(arguments.runs):
        stock.append(run_stock(pages, model_dir))
        ours.append(run_check(pages, model_dir, arguments.workers))
        console.print(
            f"run {number + 1}: A {len(pages) / stock[-1].wall_seconds:.2f} pages/s, "
            f"B {len(pages) / ours[-1].wall_seconds:.2f} pages/s, "
            f"ratio {stock[-1].wall_seconds / ours[-1].wall_seconds:.2f}"
        )
    report = _report(pages, stock, ours, arguments)
    _print(console, report)
    target = OUT / "speed.json"
    target.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    console.print(f"JSON: {target}")
    return 0


def _report(
    pages: Sequence[SpeedPage], stock: Sequence[Run], ours: Sequence[Run], arguments: argparse.Namespace
) -> dict[str, Any]:
    def side(runs: Sequence[Run]) -> dict[str, Any]:
        accuracy = line_accuracy(pages, runs[-1].texts)
        return {
            "pages_per_second": [len(pages) / run.wall_seconds for run in runs],
            "cpu_seconds_per_page": [run.cpu_seconds / len(pages) for run in runs],
            "peak_mib": max(run.peak_mib for run in runs),
            "line_accuracy": {
                key: {
                    "hits": rate.hits,
                    "total": rate.total,
                    "value": rate.value,
                    "interval95": rate.interval(),
                }
                for key, rate in accuracy.items()
            },
        }

    return {
        "pages": len(pages),
        "seed": arguments.seed,
        "workers": arguments.workers,
        "processors": os.cpu_count(),
        "stock": side(stock),
        "check": side(ours),
        "ratio": [a.wall_seconds / b.wall_seconds for a, b in zip(stock, ours, strict=True)],
        "share_inside_models": [(run.model_seconds or 0.0) / run.cpu_seconds for run in ours],
    }


def _print(console: Console, report: dict[str, Any]) -> None:
    table = Table(title=f"{report['pages']} pages, {report['workers']} workers")
    for heading in ("", "A stock", "B zhenghe check"):
        table.add_column(heading, justify="right")
    a, b = report["stock"], report["check"]
    median = statistics.median
    table.add_row("pages/s, median", *(f"{median(side['pages_per_second']):.2f}" for side in (a, b)))
    table.add_row("CPU s/page", *(f"{median(side['cpu_seconds_per_page']):.2f}" for side in (a, b)))
    table.add_row("peak memory of a process", *(f"{side['peak_mib']:.0f} MiB" for side in (a, b)))
    for key in a["line_accuracy"]:
        cells = []
        for side in (a, b):
            rate = side["line_accuracy"][key]
            low, high = rate["interval95"]
            cells.append(f"{100 * rate['value']:.1f} % ({100 * low:.1f}-{100 * high:.1f}) of {rate['total']}")
        table.add_row(f"exact lines, {key}", *cells)
    console.print(table)
    ratios = ", ".join(f"{value:.2f}" for value in report["ratio"])
    console.print(f"ratio B/A: median {median(report['ratio']):.2f} (runs: {ratios})")
    console.print(f"B's CPU time inside the two models: {100 * median(report['share_inside_models']):.0f} %")


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=96)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20_260_301)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
