"""Which value belongs to which label: beside it, below it, over several lines.

Nothing here knows a template. A label looks to its right on the same row, then to the right of the
whole block it forms with its English twin, then below. Every candidate is weighed by whether it
can be a value of the field at all, and no stretch of text is given to two labels.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from domain.dates import find_dates
from domain.fields import DATE_FIELDS, Field
from domain.geometry import Box
from domain.text import is_han
from ocr.certificates.characters import KeyedLine, RowText, Span, box_of_spans, join_row, key_line, split_at_gaps
from ocr.certificates.labels import Label, find_labels, find_stacked_labels, is_english_label, is_label_word
from ocr.certificates.values import TEXT_FIELDS, shape_value
from ocr.certificates.vocabulary import STRONG_BODY_END
from ocr.layout import Grid, PlacedLine, group_rows, is_beside, overlap

_FRAGMENT_GAP = 1.6
"""White in text heights that parts two values of one detected line; names set wide (张　三) have 1."""

_VALUE_GAP = 4.0
"""White in text heights behind which text on the same row is no longer part of the value."""

_BELOW_REACH = 2.6
"""How far below its label, in text heights, a value may begin."""

_ASIDE_REACH = 4.0
"""How far below its label, in text heights, an issuer or a date of issue may stand."""

_CELL_HEIGHTS = 7.0
"""Cells higher than this many text heights are frames, not cells of one value."""

_LINE_REACH = 1.3
"""White between two lines of one value, in text heights."""

_LEAST_FITNESS = 0.2
"""Below this a text is not taken for a value of the field, wherever it stands."""

_SAME_VALUE_REACH = 0.8
"""White between the lines of one value, in text heights; between table rows there is more."""

_LETTERS_OF_A_WORD = 2
"""A line of so many Latin letters and hardly a digit is English print; values in Latin letters have digits."""

_BODIES = frozenset({Field.ISSUER, Field.COMMITTEE})

_STATEMENT = re.compile(r"^(?:经(?![济营贸管])|兹|特发|此证|本证|该同志|持证人|根据|依据|按照|同志)|特发此证|同志[:,]|评审通过|任职资格[,。]")


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


@dataclass(slots=True, eq=False)
class _Fragment:
    """A stretch of text between labels, free until a label claims it."""

    span: Span
    box: Box
    row: int
    start: int
    """Index in the row's text."""

    column: int = 0
    owner: Label | None = None


@dataclass(slots=True, eq=False)
class _Board:
    """The labels and fragments of one region while they are being paired."""

    labels: tuple[Label, ...]
    fragments: list[_Fragment]
    grid: Grid
    height: float
    strips: tuple[float, ...]
    taken: dict[int, list[_Fragment]] = field(default_factory=dict)
    """Fragments by the identity of the label that claimed them."""

    def column_of(self, x: float) -> int:
        """Return the column (facing page) that holds a horizontal place."""
        return sum(1 for strip in self.strips if strip < x)

    def claim(self, label: Label, fragments: Iterable[_Fragment]) -> None:
        """Give fragments to a label."""
        for fragment in fragments:
            fragment.owner = label
            self.taken.setdefault(id(label), []).append(fragment)

    def free(self) -> list[_Fragment]:
        """Return the fragments that nobody claims."""
        return [fragment for fragment in self.fragments if fragment.owner is None]


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
    english = [line for line in plain if _is_english(line)]
    rows = _rows([line for line in plain if line not in english])
    found = [label for i, row in enumerate(rows) for label in find_labels(row, i)]
    labels = [*stacked, *(label for label in found if not _ends_name_above(label, rows, found))]
    labels, twins = _add_english(labels, english)
    # English labels speak for themselves only where the Chinese ones were not read.
    known = {label.field for label in labels}
    extra = [line for line in english if line not in twins and is_english_label(line.key) is not None]
    labels += [label for label in map(_english_label, extra) if label.field not in known]
    board = _make_board(rows, labels, grid)
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
        and abs(line.box.left - box.left) < 0.8 * height
        and line.box.centre[1] < box.centre[1]
        and box.top - line.box.bottom < _SAME_VALUE_REACH * height
    ]
    has_value_beside = any(
        line.box.left > box.right and is_beside(line.box, box) for row in rows for line in row.lines
    )
    is_labelled = {id(part.keyed) for other in labels for part in other.spans}
    return bool(above) and not has_value_beside and all(id(line) not in is_labelled for line in above)


def _is_english(line: KeyedLine) -> bool:
    """Tell whether a line is an English label or heading: Latin letters without digits."""
    key = line.key
    if any(not c.isascii() for c in key) or sum(c.isdigit() for c in key) > max(1, len(key) // 4):
        return False
    letters = sum(c.isalpha() for c in key)
    if letters < 2 or line.box.width < line.box.height:
        return False
    return letters >= _LETTERS_OF_A_WORD or is_english_label(key) is not None


def _add_english(
    labels: Sequence[Label], english: Sequence[KeyedLine]
) -> tuple[list[Label], list[KeyedLine]]:
    """Widen Chinese labels by their English twins, so that a value between the two is beside them."""
    twins: list[KeyedLine] = []
    widened: list[Label] = []
    for label in labels:
        near = [line for line in english if line not in twins and _is_twin(label, line)]
        if near:
            twin = min(near, key=lambda line: _distance(label.box, line.box))
            twins.append(twin)
            # The twin widens the label downwards or upwards only: values may stand right behind it.
            box = Box(
                label.box.left,
                min(label.box.top, twin.box.top),
                max(label.box.right, twin.box.right) if is_beside(label.box, twin.box) else label.box.right,
                max(label.box.bottom, twin.box.bottom),
            )
            label = replace(label, box=box)  # noqa: PLW2901
        widened.append(label)
    return widened, twins


def _is_twin(label: Label, line: KeyedLine) -> bool:
    named = is_english_label(line.key)
    same = label.field is not None and named == label.field
    reach = 2.0 * max(line.box.height, label.spans[0].keyed.box.height)
    above = -overlap(label.box.top, label.box.bottom, line.box.top, line.box.bottom)
    aside = -overlap(label.box.left, label.box.right, line.box.left, line.box.right)
    if same:
        return above < reach and aside < reach
    # An English line that is misread is still the twin when it stands right below and starts alike.
    lined_up = abs(line.box.left - label.box.left) < 1.5 * line.box.height
    return named is None and 0 < above < 0.6 * reach and lined_up and line.box.top > label.box.top


def _distance(first: Box, second: Box) -> float:
    (x0, y0), (x1, y1) = first.centre, second.centre
    return abs(x0 - x1) + abs(y0 - y1)


def _english_label(line: KeyedLine) -> Label:
    span = Span(line, 0, len(line.key))
    return Label(is_english_label(line.key), line.key, (span,), line.box, True, True, -1, 0, 0)


def _make_board(rows: Sequence[RowText], labels: Sequence[Label], grid: Grid) -> _Board:
    fragments: list[_Fragment] = []
    for i, row in enumerate(rows):
        in_row = sorted((label for label in labels if label.row == i), key=lambda label: label.start)
        edges = [(label.start, label.end) for label in in_row]
        start = 0
        for begin, end in [*edges, (len(row.key), len(row.key))]:
            fragments.extend(_cut_fragments(row, i, start, begin))
            start = end
    heights = [line.box.height for row in rows for line in row.lines]
    board = _Board(tuple(labels), fragments, grid, median(heights) if heights else 0.02, ())
    board.strips = _facing_strips(board)
    for fragment in fragments:
        fragment.column = board.column_of(fragment.box.left)
    return board


def _cut_fragments(row: RowText, row_index: int, start: int, end: int) -> Iterable[_Fragment]:
    position = start
    for span in row.spans(start, end):
        for piece in split_at_gaps(span, _FRAGMENT_GAP):
            length = piece.last - piece.first
            if any(c.isalnum() for c in piece.key):
                yield _Fragment(piece, piece.box, row_index, position)
            position += length


def _facing_strips(board: _Board) -> tuple[float, ...]:
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
    strips: list[float] = []
    reach = float("-inf")
    for box, _ in narrow:
        if reach > float("-inf") and box.left - reach >= 1.5 * board.height:
            middle = (box.left + reach) / 2
            if _is_facing(narrow, middle):
                strips.append(middle)
        reach = max(reach, box.right)
    return tuple(strips)


def _is_facing(items: Sequence[tuple[Box, bool]], strip: float) -> bool:
    right = [(box, is_label) for box, is_label in items if box.left > strip]
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


def _claim_all(board: _Board) -> None:
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


def _extend_all(board: _Board, extended: set[int]) -> None:
    for label in board.labels:
        if label.field is not None and id(label) in board.taken and id(label) not in extended:
            extended.add(id(label))
            _extend(board, label)


def _least_on_row(label: Label) -> float:
    """Return how fit a text beside a label must be to be taken before looking further.

    The seal sits on the issuer: pieces of its legend stand beside the label, the name below.
    """
    return 0.5 if label.field is Field.ISSUER else _LEAST_FITNESS


def _claim(
    board: _Board, label: Label, fragments: Sequence[_Fragment], *, least: float = _LEAST_FITNESS
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


def _on_row(board: _Board, label: Label) -> list[_Fragment]:
    """Return what follows the label on its row, up to the next label, column or wide gap."""
    if label.row < 0:
        return []
    next_label = min(
        (other.start for other in board.labels if other.row == label.row and other.start >= label.end), default=10**6
    )
    run: list[_Fragment] = []
    column = board.column_of(label.box.left)
    for fragment in board.fragments:
        if fragment.row != label.row or not label.end <= fragment.start < next_label:
            continue
        if fragment.column != column or fragment.owner is not None:
            break
        if run and not _continues_on_row(board, label, run, fragment):
            break
        run.append(fragment)
    return run


def _continues_on_row(board: _Board, label: Label, run: Sequence[_Fragment], fragment: _Fragment) -> bool:
    white = (fragment.box.left - run[-1].box.right) / board.height
    if label.field in TEXT_FIELDS and _is_dated(fragment):
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


def _is_dated(fragment: _Fragment) -> bool:
    """Tell whether a fragment is nothing but a date, or what a seal has left of one."""
    key = fragment.span.key
    shape = shape_value(Field.ISSUED_ON, key)
    return shape.fitness > 0 and shape.end - shape.start > 0.7 * len(key)


def _beside_block(board: _Board, label: Label) -> list[_Fragment]:
    """Return the free text to the right of the block of a label, its twin and its remarks."""
    column = board.column_of(label.box.left)
    candidates = [
        f
        for f in board.free()
        if f.column == column
        and f.box.left > label.box.left + 0.5 * label.box.width
        and f.box.left >= label.box.right - board.height
        and overlap(f.box.top, f.box.bottom, label.box.top, label.box.bottom) > 0.1 * min(f.box.height, label.box.height)
        and not _has_own_label(board, f, but=label)
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
        or (board.grid.cell_of(f.box) == cell if cell else abs(f.box.left - first.box.left) < 1.5 * board.height)
    ]
    run.sort(key=lambda f: (f.row, f.box.left))
    return run if label.field in TEXT_FIELDS else run[:1]


def _label_between(board: _Board, label: Label, fragment: _Fragment) -> bool:
    return any(
        other is not label
        and is_beside(other.box, fragment.box, share=0.4)
        and label.box.right - board.height < other.box.left < fragment.box.left
        for other in board.labels
    )


def _below(board: _Board, label: Label) -> list[_Fragment]:
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
            other is not label and label.box.bottom <= other.box.centre[1] < f.box.top and _is_under(label.box, other.box, height)
            for other in board.labels
        ):
            return []
        row = [g for g in candidates if is_beside(g.box, f.box)]
        row.sort(key=lambda g: abs(g.box.left - label.box.left))
        return _with_followers(board, label, row[0])
    return []


def _below_aside(board: _Board, label: Label) -> list[_Fragment]:
    """Return a body's name or a date below a label at the foot, further to the right: under the seal."""
    if label.field not in (Field.ISSUER, Field.ISSUED_ON):
        return []
    column = board.column_of(label.box.left)
    candidates = [
        f
        for f in board.free()
        if f.column == column
        and f.box.left > label.box.left
        and label.box.bottom - 0.5 * board.height < f.box.centre[1] < label.box.bottom + _ASIDE_REACH * board.height
        and not _has_own_label(board, f)
    ]
    for f in sorted(candidates, key=lambda f: (f.row, f.box.left)):
        run = _with_followers(board, label, f)
        shape = shape_value(label.field, "".join(g.span.key for g in run))
        if shape.fitness >= 0.9 and shape.start == 0:
            return run
    return []


def _with_followers(board: _Board, label: Label, first: _Fragment) -> list[_Fragment]:
    """Return a fragment and, for free text, those that go on from it on its row."""
    run = [first]
    if label.field not in TEXT_FIELDS:
        return run
    on_row = [f for f in board.free() if f.row == first.row and f.column == first.column and f.start > first.start]
    for f in sorted(on_row, key=lambda f: f.start):
        if _is_dated(f) or f.box.left - run[-1].box.right > 1.2 * board.height or any(
            label.row == f.row and run[-1].start < label.start < f.start for label in board.labels
        ):
            break
        run.append(f)
    return run


def _is_under(label: Box, value: Box, height: float) -> bool:
    shared = overlap(label.left, label.right, value.left, value.right)
    return shared > 0.3 * min(label.width, value.width) or abs(value.left - label.left) < height


def _has_own_label(board: _Board, fragment: _Fragment, *, but: Label | None = None) -> bool:
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


def _extend(board: _Board, label: Label) -> None:
    """Add the further lines of a value that is broken over several."""
    assert label.field is not None
    cell = _value_cell(board, label)
    while True:
        value = board.taken[id(label)]
        following = _next_line(board, label, value) if cell is None else _next_in_cell(board, label, value, cell)
        if following is None:
            break
        board.claim(label, [following])
    if label.field in TEXT_FIELDS:
        _extend_upwards(board, label)


def _value_cell(board: _Board, label: Label) -> Box | None:
    """Return the ruled cell that holds a value but not its label."""
    cell = board.grid.cell_of(board.taken[id(label)][0].box)
    if cell is None or cell.height > _CELL_HEIGHTS * board.height:
        return None
    x, y = label.box.centre
    inside = cell.left <= x <= cell.right and cell.top <= y <= cell.bottom
    return None if inside else cell


def _next_in_cell(board: _Board, label: Label, value: Sequence[_Fragment], cell: Box) -> _Fragment | None:
    assert label.field is not None
    if label.field not in TEXT_FIELDS and not _is_unfinished(label.field, value):
        return None
    inside = [
        f
        for f in board.free()
        if board.grid.cell_of(f.box) == cell
        and not _STATEMENT.search(f.span.key)
        and any(-overlap(f.box.top, f.box.bottom, g.box.top, g.box.bottom) < _LINE_REACH * board.height for g in value)
    ]
    return min(inside, key=lambda f: (f.row, f.box.left), default=None)


def _next_line(board: _Board, label: Label, value: Sequence[_Fragment]) -> _Fragment | None:
    assert label.field is not None
    if label.field not in TEXT_FIELDS and not _is_unfinished(label.field, value):
        return None
    last = max(value, key=lambda f: (f.row, f.box.bottom))
    is_whole_body = label.field in _BODIES and last.span.key.endswith(STRONG_BODY_END)
    first = min(value, key=lambda f: (f.row, f.box.left))
    below = [
        f
        for f in board.free()
        if f.column == last.column
        and f.box.centre[1] > last.box.bottom - 0.2 * board.height
        and f.box.top - last.box.bottom < _LINE_REACH * board.height
        and not board.grid.separates_rows(last.box, f.box)
        and not _has_other_label(board, label, f)
        and not _STATEMENT.search(f.span.key)
        and _is_value_line(label.field, f)
        and not (is_whole_body and not f.span.key.endswith(STRONG_BODY_END))
        and 0.55 < f.box.height / max(1e-9, last.box.height) < 1.8
    ]
    row_start = min((f.box.left for f in value), default=first.box.left)
    full = max(f.box.right for f in value) - row_start
    for f in sorted(below, key=lambda f: (f.box.top, f.box.left)):
        under_value = abs(f.box.left - row_start) < 1.2 * board.height
        # Running on under the label itself only happens when the line above is full.
        under_label = abs(f.box.left - label.box.left) < 1.2 * board.height and f.box.width > 0
        right_edge = max(g.box.right for g in board.fragments if g.column == f.column)
        is_full = last.box.right > right_edge - 2.5 * board.height
        centred = abs(f.box.centre[0] - (row_start + full / 2)) < 1.2 * board.height and f.box.width < full
        if (under_value and f.box.right <= row_start + full + 2.5 * board.height) or centred:
            return f
        if under_label and is_full and f.box.left < row_start:
            return f
    return None


def _extend_upwards(board: _Board, label: Label) -> None:
    """Add a line above the value when the label is set at half height between the value's lines."""
    value = board.taken[id(label)]
    first = min(value, key=lambda f: f.box.top)
    if first.box.centre[1] - label.box.centre[1] < 0.25 * board.height:
        return
    above = [
        f
        for f in board.free()
        if f.column == first.column
        and abs(f.box.left - first.box.left) < 1.2 * board.height
        and -0.3 * board.height < first.box.top - f.box.bottom < _LINE_REACH * board.height
        and f.box.centre[1] < label.box.centre[1]
        and not board.grid.separates_rows(f.box, first.box)
        and not _has_other_label(board, label, f)
    ]
    if above:
        board.claim(label, [max(above, key=lambda f: f.box.bottom)])


def _is_unfinished(name: Field, value: Sequence[_Fragment]) -> bool:
    """Tell whether a date or number plainly goes on: a year without a month, 12 digits of an ID."""
    key = "".join(f.span.key for f in sorted(value, key=lambda f: (f.row, f.box.left)))
    if name in DATE_FIELDS:
        return key.endswith(("年", "月", "-", ".", "/"))
    if name is Field.ID_NUMBER:
        return sum(c.isdigit() for c in key) < 15
    if name is Field.APPROVAL_NUMBER:
        return not key.endswith("号")
    return False


def _is_value_line(name: Field, fragment: _Fragment) -> bool:
    key = fragment.span.key
    if is_label_word(key) and name not in TEXT_FIELDS:
        return False
    if name in TEXT_FIELDS:
        return any(is_han(c) for c in key) and not _is_dated(fragment)
    if name is Field.APPROVAL_NUMBER:
        return bool(re.search(r"^[)0-9]*号|\d号", key))
    return bool(re.fullmatch(r"[0-9X年月日号./〇一二三四五六七八九十-]+", key))


def _has_other_label(board: _Board, label: Label, fragment: _Fragment) -> bool:
    return any(
        other is not label
        and is_beside(other.box, fragment.box)
        and other.box.right <= fragment.box.left + 0.5 * board.height
        and board.column_of(other.box.left) == fragment.column
        and other.box.right > label.box.left
        for other in board.labels
    )


def _value_spans(label: Label, fragments: Sequence[_Fragment]) -> tuple[Span, ...]:
    """Cut the claimed text down to what can be the field's value."""
    if label.field is None or not fragments:
        return ()
    ordered = sorted(fragments, key=lambda f: (f.row, f.box.left))
    key = "".join(f.span.key for f in ordered)
    shape = shape_value(label.field, key)
    if shape.fitness <= 0:
        return ()
    return cut_spans([f.span for f in ordered], shape.start, shape.end)


def cut_spans(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return the parts of spans that hold ``[start:end]`` of their joined texts."""
    cut: list[Span] = []
    position = 0
    for span in spans:
        length = span.last - span.first
        first, last = max(start - position, 0), min(end - position, length)
        if first < last:
            part = span.part(first, last)
            # Two stretches that touch on one line are one, so that the value is cut as a whole.
            if cut and cut[-1].keyed is part.keyed and cut[-1].last <= part.first:
                part = Span(part.keyed, cut.pop().first, part.last)
            cut.append(part)
        position += length
    return tuple(cut)


