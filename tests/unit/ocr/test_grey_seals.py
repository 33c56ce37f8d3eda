"""The ring of a seal on a grey page is found and taken away; print and portraits stay."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from domain.images import PageImage
from ocr.grey_seals import find_grey_seals

Grey = npt.NDArray[np.uint8]


def _page(grey: Grey) -> PageImage:
    return PageImage(np.repeat(grey[:, :, None], 3, axis=2), 200.0)


def _print(grey: Grey, top: int) -> None:
    for left in range(200, 1000, 44):
        cv2.rectangle(grey, (left, top), (left + 30, top + 36), 10, 5)


def _stamp(grey: Grey, centre: tuple[int, int]) -> Grey:
    """Draw a porous ring; return its mask."""
    ring = np.zeros_like(grey)
    cv2.circle(ring, centre, 150, 255, 9)
    pores = np.random.default_rng(7).integers(30, 190, grey.shape, dtype=np.uint8)
    stamped = np.minimum(grey, np.where(ring > 0, pores, 255))
    grey[:] = stamped
    return ring


def test_the_ring_goes_and_the_print_under_it_stays() -> None:
    grey = np.full((1600, 1200), 245, np.uint8)
    for top in (300, 500, 1000, 1100):
        _print(grey, top)
    clean = grey.copy()
    ring = _stamp(grey, (600, 1060))

    found = find_grey_seals(_page(grey))

    assert found is not None
    ink, plain, ((x, y, radius),) = found
    assert np.hypot(x - 600, y - 1060) < 4
    assert abs(radius - 150) < 6
    print_ink = clean < 128
    assert ink[(ring > 0) & ~print_ink & (grey < 150)].mean() > 0.8
    assert (plain.pixels[:, :, 0][print_ink] < 128).mean() > 0.9


def test_a_page_without_a_ring_has_no_seal() -> None:
    grey = np.full((1600, 1200), 245, np.uint8)
    for top in range(200, 1500, 90):
        _print(grey, top)

    assert find_grey_seals(_page(grey)) is None


def test_a_dark_portrait_is_no_seal() -> None:
    grey = np.full((1600, 1200), 245, np.uint8)
    cv2.ellipse(grey, (600, 500), (150, 150), 0, 0, 360, 40, -1)
    _print(grey, 900)

    assert find_grey_seals(_page(grey)) is None


@pytest.mark.parametrize("tilt_px", [0, 30])
def test_a_ring_on_the_frame_of_the_form_is_found(tilt_px: int) -> None:
    grey = np.full((1600, 1200), 245, np.uint8)
    _print(grey, 300)
    _stamp(grey, (600, 1060))
    cv2.line(grey, (40, 1100), (1160, 1100 + tilt_px), 20, 5)
    cv2.line(grey, (560, 0), (560, 1599), 20, 3)

    found = find_grey_seals(_page(grey))

    assert found is not None
    (circle,) = found[2]
    assert np.hypot(circle.x - 600, circle.y - 1060) < 8
