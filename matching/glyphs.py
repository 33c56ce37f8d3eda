"""Characters that look alike to a typist, a recogniser or a tired eye.

The table is data: ``make glyphs`` draws the characters in several typefaces and compares them
(``docs/decisions/0013-look-alikes-come-from-rendered-shapes.md``). It is about shape only: 晴 and 情 are in
it, 睛 and 静 are homophones.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

ALIKE_FROM = 0.55
"""Likeness from which two characters count as alike; also the least that the table holds."""

_TABLE = Path(__file__).with_name("similar_glyphs.txt")
_GRADES = re.compile(r"(\d\d)(\D+)")

_NOT_DRAWN = ("0O〇", "1IL丨", "5S", "8B", "2Z", "6G", "7T", "6B", "9G", "9Q", "3B", "U0", "〇口", "0D")
"""Letters and digits: the table is about Chinese characters alone."""

_NOT_DRAWN_LIKENESS = 0.8


def are_similar_glyphs(submitted: str, read: str) -> bool:
    """Tell whether two characters look alike; a character is not alike itself."""
    return submitted != read and glyph_likeness(submitted, read) >= ALIKE_FROM


def glyph_likeness(submitted: str, read: str) -> float:
    """Return how alike two characters look: 1 for the same, 0 for any two that the table does not pair."""
    if submitted == read:
        return 1.0
    if any(submitted in group and read in group for group in _NOT_DRAWN):
        return _NOT_DRAWN_LIKENESS
    first, second = sorted((submitted, read))
    return _grades(first).get(second, 0.0)


def look_alikes(character: str) -> tuple[str, ...]:
    """Return the characters that look like a Chinese one, most alike first."""
    alike = dict(_grades(character))
    for first, line in _table().items():
        # A digit in a line may be part of a grade.
        if character in line and (grade := _grades(first).get(character)) is not None:
            alike[first] = grade
    return tuple(sorted(alike, key=lambda other: (-alike[other], other)))


@cache
def _table() -> dict[str, str]:
    """Return the table's lines by their first character: of two characters the one with the lower code."""
    _, *lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {line[0]: line[1:] for line in lines}


@lru_cache(maxsize=4096)
def _grades(first: str) -> dict[str, float]:
    return {
        other: int(grade) / 100
        for grade, alike in _GRADES.findall(_table().get(first, ""))
        for other in alike
    }
