"""Which certificates are one printed form, told by where their values stand.

Nobody names the forms of a province's hundred offices beforehand. But on one form the values stand in the
same places on every certificate; a scan moves and stretches them all alike. Two papers are of one form when
the places of the one, moved and stretched in height and width, fall upon those of the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import linear_regression
from typing import TypeAlias

from domain.fields import Field
from domain.findings import RowFinding
from domain.geometry import Polygon

_FEWEST = 4
"""Values that both must have; fewer fall upon anything that is moved and stretched."""

_MOST_OFF = 0.025
"""Of the page, by root of the mean square: a line of print and its gap take about 0.04, a photo taken from
aside moves values by half of that."""

_STRETCHES = (0.5, 2.0)

Places: TypeAlias = dict[Field, tuple[float, float]]
"""Where each value begins and the height of its middle, in fractions of the page from left and top."""


@dataclass
class Layout:
    """One form."""

    places: Places
    """On the first certificate of it."""

    def order(self) -> list[Field]:
        """Return the fields from top to bottom, on one line from left to right."""
        return sorted(self.places, key=lambda one: (round(self.places[one][1] / 0.02), self.places[one][0]))


@dataclass
class Layouts:
    """The forms that were met so far."""

    found: list[Layout] = field(default_factory=list)

    def place(self, finding: RowFinding) -> Layout | None:
        """Return the form of a row's certificate, a new one if it is like none before.

        Returns:
            ``None`` when the row has no certificate, or too few values of it have a place.
        """
        places = _places(finding)
        if len(places) < _FEWEST:
            return None
        off = [
            (distance, one) for one in self.found if (distance := _distance(places, one.places)) is not None
        ]
        distance, layout = min(off, key=lambda pair: pair[0], default=(0.0, None))
        if layout is None or distance > _MOST_OFF:
            layout = Layout(places)
            self.found.append(layout)
        return layout


def _places(finding: RowFinding) -> Places:
    link = finding.certificate
    return {
        name: _beginning(found.evidence.polygon)
        for name, found in finding.fields.items()
        if link is not None
        and found.evidence is not None
        and found.evidence.polygon
        and (found.evidence.file, found.evidence.page_number) == (link.file, link.page_number)
    }


def _beginning(polygon: Polygon) -> tuple[float, float]:
    return min(x for x, _ in polygon), sum(y for _, y in polygon) / len(polygon)


def _distance(one: Mapping[Field, tuple[float, float]], other: Places) -> float | None:
    """Return how far the values lie off each other, ``None`` when too few are on both."""
    common = [name for name in one if name in other]
    if len(common) < _FEWEST or len(common) < 0.6 * min(len(one), len(other)):
        return None
    squares = [
        _residual([one[name][axis] for name in common], [other[name][axis] for name in common])
        for axis in (0, 1)
    ]
    return sqrt(sum(squares) / len(common))


def _residual(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the sum of squares that is left when the one is moved and stretched upon the other."""
    least, most = _STRETCHES
    spread = max(one) - min(one)
    slope = linear_regression(one, other).slope if spread > 4 * _MOST_OFF else 1.0
    slope = min(max(slope, least), most)
    moved = [b - slope * a for a, b in zip(one, other, strict=True)]
    middle = sum(moved) / len(moved)
    return sum((value - middle) ** 2 for value in moved)
