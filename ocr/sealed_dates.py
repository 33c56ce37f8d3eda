"""Dates that a seal has torn apart.

The seal sits on the date of issue. Its strokes split the line into pieces or swallow its ends, and
the pieces alone say nothing. The whole row is cut out again, wide enough for a full date, and read.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from domain.dates import find_dates
from domain.text import fold
from ocr.decode import DecodedLine
from ocr.upright import Quad, quad_size

_PIECE = re.compile(r"[年月日]|[〇零一二三四五六七八九十]{2}|(?<![0-9])(?:19|20)[0-9]{2}")
_LABEL = re.compile("年月日|日期|年月(?![〇零一二三四五六七八九十0-9])")
"""签发日期 is no piece of a date, and a row that begins with it is cut too long."""

_CHARACTERS_OF_A_DATE = 11
"""二〇一六年十二月二十八日 has 13, most have 10 or 11."""

_SAME_ROW = 0.6
"""Of the height: how far centres of pieces of one row may lie apart across the row."""


def find_torn_rows(quads: Sequence[Quad], texts: Sequence[str]) -> list[tuple[tuple[int, ...], Quad]]:
    """Find rows of pieces of a date and the box that holds the whole row.

    Args:
        quads: Boxes of lines under a seal.
        texts: What was read in each.

    Returns:
        (indices of the pieces, box of the row) for each row that does not already hold a full date.
    """
    pieces = [i for i, text in enumerate(texts) if is_piece(text) and not is_full_date(text)]
    rows: list[list[int]] = []
    for i in sorted(pieces, key=lambda i: float(quads[i][:, 0].min())):
        for row in rows:
            if _on_one_row(quads[row[-1]], quads[i]):
                row.append(i)
                break
        else:
            rows.append([i])
    return [
        (tuple(row), _row_quad([quads[i] for i in row], "".join(texts[i] for i in row)))
        for row in rows
        if any(re.search("[年月日]", _without_label(texts[i])) for i in row)
    ]


def is_piece(text: str) -> bool:
    """Tell whether a text holds a part of a date, or all of it."""
    return bool(_PIECE.search(_without_label(text)))


def rank_dates(readings: Sequence[DecodedLine]) -> list[DecodedLine]:
    """Return those of several readings of one row that look like a date, the best first.

    A full date comes before a damaged one, what more pictures say before what one says, and then the surer.
    """
    dates = [reading for reading in readings if looks_like_date(reading.text)]
    votes = Counter(_date_of(reading) for reading in dates)
    return sorted(
        dates, key=lambda one: (is_full_date(one.text), votes[_date_of(one)], one.confidence), reverse=True
    )


def _date_of(reading: DecodedLine) -> str:
    return next((str(found) for found, _, _ in find_dates(fold(reading.text))), reading.best_text)


def _without_label(text: str) -> str:
    return _LABEL.sub("", fold(text))


def is_full_date(text: str) -> bool:
    """Tell whether a text holds a date with year, month and day."""
    return any(found.day is not None for found, _, _ in find_dates(fold(text)))


def looks_like_date(text: str) -> bool:
    """Tell whether a text has the shape of a full date, digits of the year missing or not.

    二一六年三月十一日 has lost a digit to the seal. It is no date, but its alternatives still say how
    well the submitted date fits.
    """
    return bool(re.search("年.{1,3}月.{1,4}日", fold(text))) or is_full_date(text)


def _on_one_row(before: Quad, after: Quad) -> bool:
    height = max(min(quad_size(before)), min(quad_size(after)))
    along = (before[1] - before[0] + before[2] - before[3]) / 2
    length = float(np.linalg.norm(along))
    if length == 0:
        return False
    offset = after.mean(axis=0) - before.mean(axis=0)
    across = abs(float(along[0] * offset[1] - along[1] * offset[0])) / length
    gap = float(after[:, 0].min() - before[:, 0].max())
    return across < _SAME_ROW * height and gap < 4 * height


def _row_quad(quads: Sequence[Quad], text: str) -> Quad:
    """Return the box of the row, widened to both sides to the length of a full date."""
    main = max(quads, key=lambda quad: quad_size(quad)[0])
    height = float(np.median([min(quad_size(quad)) for quad in quads]))
    along = (main[1] - main[0] + main[2] - main[3]) / 2
    direction = along / max(1.0, float(np.linalg.norm(along)))
    if quad_size(main)[0] < 2 * height:
        # One or two characters do not tell the tilt.
        direction = np.array([1.0, 0.0], dtype=np.float32)
    normal = np.array([-direction[1], direction[0]])
    centre = main.mean(axis=0)
    offsets = np.concatenate([(quad - centre) @ direction for quad in quads])
    missing = max(1, _CHARACTERS_OF_A_DATE - len(fold(text)))
    ends_with_day = fold(text).endswith("日")
    # Glyphs fill about 0.75 of a box's height.
    left = float(offsets.min()) - 0.75 * height * (missing if ends_with_day else missing * 0.7)
    right = float(offsets.max()) + 0.75 * height * (0.3 if ends_with_day else missing * 0.7)
    half = height / 2
    corners = [
        centre + direction * left - normal * half,
        centre + direction * right - normal * half,
        centre + direction * right + normal * half,
        centre + direction * left + normal * half,
    ]
    return np.array(corners, dtype=np.float32)
