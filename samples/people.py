"""Invented people: names by national frequency, births, and ID numbers with a true check digit."""

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta

from samples.name_frequency import GIVEN_CHARACTERS, RARE_GIVEN, RARE_SURNAMES, SURNAMES

AREA_CODES = [
    "610102",
    "610104",
    "610111",
    "610113",
    "610115",
    "610124",
    "610221",
    "610322",
    "610324",
    "610328",
    "610402",
    "610424",
    "610427",
    "610481",
    "610502",
    "610523",
    "610526",
    "610582",
    "610602",
    "610622",
    "610629",
    "610702",
    "610722",
    "610725",
    "610728",
    "610802",
    "610826",
    "610829",
    "610902",
    "610922",
    "610925",
    "611002",
    "611023",
    "611026",
    "410105",
    "412723",
    "140105",
    "142701",
    "620102",
    "622801",
    "510104",
    "420106",
    "640104",
    "650102",
    "370102",
]
"""Where the invented ID numbers claim to have been registered."""

_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_RARE_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    name: str
    gender: str
    birth: date
    id_number: str
    phone: str


def check_character(first_17: str) -> str:
    """Return the 18th character of an ID number (ISO 7064 MOD 11-2)."""
    total = sum(int(d) * w for d, w in zip(first_17, _CHECK_WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def draw_person(chance: random.Random, *, name: str | None = None) -> Person:
    """Draw a person of working age in the years 2010 to 2019; ``name`` makes a namesake."""
    gender = chance.choice("男女")
    birth = date(1956, 1, 1) + timedelta(days=chance.randrange(366 * 34))
    sequence = chance.randrange(0, 500) * 2 + (1 if gender == "男" else 0)
    head = f"{chance.choice(AREA_CODES)}{birth:%Y%m%d}{sequence:03d}"
    # 1xx numbers with a zero in fourth place were never given out to subscribers.
    phone = f"1{chance.choice('3589')}{chance.randrange(10)}0{chance.randrange(10**7):07d}"
    return Person(name or draw_name(chance), gender, birth, head + check_character(head), phone)


def draw_name(chance: random.Random) -> str:
    """Draw a name: surname by frequency, one or two given characters, a few rare ones."""
    surname = chance.choices(*_SURNAMES)[0]
    length = 1 if chance.random() < 0.18 else 2
    given = [chance.choices(*_GIVEN)[0] for _ in range(length)]
    if chance.random() < _RARE_SHARE:
        surname = chance.choice(RARE_SURNAMES)
    if chance.random() < _RARE_SHARE:
        given[-1] = chance.choice(RARE_GIVEN)
    return surname + "".join(given)


def _weighted(text: str) -> tuple[list[str], list[int]]:
    pairs = re.findall(r"(\D+?)(\d+) ", text)
    return [word for word, _ in pairs], [int(weight) for _, weight in pairs]


_SURNAMES = _weighted(SURNAMES)
_GIVEN = _weighted(GIVEN_CHARACTERS)
COMMON_GIVEN = tuple(_GIVEN[0])
"""Characters seen in given names, the frequent ones first."""
