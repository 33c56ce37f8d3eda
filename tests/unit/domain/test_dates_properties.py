"""Properties of dates: every rendering reads back, no text breaks the readers, nothing is made up."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import (
    PartialDate,
    cjk_to_number,
    find_dates,
    number_to_cjk,
    parse_cell_date,
    parse_date,
    renderings,
    restore_lost_point,
    restore_lost_zero,
)
from domain.text import fold

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
PARTIAL_DATES = st.builds(
    lambda day, parts: PartialDate(
        day.year, day.month if parts > 1 else None, day.day if parts > 2 else None
    ),
    DAYS,
    st.integers(1, 3),
)
DATE_LIKE = st.text("0123456789〇零一二三四五六七八九十廿卅年月日号-./·,。 元OoＯ（）:T", max_size=24)


@given(PARTIAL_DATES)
def test_iso_text_reads_back(value: PartialDate) -> None:
    assert PartialDate.from_iso(str(value)) == value


@given(PARTIAL_DATES)
def test_every_rendering_reads_back(value: PartialDate) -> None:
    for text in renderings(value):
        assert parse_date(text) == value, text
        assert parse_cell_date(text) == value, text


@given(DATE_LIKE | st.text(max_size=40))
def test_no_text_breaks_the_readers(text: str) -> None:
    found = find_dates(text)
    assert all(0 <= first < last <= len(text) for _, first, last in found)
    assert all(one[2] <= two[1] for one, two in pairwise(found))
    parse_date(text)
    parse_cell_date(text)


@given(DATE_LIKE)
def test_a_cell_never_says_more_than_the_text(text: str) -> None:
    """Whatever a cell is read as, its year stands in it (or it is a serial number)."""
    value = parse_cell_date(text)
    folded = fold(text)
    if value is not None and not folded[:5].replace(".", "").isdecimal():
        digits = folded.replace("O", "0").translate(str.maketrans("〇零一二三四五六七八九", "00123456789"))
        assert str(value.year) in digits


@given(st.text("0123456789-", max_size=14) | st.text(max_size=12))
def test_from_iso_raises_only_value_error(text: str) -> None:
    try:
        value = PartialDate.from_iso(text)
    except ValueError:
        return
    assert PartialDate.from_iso(str(value)) == value


@given(st.integers(1, 99))
def test_chinese_numbers_read_back(number: int) -> None:
    assert cjk_to_number(number_to_cjk(number)) == number


@given(st.text("〇零一二三四五六七八九十廿卅两元百", max_size=5))
def test_no_chinese_number_breaks_the_reader(text: str) -> None:
    number = cjk_to_number(text)
    assert number is None or number >= 0


@given(PARTIAL_DATES, PARTIAL_DATES)
def test_agreement_is_symmetric_and_reflexive(one: PartialDate, other: PartialDate) -> None:
    assert one.agrees_with(one)
    assert one.agrees_with(other) == other.agrees_with(one)


@given(st.integers(10_000, 59_999))
def test_serials_count_days(serial: int) -> None:
    day = date(1899, 12, 30) + timedelta(days=serial)
    assert str(parse_cell_date(str(serial))) == day.isoformat()
    assert str(parse_cell_date(str(serial), uses_1904=True)) == (day + timedelta(days=1462)).isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016.5", "2016-05"),
        ("2016-05", "2016-05"),
        ("201605", "2016-05"),
        ("20160501", "2016-05-01"),
        ("2016年5月", "2016-05"),
        ("42491", "2016-05-01"),
        ("2016。5。1", "2016-05-01"),
        ("2016\\5\\1", "2016-05-01"),
        ("2016-5-1 10:00", "2016-05-01"),
        ("2016-05-01T00:00:00", "2016-05-01"),
        ("2016/5/1 上午10:00:00", "2016-05-01"),
        ("2016年5月1日 星期日", "2016-05-01"),
        ("2016年五月一日", "2016-05-01"),
        ("２０１６年５月１日", "2016-05-01"),
        ("二○一六年元月", "2016-01"),
        ("二O一六年十二月三十一日", "2016-12-31"),
        ("2016 年 5 月 1 日", "2016-05-01"),
    ],
)
def test_cell_forms(text: str, expected: str) -> None:
    assert str(parse_cell_date(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "5/1/2016",  # which is the month?
        "16.5.1",
        "2016.0501",
        "2016-05-012",
        "2016-02-30",
        "2016.13",
        "二〇五年五月",  # a star of the seal hid 一
        "二〇一六年十十月",
        "2016年5月1日至2016年6月1日",
        "2016年5月第2批",
        "",
        "待定",
    ],
)
def test_what_is_no_date_stays_none(text: str) -> None:
    assert parse_cell_date(text) is None


@pytest.mark.parametrize(
    ("read", "restored"),
    [
        ("二一六年三月十一日", "二〇一六年三月十一日"),
        ("发证日期二一〇年", "发证日期二〇一〇年"),
        ("二〇五年", "二〇五年"),
        ("二〇一年", "二〇一年"),
        ("二一年", "二一年"),
        ("十二一六年", "十二一六年"),
    ],
)
def test_a_lost_zero_comes_back_only_where_one_year_is_possible(read: str, restored: str) -> None:
    assert restore_lost_zero(read) == restored


@pytest.mark.parametrize(
    ("read", "restored"),
    [
        ("201312.11", "2013.12.11"),
        ("2013.1211", "2013.12.11"),
        ("198507-07", "1985-07-07"),
        ("2013-12-11", "2013-12-11"),
        ("20131211", "20131211"),
        ("201313.11", "201313.11"),
        ("201312.32", "201312.32"),
        ("20131.11", "20131.11"),
        ("201312.1", "201312.1"),
        ("编号201312.11", "编号201312.11"),
        ("201312", "201312"),
        ("201511/27", "201511/27"),
        ("2015/1127", "2015/1127"),
    ],
)
def test_a_lost_point_comes_back_only_in_a_whole_date(read: str, restored: str) -> None:
    assert restore_lost_point(read) == restored
