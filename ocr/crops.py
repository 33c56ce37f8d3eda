"""Boxes of a page as pictures: cut out straight, measured for ink, sorted from ornaments."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from domain.images import PageImage
from ocr.networks import LINE_HEIGHT_PX
from ocr.upright import Quad, quad_size

_LEAST_WIDTH_PX = 8
_MOST_WIDTH_PX = 3200

_ORNAMENT_SHARE = 0.75
"""Of the text's height. A single full character is about 1, a lone 一 about as wide."""


def drop_ornaments(quads: list[Quad]) -> list[Quad]:
    """Leave out small square boxes: the pieces of a decorative border, each a 口 to the recogniser."""
    return without_ornaments(quads, quads) if len(quads) >= 3 else quads


def without_ornaments(quads: Sequence[Quad], known: Sequence[Quad]) -> list[Quad]:
    """Leave such boxes out of those found in a part of a page, by the height of the page's known lines."""
    least = _ORNAMENT_SHARE * text_height_px(known) if known else 0.0
    return [quad for quad in quads if max(quad_size(quad)) >= least]


def text_height_px(quads: Sequence[Quad]) -> float:
    """Return the median height of the boxes, weighted by length: ornaments of a border weigh little."""
    sizes = np.array([quad_size(quad) for quad in quads])
    heights, lengths = sizes.min(axis=1), sizes.max(axis=1) - sizes.min(axis=1) + 1e-3
    order = np.argsort(heights)
    cumulative = np.cumsum(lengths[order])
    return float(heights[order[int(np.searchsorted(cumulative, cumulative[-1] / 2))]])


def cut_line(pixels: npt.NDArray[np.uint8], quad: Quad) -> npt.NDArray[np.uint8]:
    """Cut a box out, straightened, 48 px high, BGR."""
    crop = _cut_straight(pixels, quad)
    if crop is None:
        return np.full((LINE_HEIGHT_PX, LINE_HEIGHT_PX, 3), 255, dtype=np.uint8)
    height, width = crop.shape[:2]
    if height >= 1.5 * width:
        crop = np.rot90(crop)
    ratio = crop.shape[1] / crop.shape[0]
    new_width = int(np.clip(np.ceil(LINE_HEIGHT_PX * ratio), _LEAST_WIDTH_PX, _MOST_WIDTH_PX))
    shrinks = crop.shape[0] > 1.3 * LINE_HEIGHT_PX
    resized = cv2.resize(
        crop, (new_width, LINE_HEIGHT_PX), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    return np.asarray(cv2.cvtColor(resized, cv2.COLOR_RGB2BGR), np.uint8)


def _cut_straight(pixels: npt.NDArray[np.uint8], quad: Quad) -> npt.NDArray[np.uint8] | None:
    """Return a box in its own size, ``None`` outside the page."""
    width, height = (max(2, round(side)) for side in quad_size(quad))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    left, top = np.floor(quad.min(axis=0)).astype(int) - 2
    right, bottom = np.ceil(quad.max(axis=0)).astype(int) + 3
    if left >= -2 and top >= -2 and right <= pixels.shape[1] and bottom <= pixels.shape[0]:
        corner = quad[0]
        if np.array_equal(quad, target + corner) and np.array_equal(corner, np.floor(corner)):
            # Four of five boxes are level: nothing is to be turned.
            x, y = corner.astype(int)
            return pixels[y : y + height, x : x + width]
    left, top = max(0, left), max(0, top)
    part = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    if part.size == 0:
        return None
    matrix = cv2.getPerspectiveTransform(quad - np.array([left, top], dtype=np.float32), target)
    crop = cv2.warpPerspective(
        part, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, np.uint8)


def _bounds(quad: Quad, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    left, top = np.floor(quad.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(quad.max(axis=0)).astype(int).tolist()
    return max(0, left), max(0, top), min(shape[1], right), min(shape[0], bottom)


def ink_share(ink: npt.NDArray[np.bool_], quad: Quad) -> float:
    """Return the share of a box that seal ink covers, 0 to 1."""
    left, top, right, bottom = _bounds(quad, ink.shape)
    part = ink[top:bottom, left:right]
    return float(part.mean()) if part.size else 0.0


def dark_share(image: PageImage, quad: Quad) -> float:
    """Return the share of a box that is dark in any channel, 0 to 1."""
    left, top, right, bottom = _bounds(quad, image.pixels.shape)
    part = image.pixels[top:bottom, left:right].min(axis=2)
    return float((part < 150).mean()) if part.size else 0.0


def is_covered(quad: Quad, others: Sequence[Quad], share: float = 0.4) -> bool:
    """Tell whether more than a share of a box lies inside other boxes."""
    area = max(1.0, float(cv2.contourArea(quad)))
    return sum(_overlap_px(quad, other) for other in others) > share * area


def _overlap_px(quad: Quad, other: Quad) -> float:
    """Return the area that two boxes share: of a tilted page their upright bounds would overlap for long."""
    (x0, y0), (x1, y1) = quad.min(axis=0).tolist(), quad.max(axis=0).tolist()
    (u0, v0), (u1, v1) = other.min(axis=0).tolist(), other.max(axis=0).tolist()
    if min(x1, u1) <= max(x0, u0) or min(y1, v1) <= max(y0, v0):
        return 0.0
    return float(cv2.intersectConvexConvex(quad, other)[0])
