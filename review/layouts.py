"""Which certificates are one printed form, told by where their values stand.

Nobody names the forms of a province's hundred offices beforehand. But on one form the name stands above the
title on every certificate, and the date of issue at the right of the office: the order of the values is the
form's mark, whatever was photographed askew, cut or enlarged. Two papers are of one form when nearly all
pairs of values that both have stand in the same order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from domain.fields import Field
from domain.findings import RowFinding
from domain.geometry import Polygon

_FEWEST = 4
"""Values that both must have; of fewer there are too few pairs to tell forms apart."""

_AGREEING = 0.9
"""Of the pairs: a value that was read elsewhere turns some."""

_BESIDE = 0.012
"""Of the page: values less apart than this stand on one line, which is neither above nor below."""

Places: TypeAlias = dict[Field, tuple[float, float]]
"""Middle of each value, in fractions of the page from left and top."""


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
        alike = [(share, one) for one in self.found if (share := _agreement(places, one.places)) is not None]
        share, layout = max(alike, key=lambda pair: pair[0], default=(0.0, None))
        if layout is None or share < _AGREEING:
            layout = Layout(places)
            self.found.append(layout)
        return layout


def _places(finding: RowFinding) -> Places:
    link = finding.certificate
    return {
        name: _middle(found.evidence.polygon)
        for name, found in finding.fields.items()
        if link is not None
        and found.evidence is not None
        and found.evidence.polygon
        and (found.evidence.file, found.evidence.page_number) == (link.file, link.page_number)
    }


def _middle(polygon: Polygon) -> tuple[float, float]:
    return sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon)


def _agreement(one: Mapping[Field, tuple[float, float]], other: Places) -> float | None:
    """Return the share of pairs that stand in the same order, ``None`` when too few values are on both."""
    common = [name for name in one if name in other]
    if len(common) < _FEWEST or len(common) < 0.6 * min(len(one), len(other)):
        return None
    pairs = list(combinations(common, 2))
    same = sum(
        _is_same(one[a][axis] - one[b][axis], other[a][axis] - other[b][axis])
        for a, b in pairs
        for axis in (0, 1)
    )
    return same / (2 * len(pairs))


def _is_same(one: float, other: float) -> bool:
    """Tell whether two distances have one direction, or one of them is too short to have any."""
    return abs(one) < _BESIDE or abs(other) < _BESIDE or (one > 0) == (other > 0)
