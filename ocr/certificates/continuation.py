"""Values that go on over several lines: where they end, and what belongs to them."""

import re
from collections.abc import Sequence

from domain.fields import DATE_FIELDS, Field
from domain.geometry import Box
from domain.id_numbers import parse_id_number
from domain.text import is_han
from ocr.certificates.board import Board, Fragment
from ocr.certificates.label_words import is_label_word
from ocr.certificates.labels import Label
from ocr.certificates.shapes import TEXT_FIELDS, shape_value
from ocr.certificates.vocabulary import ORGANISATION_END, STRONG_BODY_END, simplify
from ocr.layout import is_beside, overlap

_CELL_HEIGHTS = 7.0
"""Cells higher than this many text heights are frames, not cells of one value."""

_ID_DIGITS = 18

_LINE_REACH = 1.3
"""White between two lines of one value, in text heights."""

_BODIES = frozenset({Field.ISSUER, Field.COMMITTEE})

_EMPLOYER_END = re.compile(
    rf"(?:{ORGANISATION_END}|小学|中学|高中|初中|幼儿园|中专|职高|分校|党校|技校|煤矿|水库|林场|农场)$"
)
_COMMITTEE_DONE = re.compile(r"(?:评审委员会|评委会)[㐀-鿿]{0,3}$")
"""A committee's name, perhaps with a piece of a seal's legend."""

_PART_END = re.compile(rf"(?:{ORGANISATION_END}|[学园室科系组班股矿场库店区段]|车间|[)])$")

_STATEMENT = re.compile(
    r"^(?:经(?![济营贸管])|兹|特发|此证|本证|该同志|持证人|根据|依据|按照|同志)|特发此证|同志[:,]|评审通过|任职资格[,。]"
)


def extend_value(board: Board, label: Label) -> None:
    """Add the further lines of a value that is broken over several."""
    assert label.field is not None
    cell = _value_cell(board, label)
    while True:
        value = board.taken[id(label)]
        following = (
            _next_line(board, label, value) if cell is None else _next_in_cell(board, label, value, cell)
        )
        if following is None or not _may_join(label.field, value, following):
            break
        board.claim(label, [following])
    if label.field in TEXT_FIELDS:
        _extend_upwards(board, label)


def _may_join(name: Field, value: Sequence[Fragment], following: Fragment) -> bool:
    """Tell whether a further line leaves a value what it is.

    The line below may be the next pair of a form whose label is in no table: the name of an employer
    that is complete goes on only with a part of it (急诊科, 第二项目部).
    """
    ordered = sorted(value, key=lambda f: (f.row, f.box.left))
    key = simplify("".join(f.span.key for f in ordered))
    further = simplify(following.span.key)
    if name is Field.EMPLOYER and _EMPLOYER_END.search(key) and not _PART_END.search(further):
        return False
    if name in _BODIES and key.endswith(STRONG_BODY_END) and len(further) == 1:
        return False
    if name in _BODIES and _COMMITTEE_DONE.search(key) and further != "办公室":
        # The issuer's name may stand right below, at the foot.
        return False
    return name not in TEXT_FIELDS or (
        shape_value(name, key + further).fitness > 0 or shape_value(name, key).fitness <= 0
    )


def _value_cell(board: Board, label: Label) -> Box | None:
    """Return the ruled cell that holds a value but not its label."""
    cell = board.grid.cell_of(board.taken[id(label)][0].box)
    if cell is None or cell.height > _CELL_HEIGHTS * board.height:
        return None
    x, y = label.box.centre
    inside = cell.left <= x <= cell.right and cell.top <= y <= cell.bottom
    return None if inside else cell


def _next_in_cell(board: Board, label: Label, value: Sequence[Fragment], cell: Box) -> Fragment | None:
    assert label.field is not None
    if label.field not in TEXT_FIELDS and not _is_unfinished(label.field, value):
        return None
    inside = [
        f
        for f in board.free()
        if board.grid.cell_of(f.box) == cell
        and not _STATEMENT.search(f.span.key)
        and any(
            -overlap(f.box.top, f.box.bottom, g.box.top, g.box.bottom) < _LINE_REACH * board.height
            for g in value
        )
    ]
    return min(inside, key=lambda f: (f.row, f.box.left), default=None)


def _next_line(board: Board, label: Label, value: Sequence[Fragment]) -> Fragment | None:
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
        and not (label.field is Field.ID_NUMBER and not _completes_id(value, f))
        and not (is_whole_body and not f.span.key.endswith(STRONG_BODY_END))
        and 0.55 < f.box.height / max(1e-9, last.box.height) < 1.8
    ]
    row_start = min((f.box.left for f in value), default=first.box.left)
    full = max(f.box.right for f in value) - row_start
    for f in sorted(below, key=lambda f: (f.box.top, f.box.left)):
        under_value = abs(f.box.left - row_start) < 1.2 * board.height
        if label.field is Field.ID_NUMBER and _is_valid_id(value, f):
            return f
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


def _extend_upwards(board: Board, label: Label) -> None:
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


def _is_unfinished(name: Field, value: Sequence[Fragment]) -> bool:
    """Tell whether a date or number plainly goes on: a year without a month, 12 digits of an ID."""
    key = "".join(f.span.key for f in sorted(value, key=lambda f: (f.row, f.box.left)))
    if name in DATE_FIELDS:
        return key.endswith(("年", "月", "-", ".", "/")) or ("月" in key and not key.endswith("日"))
    if name is Field.ID_NUMBER:
        return sum(c.isdigit() for c in key) < _ID_DIGITS
    if name is Field.APPROVAL_NUMBER:
        return not key.endswith("号")
    return False


def _completes_id(value: Sequence[Fragment], fragment: Fragment) -> bool:
    """Tell whether a second line makes up an ID number; 15 digits are also a whole old number."""
    return sum(len(f.span.key) for f in value) + len(fragment.span.key) == _ID_DIGITS


def _is_valid_id(value: Sequence[Fragment], fragment: Fragment) -> bool:
    """Tell whether the two lines are a number whose check character is right: no accident."""
    first = "".join(f.span.key for f in sorted(value, key=lambda f: (f.row, f.box.left)))
    return parse_id_number(first + fragment.span.key).problem is None


def _is_value_line(name: Field, fragment: Fragment) -> bool:
    key = fragment.span.key
    if name is Field.COMMITTEE and len(key) == 1 and fragment.span.keyed.line.under_seal:
        # A letter of the seal's legend.
        return False
    if is_label_word(key) and name not in TEXT_FIELDS:
        return False
    if name in TEXT_FIELDS:
        return any(is_han(c) for c in key) and not is_dated(fragment)
    if name is Field.APPROVAL_NUMBER:
        return bool(re.search(r"^[)0-9]*号|\d号", key))
    return bool(re.fullmatch(r"[0-9X年月日号./〇一二三四五六七八九十-]+", key))


def _has_other_label(board: Board, label: Label, fragment: Fragment) -> bool:
    return any(
        other is not label
        and is_beside(other.box, fragment.box)
        and other.box.right <= fragment.box.left + 0.5 * board.height
        and board.column_of(other.box.left) == fragment.column
        and other.box.right > label.box.left
        for other in board.labels
    )


def is_dated(fragment: Fragment) -> bool:
    """Tell whether a fragment is nothing but a date, or what a seal has left of one."""
    key = fragment.span.key
    shape = shape_value(Field.ISSUED_ON, key)
    return shape.fitness > 0 and shape.end - shape.start > 0.7 * len(key)
