"""Grids of names: lines that hold nothing but names, padded to columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.text import is_han
from ocr.approvals.flow import Flow
from ocr.approvals.names import (
    COMPOUND_SURNAMES,
    MIDDLE_DOT,
    has_surname,
    is_likely_name,
    is_name_shape,
    looks_like_place,
)
from ocr.approvals.wording import same_places
from ocr.tables import Run

_REMARK = re.compile(r"\(([^()]{1,12})\)")
_PROSE = re.compile(
    "同意|批准|同志|具备|资格|评审|名单|通知|如下|任职|单位|取得|职称|相应|确认|认定|此复|批复|上述|以上人|收悉|专业技术|特此"
)
_MOST = 4
"""Characters of a name; with a dot in it, of both halves together."""

_DOTTED_MOST = 18


@dataclass(frozen=True, slots=True, eq=False)
class GridName:
    """One name of a line of names."""

    runs: tuple[Run, ...]
    remark: tuple[Run, ...] = ()
    """What stands in brackets behind it: 女, 回族, a unit."""

    @property
    def text(self) -> str:
        """The name without blanks."""
        return "".join(run.text for run in self.runs)

    @property
    def left(self) -> float:
        """Where the name begins."""
        return self.runs[0].box.left


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of characters between separators: ``text[start:end]``."""

    start: int
    end: int
    remark: tuple[int, int] | None = None


def read_name_line(runs: Sequence[Run], em: float, slots: Sequence[float] = ()) -> tuple[GridName, ...]:
    """Read a line of names, or return nothing when it is another kind of line.

    Args:
        runs: The runs of one visual row from the left.
        em: Usual advance of a character.
        slots: Where names begin in the lines around, if known.
    """
    flow = Flow(runs)
    pieces = _pieces(flow)
    if pieces is None:
        return ()
    centres = [x for run in flow.runs for x in run.centres]
    own = sorted(run.em for run in flow.runs if run.em)
    em = own[len(own) // 2] if own else em
    names: list[GridName] = []
    for piece in pieces:
        division = _divide(flow.text[piece.start : piece.end], centres[piece.start : piece.end], em, slots)
        if division is None:
            return ()
        for first, last in division:
            is_last = last == piece.end - piece.start
            remark = flow.part(*piece.remark) if piece.remark and is_last else ()
            names.append(GridName(flow.part(piece.start + first, piece.start + last), remark))
    return tuple(names)


def are_names(names: Sequence[GridName], *, announced: bool) -> bool:
    """Tell whether the texts of a line are people, by their surnames.

    Args:
        names: What ``read_name_line`` found.
        announced: A heading or neighbouring line says that names stand here.
    """
    if not names or not all(is_name_shape(name.text) for name in names):
        return False
    known = sum(has_surname(name.text) for name in names)
    places = sum(looks_like_place(name.text) and not is_likely_name(name.text) for name in names)
    if announced:
        return known >= 0.5 * len(names) and places <= 0.3 * len(names)
    if len(names) == 1:
        return False
    return known >= 0.75 * len(names) and places == 0


def find_slots(lines: Sequence[Sequence[GridName]], em: float) -> tuple[float, ...]:
    """Return where the columns of a grid begin: left edges that several lines share."""
    edges = sorted(name.left for line in lines for name in line)
    slots: list[list[float]] = []
    for edge in edges:
        if slots and edge - slots[-1][-1] < 0.5 * em:
            slots[-1].append(edge)
        else:
            slots.append([edge])
    return tuple(sum(slot) / len(slot) for slot in slots if len(slot) >= max(2, 0.3 * len(lines)))


def split_names(runs: Sequence[Run], em: float) -> tuple[tuple[Run, ...], ...]:
    """Split a cell that holds several names, by blanks or commas; empty when it does not."""
    names: list[tuple[Run, ...]] = []
    lines: list[list[Run]] = []
    for run in runs:
        if lines and abs(run.y - lines[-1][-1].y) < 0.5 * em:
            lines[-1].append(run)
        else:
            lines.append([run])
    for line in lines:
        found = read_name_line(line, em)
        if not are_names(found, announced=True):
            return ()
        names += [name.runs for name in found]
    return tuple(names)


def _pieces(flow: Flow) -> list[_Piece] | None:
    """Divide a line at separators; ``None`` when it holds what no line of names does."""
    text = same_places(flow.text)
    if len(text) != len(flow.text) or _PROSE.search(text):
        return None
    pieces: list[_Piece] = []
    begin: int | None = None
    position = foreign = 0
    while position < len(text):
        character = text[position]
        if is_han(character) or character == MIDDLE_DOT:
            begin = position if begin is None else begin
            position += 1
            continue
        remark = _REMARK.match(text, position)
        if remark and begin is not None:
            pieces.append(_Piece(begin, position, remark.span(1)))
            begin, position = None, remark.end()
            continue
        if character.isalpha() and not character.isdecimal():
            foreign += 1
            if foreign > 0.15 * len(text):
                return None
        if begin is not None:
            pieces.append(_Piece(begin, position))
            begin = None
        position += 1
    if begin is not None:
        pieces.append(_Piece(begin, len(text)))
    return pieces


def _divide(
    text: str, centres: Sequence[float], em: float, slots: Sequence[float]
) -> list[tuple[int, int]] | None:
    """Divide characters into names at the least cost; ``None`` when no division is plausible."""
    size = len(text)
    gaps = [0.0] + [(b - a) / em - 1.0 for a, b in pairwise(centres)]
    dotted = same_places(text)
    longest = _DOTTED_MOST if MIDDLE_DOT in dotted else _MOST
    starts = [
        # What it costs that a name begins here, close behind another, where none of the lines around does.
        (4.5 * max(0.0, 0.7 - gap) if place else 0.0)
        + (0.4 * min(min(abs(centre - 0.5 * em - slot) for slot in slots) / em, 1.5) if slots else 0.0)
        for place, (gap, centre) in enumerate(zip(gaps, centres, strict=True))
    ]
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * size
    for end in range(1, size + 1):
        for begin in range(max(0, end - longest), end):
            so_far = best[begin][0] + starts[begin]
            if so_far >= best[end][0]:
                continue
            cost = _name_cost(text[begin:end], dotted[begin:end], gaps[begin + 1 : end])
            if cost is not None and so_far + cost < best[end][0]:
                best[end] = (so_far + cost, begin)
    if best[size][0] == float("inf"):
        return None
    names: list[tuple[int, int]] = []
    end = size
    while end:
        begin = best[end][1]
        names.append((begin, end))
        end = begin
    if best[size][0] > 1.3 * len(names) + 0.5:
        return None
    return names[::-1]


def _name_cost(text: str, folded: str, gaps: Sequence[float]) -> float | None:
    """Return how unlike one name a stretch of characters is; ``None`` when it cannot be one."""
    widest = max(gaps, default=0.0)
    if MIDDLE_DOT in folded:
        if folded.startswith(MIDDLE_DOT) or folded.endswith(MIDDLE_DOT):
            return None
        return 2.0 * max(0.0, widest - 0.8)
    strange = 0.0 if has_surname(text) else 0.7
    if len(text) == 1:
        return 4.0
    if len(text) == 2:
        return strange + 2.0 * max(0.0, widest - 1.7)
    if len(text) == 3:
        return strange + 1.5 * max(0.0, widest - 0.45)
    if len(text) == 4:
        rare = 0.3 if text[:2] in COMPOUND_SURNAMES else 1.2
        if has_surname(text[2:]) and gaps[1] > max(gaps[0], gaps[2]) + 0.15:
            # Two names of two characters, set closer than others: 毕勇 郝成.
            rare += 1.5
        return strange + rare + 2.0 * max(0.0, widest - 0.4)
    return None
