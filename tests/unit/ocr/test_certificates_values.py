"""What is taken for a value, and its one form; lost digits are never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fields import Field
from domain.text import fold
from ocr.certificates.characters import Span, key_line
from ocr.certificates.shapes import shape_value
from ocr.certificates.values import make_reading, normalise_value
from ocr.layout import place_lines
from tests.paper import line, page


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (Field.NAME, "张　三", "张三"),
        (Field.NAME, "成", ""),
        (Field.NAME, "阿依古丽•买买提", "阿依古丽·买买提"),
        (Field.GENDER, "女性", "女"),
        (Field.ID_NUMBER, "61O1O3198OO3O72426", "610103198003072426"),
        (Field.ID_NUMBER, "61010319800307242x", "61010319800307242X"),
        (Field.ID_NUMBER, "6101031980030724", "6101031980030724"),
        (Field.CERTIFICATE_NUMBER, "陕证字 第（2016）001 号", "陕证字第(2016)001号"),
        (Field.TITLE, "高级 工程师", "高级工程师"),
        (Field.APPROVAL_NUMBER, "陕人社函[2016]10号", "陕人社函〔2016〕10号"),
        (Field.APPROVAL_NUMBER, "10号文", "10号文"),
        (Field.GRANTED_ON, "2015年12月28日", "2015-12-28"),
        (Field.GRANTED_ON, "2015.12", "2015-12"),
        (Field.GRANTED_ON, "二〇一五年十二月二十八日", "2015-12-28"),
        (Field.GRANTED_ON, "2016 03 11", "2016-03-11"),
        (Field.ISSUED_ON, "2016.03 11", "2016-03-11"),
        (Field.ISSUED_ON, "201603.11", "2016-03-11"),
        (Field.BIRTH_DATE, "1979-0808", "1979-08-08"),
        # Lost or additional digits are never guessed away.
        (Field.GRANTED_ON, "二〇五年十二月二十八日", ""),
        (Field.GRANTED_ON, "2015年12月日", ""),
        (Field.GRANTED_ON, "2015年128日", ""),
        (Field.GRANTED_ON, "201511/27", ""),
        (Field.GRANTED_ON, "016年03月11日", ""),
        (Field.GRANTED_ON, "2016-03-113", ""),
        (Field.ISSUED_ON, "二〇一六年三月十", ""),
        (Field.GRANTED_ON, "2015年2月30日", ""),
    ],
)
def test_values_are_brought_into_one_form(field: Field, raw: str, value: str) -> None:
    assert normalise_value(field, raw) == value


@pytest.mark.parametrize(
    ("field", "text", "part"),
    [
        (Field.NAME, "张三", "张三"),
        (Field.NAME, "1张三", "张三"),
        (Field.NAME, "张三同志", "张三"),
        (Field.NAME, "名", ""),
        (Field.CERTIFICATE_NUMBER, "(2012)秦会职字第0256号", "(2012)秦会职字第0256号"),
        (Field.CERTIFICATE_NUMBER, "（2012）秦农职字第17-03号", "(2012)秦农职字第17-03号"),
        (Field.NAME, "西安市第八中学数学教研室", ""),
        (Field.GENDER, "1男", "男"),
        (Field.GENDER, "西安市", ""),
        (Field.ID_NUMBER, "1610103198003072426", "610103198003072426"),
        (Field.ID_NUMBER, "西安市第八中学", ""),
        (Field.GRANTED_ON, "2015年12月28日起", "2015年12月28日"),
        (Field.GRANTED_ON, "三月十一日", "三月十一日"),
        (Field.GRANTED_ON, "高级工程师", ""),
        (Field.CERTIFICATE_NUMBER, "2016465292城固县人社局", "2016465292"),
        (Field.CERTIFICATE_NUMBER, "粤高职证字第1600101号", "粤高职证字第1600101号"),
        (Field.CERTIFICATE_NUMBER, "西安市教育局", ""),
        (Field.ISSUER, "西安市教育局（盖章）", "西安市教育局"),
        (Field.ISSUER, "（盖章）", ""),
        (Field.TITLE, "任职资格证书", ""),
        # A piece of a background that repeats the label's words is no title.
        (Field.TITLE, "任职", ""),
        (Field.TITLE, "任职资格名称", ""),
        (Field.TITLE, "技术员", "技术员"),
        (Field.EMPLOYER, "。西安市第八中学", "西安市第八中学"),
    ],
)
def test_only_the_part_that_can_be_the_value_is_taken(field: Field, text: str, part: str) -> None:
    key = fold(text)

    shape = shape_value(field, key)

    assert (key[shape.start : shape.end] if shape.fitness else "") == part


def reading_of(field: Field, text: str, *, under_seal: bool = False) -> str:
    (placed,) = place_lines(page([line(text, 100, 100, under_seal=under_seal)]))
    keyed = key_line(placed)
    reading = make_reading(field, [Span(keyed, 0, len(keyed.key))], file="a.jpg", page_number=1)
    assert reading.raw == text
    return reading.value


def test_room_for_a_lost_numeral_makes_a_sealed_date_unreadable() -> None:
    """The seal hid 一 of 十一日; the date that is left is a valid one, but not the printed one."""
    assert reading_of(Field.ISSUED_ON, "二〇一六年三月十日", under_seal=True) == "2016-03-10"
    assert reading_of(Field.ISSUED_ON, "二〇一六年三月十　日", under_seal=True) == ""


def test_the_room_of_a_lost_zero_is_no_hole() -> None:
    """二 一六年 can only be 二〇一六年; a second hole is one more than it explains."""
    assert reading_of(Field.ISSUED_ON, "二　一六年三月十日", under_seal=True) == "2016-03-10"
    assert reading_of(Field.ISSUED_ON, "二　一六年三月十　日", under_seal=True) == ""


def test_a_date_set_with_room_behind_its_units_is_whole() -> None:
    assert reading_of(Field.ISSUED_ON, "二〇一六年　三月　十日") == "2016-03-10"


def test_a_month_under_a_seal_proves_nothing() -> None:
    assert reading_of(Field.ISSUED_ON, "2016年3月", under_seal=True) == ""
    assert reading_of(Field.ISSUED_ON, "2016年3月") == "2016-03"
    assert reading_of(Field.ISSUED_ON, "2016年03月") == ""


@given(st.sampled_from(Field), st.text(max_size=40))
def test_any_text_can_be_shaped_and_normalised(field: Field, text: str) -> None:
    shape = shape_value(field, fold(text))
    value = normalise_value(field, text)

    assert 0 <= shape.start <= shape.end <= len(fold(text))
    assert isinstance(value, str)
