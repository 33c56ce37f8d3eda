"""Whether a page can be read at all."""

from statistics import median

from domain.records import PageReading

_LEAST_LONG_SIDE_PX = 500
"""A certificate with fewer pixels along its longer side has characters of 6 px: a preview."""

_LEAST_TEXT_PX = 12.0
"""Height of a line's box; the boxes reach a third beyond the characters, which need 9 px to be told apart."""

_LEAST_LINES = 3


def has_too_few_pixels(page: PageReading) -> bool:
    """Tell whether a page from which nothing was read has too few pixels for anybody to read it.

    Small pictures with large type can be read, so ask only when nothing was.
    """
    if page.from_text_layer:
        return False
    if max(page.width_px, page.height_px) < _LEAST_LONG_SIDE_PX:
        return True
    heights = [line.box.height * page.height_px for line in page.lines if len(line.text) > 1]
    return len(heights) >= _LEAST_LINES and median(heights) < _LEAST_TEXT_PX
