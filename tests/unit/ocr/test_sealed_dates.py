"""Pieces of a date that a seal has torn apart are put into one row."""

import numpy as np
import pytest

from ocr.sealed_dates import find_torn_rows, is_full_date, looks_like_date
from ocr.upright import Quad


def _box(left: float, top: float, right: float, bottom: float) -> Quad:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32)


def test_two_pieces_of_one_row_become_one_wide_box() -> None:
    quads = [_box(300, 100, 390, 140), _box(420, 102, 450, 142), _box(100, 400, 300, 440)]

    ((pieces, row),) = find_torn_rows(quads, ["三月十", "日", "专用章"])

    assert pieces == (0, 1)
    assert row[:, 0].min() < 150  # room for 二〇一六年
    assert row[:, 0].max() > 450


def test_a_full_date_is_left_alone() -> None:
    assert find_torn_rows([_box(0, 0, 400, 40)], ["二〇一六年三月十一日"]) == []


def test_pieces_of_two_rows_stay_apart() -> None:
    rows = find_torn_rows([_box(0, 0, 100, 40), _box(120, 80, 220, 120)], ["三月", "五月"])

    assert [pieces for pieces, _ in rows] == [(0,), (1,)]


@pytest.mark.parametrize(
    ("text", "full", "shape"),
    [
        ("二〇一六年三月十一日", True, True),
        ("二一六年三月十一日", False, True),
        ("2016.03.11", True, True),
        ("三月十一日", False, False),
    ],
)
def test_a_damaged_year_has_the_shape_of_a_date_but_is_none(text: str, full: bool, shape: bool) -> None:
    assert (is_full_date(text), looks_like_date(text)) == (full, shape)
