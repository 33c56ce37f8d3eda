"""What people decided in service, beside the generated corpus: which labels count, and for how much.

Exported by ``zhenghe admin export-labels``; the reasons are in docs/decisions/0022-decisions-as-labels.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from matching.calibration import GROUPS, Cell, Group
from review.labels import Label, read_labels

LEAST_LABELS = 100
"""Labels of right values, or of wrong ones, below which those of a group are ignored."""

MOST_BY_CORPUS = 1.0
"""Labels count in a curve at most for so many times its generated readings: half of it at 1."""


def load_labels(files: Sequence[Path], reader: str) -> list[Label]:
    """Return the labels that were read by this reader, and print what was left out.

    How often a look occurs belongs to what looks: the cells of another reader say nothing of this one.

    Args:
        files: Each is taken once, whatever its name.
        reader: Version of the present reader.

    Raises:
        LabelFileError: A file is none.
    """
    contents: dict[tuple[Label, ...], Path] = {}
    for file in files:
        labels = tuple(read_labels(file))
        contents.setdefault(labels, file)
        if contents[labels] is not file:
            print(f"{file}: the same labels as {contents[labels]}, ignored")
    every = [label for labels in contents for label in labels]
    for other, count in sorted(Counter(label.reader for label in every if label.reader != reader).items()):
        print(f"ignored: {count} labels of another reader ({other})")
    return [label for label in every if label.reader == reader]


def keep_enough(labels: Sequence[Label]) -> list[Label]:
    """Return the labels of those groups that have enough right, or enough wrong values."""
    sides = Counter(map(_side, labels))
    return [label for label in labels if sides[_side(label)] >= LEAST_LABELS]


def mix(
    right: Mapping[Cell, float], wrong: Mapping[Cell, float], labels: Iterable[Label]
) -> tuple[dict[Cell, float], dict[Cell, float]]:
    """Return counted looks of right and wrong values with the labels mixed in.

    Either side keeps its total, so that how many values are wrong in service, which is the prior's business,
    never slips into the curve.

    Args:
        right: Readings of right values by cell, counted on the corpus.
        wrong: The same for wrong values.
        labels: Of the same fields and state of the paper.
    """
    own = list(labels)
    return (
        _mix_side(right, [label for label in own if not label.is_wrong]),
        _mix_side(wrong, [label for label in own if label.is_wrong]),
    )


def _mix_side(counted: Mapping[Cell, float], labels: Sequence[Label]) -> dict[Cell, float]:
    total = sum(counted.values())
    weights: dict[Cell, float] = defaultdict(float)
    for label in labels:
        weights[label.cell] += label.weight
    worth = min(worth_of(labels), MOST_BY_CORPUS * total)
    if not worth:
        return dict(counted)
    whole = sum(weights.values())
    return {
        cell: (counted.get(cell, 0.0) + worth * weights.get(cell, 0.0) / whole) * total / (total + worth)
        for cell in Cell
        if cell in counted or cell in weights
    }


def worth_of(labels: Sequence[Label]) -> float:
    """Return for how many labels of equal weight these stand (Kish): one that weighs much counts once."""
    squares = sum(label.weight**2 for label in labels)
    return sum(label.weight for label in labels) ** 2 / squares if squares else 0.0


def labels_json(labels: Sequence[Label]) -> dict[str, Any]:
    """Return what ``calibration.json`` says of the labels that were used."""
    days = [label.decided_on for label in labels]
    return {
        "labels": len(labels),
        "wrong": sum(label.is_wrong for label in labels),
        "labels_by_reader": dict(sorted(Counter(label.reader for label in labels).items())),
        "labels_by_group": {
            group.value: [sides[group, False], sides[group, True]]
            for sides in [Counter(map(_side, labels))]
            for group in Group
            if sides[group, False] or sides[group, True]
        },
        "decided_from": min(days).isoformat(),
        "decided_until": max(days).isoformat(),
        "least_labels": LEAST_LABELS,
        "most_by_corpus": MOST_BY_CORPUS,
    }


def print_labels(labels: Sequence[Label]) -> None:
    """Print for each group how many labels there are and whether they count."""
    sides = Counter(map(_side, labels))
    for group in Group:
        right, wrong = sides[group, False], sides[group, True]
        if right or wrong:
            words = [f"{count}{' (too few)' * (count < LEAST_LABELS)}" for count in (right, wrong)]
            print(f"decisions on {group.value:>7}: {words[0]} right, {words[1]} wrong")


def _side(label: Label) -> tuple[Group, bool]:
    return GROUPS[label.field], label.is_wrong
