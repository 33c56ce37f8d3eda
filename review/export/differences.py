"""Which characters differ between what was submitted and what the paper says."""

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from domain.text import fold_character

# Above this share of differing places two texts of one length are shifted, not mistyped, and
# comparing place by place would mark nearly everything.
_MISTYPED_SHARE = 0.5


class Mark(StrEnum):
    """How a piece of text compares."""

    SAME = "same"
    CHANGED = "changed"
    ABSENT = "absent"
    """The other text has characters here; ``Piece.text`` is empty."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters with one mark."""

    text: str
    mark: Mark
    width: int
    """Number of characters shown, or missing when ``mark`` is ``ABSENT``."""


def compare_texts(submitted: str, read: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Mark the characters that differ, in both texts.

    Full-width and half-width forms count as the same character, as everywhere. The pieces of each
    side, joined, are the text of that side, unchanged.
    """
    one, other = _characters(submitted), _characters(read)
    one_keys, other_keys = [_key(c) for c in one], [_key(c) for c in other]
    submitted_pieces: list[Piece] = []
    read_pieces: list[Piece] = []
    for is_same, i1, i2, j1, j2 in _alignment(one_keys, other_keys):
        _add(submitted_pieces, one[i1:i2], is_same=is_same, missing=j2 - j1)
        _add(read_pieces, other[j1:j2], is_same=is_same, missing=i2 - i1)
    return tuple(submitted_pieces), tuple(read_pieces)


def unmarked(text: str) -> tuple[Piece, ...]:
    """Return a text without any mark."""
    return (Piece(text, Mark.SAME, len(text)),) if text else ()


def _alignment(one: list[str], other: list[str]) -> list[tuple[bool, int, int, int, int]]:
    """Return runs (same, start and end in ``one``, start and end in ``other``) in order."""
    if len(one) == len(other):
        same = [a == b for a, b in zip(one, other, strict=True)]
        if same.count(False) <= max(2, _MISTYPED_SHARE * len(one)):
            runs: list[tuple[bool, int, int, int, int]] = []
            for i, is_same in enumerate(same):
                if runs and runs[-1][0] == is_same:
                    start = runs.pop()[1]
                    runs.append((is_same, start, i + 1, start, i + 1))
                else:
                    runs.append((is_same, i, i + 1, i, i + 1))
            return runs
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return [(tag == "equal", i1, i2, j1, j2) for tag, i1, i2, j1, j2 in matcher.get_opcodes()]


def _add(pieces: list[Piece], characters: list[str], *, is_same: bool, missing: int) -> None:
    if characters:
        mark = Mark.SAME if is_same else Mark.CHANGED
        pieces.append(Piece("".join(characters), mark, len(characters)))
    elif missing:
        pieces.append(Piece("", Mark.ABSENT, missing))


def _characters(text: str) -> list[str]:
    """Split into characters as people see them: a variation selector stays with its character."""
    characters: list[str] = []
    for character in text:
        is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
        if characters and (is_selector or unicodedata.combining(character)):
            characters[-1] += character
        else:
            characters.append(character)
    return characters


def _key(character: str) -> str:
    return fold_character(character) if len(character) == 1 else character
