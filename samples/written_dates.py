"""Dates as offices print, type and stamp them."""

from datetime import date

_NUMERALS = "〇一二三四五六七八九"

FULL_FORMS = ("arabic", "arabic", "arabic_padded", "dots", "dashes", "slashes", "numerals", "circle_numerals")
"""Ways to write year, month and day; the common ones more than once."""

MONTH_FORMS = ("month", "month_dots")


def write_date(value: date, form: str) -> str:
    """Write a date in one of the forms above."""
    year, month, day = value.year, value.month, value.day
    numeral_year = "".join(_NUMERALS[int(d)] for d in str(year))
    numerals = f"年{_number(month)}月{_number(day)}日"
    written = {
        "arabic": f"{year}年{month}月{day}日",
        "arabic_padded": f"{year}年{month:02d}月{day:02d}日",
        "spaced": f"{year} 年 {month} 月 {day} 日",
        "dots": f"{year}.{month:02d}.{day:02d}",
        "dashes": f"{year}-{month:02d}-{day:02d}",
        "slashes": f"{year}/{month}/{day}",
        "compact": f"{year}{month:02d}{day:02d}",
        "numerals": numeral_year + numerals,
        "circle_numerals": numeral_year.replace("〇", "○") + numerals,
        "zero_numerals": numeral_year.replace("〇", "零") + numerals,
        "month": f"{year}年{month}月",
        "month_dots": f"{year}.{month:02d}",
        "month_compact": f"{year}{month:02d}",
        "month_dashes": f"{year}-{month:02d}",
    }
    return written[form]


def iso(value: date, form: str) -> str:
    """Return what the written form says, as ISO text without a day if it has none."""
    return f"{value:%Y-%m}" if form.startswith("month") else f"{value:%Y-%m-%d}"


def _number(value: int) -> str:
    tens, ones = divmod(value, 10)
    return ("" if tens < 2 else _NUMERALS[tens]) + ("十" if tens else "") + (_NUMERALS[ones] if ones else "")
