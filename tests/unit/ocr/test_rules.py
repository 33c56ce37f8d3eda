"""Ruling lines are found, text and pictures are not taken for them."""

import cv2
import numpy as np

from ocr.rules import find_rules


def _page() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((1000, 700), 245, dtype=np.uint8)


def test_a_table_frame_gives_its_four_sides() -> None:
    page = _page()
    cv2.rectangle(page, (100, 200), (600, 500), 0, 1)

    rules = find_rules(page)

    across = sorted(round(rule.start[1], 2) for rule in rules if rule.is_horizontal)
    down = sorted(round(rule.start[0], 2) for rule in rules if not rule.is_horizontal)
    assert across == [0.2, 0.5]
    assert down == [round(100 / 700, 2), round(600 / 700, 2)]


def test_a_grey_rule_on_grey_paper_is_found() -> None:
    page = np.full((1000, 700), 200, dtype=np.uint8)
    cv2.line(page, (50, 300), (650, 300), 150, 2)

    (rule,) = find_rules(page)

    assert rule.is_horizontal
    assert rule.end[0] - rule.start[0] > 0.8


def test_a_dark_picture_and_short_strokes_are_no_rules() -> None:
    page = _page()
    page[600:800, 100:300] = 40
    for x in range(100, 600, 40):
        cv2.line(page, (x, 100), (x + 25, 100), 0, 3)

    assert find_rules(page) == ()
