"""A line while its page is being read: still in pixels, with what each look at it gave."""

from dataclasses import dataclass, replace

from domain.text import fold
from ocr.decode import DecodedLine, is_meaningful
from ocr.sealed_dates import is_full_date
from ocr.upright import Quad

LEAST_CONFIDENCE = 0.30
"""Below it a box holds ornament, a signature or noise."""

SURE_CONFIDENCE = 0.8
"""From here a reading of coloured print, or of a whole line found without ink, is believed."""

_LABEL_CHARACTERS = 3
"""A seal's stroke adds a character or two to a line; three that vanish with the ink were print."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundLine:
    """A box of the page and its readings."""

    quad: Quad
    read: DecodedLine
    under_seal: bool = False
    """Ink of a seal lies over the box."""

    second: DecodedLine | None = None
    """The reading of another image of the same ink, where it differs."""

    @property
    def is_readable(self) -> bool:
        """Tell whether the line holds text at all."""
        return self.read.confidence >= LEAST_CONFIDENCE and is_meaningful(self.read.text)


def merge_readings(line: FoundLine, other: DecodedLine) -> FoundLine:
    """Keep the better of two readings as the line's and the other beside it where the two differ.

    Args:
        line: The line as read from the page as it is.
        other: The reading without the seal's ink.
    """
    line = replace(line, under_seal=True)
    if not is_meaningful(other.text) or other.confidence < LEAST_CONFIDENCE:
        return line
    first = line.read
    keeps_first = first.confidence >= other.confidence or _has_lost_print(first, other)
    if other.confidence >= SURE_CONFIDENCE and fold(first.text) in fold(other.text):
        # Nothing is printed with white: what is seen in addition when the ink is gone was under it.
        keeps_first = fold(first.text) == fold(other.text) and keeps_first
    if is_full_date(first.text) != is_full_date(other.text):
        # 二一六年 beside 二〇一六年: a stroke that was seen was printed, one that was not may be hidden.
        keeps_first = is_full_date(first.text)
    better, worse = (first, other) if keeps_first else (other, first)
    return replace(line, read=better, second=worse if better.best_text != worse.best_text else line.second)


def _has_lost_print(first: DecodedLine, second: DecodedLine) -> bool:
    """Tell whether coloured print went with the ink: labels of many forms are themselves red or brown."""
    if first.confidence < SURE_CONFIDENCE:
        return False
    whole, rest = fold(first.text), fold(second.text)
    return len(whole) > len(rest) and (rest in whole or len(whole) - len(rest) >= _LABEL_CHARACTERS)
