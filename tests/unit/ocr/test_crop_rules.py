"""Rules through a line are taken out; strokes, also long ones, stay."""

import numpy as np
import numpy.typing as npt
import pytest

from ocr.crop_rules import erase_rules


def _paper(width: int) -> npt.NDArray[np.uint8]:
    return np.full((48, width, 3), 235, dtype=np.uint8)


def _text(width: int) -> npt.NDArray[np.uint8]:
    """Upright strokes with gaps between them, as of print."""
    crop = _paper(width)
    for left in range(10, width - 10, 22):
        crop[10:36, left : left + 5] = 20
    return crop


def _ink(crop: npt.NDArray[np.uint8]) -> int:
    return int((crop.min(axis=2) < 128).sum())


@pytest.mark.parametrize("row", [38, 42, 45])
def test_an_underline_goes_and_the_text_stays(row: int) -> None:
    text = _text(300)
    ruled = text.copy()
    ruled[row : row + 2] = 30

    assert _ink(erase_rules(ruled)) == _ink(text)


def test_strokes_that_cross_a_rule_keep_their_ink() -> None:
    text = _text(300)
    ruled = text.copy()
    ruled[22:24] = 20

    assert _ink(erase_rules(ruled)) == _ink(text)


def test_a_sloping_rule_goes_too() -> None:
    crop = _paper(300)
    for x in range(300):
        crop[38 + x // 150, x] = 30

    assert _ink(erase_rules(crop)) == 0


def test_the_side_of_a_table_cell_goes() -> None:
    text = _text(200)
    ruled = text.copy()
    ruled[:, 3:5] = 30

    assert _ink(erase_rules(ruled)) == _ink(text)


def test_a_lone_numeral_one_is_no_rule() -> None:
    crop = _paper(60)
    crop[22:26, 6:54] = 20

    assert erase_rules(crop) is crop


def test_a_numeral_one_among_characters_is_no_rule() -> None:
    crop = _text(300)
    crop[22:26, 120:160] = 20

    assert erase_rules(crop) is crop


def test_a_dark_band_is_no_rule() -> None:
    crop = _paper(200)
    crop[:20] = 30

    assert erase_rules(crop) is crop


def test_plain_paper_comes_back_as_it_is() -> None:
    crop = _paper(200)

    assert erase_rules(crop) is crop
