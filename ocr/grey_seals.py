"""Seals on grey pages: a photocopy keeps their strokes and loses their colour.

A seal is a ring with lettering along it. What tells its ink from print on a copy is that it is lighter
and full of pores: averaged along a stroke, print stays as dark as it is, a stamp does not.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from domain.images import PageImage
from ocr.pixels import level_percentiles, shrink
from ocr.seals import Circle

_WORK_LONG_SIDE_PX = 800
_LEAST_RADIUS, _MOST_RADIUS = 0.045, 0.2
"""Of the page's long side: seals are 35 to 50 mm wide, pages A4 to A6."""

_MOST_SEALS = 3
_MOST_SHARE = 0.6
"""Of the page's long side: a seal with the lines that it touches is shorter."""

_LEAST_RING = 0.62
"""Share of the ring that must be dark; lettering that happens to lie on a circle stays below half."""

_RULE_SHAPES = ((1, 91), (91, 1))
"""Of the reduced page: ink so straight is a rule, be it tilted by 3°; a ring's flattest part is shorter."""

_RING_PX = 2
"""Of the reduced page: how far from the fitted circle the ring may lie."""

_OUTER_SHARE = 1.06
_LEAST_CONTRAST = 60.0
_LINE_PX = 9
"""Length of the lines along which ink is averaged; strokes of print at 150 to 300 dpi are longer."""

_LEAST_DIFFERENCE = 12.0
"""Grey levels between the solidity of print and of the ring from which the two can be told apart."""


def find_grey_seals(page: PageImage) -> tuple[npt.NDArray[np.bool_], PageImage, list[Circle]] | None:
    """Find the ink of seals on a page without colour, and the page without it.

    Args:
        page: An upright page on which no coloured ink was found.

    Returns:
        The mask of the seals' ink, shape (height, width), the page with it painted over, and where the rings
        lie; ``None`` when there is no ring.
    """
    grey = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY)
    circles = _find_rings(np.asarray(grey, np.uint8))
    if not circles:
        return None
    (paper,) = level_percentiles(np.asarray(grey[::4, ::4], np.uint8), 60)
    (darkest,) = level_percentiles(np.asarray(grey[::2, ::2], np.uint8), 0.5)
    if paper - darkest < _LEAST_CONTRAST:
        return None
    inside = np.zeros(grey.shape, dtype=bool)
    rings = np.zeros(grey.shape, dtype=bool)
    for x, y, radius in circles:
        reach = math.ceil(radius * _OUTER_SHARE) + 1
        window = tuple(slice(max(0, int(at) - reach), int(at) + reach + 1) for at in (y, x))
        rows, columns = (np.arange(size)[part] for size, part in zip(grey.shape, window, strict=True))
        distance = np.hypot(columns[None, :] - x, rows[:, None] - y)
        inside[window] |= distance <= radius * _OUTER_SHARE
        rings[window] |= np.abs(distance - radius) <= radius * (_OUTER_SHARE - 1)
    dark = grey < paper - 0.25 * (paper - darkest)
    solidity = _measure_solidity(np.asarray(grey, np.uint8))
    print_level = float(np.median(solidity[dark & ~inside])) if (dark & ~inside).any() else paper
    seal_level = float(np.percentile(solidity[dark & rings], 35)) if (dark & rings).any() else print_level
    if seal_level - print_level >= _LEAST_DIFFERENCE:
        ink = dark & inside & ~_grow_strokes(solidity < (print_level + seal_level) / 2, dark)
    else:
        # Thresholded twice, stamp and print are equally black: only the ring itself can go.
        ink = dark & rings
    if not ink.any():
        return None
    plain = grey.copy()
    # The soft edge of the strokes goes with them, that of the print beside them stays.
    edge = (cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~(dark & ~ink)
    plain[edge] = round(paper)
    return ink, PageImage(np.asarray(cv2.merge([plain] * 3), np.uint8), page.dpi), circles


def _measure_solidity(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the darkest mean along any short line through each pixel: low in strokes without pores."""
    best = np.full(grey.shape, 255, dtype=np.uint8)
    half = _LINE_PX // 2
    for angle in np.arange(0, np.pi, np.pi / 8):
        kernel = np.zeros((_LINE_PX, _LINE_PX), np.float32)
        dx, dy = half * np.cos(angle), half * np.sin(angle)
        start, end = (round(half - dx), round(half - dy)), (round(half + dx), round(half + dy))
        cv2.line(kernel, start, end, 1.0)
        best = np.minimum(best, cv2.filter2D(grey, -1, kernel / kernel.sum()))
    return best


def _grow_strokes(core: npt.NDArray[np.bool_], dark: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the print: pieces of solid ink that are long enough for a stroke, with their dark edges."""
    core &= dark
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8), connectivity=8)
    long_enough = np.zeros(count, dtype=bool)
    long_enough[1:] = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) >= _LINE_PX
    strokes = cv2.dilate(long_enough[labels].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.asarray(strokes & dark)


def _find_rings(grey: npt.NDArray[np.uint8]) -> list[Circle]:
    """Return the rings of a page."""
    scale = min(1.0, _WORK_LONG_SIDE_PX / max(grey.shape))
    small = shrink(grey, (round(grey.shape[1] * scale), round(grey.shape[0] * scale)))
    long_side = max(small.shape)
    (paper,) = level_percentiles(small, 75)
    dark = (small < paper - 40).astype(np.uint8)
    large = _keep_large(dark, round(1.7 * long_side * _LEAST_RADIUS))
    if not large.any():
        return []
    found = cv2.HoughCircles(
        cv2.GaussianBlur(np.where(large, small, np.uint8(round(paper))), (3, 3), 0),
        cv2.HOUGH_GRADIENT,
        dp=1.5,
        minDist=long_side * _LEAST_RADIUS,
        param1=140,
        param2=45,
        minRadius=round(long_side * _LEAST_RADIUS),
        maxRadius=round(long_side * _MOST_RADIUS),
    )
    if found is None:
        return []
    rings = []
    for x, y, radius in found[0][:20].tolist():
        refined = max(
            (
                (_ring_share(dark, x + dx, y + dy, radius + dr), x + dx, y + dy, radius + dr)
                for dx in (-1.5, 0, 1.5)
                for dy in (-1.5, 0, 1.5)
                for dr in (-2, 0, 2)
            ),
            key=lambda item: item[0],
        )
        if refined[0] >= _LEAST_RING:
            rings.append(refined)
    rings.sort(reverse=True)
    kept: list[tuple[float, float, float]] = []
    for _, x, y, radius in rings:
        if all(np.hypot(x - other[0], y - other[1]) > 0.7 * max(radius, other[2]) for other in kept):
            kept.append((x, y, radius))
    return [Circle(x / scale, y / scale, radius / scale) for x, y, radius in kept[:_MOST_SEALS]]


def _keep_large(dark: npt.NDArray[np.uint8], least: int) -> npt.NDArray[np.bool_]:
    """Return the ink that hangs together over at least a seal's width and height.

    A search for circles in the text of a dense list takes seconds; text hangs together over a character or
    two, and the frame of a table over more than any seal.
    """
    kept, too_large = _sort_by_size(dark, least)
    if too_large.any():
        # A frame or a streak of the copier that touches a ring makes one piece with it.
        thick = cv2.dilate(dark, np.ones((3, 3), np.uint8))
        rules = [cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(shape, np.uint8)) for shape in _RULE_SHAPES]
        kept |= _sort_by_size(too_large & ~(rules[0] | rules[1]), least)[0]
    return kept > 0


def _sort_by_size(
    dark: npt.NDArray[np.uint8], least: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return the pieces that may be seals, and those that are too large."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    sizes = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    large, whole = sizes.min(axis=1) >= least, sizes.max(axis=1) <= _MOST_SHARE * max(dark.shape)
    # The ground itself is piece 0.
    large[0] = False
    return (large & whole).astype(np.uint8)[labels], (large & ~whole).astype(np.uint8)[labels]


def _ring_share(dark: npt.NDArray[np.uint8], x: float, y: float, radius: float) -> float:
    """Return the share of directions in which there is ink at the circle and paper just outside it."""
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)

    def sample(at: float) -> npt.NDArray[np.bool_]:
        rows = np.round(y + at * np.sin(angles)).astype(int)
        columns = np.round(x + at * np.cos(angles)).astype(int)
        inside = (rows >= 0) & (rows < dark.shape[0]) & (columns >= 0) & (columns < dark.shape[1])
        values = np.zeros(len(angles), dtype=bool)
        values[inside] = dark[rows[inside], columns[inside]] > 0
        return values

    on_ring = np.any([sample(radius + offset) for offset in range(-_RING_PX, _RING_PX + 1)], axis=0)
    # A dark disc, a portrait, a black edge go on beyond the circle, to one side or to both.
    outside = sample(radius + 3 * _RING_PX + 1)
    inside = np.all([sample(radius - 2 * _RING_PX - step) for step in (1, 3, 5)], axis=0)
    return float((on_ring & ~outside & ~inside).mean())
