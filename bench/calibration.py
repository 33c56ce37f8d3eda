"""How far the probabilities hold on other paper (``make bench-calibration``).

A corpus with another seed and other fonts than those of ``make calibrate`` is read and compared with
true and false values as there. Predicted is the probability that a value is wrong by the prior and the
one reading; observed is the share of wrong values. False values are weighted so that they have the
prior's share, as in a sheet. Since then nearly all of the weight lies on right values, the same is done
with as many wrong as right values and a prior of one half, which is the harder test. Prints ten bins of
either with the expected calibration error, also for each group of fields and state of the paper, and
writes ``bench/out/calibration.json``.

With ``--decisions`` nothing is generated: observed is what people decided in service (``zhenghe admin
export-labels``), weighted so that the decisions stand for all rows of their batches.
"""

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.calibrate import add_corpus_arguments, collect, load_decisions, plan_of
from bench.calibration_pages import PagesNotReadError
from bench.calibration_samples import Sample
from bench.corpora import OUT
from domain.errors import SetupError
from domain.fields import Field
from domain.findings import Contribution, Source
from matching.calibration import GROUPS, Cell, Condition, Group
from matching.compare import recognised_nats
from matching.evidence import prior_of, probability_of
from matching.options import MatchingOptions
from review.labels import Label, LabelFileError
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
    bins = _empty_bins()
    readings = 0
    for sample in samples:
        readings += not sample.is_wrong
        field = Field(sample.field)
        prior = _prior(field, even=even)
        condition = Condition(sample.condition) if sample.condition else None
        nats = recognised_nats(field, Cell(sample.cell), condition, _OPTIONS)
        share = 1 / (1 + math.exp(-prior.nats))
        weight = sample.share * (share if sample.is_wrong else 1 - share)
        _count(bins, prior, nats, weight, is_wrong=sample.is_wrong)
    return Reliability(readings, bins)


def measure_decisions(labels: Sequence[Label], *, even: bool) -> Reliability:
    """Put what people decided into bins of predicted probability.

    Args:
        labels: Of the present reader.
        even: Weigh wrong values like right ones in each group of fields, with a prior of one half; groups
            without either are left out. Otherwise as they came, with the stated prior.
    """
    bins = _empty_bins()
    sides: dict[tuple[Group, bool], float] = defaultdict(float)
    for label in labels:
        sides[GROUPS[label.field], label.is_wrong] += label.weight
    count = 0
    for label in labels:
        weight, group = label.weight, GROUPS[label.field]
        if even:
            own, other = (sides.get((group, wrong), 0.0) for wrong in (label.is_wrong, not label.is_wrong))
            if not other:
                continue
            weight *= (own + other) / (2 * own)
        count += 1
        nats = recognised_nats(label.field, label.cell, label.condition, _OPTIONS)
        _count(bins, _prior(label.field, even=even), nats, weight, is_wrong=label.is_wrong)
    return Reliability(count, bins)


def _empty_bins() -> tuple[Bin, ...]:
    return tuple(Bin() for _ in range(BINS))


def _count(bins: Sequence[Bin], prior: Contribution, nats: float, weight: float, *, is_wrong: bool) -> None:
    probability = probability_of([prior, Contribution(Source.CERTIFICATE, nats, "")])
    one = bins[min(BINS - 1, int(probability * BINS))]
    one.weight += weight
    one.predicted += weight * probability
    one.wrong += weight * is_wrong


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


def print_decisions(console: Console, labels: Sequence[Label]) -> int:
    """Print how far the present curves hold on what people decided; a report, no test. Returns 0."""
    stated, even = (measure_decisions(labels, even=flag) for flag in (False, True))
    print_reliability(console, f"{stated.readings} decisions, stated priors", stated)
    print_reliability(console, f"{even.readings} decisions, wrong values weighed like right ones", even)
    return 0


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
    console = Console()
    try:
        if arguments.decisions:
            return print_decisions(console, load_decisions(arguments))
        samples = collect(plan, arguments, OUT / "calibration-check-samples.jsonl")
    except (SetupError, MissingFontError, PagesNotReadError, LabelFileError) as error:
        print(error, file=sys.stderr)
        return 2
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
