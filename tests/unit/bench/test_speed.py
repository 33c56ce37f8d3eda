"""Which printed lines count as read."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.scoring import Rate
from bench.speed import line_accuracy
from samples.speed_pages import SpeedPage


def _page(name: str, *lines: str, kind: str = "list", degradation: str = "scan") -> SpeedPage:
    return SpeedPage(Path("pages") / name, kind, degradation, lines)


def _hits(printed: str, read: Sequence[str]) -> Rate:
    return line_accuracy([_page("a.jpg", printed)], {"a.jpg": list(read)})["all"]


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        pytest.param("西安市第一中学", ["西安市第一中学"], id="equal"),
        pytest.param("2016年12月", ["2016 年 12 月"], id="blanks"),
        pytest.param("SN2016(17)", ["ＳＮ２０１６（１７）"], id="widths-of-characters"),
        pytest.param("靳晓鸥", ["序号", "姓名：靳晓鸥"], id="joined-with-its-label"),
    ],
)
def test_a_line_counts_where_it_stands_in_what_was_read(printed: str, read: Sequence[str]) -> None:
    assert _hits(printed, read) == Rate(1, 1)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        pytest.param("西安市第一中学", ["西安市第—中学"], id="one-character-misread"),
        pytest.param("610103198507152346", ["61010319850715234"], id="one-character-lost"),
        pytest.param("西安市第一中学", ["西安市", "第一中学"], id="in-two-pieces"),
        pytest.param("西安市第一中学", [], id="nothing-read"),
    ],
)
def test_a_line_that_was_not_read_whole_and_exactly_is_missed(printed: str, read: Sequence[str]) -> None:
    assert _hits(printed, read) == Rate(0, 1)


def test_lines_of_one_character_are_left_out() -> None:
    page = _page("a.jpg", "男", "7", " 女 ", "工程师")

    assert line_accuracy([page], {"a.jpg": ["男工程师"]})["all"] == Rate(1, 1)


def test_a_line_printed_twice_counts_twice() -> None:
    assert line_accuracy([_page("a.jpg", "工程师", "工程师")], {"a.jpg": ["工程师"]})["all"] == Rate(2, 2)


def test_what_was_read_on_another_page_does_not_count() -> None:
    pages = [_page("a.jpg", "工程师"), _page("b.jpg", "会计师")]

    assert line_accuracy(pages, {"a.jpg": ["会计师"], "b.jpg": ["工程师"]})["all"] == Rate(0, 2)


def test_a_page_that_was_not_read_at_all_misses_all_its_lines() -> None:
    pages = [_page("a.jpg", "工程师", "会计师"), _page("b.jpg", "教师")]

    assert line_accuracy(pages, {"b.jpg": ["教师"]})["all"] == Rate(1, 3)


def test_lines_are_counted_by_kind_and_by_degradation() -> None:
    pages = [
        _page("a.jpg", "工程师", "会计师", kind="certificate", degradation="copy"),
        _page("b.jpg", "教师", kind="list", degradation="copy"),
        _page("c.jpg", "经济师", kind="list", degradation="photo"),
    ]

    rates = line_accuracy(pages, {"a.jpg": ["工程师"], "b.jpg": ["教师"], "c.jpg": ["经济币"]})

    assert rates == {
        "all": Rate(2, 4),
        "certificate": Rate(1, 2),
        "list": Rate(1, 2),
        "copy": Rate(2, 3),
        "photo": Rate(0, 1),
    }
