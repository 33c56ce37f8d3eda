"""A page as a picture."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from domain.geometry import Polygon


@dataclass(frozen=True, slots=True, eq=False)
class PageImage:
    """One page as an ordinary viewer shows it (EXIF turn and PDF /Rotate applied)."""

    pixels: npt.NDArray[np.uint8]
    """Shape (height, width, 3), RGB. Grey pages have three equal channels."""

    dpi: float
    """Resolution: known for PDF pages, else estimated from the pixel size of an A4 page."""

    @property
    def height_px(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])

    @property
    def width_px(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a PDF's text layer."""

    text: str
    polygon: Polygon
    """Page fractions, four corners from the top left of the word, in reading direction."""

    fonts: tuple[str, ...] = ()
    """Font of each character of ``text``: equal keys are one font of the document, whose table of
    characters is true or false as a whole. Empty when not known."""


class Variant(StrEnum):
    """How a page is shown to a person. Public, never changed."""

    ORIGINAL = "original"
    NO_SEAL = "no_seal"
    """Without the ink of seals: what the reader looks at for the lines under them."""
    CONTRAST = "contrast"
    """In grey, shadows and stains taken out and faint strokes darkened."""
