"""How far the probabilities hold on other paper (``make bench-calibration``).

A corpus with another seed and other fonts than those of ``make calibrate`` is read and compared with
true and false values as there. Predicted is the probability that a value is wrong by the prior and the
one reading; observed is the share of wrong values. False values are weighted so that they have the
prior's share, as in a sheet. Since then nearly all of the weight lies on right values, the same is done
with as many wrong as right values and a prior of one half, which is the harder test. Prints ten bins of
either with the expected calibration error, also for each group of fields and state of the paper, and
writes ``bench/out/calibration.json``.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.calibrate import add_corpus_arguments, collect, plan_of
from bench.calibration_pages import PagesNotReadError
from bench.calibration_samples import Sample
from bench.corpora import OUT
from domain.errors import SetupError
from domain.fields import Field
from domain.findings import Contribution, Source
from matching.calibration import Cell, Condition
from matching.compare import recognised_nats
from matching.evidence import prior_of, probability_of
from matching.options import MatchingOptions
from samples.fonts import MissingFontError

BINS = 10
TARGET = 0.03
"""Largest expected calibration error over all fields, with either prior."""

_OPTIONS = MatchingOptions()


@dataclass(slots=True)
class Bin:
    """Samples of nearly the same predicted probability; weights, not counts."""

    weight: float = 0.0
    predicted: float = 0.0
    wrong: float = 0.0


@dataclass(frozen=True, slots=True)
class Reliability:
    """Predicted against observed."""

    readings: int
    bins: tuple[Bin, ...]

    @property
    def error(self) -> float:
        """Expected calibration error, 0 to 1: the mean distance of the bins, by weight."""
        total = sum(one.weight for one in self.bins)
        return sum(abs(one.predicted - one.wrong) for one in self.bins) / total if total else 0.0


def measure_reliability(samples: Iterable[Sample], *, even: bool) -> Reliability:
    """Put samples into bins of predicted probability.

    Args:
        samples: Of any fields and conditions.
        even: As many wrong as right values, and a prior of one half, instead of the stated prior.
    """
    bins = tuple(Bin() for _ in range(BINS))
    readings = 0
    for sample in samples:
        readings += not sample.is_wrong
        field = Field(sample.field)
        prior = _prior(field, even=even)
        condition = Condition(sample.condition) if sample.condition else None
        nats = recognised_nats(field, Cell(sample.cell), condition, _OPTIONS)
        share = 1 / (1 + math.exp(-prior.nats))
        weight = sample.share * (share if sample.is_wrong else 1 - share)
        probability = probability_of([prior, Contribution(Source.CERTIFICATE, nats, "")])
        one = bins[min(BINS - 1, int(probability * BINS))]
        one.weight += weight
        one.predicted += weight * probability
        one.wrong += weight * sample.is_wrong
    return Reliability(readings, bins)


def _prior(field: Field, *, even: bool) -> Contribution:
    return Contribution(Source.PRIOR, 0.0, "") if even else prior_of(field, _OPTIONS)


def print_reliability(console: Console, title: str, reliability: Reliability) -> None:
    """Print the ten bins."""
    table = Table(title=f"{title}: expected calibration error {reliability.error:.4f}")
    for heading in ("predicted", "mean predicted", "observed wrong", "share of the weight"):
        table.add_column(heading, justify="right")
    total = sum(one.weight for one in reliability.bins)
    for number, one in enumerate(reliability.bins):
        name = f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}"
        if one.weight:
            shown = (one.predicted / one.weight, one.wrong / one.weight, one.weight / total)
            table.add_row(name, *(f"{value:.4f}" for value in shown))
        else:
            table.add_row(name, "-", "-", "0")
    console.print(table)


def print_parts(console: Console, samples: Sequence[Sample]) -> dict[str, Any]:
    """Print the error of each group and each state of the paper; return it for the JSON."""
    table = Table(title="expected calibration error by part")
    for heading in ("part", "readings", "stated prior", "even"):
        table.add_column(heading, justify="left" if heading == "part" else "right")
    parts: dict[str, Any] = {}
    keys: tuple[Callable[[Sample], str], ...] = (
        lambda s: s.group,
        lambda s: s.condition or "unknown",
        lambda s: s.degradation,
        lambda s: s.source,
    )
    for key in keys:
        for name in sorted({key(sample) for sample in samples}):
            own = [sample for sample in samples if key(sample) == name]
            stated, even = (measure_reliability(own, even=flag) for flag in (False, True))
            table.add_row(name, str(stated.readings), f"{stated.error:.4f}", f"{even.error:.4f}")
            parts[name] = _as_json(stated) | {"even": _as_json(even)}
        table.add_section()
    console.print(table)
    return parts


def _as_json(reliability: Reliability) -> dict[str, Any]:
    return {
        "readings": reliability.readings,
        "expected_calibration_error": round(reliability.error, 5),
        "bins": [
            {
                "weight": round(one.weight, 4),
                "predicted": round(one.predicted / one.weight, 5) if one.weight else None,
                "observed": round(one.wrong / one.weight, 5) if one.weight else None,
            }
            for one in reliability.bins
        ],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bench. Returns 0, 1 when the target is missed, 2 when something is not installed."""
    parser = argparse.ArgumentParser(prog="python -m bench.calibration", description=__doc__.splitlines()[0])
    add_corpus_arguments(parser, seed=27_182, fonts="held_out")
    arguments = parser.parse_args(argv)
    plan = plan_of(arguments)
    try:
        samples = collect(plan, arguments, OUT / "calibration-check-samples.jsonl")
    except (SetupError, MissingFontError, PagesNotReadError) as error:
        print(error, file=sys.stderr)
        return 2
    console = Console()
    stated, even = (measure_reliability(samples, even=flag) for flag in (False, True))
    print_reliability(console, "Stated priors", stated)
    print_reliability(console, "As many wrong as right values, prior one half", even)
    parts = print_parts(console, samples)
    report = OUT / "calibration.json"
    content = {
        "seed": plan.seed,
        "people": plan.people,
        "fonts": plan.fonts,
        "degradations": plan.degradations,
        "target": TARGET,
        "stated": _as_json(stated),
        "even": _as_json(even),
        "parts": parts,
    }
    report.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    console.print(f"JSON: {report}")
    return 0 if max(stated.error, even.error) <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
