"""The lines of a region as one text, in which sentences are looked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ocr.certificates.characters import KeyedLine, Span
from ocr.certificates.vocabulary import simplify
from ocr.layout import reading_order

HAN = "㐀-鿿豈-﫿"
"""Chinese characters, as part of a character class."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """The lines of a region in reading order as one text without line ends."""

    key: str
    """Traditional characters of set phrases simplified, so that the patterns find them."""

    origins: tuple[tuple[KeyedLine, int], ...]

    @property
    def starts(self) -> frozenset[int]:
        """Positions at which a line begins, or text after a gap."""
        return frozenset(
            i for i, (line, position) in enumerate(self.origins) if position == 0 or line.gaps[position] > 0
        )

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the stretches of lines that hold ``key[start:end]``."""
        found: list[Span] = []
        for line, position in self.origins[start:end]:
            if found and found[-1].keyed is line and found[-1].last == position:
                found[-1] = Span(line, found[-1].first, position + 1)
            else:
                found.append(Span(line, position, position + 1))
        return tuple(found)


def make_stream(lines: Sequence[KeyedLine]) -> Stream:
    """Join lines in reading order."""
    by_placed = {id(line.placed): line for line in lines}
    ordered = [by_placed[id(placed)] for placed in reading_order([line.placed for line in lines])]
    origins = tuple((line, i) for line in ordered for i in range(len(line.key)))
    return Stream(_point_commas(simplify("".join(line.key for line in ordered))), origins)


def _point_commas(key: str) -> str:
    """Turn points between words into the commas that they are on poor copies: 张三.性别女.身份证号."""
    return re.sub(rf"(?<=[{HAN}0-9)X])\.(?=[{HAN}])", ",", key)
