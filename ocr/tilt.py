"""How the rows and columns of a page lean: small turns and perspective that photos and scans leave.

The right slopes are those that gather the edges of lines and rules on the fewest rows and columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.records import PageReading, TextLine

UNIT = 1000.0
"""Straightened units in one page width."""

_LEAST_FOR_A_FIT = 8
"""Lines or points on rules below which a page's tilt is taken from its widest lines alone."""


@dataclass(frozen=True, slots=True)
class Lean:
    """How lines of one direction lean: the slope in the middle, and its change over the page."""

    base: float
    change: float
    middle: float
    """Where the lines are left in place, measured along them."""

    size: float
    """Extent of the page across the lines."""

    def at(self, position: float) -> float:
        """Return the slope of the line that crosses the page's middle at ``position``."""
        return self.base + self.change * (position / self.size - 0.5)


def find_row_lean(page: PageReading, lines: Sequence[TextLine], ratio: float) -> Lean:
    """Return how rows lean.

    Args:
        page: The page, for its rules.
        lines: Its lines with text.
        ratio: Height of the page over its width.
    """
    slopes = [
        ((end[1] - start[1]) * ratio / (end[0] - start[0]), end[0] - start[0])
        for start, end in ((line.polygon[0], line.polygon[1]) for line in lines)
        if end[0] - start[0] > 0.15
    ]
    base = _weighted_median(slopes) if slopes else 0.0
    flat = Lean(base, 0.0, UNIT / 2, UNIT * ratio)
    if len(lines) < _LEAST_FOR_A_FIT:
        return flat
    samples: list[tuple[float, float, float, float]] = []
    for line in lines:
        corners = line.polygon
        for share in (0.02, 0.5, 0.98) if line.box.width > 0.12 else (0.5,):
            x = corners[0][0] + (corners[1][0] - corners[0][0]) * share
            upper = corners[0][1] + (corners[1][1] - corners[0][1]) * share
            lower = corners[3][1] + (corners[2][1] - corners[3][1]) * share
            samples.append((x * UNIT, (upper + lower) / 2 * UNIT * ratio, 1.0, 0.0))
    height = float(np.median([line.box.height for line in lines])) * UNIT * ratio
    samples += [(*sample, 0.0) for sample in _rule_samples(page, ratio, horizontal=True)]
    return _sharpest(np.array(samples), flat, 0.12 * height, gain=1.05)


def find_column_lean(page: PageReading, across: Lean, lines: Sequence[TextLine], ratio: float) -> Lean:
    """Return how columns lean, measured down the page; ``across`` is how its rows do."""
    turned = Lean(-across.base, 0.0, UNIT * ratio / 2, UNIT)
    if len(lines) < _LEAST_FOR_A_FIT:
        return turned
    samples = [(y, x, weight, 0.0) for x, y, weight in _rule_samples(page, ratio, horizontal=False)]
    # Cells of a column share their left edges, their middles or their right edges: three separate sets.
    for line in lines:
        box = line.box
        y = (box.top + box.bottom) / 2 * UNIT * ratio
        for number, x in enumerate((box.left, (box.left + box.right) / 2, box.right)):
            samples.append((y, x * UNIT, 1.0, 2.0 * UNIT * (number + 1)))
    height = float(np.median([line.box.height for line in lines])) * UNIT * ratio
    return _sharpest(np.array(samples), turned, 0.15 * height, gain=1.06)


def _rule_samples(page: PageReading, ratio: float, *, horizontal: bool) -> list[tuple[float, float, float]]:
    """Return points on ruling lines: (x, y, weight).

    A leaning line may be reported as the middle of its box; then only its middle is sure.
    """
    samples: list[tuple[float, float, float]] = []
    for rule in page.rules:
        if rule.is_horizontal is not horizontal:
            continue
        (x1, y1), (x2, y2) = rule.start, rule.end
        length = abs(x2 - x1) if horizontal else abs(y2 - y1) * ratio
        exact = (y1 != y2) if horizontal else (x1 != x2)
        shares = (0.1, 0.5, 0.9) if exact or length < 0.15 else (0.5,)
        samples += [
            (
                (x1 + (x2 - x1) * share) * UNIT,
                (y1 + (y2 - y1) * share) * UNIT * ratio,
                1.0 + 4.0 * length,
            )
            for share in shares
        ]
    return samples


def _sharpest(samples: npt.NDArray[np.float64], start: Lean, width: float, *, gain: float) -> Lean:
    """Search the slopes that gather the samples on the fewest lines.

    Args:
        samples: Shape (N, 4); columns position along the lines, position across, weight, and an offset that
            keeps sets of samples apart.
        start: Where to begin; kept unless another is better by the factor ``gain``.
        width: Positions across within this distance count as one line.
        gain: See ``start``.
    """
    along, across, weight, offset = samples.T

    def search(centre: Lean, bases: float, changes: float) -> tuple[float, Lean]:
        candidates = [
            Lean(centre.base + base, centre.change + change, start.middle, start.size)
            for base in np.linspace(-bases, bases, 17)
            for change in np.linspace(-changes, changes, 17)
        ]
        scores = [_sharpness(along, across, weight, offset, slopes, width) for slopes in candidates]
        best = int(np.argmax(scores))
        return scores[best], candidates[best]

    _, coarse = search(start, 0.04, 0.14)
    score, fine = search(coarse, 0.005, 0.0175)
    return fine if score > gain * _sharpness(along, across, weight, offset, start, width) else start


def _sharpness(
    along: npt.NDArray[np.float64],
    across: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    offset: npt.NDArray[np.float64],
    slopes: Lean,
    width: float,
) -> float:
    lean = slopes.base + slopes.change * (across / slopes.size - 0.5)
    places = (across - lean * (along - slopes.middle) + offset) / max(width, 1e-6)
    places = places - places.min() + 1.0
    cells = places.astype(np.int64)
    share = places - cells
    size = int(cells.max()) + 3
    counts = np.bincount(cells, weight * (1 - share), size) + np.bincount(cells + 1, weight * share, size)
    # Neighbouring cells count together, or a line that falls between two would look blurred.
    return float((counts * counts).sum() + (counts[1:] * counts[:-1]).sum())


def _weighted_median(values: Sequence[tuple[float, float]]) -> float:
    ordered = sorted(values)
    half = sum(weight for _, weight in ordered) / 2
    for value, weight in ordered:
        half -= weight
        if half <= 0:
            return value
    return ordered[-1][0]
