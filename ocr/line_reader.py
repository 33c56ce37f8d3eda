"""Boxes of a page found and read: the networks, at the resolution that the text needs."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ocr.crop_rules import erase_rules
from ocr.crops import cut_line, drop_ornaments, text_height_px
from ocr.decode import DecodedLine
from ocr.engine import OcrOptions
from ocr.networks import Networks
from ocr.upright import Quad

Pixels = npt.NDArray[np.uint8]


class LineReader:
    """Finds and reads lines; keeps nothing between calls."""

    def __init__(self, networks: Networks, options: OcrOptions) -> None:
        self.networks = networks
        self._options = options

    def detect(self, pixels: Pixels) -> list[Quad]:
        """Find the boxes of a page, at a resolution that fits the text's height."""
        options = self._options
        quads = self.networks.detect(pixels, options.detection_long_side_px)
        long_side = max(pixels.shape[:2])
        if len(quads) < 3 or long_side <= options.detection_long_side_px:
            return drop_ornaments(quads)
        height = text_height_px(quads) * options.detection_long_side_px / long_side
        if height < options.least_text_height_px:
            wanted = options.detection_long_side_px * options.wanted_text_height_px / max(height, 1.0)
            quads = self.networks.detect(pixels, round(min(wanted, options.fine_detection_long_side_px)))
        return drop_ornaments(quads)

    def read(self, pixels: Pixels, quads: Sequence[Quad], *, exactly: bool = False) -> list[DecodedLine]:
        """Read boxes of a page, printed rules taken out."""
        crops = [erase_rules(cut_line(pixels, quad)) for quad in quads]
        return self.networks.recognise(crops, exactly=exactly)
