"""Lines too wide for the recogniser are cut between characters."""

from itertools import pairwise

import numpy as np
import pytest

from ocr.networks import LINE_HEIGHT_PX, Crop, cut_wide

MOST = 1600
STEP = 8


def _line(width: int, *, pitch: int = 47, gap: int = 12) -> Crop:
    """Return a line of black characters, ``gap`` pixels apart."""
    crop = np.full((LINE_HEIGHT_PX, width, 3), 255, np.uint8)
    for left in range(0, width, pitch):
        crop[4:44, left : left + pitch - gap] = 0
    return crop


@pytest.mark.parametrize("width", [8, 1593, 1600])
def test_a_line_that_fits_is_not_cut(width: int) -> None:
    crop = _line(width)

    assert [part is crop for part in cut_wide(crop)] == [True]


@pytest.mark.parametrize("width", [1601, 1700, 2339, 3072, 3073, 3200, 9000])
def test_the_parts_fit_and_are_the_line(width: int) -> None:
    crop = _line(width)

    parts = cut_wide(crop)

    assert np.array_equal(np.concatenate(parts, axis=1), crop)
    assert all(0 < part.shape[1] <= MOST for part in parts)
    assert all(part.shape[1] % STEP == 0 for part in parts[:-1])


@pytest.mark.parametrize("width", [1800, 2500, 3200])
def test_no_character_is_cut(width: int) -> None:
    parts = cut_wide(_line(width))

    assert len(parts) > 1
    for before, after in pairwise(parts):
        assert (before[:, -1] == 255).all()
        assert (after[:, 0] == 255).all()


def test_a_line_without_gaps_is_cut_evenly() -> None:
    parts = cut_wide(np.zeros((LINE_HEIGHT_PX, 2400, 3), np.uint8))

    assert [part.shape[1] for part in parts] == [1200, 1200]
