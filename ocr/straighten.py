"""A page straightened: tilt and perspective taken out, every character placed.

Lengths become thousandths of the page's width in both directions, so that pages of one document can
be compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

import numpy as np

from domain.geometry import Box, Point
from domain.records import PageReading, TextLine
from domain.text import is_han, remove_blanks
from ocr.tables import Ruling, Run, StraightPage
from ocr.tilt import UNIT, find_column_lean, find_row_lean


def straighten(page: PageReading, index: int) -> StraightPage:
    """Take the residual tilt and perspective out of a page and place every character.

    Rows may lean, and lean differently at the top and at the bottom (a photo taken at an angle); so may
    columns. Both are fitted: the right slopes are those that make rows and columns stand out most sharply.
    """
    ratio = page.height_px / max(1, page.width_px)
    lines = [line for line in page.lines if remove_blanks(line.text)]
    # Drawn, not scanned: nothing leans.
    place = _place_level(ratio) if page.from_text_layer else _find_place(page, lines, ratio)
    runs = tuple(_place_line(line, index, place) for line in lines)
    rules = [(place(rule.start), place(rule.end), rule.is_horizontal) for rule in page.rules]
    em = _usual_advance(runs)
    height = float(np.median([run.box.height for run in runs])) if runs else 1.0
    runs = tuple(replace(run, em=em * run.box.height / max(height, 1e-6)) for run in runs)
    flat = [Ruling((a[1] + b[1]) / 2, *sorted((a[0], b[0]))) for a, b, is_flat in rules if is_flat]
    upright = [Ruling((a[0] + b[0]) / 2, *sorted((a[1], b[1]))) for a, b, is_flat in rules if not is_flat]
    return StraightPage(
        page, index, runs, _merge_rulings(flat, em), _merge_rulings(upright, em), em, UNIT * ratio
    )


def _place_level(ratio: float) -> Callable[[Point], Point]:
    def place(point: Point) -> Point:
        return point[0] * UNIT, point[1] * UNIT * ratio

    return place


def _find_place(page: PageReading, lines: Sequence[TextLine], ratio: float) -> Callable[[Point], Point]:
    across = find_row_lean(page, lines, ratio)
    down = find_column_lean(page, across, lines, ratio)

    def place(point: Point) -> Point:
        x, y = point[0] * UNIT, point[1] * UNIT * ratio
        return x - down.at(x) * (y - down.middle), y - across.at(y) * (x - across.middle)

    return place


def _place_line(line: TextLine, index: int, place: Callable[[Point], Point]) -> Run:
    corners = [place(corner) for corner in line.polygon]
    left = (corners[0][0] + corners[-1][0]) / 2
    right = (corners[1][0] + corners[2][0]) / 2
    if right < left:
        left, right = right, left
    top = (corners[0][1] + corners[1][1]) / 2
    bottom = (corners[-1][1] + corners[-2][1]) / 2
    if bottom < top:
        top, bottom = bottom, top
    length = len(line.text)
    has_blanks = len(remove_blanks(line.text)) < length
    indices = tuple(i for i in range(length) if not has_blanks or remove_blanks(line.text[i]))
    shares = _character_shares(line, indices)
    return Run(
        line,
        index,
        Box(left, top, right, bottom),
        indices,
        tuple(left + share * (right - left) for share in shares),
    )


def _character_shares(line: TextLine, indices: Sequence[int]) -> list[float]:
    """Return the middle of each visible character as a share of the line's length."""
    lattice = line.lattice
    path = lattice.best_path()
    drawn_by_hand = lattice.exact and lattice.steps == 2 * len(path) + 1
    if len(path) == len(indices) and lattice.steps and not drawn_by_hand:
        return [(first + last) / 2 / lattice.steps for _, first, last in path]
    # A text layer's lattice knows nothing of places; blanks in the text do.
    widths = [_nominal_width(c) for c in line.text]
    ends = list(accumulate(widths))
    total = ends[-1] or 1.0
    return [(ends[i] - widths[i] / 2) / total for i in indices]


def _nominal_width(character: str) -> float:
    if character == "\u3000" or is_han(character) or ord(character) > 0x2E7F:
        return 1.0
    return 0.5


def _usual_advance(runs: Sequence[Run]) -> float:
    """Return the advance of a Chinese character in a run of middling height.

    Sizes differ on a page: advance is measured against the height of each run. Padded names have wide gaps,
    so a lower quantile counts.
    """
    if not runs:
        return UNIT / 40
    height = float(np.median([run.box.height for run in runs]))
    shares: list[float] = []
    for run in runs:
        text = run.text
        for i, (before, after) in enumerate(pairwise(run.centres)):
            if is_han(text[i]) and is_han(text[i + 1]):
                shares.append((after - before) / max(run.box.height, 1e-6))
    share = float(np.clip(np.percentile(shares, 40), 0.5, 1.2)) if len(shares) >= 3 else 0.85
    return share * height


def _merge_rulings(rulings: Sequence[Ruling], em: float) -> tuple[Ruling, ...]:
    """Join collinear pieces: a rule is often found in several."""
    merged: list[Ruling] = []
    for ruling in sorted(rulings, key=lambda r: (r.at, r.begin)):
        for i in range(len(merged) - 1, -1, -1):
            other = merged[i]
            if ruling.at - other.at > 0.3 * em:
                continue
            if ruling.begin <= other.end + 0.6 * em and other.begin <= ruling.end + 0.6 * em:
                weight = ruling.length / max(ruling.length + other.length, 1e-9)
                merged[i] = Ruling(
                    other.at + (ruling.at - other.at) * weight,
                    min(other.begin, ruling.begin),
                    max(other.end, ruling.end),
                )
                break
        else:
            merged.append(ruling)
    return tuple(merged)
