"""Boxes are cut out straight, and level ones are the page's own pixels."""

import cv2
import numpy as np
import pytest

from ocr.crops import cut_line
from ocr.networks import LINE_HEIGHT_PX
from ocr.upright import Quad

PAGE = np.random.default_rng(3).integers(0, 256, (200, 300, 3), dtype=np.uint8)


def _box(left: float, top: float, right: float, bottom: float) -> Quad:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _turned(quad: Quad, pixels: float) -> Quad:
    """Return a box whose right side lies a little lower."""
    return quad + np.array([[0, 0], [0, pixels], [0, pixels], [0, 0]], np.float32)


def test_a_level_box_is_what_the_page_has_there() -> None:
    crop = cut_line(PAGE, _box(40, 60, 160, 60 + LINE_HEIGHT_PX))

    assert np.array_equal(crop, PAGE[60 : 60 + LINE_HEIGHT_PX, 40:160, ::-1])


def test_a_level_box_is_what_a_hardly_turned_one_is() -> None:
    quad = _box(40, 60, 160, 90)

    level, turned = cut_line(PAGE, quad), cut_line(PAGE, _turned(quad, 0.01))

    assert level.shape == turned.shape
    assert cv2.absdiff(level, turned).mean() < 1


@pytest.mark.parametrize(
    "quad",
    [
        pytest.param(_box(-10, 60, 50, 90), id="over-the-left-edge"),
        pytest.param(_box(260, 60, 320, 90), id="over-the-right-edge"),
        pytest.param(_box(40, 180, 160, 210), id="over-the-lower-edge"),
        pytest.param(_box(40.5, 60.5, 160.5, 90.5), id="between-pixels"),
    ],
)
def test_every_box_has_the_height_of_a_line_and_its_own_width(quad: Quad) -> None:
    crop = cut_line(PAGE, quad)

    assert crop.shape[0] == LINE_HEIGHT_PX
    assert crop.shape[1] == pytest.approx(LINE_HEIGHT_PX * (quad[1, 0] - quad[0, 0]) / 30, abs=1)


def test_a_box_outside_the_page_is_blank() -> None:
    assert (cut_line(PAGE, _box(400, 60, 500, 90)) == 255).all()


def test_an_upright_box_is_laid_down() -> None:
    crop = cut_line(PAGE, _box(40, 20, 40 + LINE_HEIGHT_PX, 180))

    assert np.array_equal(crop, np.rot90(PAGE[20:180, 40 : 40 + LINE_HEIGHT_PX])[:, :, ::-1])
