"""Percentiles from counted levels are numpy's, a shrunk picture is OpenCV's."""

import cv2
import numpy as np
import pytest

from ocr.pixels import level_percentiles, shrink

SHARES = (0, 0.5, 1, 3, 30, 50, 60, 85, 98, 100)


@pytest.mark.parametrize("shape", [(1,), (2,), (7, 5), (60, 41), (30, 20, 3)])
def test_they_are_numpys(shape: tuple[int, ...]) -> None:
    levels = np.random.default_rng(len(shape)).integers(0, 256, shape, dtype=np.uint8)

    assert level_percentiles(levels, *SHARES) == pytest.approx(np.percentile(levels, SHARES))


def test_a_strided_part_is_counted_as_it_is() -> None:
    page = np.arange(64, dtype=np.uint8).reshape(8, 8)

    assert level_percentiles(page[::2, ::4], 50) == pytest.approx([float(np.median(page[::2, ::4]))])


def test_black_and_white() -> None:
    assert level_percentiles(np.array([0, 255, 255], np.uint8), 0, 25, 100) == (0.0, 127.5, 255.0)


@pytest.mark.parametrize("size", [(200, 150), (120, 90), (61, 47), (300, 310)])
def test_a_shrunk_picture_is_the_mean_of_what_it_covers(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (311, 401), dtype=np.uint8)
    picture = np.asarray(cv2.GaussianBlur(noise, (15, 15), 0))

    difference = cv2.absdiff(shrink(picture, size), cv2.resize(picture, size, interpolation=cv2.INTER_AREA))

    assert difference.shape == (size[1], size[0])
    assert difference.mean() < 4
