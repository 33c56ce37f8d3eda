"""Geometry of the lines on a page: rows, columns, ruled cells, reading order.

Page fractions are not square: a tenth of the width of an A4 page is shorter than a tenth of its
height. Everything here measures in *page widths* on both axes, so that distances can be compared
with text heights in any direction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from domain.geometry import Box
from domain.records import PageReading, TextLine

_SAME_ROW_OVERLAP = 0.5
"""Share of the lower of two boxes' heights that must overlap for them to stand side by side."""

_MOST_UPON = 0.3
"""Share of the narrower of two boxes that may lie upon the other one in one row."""

_MOST_UPON_LEVEL = 0.5
_LEVEL = 0.75
"""Shared height from which two boxes stand level, and how far they may then lie upon each other."""

_RULE_TOUCH = 0.01
"""Ends of ruling lines that are this close (in page widths) meet; found lines end a little short."""


@dataclass(frozen=True, slots=True, eq=False)
class PlacedLine:
    """A line with its place in page widths, x to the right and y downwards."""

    line: TextLine
    box: Box
    """Page widths on both axes, unlike ``line.box``."""

    @property
    def text(self) -> str:
        """The text as read."""
        return self.line.text

    @property
    def height(self) -> float:
        """Height in page widths."""
        return self.box.height


def place_lines(page: PageReading) -> tuple[PlacedLine, ...]:
    """Return the page's lines that hold any text, measured in page widths, in the order given."""
    return tuple(PlacedLine(line, to_page_widths(line.box, page)) for line in page.lines if line.text.strip())


def to_page_widths(box: Box, page: PageReading) -> Box:
    """Turn a box in page fractions into one in page widths."""
    aspect = page.height_px / max(1, page.width_px)
    return Box(box.left, box.top * aspect, box.right, box.bottom * aspect)


def typical_height(lines: Sequence[PlacedLine]) -> float:
    """Return the median text height in page widths; 0.02 for an empty page."""
    heights = [line.height for line in lines if line.height > 0]
    return median(heights) if heights else 0.02


def overlap(first_start: float, first_end: float, second_start: float, second_end: float) -> float:
    """Return the length shared by two intervals; negative when there is a gap: minus its width."""
    return min(first_end, second_end) - max(first_start, second_start)


def is_beside(first: Box, second: Box, *, share: float = _SAME_ROW_OVERLAP) -> bool:
    """Tell whether two boxes stand side by side: they overlap vertically by ``share`` of the lower one."""
    lower = min(first.height, second.height)
    return overlap(first.top, first.bottom, second.top, second.bottom) >= share * lower


def union_box(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all of them.

    Raises:
        ValueError: There is no box.
    """
    result: Box | None = None
    for box in boxes:
        result = box if result is None else result.union(box)
    if result is None:
        raise ValueError("no boxes")
    return result


def group_rows(lines: Sequence[PlacedLine]) -> tuple[tuple[PlacedLine, ...], ...]:
    """Group lines into visual rows, top to bottom; within a row left to right.

    A line joins the row whose nearest member, by horizontal distance, it overlaps vertically. So a
    row may follow a slight skew over the page, and a tall heading does not swallow two rows. Two
    lines of one row never stand above each other.
    """
    rows: list[list[PlacedLine]] = []
    reaches: list[float] = []
    for line in sorted(lines, key=lambda item: (item.box.top + item.box.bottom, item.box.left)):
        best: int | None = None
        best_share = 0.0
        for place, row in enumerate(rows):
            if reaches[place] <= line.box.top:
                # The whole row ends above the line; most rows of a long list do.
                continue
            nearest = min(row, key=lambda member: -_horizontal_overlap(member.box, line.box))
            lower = min(nearest.height, line.height) or 1e-9
            shared = overlap(nearest.box.top, nearest.box.bottom, line.box.top, line.box.bottom) / lower
            # Detectors widen the boxes of single characters; what stands level is side by side all the same.
            most = _MOST_UPON_LEVEL if shared >= _LEVEL else _MOST_UPON
            if _horizontal_overlap(nearest.box, line.box) > most * min(nearest.box.width, line.box.width):
                continue
            if shared >= _SAME_ROW_OVERLAP and shared > best_share:
                best, best_share = place, shared
        if best is None:
            rows.append([line])
            reaches.append(line.box.bottom)
        else:
            rows[best].append(line)
            reaches[best] = max(reaches[best], line.box.bottom)
    ordered = [tuple(sorted(row, key=lambda item: item.box.left)) for row in rows]
    ordered.sort(key=lambda row: sum(item.box.top + item.box.bottom for item in row) / len(row))
    return tuple(ordered)


def _horizontal_overlap(first: Box, second: Box) -> float:
    return overlap(first.left, first.right, second.left, second.right)


def split_columns(
    lines: Sequence[PlacedLine], *, min_gap: float | None = None
) -> tuple[tuple[PlacedLine, ...], ...]:
    """Split lines into columns, left to right, at blank strips that run over their whole height.

    Args:
        lines: Any lines of one page.
        min_gap: Least width of a strip in page widths; default: two text heights.
    """
    gap = 2 * typical_height(lines) if min_gap is None else min_gap
    return _split(lines, gap, horizontal=False)


def split_blocks(
    lines: Sequence[PlacedLine], *, min_gap: float | None = None
) -> tuple[tuple[PlacedLine, ...], ...]:
    """Split lines into blocks, top to bottom, at blank strips that run over their whole width.

    Args:
        lines: Any lines of one page.
        min_gap: Least height of a strip in page widths; default: two text heights.
    """
    gap = 2 * typical_height(lines) if min_gap is None else min_gap
    return _split(lines, gap, horizontal=True)


def _split(
    lines: Sequence[PlacedLine], gap: float, *, horizontal: bool
) -> tuple[tuple[PlacedLine, ...], ...]:
    parts: list[list[PlacedLine]] = []
    reach = float("-inf")
    for line in sorted(lines, key=lambda item: item.box.top if horizontal else item.box.left):
        start, end = (line.box.top, line.box.bottom) if horizontal else (line.box.left, line.box.right)
        if not parts or start - reach >= gap:
            parts.append([])
        parts[-1].append(line)
        reach = max(reach, end)
    return tuple(tuple(part) for part in parts)


def reading_order(lines: Sequence[PlacedLine]) -> tuple[PlacedLine, ...]:
    """Return lines in the order in which a person reads them.

    Columns that are parted by a clear strip over the whole height (facing pages) are read one after
    the other; otherwise row by row, after cutting off blocks above and below which may have
    columns of their own.
    """
    lines = tuple(lines)
    if len(lines) < 3:
        return tuple(line for row in group_rows(lines) for line in row)
    columns = split_columns(lines, min_gap=3 * typical_height(lines))
    # A column of one line is no page: it is a value far to the right of its label.
    if len(columns) > 1 and all(len(group_rows(column)) >= 3 for column in columns):
        return tuple(line for column in columns for line in reading_order(column))
    blocks = split_blocks(lines)
    if len(blocks) > 1:
        return tuple(line for block in blocks for line in reading_order(block))
    return tuple(line for row in group_rows(lines) for line in row)


@dataclass(frozen=True, slots=True)
class Grid:
    """The ruling lines of a page, in page widths, of those that belong to a table or form.

    Underlines of blanks to fill in are not part of it: they touch no vertical line.
    """

    verticals: tuple[tuple[float, float, float], ...]
    """x, top, bottom."""

    horizontals: tuple[tuple[float, float, float], ...]
    """y, left, right."""

    def separates_columns(self, first: Box, second: Box) -> bool:
        """Tell whether a vertical line stands between two boxes that are side by side."""
        left, right = sorted((first, second), key=lambda box: box.left)
        top, bottom = max(left.top, right.top), min(left.bottom, right.bottom)
        middle = (top + bottom) / 2
        return any(
            left.centre[0] < x < right.centre[0] and begin <= middle <= end
            for x, begin, end in self.verticals
        )

    def separates_rows(self, first: Box, second: Box) -> bool:
        """Tell whether a horizontal line stands between two boxes of which one is above the other."""
        upper, lower = sorted((first, second), key=lambda box: box.top)
        middle = (max(upper.left, lower.left) + min(upper.right, lower.right)) / 2
        return any(
            upper.centre[1] < y < lower.centre[1] and begin <= middle <= end
            for y, begin, end in self.horizontals
        )

    def cell_of(self, box: Box) -> Box | None:
        """Return the cell around a box's centre; ``None`` when it is not closed on all four sides."""
        x, y = box.centre
        lefts = [v for v, top, bottom in self.verticals if v <= x and top <= y <= bottom]
        rights = [v for v, top, bottom in self.verticals if v > x and top <= y <= bottom]
        tops = [h for h, left, right in self.horizontals if h <= y and left <= x <= right]
        bottoms = [h for h, left, right in self.horizontals if h > y and left <= x <= right]
        if not (lefts and rights and tops and bottoms):
            return None
        return Box(max(lefts), max(tops), min(rights), min(bottoms))


def find_grid(page: PageReading) -> Grid:
    """Return the ruling lines of tables and forms; an empty grid when there are none."""
    aspect = page.height_px / max(1, page.width_px)
    verticals: list[tuple[float, float, float]] = []
    horizontals: list[tuple[float, float, float]] = []
    for rule in page.rules:
        (x0, y0), (x1, y1) = rule.start, rule.end
        y0, y1 = y0 * aspect, y1 * aspect
        if abs(x1 - x0) > abs(y1 - y0):
            horizontals.append(((y0 + y1) / 2, min(x0, x1) - _RULE_TOUCH, max(x0, x1) + _RULE_TOUCH))
        else:
            verticals.append(((x0 + x1) / 2, min(y0, y1) - _RULE_TOUCH, max(y0, y1) + _RULE_TOUCH))
    kept = tuple(
        (y, left, right)
        for y, left, right in horizontals
        if any(left <= x <= right and top <= y <= bottom for x, top, bottom in verticals)
    )
    return Grid(tuple(verticals), kept)
