"""Table geometry: the lines and rules of a straightened page, cut into columns and rows.

Every character keeps its own place (``Run.centres``), so a box that a detector drew over two
neighbouring cells can still be cut at the boundary between them. ``ocr.straighten`` makes the pages.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.geometry import Box, cut_polygon
from domain.records import PageReading, TextLine
from domain.text import is_han


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A piece of one text line, with the place of every character. Units of ``straighten``."""

    line: TextLine
    page_index: int
    box: Box
    indices: tuple[int, ...]
    """Positions in ``line.text`` of the characters that are not blank."""

    centres: tuple[float, ...]
    """Horizontal middle of each of those characters, ascending."""

    em: float = 0.0
    """Advance of a Chinese character in the size of this run."""

    text: str = field(init=False)
    """The text without blanks; as long as ``centres``."""

    def __post_init__(self) -> None:
        """Take the text out of the line once: it is asked for again and again."""
        object.__setattr__(self, "text", "".join([self.line.text[i] for i in self.indices]))

    @property
    def y(self) -> float:
        """Height of the middle of the run."""
        return (self.box.top + self.box.bottom) / 2

    @property
    def x(self) -> float:
        """Middle of the run."""
        return (self.box.left + self.box.right) / 2

    def cut(self, first: int, last: int) -> "Run":
        """Return the characters ``first`` to ``last`` (exclusive) with a line and polygon of their own."""
        if first <= 0 and last >= len(self.indices):
            return self
        if not 0 <= first < last <= len(self.indices):
            raise ValueError(f"cannot cut {first}:{last} out of {len(self.indices)} characters")
        left = self.box.left if first == 0 else self._edge(first)
        right = self.box.right if last == len(self.indices) else self._edge(last, before=True)
        length = max(self.box.width, 1e-9)
        begin, end = (left - self.box.left) / length, (right - self.box.left) / length
        start_index = self.indices[first]
        line = self.line.cut(start_index, self.indices[last - 1] + 1)
        line = replace(line, polygon=cut_polygon(self.line.polygon, begin, end))
        return Run(
            line,
            self.page_index,
            Box(left, self.box.top, right, self.box.bottom),
            tuple(i - start_index for i in self.indices[first:last]),
            self.centres[first:last],
            self.em,
        )

    def _edge(self, place: int, *, before: bool = False) -> float:
        """Return where the character at ``place`` begins, or the one before it ends."""
        gap = self.centres[place] - self.centres[place - 1]
        reach = min(gap / 2, self.advance * 0.55)
        return self.centres[place - 1] + reach if before else self.centres[place] - reach

    @property
    def advance(self) -> float:
        """Usual distance between neighbouring characters of this run, gaps left out."""
        height = self.box.height
        gaps = sorted(b - a for a, b in pairwise(self.centres))
        if not gaps:
            return height * 0.8
        # numpy's percentile takes fifty times as long for a handful of numbers.
        place = 0.3 * (len(gaps) - 1)
        below = int(place)
        above = gaps[min(below + 1, len(gaps) - 1)]
        return min(gaps[below] + (above - gaps[below]) * (place - below), height)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line: at ``at`` from ``begin`` to ``end``."""

    at: float
    begin: float
    end: float

    @property
    def length(self) -> float:
        """How long it is."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True, eq=False)
class StraightPage:
    """One page in straightened units, ready for looking at columns and rows."""

    page: PageReading
    index: int
    runs: tuple[Run, ...]
    """Lines with at least one visible character."""

    horizontals: tuple[Ruling, ...]
    verticals: tuple[Ruling, ...]
    em: float
    """Usual advance of a Chinese character."""

    height: float


def visual_rows(runs: Iterable[Run], em: float) -> list[list[Run]]:
    """Group runs that stand side by side; rows from the top, runs from the left."""
    rows: list[list[Run]] = []
    total = 0.0
    for y, run in sorted(((run.y, run) for run in runs), key=lambda item: item[0]):
        if not rows or y - total / len(rows[-1]) > 0.5 * em:
            rows.append([])
            total = 0.0
        rows[-1].append(run)
        total += y
    return [sorted(row, key=lambda r: r.x) for row in rows]


def segments(run: Run, em: float, *, gap: float = 0.75) -> list[Run]:
    """Split a run where ``gap`` ems or more are blank between two characters."""
    em = run.em or em
    text = run.text
    cuts = [i for i in range(1, len(run.centres)) if _free_gap(run.centres, text, i, em) >= gap * em]
    bounds = [0, *cuts, len(run.indices)]
    return [run.cut(a, b) for a, b in pairwise(bounds)]


def split_at(run: Run, boundaries: Sequence[float], em: float) -> list[tuple[int, Run]]:
    """Cut a run at column boundaries.

    A cut is made only between two characters near the boundary, at the widest gap within one em of it,
    and only when characters lie well on both sides: the ends of long values stick out a little.

    Args:
        run: The run.
        boundaries: Ascending; column ``i`` lies between boundaries ``i - 1`` and ``i``.
        em: Usual advance of a character.

    Returns:
        (column, part) from the left.
    """
    return [(column, run.cut(first, last)) for column, first, last in places_of_parts(run, boundaries, em)]


def places_of_parts(run: Run, boundaries: Sequence[float], em: float) -> list[tuple[int, int, int]]:
    """Return what ``split_at`` would, as (column, first, last) with places of characters, ``last`` exclusive.

    Far cheaper where only the columns and the texts of the parts are asked for.
    """
    cuts: list[int] = []
    text = ""
    for boundary in boundaries:
        if not run.box.left + 0.5 * em < boundary < run.box.right - 0.5 * em:
            continue
        text = text or run.text
        choice = _cut_near(run.centres, text, boundary, em)
        if choice is not None and (not cuts or choice > cuts[-1]):
            cuts.append(choice)
    bounds = [0, *cuts, len(run.indices)]
    centres = run.centres or (run.x,)
    return [
        (_usual_column(centres[first:last] or centres, boundaries), first, last)
        for first, last in pairwise(bounds)
    ]


def column_of(run: Run, boundaries: Sequence[float]) -> int:
    """Return the column in which most characters of a run stand."""
    return _usual_column(run.centres or (run.x,), boundaries)


def _usual_column(centres: Sequence[float], boundaries: Sequence[float]) -> int:
    columns = [bisect_left(boundaries, centre) for centre in centres]
    # Of columns with equally many characters the leftmost.
    return max(sorted(set(columns)), key=columns.count)


def boundary_between(
    left: float, right: float, *, verticals: Sequence[float], ink: Sequence[tuple[float, float]]
) -> float:
    """Choose the boundary of two columns whose header labels end at ``left`` and begin at ``right``.

    A ruling line decides; without one, the middle of the widest strip with the least ink.
    """
    if right <= left:
        return (left + right) / 2
    inside = [x for x in verticals if left - 2 <= x <= right + 2]
    if inside:
        return min(inside, key=lambda x: abs(x - (left + right) / 2))
    cells = max(8, int(right - left))
    covered = np.zeros(cells)
    scale = cells / (right - left)
    for begin, end in ink:
        if end > left and begin < right:
            covered[max(0, int((begin - left) * scale)) : max(0, int(np.ceil((end - left) * scale)))] += 1
    lightest = covered <= covered.min()
    best = _longest_stretch(lightest)
    return left + (best[0] + best[1]) / 2 / scale


def row_edges(page: StraightPage, left: float, right: float, top: float, bottom: float) -> list[float]:
    """Return the heights at which rules close the cells of a column, within ``top`` to ``bottom``."""
    width = max(right - left, 1e-9)
    edges: list[float] = []
    for rule in sorted(page.horizontals, key=lambda r: r.at):
        if not top - 0.3 * page.em <= rule.at <= bottom + 0.3 * page.em:
            continue
        if min(rule.end, right) - max(rule.begin, left) < 0.6 * width:
            continue
        if not edges or rule.at - edges[-1] > 0.4 * page.em:
            edges.append(rule.at)
    return edges


def _free_gap(centres: Sequence[float], text: str, place: int, em: float) -> float:
    """Return the blank width before a character; Latin characters and digits are half as wide."""
    half_widths = (0.5 if is_han(text[place - 1]) else 0.28) + (0.5 if is_han(text[place]) else 0.28)
    return centres[place] - centres[place - 1] - half_widths * em


def _cut_near(centres: Sequence[float], text: str, boundary: float, em: float) -> int | None:
    """Return the place before which to cut, or ``None`` when the value only sticks out."""
    best: tuple[float, int] | None = None
    for i in range(1, len(centres)):
        middle = (centres[i - 1] + centres[i]) / 2
        distance = abs(middle - boundary)
        if distance > 1.1 * em:
            continue
        score = max(_free_gap(centres, text, i, em), 0.0) - 0.6 * distance
        if best is None or score > best[0]:
            best = (score, i)
    return None if best is None else best[1]


def _longest_stretch(flags: npt.NDArray[np.bool_]) -> tuple[int, int]:
    best, begin = (0, 0), None
    for i, flag in enumerate([*flags.tolist(), False]):
        if flag and begin is None:
            begin = i
        elif not flag and begin is not None:
            if i - begin > best[1] - best[0]:
                best = (begin, i)
            begin = None
    return best
