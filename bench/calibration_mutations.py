"""False values for calibration: what a sheet says when it is wrong, in stated shares.

The shares are a statement about how sheets go wrong, not a measurement; they stand in
``calibration.json`` beside the curves that depend on them.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from domain.dates import PartialDate
from domain.fields import Field
from domain.id_numbers import check_character
from domain.text import fold, is_han
from matching.agreement import Agreement, compare_values
from matching.calibration import GROUPS, Group
from matching.glyphs import are_similar_glyphs
from matching.kinds import parse_iso
from matching.pronunciation import sounds

MIXTURES: dict[Group, dict[str, float]] = {
    Group.NAME: {
        "homophone": 0.3,
        "look_alike": 0.25,
        "other_character": 0.1,
        "missing_character": 0.1,
        "extra_character": 0.05,
        "other_person": 0.2,
    },
    Group.NUMBER: {
        "one_digit": 0.25,
        "check_repaired": 0.1,
        "swapped_digits": 0.2,
        "missing_character": 0.1,
        "extra_character": 0.1,
        "other_person": 0.25,
    },
    Group.DATE: {"day": 0.3, "month": 0.25, "year": 0.25, "other_person": 0.2},
    Group.TITLE: {"other_person": 0.6, "missing_character": 0.2, "extra_character": 0.1, "look_alike": 0.1},
    Group.BODY: {
        "homophone": 0.2,
        "look_alike": 0.2,
        "missing_character": 0.15,
        "extra_character": 0.1,
        "other_person": 0.35,
    },
    Group.LISTED: {"other_person": 1.0},
}
"""Shares of the kinds of false values, by group. A kind that a value does not allow gives its share to
the others."""

_COMMON = 1500
_TRIES = 6


@dataclass(frozen=True, slots=True)
class FalseValue:
    """A wrong value and its share among the wrong values of this field of this person."""

    text: str
    kind: str
    share: float


class Mutator:
    """Makes false values; equal seeds and pools give equal values."""

    def __init__(self, pools: Mapping[Field, Sequence[str]], seed: int) -> None:
        """``pools`` holds the true values of everybody, from which those of other people are drawn."""
        self._pools = pools
        self._seed = seed
        counts = Counter(c for values in pools.values() for v in values for c in v if is_han(c))
        self._characters = [c for c, _ in counts.most_common(_COMMON)]

    def false_values(self, field: Field, true: str, *, key: str, each: int = 2) -> tuple[FalseValue, ...]:
        """Return false values of every kind that the value allows; their shares add up to 1.

        A mutation that the product takes for another way of writing the same is no false value.

        Args:
            field: What the value is.
            true: The true value, normalised.
            key: Names the value, so that its mutations do not depend on those before.
            each: Different values of every kind, at most.
        """
        chance = random.Random(f"{self._seed} {key}")
        found: dict[str, list[str]] = {}
        for kind in MIXTURES[GROUPS[field]]:
            values: dict[str, None] = {}
            for _ in range(_TRIES):
                text = self._mutate(field, true, kind, chance)
                if text and len(values) < each and compare_values(field, text, true) < Agreement.AGREES:
                    values[text] = None
            if values:
                found[kind] = list(values)
        mixture = MIXTURES[GROUPS[field]]
        total = sum(mixture[kind] for kind in found)
        return tuple(
            FalseValue(text, kind, mixture[kind] / total / len(values))
            for kind, values in found.items()
            for text in values
        )

    def _mutate(self, field: Field, true: str, kind: str, chance: random.Random) -> str | None:
        if kind == "other_person":
            return chance.choice(self._pools[field]) if self._pools.get(field) else None
        if GROUPS[field] is Group.DATE:
            return _other_date(true, kind, chance)
        if GROUPS[field] is Group.NUMBER:
            return _other_number(field, fold(true), kind, chance)
        return self._other_text(field, true, kind, chance)

    def _other_text(self, field: Field, true: str, kind: str, chance: random.Random) -> str | None:
        first = 1 if field is Field.NAME and len(true) > 1 else 0
        place = chance.randrange(first, len(true))
        if kind == "missing_character":
            return true[:place] + true[place + 1 :] if len(true) > 2 else None
        if kind == "extra_character":
            return true[:place] + chance.choice(self._characters) + true[place:]
        if kind == "other_character":
            choices: Sequence[str] = self._characters
        elif kind == "homophone":
            choices = _homophones(true[place])
        else:
            choices = _look_alikes(true[place])
        choices = [c for c in choices if c != true[place]]
        return true[:place] + chance.choice(choices) + true[place + 1 :] if choices else None


def _other_date(true: str, kind: str, chance: random.Random) -> str | None:
    value = parse_iso(true)
    if value is None:
        return None
    year, month, day = value.year, value.month, value.day
    if kind == "year":
        year += chance.choice((-2, -1, -1, 1, 1, 2, 10, -10))
    elif kind == "month":
        month = None if month is None else chance.randrange(1, 13)
    else:
        day = None if day is None else chance.randrange(1, 29)
    try:
        if month is not None:
            date(year, month, day or 1)
        return str(PartialDate(year, month, day))
    except ValueError:
        return None


def _other_number(field: Field, true: str, kind: str, chance: random.Random) -> str | None:
    places = [i for i, c in enumerate(true) if c.isdigit()]
    if len(places) < 3:
        return None
    place = chance.choice(places)
    if kind == "missing_character":
        return true[:place] + true[place + 1 :]
    if kind == "extra_character":
        return true[:place] + chance.choice("0123456789") + true[place:]
    if kind == "swapped_digits":
        pairs = [i for i in places[:-1] if i + 1 in places and true[i] != true[i + 1]]
        if not pairs:
            return None
        place = chance.choice(pairs)
        return true[:place] + true[place + 1] + true[place] + true[place + 2 :]
    other = true[:place] + chance.choice([d for d in "0123456789" if d != true[place]]) + true[place + 1 :]
    if kind == "one_digit":
        return other
    if field is not Field.ID_NUMBER or len(other) != 18 or not other[:17].isdigit():
        return None
    return other[:17] + check_character(other[:17])


@lru_cache(maxsize=1)
def _common_characters() -> tuple[str, ...]:
    """Return the 3,755 commonest characters, as the national standard orders them."""
    rows = range(0xB0, 0xD8)
    codes = (bytes((row, column)) for row in rows for column in range(0xA1, 0xFF))
    return tuple(c for code in codes if (c := code.decode("gb2312", "ignore")))


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for character in _common_characters():
        for sound in sounds(character):
            table.setdefault(sound, []).append(character)
    return table


def _homophones(character: str) -> list[str]:
    if not is_han(character):
        return []
    return sorted({other for sound in sounds(character) for other in _by_sound().get(sound, ())})


@lru_cache(maxsize=4096)
def _look_alikes(character: str) -> list[str]:
    return [other for other in _common_characters() if are_similar_glyphs(character, other)]
