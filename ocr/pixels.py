"""Pictures shrunk and their grey levels counted, faster than by the ways that lie nearest."""

import cv2
import numpy as np
import numpy.typing as npt


def level_percentiles(levels: npt.NDArray[np.uint8], *shares: float) -> tuple[float, ...]:
    """Return what ``numpy.percentile`` returns for 8-bit values, in a tenth of its time.

    Args:
        levels: At least one value, any shape.
        shares: In percent.
    """
    # OpenCV takes no strided view, and one long row as well as a picture.
    row = np.ascontiguousarray(levels).reshape(1, -1)
    reached = np.cumsum(cv2.calcHist([row], [0], None, [256], [0, 256]).astype(np.int64))
    places = (row.size - 1) * np.array(shares) / 100
    below = np.floor(places)
    low, high = (np.searchsorted(reached, rank, side="right") for rank in (below, np.ceil(places)))
    return tuple((low + (high - low) * (places - below)).tolist())


def shrink(picture: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Average a picture down to (width, height), by halves first: OpenCV takes a broken ratio pixel by pixel.

    Args:
        picture: Shape (height, width) or (height, width, channels).
        size: Not larger than the picture.
    """
    while picture.shape[1] >= 2 * size[0] and picture.shape[0] >= 2 * size[1]:
        half = (picture.shape[1] // 2, picture.shape[0] // 2)
        # Odd rows and columns would make the ratio a broken one.
        even = picture[: 2 * half[1], : 2 * half[0]]
        picture = np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
