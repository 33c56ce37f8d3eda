"""Printed rules taken out of a line before it is read.

A value stands on an underline, a table's rule runs through the feet of the characters, and 一 becomes 二
without a trace of doubt. A rule is longer than any stroke: it crosses the whole crop.
"""

import cv2
import numpy as np
import numpy.typing as npt

_LEAST_WIDTH_PX = 84
"""Of a crop 48 px high, in which a character is about 36 px wide: the stroke of a lone 一 fills a
narrower crop from side to side."""

_MOST_THICKNESS_PX = 6
_ACROSS_SHARE = 0.92
"""Of the crop's width that a rule must fill; text leaves gaps between its characters."""

_DOWN_SHARE = 0.97
"""Of its height: boxes have a margin around the text, so no stroke goes from edge to edge."""

_LEAST_CONTRAST = 40
_SPREAD = 0.6
"""How far a thin, slightly sloping rule's row may be lighter than ink, as a share of ink to paper."""


def erase_rules(crop: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the crop without horizontal and vertical rules; the crop itself when it has none.

    Strokes that cross a rule are kept: where there is ink on both sides of it, the rule's own ink stays.

    Args:
        crop: Shape (48, width, 3), a straightened line of text, dark on light.
    """
    width = crop.shape[1]
    if width < _LEAST_WIDTH_PX:
        return crop
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    across = cv2.reduce(grey, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    down = cv2.reduce(grey, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    paper, ink_level = float(max(across.max(), down.max())), float(grey.min())
    limit = paper - 0.4 * (paper - ink_level)
    # The mean of a row that a rule fills lies below the limit; most lines have none and end here.
    if paper - ink_level < _LEAST_CONTRAST or min(across.min(), down.min()) > limit + _SPREAD * (
        paper - limit
    ):
        return crop
    ink = (grey < limit).astype(np.uint8)
    erased = _erase_along(ink, _ACROSS_SHARE) | _erase_along(ink.T, _DOWN_SHARE).T
    if not erased.any():
        return crop
    # The ink's soft edge goes with it.
    edge = cv2.dilate(erased.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    edge &= (ink == 0) | erased
    result = crop.copy()
    result[edge] = np.median(crop[ink == 0], axis=0).astype(np.uint8)
    return result


def _erase_along(ink: npt.NDArray[np.uint8], share: float) -> npt.NDArray[np.bool_]:
    """Return the mask of rules that run along the rows of ``ink``."""
    height = ink.shape[0]
    mask = np.zeros(ink.shape, dtype=bool)
    # A slight slope spreads a rule over two rows; one row of dilation brings it together.
    spread = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    full = np.flatnonzero(spread.mean(axis=1) >= share)
    if len(full) == 0:
        return mask
    for group in np.split(full, np.flatnonzero(np.diff(full) > 1) + 1):
        top, bottom = int(group[0]), int(group[-1]) + 1
        # The dilation has added a row on either side.
        if bottom - top > _MOST_THICKNESS_PX + 2:
            continue
        above = ink[max(0, top - 1)] if top > 0 else np.zeros(ink.shape[1], np.uint8)
        below = ink[min(height - 1, bottom)] if bottom < height else np.zeros(ink.shape[1], np.uint8)
        crossing = (above > 0) & (below > 0)
        mask[top:bottom] |= (ink[top:bottom] > 0) & ~crossing
    return mask
