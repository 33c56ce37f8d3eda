"""Which row of a list gets which ink of a column: ruled cells, wrapped cells, merged cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.fields import Field
from ocr.approvals.headers import Column
from ocr.tables import Run, StraightPage, row_edges, visual_rows

MERGEABLE = frozenset(
    {
        Field.EMPLOYER,
        Field.TITLE,
        Field.LEVEL,
        Field.SPECIALTY,
        Field.SERIES,
        Field.GRANTED_ON,
        Field.COMMITTEE,
    }
)
"""Columns whose cells are often merged over several people."""

DITTO = frozenset({"同上", "〃", "″", '"', "''", "同左"})
"""What says that a cell is as the one above."""


@dataclass(frozen=True, slots=True)
class Band:
    """The heights of one row."""

    y: float
    top: float
    bottom: float


def fill_column(
    page: StraightPage, column: Column, runs: Sequence[Run], bands: Sequence[Band], stretch: Band
) -> tuple[dict[int, tuple[Run, ...]], tuple[Run, ...]]:
    """Give every row its part of a column: (row -> ink, ink that belongs to the row before the page)."""
    em = page.em
    lines = visual_rows(runs, em)
    edges = row_edges(page, column.left, column.right, stretch.top - em, stretch.bottom + em)
    if not bands:
        return {}, _flat(lines)
    inner = [e for e in edges if bands[0].y < e < bands[-1].y]
    is_ruled = bool(inner) or (len(edges) >= 2 and len(bands) <= 2) or _cell_spans_all(edges, bands)
    if is_ruled:
        return _fill_ruled(column, lines, edges, bands, em)
    placed, early = _fill_by_alignment(lines, bands, em)
    if column.role in MERGEABLE and len(placed) < 0.7 * len(bands):
        grouped = _fill_by_groups(lines, bands, em)
        if grouped is not None:
            return grouped, ()
    return placed, early


def _cell_spans_all(edges: Sequence[float], bands: Sequence[Band]) -> bool:
    """Tell whether one ruled cell holds the whole column while the names are ruled apart."""
    return (
        len(edges) >= 2
        and edges[0] < bands[0].y
        and edges[-1] > bands[-1].y
        and all(a.bottom <= b.top + 1 for a, b in pairwise(bands))
    )


def _fill_ruled(
    column: Column,
    lines: Sequence[Sequence[Run]],
    edges: Sequence[float],
    bands: Sequence[Band],
    em: float,
) -> tuple[dict[int, tuple[Run, ...]], tuple[Run, ...]]:
    placed: dict[int, tuple[Run, ...]] = {}
    early: tuple[Run, ...] = ()
    limits = [float("-inf"), *edges, float("inf")]
    for upper, lower in pairwise(limits):
        inside = [line for line in lines if upper < line[0].y <= lower]
        rows = [i for i, band in enumerate(bands) if upper < band.y <= lower]
        if not inside:
            continue
        if not rows:
            if lower <= bands[0].y:
                early += _flat(inside)
            continue
        if len(rows) > 1 and (
            column.role not in MERGEABLE
            or _aligned(inside, [bands[i].y for i in rows], em)
            or _covers(inside, [bands[i].y for i in rows])
        ):
            part, _ = _fill_by_alignment(inside, [bands[i] for i in rows], em)
            placed.update({rows[i]: value for i, value in part.items()})
        elif len(rows) > 1 and len(cells := _apart(inside, em)) > 1:
            # The lines of one cell stand close together: here the rule between two cells was not found.
            groups = _fill_by_groups(inside, [bands[i] for i in rows], em) if len(cells) < len(rows) else None
            placed.update({rows[i]: value for i, value in (groups or {}).items()})
        else:
            placed.update(dict.fromkeys(rows, _flat(inside)))
    return placed, early


def _apart(lines: Sequence[Sequence[Run]], em: float) -> list[list[Sequence[Run]]]:
    """Group lines of text that stand close together into cells."""
    cells: list[list[Sequence[Run]]] = []
    for line in lines:
        if cells and line[0].y - cells[-1][-1][0].y < 1.75 * em:
            cells[-1].append(line)
        else:
            cells.append([line])
    return cells


def _aligned(lines: Sequence[Sequence[Run]], ys: Sequence[float], em: float) -> bool:
    """Tell whether a rule is missing: every row has a line of its own at its height."""
    return len(lines) == len(ys) and all(
        abs(line[0].y - y) < 0.4 * em for line, y in zip(lines, ys, strict=True)
    )


def _covers(lines: Sequence[Sequence[Run]], ys: Sequence[float]) -> bool:
    """Tell whether rules are missing between cells of several lines: the lines go on over all rows.

    The lines of a merged cell stand together in the middle of its rows.
    """
    return len(lines) >= len(ys) and lines[-1][0].y - lines[0][0].y >= 0.8 * (ys[-1] - ys[0])


def _flat(lines: Sequence[Sequence[Run]]) -> tuple[Run, ...]:
    return tuple(run for line in lines for run in line)


def _fill_by_alignment(
    lines: Sequence[Sequence[Run]], bands: Sequence[Band], em: float
) -> tuple[dict[int, tuple[Run, ...]], tuple[Run, ...]]:
    """Give each row up to five consecutive lines so that each cell lies level with its row.

    A cell is centred on its row or begins level with it. Lines that fit no row stay out; those above the
    first row are returned separately.
    """
    ys = [sum(run.y for run in line) / len(line) for line in lines]
    skip, absent, most = 1.3, 0.6, 5
    costs: dict[tuple[int, int], float] = {(0, 0): 0.0}
    back: dict[tuple[int, int], tuple[tuple[int, int], int]] = {}

    def offer(state: tuple[int, int], cost: float, origin: tuple[int, int], used: int) -> None:
        if cost < costs.get(state, float("inf")):
            costs[state] = cost
            back[state] = (origin, used)

    for i in range(len(bands) + 1):
        for j in range(len(ys) + 1):
            cost = costs.get((i, j))
            if cost is None:
                continue
            if j < len(ys):
                offer((i, j + 1), cost + skip, (i, j), 0)
            if i == len(bands):
                continue
            offer((i + 1, j), cost + absent, (i, j), 0)
            for used in range(1, min(most, len(ys) - j) + 1):
                part = ys[j : j + used]
                if part[-1] - part[0] > 2.2 * em * (used - 1):
                    break
                off = min(abs(sum(part) / used - bands[i].y), abs(part[0] - bands[i].y) + 0.15 * em) / em
                offer((i + 1, j + used), cost + off + 0.05 * (used - 1), (i, j), used)
    placed: dict[int, tuple[Run, ...]] = {}
    state = (len(bands), len(ys))
    covered: set[int] = set()
    while state != (0, 0):
        origin, used = back[state]
        if used:
            placed[origin[0]] = _flat(lines[origin[1] : origin[1] + used])
            covered.update(range(origin[1], origin[1] + used))
        state = origin
    early = [line for k, line in enumerate(lines) if k not in covered and ys[k] < bands[0].y - 0.6 * em]
    return placed, _flat(early)


def _fill_by_groups(
    lines: Sequence[Sequence[Run]], bands: Sequence[Band], em: float
) -> dict[int, tuple[Run, ...]] | None:
    """Spread sparse values over the rows they were merged for, or return ``None`` when they do not fit.

    Without rules a merged cell shows only in that its text stands in the middle of its rows, or level with
    the first of them.
    """
    cells = _apart(lines, em)
    middles = [(cell[0][0].y + cell[-1][0].y) / 2 for cell in cells]
    ys = [band.y for band in bands]
    level = [min(range(len(ys)), key=lambda i: abs(ys[i] - m)) for m in middles]
    readings: list[list[tuple[int, int]]] = []
    centred = _centred_groups(middles, ys, em)
    if centred is not None:
        readings.append(centred)
    if all(abs(ys[i] - m) < 0.7 * em for i, m in zip(level, middles, strict=True)) and level[0] == 0:
        readings.append(list(zip(level, [*level[1:], len(ys)], strict=True)))
    if not readings:
        return None
    placed: dict[int, tuple[Run, ...]] = {}
    for i in range(len(ys)):
        # Where both ways of setting a merged cell fit and disagree, the row stays without a value.
        owners = {next((k for k, (a, b) in enumerate(groups) if a <= i < b), None) for groups in readings}
        owner = owners.pop()
        if not owners and owner is not None:
            placed[i] = _flat(cells[owner])
    return placed


def _centred_groups(middles: Sequence[float], ys: Sequence[float], em: float) -> list[tuple[int, int]] | None:
    """Divide all rows into runs of which each is centred on one of the middles; ``None`` if impossible.

    The first and the last run may be cut off by the page and lose rows on one side only.
    """
    states: dict[int, tuple[float, list[tuple[int, int]]]] = {0: (0.0, [])}
    for number, middle in enumerate(middles):
        following: dict[int, tuple[float, list[tuple[int, int]]]] = {}
        for first, (cost, groups) in states.items():
            for last in range(first + 1, len(ys) + 1):
                off = abs((ys[first] + ys[last - 1]) / 2 - middle)
                if off > 0.75 * em:
                    continue
                total = cost + off
                if last not in following or total < following[last][0]:
                    following[last] = (total, [*groups, (first, last)])
        if number == 0:
            # Rows of a group that began on the page before.
            for first in range(1, len(ys)):
                for last in range(first + 1, len(ys) + 1):
                    off = abs((ys[first] + ys[last - 1]) / 2 - middle)
                    total = off + 2 * em
                    if off <= 0.5 * em and (last not in following or total < following[last][0]):
                        following[last] = (total, [(first, last)])
        states = following
    finished = states.get(len(ys))
    return finished[1] if finished else None
