"""Which value belongs to which label: beside it, below it, over several lines.

Nothing here knows a template. A label looks to its right on the same row, then to the right of the
whole block it forms with its English twin, then below. Every candidate is weighed by whether it
can be a value of the field at all, and no stretch of text is given to two labels.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.fields import Field
from domain.geometry import Box
from ocr.certificates import value_places
from ocr.certificates.board import Board, Fragment, make_board
from ocr.certificates.characters import KeyedLine, RowText, Span, cut_spans, join_row, key_line
from ocr.certificates.continuation import extend_value
from ocr.certificates.english import english_label, is_english, widen_by_twins
from ocr.certificates.label_words import is_english_label
from ocr.certificates.labels import Label, find_labels
from ocr.certificates.shapes import ID_LENGTHS, TEXT_FIELDS, UNFINISHED_BODY, is_title_like, shape_value
from ocr.certificates.stacked_labels import find_stacked_labels
from ocr.certificates.vocabulary import simplify
from ocr.layout import Grid, PlacedLine, group_rows, is_beside, overlap

_LEAST_FITNESS = 0.2
"""Below this a text is not taken for a value of the field, wherever it stands."""

_PAGE_GAP = 1.2
"""White in text heights behind which text on the same row is no part of the sentence before it."""

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
        return re.fullmatch(r"[0-9]{0,17}", behind) is not None and len(behind) not in ID_LENGTHS
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
        _claim(board, label, value_places.on_row(board, label), least=_least_on_row(label))
    _extend_all(board, extended)
    for way in (value_places.beside_block, value_places.below, value_places.below_aside, value_places.on_row):
        for label in sorted(board.labels, key=lambda item: (item.box.top, item.box.left)):
            if id(label) not in board.taken and label.field is not None:
                least = _LEAST_FITNESS if way is value_places.on_row else _least_on_row(label)
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
