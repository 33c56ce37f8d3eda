"""Lines of Chinese text break where a typesetter would break them."""

from hypothesis import given
from hypothesis import strategies as st

from review.letters.line_breaks import break_lines


def _width(text: str) -> float:
    return sum(0.5 if ord(c) < 0x2000 else 1.0 for c in text)


@given(st.text(alphabet="甲乙丙，。：（）“”〔〕0123AB", max_size=80), st.integers(4, 20))
def test_nothing_is_lost_and_lines_fit(text: str, room: int) -> None:
    lines = break_lines(text, (room - 2, room), _width)

    assert "".join(lines) == text
    # Marks that must not be parted from what they follow may be more than a line holds.
    assert all(_width(line) <= room or set(line[1:-1]) & set("，。：（）“”〔〕") for line in lines)


def test_no_line_begins_with_a_closing_mark() -> None:
    assert break_lines("现郑重承诺如下：", (7, 7), _width) == ["现郑重承诺如", "下："]


def test_no_line_ends_with_an_opening_bracket() -> None:
    assert break_lines("我单位（城固县）", (4, 8), _width) == ["我单位", "（城固县）"]


def test_numbers_stay_whole() -> None:
    assert break_lines("人员12345人", (4, 10), _width) == ["人员", "12345人"]


def test_a_number_longer_than_a_line_is_broken() -> None:
    assert "".join(lines := break_lines("1" * 40, (5, 5), _width)) == "1" * 40
    assert len(lines) == 4
