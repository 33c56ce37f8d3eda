"""The page's turn and tilt are judged from its text boxes."""

import math

import numpy as np
import pytest

from domain.geometry import polygon_as_shown
from ocr.upright import Quad, find_skew_deg, is_sideways, skew_matrix, turn_pixels


def _line(x: float, y: float, width: float, height: float, tilt_deg: float = 0.0) -> Quad:
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    angle = math.radians(tilt_deg)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return np.asarray(corners @ turn + [x, y], dtype=np.float32)


@pytest.mark.parametrize("tilt", [-9.0, -1.2, 0.4, 3.0])
def test_the_tilt_of_most_lines_is_found(tilt: float) -> None:
    quads = [_line(100, 100 + 60 * i, 500, 30, tilt) for i in range(6)] + [_line(80, 700, 300, 40, 20.0)]

    assert find_skew_deg(quads) == pytest.approx(tilt, abs=0.1)


def test_two_lines_are_too_few_to_speak() -> None:
    assert find_skew_deg([_line(0, 0, 500, 30, 5.0), _line(0, 90, 500, 30, 5.0)]) == 0.0


def test_text_running_down_the_page_is_sideways() -> None:
    assert is_sideways([_line(100, 100, 30, 500), _line(160, 100, 30, 400), _line(300, 20, 90, 30)])
    assert not is_sideways([_line(100, 100, 500, 30), _line(100, 160, 30, 80)])
    assert not is_sideways([])


def test_turning_is_clockwise() -> None:
    pixels = np.zeros((2, 3, 3), dtype=np.uint8)
    pixels[0, 0] = 255

    turned = turn_pixels(pixels, 90)

    assert turned.shape == (3, 2, 3)
    assert turned[0, 1, 0] == 255


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 4.0])
def test_a_place_found_on_the_upright_page_is_found_again_on_the_page_as_shown(
    turn: int, skew: float
) -> None:
    """Follows one dark pixel through turn and levelling, and back by ``polygon_as_shown``."""
    height, width = 90, 140
    pixels = np.full((height, width, 3), 255, dtype=np.uint8)
    pixels[30, 100] = 0
    upright = turn_pixels(pixels, turn)
    y, x = np.argwhere(upright[:, :, 0] == 0)[0]
    upright_height, upright_width = upright.shape[:2]
    level = skew_matrix(skew, upright_width, upright_height) @ [x + 0.5, y + 0.5, 1.0]

    ((shown_x, shown_y),) = polygon_as_shown(
        ((level[0] / upright_width, level[1] / upright_height),),
        turn_deg=turn,
        skew_deg=skew,
        width_px=upright_width,
        height_px=upright_height,
    )

    assert (shown_x * width, shown_y * height) == pytest.approx((100.5, 30.5), abs=0.01)
