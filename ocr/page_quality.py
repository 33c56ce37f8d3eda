"""What a page leaves to read, measured on its picture and its lines."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from domain.images import PageImage
from domain.records import DOUBTFUL_CONFIDENCE, PageQuality
from ocr.found import FoundLine
from ocr.pixels import level_percentiles
from ocr.upright import quad_size

_WORK_LONG_SIDE_PX = 1600
_SPECK_PX = 4
"""Pixels of the reduced page: smaller spots are no parts of characters at this size."""

FEW_CHARACTERS = 12
"""A page with fewer is asked whether it is paper at all: photographs are read as a stray 一 or two."""

_PICTURE_LONG_SIDE_PX = 640
_CELLS = 32
"""Cells along the longer side, in which a page is looked at for paper."""

_COLOURED = 0.2
"""Saturation: cream and tinted certificate paper lies below it, skin, sky and wood above."""

_DARK_SHARE = 0.6
"""Of the page's light parts: a shadow on paper takes less."""

_DARK = 90.0
_ROUGH = 10.0
"""Grey levels; the noise of scans and of folds lies below it."""


def measure_quality(image: PageImage, lines: Sequence[FoundLine]) -> PageQuality | None:
    """Measure a page; ``None`` when nothing was read on it.

    Args:
        image: The upright page.
        lines: What was found on it, unreadable boxes included.
    """
    read = [line for line in lines if line.read.text]
    if not read:
        return None
    grey = cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY)
    scale = min(1.0, _WORK_LONG_SIDE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lengths = np.array([max(quad_size(line.quad)) for line in read])
    doubtful = np.array([line.read.confidence < DOUBTFUL_CONFIDENCE for line in read])
    patches = [_patch(grey, line) for line in sorted(read, key=lambda item: -max(quad_size(item.quad)))[:12]]
    patches = [patch for patch in patches if patch.size > 64]
    contrasts = [_contrast(patch) for patch in patches]
    sharpness = [_sharpness(patch, contrast) for patch, contrast in zip(patches, contrasts, strict=True)]
    return PageQuality(
        dpi=round(image.dpi, 1),
        sharpness=round(float(np.median(sharpness)) if patches else 0.0, 3),
        contrast=round(float(np.median(contrasts)) if patches else 0.0, 3),
        speckle=round(_speckle(np.asarray(small, np.uint8)), 3),
        doubt=round(float(np.average(doubtful, weights=lengths)), 4),
    )


def measure_picture(image: PageImage, lines: Sequence[FoundLine]) -> float:
    """Return the share of a page with next to no text that is no paper, 0 to 1; 0 for pages with text.

    Paper is light, even and nearly without colour, wherever a shadow lies on it.
    """
    if sum(len(line.read.text) for line in lines) >= FEW_CHARACTERS:
        return 0.0
    scale = min(1.0, _PICTURE_LONG_SIDE_PX / max(image.pixels.shape))
    small = cv2.resize(image.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    side = max(4, round(max(small.shape) / _CELLS))
    rows, columns = small.shape[0] // side, small.shape[1] // side
    if not rows or not columns:
        return 0.0
    cells = small[: rows * side, : columns * side].astype(np.float32)
    cells = cells.reshape(rows, side, columns, side, 3).transpose(0, 2, 1, 3, 4).reshape(-1, side * side, 3)
    mean = cells.mean(axis=1)
    light = mean.max(axis=1)
    colour = (light - mean.min(axis=1)) / np.maximum(light, 1.0)
    dark = light < max(_DARK_SHARE * float(np.percentile(light, 90)), _DARK)
    rough = cells.mean(axis=2).std(axis=1) > _ROUGH
    return round(float(np.mean(dark | rough | (colour > _COLOURED))), 3)


def _patch(grey: npt.NDArray[np.uint8], line: FoundLine) -> npt.NDArray[np.uint8]:
    left, top = np.maximum(0, np.floor(line.quad.min(axis=0))).astype(int)
    right, bottom = np.ceil(line.quad.max(axis=0)).astype(int)
    # Every second row says the same at half the cost.
    return grey[top:bottom:2, left:right]


def _contrast(patch: npt.NDArray[np.uint8]) -> float:
    ink, paper = level_percentiles(patch, 3, 85)
    return (paper - ink) / 255


def _sharpness(patch: npt.NDArray[np.uint8], contrast: float) -> float:
    """Return the steepest usual edge as a share of the contrast: 1 is black to white in one pixel."""
    edges = cv2.absdiff(patch[:, 1:], patch[:, :-1])
    (steepest,) = level_percentiles(np.asarray(edges, np.uint8), 98)
    return min(1.0, steepest / max(8.0, contrast * 255))


def _speckle(small: npt.NDArray[np.uint8]) -> float:
    """Return how many lone dark spots there are for each 30 x 30 px of the reduced page."""
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 25)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    spots = int((stats[1:count, cv2.CC_STAT_AREA] <= _SPECK_PX).sum())
    return spots / max(1.0, small.size / 900)
