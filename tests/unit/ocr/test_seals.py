"""Coloured ink is found and taken away; black ink stays."""

import cv2
import numpy as np

from domain.images import PageImage
from ocr.seals import find_seal_circles, find_seal_ink, suppress_seals


def _page(tint: tuple[int, int, int] = (250, 250, 250)) -> PageImage:
    pixels = np.full((800, 600, 3), tint, dtype=np.uint8)
    cv2.putText(pixels, "2015-12-28", (250, 600), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 20), 2)
    return PageImage(pixels, 200)


def _with_seal(page: PageImage) -> PageImage:
    pixels = page.pixels.copy()
    layer = pixels.copy()
    cv2.circle(layer, (350, 590), 80, (215, 40, 45), 6)
    return PageImage(np.asarray(cv2.addWeighted(layer, 0.8, pixels, 0.2, 0), dtype=np.uint8), page.dpi)


def test_a_page_without_colour_has_no_seal() -> None:
    assert find_seal_ink(_page()) is None


def test_the_yellow_tint_of_a_lamp_is_no_seal() -> None:
    assert find_seal_ink(_page(tint=(235, 205, 170))) is None


def test_a_seal_is_found_where_it_is() -> None:
    ink = find_seal_ink(_with_seal(_page()))

    assert ink is not None
    rows, columns = np.nonzero(ink)
    assert 500 < rows.min() < 520 < 660 < rows.max() < 680
    assert 260 < columns.min() < 280 < 420 < columns.max() < 440


def test_a_violet_seal_goes_like_a_red_one() -> None:
    page = _page()
    cv2.circle(page.pixels, (350, 590), 80, (150, 110, 165), 6)
    ink = find_seal_ink(page)
    assert ink is not None

    plain = suppress_seals(page, ink).pixels[:, :, 0]

    assert ink[510, 350]
    assert plain[510, 350] > 240
    assert np.median(plain[_page().pixels[:, :, 0] < 60]) < 80


def test_without_the_seal_only_the_black_ink_is_dark() -> None:
    page = _with_seal(_page())
    ink = find_seal_ink(page)
    assert ink is not None

    plain = suppress_seals(page, ink).pixels[:, :, 0]

    assert plain[510, 350] > 240  # the seal's rim
    black = _page().pixels[:, :, 0] < 60
    assert np.median(plain[black]) < 80


def test_a_round_seal_is_located_and_frames_and_portraits_are_not() -> None:
    page = _with_seal(_page())
    cv2.rectangle(page.pixels, (20, 20), (580, 780), (200, 30, 30), 4)
    cv2.rectangle(page.pixels, (60, 60), (160, 200), (200, 40, 40), -1)
    ink = find_seal_ink(page)
    assert ink is not None

    (circle,) = find_seal_circles(ink)

    assert np.hypot(circle.x - 350, circle.y - 590) < 5
    assert 78 < circle.radius < 92
