"""Quality of a whole check: escapes, false alarms, links, readings, batch findings (``make bench-quality``).

Without arguments a corpus is generated (408 people; clean pages, 200-dpi scans, photocopies and photos in
equal parts; all layouts; fonts that the committed samples do not use), checked by the command that users
run, and scored against its truth. ``--hard`` generates bad paper instead, in all degradations there are.
``--batches DIR`` scores batches from elsewhere, ``--only-score PATH`` scores findings that exist already.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.corpora import OUT, ROOT, find_corpus
from bench.quality_table import print_tables
from bench.scoring import Json, Rate, Score, add_scores, score_batch
from samples.corpus import HARD_MIX
from samples.degrade import BAD_DEGRADATIONS, DEGRADATIONS
from samples.fonts import MissingFontError

_ALL_DEGRADATIONS = (*DEGRADATIONS, *BAD_DEGRADATIONS)
_DEFAULT_SEED = 20_210_401


@dataclass(frozen=True, slots=True)
class BatchOnDisk:
    """A batch and its truth."""

    source: Path
    truth: Json


class BenchError(Exception):
    """The bench cannot run; the text says why."""


def find_batches(folder: Path) -> list[BatchOnDisk]:
    """Find batches with truth: ``X.truth.json`` beside ``X`` or ``X.zip``; ``X/truth.json``.

    Raises:
        BenchError: There is none.
    """
    found = []
    for path in sorted(folder.rglob("*truth.json")):
        truth = json.loads(path.read_text("utf-8"))
        if path.name == "truth.json":
            source = path.parent
        else:
            stem = path.name.removesuffix(".truth.json")
            source = next(
                (p for p in (path.with_name(stem), path.with_name(f"{stem}.zip")) if p.exists()), path
            )
        if source == path:
            raise BenchError(f"no batch beside {path}")
        found.append(BatchOnDisk(source, truth))
    if not found:
        raise BenchError(f"no truth.json under {folder}")
    return found


def prepare_corpus(arguments: argparse.Namespace) -> Path:
    """Return the corpus that the arguments ask for, generated unless it lies there.

    Raises:
        MissingFontError: A font package is not installed.
    """
    return find_corpus(
        "corpus",
        seed=arguments.seed,
        people=arguments.people,
        degradations=arguments.degradations,
        planted=arguments.planted,
        font_set=arguments.fonts,
        hard=arguments.hard,
    )


def run_check(batches: Sequence[BatchOnDisk], out: Path, *, workers: int | None, cache: Path | None) -> float:
    """Run ``zhenghe check`` over the batches as users do. Returns the seconds it took.

    Raises:
        BenchError: The command could not run.
    """
    script = Path(sys.executable).with_name("zhenghe")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "cli.main"]
    command += ["check", *(str(b.source) for b in batches), "--out", str(out)]
    if workers:
        command += ["--workers", str(workers)]
    if cache:
        command += ["--cache", str(cache)]
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, check=False)
    # 0: all clear, 1: findings; anything else means that there is nothing to score.
    if done.returncode not in {0, 1}:
        raise BenchError(f"zhenghe check ended with {done.returncode}")
    return time.monotonic() - started


def read_findings(path: Path) -> dict[str, list[Json]]:
    """Read ``findings.jsonl`` (or all of them under a folder), by batch.

    Raises:
        BenchError: There are none.
    """
    files = [path] if path.is_file() else sorted(path.rglob("findings.jsonl"))
    if not files:
        raise BenchError(f"no findings.jsonl under {path}")
    by_batch: dict[str, list[Json]] = {}
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            if line.strip():
                finding = json.loads(line)
                by_batch.setdefault(_batch_key(finding["batch"]), []).append(finding)
    return by_batch


def score_all(batches: Sequence[BatchOnDisk], findings: dict[str, list[Json]]) -> dict[str, Score]:
    """Score each batch; one without findings is scored as silence."""
    scores = {}
    for batch in batches:
        keys = (_batch_key(str(batch.truth["batch"])), _batch_key(batch.source.name))
        lines = next((findings[k] for k in keys if k in findings), [])
        scores[str(batch.truth["batch"])] = score_batch(batch.truth, lines)
    return scores


def count_pages(batches: Sequence[BatchOnDisk]) -> int:
    """Count the pages of paper that the truth knows of."""
    total = 0
    for batch in batches:
        known = {(c["file"], c["page"]) for c in batch.truth.get("certificates", ())}
        total += int(batch.truth.get("pages") or len(known) + bool(batch.truth.get("approval")))
    return total


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bench. Returns the exit code: 0 when it could be measured, 2 otherwise."""
    arguments = _parse(argv)
    console = Console()
    try:
        folder = arguments.batches or prepare_corpus(arguments)
        batches = find_batches(folder)
        seconds: float | None = None
        findings_at = arguments.only_score
        if findings_at is None:
            findings_at = OUT / f"check-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"
            # Findings of an earlier run must never be scored in place of this one's.
            for stale in findings_at.rglob("findings.jsonl"):
                stale.unlink()
            seconds = run_check(batches, findings_at, workers=arguments.workers, cache=arguments.cache)
        scores = score_all(batches, read_findings(findings_at))
    except (BenchError, MissingFontError) as error:
        console.print(f"[red]{error}[/red]")
        return 2
    total = add_scores(list(scores.values()))
    pages = count_pages(batches)
    print_tables(console, total, pages=pages, seconds=seconds, batches=len(batches))
    report = OUT / (arguments.report or "quality.json")
    report.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "batches": len(batches),
        "pages": pages,
        "seconds": seconds,
        "processors": os.cpu_count(),
        "total": _as_json(total),
        "by_batch": {name: _as_json(score) for name, score in scores.items()},
    }
    report.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    console.print(f"JSON: {report}")
    return 0


def _batch_key(name: str) -> str:
    return name.removesuffix(".zip").rstrip("/")


def _as_json(score: Score) -> dict[str, Any]:
    def rated(value: Any) -> Any:  # noqa: ANN401 - what asdict returns
        if isinstance(value, dict) and set(value) == {"hits", "total"}:
            rate = Rate(**value)
            return {**value, "value": rate.value, "interval95": rate.interval()}
        if isinstance(value, dict):
            return {k: rated(v) for k, v in value.items()}
        return value

    return {name: rated(value) for name, value in asdict(score).items()}


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--batches", type=Path, help="score these batches (with truth.json) instead of generated ones"
    )
    parser.add_argument(
        "--only-score",
        type=Path,
        metavar="FINDINGS",
        help="findings.jsonl or a folder of them: check nothing",
    )
    parser.add_argument("--people", type=int, default=408)
    parser.add_argument(
        "--planted", type=float, default=0.4, help="planted field discrepancies as a share of the rows"
    )
    parser.add_argument(
        "--degradations",
        nargs="+",
        choices=_ALL_DEGRADATIONS,
        metavar="NAME",
        help=f"in equal parts, of {' '.join(_ALL_DEGRADATIONS)}; else the first four, with --hard all",
    )
    parser.add_argument("--hard", action="store_true", help="bad paper: see write_corpus")
    parser.add_argument("--fonts", default="held_out", help="font set of the generator")
    parser.add_argument("--seed", type=int, default=_DEFAULT_SEED)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--report", help="name of the JSON file in bench/out")
    arguments = parser.parse_args(argv)
    usual = HARD_MIX if arguments.hard else DEGRADATIONS
    arguments.degradations = arguments.degradations or list(usual)
    return arguments


if __name__ == "__main__":
    sys.exit(main())
