"""Characters of a PDF page to words, by pdfplumber's rules."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np
from pdfplumber.utils.text import extract_words

from domain.geometry import Box
from domain.images import Word
from ingest.pdf_characters import Glyph
from ingest.pdf_ink import PageInk

CharacterDict = dict[str, Any]
"""A character as pdfplumber has it, with its font's key as ``font``."""

UprightRule = tuple[float, float, float]
"""x, top, bottom."""

_SAME_PLACE = 0.3
"""Of a character's smaller side: centres closer than this are one place."""


def glyph_to_dict(glyph: Glyph) -> CharacterDict:
    """Return a character as pdfplumber has it."""
    left, top, right, bottom = glyph.box
    return {
        "text": glyph.character,
        "x0": left,
        "x1": right,
        "top": top,
        "doctop": top,
        "bottom": bottom,
        "width": right - left,
        "height": bottom - top,
        "size": glyph.size,
        "upright": True,
        "font": glyph.font,
    }


def drop_double_characters(characters: list[CharacterDict]) -> list[CharacterDict] | None:
    """Drop characters printed twice for boldness; ``None`` when different ones share a place."""
    reaches = [_SAME_PLACE * min(one["width"], one["height"]) for one in characters]
    # Characters within reach of each other lie in the same cell or in neighbouring ones.
    cell = max([1.0, *reaches])
    if not _are_any_close(characters, cell):
        return characters
    cells: dict[tuple[int, int], list[tuple[float, float, str]]] = {}
    kept: list[CharacterDict] = []
    for character, reach in zip(characters, reaches, strict=True):
        x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
        column, row = int(x // cell), int(y // cell)
        over = [
            text
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for other_x, other_y, text in cells.get((i, j), ())
            if abs(other_x - x) < reach and abs(other_y - y) < reach
        ]
        if any(text != character["text"] for text in over):
            return None
        if not over:
            kept.append(character)
            cells.setdefault((column, row), []).append((x, y, character["text"]))
    return kept


def _are_any_close(characters: Sequence[CharacterDict], reach: float) -> bool:
    """Tell quickly whether any two centres may be closer than ``reach`` in both directions."""
    xs = np.array([one["x0"] + one["x1"] for one in characters]) / 2
    ys = np.array([one["top"] + one["bottom"] for one in characters]) / 2
    # Two that are close share a row of twice the reach, in one of two divisions of the page.
    for shift in (0.0, reach):
        rows = np.floor((ys + shift) / (2 * reach))
        order = np.lexsort((xs, rows))
        if np.any((np.diff(rows[order]) == 0) & (np.diff(xs[order]) < reach)):
            return True
    return False


def make_words(
    characters: list[CharacterDict],
    rules: Sequence[UprightRule],
    shown: tuple[float, float, float, float],
    ink: PageInk,
) -> tuple[Word, ...] | None:
    """Group characters into words that are seen; ``None`` without any.

    Args:
        characters: As pdfplumber has them.
        rules: Upright strokes in the same coordinates.
        shown: The visible part of the page in the same coordinates.
        ink: What is to be seen.
    """
    left, top, right, bottom = shown
    rules = sorted(rules)
    words: list[Word] = []
    for found in extract_words(characters, x_tolerance_ratio=0.25, y_tolerance=2, return_chars=True):
        for group in _split_at_rules(found["chars"], rules):
            box = Box(
                max(0.0, (min(c["x0"] for c in group) - left) / (right - left)),
                max(0.0, (min(c["top"] for c in group) - top) / (bottom - top)),
                min(1.0, (max(c["x1"] for c in group) - left) / (right - left)),
                min(1.0, (max(c["bottom"] for c in group) - top) / (bottom - top)),
            )
            if box.width > 0 and box.height > 0 and ink.shows(box):
                text = "".join(c["text"] for c in group)
                fonts = tuple(c["font"] for c in group for _ in c["text"])
                words.append(Word(text, box.to_polygon(), fonts))
    return tuple(words) if words else None


def _split_at_rules(
    characters: list[CharacterDict], rules: Sequence[UprightRule]
) -> list[list[CharacterDict]]:
    """Split a word where a vertical rule stands between two characters: text fills its cell.

    Args:
        characters: Of the word, from the left.
        rules: From the left.
    """
    first, last = characters[0]["x0"], characters[-1]["x1"]
    # A table has hundreds of pieces of rules, and hardly a word has one of them within it.
    near = rules[bisect_right(rules, first, key=itemgetter(0)) : bisect_left(rules, last, key=itemgetter(0))]
    if not near:
        return [characters]
    groups = [[characters[0]]]
    for before, after in itertools.pairwise(characters):
        low, high = (before["x0"] + before["x1"]) / 2, (after["x0"] + after["x1"]) / 2
        middle = (after["top"] + after["bottom"]) / 2
        if any(low < x < high and start < middle < end for x, start, end in near):
            groups.append([])
        groups[-1].append(after)
    return groups
