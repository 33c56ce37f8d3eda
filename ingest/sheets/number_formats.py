"""Number formats, as far as they change what a number says to the reader.

A certificate number 12345 under the format ``00000000`` shows 00012345; 2016.1 under ``0.00`` shows
2016.10 (October), under General 2016.1 (January or October, nobody knows); 42491 under
``yyyy"年"m"月"`` shows no day.
"""

import re
from dataclasses import dataclass
from math import isfinite

MAX_EXACT_DIGITS = 15
"""Spreadsheet programs keep 15 significant digits; further ones become zeros."""

_MAX_PADDING = 40
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_BRACKETED = re.compile(r"\[[^\]]*\]")
_ZEROS = re.compile(r"^(?P<zeros>0+)(?:\.(?P<decimals>0+))?$")
_PLACE = "\x00"

_CHINESE_YEAR_MONTH = (27, 36, 50, 52, 57)
_OTHER_DATES = (14, 15, 16, 22, 28, 29, 30, 31, 51, 53, 54, 58)
BUILTIN_DATE_IDS = frozenset((17, *_CHINESE_YEAR_MONTH, *_OTHER_DATES))
"""Ids that need no format code; 27 to 58 are those of Chinese Excel (ECMA-376 part 1, 18.8.30)."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What of a format matters here."""

    min_digits: int = 0
    decimals: int | None = None
    prefix: str = ""
    suffix: str = ""
    date_parts: str = ""
    """``y``, ``ym`` or ``ymd``: what is shown of a date; empty when the format is not a date's."""


def builtin_number_format(format_id: int) -> NumberFormat | None:
    """Return the format behind an id without a code, ``None`` where it changes nothing."""
    if format_id == 17 or format_id in _CHINESE_YEAR_MONTH:
        return NumberFormat(date_parts="ym")
    if format_id in _OTHER_DATES:
        return NumberFormat(date_parts="ymd")
    return NumberFormat(min_digits=1, decimals=2) if format_id == 2 else None


def parse_number_format(code: str) -> NumberFormat | None:
    """Understand a format code; ``None`` when it changes nothing that matters here."""
    section = _BRACKETED.sub("", code.split(";", 1)[0])
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(match[1] or match[2] or "")
        return _PLACE

    bare = _LITERAL.sub(keep, section)
    plain = bare.replace(_PLACE, "").lower()
    if "general" in plain or "@" in plain:
        return None
    # "e" is the year in East Asian formats and the exponent in numeric ones.
    if "y" in plain or ("e" in plain and "0" not in plain):
        return NumberFormat(date_parts="ymd" if "d" in plain else "ym" if "m" in plain else "y")
    if "d" in plain and "m" in plain:
        return NumberFormat(date_parts="ymd")
    return _digits_format(bare, literals)


def number_to_text(value: float, number_format: NumberFormat | None = None) -> str:
    """Write a number with its 15 significant digits, never with an exponent, never with ``.0``."""
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if number_format is None or number_format.date_parts:
        return _plain(value)
    if number_format.decimals is not None:
        text = f"{value:.{number_format.decimals}f}"
    else:
        text = _plain(round(value) if abs(value) < 10**MAX_EXACT_DIGITS else value)
    whole, dot, rest = text.partition(".")
    return f"{number_format.prefix}{whole.zfill(number_format.min_digits)}{dot}{rest}{number_format.suffix}"


def has_lost_digits(value: float) -> bool:
    """Tell whether a number cell is too long to have kept all its digits."""
    return abs(value) >= float(10**MAX_EXACT_DIGITS)


def _plain(value: float) -> str:
    if value == int(value):
        digits = str(abs(int(value)))
        if len(digits) > MAX_EXACT_DIGITS:
            mantissa = f"{abs(value):.{MAX_EXACT_DIGITS - 1}e}"
            head, _, exponent = mantissa.partition("e")
            digits = head.replace(".", "").ljust(int(exponent) + 1, "0")
        return ("-" if value < 0 else "") + digits
    text = f"{value:.{MAX_EXACT_DIGITS}g}"
    return f"{value:.20f}".rstrip("0") if "e" in text else text


def _digits_format(bare: str, literals: list[str]) -> NumberFormat | None:
    core = bare.strip(_PLACE).replace("#", "").replace(",", "")
    leading = len(bare) - len(bare.lstrip(_PLACE))
    match = _ZEROS.match(core)
    if match is None or _PLACE in core:
        return None
    decimals = len(match["decimals"]) if match["decimals"] else None
    found = NumberFormat(
        min_digits=min(len(match["zeros"]), _MAX_PADDING),
        decimals=min(decimals, _MAX_PADDING) if decimals is not None else None,
        prefix="".join(literals[:leading]),
        suffix="".join(literals[leading:]),
    )
    changes = (
        found.min_digits > 1 or found.decimals is not None or found.prefix.strip() or found.suffix.strip()
    )
    return found if changes else None
