"""Where the value of a label may stand: each way of looking returns the free text that it finds."""

from collections.abc import Sequence

from domain.dates import find_dates
from domain.fields import DATE_FIELDS, Field
from domain.geometry import Box
from ocr.certificates.board import Board, Fragment
from ocr.certificates.continuation import is_dated
from ocr.certificates.labels import Label
from ocr.certificates.shapes import TEXT_FIELDS, shape_value
from ocr.layout import is_beside, overlap

_VALUE_GAP = 4.0
"""White in text heights behind which text on the same row is no longer part of the value."""

_BELOW_REACH = 2.6
"""How far below its label, in text heights, a value may begin."""

_ASIDE_REACH = 4.0
"""How far below its label, in text heights, an issuer or a date of issue may stand."""


def on_row(board: Board, label: Label) -> list[Fragment]:
    """Return what follows the label on its row, up to the next label, column or wide gap."""
    if label.row < 0:
        return []
    next_label = min(
        (other.start for other in board.labels if other.row == label.row and other.start >= label.end),
        default=10**6,
    )
    run: list[Fragment] = []
    column = board.column_of(label.box.left)
    for fragment in board.fragments:
        if fragment.row != label.row or not label.end <= fragment.start < next_label:
            continue
        if _stands_at_other(board, label, fragment):
            break
        if fragment.column != column or fragment.owner is not None:
            break
        if run and not _continues_on_row(board, label, run, fragment):
            break
        run.append(fragment)
    return run


def _continues_on_row(board: Board, label: Label, run: Sequence[Fragment], fragment: Fragment) -> bool:
    white = (fragment.box.left - run[-1].box.right) / board.height
    if label.field in TEXT_FIELDS and is_dated(fragment):
        return False
    if white > _VALUE_GAP or board.grid.separates_columns(run[-1].box, fragment.box):
        return False
    so_far = "".join(part.span.key for part in run)
    if label.field is Field.NAME:
        # 张 三 in two boxes is one name; 张三 李四 is not.
        return len(so_far) == 1 and white < 3 and len(fragment.span.key) <= 2
    if label.field in (Field.GENDER, Field.LEVEL):
        return False
    if label.field in DATE_FIELDS:
        return not find_dates(so_far) or find_dates(so_far)[0][0].day is None
    return True


def beside_block(board: Board, label: Label) -> list[Fragment]:
    """Return the free text to the right of the block of a label, its twin and its remarks."""
    column = board.column_of(label.box.left)
    candidates = [
        f
        for f in board.free()
        if f.column == column
        and f.box.left > label.box.left + 0.5 * label.box.width
        and f.box.left >= label.box.right - board.height
        and overlap(f.box.top, f.box.bottom, label.box.top, label.box.bottom)
        > 0.1 * min(f.box.height, label.box.height)
        and not _has_own_label(board, f, but=label)
        and not _stands_at_other(board, label, f)
    ]
    candidates = [f for f in candidates if not _label_between(board, label, f)]
    if not candidates:
        return []
    first = min(candidates, key=lambda f: (f.box.left, f.box.top))
    cell = board.grid.cell_of(first.box)
    run = [
        f
        for f in candidates
        if f is first
        or (
            board.grid.cell_of(f.box) == cell
            if cell
            else abs(f.box.left - first.box.left) < 1.5 * board.height
        )
    ]
    run.sort(key=lambda f: (f.row, f.box.left))
    return run if label.field in TEXT_FIELDS or label.field is Field.APPROVAL_NUMBER else run[:1]


def _stands_at_other(board: Board, label: Label, fragment: Fragment) -> bool:
    """Tell whether another label on a label's row stands over a fragment: it is the value below that one.

    Tilted dates and loose boxes reach up into the row of their labels.
    """
    return any(
        other is not label
        and is_beside(other.box, label.box)
        and other.box.left > label.box.right
        and fragment.box.centre[1] > other.box.centre[1]
        and overlap(other.box.left, other.box.right, fragment.box.left, fragment.box.right)
        > 0.5 * other.box.width
        for other in board.labels
    )


def _label_between(board: Board, label: Label, fragment: Fragment) -> bool:
    return any(
        other is not label
        and is_beside(other.box, fragment.box, share=0.4)
        and label.box.right - board.height < other.box.left < fragment.box.left
        for other in board.labels
    )


def below(board: Board, label: Label) -> list[Fragment]:
    """Return the free text right below a label."""
    column = board.column_of(label.box.left)
    height = max(board.height, label.spans[0].keyed.box.height)
    candidates = [
        f
        for f in board.free()
        if f.column == column
        and f.box.centre[1] > label.box.bottom - 0.2 * height
        and f.box.top - label.box.bottom < _BELOW_REACH * height
        and _is_under(label.box, f.box, height)
        and not _has_own_label(board, f)
    ]
    candidates.sort(key=lambda f: f.box.top)
    for f in candidates:
        if any(
            other is not label
            and label.box.bottom <= other.box.centre[1] < f.box.top
            and _is_under(label.box, other.box, height)
            for other in board.labels
        ):
            return []
        row = [g for g in candidates if is_beside(g.box, f.box)]
        row.sort(key=lambda g: abs(g.box.left - label.box.left))
        return _with_followers(board, label, row[0])
    return []


def below_aside(board: Board, label: Label) -> list[Fragment]:
    """Return a body's name or a date below a label at the foot, further to the right: under the seal."""
    if label.field not in (Field.ISSUER, Field.ISSUED_ON):
        return []
    column = board.column_of(label.box.left)
    candidates = [
        f
        for f in board.free()
        if f.column == column
        and f.box.left > label.box.left
        and label.box.bottom - 0.5 * board.height
        < f.box.centre[1]
        < label.box.bottom + _ASIDE_REACH * board.height
        and not _has_own_label(board, f)
    ]
    for f in sorted(candidates, key=lambda f: (f.row, f.box.left)):
        run = _with_followers(board, label, f)
        shape = shape_value(label.field, "".join(g.span.key for g in run))
        if shape.fitness >= 0.9 and shape.start == 0:
            return run
    return []


def _with_followers(board: Board, label: Label, first: Fragment) -> list[Fragment]:
    """Return a fragment and, for free text, those that go on from it on its row."""
    run = [first]
    if label.field not in TEXT_FIELDS:
        return run
    on_row = [
        f for f in board.free() if f.row == first.row and f.column == first.column and f.start > first.start
    ]
    for f in sorted(on_row, key=lambda f: f.start):
        if (
            is_dated(f)
            or f.box.left - run[-1].box.right > 1.2 * board.height
            or any(label.row == f.row and run[-1].start < label.start < f.start for label in board.labels)
        ):
            break
        run.append(f)
    return run


def _is_under(label: Box, value: Box, height: float) -> bool:
    shared = overlap(label.left, label.right, value.left, value.right)
    return shared > 0.3 * min(label.width, value.width) or abs(value.left - label.left) < height


def _has_own_label(board: Board, fragment: Fragment, *, but: Label | None = None) -> bool:
    """Tell whether a label stands directly to the left of a fragment: then it is that label's value."""
    return any(
        label.field is not None
        and label is not but
        and id(label) not in board.taken
        and is_beside(label.box, fragment.box)
        and label.box.right <= fragment.box.left + 0.5 * board.height
        and board.column_of(label.box.left) == fragment.column
        for label in board.labels
    )
