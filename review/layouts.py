"""Which certificates are one printed form, told by where their values stand.

Nobody names the forms of a province's hundred offices beforehand. But on one form the values stand in the
same places on every certificate; a scan moves and stretches them all alike. Two papers are of one form when
the places of the one, moved and stretched in height and width, fall upon those of the other.
"""

from collections.abc import Callable, Sequence
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

_ONE_IN = 10
"""So many values, one may lie anywhere."""

_STRETCHES = (0.5, 2.0)
"""Between a sheet with one certificate and one with four."""

_CORNERS = 4

Places: TypeAlias = dict[Field, tuple[float, float]]
"""Where each value begins, at half its height, in fractions of the upright page from left and top."""


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
    polygons = {
        name: found.evidence.polygon
        for name, found in finding.fields.items()
        if link is not None
        and found.evidence is not None
        and len(found.evidence.polygon) == _CORNERS
        and (found.evidence.file, found.evidence.page_number) == (link.file, link.page_number)
    }
    turn = _turn(list(polygons.values()))
    return {name: turn(_beginning(polygon)) for name, polygon in polygons.items()}


def _beginning(polygon: Polygon) -> tuple[float, float]:
    """Return the middle between the first corner of a line, where reading begins, and the last, below it."""
    first, last = polygon[0], polygon[-1]
    return (first[0] + last[0]) / 2, (first[1] + last[1]) / 2


def _turn(polygons: Sequence[Polygon]) -> Callable[[tuple[float, float]], tuple[float, float]]:
    """Return what puts the places of a page upright: certificates are scanned lying on any side."""
    right = sum(polygon[1][0] - polygon[0][0] for polygon in polygons)
    down = sum(polygon[1][1] - polygon[0][1] for polygon in polygons)
    if abs(right) >= abs(down):
        return (lambda at: at) if right >= 0 else (lambda at: (1 - at[0], 1 - at[1]))
    return (lambda at: (at[1], 1 - at[0])) if down > 0 else (lambda at: (1 - at[1], at[0]))


def _distance(one: Places, other: Places) -> float | None:
    """Return how far the values lie off each other, ``None`` when too few are on both."""
    common = [name for name in one if name in other]
    if len(common) < _FEWEST or len(common) < 0.6 * min(len(one), len(other)):
        return None
    off = _off(common, one, other)
    # A value that was read elsewhere on the paper, as the date of issue above its seal, makes no other form.
    kept = sorted(common, key=lambda name: off[name])[: len(common) - len(common) // _ONE_IN]
    return sqrt(sum(_off(kept, one, other).values()) / len(kept))


def _off(names: Sequence[Field], one: Places, other: Places) -> dict[Field, float]:
    """Return the squared distances that are left when the one paper is moved and stretched upon the other."""
    squares = [
        _residuals([one[name][axis] for name in names], [other[name][axis] for name in names])
        for axis in (0, 1)
    ]
    return {name: across + down for name, across, down in zip(names, *squares, strict=True)}


def _residuals(one: Sequence[float], other: Sequence[float]) -> list[float]:
    least, most = _STRETCHES
    spread = max(one) - min(one)
    slope = linear_regression(one, other).slope if spread > 4 * _MOST_OFF else 1.0
    slope = min(max(slope, least), most)
    moved = [b - slope * a for a, b in zip(one, other, strict=True)]
    middle = sum(moved) / len(moved)
    return [(value - middle) ** 2 for value in moved]
