"""Dates as people and spreadsheets write them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Self

from domain.text import fold

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100

_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "元": "1"}
_CJK_NUMBER = "〇零一二三四五六七八九十廿卅两"
_CJK_MONTH = rf"(?P<month>[{_CJK_NUMBER}元]{{1,3}})月(?:(?P<day>[{_CJK_NUMBER}]{{1,3}})[日号]?)?"
_CJK_DATE = re.compile(rf"(?<![0-9])(?P<year>[{_CJK_NUMBER}O0]{{2,5}})年(?:{_CJK_MONTH})?")
_LOST_ZERO = re.compile(rf"(?<![{_CJK_NUMBER}0-9])二一(?=[{_CJK_NUMBER}]年)")
_LOST_POINT = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})(?P<first>[-.])?(?P<month>0[1-9]|1[0-2])(?P<second>[-.])?"
    r"(?P<day>0[1-9]|[12][0-9]|3[01])"
)
_MIXED_DATE = re.compile(rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}})年{_CJK_MONTH}")
_SEPARATED_DATE = re.compile(
    r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})\s*(?:年|[-./·,、_。\\])\s*(?P<month>[0-9]{1,2})(?P<glued>[0-9]*)"
    r"\s*(?:(?:月|[-./·,、_。\\])\s*(?:(?P<day>[0-9]{1,2})(?P<stuck>[0-9]*)\s*[日号]?)?)?"
)
_TIME_OF_DAY = re.compile(
    r"(?:(?<=[0-9日号])[Tt]|\s+)[上下]?午?\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\s*[AaPp][Mm]|[Zz])?\s*$"
)
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_COMPACT_DATE = re.compile(
    r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])?(?![0-9])"
)
_YEAR_ONLY = re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})年?(?![0-9])")
_EXCEL_SERIAL = re.compile(r"^([0-9]{5})(?:\.[0-9]+)?$")
_ISO = re.compile(r"^[0-9]{4}(?:-[0-9]{1,2}){0,2}$")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date of which the day, or month and day, may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no calendar has."""
        if not EARLIEST_YEAR <= self.year <= LATEST_YEAR:
            raise ValueError(f"year {self.year}")
        if self.month is None:
            if self.day is not None:
                raise ValueError("a day without a month")
        else:
            date(self.year, self.month, self.day or 1)

    def __str__(self) -> str:
        """Return ``2016``, ``2016-05`` or ``2016-05-01``."""
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
            if self.day is not None:
                parts.append(f"{self.day:02d}")
        return "-".join(parts)

    @classmethod
    def from_iso(cls, text: str) -> Self:
        """Read what ``str`` wrote.

        Raises:
            ValueError: The text is of another form, or no such day exists.
        """
        if not _ISO.match(text):
            raise ValueError(f"not an ISO date: {text!r}")
        return cls(*(int(part) for part in text.split("-")))

    def agrees_with(self, other: "PartialDate") -> bool:
        """Tell whether the two say the same as far as both speak."""
        if self.year != other.year:
            return False
        if self.month is None or other.month is None:
            return True
        if self.month != other.month:
            return False
        return self.day is None or other.day is None or self.day == other.day


@lru_cache(maxsize=16384)
def find_dates(text: str) -> tuple[tuple[PartialDate, int, int], ...]:
    """Find every date in a text, in order.

    Understood: 2016-05-01, 2016.5.1, 2016/5, 201605, 20160501, 2016年5月1日, 二〇一六年五月一日,
    and a bare 2016年. A Chinese-numeral year must have exactly four digits: a seal's star or a fold
    swallows 一 silently (二〇五年 is a damaged 二〇一五年, never 2005), so other lengths are no date.

    Returns:
        (date, start, end) with positions in ``text``; they never overlap.
    """
    folded = _same_length_fold(text)
    found: list[tuple[PartialDate, int, int]] = []
    taken: list[tuple[int, int]] = []
    for pattern in (_SEPARATED_DATE, _MIXED_DATE, _CJK_DATE, _COMPACT_DATE, _YEAR_ONLY):
        for match in pattern.finditer(folded):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            parsed = _date_of_match(match)
            # A damaged Chinese-numeral date blocks its place all the same.
            taken.append(match.span())
            if parsed is not None:
                found.append((parsed, *match.span()))
    found.sort(key=lambda item: item[1])
    return tuple(found)


def restore_lost_zero(text: str) -> str:
    """Put back the 〇 that recognisers lose: 二一六年 can only be 二〇一六年.

    A thin circle is often not seen at all. No other year between 1900 and 2100 has these digits in
    this order; 二〇六年 and 二〇一年 have several and stay damaged.
    """
    return _LOST_ZERO.sub("二〇一", text)


def restore_lost_point(text: str) -> str:
    """Put back the point that recognisers lose: 201312.11 and 2013.1211 can only be 2013.12.11.

    Only where the rest of the text is a whole date of two-digit months and days; 2013121 and 20131.11 are
    damaged. So is 201511/27: a stroke is read as 1, and it may have been 2015/1/27.
    """
    match = _LOST_POINT.fullmatch(text)
    parts = match.groupdict() if match else {}
    mark = parts.get("first") or parts.get("second")
    if not mark:
        return text
    return f"{parts['year']}{mark}{parts['month']}{mark}{parts['day']}"


def find_lost_zero(text: str) -> int | None:
    """Return the index of the character behind which ``restore_lost_zero`` puts 〇, ``None`` when nowhere."""
    match = _LOST_ZERO.search(text)
    return match.start() if match is not None else None


def parse_date(text: str) -> PartialDate | None:
    """Read a text that is one date; ``None`` when it holds no date or several different ones."""
    dates = {found for found, _, _ in find_dates(_without_time(text))}
    return dates.pop() if len(dates) == 1 else None


def _without_time(text: str) -> str:
    """Fold a text without time of day and day of the week.

    Folding would glue 2016-5-1 10:00 into 2016-5-110:00.
    """
    return _WEEKDAY.sub("", fold(_TIME_OF_DAY.sub("", text.rstrip())))


def parse_cell_date(text: str, *, uses_1904: bool = False) -> PartialDate | None:
    """Read a spreadsheet cell that should hold a date; also Excel serials such as 42491.

    Serials are accepted from 1927 to 2063 (10000 to 59999): Annex 2 holds births and grants only. Unlike
    running text a cell is one date and nothing else: digits left over beside it (5/1/2016, 2016.5.1第2批)
    make it no date, not a shorter one.
    """
    folded = _without_time(text)
    serial = _EXCEL_SERIAL.match(folded)
    if serial and 10_000 <= int(serial[1]) < 60_000:
        start = date(1904, 1, 1) if uses_1904 else date(1899, 12, 30)
        day = start + timedelta(days=int(serial[1]))
        return PartialDate(day.year, day.month, day.day)
    found = find_dates(folded)
    rest = folded
    for _, first, last in reversed(found):
        rest = rest[:first] + rest[last:]
    if any(character.isdigit() or character in _CJK_NUMBER for character in rest):
        return None
    dates = {one for one, _, _ in found}
    return dates.pop() if len(dates) == 1 else None


def renderings(value: PartialDate) -> tuple[str, ...]:
    """Return the ways in which a date is written on paper, for comparison with a lattice."""
    year, month, day = value.year, value.month, value.day
    cjk_year = "".join("〇一二三四五六七八九"[int(d)] for d in str(year))
    if month is None:
        return (f"{year}年", f"{year}", f"{cjk_year}年")
    if day is None:
        ways = [
            f"{year}年{month}月",
            f"{year}年{month:02d}月",
            f"{year}-{month:02d}",
            f"{year}.{month:02d}",
            f"{year}.{month}",
            f"{year}-{month}",
            f"{year}/{month}",
            f"{year}/{month:02d}",
            f"{year}{month:02d}",
        ]
        ways += [
            f"{y}年{number_to_cjk(month)}月"
            for y in (cjk_year, cjk_year.replace("〇", "零"), cjk_year.replace("〇", "O"))
        ]
        return tuple(dict.fromkeys(ways))
    ways = [
        f"{year}年{month}月{day}日",
        f"{year}年{month:02d}月{day:02d}日",
        f"{year}-{month:02d}-{day:02d}",
        f"{year}.{month:02d}.{day:02d}",
        f"{year}.{month}.{day}",
        f"{year}/{month:02d}/{day:02d}",
        f"{year}/{month}/{day}",
        f"{year}-{month}-{day}",
        f"{year}{month:02d}{day:02d}",
    ]
    for y in (
        cjk_year,
        cjk_year.replace("〇", "零"),
        cjk_year.replace("〇", "O"),
        cjk_year.replace("〇", "0"),
    ):
        ways.append(f"{y}年{number_to_cjk(month)}月{number_to_cjk(day)}日")
    return tuple(dict.fromkeys(ways))


def number_to_cjk(number: int) -> str:
    """Write 1 to 99 in Chinese numerals (31 is 三十一)."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def cjk_to_number(text: str) -> int | None:
    """Read Chinese numerals from 1 to 99 (三十一, 廿八, 十, 〇五); ``None`` for anything else."""
    text = text.replace("廿", "二十").replace("卅", "三十").replace("两", "二").replace("元", "一")
    if not text or any(c not in _DIGITS and c != "十" for c in text):
        return None
    if "十" not in text:
        return int("".join(_DIGITS[c] for c in text))
    head, _, tail = text.partition("十")
    if len(head) > 1 or len(tail) > 1 or "十" in tail:
        return None
    return (int(_DIGITS[head]) if head else 1) * 10 + (int(_DIGITS[tail]) if tail else 0)


def _same_length_fold(text: str) -> str:
    from domain.text import fold_character

    return "".join(fold_character(c) for c in text)


def _date_of_match(match: re.Match[str]) -> PartialDate | None:
    parts = match.groupdict()
    if parts.get("glued") or parts.get("stuck"):
        # More digits than a month or day has: damaged, and cutting it would make up a date.
        return None
    year = _year_of(parts["year"])
    month, day = (_number_of(parts.get(part)) for part in ("month", "day"))
    if year is None or -1 in (month, day):
        return None
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None


def _year_of(text: str) -> int | None:
    digits = [c if c in "0123456789" else _DIGITS.get(c, "0" if c == "O" else "") for c in text]
    return int("".join(digits)) if len(digits) == 4 and all(digits) else None


def _number_of(text: str | None) -> int | None:
    """Return a month or day; ``None`` when absent, -1 when it is there and no number."""
    if not text:
        return None
    if text.isdecimal():
        return int(text)
    number = cjk_to_number(text)
    return -1 if number is None else number
