"""Which value belongs to which label: beside it, below it, over several lines.

Nothing here knows a template. A label looks to its right on the same row, then to the right of the
whole block it forms with its English twin, then below. Every candidate is weighed by whether it
can be a value of the field at all, and no stretch of text is given to two labels.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.dates import find_dates
from domain.fields import DATE_FIELDS, Field
from domain.geometry import Box
from ocr.certificates.board import Board, Fragment, make_board
from ocr.certificates.characters import KeyedLine, RowText, Span, cut_spans, join_row, key_line
from ocr.certificates.continuation import extend_value, is_dated
from ocr.certificates.english import english_label, is_english, widen_by_twins
from ocr.certificates.label_words import is_english_label
from ocr.certificates.labels import Label, find_labels
from ocr.certificates.shapes import TEXT_FIELDS, UNFINISHED_BODY, is_title_like, shape_value
from ocr.certificates.stacked_labels import find_stacked_labels
from ocr.certificates.vocabulary import simplify
from ocr.layout import Grid, PlacedLine, group_rows, is_beside, overlap

_VALUE_GAP = 4.0
"""White in text heights behind which text on the same row is no longer part of the value."""

_BELOW_REACH = 2.6
"""How far below its label, in text heights, a value may begin."""

_ASIDE_REACH = 4.0
"""How far below its label, in text heights, an issuer or a date of issue may stand."""

_LEAST_FITNESS = 0.2
"""Below this a text is not taken for a value of the field, wherever it stands."""

_PAGE_GAP = 1.2
"""White in text heights behind which text on the same row is no part of the sentence before it."""

_ID_LENGTHS = (15, 18)

_SAME_VALUE_REACH = 0.8
"""White between the lines of one value, in text heights; between table rows there is more."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledValue:
    """A label with the stretches of its value, in reading order; none when it has no legible value."""

    label: Label
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """What the labels of a region say."""

    values: tuple[LabelledValue, ...]
    lines: tuple[KeyedLine, ...]
    """All lines of the region but English repetitions."""

    free: tuple[Span, ...]
    """Text that no label claims, in no particular order."""


def pair_labels(lines: Sequence[PlacedLine], grid: Grid) -> Labelled:
    """Pair the labels of one region (one certificate) with their values.

    Args:
        lines: The lines of the region.
        grid: Ruling lines of the page.
    """
    keyed = [line for line in map(key_line, lines) if line.key]
    stacked = find_stacked_labels(keyed, grid)
    used = {id(span.keyed) for label in stacked for span in label.spans}
    plain = [line for line in keyed if id(line) not in used]
    english = [line for line in plain if is_english(line)]
    rows = _rows([line for line in plain if line not in english])
    found = [label for i, row in enumerate(rows) for label in find_labels(row, i)]
    kept = [
        label
        for label in found
        if not _ends_name_above(label, rows, found) and not _is_in_sentence(label, rows)
    ]
    labels = [*stacked, *kept]
    labels, twins = widen_by_twins(labels, english)
    # English labels speak for themselves only where the Chinese ones were not read.
    known = {label.field for label in labels}
    extra = [line for line in english if line not in twins and is_english_label(line.key) is not None]
    labels += [label for label in map(english_label, extra) if label.field not in known]
    board = make_board(rows, labels, grid)
    _claim_all(board)
    values = tuple(
        LabelledValue(label, _value_spans(label, board.taken.get(id(label), ()))) for label in board.labels
    )
    kept_lines = tuple(line for line in keyed if line not in english)
    return Labelled(values, kept_lines, tuple(fragment.span for fragment in board.free()))


def _rows(lines: Sequence[KeyedLine]) -> list[RowText]:
    by_placed = {id(line.placed): line for line in lines}
    grouped = group_rows([line.placed for line in lines])
    return [join_row([by_placed[id(placed)] for placed in row]) for row in grouped]


def _is_in_sentence(label: Label, rows: Sequence[RowText]) -> bool:
    """Tell whether a label is a word of a sentence that goes on in the next line.

    张三，男，身份证号码…，工作单位：甘泉 / 县供销合作社。 What stands behind it on its row is not the value.
    """
    if label.row < 0 or label.row + 1 >= len(rows):
        return False
    key = rows[label.row].key
    before, behind = key[: label.start], key[label.end :]
    if not before.endswith((",", "、", ";", "。")) or rows[label.row].gap_before(label.start) > _PAGE_GAP:
        # A form on the facing page begins behind a wide gap, whatever ends before it.
        return False
    if label.field is Field.ID_NUMBER:
        # 身份证号码330102197 / 211082015，工作单位：…
        return re.fullmatch(r"[0-9]{0,17}", behind) is not None and len(behind) not in _ID_LENGTHS
    if label.field not in TEXT_FIELDS:
        return False
    # The value ends within the row, but the sentence goes on: 工作单位：某公司。经某省 / 评审委员会…
    goes_on = re.match(r"[^,。;:]{2,40}[,。;](?:经|于|由|在|自|具|通过|兹|特)", behind)
    return goes_on is not None or not any(c in ",。;" for c in behind)


def _ends_name_above(label: Label, rows: Sequence[RowText], labels: Sequence[Label]) -> bool:
    """Tell whether a "label" is the end of a name that is broken over two lines.

    陕西省工程系列高级专业技术职务 / 评审委员会 is one committee. A label stands further from the
    value of the label above it than two lines of one value from each other.
    """
    if label.field is not Field.COMMITTEE or len(label.spans) != 1:
        return False
    span = label.spans[0]
    if span.first != 0 or span.last != len(span.keyed.key):
        return False
    box, height = label.box, span.keyed.box.height
    above = [
        line
        for row in rows
        for line in row.lines
        if line is not span.keyed
        and (abs(line.box.left - box.left) < 0.8 * height or _breaks_off(line, box))
        and line.box.centre[1] < box.centre[1]
        and box.top - line.box.bottom < _SAME_VALUE_REACH * height
    ]
    if any(_breaks_off(line, box) for line in above):
        return True
    has_value_beside = any(
        line.box.left > box.right and is_beside(line.box, box) for row in rows for line in row.lines
    )
    if has_value_beside or any(is_title_like(line.key) for line in above):
        return False
    is_labelled = {id(part.keyed) for other in labels for part in other.spans}
    return bool(above) and all(id(line) not in is_labelled for line in above)


def _breaks_off(line: KeyedLine, below: Box) -> bool:
    """Tell whether a line stops in the middle of a committee's name right above a box."""
    over = overlap(line.box.left, line.box.right, below.left, below.right)
    return UNFINISHED_BODY.search(simplify(line.key)) is not None and over > 0.8 * below.width


def _claim_all(board: Board) -> None:
    """Let every label claim its value: the surest ways first.

    A value is completed before the next way is tried: its further lines are surer than anything
    that stands merely somewhere below a label.
    """
    extended: set[int] = set()
    for label in board.labels:
        _claim(board, label, _on_row(board, label), least=_least_on_row(label))
    _extend_all(board, extended)
    for way in (_beside_block, _below, _below_aside, _on_row):
        for label in sorted(board.labels, key=lambda item: (item.box.top, item.box.left)):
            if id(label) not in board.taken and label.field is not None:
                least = _LEAST_FITNESS if way is _on_row else _least_on_row(label)
                _claim(board, label, way(board, label), least=least)
        _extend_all(board, extended)


def _extend_all(board: Board, extended: set[int]) -> None:
    for label in board.labels:
        if label.field is not None and id(label) in board.taken and id(label) not in extended:
            extended.add(id(label))
            extend_value(board, label)


def _least_on_row(label: Label) -> float:
    """Return how fit a text beside a label must be to be taken before looking further.

    The seal sits on the issuer: pieces of its legend stand beside the label, the name below. Of an
    approval number over two lines only the end may share the label's row.
    """
    return 0.5 if label.field in (Field.ISSUER, Field.APPROVAL_NUMBER) else _LEAST_FITNESS


def _claim(
    board: Board, label: Label, fragments: Sequence[Fragment], *, least: float = _LEAST_FITNESS
) -> None:
    if not fragments:
        return
    if label.field is None:
        # The value of a label that is not ours is nobody else's either.
        board.claim(label, [f for f in fragments if is_beside(f.box, label.box)][:1])
        return
    key = "".join(fragment.span.key for fragment in fragments)
    if shape_value(label.field, key).fitness > least:
        board.claim(label, fragments)


def _on_row(board: Board, label: Label) -> list[Fragment]:
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


def _beside_block(board: Board, label: Label) -> list[Fragment]:
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


def _below(board: Board, label: Label) -> list[Fragment]:
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


def _below_aside(board: Board, label: Label) -> list[Fragment]:
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


def _value_spans(label: Label, fragments: Sequence[Fragment]) -> tuple[Span, ...]:
    """Cut the claimed text down to what can be the field's value."""
    ordered = sorted(fragments, key=lambda f: (f.row, f.box.left))
    if label.field is None or not fragments:
        # The text of a label that is none of ours is kept, so that no sentence is found in it.
        return tuple(f.span for f in ordered)
    key = "".join(f.span.key for f in ordered)
    shape = shape_value(label.field, key)
    if shape.fitness <= 0:
        return ()
    return cut_spans([f.span for f in ordered], shape.start, shape.end)
