"""What cells may say, and what dust added to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fields import Field
from ocr.approvals.plausible import clean_text, is_plausible


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        (Field.TITLE, "·工程师", "工程师"),
        (Field.TITLE, "工程师.", "工程师"),
        (Field.EMPLOYER, "商南县市政工程公司]", "商南县市政工程公司"),
        (Field.EMPLOYER, "西安市金桥学院图,书馆", "西安市金桥学院图书馆"),
        (Field.EMPLOYER, "陕西省建筑公司(集团)", "陕西省建筑公司(集团)"),
        (Field.EMPLOYER, "陕西省建筑公司（集团）", "陕西省建筑公司（集团）"),
        (Field.SPECIALTY, "种子。", "种子"),
        (Field.TITLE, "高级工程师（教授级）", "高级工程师（教授级）"),
        (Field.COMMITTEE, "陕西省工程系列评审委员会，", "陕西省工程系列评审委员会"),
    ],
)
def test_dust_is_taken_off_the_text_of_a_cell(name: Field, raw: str, expected: str) -> None:
    assert clean_text(name, raw) == expected


@given(st.sampled_from([Field.TITLE, Field.EMPLOYER, Field.COMMITTEE]), st.text(max_size=20))
def test_cleaning_only_takes_away_and_is_finished_after_once(name: Field, text: str) -> None:
    cleaned = clean_text(name, text)
    remaining = iter(text)

    assert all(character in remaining for character in cleaned)
    assert clean_text(name, cleaned) == cleaned


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (Field.TITLE, "工程师", True),
        (Field.TITLE, "网络规划设计师", True),
        (Field.TITLE, "师", False),
        (Field.TITLE, "12", False),
        (Field.TITLE, "西安市第一中学", False),
        (Field.SPECIALTY, "土木工程", True),
        (Field.SPECIALTY, "2016", False),
        (Field.GENDER, "", False),
        (Field.LEVEL, "副高级", True),
        (Field.LEVEL, "西安市", False),
        (Field.ID_NUMBER, "11010519491231002X", True),
        (Field.ID_NUMBER, "610***********123X", False),
        (Field.GRANTED_ON, "", False),
        (Field.GRANTED_ON, "2016-05", True),
        (Field.NAME, "王", True),
    ],
)
def test_values_that_no_cell_of_the_column_holds_are_refused(name: Field, value: str, expected: bool) -> None:
    assert is_plausible(name, value) is expected
