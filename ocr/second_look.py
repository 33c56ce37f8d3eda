"""Lines read with doubt, read again before they are given up.

The line is cut out anew from the page's own pixels, if need be a little wider, and several pictures of it
are read: as it is (in full precision), with even light, without dust, and with only the darkest ink (a grey
seal on a photocopy is lighter than the print under it). The pictures are read as one, their
probabilities averaged: what harms one is gone in another, what is printed is in all.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from domain.images import PageImage
from domain.records import DOUBTFUL_CONFIDENCE
from ocr.decode import DecodedLine, is_meaningful, is_print
from ocr.found import LEAST_CONFIDENCE, FoundLine
from ocr.line_reader import LineReader, Pixels
from ocr.networks import Crop
from ocr.pixels import level_percentiles
from ocr.upright import Quad, quad_size

_MOST_LINES = 60
"""Of a page, the longest first: a picture of leaves has hundreds of doubtful boxes and no text."""

_GROWTH = 0.12
"""Of the box's height, on every side: a box found on a reduced page may have lost the tips of strokes."""

_LEAST_GAIN = 0.02
"""By which a new reading must be surer; below it the first one stays."""


def look_again(reader: LineReader, image: PageImage, lines: Sequence[FoundLine]) -> list[FoundLine]:
    """Read the doubtful lines of a page again, each in several ways.

    Args:
        reader: Reads boxes.
        image: The upright page.
        lines: What was found on it.

    Returns:
        The lines in their order. Where the new reading is surer it leads, and the old one stays beside it if
        it says something else.
    """
    doubtful = [i for i, line in enumerate(lines) if _is_doubtful(line.read)]
    doubtful.sort(key=lambda i: -max(quad_size(lines[i].quad)))
    result = list(lines)
    for i in doubtful[:_MOST_LINES]:
        result[i] = _look_at(reader, image.pixels, lines[i])
    return result


def _is_doubtful(read: DecodedLine) -> bool:
    """Tell whether a letter or digit may be wrong: a colon that may be a wide one makes no other value."""
    if read.confidence >= DOUBTFUL_CONFIDENCE or not is_print(read.text):
        return False
    steps = [first for character, first, _ in read.lattice.best_path() if is_meaningful(character)]
    return not steps or float(np.exp(read.lattice.log_probabilities[steps, 0]).mean()) < DOUBTFUL_CONFIDENCE


def _look_at(reader: LineReader, pixels: Pixels, line: FoundLine) -> FoundLine:
    best = reader.read_carefully(pixels, line.quad, picture_variants)
    if best.confidence < DOUBTFUL_CONFIDENCE:
        wider = reader.read_carefully(pixels, _grown(line.quad), picture_variants)
        best = max(best, wider, key=lambda reading: reading.confidence)
    if not is_meaningful(best.text) or best.confidence < line.read.confidence + _LEAST_GAIN:
        return line
    differs = best.best_text != line.read.best_text and line.read.confidence >= LEAST_CONFIDENCE
    return replace(line, read=best, second=line.read if differs else line.second)


def picture_variants(crop: Crop) -> list[Crop]:
    """Return pictures of one line that differ in what harms them, each of the crop's shape."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    even = _even_light(grey)
    return [
        crop,
        *(cv2.merge([picture] * 3) for picture in (even, cv2.medianBlur(even, 3), _darkest_only(even))),
    ]


def _even_light(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Divide by the paper around and stretch to black on white."""
    paper = cv2.blur(cv2.dilate(grey, np.ones((15, 15), np.uint8)), (31, 31))
    even = cv2.divide(grey, np.maximum(paper, 1), scale=255)
    low, high = level_percentiles(np.asarray(even, np.uint8), 1, 90)
    scale = 255.0 / max(30.0, high - low)
    stretched: npt.NDArray[np.uint8] = np.clip((even - low) * scale, 0, 255).astype(np.uint8)
    return stretched


def _darkest_only(even: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Make everything white that is lighter than half-way between the darkest ink and the paper."""
    return np.asarray(cv2.convertScaleAbs(even, alpha=2.0), np.uint8)


def _grown(quad: Quad) -> Quad:
    """Return the box, larger by ``_GROWTH`` of its height on every side."""
    margin = _GROWTH * min(quad_size(quad))
    along = quad[1] - quad[0] + quad[2] - quad[3]
    down = quad[3] - quad[0] + quad[2] - quad[1]
    along = along / max(1e-6, float(np.linalg.norm(along))) * margin
    down = down / max(1e-6, float(np.linalg.norm(down))) * margin
    return np.asarray(quad + np.array([-along - down, along - down, along + down, -along + down]), np.float32)
