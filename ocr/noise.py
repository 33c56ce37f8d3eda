"""Lines that are no text: ornaments, picture frames and the bent letters of seals, read as characters."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

import numpy as np

from domain.dates import find_dates
from domain.fields import LABEL_SYNONYMS
from domain.text import fold, is_han
from ocr.layout import PlacedLine, overlap

_ORNAMENT = re.compile(r"[口□囗回☑☐✓√■▪◇◆O0DCUNLIP1A·.,:;'|/\\_~*#+=<>()\"-]+")
_CIRCLES = re.compile(r"[①-⑳]*[O0QCDU〇]{5,}")
"""A row of beads, or of a seal's ornament. Numbers with five noughts in a row have other digits."""

_LEAST_TILES = 8
_LEAST_TILE_LENGTH = 3
_LEAST_COLUMNS = 4
_TILE_REPEATS = 8
_BLURRED = 0.95
_RUINED = 0.7
_LEAST_NUMBER = 6
_LEAST_LABEL = 4
"""Characters from which a label's word is not by chance among the letters of a seal."""

_SURE = 0.95
"""Numbers of noughts and ones occur (00001011), but are read with confidence; beads are not."""

_LABELS = frozenset(
    fold(word) for words in LABEL_SYNONYMS.values() for word in words if len(word) >= _LEAST_LABEL
)
_CELL_LABELS = frozenset(fold(word) for words in LABEL_SYNONYMS.values() for word in words)
_BEHIND_LABEL = 4.0
"""In heights of the line: so close behind a label in its row stands the label's value."""

_STRANGE_BEADS = 0.2
"""Of a border's beads, read as something else than noughts, ones and boxes."""

_BOXES = frozenset("口□囗回☑☐■")
_SEAL_WORDS = re.compile(r"^.{0,6}专用[章意]?$")
_FLAT_PITCH = 0.68
"""Width of a character over the height of its line, below which Chinese text is bent or crowded:
level lines have 0.75 and more, pieces of a round seal's legend about 0.5 in their upright boxes."""

_STRAIGHT_PITCH = 0.74
_MOST_TILT = 0.05
"""About three degrees; legends lean more, but for the piece at the top, which is bent most."""

_REPEATED_SHARE = 0.7
"""Of a line's area that lies upon another line with the same words in it."""

_MOST_SEAL_CHARACTERS = 8
"""A piece of a seal's legend is short; longer crowded lines are print that the seal has disturbed."""


def drop_noise(lines: Sequence[PlacedLine]) -> tuple[PlacedLine, ...]:
    """Return the lines that may be print, in the order given.

    A line under a seal stays as long as it may be a date, a label or a body's name: pieces that
    cannot be understood are worth keeping only where a value is expected.
    """
    sound = [line for line in _drop_tiles(lines) if not is_ornament(line)]
    sound = _drop_repeated(sound)
    heights = [line.height for line in sound if not line.line.under_seal] or [line.height for line in sound]
    usual = median(heights) if heights else 0.0
    return tuple(line for line in sound if not _is_seal_piece(line, sound, usual))


def _drop_tiles(lines: Sequence[PlacedLine]) -> list[PlacedLine]:
    """Drop the tint of a security paper: one word, printed all over the page as background.

    A word that stands in a column of a list is no tint: a tint's copies are staggered.
    """
    keys = [fold(line.text) for line in lines]
    tiles = set()
    for word, count in Counter(keys).items():
        if count >= _LEAST_TILES and len(word) >= _LEAST_TILE_LENGTH and all(is_han(c) for c in word):
            copies = [line for line, key in zip(lines, keys, strict=True) if key == word]
            if _count_places([line.box.left for line in copies], copies[0].box.width / 2) >= _LEAST_COLUMNS:
                tiles.add(word)
    if not tiles:
        return list(lines)
    endless = [word * _TILE_REPEATS for word in tiles]
    return [
        line
        for line, key in zip(lines, keys, strict=True)
        if not any(key in text or _is_blurred_tile(line, key, text) for text in endless)
    ]


def _count_places(values: Sequence[float], apart: float) -> int:
    """Return in how many places, further apart than ``apart``, the values lie."""
    places = 0
    reach = float("-inf")
    for value in sorted(values):
        if value > reach:
            places += 1
            reach = value + apart
    return places


def _is_blurred_tile(line: PlacedLine, key: str, endless: str) -> bool:
    confidence = line.line.confidence
    if confidence > _BLURRED or len(key) < _LEAST_TILE_LENGTH or not all(is_han(c) for c in key):
        return False
    return sum(c in endless for c in key) >= len(key) * (1 / 3 if confidence < _RUINED else 2 / 3)


def is_ornament(line: PlacedLine) -> bool:
    """Tell whether a line holds nothing but strokes that frames and ornaments are read as."""
    key = fold(line.text)
    if _CIRCLES.fullmatch(key):
        return True
    strange = _ORNAMENT.sub("", key)
    if strange and _BOXES & set(key) and len(strange) <= _STRANGE_BEADS * len(key):
        # One bead of a border was taken for a character: 11 0 0 门 □ □ 0 11.
        return line.line.confidence < _SURE
    if not key or strange:
        # A hair or a fold gives one doubtful character of any kind.
        return len(key) == 1 and line.line.confidence < 0.5
    if key.isdigit() and "1" in key and len(key) >= _LEAST_NUMBER and line.line.confidence >= _SURE:
        return False
    digits = sum(c in "01" for c in key)
    if len(key) > 2 and not set(key) - set("O0CDU"):
        return True
    return bool(_BOXES & set(key)) or len(key) == 1 or digits == len(key) or line.line.confidence < 0.6


def _is_seal_piece(line: PlacedLine, lines: Sequence[PlacedLine], usual: float) -> bool:
    key = fold(line.text)
    if key in _LABELS:
        # The loose box of a tilted date reaches over the label above it.
        return False
    if line.line.under_seal and len(key) <= 2 and _is_covered(line, lines):
        return True
    if not all(is_han(c) for c in key) or len(key) > _MOST_SEAL_CHARACTERS or find_dates(key):
        return False
    if _SEAL_WORDS.match(key) and line.line.under_seal:
        return True
    if re.search("[年月日]", key):
        return False
    pitch = line.box.width / (len(key) * (line.height or 1e-9))
    bent = len(key) > 1 and pitch < _FLAT_PITCH and line.height > 1.3 * usual and not _is_straight(line, key)
    if bent and _stands_in_form(line, key, lines):
        return False
    return bent or (line.line.under_seal and _is_covered(line, lines))


def _stands_in_form(line: PlacedLine, key: str, lines: Sequence[PlacedLine]) -> bool:
    """Tell whether a line is the value right behind a label of its row, or the label before a value.

    Coloured labels count as under a seal, values under one may still be its lettering.
    """
    if key in _CELL_LABELS:
        return any(_follows(other, line) for other in lines)
    return not line.line.under_seal and any(
        fold(other.text).rstrip(":") in _CELL_LABELS and _follows(line, other) for other in lines
    )


def _follows(line: PlacedLine, before: PlacedLine) -> bool:
    """Tell whether a line stands right behind another one in its row."""
    apart = abs(before.box.centre[1] - line.box.centre[1])
    gap = line.box.left - before.box.right
    return apart < 0.4 * min(line.height, before.height) and 0 <= gap < _BEHIND_LABEL * line.height


def _is_straight(line: PlacedLine, key: str) -> bool:
    """Tell whether a line is level print on a slightly turned page: its own corners show its height."""
    aspect = line.box.bottom / line.line.box.bottom if line.line.box.bottom else 1.0
    (x0, y0), (x1, y1), _, (x3, y3) = line.line.polygon
    along = math.hypot(x1 - x0, (y1 - y0) * aspect)
    down = math.hypot(x3 - x0, (y3 - y0) * aspect)
    tilt = abs(y1 - y0) * aspect / (abs(x1 - x0) or 1e-9)
    return tilt < _MOST_TILT and along / (len(key) * (down or 1e-9)) >= _STRAIGHT_PITCH


def _is_covered(line: PlacedLine, lines: Sequence[PlacedLine]) -> bool:
    """Tell whether a short line lies mostly upon a longer one: two layers of ink."""
    return any(_share_upon(line, other) > 0.5 for other in lines if len(other.text) > len(line.text))


def _drop_repeated(lines: list[PlacedLine]) -> list[PlacedLine]:
    """Drop lines that are a part of another line's box, read a second time."""
    if not lines:
        return lines
    left, top, right, bottom = np.array(
        [(line.box.left, line.box.top, line.box.right, line.box.bottom) for line in lines]
    ).T
    wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    high = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    area = (right - left) * (bottom - top)
    shared = np.where((wide > 0) & (high > 0), wide * high, 0.0)
    inside, around = np.nonzero(shared > _REPEATED_SHARE * area[:, None])
    repeated = {
        i
        for i, j in zip(inside.tolist(), around.tolist(), strict=True)
        if len(lines[j].text) > len(lines[i].text) and fold(lines[i].text) in fold(lines[j].text)
    }
    return [line for i, line in enumerate(lines) if i not in repeated]


def _share_upon(line: PlacedLine, other: PlacedLine) -> float:
    """Return the share of a line's area that lies upon another line."""
    wide = overlap(line.box.left, line.box.right, other.box.left, other.box.right)
    high = overlap(line.box.top, line.box.bottom, other.box.top, other.box.bottom)
    area = line.box.width * line.box.height
    return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0
