"""How a page must be turned to stand upright, judged from its text boxes."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Quad = npt.NDArray[np.float32]
"""Shape (4, 2): x, y in pixels; top left, top right, bottom right, bottom left."""

_SIDEWAYS_RATIO = 1.5
_LEAST_SKEW_DEG = 0.15
_MOST_SKEW_DEG = 15.0


def is_sideways(quads: Sequence[Quad]) -> bool:
    """Tell whether most of the text, by length, runs up or down the page."""
    upright = sideways = 0.0
    for quad in quads:
        width, height = quad_size(quad)
        if height > _SIDEWAYS_RATIO * width:
            sideways += height
        elif width > _SIDEWAYS_RATIO * height:
            upright += width
    return sideways > upright


def find_skew_deg(quads: Sequence[Quad]) -> float:
    """Return the clockwise tilt of the text in degrees: the length-weighted median of the boxes.

    Only boxes at least four times as long as high speak; 0 when there are fewer than three or the
    tilt is too small or too large to be a scanner's.
    """
    angles, weights = [], []
    for quad in quads:
        width, height = quad_size(quad)
        if width >= 4 * height:
            middle_left = (quad[0] + quad[3]) / 2
            middle_right = (quad[1] + quad[2]) / 2
            dx, dy = (middle_right - middle_left).tolist()
            angles.append(math.degrees(math.atan2(dy, dx)))
            weights.append(width)
    if len(angles) < 3:
        return 0.0
    order = np.argsort(angles)
    cumulative = np.cumsum(np.array(weights)[order])
    median = angles[order[int(np.searchsorted(cumulative, cumulative[-1] / 2))]]
    return median if _LEAST_SKEW_DEG <= abs(median) <= _MOST_SKEW_DEG else 0.0


def quad_size(quad: Quad) -> tuple[float, float]:
    """Return width and height of a box in pixels, along its own sides."""
    # Asked a thousand times a page: numpy on four points costs five times as much.
    a, b, c, d = quad.tolist()
    return (math.dist(a, b) + math.dist(d, c)) / 2, (math.dist(a, d) + math.dist(b, c)) / 2


def skew_matrix(skew_deg: float, width_px: int, height_px: int) -> npt.NDArray[np.float64]:
    """Return the affine map, shape (2, 3), that turns a tilted page level around its centre."""
    matrix: npt.NDArray[np.float64] = cv2.getRotationMatrix2D((width_px / 2, height_px / 2), skew_deg, 1.0)
    return matrix


def turn_pixels(pixels: npt.NDArray[np.uint8], turn_deg: int) -> npt.NDArray[np.uint8]:
    """Turn a picture clockwise by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, k=-(turn_deg // 90) % 4))
