"""Titles: series and levels, old and new names, titles in running text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.title_ladders import LADDERS, SERIES_SYNONYMS
from domain.titles import (
    Level,
    find_titles,
    is_known_title,
    level_of_words,
    levels_agree,
    series_of_words,
    title_levels,
    title_meanings,
    title_series,
    titles_agree,
)

FULL, DEPUTY, MIDDLE, ASSISTANT, CLERK = Level


@pytest.mark.parametrize(
    ("title", "levels", "series"),
    [
        pytest.param("高级工程师（教授级）", {FULL}, {"工程技术人员"}, id="bracketed-rank"),
        pytest.param("教授级高级工程师", {FULL}, {"工程技术人员"}, id="prefixed-rank"),
        pytest.param("高级工程师", {DEPUTY}, {"工程技术人员"}, id="senior"),
        pytest.param("工程师（机械）", {MIDDLE}, {"工程技术人员"}, id="bracketed-speciality"),
        pytest.param("土建高级工程师", {DEPUTY}, {"工程技术人员"}, id="speciality-before"),
        pytest.param("工程师任职资格", {MIDDLE}, {"工程技术人员"}, id="with-任职资格"),
        pytest.param("高级教师", {DEPUTY}, {"中小学教师"}, id="高级教师"),
        pytest.param("小学高级教师", {MIDDLE}, {"中小学教师"}, id="小学高级教师-is-中级"),
        pytest.param("小学高级教师（副高级）", {DEPUTY}, {"中小学教师"}, id="小学高级教师-副高"),
        pytest.param("中学一级教师", {MIDDLE}, {"中小学教师"}, id="中学一级"),
        pytest.param("主任中医师", {FULL}, {"卫生技术人员"}, id="中医师"),
        pytest.param("主任（中）医师", {FULL}, {"卫生技术人员"}, id="主任（中）医师"),
        pytest.param("副主任护师", {DEPUTY}, {"卫生技术人员"}, id="护师"),
        pytest.param("高级畜牧（兽医）师", {DEPUTY}, {"农业技术人员"}, id="畜牧兽医"),
        pytest.param("编辑", {MIDDLE}, {"新闻专业人员", "出版专业人员"}, id="two-series"),
        pytest.param("一级律师", {FULL}, {"公共法律服务专业人员"}, id="一级律师"),
        pytest.param("一级演员", {FULL}, {"艺术专业人员"}, id="一级演员"),
        pytest.param("一级翻译", {DEPUTY}, {"翻译专业人员"}, id="一级翻译"),
        pytest.param("技师", {ASSISTANT}, {"卫生技术人员"}, id="技师"),
        pytest.param("高级技师", set(), set(), id="worker's-grade"),
        pytest.param("副总工程师", set(), set(), id="post-not-title"),
        pytest.param("软件设计师", set(), set(), id="unknown"),
        pytest.param("", set(), set(), id="empty"),
    ],
)
def test_title_means(title: str, levels: set[Level], series: set[str]) -> None:
    assert title_levels(title) == levels
    assert title_series(title) == series


@pytest.mark.parametrize(
    ("submitted", "read", "agree"),
    [
        ("高级工程师", "高级工程师（机械）", True),
        ("正高级工程师", "教授级高级工程师", True),
        ("一级教师", "中学一级教师", True),
        ("主治医师", "主治中医师", True),
        ("高级工程师", "工程师", False),
        ("高级工程师", "高级工程师（教授级）", False),
        ("一级教师", "二级教师", False),
        ("一级教师", "小学一级教师", False),
        ("小学二级教师", "小学三级教师", False),
        ("主任医师", "副主任医师", False),
        ("主任医师", "主任药师", False),
        ("软件设计师", "软件设计师", True),
        ("软件设计师", "软件评测师", False),
    ],
)
def test_titles_agree_on_profession_and_level(submitted: str, read: str, *, agree: bool) -> None:
    assert titles_agree(submitted, read) is agree
    assert titles_agree(read, submitted) is agree


@pytest.mark.parametrize(
    ("words", "levels"),
    [
        ("正高", {FULL}),
        ("高级", {FULL, DEPUTY}),
        ("高级（副高级）", {DEPUTY}),
        ("中级职称", {MIDDLE}),
        ("初级", {ASSISTANT, CLERK}),
        ("初级（士）", {CLERK}),
        ("助理级", {ASSISTANT}),
        ("五级", set()),
    ],
)
def test_level_words(words: str, levels: set[Level]) -> None:
    assert level_of_words(words) == levels


def test_upper_words_cover_lower_ones() -> None:
    assert levels_agree("高级", "副高级")
    assert levels_agree("初级", "员级")
    assert not levels_agree("高级", "中级")
    assert not levels_agree("正高级", "副高级")
    assert levels_agree("三级", "三级")


@pytest.mark.parametrize(
    ("words", "series"),
    [
        ("工程", {"工程技术人员"}),
        ("工程系列", {"工程技术人员"}),
        ("卫生专业技术人员", {"卫生技术人员"}),
        ("中小学（幼儿园）教师", {"中小学教师"}),
        ("图书档案", {"图书资料专业人员", "档案专业人员"}),
        ("钓鱼", set()),
    ],
)
def test_series_words(words: str, series: set[str]) -> None:
    assert series_of_words(words) == series


def test_titles_are_found_in_running_text_longest_first() -> None:
    text = "同意张三具备高 级 工程师、李四具备副主任医师任职资格"

    assert [(title, text[start:end]) for title, start, end in find_titles(text)] == [
        ("高级工程师", "高 级 工程师"),
        ("副主任医师", "副主任医师"),
    ]


def test_listed_titles_are_known() -> None:
    assert is_known_title("工程师（机械）")
    assert not is_known_title("土建工程师")


def test_every_title_of_every_ladder_means_its_own_rung() -> None:
    for names, rungs in LADDERS:
        assert set(names) <= set(SERIES_SYNONYMS)
        assert len(rungs.split("/")) <= 5
        for level, titles in zip(Level, rungs.split("/"), strict=False):
            for title in filter(None, titles.split(";")):
                assert level in title_levels(title), title
                assert set(names) <= title_series(title), title


@given(st.text(max_size=30))
def test_no_text_is_an_error(text: str) -> None:
    title_meanings(text)
    levels_agree(text, "高级")
    assert titles_agree(text, text)
    for _, start, end in find_titles(text):
        assert 0 <= start < end <= len(text)
