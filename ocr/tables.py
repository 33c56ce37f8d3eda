"""Table geometry: text lines and ruling lines of a page, straightened, cut into columns and rows.

A page is first straightened (``straighten``): residual tilt is fitted and taken out, and lengths
become thousandths of the page's width in both directions, so that pages of one document can be
compared. Every character keeps its own place (``Run.centres``), so a box that a detector drew over
two neighbouring cells can still be cut at the boundary between them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.geometry import Box, cut_polygon
from domain.records import PageReading, TextLine
from domain.text import is_han, remove_blanks

UNIT = 1000.0
"""Straightened units in one page width."""

_LEAST_FOR_A_FIT = 8
"""Lines or points on rules below which a page's tilt is taken from its widest lines alone."""


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

    @property
    def text(self) -> str:
        """The text without blanks; as long as ``centres``."""
        return "".join(self.line.text[i] for i in self.indices)

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
        gaps = [b - a for a, b in zip(self.centres, self.centres[1:], strict=False)]
        return min(float(np.percentile(gaps, 30)), height) if gaps else height * 0.8


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


def straighten(page: PageReading, index: int) -> StraightPage:
    """Take the residual tilt and perspective out of a page and place every character.

    Rows may lean, and lean differently at the top and at the bottom (a photo taken at an angle); so may
    columns. Both are fitted: the right slopes are those that make rows and columns stand out most sharply.
    """
    ratio = page.height_px / max(1, page.width_px)
    lines = [line for line in page.lines if remove_blanks(line.text)]
    across = _row_slopes(page, lines, ratio)
    down = _column_slopes(page, across, lines, ratio)

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point[0] * UNIT, point[1] * UNIT * ratio
        return x - down.at(x) * (y - down.middle), y - across.at(y) * (x - across.middle)

    runs = tuple(_place_line(line, index, place) for line in lines)
    rules = [(place(rule.start), place(rule.end), rule.is_horizontal) for rule in page.rules]
    em = _usual_advance(runs)
    height = float(np.median([run.box.height for run in runs])) if runs else 1.0
    runs = tuple(replace(run, em=em * run.box.height / max(height, 1e-6)) for run in runs)
    flat = [Ruling((a[1] + b[1]) / 2, *sorted((a[0], b[0]))) for a, b, is_flat in rules if is_flat]
    upright = [Ruling((a[0] + b[0]) / 2, *sorted((a[1], b[1]))) for a, b, is_flat in rules if not is_flat]
    return StraightPage(
        page, index, runs, _merge_rulings(flat, em), _merge_rulings(upright, em), em, UNIT * ratio
    )


def visual_rows(runs: Iterable[Run], em: float) -> list[list[Run]]:
    """Group runs that stand side by side; rows from the top, runs from the left."""
    rows: list[list[Run]] = []
    middle = 0.0
    for run in sorted(runs, key=lambda r: r.y):
        if not rows or run.y - middle > 0.5 * em:
            rows.append([])
        rows[-1].append(run)
        middle = sum(r.y for r in rows[-1]) / len(rows[-1])
    return [sorted(row, key=lambda r: r.x) for row in rows]


def segments(run: Run, em: float, *, gap: float = 0.75) -> list[Run]:
    """Split a run where ``gap`` ems or more are blank between two characters."""
    em = run.em or em
    cuts = [i for i in range(1, len(run.centres)) if _free_gap(run, i, em) >= gap * em]
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
    cuts: list[int] = []
    for boundary in boundaries:
        if not run.box.left + 0.5 * em < boundary < run.box.right - 0.5 * em:
            continue
        choice = _cut_near(run, boundary, em)
        if choice is not None and (not cuts or choice > cuts[-1]):
            cuts.append(choice)
    bounds = [0, *cuts, len(run.indices)]
    parts = [run.cut(a, b) for a, b in pairwise(bounds)]
    return [(column_of(part, boundaries), part) for part in parts]


def column_of(run: Run, boundaries: Sequence[float]) -> int:
    """Return the column in which most characters of a run stand."""
    places = np.searchsorted(np.asarray(boundaries), np.asarray(run.centres or (run.x,)))
    values, counts = np.unique(places, return_counts=True)
    return int(values[int(np.argmax(counts))])


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


def stack_lines(runs: Iterable[Run], em: float) -> list[list[Run]]:
    """Return the runs of one cell or column as lines of text from the top."""
    return visual_rows(runs, em)


def lines_middle(lines: Sequence[Sequence[Run]]) -> float:
    """Return the height of the middle of some lines of text."""
    ys = [run.y for line in lines for run in line]
    return (min(ys) + max(ys)) / 2


def _place_line(
    line: TextLine, index: int, place: Callable[[tuple[float, float]], tuple[float, float]]
) -> Run:
    corners = [place(corner) for corner in line.polygon]
    left = (corners[0][0] + corners[-1][0]) / 2
    right = (corners[1][0] + corners[2][0]) / 2
    if right < left:
        left, right = right, left
    top = (corners[0][1] + corners[1][1]) / 2
    bottom = (corners[-1][1] + corners[-2][1]) / 2
    if bottom < top:
        top, bottom = bottom, top
    indices = tuple(i for i, c in enumerate(line.text) if remove_blanks(c))
    shares = _character_shares(line, indices)
    return Run(
        line,
        index,
        Box(left, top, right, bottom),
        indices,
        tuple(left + share * (right - left) for share in shares),
    )


def _character_shares(line: TextLine, indices: Sequence[int]) -> list[float]:
    """Return the middle of each visible character as a share of the line's length."""
    lattice = line.lattice
    path = lattice.best_path()
    drawn_by_hand = lattice.exact and lattice.steps == 2 * len(path) + 1
    if len(path) == len(indices) and lattice.steps and not drawn_by_hand:
        return [(first + last) / 2 / lattice.steps for _, first, last in path]
    # A text layer's lattice knows nothing of places; blanks in the text do.
    widths = [_nominal_width(c) for c in line.text]
    ends = np.cumsum(widths)
    total = float(ends[-1]) or 1.0
    return [float(ends[i] - widths[i] / 2) / total for i in indices]


def _nominal_width(character: str) -> float:
    if character == "\u3000" or is_han(character) or ord(character) > 0x2E7F:
        return 1.0
    return 0.5


def _usual_advance(runs: Sequence[Run]) -> float:
    """Return the advance of a Chinese character in a run of middling height.

    Sizes differ on a page: advance is measured against the height of each run. Padded names have wide gaps,
    so a lower quantile counts.
    """
    if not runs:
        return UNIT / 40
    height = float(np.median([run.box.height for run in runs]))
    shares: list[float] = []
    for run in runs:
        text = run.text
        for i, (before, after) in enumerate(pairwise(run.centres)):
            if is_han(text[i]) and is_han(text[i + 1]):
                shares.append((after - before) / max(run.box.height, 1e-6))
    share = float(np.clip(np.percentile(shares, 40), 0.5, 1.2)) if len(shares) >= 3 else 0.85
    return share * height


@dataclass(frozen=True, slots=True)
class _Slopes:
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


def _row_slopes(page: PageReading, lines: Sequence[TextLine], ratio: float) -> _Slopes:
    slopes = [
        ((end[1] - start[1]) * ratio / (end[0] - start[0]), end[0] - start[0])
        for start, end in ((line.polygon[0], line.polygon[1]) for line in lines)
        if end[0] - start[0] > 0.15
    ]
    base = _weighted_median(slopes) if slopes else 0.0
    flat = _Slopes(base, 0.0, UNIT / 2, UNIT * ratio)
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


def _column_slopes(page: PageReading, across: _Slopes, lines: Sequence[TextLine], ratio: float) -> _Slopes:
    turned = _Slopes(-across.base, 0.0, UNIT * ratio / 2, UNIT)
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


def _sharpest(samples: npt.NDArray[np.float64], start: _Slopes, width: float, *, gain: float) -> _Slopes:
    """Search the slopes that gather the samples on the fewest lines.

    Args:
        samples: Shape (N, 4); columns position along the lines, position across, weight, and an offset that
            keeps sets of samples apart.
        start: Where to begin; kept unless another is better by the factor ``gain``.
        width: Positions across within this distance count as one line.
        gain: See ``start``.
    """
    along, across, weight, offset = samples.T

    def search(centre: _Slopes, bases: float, changes: float) -> tuple[float, _Slopes]:
        candidates = [
            _Slopes(centre.base + base, centre.change + change, start.middle, start.size)
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
    slopes: _Slopes,
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


def _merge_rulings(rulings: Sequence[Ruling], em: float) -> tuple[Ruling, ...]:
    """Join collinear pieces: a rule is often found in several."""
    merged: list[Ruling] = []
    for ruling in sorted(rulings, key=lambda r: (r.at, r.begin)):
        for i in range(len(merged) - 1, -1, -1):
            other = merged[i]
            if ruling.at - other.at > 0.3 * em:
                continue
            if ruling.begin <= other.end + 0.6 * em and other.begin <= ruling.end + 0.6 * em:
                weight = ruling.length / max(ruling.length + other.length, 1e-9)
                merged[i] = Ruling(
                    other.at + (ruling.at - other.at) * weight,
                    min(other.begin, ruling.begin),
                    max(other.end, ruling.end),
                )
                break
        else:
            merged.append(ruling)
    return tuple(merged)


def _free_gap(run: Run, place: int, em: float) -> float:
    """Return the blank width before a character; Latin characters and digits are half as wide."""
    half_widths = sum(0.5 if is_han(run.text[i]) else 0.28 for i in (place - 1, place))
    return run.centres[place] - run.centres[place - 1] - half_widths * em


def _cut_near(run: Run, boundary: float, em: float) -> int | None:
    """Return the place before which to cut, or ``None`` when the value only sticks out."""
    best: tuple[float, int] | None = None
    for i in range(1, len(run.centres)):
        middle = (run.centres[i - 1] + run.centres[i]) / 2
        distance = abs(middle - boundary)
        if distance > 1.1 * em:
            continue
        score = max(_free_gap(run, i, em), 0.0) - 0.6 * distance
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
