"""A page as a person may wish to see it: without its seals, or with everything faint made dark."""

import cv2
import numpy as np

from domain.images import PageImage, Variant
from ocr.pixels import level_percentiles, shrink
from ocr.sealed_lines import without_seals

_GROUND_LONG_SIDE_PX = 400
"""Paper, shadows and stains are larger than a pixel of a page of this size, strokes are smaller."""

_GROUND_REACH = 0.04
"""Of the long side: from so far the paper around print is seen, wider than any stroke."""

_LEAST_RANGE = 40.0
"""Grey levels between ink and paper below which stretching would only stretch noise."""


def show_variant(image: PageImage, variant: Variant) -> PageImage:
    """Return a page as it is to be shown; the page itself where there is nothing to change.

    Args:
        image: The page.
        variant: How it is to be shown.
    """
    if variant is Variant.NO_SEAL:
        return without_seals(image) or image
    return _with_contrast(image) if variant is Variant.CONTRAST else image


def _with_contrast(image: PageImage) -> PageImage:
    grey = np.asarray(cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    scale = min(1.0, _GROUND_LONG_SIDE_PX / max(grey.shape))
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    reach = max(3, round(_GROUND_REACH * max(size)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    ground = cv2.GaussianBlur(
        cv2.morphologyEx(shrink(grey, size), cv2.MORPH_CLOSE, kernel), (0, 0), reach / 2
    )
    ground = cv2.resize(ground, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = np.asarray(cv2.divide(grey, cv2.max(ground, 1), scale=255), np.uint8)
    # Print may be a five-hundredth of a page; the middle is paper, and what lies near it becomes white.
    low, middle = level_percentiles(even[::2, ::2], 0.2, 50)
    high = 0.97 * middle
    low = min(low, high - _LEAST_RANGE)
    levels = np.clip((np.arange(256) - low) / (high - low), 0, 1) ** 1.5 * 255
    dark = cv2.LUT(even, levels.astype(np.uint8))
    return PageImage(np.asarray(cv2.merge([dark] * 3), np.uint8), image.dpi)
