"""Printed straight lines of tables and forms."""

import cv2
import numpy as np
import numpy.typing as npt

from domain.records import Rule
from ocr.upright import skew_matrix

_WORK_LONG_SIDE_PX = 1400
"""Rules are found on a reduced page: a 0.5 pt rule at 200 dpi is still about one pixel wide."""

_LEAST_PAGE_PX = 64
"""On anything smaller no line can be told from a letter."""

_LEAST_LENGTH = 0.035
"""Of the page's long side; longer than the longest stroke of a heading."""

_MAX_THICKNESS = 0.006


def find_rules(grey: npt.NDArray[np.uint8], skew_deg: float = 0.0) -> tuple[Rule, ...]:
    """Find horizontal and vertical rules on a page.

    Args:
        grey: Shape (height, width), dark ink on light paper.
        skew_deg: Tilt of the text that is taken out first.

    Returns:
        Rules in fractions of the level page, horizontal ones first. Broken rules come as several.
    """
    height, width = grey.shape
    if min(height, width) < _LEAST_PAGE_PX:
        return ()
    scale = min(1.0, _WORK_LONG_SIDE_PX / max(height, width))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if skew_deg:
        matrix = skew_matrix(skew_deg, small.shape[1], small.shape[0])
        small = cv2.warpAffine(small, matrix, small.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    long_side = max(small.shape)
    length = int(long_side * _LEAST_LENGTH)
    thickness = max(4, int(long_side * _MAX_THICKNESS))
    rules = [
        *_segments(ink, length, thickness, horizontal=True),
        *_segments(ink, length, thickness, horizontal=False),
    ]
    small_height, small_width = small.shape
    return tuple(
        Rule((x1 / small_width, y1 / small_height), (x2 / small_width, y2 / small_height))
        for x1, y1, x2, y2 in rules
    )


def _segments(
    ink: npt.NDArray[np.uint8], length: int, thickness: int, *, horizontal: bool
) -> list[tuple[float, float, float, float]]:
    kernel_size = (length, 1) if horizontal else (1, length)
    # A slight waviness breaks a one-pixel line; one pixel of dilation across bridges it.
    bridged = cv2.dilate(ink, np.ones((3, 1) if horizontal else (1, 3), np.uint8))
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, kernel_size)
    opened = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, kernel)
    # Most pages have few rules or none: only where there are any are they told apart.
    left, top, width, height = cv2.boundingRect(opened)
    if not width:
        return []
    part = opened[top : top + height, left : left + width]
    count, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    stats[:, cv2.CC_STAT_LEFT] += left
    stats[:, cv2.CC_STAT_TOP] += top
    found = []
    for x, y, w, h, area in stats[1:count].tolist():
        long, across = (w, h) if horizontal else (h, w)
        # Photographs and dark areas survive the opening as thick blobs.
        if area / max(1, long) > thickness or across > 3 * thickness:
            continue
        if horizontal:
            found.append((float(x), y + h / 2, float(x + w), y + h / 2))
        else:
            found.append((x + w / 2, float(y), x + w / 2, float(y + h)))
    return found
