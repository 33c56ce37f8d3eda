"""From counted looks to curves: smoothed, monotone, and never surer than the samples allow."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.calibration_samples import Sample
from matching.calibration import ORDERED_CELLS, Cell, Condition, Group

PSEUDO_COUNT = 4.0
"""Readings for which the wider curve (all groups, all conditions) counts in each cell of a narrower one."""

BORROWED_READINGS = 20
"""Readings by which the wider curve lets a narrower one be surer than its own samples allow."""

_HALF = 0.5
"""Readings added to either side of the widest curve: what was never seen is rare, not impossible."""


@dataclass(slots=True)
class Counts:
    """How often each cell occurred, in readings."""

    right: dict[Cell, float] = field(default_factory=dict)
    wrong: dict[Cell, float] = field(default_factory=dict)
    """A reading's false values together count as one reading."""

    readings: int = 0

    def add(self, sample: Sample) -> None:
        """Count one sample."""
        side = self.wrong if sample.is_wrong else self.right
        cell = Cell(sample.cell)
        side[cell] = side.get(cell, 0.0) + sample.share
        self.readings += not sample.is_wrong


@dataclass(frozen=True, slots=True)
class Curve:
    """Evidence by cell, with the counts that it comes from."""

    counts: Counts
    nats: Mapping[Cell, float]

    @property
    def readings(self) -> int:
        """How many readings were compared."""
        return self.counts.readings


def fit_curves(samples: Iterable[Sample]) -> dict[Group, dict[str, Curve]]:
    """Return for each group the curve over all conditions (``all``) and one for each condition."""
    pooled = Counts()
    by_group = {group: Counts() for group in Group}
    by_condition = {(group, condition): Counts() for group in Group for condition in Condition}
    for sample in samples:
        group = Group(sample.group)
        pooled.add(sample)
        by_group[group].add(sample)
        if sample.condition is not None:
            by_condition[group, Condition(sample.condition)].add(sample)
    whole = _curve(pooled, None)
    curves: dict[Group, dict[str, Curve]] = {}
    for group, counts in by_group.items():
        over_all = _curve(counts, whole)
        curves[group] = {"all": over_all}
        for condition in Condition:
            curves[group][condition.value] = _curve(by_condition[group, condition], over_all)
    return curves


def _curve(counts: Counts, wider: Curve | None) -> Curve:
    """Fit one curve.

    Right and wrong values are equally many, so the evidence of a cell is the log of the ratio of its two
    counts. Pseudo-readings are shared out so that an empty cell has the evidence of the wider curve.
    """
    nats: dict[Cell, float] = {}
    for cell in Cell:
        if wider is None:
            more_right, more_wrong = _HALF, _HALF
        else:
            share = 1 / (1 + math.exp(-wider.nats[cell]))
            more_right, more_wrong = PSEUDO_COUNT * (1 - share), PSEUDO_COUNT * share
        right = counts.right.get(cell, 0.0) + more_right
        nats[cell] = math.log((counts.wrong.get(cell, 0.0) + more_wrong) / right)
    weights = [counts.right.get(c, 0.0) + counts.wrong.get(c, 0.0) + 1.0 for c in ORDERED_CELLS]
    rising = make_monotone([nats[cell] for cell in ORDERED_CELLS], weights)
    nats |= dict(zip(ORDERED_CELLS, rising, strict=True))
    # n readings cannot show that something happens less often than about once in n.
    borrowed = min(BORROWED_READINGS, wider.readings) if wider is not None else 0
    cap = math.log(1 + counts.readings + borrowed)
    return Curve(counts, {cell: max(-cap, min(cap, value)) for cell, value in nats.items()})


def make_monotone(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the nearest sequence that never falls (pool adjacent violators).

    Args:
        values: In the order in which they should rise.
        weights: How much each counts, positive.
    """
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        blocks.append((value, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, ours, first), (other, theirs, second) = blocks[-2:]
            mean = (one * ours + other * theirs) / (ours + theirs)
            blocks[-2:] = [(mean, ours + theirs, first + second)]
    return [value for value, _, count in blocks for _ in range(count)]
