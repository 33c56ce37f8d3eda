"""From counted looks to curves: smoothed, monotone, and never surer than the samples allow."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.calibration_labels import mix
from bench.calibration_samples import Sample
from matching.calibration import DIFFERING_CELLS, GROUPS, ORDERED_CELLS, Cell, Condition, Group
from review.labels import Label

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

    def with_labels(self, labels: Iterable[Label]) -> "Counts":
        """Return these counts with what people decided; the readings stay those of the corpus."""
        return Counts(*mix(self.right, self.wrong, labels), self.readings)


@dataclass(frozen=True, slots=True)
class Curve:
    """Evidence by cell, with the counts that it comes from."""

    counts: Counts
    nats: Mapping[Cell, float]

    @property
    def readings(self) -> int:
        """How many readings were compared."""
        return self.counts.readings


Curves = dict[Group, dict[str, Curve]]


def fit_curves(samples: Iterable[Sample], labels: Iterable[Label] = ()) -> Curves:
    """Return for each group the curve over all conditions (``all``) and one for each condition.

    Args:
        samples: Of the generated corpus.
        labels: What people decided, mixed into the counts. They let no look speak more strongly for a value
            than the corpus alone does.
    """
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
    curves = _fit_groups(by_group, by_condition, whole)
    own = list(labels)
    if not own:
        return curves
    of_group: dict[Group, list[Label]] = defaultdict(list)
    of_condition: dict[tuple[Group, Condition], list[Label]] = defaultdict(list)
    for label in own:
        group = GROUPS[label.field]
        of_group[group].append(label)
        if label.condition is not None:
            of_condition[group, label.condition].append(label)
    return _fit_groups(
        {group: counts.with_labels(of_group[group]) for group, counts in by_group.items()},
        {key: counts.with_labels(of_condition[key]) for key, counts in by_condition.items()},
        _no_surer(_curve(pooled.with_labels(own), None), whole),
        curves,
    )


def _fit_groups(
    by_group: Mapping[Group, Counts],
    by_condition: Mapping[tuple[Group, Condition], Counts],
    whole: Curve,
    corpus: Curves | None = None,
) -> Curves:
    curves: Curves = {}
    for group, counts in by_group.items():
        over_all = _curve(counts, whole)
        if corpus is not None:
            over_all = _no_surer(over_all, corpus[group]["all"])
        curves[group] = {"all": over_all}
        for condition in Condition:
            curve = _curve(by_condition[group, condition], over_all)
            if corpus is not None:
                curve = _no_surer(curve, corpus[group][condition.value])
            curves[group][condition.value] = curve
    return curves


def _no_surer(curve: Curve, corpus: Curve) -> Curve:
    """Return a curve in which nothing speaks more strongly for a value than in that of the corpus.

    Wrong values among cleared rows are seen by lot alone, a few of many: that none was seen proves little.
    """
    nats = {
        cell: value if cell in DIFFERING_CELLS else max(value, corpus.nats[cell])
        for cell, value in curve.nats.items()
    }
    least = -math.inf
    for cell in ORDERED_CELLS:
        least = nats[cell] = max(least, nats[cell])
    return Curve(curve.counts, nats)


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
