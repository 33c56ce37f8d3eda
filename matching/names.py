"""What a name proves: 张伟 little, 䶮 much."""

from functools import lru_cache

from domain.text import is_han
from matching.name_statistics import (
    COMPOUND_SURNAMES_BY_POWER,
    GIVEN_CHARACTERS_BY_POWER,
    SURNAMES_BY_POWER,
)

_MILLION_BITS = 19.93
"""log2 of a million: the statistics are per million people."""

_RARE_BITS = 20.0
"""A surname or character outside the statistics: one in a million or fewer."""

_SURNAME_BITS = {
    name: _MILLION_BITS - power
    for powers, split in ((SURNAMES_BY_POWER, False), (COMPOUND_SURNAMES_BY_POWER, True))
    for power, names in powers.items()
    for name in (names.split() if split else names)
}
_GIVEN_BITS = {
    character: _MILLION_BITS - power
    for power, characters in GIVEN_CHARACTERS_BY_POWER.items()
    for character in characters
}


@lru_cache(maxsize=65536)
def name_bits(name: str) -> float:
    """Return how many bits it takes to meet this name by chance: -log2 of its frequency.

    Characters of a given name are taken as independent, which makes names of fashion (建国) look a
    little rarer than they are; callers cap the value.
    """
    surname, given = split_name(name)
    bits = _SURNAME_BITS.get(surname, _RARE_BITS)
    return bits + sum(_GIVEN_BITS.get(character, _RARE_BITS) for character in given)


def split_name(name: str) -> tuple[str, str]:
    """Split a name into surname and given name; two-character surnames are known."""
    if len(name) > 2 and name[:2] in _SURNAME_BITS:
        return name[:2], name[2:]
    return name[:1], name[1:]


def is_plausible_name(name: str) -> bool:
    """Tell whether a text can be a person's name: Han characters, a known surname or a middle dot."""
    if "·" in name:
        return 3 <= len(name) <= 20
    if not 2 <= len(name) <= 4 or not all(is_han(character) for character in name):
        return False
    return split_name(name)[0] in _SURNAME_BITS
