"""Several certificates on one page: where one ends and the next begins."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.fields import Field
from domain.geometry import Box
from ocr.certificates.characters import join_row, key_line
from ocr.certificates.labels import find_labels
from ocr.certificates.vocabulary import CHINESE_LABELS
from ocr.layout import PlacedLine, group_rows, is_beside, typical_height, union_box

_MOST_CUTS = 12
"""More certificates than this do not go on one page; stops a table of people from being cut up."""

_STATEMENT_NAME = re.compile(r"(?:[㐀-鿿·]{0,9}(?![该本此其等你])[㐀-鿿·])同志[,:]?|兹证明")
"""Somebody named; 该同志 names nobody and stands on forms that have named the person by a label."""

_HEADING = re.compile(r"(?:资格|职称|专业技术|职务)[㐀-鿿]{0,6}证书?$|居民身份证$|公民身份号码")


_PERSON_MARKS = frozenset({Field.NAME.value, "statement"})


@dataclass(frozen=True, slots=True, eq=False)
class _Mark:
    """Something that every certificate has once."""

    kind: str
    box: Box
    word: str = ""
    """The label, where it is one."""


def split_regions(lines: Sequence[PlacedLine]) -> tuple[tuple[PlacedLine, ...], ...]:
    """Split a page into regions of one certificate each, in reading order.

    A page is cut where the cut puts marks that stand once on a certificate (the label 姓名, a
    heading, a statement's name) on both sides, both sides have the same kinds of marks, and as few lines
    as possible are crossed. A booklet spread has one 姓名 and is left whole.
    """
    return _in_reading_order(_split(tuple(lines), _find_marks(lines), 0))


def _in_reading_order(
    regions: Sequence[tuple[PlacedLine, ...]],
) -> tuple[tuple[PlacedLine, ...], ...]:
    """Order regions row by row; those that overlap by half of the lower one's height share a row."""
    rows: list[list[tuple[PlacedLine, ...]]] = []
    for region in sorted(regions, key=lambda item: region_box(item).top):
        if rows and is_beside(region_box(rows[-1][0]), region_box(region)):
            rows[-1].append(region)
        else:
            rows.append([region])
    return tuple(region for row in rows for region in sorted(row, key=lambda item: region_box(item).left))


def _find_marks(lines: Sequence[PlacedLine]) -> tuple[_Mark, ...]:
    marks: list[_Mark] = []
    for row in group_rows(lines):
        text = join_row([key_line(line) for line in row])
        for label in find_labels(text, 0):
            # English twins would count every certificate twice; misread labels might be anything.
            if label.field is not None and label.exact and label.word in CHINESE_LABELS:
                marks.append(_Mark(label.field.value, label.box, label.word))
    for line in lines:
        key = key_line(line).key
        if _STATEMENT_NAME.search(key):
            marks.append(_Mark("statement", line.box))
        if _HEADING.search(key) and key not in CHINESE_LABELS:
            marks.append(_Mark("heading", line.box))
    return tuple(marks)


def _split(
    lines: tuple[PlacedLine, ...], marks: Sequence[_Mark], depth: int
) -> tuple[tuple[PlacedLine, ...], ...]:
    anchors = _anchors(marks)
    if len(anchors) < 2 or depth >= _MOST_CUTS:
        return (lines,) if lines else ()
    cut = _best_cut(lines, marks, anchors)
    if cut is None:
        return (lines,)
    axis, place = cut
    first = tuple(line for line in lines if line.box.centre[axis] < place)
    second = tuple(line for line in lines if line.box.centre[axis] >= place)
    return _split(first, [m for m in marks if m.box.centre[axis] < place], depth + 1) + _split(
        second, [m for m in marks if m.box.centre[axis] >= place], depth + 1
    )


def _anchors(marks: Sequence[_Mark]) -> list[_Mark]:
    """Return the marks that count the certificates: of the kinds that stand once on each, the commonest."""
    names = [mark for mark in marks if mark.kind == Field.NAME.value]
    statements = [mark for mark in marks if mark.kind == "statement"]
    # Labels that were misread on one of several certificates are outvoted by the others. They count by
    # their word: a form may ask for 编号 and 证书号, or for 任职资格 and 资格名称, in two places.
    words = Counter(
        (mark.kind, mark.word)
        for mark in marks
        if mark.kind in (Field.ID_NUMBER.value, Field.CERTIFICATE_NUMBER.value, Field.TITLE.value)
    )
    others = [[mark for mark in marks if (mark.kind, mark.word) == word] for word in words]
    most = max([names, statements, *others], key=lambda found: (len(found), found is names))
    # One form with labels and one with sentences: each names its person once.
    return most if len(most) > 1 else [*names, *statements]


def _best_cut(
    lines: Sequence[PlacedLine], marks: Sequence[_Mark], anchors: Sequence[_Mark]
) -> tuple[int, float] | None:
    height = typical_height(lines)
    best: tuple[float, int, float] | None = None
    for axis in (1, 0):
        centres = sorted(line.box.centre[axis] for line in lines)
        for before, after in pairwise(centres):
            if after - before < 0.2 * height:
                continue
            place = _gap_middle(lines, axis, (before + after) / 2)
            score = _score(lines, marks, anchors, axis, place, height)
            if score is not None and (best is None or score > best[0]):
                best = (score, axis, place)
    return None if best is None else (best[1], best[2])


def _gap_middle(lines: Sequence[PlacedLine], axis: int, place: float) -> float:
    """Move a cut into the middle of the white between the lines on its two sides."""
    ends = [_extent(line.box, axis)[1] for line in lines if line.box.centre[axis] < place]
    starts = [_extent(line.box, axis)[0] for line in lines if line.box.centre[axis] >= place]
    end, start = max(ends), min(starts)
    return (end + start) / 2 if end < start else place


def _extent(box: Box, axis: int) -> tuple[float, float]:
    return (box.left, box.right) if axis == 0 else (box.top, box.bottom)


def _score(
    lines: Sequence[PlacedLine],
    marks: Sequence[_Mark],
    anchors: Sequence[_Mark],
    axis: int,
    place: float,
    height: float,
) -> float | None:
    """Judge a cut; ``None`` when it does not part certificates."""
    first = [mark for mark in anchors if mark.box.centre[axis] < place]
    second = [mark for mark in anchors if mark.box.centre[axis] >= place]
    if not first or not second:
        return None
    kinds = [Counter(m.kind for m in marks if (m.box.centre[axis] < place) == side) for side in (True, False)]
    if len({mark.kind for mark in anchors}) > 1:
        # Two forms: something else than the person's name must stand on both.
        likeness = 0.5 if kinds[0].keys() & kinds[1].keys() - _PERSON_MARKS else 0.0
    else:
        likeness = _likeness(kinds[0], kinds[1], len(first), len(second))
    if likeness < 0.5:
        return None
    crossed = sum(1 for line in lines if _extent(line.box, axis)[0] < place < _extent(line.box, axis)[1])
    ends = [_extent(line.box, axis)[1] for line in lines if line.box.centre[axis] < place]
    starts = [_extent(line.box, axis)[0] for line in lines if line.box.centre[axis] >= place]
    white = max(0.0, min(starts) - max(ends)) / height
    return 4 * likeness + min(white, 8) / 8 - 0.5 * crossed


def _likeness(first: Counter[str], second: Counter[str], first_count: int, second_count: int) -> float:
    """Return how alike two sides are per certificate in what they show, 0 to 1.

    Different forms on one page share at least the name and one more mark.
    """
    kinds = first.keys() | second.keys()
    shared = total = 0.0
    for kind in kinds:
        one, other = first[kind] / first_count, second[kind] / second_count
        shared += min(one, other)
        total += max(one, other)
    whole = shared / total if total else 0.0
    smaller = min(sum(first.values()) / first_count, sum(second.values()) / second_count)
    contained = shared / smaller if smaller else 0.0
    enough = sum(1 for kind in kinds if first[kind] and second[kind]) >= 2
    return max(whole, 0.8 * contained if enough and smaller >= 3 else 0.0)


def region_box(lines: Sequence[PlacedLine]) -> Box:
    """Return the box around a region's lines, page widths."""
    return union_box(line.box for line in lines)
