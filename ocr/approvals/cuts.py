"""Runs of a list divided among its columns, by place and by what the columns hold.

A detector draws one box over neighbouring cells; the places of its characters are then only roughly
known. What the columns hold settles on which side of the boundary a character belongs.
"""

import re
from collections.abc import Sequence

from domain.fields import Field
from ocr.approvals.headers import Column
from ocr.approvals.labels import ColumnRole, Role
from ocr.approvals.names import is_likely_name
from ocr.approvals.wording import is_body, is_institution, is_level, is_title, same_places
from ocr.tables import Run, split_at

_REACH = 3
"""Characters by which a cut may be off."""


def divide(run: Run, columns: Sequence[Column], em: float) -> list[tuple[int, Run]]:
    """Cut a run at the boundaries of columns: (column, part) from the left."""
    inner = [column.right for column in columns[:-1]]
    parts = split_at(run, inner, em)
    if len(parts) == 1:
        parts = _divide_overhang(parts[0], columns, em)
    if len(parts) < 2:
        return parts
    starts = [0]
    for _, part in parts[:-1]:
        starts.append(starts[-1] + len(part.indices))
    starts.append(len(run.indices))
    starts = _best_cuts(run.text, starts, [columns[place].role for place, _ in parts])
    return [(parts[i][0], run.cut(starts[i], starts[i + 1])) for i in range(len(parts))]


def _divide_overhang(part: tuple[int, Run], columns: Sequence[Column], em: float) -> list[tuple[int, Run]]:
    """Divide a run that sticks out into the next column, when both sides read as their columns should."""
    place, run = part
    if len(run.indices) < 3:
        return [part]
    options: list[tuple[float, int, int]] = []
    if place + 1 < len(columns) and run.box.right > columns[place].right + 0.3 * em:
        options += [
            (_gain(run.text, cut, columns[place].role, columns[place + 1].role), cut, place)
            for cut in _cuts(run)
        ]
    if place > 0 and run.box.left < columns[place].left - 0.3 * em:
        options += [
            (_gain(run.text, cut, columns[place - 1].role, columns[place].role), cut, place - 1)
            for cut in _cuts(run)
        ]
    if not options:
        return [part]
    gain, cut, first = max(options)
    if gain < 2.0:
        return [part]
    return [(first, run.cut(0, cut)), (first + 1, run.cut(cut, len(run.indices)))]


def _cuts(run: Run) -> range:
    return range(1, len(run.indices))


def _gain(text: str, cut: int, before: Role, after: Role) -> float:
    return _fitness(text[:cut], before) + _fitness(text[cut:], after)


def _best_cuts(text: str, starts: Sequence[int], roles: Sequence[Role]) -> list[int]:
    """Move cuts where the texts between them then are what the columns hold; as little as possible.

    Args:
        text: The whole text.
        starts: Where its parts begin, and its length.
        roles: What the parts' columns hold.
    """
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
    for i, role in enumerate(roles):
        is_last = i == len(roles) - 1
        reach = 0 if is_last else _REACH
        following: dict[int, tuple[float, list[int]]] = {}
        for end in range(max(1, starts[i + 1] - reach), min(len(text), starts[i + 1] + reach) + 1):
            for begin, (score, cuts) in best.items():
                if begin >= end:
                    continue
                total = score + _fitness(text[begin:end], role) - 0.05 * abs(end - starts[i + 1])
                if end not in following or total > following[end][0]:
                    following[end] = (total, [*cuts, end])
        best = following
    return best[len(text)][1] if len(text) in best else list(starts)


def _fitness(text: str, role: Role) -> float:
    """Return 1 for a text that is surely what a column holds, less for a doubtful one."""
    folded = same_places(text)
    if role is Field.NAME:
        return float(is_likely_name(text))
    if role is Field.GENDER:
        return float(folded in ("男", "女"))
    if role is Field.TITLE:
        return float(is_title(folded))
    if role is Field.LEVEL:
        return float(is_level(folded))
    if role is Field.EMPLOYER:
        return 1.0 if is_institution(folded) else 0.5 * is_body(folded)
    if role is ColumnRole.SERIAL:
        return float(folded.isdecimal())
    if role is Field.ID_NUMBER:
        return float(re.fullmatch(r"\d{17}[\dX]|\d{15}", folded) is not None)
    return 0.0
