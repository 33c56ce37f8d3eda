"""The surroundings of a seal, searched for lines by themselves.

On a page reduced as a whole the strokes of a seal and the print under it run into each other, and whole
lines are not found. A seal is as large on paper as every other, so its surroundings are reduced to one
size, in which the print has a height that the detector likes, and where little else can distract it.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.line_reader import LineReader, Pixels
from ocr.seals import Circle
from ocr.upright import Quad

_REACH = (3.0, 2.0)
"""Width and height of the window in diameters of the seal: a line that begins under it ends within."""

_BAND_REACH = 2.2
"""Half the height of a band in radii of the seal: the lines above and below that it touches lie within."""

COARSE_PX, FINE_PX = 192, 320
"""Diameter of the seal in the window. At 192 px print of 4 mm is 20 px high, as on a page searched twice."""

_EDGE_PX = 3
"""Of the window: a box that touches its border may be part of a line."""


def find_bands(circles: Sequence[Circle], height_px: int) -> list[tuple[int, int]]:
    """Return the rows of a page on which its seals lie, as (first, last + 1), those that overlap joined."""
    bands: list[tuple[int, int]] = []
    for circle in sorted(circles, key=lambda circle: circle.y):
        reach = _BAND_REACH * circle.radius
        top, bottom = max(0, math.floor(circle.y - reach)), min(height_px, math.ceil(circle.y + reach))
        if bands and top <= bands[-1][1]:
            top, bottom = min(top, bands[-1][0]), max(bottom, bands[-1][1])
            bands.pop()
        bands.append((top, bottom))
    return bands


def search_window(reader: LineReader, pixels: Pixels, circle: Circle, diameter_px: int) -> list[Quad]:
    """Find the lines around a seal.

    Args:
        reader: Finds boxes.
        pixels: The page.
        circle: The seal.
        diameter_px: To which the seal is reduced or enlarged.

    Returns:
        Boxes in pixels of the page, without those that reach beyond the window.
    """
    size = tuple(round(reach * diameter_px) for reach in _REACH)
    scale = diameter_px / (2 * circle.radius)
    shift = (size[0] / 2 - scale * circle.x, size[1] / 2 - scale * circle.y)
    window = _cut(pixels, scale, shift, size)
    height, width = pixels.shape[:2]
    bounds = (
        (shift[0], shift[0] + scale * width, size[0]),
        (shift[1], shift[1] + scale * height, size[1]),
    )
    found = []
    for quad in reader.detect_as_is(window):
        whole = all(
            quad[:, axis].min() > max(_EDGE_PX, begin - 1)
            and quad[:, axis].max() < min(most - _EDGE_PX, end + 1)
            for axis, (begin, end, most) in enumerate(bounds)
        )
        if whole:
            found.append(np.asarray((quad - np.array(shift)) / scale, np.float32))
    return found


def _cut(
    pixels: Pixels, scale: float, shift: tuple[float, float], size: tuple[int, ...]
) -> npt.NDArray[np.uint8]:
    """Return the window; what lies beyond the page is of the page's own border colour."""
    left, top = (int(max(0, -at / scale - 2)) for at in shift)
    right, bottom = (int((most - at) / scale + 3) for at, most in zip(shift, size, strict=True))
    part = pixels[top:bottom, left:right]
    rest = max(1.0, scale)
    if scale < 1:
        # Averaged to size first; what is left is a shift.
        reduced = tuple(max(1, round(side * scale)) for side in (part.shape[1], part.shape[0]))
        part = np.asarray(cv2.resize(part, reduced, interpolation=cv2.INTER_AREA), np.uint8)
    matrix = np.array([[rest, 0, shift[0] + left * scale], [0, rest, shift[1] + top * scale]], np.float64)
    window = cv2.warpAffine(part, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(window, np.uint8)
