"""Straight strokes of a drawn page: table rules and frames, taken from the drawing itself.

Finding them in the picture costs more than everything else that is done for a page of true text.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pymupdf

from domain.records import Rule

_STRAIGHT = 0.5
"""Points that the ends of a stroke may differ by across its direction."""

_THICKEST = 0.006
"""Of the page's long side; a thicker bar is an area."""

_LEAST_LENGTH = 0.035
"""Of the page's long side, as for rules found in pictures (``ocr.rules``)."""

_GAP = 2.0
"""Points between two strokes that are one rule: cells drawn one by one meet or nearly so."""

_BESIDE = 1.2
"""Points between the axes of strokes that are one rule: neighbouring cells each draw their side."""

_MIN_CONTRAST = 12 / 255
"""A stroke lighter than this is not seen."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A level or upright stroke, in points from the top left of the page as shown."""

    is_level: bool
    at: float
    """Its place across: y of a level stroke, x of an upright one."""

    start: float
    end: float


def find_strokes(drawings: Iterable[Mapping[str, Any]], shown: pymupdf.Rect) -> list[Stroke]:
    """Return the visible straight strokes among ``page.get_cdrawings()``.

    Args:
        drawings: Of a page that is not turned.
        shown: The page.
    """
    thickest = _THICKEST * max(shown.width, shown.height)
    strokes: list[Stroke] = []
    for drawing in drawings:
        is_stroked = "s" in drawing["type"] and _is_seen(drawing.get("color"), drawing.get("stroke_opacity"))
        is_filled = "f" in drawing["type"] and _is_seen(drawing.get("fill"), drawing.get("fill_opacity"))
        if is_stroked and drawing.get("dashes", "[] 0") not in ("", "[] 0"):
            is_stroked = False
        if not (is_stroked or is_filled):
            continue
        for item in drawing["items"]:
            if item[0] == "l" and is_stroked:
                strokes += _stroke(item[1], item[2])
            elif item[0] == "re":
                strokes += _rectangle(item[1], is_stroked=is_stroked, thickest=thickest)
            elif item[0] == "qu" and is_stroked:
                corners = item[1]
                ring = (corners[0], corners[1], corners[3], corners[2], corners[0])
                for first, last in pairwise(ring):
                    strokes += _stroke(first, last)
    return strokes


def strokes_to_rules(strokes: Iterable[Stroke], shown: pymupdf.Rect) -> tuple[Rule, ...]:
    """Join strokes that continue each other and return the long ones, level ones first."""
    least = _LEAST_LENGTH * max(shown.width, shown.height)
    by_direction: dict[bool, list[Stroke]] = defaultdict(list)
    for stroke in strokes:
        by_direction[stroke.is_level].append(stroke)
    rules = []
    for is_level in (True, False):
        for joined in _joined(by_direction[is_level]):
            if joined.end - joined.start < least:
                continue
            ends = [(joined.start, joined.at), (joined.end, joined.at)]
            points = [(x, y) if is_level else (y, x) for x, y in ends]
            first, last = ((x / shown.width, y / shown.height) for x, y in points)
            if min(*first, *last) >= -0.01 and max(*first, *last) <= 1.01:
                rules.append(Rule(first, last))
    return tuple(rules)


def _is_seen(colour: Sequence[float] | None, opacity: float | None) -> bool:
    return colour is not None and (1.0 - min(colour)) * (1.0 if opacity is None else opacity) >= _MIN_CONTRAST


def _stroke(first: Point, last: Point) -> list[Stroke]:
    (x1, y1), (x2, y2) = first, last
    if abs(y1 - y2) <= _STRAIGHT < abs(x1 - x2):
        return [Stroke(True, (y1 + y2) / 2, min(x1, x2), max(x1, x2))]
    if abs(x1 - x2) <= _STRAIGHT < abs(y1 - y2):
        return [Stroke(False, (x1 + x2) / 2, min(y1, y2), max(y1, y2))]
    return []


def _rectangle(box: Sequence[float], *, is_stroked: bool, thickest: float) -> list[Stroke]:
    left, top, right, bottom = box
    if abs(bottom - top) <= thickest < abs(right - left):
        return [Stroke(True, (top + bottom) / 2, min(left, right), max(left, right))]
    if abs(right - left) <= thickest < abs(bottom - top):
        return [Stroke(False, (left + right) / 2, min(top, bottom), max(top, bottom))]
    if not is_stroked:
        return []
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    return [stroke for first, last in pairwise(corners) for stroke in _stroke(first, last)]


def _joined(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Join strokes of one direction that lie on one axis and meet."""
    axes: list[list[Stroke]] = []
    for stroke in sorted(strokes, key=lambda s: s.at):
        if axes and stroke.at - axes[-1][-1].at <= _BESIDE:
            axes[-1].append(stroke)
        else:
            axes.append([stroke])
    joined: list[Stroke] = []
    for axis in axes:
        at = sum(stroke.at for stroke in axis) / len(axis)
        axis.sort(key=lambda s: s.start)
        start, end = axis[0].start, axis[0].end
        for stroke in axis[1:]:
            if stroke.start - end > _GAP:
                joined.append(Stroke(stroke.is_level, at, start, end))
                start, end = stroke.start, stroke.end
            end = max(end, stroke.end)
        joined.append(Stroke(axis[0].is_level, at, start, end))
    return joined
