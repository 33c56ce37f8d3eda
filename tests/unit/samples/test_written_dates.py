"""Dates as offices write them."""

from datetime import date

import pytest

from samples.written_dates import iso, write_date


@pytest.mark.parametrize(
    ("day", "form", "written"),
    [
        (date(2016, 12, 28), "arabic", "2016年12月28日"),
        (date(2016, 5, 1), "arabic_padded", "2016年05月01日"),
        (date(2015, 10, 20), "numerals", "二〇一五年十月二十日"),
        (date(2015, 11, 31 - 1), "circle_numerals", "二○一五年十一月三十日"),
        (date(2010, 2, 9), "zero_numerals", "二零一零年二月九日"),
        (date(2016, 1, 8), "dots", "2016.01.08"),
        (date(2016, 1, 8), "slashes", "2016/1/8"),
        (date(1985, 6, 3), "month", "1985年6月"),
        (date(1985, 6, 3), "month_dots", "1985.06"),
    ],
)
def test_dates_are_written_as_offices_do(day: date, form: str, written: str) -> None:
    assert write_date(day, form) == written


@pytest.mark.parametrize(("form", "expected"), [("numerals", "1985-06-03"), ("month_dots", "1985-06")])
def test_truth_says_no_more_than_the_paper(form: str, expected: str) -> None:
    assert iso(date(1985, 6, 3), form) == expected
