"""Growth of one worker's memory over thousands of pages (``make bench-soak``).

``zhenghe check --workers 1`` reads one batch with an empty cache; its worker logs what memory it holds after
every page. Pages are generated: certificates and dense lists in equal parts, clean, scanned, copied and
photographed. Every picture is handed in eight times, once as a file of its own and seven times as a page of
a scanned PDF. The cache and the worker know a page by file and number, so all eight are read, and the log
says so; the disk holds each picture only twice. Files and PDFs take turns, 25 and 175 pages: around page
200 and page 2,000 stand pages of the same two sorts.
"""

import argparse
import itertools
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from rich.console import Console
from rich.table import Table

from bench.command import CheckRun, CommandFailedError, check_batch, link_or_copy, write_sheet
from bench.corpora import OUT, find_corpus
from bench.soak_figures import WINDOW, Growth, list_course, measure_growth
from bootstrap.settings import load_settings
from samples.fonts import MissingFontError
from samples.speed_pages import write_speed_pages

_TARGET = 0.05
"""Growth that is allowed between the two pages."""

_PICTURES, _TIMES_IN_PDF = 25, 7
"""Pictures of a turn, and pages that each of them has in the turn's PDF."""

_DPI = 200


def write_batch(folder: Path, pictures: Sequence[Path], pages: int) -> None:
    """Write a batch with so many pages, files and PDFs in turns, in the order in which they are read.

    Args:
        folder: Made here.
        pictures: JPEG files, ``count_pictures(pages)`` or more.
        pages: How many.
    """
    folder.mkdir()
    write_sheet(folder)
    left = pages
    for turn, start in enumerate(range(0, len(pictures), _PICTURES), 1):
        mine = pictures[start : start + _PICTURES]
        alone = folder / f"{turn:03d}-1"
        for picture in mine[:left]:
            alone.mkdir(exist_ok=True)
            link_or_copy(picture, alone)
        left -= min(left, len(mine))
        bound = min(left, _TIMES_IN_PDF * len(mine))
        if bound:
            _write_pdf(folder / f"{turn:03d}-2.pdf", itertools.islice(itertools.cycle(mine), bound))
        left -= bound


def count_pictures(pages: int) -> int:
    """Return how many pictures make so many pages."""
    whole, rest = divmod(pages, _PICTURES * (1 + _TIMES_IN_PDF))
    return whole * _PICTURES + min(rest, _PICTURES)


def _write_pdf(path: Path, pictures: Iterator[Path]) -> None:
    """Write one page for each picture; one that comes again is in the file once."""
    canvas = Canvas(str(path))
    for picture in pictures:
        with Image.open(picture) as image:
            width, height = (side / _DPI * 72 for side in image.size)
        canvas.setPageSize((width, height))
        canvas.drawImage(str(picture), 0, 0, width, height)
        canvas.showPage()
    canvas.save()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bench. Returns the exit code: 0 when it could be measured, 2 otherwise."""
    arguments = _parse(argv)
    console = Console()
    # The last window reaches half its width beyond the page that it stands for.
    pages = arguments.pages + WINDOW // 2
    try:
        pictures = find_corpus(
            "soak-pages", write=write_speed_pages, seed=arguments.seed, pages=count_pictures(pages)
        )
        with tempfile.TemporaryDirectory(prefix="soak-", dir=OUT) as folder:
            scratch = Path(folder)
            write_batch(scratch / "批次", sorted(pictures.glob("*.jpg")), pages)
            run = check_batch(scratch / "批次", scratch, model_dir=load_settings().model_dir, workers=1)
    except (CommandFailedError, MissingFontError) as error:
        console.print(f"[red]{error}[/red]")
        return 2
    report = make_report(run, wanted=pages, begin=arguments.begin, end=arguments.pages)
    _print(console, report)
    target = OUT / "soak.json"
    target.write_text(json.dumps(report, ensure_ascii=False) + "\n", "utf-8")
    console.print(f"JSON: {target}")
    return 0 if report["growth"] else 2


def make_report(run: CheckRun, *, wanted: int, begin: int, end: int) -> dict[str, Any]:
    """Say what one worker's memory did between two of its pages.

    A worker that was replaced takes its memory with it: what is said is true of the one that lived longest,
    up to the last page that it read.

    Args:
        run: The check.
        wanted: Pages of the batch.
        begin: Page of a worker, from 1, from which growth counts.
        end: The page up to which it counts.
    """
    longest = max(run.workers, key=len, default=())
    read = sum(map(len, run.workers))
    series = {name: [usage[f"{name}_mib"] for usage in longest] for name in ("resident", "peak")}
    growth = {name: measure_growth(values, begin=begin, end=end) for name, values in series.items()}
    resident = growth["resident"]
    return {
        "pages_wanted": wanted,
        "pages_read": read,
        "pages_by_worker": [len(log) for log in run.workers],
        "growth": {name: _as_json(value) for name, value in growth.items() if value is not None},
        "target": _TARGET,
        "within_target": resident.share <= _TARGET if resident is not None else None,
        "wall_seconds": round(run.wall_seconds, 1),
        "cpu_seconds": round(run.cpu_seconds, 1),
        "pages_per_second": round(read / run.wall_seconds, 3),
        "course": {name: list_course(values) for name, values in series.items()},
        "mib_after_each_page": series,
    }


def _as_json(growth: Growth) -> dict[str, float]:
    return {
        "from_page": growth.begin,
        "to_page": growth.end,
        "from_mib": growth.before,
        "to_mib": growth.after,
        "share": growth.share,
    }


def _print(console: Console, report: dict[str, Any]) -> None:
    read, by_worker = report["pages_read"], report["pages_by_worker"]
    console.print(
        f"{read} of {report['pages_wanted']} pages read in {report['wall_seconds']:.0f} s "
        f"({report['pages_per_second']:.2f} pages/s, {report['cpu_seconds']:.0f} s of processor time)"
    )
    if len(by_worker) > 1:
        console.print(
            f"[red]The worker was replaced {len(by_worker) - 1} times; they read {by_worker} pages.[/red] "
            "What follows is true of the one that lived longest."
        )
    if not report["growth"]:
        console.print("[red]No worker lived long enough to tell how it grows.[/red]")
        return
    table = Table(title=f"memory of one worker, medians of {WINDOW} pages")
    for heading in ("", "MiB", "growth", f"target {100 * report['target']:.0f} %"):
        table.add_column(heading, justify="right")
    for name, one in report["growth"].items():
        table.add_row(f"{name}, page {one['from_page']}", f"{one['from_mib']:.0f}", "", "")
        verdict = "reached" if one["share"] <= report["target"] else "missed"
        table.add_row(
            f"{name}, page {one['to_page']}", f"{one['to_mib']:.0f}", f"{100 * one['share']:+.1f} %", verdict
        )
    console.print(table)
    course = ", ".join(f"{value:.0f}" for value in report["course"]["resident"])
    console.print(f"resident memory, medians of every {WINDOW} pages: {course}")


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000, help="up to which page growth counts")
    parser.add_argument("--from", dest="begin", type=int, default=200, help="from which page it counts")
    parser.add_argument("--seed", type=int, default=20_260_401)
    arguments = parser.parse_args(argv)
    if not 0 < arguments.begin <= arguments.pages - WINDOW:
        parser.error(f"--pages must be at least {WINDOW} beyond --from, or the two windows overlap")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
