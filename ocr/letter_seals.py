"""Whether a round seal is on a letter. Weak ones count: a seal that is missed sends the letter back."""

from collections.abc import Iterator

import cv2
import numpy as np

from domain.geometry import Box
from domain.images import PageImage
from domain.records import SealMark
from ocr.grey_seals import find_grey_seals
from ocr.pixels import level_percentiles
from ocr.seals import Circle, find_seal_circles, find_seal_ink
from ocr.upright import turn_pixels

_THICKENING = 0.0028
"""Of the page's long side: a stroke on A4 becomes 0.8 mm wider."""

_PRINT_PERCENTILE, _PAPER_PERCENTILE = 0.5, 50
_LEAST_RANGE = 40.0
"""Grey levels between print and paper below which stretching would only stretch noise."""


def find_seals(image: PageImage, *, turn_deg: int = 0) -> tuple[SealMark, ...]:
    """Return the round seals of a page, red, of another colour, or grey as on a photocopy.

    Args:
        image: The page as shown.
        turn_deg: Clockwise turn that brings it upright: 0, 90, 180 or 270.
    """
    upright = PageImage(turn_pixels(image.pixels, turn_deg), image.dpi) if turn_deg else image
    ink = find_seal_ink(upright)
    circles = find_seal_circles(ink) if ink is not None else []
    if circles:
        return tuple(_to_mark(circle, upright, is_grey=False) for circle in circles)
    grey = next(filter(None, map(find_grey_seals, _clearer_and_clearer(upright))), None)
    return tuple(_to_mark(circle, upright, is_grey=True) for circle in grey[2]) if grey is not None else ()


def _clearer_and_clearer(page: PageImage) -> Iterator[PageImage]:
    """Yield a page as it is, then with more contrast, then with wider strokes, each made when asked for."""
    yield page
    pale = _stretch(page)
    yield pale
    yield _thicken(pale)


def _stretch(page: PageImage) -> PageImage:
    """Return a page in grey from black print to white paper: a pale copy has pale seals."""
    grey = np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    low, high = level_percentiles(grey[::2, ::2], _PRINT_PERCENTILE, _PAPER_PERCENTILE)
    scale = 255.0 / max(_LEAST_RANGE, high - low)
    table = np.clip((np.arange(256) - low) * scale, 0, 255).astype(np.uint8)
    return PageImage(np.asarray(cv2.merge([cv2.LUT(grey, table)] * 3), np.uint8), page.dpi)


def _thicken(page: PageImage) -> PageImage:
    """Return a page with wider strokes: the pieces of a ring that a hard copy has broken come together."""
    reach = max(3, round(_THICKENING * max(page.height_px, page.width_px)))
    thick = cv2.erode(page.pixels, np.ones((reach, reach), np.uint8))
    return PageImage(np.asarray(thick, np.uint8), page.dpi)


def _to_mark(circle: Circle, page: PageImage, *, is_grey: bool) -> SealMark:
    x, y, radius = circle
    sides = ((x - radius) / page.width_px, (y - radius) / page.height_px)
    ends = ((x + radius) / page.width_px, (y + radius) / page.height_px)
    return SealMark(Box(*(max(0.0, side) for side in sides), *(min(1.0, end) for end in ends)), is_grey)
