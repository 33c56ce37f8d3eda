"""Measure what a reading is worth and store it: ``python -m bench.calibrate`` (``make calibrate``).

Writes a corpus in which every row is true, reads it with the real pipeline, compares each reading of a
rightly linked certificate (and line of the approval) with the true value and with false ones, and stores
the curves as ``matching/calibration.json``. The samples go to ``bench/out``. A run that is interrupted goes
on from the pages it has read. ``make bench-calibration`` then tells how far the curves hold elsewhere.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.calibration_fit import PSEUDO_COUNT, Curve, fit_curves
from bench.calibration_labels import keep_enough, labels_json, load_labels, print_labels
from bench.calibration_mutations import MIXTURES
from bench.calibration_pages import CorpusPlan, PagesNotReadError, read_corpus
from bench.calibration_samples import Sample, take_samples, write_samples
from bench.corpora import OUT, ROOT
from cli.wiring import make_options
from domain.errors import SetupError
from jobs.check import reader_version
from matching.calibration import VERSION, Cell, Group
from review.labels import Label, LabelFileError
from samples.fonts import MissingFontError

TARGET = ROOT / "matching" / "calibration.json"
_ROW_OF_NUMBERS = re.compile(r"\[\s+(-?[\d.]+),\s+(-?[\d.]+),\s+(-?[\d.]+)\s+\]")


def collect(plan: CorpusPlan, arguments: argparse.Namespace, samples_at: Path) -> list[Sample]:
    """Return the samples of a corpus, and keep them as JSON lines.

    Raises:
        MissingFontError: A font package is not installed.
        SetupError: Models are missing.
    """
    options = make_options(workers=arguments.workers, cache=arguments.cache)
    started = time.monotonic()
    batches = list(read_corpus(plan, options))
    print(f"read in {time.monotonic() - started:.0f} s", flush=True)
    samples = write_samples(take_samples(batches, seed=plan.seed), samples_at)
    print(f"{len(samples)} comparisons after {time.monotonic() - started:.0f} s: {samples_at}", flush=True)
    return samples


def to_json(
    curves: Mapping[Group, Mapping[str, Curve]],
    plan: CorpusPlan,
    command: str,
    samples: Sequence[Sample],
    labels: Sequence[Label] = (),
) -> str:
    """Return the content of ``calibration.json``: one cell a line.

    Args:
        curves: To be stored.
        plan: The corpus.
        command: That made them.
        samples: Of the corpus.
        labels: Decisions that the curves were made with.
    """
    readings = [s for s in samples if not s.is_wrong]
    content: dict[str, Any] = {
        "version": VERSION,
        "made_by": command,
        "corpus": {
            "seed": plan.seed,
            "people": plan.people,
            "fonts": plan.fonts,
            "degradations": list(plan.degradations),
            "readings": len(readings),
            "readings_by_source": dict(sorted(Counter(s.source for s in readings).items())),
            "false_values": len(samples) - len(readings),
            **({"decisions": labels_json(labels)} if labels else {}),
        },
        "cells_are": "[readings with a right value, readings with a wrong value, nats against the value]",
        "pseudo_count": PSEUDO_COUNT,
        "false_values": {group.value: shares for group, shares in MIXTURES.items()},
        "curves": {
            group.value: {condition: _curve_json(curve) for condition, curve in by_condition.items()}
            for group, by_condition in curves.items()
        },
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return _ROW_OF_NUMBERS.sub(r"[\1, \2, \3]", text) + "\n"


def _curve_json(curve: Curve) -> dict[str, Any]:
    counts = curve.counts
    return {
        "readings": curve.readings,
        "cells": {
            cell.value: [
                round(counts.right.get(cell, 0.0)),
                round(counts.wrong.get(cell, 0.0), 2),
                round(curve.nats[cell], 2),
            ]
            for cell in Cell
        },
    }


def add_corpus_arguments(parser: argparse.ArgumentParser, *, seed: int, fonts: str) -> None:
    """Add the arguments that say of what corpus, and how it is read."""
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--people", type=int, default=250)
    parser.add_argument("--fonts", default=fonts, help="font set of the generator")
    parser.add_argument("--degradations", nargs="+", default=["clean", "scan", "copy", "photo"])
    parser.add_argument("--workers", type=int)
    parser.add_argument("--cache", type=Path, default=OUT / "calibration-cache")
    parser.add_argument(
        "--decisions", type=Path, nargs="+", default=[], metavar="FILE", help="of zhenghe admin export-labels"
    )


def load_decisions(arguments: argparse.Namespace) -> list[Label]:
    """Return the labels in the files that the arguments name, of the present reader alone.

    Raises:
        LabelFileError: A file is none.
    """
    if not arguments.decisions:
        return []
    reader = reader_version(make_options(workers=arguments.workers, cache=arguments.cache))
    return load_labels(arguments.decisions, reader)


def plan_of(arguments: argparse.Namespace) -> CorpusPlan:
    """Return the corpus that the arguments ask for."""
    return CorpusPlan(arguments.seed, arguments.people, arguments.fonts, tuple(arguments.degradations))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0, or 2 when something is not installed."""
    parser = argparse.ArgumentParser(prog="python -m bench.calibrate", description=__doc__.splitlines()[0])
    add_corpus_arguments(parser, seed=31_415, fonts="samples")
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args(argv)
    plan = plan_of(arguments)
    try:
        decisions = load_decisions(arguments)
        print_labels(decisions)
        labels = keep_enough(decisions)
        samples = collect(plan, arguments, OUT / "calibration-samples.jsonl")
    except (SetupError, MissingFontError, PagesNotReadError, LabelFileError) as error:
        print(error, file=sys.stderr)
        return 2
    command = (
        f"python -m bench.calibrate --seed {plan.seed} --people {plan.people} --fonts {plan.fonts} "
        f"--degradations {' '.join(plan.degradations)}"
    )
    if labels:
        command += f" --decisions {' '.join(file.name for file in arguments.decisions)}"
    curves = fit_curves(samples, labels)
    arguments.out.write_text(to_json(curves, plan, command, samples, labels), "utf-8")
    for group, by_condition in curves.items():
        for condition, curve in by_condition.items():
            shown = "  ".join(f"{cell.value} {nats:+.1f}" for cell, nats in curve.nats.items())
            print(f"{group.value:>7} {condition:>6} {curve.readings:>5}  {shown}")
    print(f"stored: {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
