"""Words of the label tables: what is one, and what was nearly one."""

from functools import lru_cache

from domain.fields import Field
from ocr.certificates.vocabulary import CHINESE_LABELS, ENGLISH_LABELS, OTHER_LABELS, simplify

FUZZY_FROM = 4
"""Least length of a label that may have one wrong, missing or additional character."""


def is_english_label(key: str) -> Field | None:
    """Return the field that an English label names, when the whole text is such a label."""
    return ENGLISH_LABELS.get(bare_word(key)) if key.isascii() else None


def is_label_word(key: str) -> bool:
    """Tell whether a whole text is a word of the label tables."""
    bare = simplify(key).strip(":;()")
    return bare in CHINESE_LABELS or bare in OTHER_LABELS or bare_word(key) in ENGLISH_LABELS


def bare_word(word: str) -> str:
    """Return an English word without marks, as it stands in the table."""
    bare = word.strip(".:/()-").replace(".", "").replace("'", "").replace("_", "")
    # Fu11 Name: the recogniser's ones and noughts among letters.
    return bare.replace("1", "L").replace("0", "O") if sum(c.isalpha() for c in bare) > 2 else bare


@lru_cache(maxsize=8192)
def labels_near(candidate: str) -> tuple[str, ...]:
    """Return the longer labels that differ from a text by one character."""
    return tuple(
        word
        for word in CHINESE_LABELS
        if len(word) >= FUZZY_FROM and abs(len(word) - len(candidate)) <= 1 and is_one_edit(word, candidate)
    )


def is_one_edit(first: str, second: str) -> bool:
    """Tell whether two texts differ by exactly one wrong, missing or additional character."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    short, long = sorted((first, second), key=len)
    head = 0
    while head < len(short) and short[head] == long[head]:
        head += 1
    rest = long[head + 1 :]
    return rest == (short[head + 1 :] if len(short) == len(long) else short[head:])
