"""Coloured seals: where they are, and the page without them.

Ink of a colour is bright in the channel of its colour while black is dark in all: the brightest channel of
every pixel is the page without its seals, whether they are red, violet or blue. It is a second reading, not a
better one: the two are compared line by line.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from domain.images import PageImage
from ocr.pixels import level_percentiles, shrink

_LEAST_SHARE = 0.0008
"""Of the page in seal colour. A 4 cm seal's strokes on A4 are about 1 % of the page."""

_LEAST_CHROMA = 44
"""Grey levels between the brightest and the darkest channel. Fringes that JPEG puts around black print
reach 30, weak stamp ink begins at 50."""

_LEAST_WEAK_CHROMA = 22
_REACH = 0.008
"""Of the page's long side, about one stroke of a stamp: so far from strong ink its weak ink is believed."""

_SHADE_PERCENTILE = 30
"""Of the seal's ink in its own light: darker ones are its crossings with print."""

_LEAST_RANGE = 40.0
"""Grey levels between print and seal below which stretching would only stretch noise."""

_WORK_LONG_SIDE_PX = 800
_LEAST_INK = 60
"""Of 255: share of ink in a pixel of the reduced mask, a stroke of weak stamp ink."""

_CLOSING = 0.009
"""Of the long side: gaps between strokes of a seal that are closed, less than the gap to a border."""

_LEAST_DIAMETER, _MOST_DIAMETER = 0.09, 0.4
"""Of the page's long side: seals are 35 to 50 mm wide, pages A4 to A6."""

_MOST_OBLONG = 1.5
_MOST_FILLED = 0.72
"""Of its bounds: a seal with lettering and star fills half of them, a portrait's ground all."""

_MOST_SEALS = 4


class Circle(NamedTuple):
    """Where a seal lies, in pixels of the page."""

    x: float
    y: float
    radius: float


def find_seal_ink(page: PageImage) -> npt.NDArray[np.bool_] | None:
    """Return the mask of seal-coloured pixels, shape (height, width), or ``None`` without a seal.

    Coloured labels, borders and portraits count as well, which costs time and nothing else. Grey pages have
    none.
    """
    step = max(1, min(page.height_px, page.width_px) // 600)
    if (_chroma(page.pixels[::step, ::step]) > _LEAST_CHROMA).mean() < _LEAST_SHARE:
        return None
    chroma = _chroma(page.pixels)
    strong = (chroma > _LEAST_CHROMA).astype(np.uint8)
    reach = max(3, round(_REACH * max(chroma.shape)))
    around = cv2.dilate(strong, np.ones((reach, reach), np.uint8)) > 0
    mask: npt.NDArray[np.bool_] = (strong > 0) | (around & (chroma > _LEAST_WEAK_CHROMA))
    return mask


def find_seal_circles(ink: npt.NDArray[np.bool_]) -> list[Circle]:
    """Return where in a mask of coloured ink round seals lie; borders, labels and portraits are none.

    Args:
        ink: The mask that ``find_seal_ink`` gave.
    """
    scale = min(1.0, _WORK_LONG_SIDE_PX / max(ink.shape))
    size = (round(ink.shape[1] * scale), round(ink.shape[0] * scale))
    small = shrink(ink.astype(np.uint8) * 255, size) > _LEAST_INK
    # Black print across the ring cuts it into arcs.
    reach = round(_CLOSING * max(size))
    closed = cv2.morphologyEx(small.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    circles = []
    for left, top, width, height, area in stats[1:].tolist():
        shorter, longer = sorted((width / max(size), height / max(size)))
        is_round = shorter >= _LEAST_DIAMETER and longer <= min(_MOST_DIAMETER, _MOST_OBLONG * shorter)
        if is_round and area <= _MOST_FILLED * width * height:
            x, y, radius = left + width / 2, top + height / 2, max(width, height) / 2
            circles.append(Circle(x / scale, y / scale, radius / scale))
    circles.sort(key=lambda circle: -circle.radius)
    return circles[:_MOST_SEALS]


def suppress_seals(page: PageImage, ink: npt.NDArray[np.bool_]) -> PageImage:
    """Return the page in its brightest channel, stretched so that the seal's own shade becomes white.

    Args:
        page: A page with seal ink.
        ink: The mask that ``find_seal_ink`` gave for it.

    Returns:
        Three equal channels; what is darker than the seal's ink in its own light stays.
    """
    light = _brightest(_balance(page.pixels))
    low, high = level_percentiles(light[::4, ::4], 1, 60)
    # On a nearly empty page the darkest hundredth is still paper.
    low = min(low, 0.5 * high)
    # Dark print under the ink has no colour and so is not in the mask: what is in it may all go.
    shade = level_percentiles(light[ink], _SHADE_PERCENTILE)[0] if ink.any() else high
    high = min(high, max(shade, low + _LEAST_RANGE))
    scale = 255.0 / max(_LEAST_RANGE, high - low)
    stretched = cv2.convertScaleAbs(light, alpha=scale, beta=-low * scale)
    # convertScaleAbs mirrors what falls below zero; that is darker than dark, so black.
    stretched[light < low] = 0
    return PageImage(np.asarray(cv2.merge([stretched] * 3), np.uint8), page.dpi)


def _chroma(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return how far the channels lie apart, 0 to 255."""
    balanced = _balance(pixels)
    red, green, blue = cv2.split(balanced)
    result: npt.NDArray[np.uint8] = _brightest(balanced) - cv2.min(cv2.min(red, green), blue)
    return result


def _brightest(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the brightest channel; numpy's maximum over the short axis takes ten times as long."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)


def _balance(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Take the paper's tint out: a warm lamp or cream paper colours everything.

    The paper is the most common colour; its channels are brought to the brightest of them.
    """
    sample = pixels[::4, ::4]
    paper = np.maximum(1, [level_percentiles(sample[:, :, channel], 50)[0] for channel in range(3)])
    if paper.max() == paper.min():
        return pixels
    levels = np.arange(256)[:, None] * (paper.max() / paper)
    table = np.clip(levels, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(np.ascontiguousarray(pixels), table[None]), np.uint8)
