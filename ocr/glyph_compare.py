"""How much a character on paper looks like drawings of characters.

For characters that the recogniser cannot write: it says 负 or 员 for 贠, with confidence. The picture is
searched for each drawing at every likely place and size. There the two are compared patch by patch by the
direction of their edges, and each patch may lie a little elsewhere: typefaces differ in proportions,
characters in strokes.
"""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]

_LINE_PX = 36
"""Height of the line for the search: strokes are one to three pixels wide, and the search is fast."""

_SIZES = (0.6, 0.68, 0.76, 0.84, 0.92, 1.0)
"""Sizes of a character as parts of the line's height."""

_WIDTHS = (0.92, 1.0)
_SEARCH_BLUR_PX = 1.0
_EDGE_PX = 4
_FINE_PX = 64
"""Side of the square in which place and drawing are compared."""

_PATCH_PX, _STRIDE_PX, _REACH_PX = 16, 8, 6
"""A patch holds about one stroke with its ends; it may lie a tenth of the character's size elsewhere."""

_PRICE_PER_PX = 0.01
_FAINTEST_PATCH = 1.0
_SEARCH_MARGIN_PX = 3


def character_similarity(
    picture: Picture, drawings: Mapping[str, Sequence[Picture]], *, line_height_px: float
) -> dict[str, float]:
    """Compare a place on paper with drawings of characters.

    Args:
        picture: Shape (height, width, 3), RGB: the character upright, with some of what stands around it.
        drawings: By character, one for each typeface, cropped to the ink, 255 for ink.
        line_height_px: Height of the line of text in the picture.

    Returns:
        By character, the likeness of its best drawing: 1 for the same, 0 for nothing in common. Characters
        without a drawing are left out.
    """
    paper = ink_of(picture)
    scale = _LINE_PX / line_height_px
    small = cv2.resize(paper, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.copyMakeBorder(
        cv2.GaussianBlur(small, (0, 0), _SEARCH_BLUR_PX), 4, 4, 4, 4, cv2.BORDER_CONSTANT
    )
    likeness = {}
    for character, faces in drawings.items():
        found = [_likeness(paper, small, drawing, scale) for drawing in faces]
        if found:
            likeness[character] = max(found)
    return likeness


def ink_of(picture: Picture) -> Plane:
    """Return how dark each pixel is against the paper around it, 0 to 1; red seals count as paper."""
    red = picture[:, :, 0]
    side = max(15, min(picture.shape[:2]) // 2 * 2 + 1)
    around = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    dark = np.clip(around.astype(np.float32) - red, 0, None)
    deepest = max(24.0, float(np.percentile(dark, 98)))
    return np.asarray(np.clip((dark / deepest - 0.15) / 0.7, 0, 1), dtype=np.float32)


def _likeness(paper: Plane, small: Plane, drawing: Picture, scale: float) -> float:
    box = _find(small, drawing)
    if box is None:
        return 0.0
    left, top = ((corner - _EDGE_PX) / scale for corner in box[:2])
    width, height = (side / scale for side in box[2:])
    place = _cut(paper, left, top, width, height)
    drawn = cv2.resize(drawing, (_FINE_PX, _FINE_PX), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    ours, theirs = _edges(place), _edges(_frame(drawn, _REACH_PX))
    # Both ways: a stroke too many counts as much as a stroke too few.
    return (_match_patches(ours, theirs) + _match_patches(theirs, ours)) / 2


def _find(small: Plane, drawing: Picture) -> tuple[int, int, int, int] | None:
    """Return left, top, width, height of the place that fits the drawing best, in pixels of the search."""
    best, box = -1.0, None
    height, width = drawing.shape
    for size in _SIZES:
        unit = size * _LINE_PX / max(height, width)
        for stretch in _WIDTHS:
            w, h = max(3, round(width * unit * stretch)), max(3, round(height * unit))
            template = cv2.resize(drawing, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
            template = cv2.GaussianBlur(_frame(template, _SEARCH_MARGIN_PX), (0, 0), _SEARCH_BLUR_PX)
            if template.shape[0] > small.shape[0] or template.shape[1] > small.shape[1]:
                continue
            fit = cv2.matchTemplate(small, template, cv2.TM_CCOEFF_NORMED)
            _, peak, _, (x, y) = cv2.minMaxLoc(fit)
            if peak > best:
                best, box = peak, (x + _SEARCH_MARGIN_PX, y + _SEARCH_MARGIN_PX, w, h)
    return box


def _cut(paper: Plane, left: float, top: float, width: float, height: float) -> Plane:
    """Cut a box and the reach around it as a square; what lies outside of the picture is paper."""
    side = _FINE_PX + 2 * _REACH_PX
    across, down = width / _FINE_PX, height / _FINE_PX
    matrix = np.array(
        [[across, 0, left - _REACH_PX * across], [0, down, top - _REACH_PX * down]], dtype=np.float64
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(paper, matrix, (side, side), flags=flags), dtype=np.float32)


def _edges(ink: Plane) -> Plane:
    """Return the edges of a drawing, shape (side, side, 4)."""
    return np.asarray(np.sqrt(np.stack(edge_planes(ink, blur_px=1.0), axis=-1)), dtype=np.float32)


def edge_planes(ink: Plane, *, blur_px: float) -> list[Plane]:
    """Return how much edge runs in each of four directions, each of the shape of ``ink``, blurred."""
    smooth = cv2.GaussianBlur(ink, (0, 0), 1.0)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down)
    direction = np.arctan2(down, across) % np.pi / np.pi * 4
    lower = np.floor(direction).astype(int) % 4
    upper_share = direction - np.floor(direction)
    planes = []
    for plane in range(4):
        weight = (lower == plane) * (1 - upper_share) + ((lower + 1) % 4 == plane) * upper_share
        planes.append(np.asarray(cv2.GaussianBlur((strength * weight).astype(np.float32), (0, 0), blur_px)))
    return planes


def _match_patches(ours: Plane, theirs: Plane) -> float:
    """Return how well the patches of one find their like near the same place of the other, 0 to 1."""
    reach = np.arange(-_REACH_PX, _REACH_PX + 1)
    price = _PRICE_PER_PX * np.hypot(reach[:, None], reach[None, :])
    ones = np.ones((_PATCH_PX, _PATCH_PX, ours.shape[2]), dtype=np.float32)
    squares = theirs * theirs
    total = weight = 0.0
    last = len(ours) - _REACH_PX - _PATCH_PX
    for y in range(_REACH_PX, last + 1, _STRIDE_PX):
        for x in range(_REACH_PX, last + 1, _STRIDE_PX):
            patch = ours[y : y + _PATCH_PX, x : x + _PATCH_PX]
            strokes = float(patch.sum())
            if strokes < _FAINTEST_PATCH:
                continue
            rows = slice(y - _REACH_PX, y + _PATCH_PX + _REACH_PX)
            columns = slice(x - _REACH_PX, x + _PATCH_PX + _REACH_PX)
            product = cv2.matchTemplate(theirs[rows, columns], patch, cv2.TM_CCORR)
            energy = cv2.matchTemplate(squares[rows, columns], ones, cv2.TM_CCORR)
            fit = 2 * product / (energy + float((patch * patch).sum()) + 1e-6) - price
            total += strokes * float(fit.max())
            weight += strokes
    return max(0.0, total / weight) if weight else 0.0


def _frame(ink: Plane, margin: int) -> Plane:
    framed = cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    return np.asarray(framed, dtype=np.float32)
