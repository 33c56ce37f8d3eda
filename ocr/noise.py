"""Lines that are no text: ornaments, picture frames and the bent letters of seals, read as characters."""

import re
from collections.abc import Sequence
from statistics import median

from domain.dates import find_dates
from domain.text import fold, is_han
from ocr.layout import PlacedLine, overlap

_ORNAMENT = re.compile(r"[口□囗回☑☐✓√■▪◇◆O0DCUNLIP1A·.,:;'|/\\_~*#+=<>()\"-]*")
_BOXES = frozenset("口□囗回☑☐■")
_SEAL_WORDS = re.compile(r"^.{0,6}专用[章意]?$")
_FLAT_PITCH = 0.68
"""Width of a character over the height of its line, below which Chinese text is bent or crowded:
level lines have 0.75 and more, pieces of a round seal's legend about 0.5 in their upright boxes."""

_MOST_SEAL_CHARACTERS = 8
"""A piece of a seal's legend is short; longer crowded lines are print that the seal has disturbed."""


def drop_noise(lines: Sequence[PlacedLine]) -> tuple[PlacedLine, ...]:
    """Return the lines that may be print, in the order given.

    A line under a seal stays as long as it may be a date, a label or a body's name: pieces that
    cannot be understood are worth keeping only where a value is expected.
    """
    sound = [line for line in lines if not is_ornament(line)]
    sound = [line for line in sound if not _is_repeated(line, sound)]
    heights = [line.height for line in sound if not line.line.under_seal] or [line.height for line in sound]
    usual = median(heights) if heights else 0.0
    return tuple(line for line in sound if not _is_seal_piece(line, sound, usual))


def is_ornament(line: PlacedLine) -> bool:
    """Tell whether a line holds nothing but strokes that frames and ornaments are read as."""
    key = fold(line.text)
    if not key or not _ORNAMENT.fullmatch(key):
        # A hair or a fold gives one doubtful character of any kind.
        return len(key) == 1 and line.line.confidence < 0.5
    digits = sum(c in "01" for c in key)
    if len(key) > 2 and not set(key) - set("O0CDU"):
        return True
    return bool(_BOXES & set(key)) or len(key) == 1 or digits == len(key) or line.line.confidence < 0.6


def _is_seal_piece(line: PlacedLine, lines: Sequence[PlacedLine], usual: float) -> bool:
    key = fold(line.text)
    if line.line.under_seal and len(key) <= 2 and _is_covered(line, lines):
        return True
    if not all(is_han(c) for c in key) or len(key) > _MOST_SEAL_CHARACTERS or find_dates(key):
        return False
    if _SEAL_WORDS.match(key) and line.line.under_seal:
        return True
    if re.search("[年月日]", key):
        return False
    pitch = line.box.width / (len(key) * (line.height or 1e-9))
    bent = len(key) > 1 and pitch < _FLAT_PITCH and line.height > 1.3 * usual
    return bent or (line.line.under_seal and _is_covered(line, lines))


def _is_covered(line: PlacedLine, lines: Sequence[PlacedLine]) -> bool:
    """Tell whether a short line lies mostly upon a longer one: two layers of ink."""
    return any(_share_upon(line, other) > 0.5 for other in lines if len(other.text) > len(line.text))


def _is_repeated(line: PlacedLine, lines: Sequence[PlacedLine]) -> bool:
    """Tell whether a line is a part of another line's box, read a second time."""
    key = fold(line.text)
    return any(
        key in fold(other.text) and _share_upon(line, other) > 0.7
        for other in lines
        if len(other.text) > len(line.text)
    )


def _share_upon(line: PlacedLine, other: PlacedLine) -> float:
    """Return the share of a line's area that lies upon another line."""
    wide = overlap(line.box.left, line.box.right, other.box.left, other.box.right)
    high = overlap(line.box.top, line.box.bottom, other.box.top, other.box.bottom)
    area = line.box.width * line.box.height
    return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0
