"""A page without its seals, and a faint page made dark."""

import cv2
import numpy as np
import numpy.typing as npt

from domain.images import PageImage, Variant
from ocr.variants import show_variant


def _page(ink: int = 20, paper: int = 250) -> PageImage:
    pixels = np.full((800, 600, 3), paper, dtype=np.uint8)
    cv2.putText(pixels, "2015-12-28", (250, 600), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (ink, ink, ink), 2)
    return PageImage(pixels, 200)


def _print(page: PageImage) -> npt.NDArray[np.bool_]:
    mask: npt.NDArray[np.bool_] = page.pixels[:, :, 0] < int(page.pixels.min()) + 30
    return mask


def test_a_page_as_it_is_is_not_touched() -> None:
    page = _page()

    assert show_variant(page, Variant.ORIGINAL) is page


def test_without_seals_the_print_under_a_seal_stays() -> None:
    page = _page()
    bare = _print(page)
    cv2.circle(page.pixels, (350, 590), 80, (215, 40, 45), 6)

    shown = show_variant(page, Variant.NO_SEAL).pixels[:, :, 0]

    assert shown[510, 350] > 240
    assert np.median(shown[bare]) < 80


def test_a_page_without_seals_is_shown_as_it_is() -> None:
    page = _page()

    assert show_variant(page, Variant.NO_SEAL) is page


def test_faint_print_in_the_shadow_becomes_dark_on_white() -> None:
    page = _page(ink=150, paper=200)
    bare = _print(page)
    shadow = np.linspace(1.0, 0.6, 600)[None, :, None]
    dim = PageImage((page.pixels * shadow).astype(np.uint8), 200)

    shown = show_variant(dim, Variant.CONTRAST).pixels[:, :, 0]

    assert np.median(shown[bare]) < 40
    assert np.percentile(shown[~bare], 5) > 230


def test_a_blank_page_stays_blank() -> None:
    blank = PageImage(np.full((300, 200, 3), 230, dtype=np.uint8), 200)

    assert show_variant(blank, Variant.CONTRAST).pixels.min() > 200
