"""What is to be seen on a page: words may be white on white, cut off or painted over."""

import numpy as np
import numpy.typing as npt
import pymupdf

from domain.geometry import Box

_MIN_CONTRAST = 40
"""Grey levels, of 255, between the darkest and the lightest pixel of a visible word."""

_LONG_SIDES_PX = (842, 2339)
"""A4 at 72 and at 200 dpi. The first is cheap and shows nearly everything; what it does not show is
looked for in the second before it counts as unseen."""

_Pixels = npt.NDArray[np.uint8]


class PageInk:
    """The darkest and the lightest of the three colour channels of a page, rendered when asked for."""

    def __init__(self, page: pymupdf.Page) -> None:
        self._page = page
        self._rendered: dict[int, tuple[_Pixels, _Pixels]] = {}

    def shows(self, box: Box) -> bool:
        """Tell whether anything is to be seen in a box, in page fractions."""
        return any(self._contrast(side, box) >= _MIN_CONTRAST for side in _LONG_SIDES_PX)

    def _contrast(self, long_side_px: int, box: Box) -> int:
        if long_side_px not in self._rendered:
            self._rendered[long_side_px] = _render(self._page, long_side_px)
        darkest, lightest = self._rendered[long_side_px]
        height, width = darkest.shape
        rows = slice(int(box.top * height), int(box.bottom * height) + 1)
        columns = slice(int(box.left * width), int(box.right * width) + 1)
        if darkest[rows, columns].size == 0:
            return 0
        # Of one colour channel at least: yellow on white differs in blue only.
        return int(lightest[rows, columns].max()) - int(darkest[rows, columns].min())


def _render(page: pymupdf.Page, long_side_px: int) -> tuple[_Pixels, _Pixels]:
    scale = long_side_px / max(page.rect.width, page.rect.height)
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csRGB, alpha=False)
    pixels = np.frombuffer(pixmap.samples_mv, dtype=np.uint8)
    pixels = pixels.reshape(pixmap.height, pixmap.stride)[:, : pixmap.width * 3]
    red, green, blue = (pixels[:, channel::3] for channel in range(3))
    darkest = np.minimum(np.minimum(red, green), blue)
    return darkest, np.maximum(np.maximum(red, green), blue)
