"""Citizen ID numbers (GB 11643-1999), checked without asking whether the county code existed.

Libraries demand that the county code was in force in the year of birth; it is the code at the time
of registration, so they reject most real numbers of some counties. An unknown county is a remark.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from domain.dates import PartialDate
from domain.text import fold

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_LONG_NUMBER = re.compile(r"[0-9０-９]{8,}[0-9XxＸｘ]?")
_PROVINCE_RANGES = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
_PROVINCES = frozenset(str(code) for first, last in _PROVINCE_RANGES for code in range(first, last + 1))


class IdProblem(StrEnum):
    """Why a number cannot be a citizen ID number."""

    LENGTH = "length"
    CHARACTERS = "characters"
    PROVINCE = "province"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"
    LOST_DIGITS = "lost_digits"
    """A spreadsheet turned the number into a float: 15 digits are left, the rest is gone."""


@dataclass(frozen=True, slots=True)
class IdNumber:
    """What a number says, and what is wrong with it."""

    text: str
    """Folded, upper case."""

    problem: IdProblem | None
    birth_date: PartialDate | None
    """As written in the number; ``None`` when it is no date."""

    gender: str | None
    """男, 女, or ``None`` when the number is too damaged to say."""


@lru_cache(maxsize=4096)
def parse_id_number(text: str, *, latest_birth_year: int | None = None) -> IdNumber:
    """Take an ID number apart and check it.

    15-digit numbers (GB 11643-1989) are accepted: they have no check character.

    Args:
        text: As written; blanks and full-width characters do not matter.
        latest_birth_year: Births after it are a problem; default: no limit but the calendar's.
    """
    number = fold(text).strip("'")
    if re.fullmatch(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+", number) or re.fullmatch(r"[0-9]{15}0{3}", number):
        return IdNumber(number, IdProblem.LOST_DIGITS, None, None)
    if not re.fullmatch(r"[0-9]*X?", number):
        return IdNumber(number, IdProblem.CHARACTERS, None, None)
    if len(number) not in (15, 18) or (len(number) == 15 and number.endswith("X")):
        return IdNumber(number, IdProblem.LENGTH, None, None)
    digits = number if len(number) == 18 else number[:6] + "19" + number[6:]
    birth = _birth_date(digits[6:14])
    gender = "男" if int(digits[16]) % 2 else "女"
    problem = None
    if digits[:2] not in _PROVINCES:
        problem = IdProblem.PROVINCE
    elif birth is None or (latest_birth_year is not None and birth.year > latest_birth_year):
        problem = IdProblem.BIRTH_DATE
    elif len(number) == 18 and check_character(digits[:17]) != digits[17]:
        problem = IdProblem.CHECK_DIGIT
    return IdNumber(number, problem, birth, gender)


def check_character(first_seventeen: str) -> str:
    """Return the 18th character (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_seventeen, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def mask_id_number(text: str) -> str:
    """Hide all of an ID number but the first three digits and the last four characters.

    One scheme everywhere (screens, logs, reports); too short a text is hidden whole.
    """
    return text[:3] + "*" * (len(text) - 7) + text[-4:] if len(text) >= 12 else "*" * len(text)


def mask_long_numbers(text: str) -> str:
    """Hide every number in a text that is long enough to be an ID or telephone number."""
    return _LONG_NUMBER.sub(lambda match: mask_id_number(match[0]), text)


def _birth_date(digits: str) -> PartialDate | None:
    try:
        return PartialDate(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
