"""The labels and stretches of text of one region while they are being paired."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from domain.geometry import Box
from ocr.certificates.characters import RowText, Span, split_at_gaps
from ocr.certificates.labels import Label
from ocr.layout import Grid, is_beside

_FRAGMENT_GAP = 1.6
"""White in text heights that parts two values of one detected line; names set wide (张　三) have 1."""

_STRIP_HEIGHTS = 1.5
"""Least width of a blank strip between columns, in text heights."""


@dataclass(slots=True, eq=False)
class Fragment:
    """A stretch of text between labels, free until a label claims it."""

    span: Span
    box: Box
    row: int
    start: int
    """Index in the row's text."""

    column: int = 0
    owner: Label | None = None


@dataclass(slots=True, eq=False)
class Board:
    """The labels and fragments of one region while they are being paired."""

    labels: tuple[Label, ...]
    fragments: list[Fragment]
    grid: Grid
    height: float
    strips: tuple[float, ...]
    taken: dict[int, list[Fragment]] = field(default_factory=dict)
    """Fragments by the identity of the label that claimed them."""

    def column_of(self, x: float) -> int:
        """Return the column (facing page) that holds a horizontal place."""
        return sum(1 for strip in self.strips if strip < x)

    def claim(self, label: Label, fragments: Iterable[Fragment]) -> None:
        """Give fragments to a label."""
        for fragment in fragments:
            fragment.owner = label
            self.taken.setdefault(id(label), []).append(fragment)

    def free(self) -> list[Fragment]:
        """Return the fragments that nobody claims."""
        return [fragment for fragment in self.fragments if fragment.owner is None]


def make_board(rows: Sequence[RowText], labels: Sequence[Label], grid: Grid) -> Board:
    """Lay out the labels of a region and the stretches of text between them."""
    fragments: list[Fragment] = []
    for i, row in enumerate(rows):
        in_row = sorted((label for label in labels if label.row == i), key=lambda label: label.start)
        edges = [(label.start, label.end) for label in in_row]
        start = 0
        for begin, end in [*edges, (len(row.key), len(row.key))]:
            fragments.extend(_cut_fragments(row, i, start, begin))
            start = end
    heights = [line.box.height for row in rows for line in row.lines]
    board = Board(tuple(labels), fragments, grid, median(heights) if heights else 0.02, ())
    board.strips = _facing_strips(board)
    for fragment in fragments:
        fragment.column = board.column_of(fragment.box.left)
    return board


def _cut_fragments(row: RowText, row_index: int, start: int, end: int) -> Iterable[Fragment]:
    position = start
    for span in row.spans(start, end):
        for piece in split_at_gaps(span, _FRAGMENT_GAP):
            length = piece.last - piece.first
            if any(c.isalnum() for c in piece.key):
                yield Fragment(piece, piece.box, row_index, position)
            position += length


def _facing_strips(board: Board) -> tuple[float, ...]:
    """Find the blank strips between facing pages or columns of label-value pairs.

    A strip counts when text to its right begins with labels, and labels to its left hardly ever
    have their value across it.
    """
    items = [(label.box, True) for label in board.labels] + [(f.box, False) for f in board.fragments]
    if not items:
        return ()
    width = max(box.right for box, _ in items) - min(box.left for box, _ in items)
    narrow = [(box, is_label) for box, is_label in items if box.width < 0.5 * width]
    narrow.sort(key=lambda item: item[0].left)
    blank: list[float] = []
    reach = float("-inf")
    for box, _ in narrow:
        if reach > float("-inf") and box.left - reach >= _STRIP_HEIGHTS * board.height:
            blank.append((box.left + reach) / 2)
        reach = max(reach, box.right)
    bounds = pairwise([*blank, float("inf")])
    return tuple(strip for strip, end in bounds if _is_facing(narrow, strip, end))


def _is_facing(items: Sequence[tuple[Box, bool]], strip: float, end: float) -> bool:
    """Judge a strip by what stands between it and the next one."""
    right = [(box, is_label) for box, is_label in items if strip < box.left < end]
    left = [(box, is_label) for box, is_label in items if box.left < strip]
    begins = across = 0
    for box, is_label in right:
        row = [other for other in right if is_beside(other[0], box)]
        if min(other[0].left for other in row) < box.left:
            continue
        facing = [other for other in left if is_beside(other[0], box)]
        last = max(facing, key=lambda other: other[0].right, default=None)
        if is_label:
            begins += 1
        elif last is not None and last[1]:
            across += 1
    return begins >= 2 and across * 3 <= begins
