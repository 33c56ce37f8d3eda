"""Coloured seals: where they are, and the page without them.

Red ink turns white in the red channel while black stays, so the red channel alone is the page
without its seals. It is a second reading, not a better one: the two are compared line by line.
"""

import cv2
import numpy as np
import numpy.typing as npt

from domain.images import PageImage

_LEAST_SHARE = 0.0008
"""Of the page in seal colour. A 4 cm seal's strokes on A4 are about 1 % of the page."""

_LEAST_REDNESS = 28

_SHADE_PERCENTILE = 30
"""Of the seal's ink in red light: darker ones are its crossings with print."""

_LEAST_RANGE = 40.0
"""Grey levels between print and seal below which stretching would only stretch noise."""


def find_seal_ink(page: PageImage) -> npt.NDArray[np.bool_] | None:
    """Return the mask of seal-coloured pixels, shape (height, width), or ``None`` without a seal.

    Red and magenta ink; orange and brown borders and backgrounds count as well, which costs time
    and nothing else. Grey pages have none.
    """
    pixels = page.pixels
    step = max(1, min(page.height_px, page.width_px) // 600)
    sample = pixels[::step, ::step].astype(np.int16)
    if (_redness(sample) > _LEAST_REDNESS).mean() < _LEAST_SHARE:
        return None
    mask: npt.NDArray[np.bool_] = _redness(pixels.astype(np.int16)) > _LEAST_REDNESS
    return mask


def suppress_seals(page: PageImage, ink: npt.NDArray[np.bool_]) -> PageImage:
    """Return the page as its red channel, stretched so that the seal's own shade becomes white.

    Args:
        page: A page with seal ink.
        ink: The mask that ``find_seal_ink`` gave for it.

    Returns:
        Three equal channels; what is darker than the seal's ink in red light stays.
    """
    red = page.pixels[:, :, 0]
    low, high = np.percentile(red[::4, ::4], (1, 60))
    # On a nearly empty page the darkest hundredth is still paper.
    low = min(low, 0.5 * high)
    # Dark print under the ink is not red and so not in the mask: what is in it may all go.
    shade = float(np.percentile(red[ink], _SHADE_PERCENTILE)) if ink.any() else float(high)
    high = min(float(high), max(shade, float(low) + _LEAST_RANGE))
    scale = 255.0 / max(_LEAST_RANGE, high - float(low))
    stretched = cv2.convertScaleAbs(red, alpha=scale, beta=-float(low) * scale)
    # convertScaleAbs mirrors what falls below zero; that is darker than dark, so black.
    stretched[red < low] = 0
    return PageImage(np.repeat(stretched[:, :, None], 3, axis=2), page.dpi)


def _redness(pixels: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Return how much red exceeds green and the mean of green and blue, roughly -255 to 255.

    A warm lamp tints a whole photograph; the tint of the paper, the most common colour, is
    subtracted.
    """
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    redness = red - np.maximum(green, blue)
    paper = np.int16(np.median(redness[::4, ::4]))
    result: npt.NDArray[np.int16] = redness - max(np.int16(0), paper)
    return result
