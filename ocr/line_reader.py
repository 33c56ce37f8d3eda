"""Boxes of a page found and read: the networks, at the resolution that the text needs."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.crop_rules import erase_rules
from ocr.crops import cut_line, drop_ornaments, text_height_px
from ocr.decode import DecodedLine
from ocr.engine import OcrOptions
from ocr.networks import Crop, Networks
from ocr.upright import Quad

Pixels = npt.NDArray[np.uint8]

_EDGE_PX = 3


class LineReader:
    """Finds and reads lines; keeps nothing between calls."""

    def __init__(self, networks: Networks, options: OcrOptions) -> None:
        self._networks = networks
        self._options = options

    def detect(self, pixels: Pixels) -> list[Quad]:
        """Find the boxes of a page, at a resolution that fits the text's height."""
        options = self._options
        quads = self._networks.detect(pixels, options.detection_long_side_px)
        long_side = max(pixels.shape[:2])
        if len(quads) < 3 or long_side <= options.detection_long_side_px:
            return drop_ornaments(quads)
        height = text_height_px(quads) * options.detection_long_side_px / long_side
        if height < options.least_text_height_px:
            wanted = options.detection_long_side_px * options.wanted_text_height_px / max(height, 1.0)
            quads = self._networks.detect(pixels, round(min(wanted, options.fine_detection_long_side_px)))
        return drop_ornaments(quads)

    def detect_rows(self, pixels: Pixels, top: int, bottom: int) -> list[Quad]:
        """Find the boxes in a band across a page, at the page's resolution, in pixels of the page.

        Boxes that reach to the border of the band may be parts of lines and are left out.
        """
        part = pixels[top:bottom]
        scale = self._options.detection_long_side_px / max(pixels.shape[:2])
        quads = self._networks.detect(part, max(1, round(max(part.shape[:2]) * min(1.0, scale))))
        least = 0 if top == 0 else _EDGE_PX
        most = len(part) - (0 if bottom >= len(pixels) else _EDGE_PX)
        inside = [quad for quad in quads if quad[:, 1].min() >= least and quad[:, 1].max() <= most]
        return [quad + np.array([0, top], np.float32) for quad in inside]

    def detect_as_is(self, pixels: Pixels) -> list[Quad]:
        """Find the boxes of a part of a page, at its own resolution."""
        return self._networks.detect(pixels, max(pixels.shape[:2]))

    def read(self, pixels: Pixels, quads: Sequence[Quad]) -> list[DecodedLine]:
        """Read boxes of a page, printed rules taken out."""
        return self._networks.recognise([_cut(pixels, quad) for quad in quads])

    def read_with_and_without(
        self, pixels: Pixels, plain: Pixels, quad: Quad, *, faded: bool
    ) -> list[DecodedLine]:
        """Read one box as it is and without a seal's ink.

        Args:
            pixels: The page.
            plain: The page without the ink.
            quad: The box.
            faded: Read it with the ink faded to half as well. Where ink and print cannot be told apart,
                strokes of the print go with the ink; the faded picture keeps them and is often the best.
        """
        crops = [_cut(pixels, quad), _cut(plain, quad)]
        if faded:
            crops.append(np.asarray(cv2.addWeighted(crops[0], 0.5, crops[1], 0.5, 0), np.uint8))
        return self._networks.recognise(crops)

    def read_carefully(self, pixels: Pixels, quad: Quad, vary: Callable[[Crop], list[Crop]]) -> DecodedLine:
        """Read one box from several pictures of it, the first in full precision.

        Args:
            pixels: The page.
            quad: The box.
            vary: Makes the pictures, each of the crop's shape.
        """
        return self._networks.recognise_together(vary(_cut(pixels, quad)))


def _cut(pixels: Pixels, quad: Quad) -> Crop:
    return erase_rules(cut_line(pixels, quad))
