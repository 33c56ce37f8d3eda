"""Round seals on letters, in any ink and on poor copies."""

import cv2
import numpy as np
import pytest

from domain.images import PageImage
from ocr.letter_seals import find_seals

_WIDTH_PX, _HEIGHT_PX = 1240, 1754


def _paper(*, ring: tuple[int, int, int] | None, ground: int = 250, ink: int = 20) -> PageImage:
    """Return a page of print, with a ring of a colour upon it; 1 mm is about 6 px."""
    pixels = np.full((_HEIGHT_PX, _WIDTH_PX, 3), ground, np.uint8)
    for top in range(200, 900, 70):
        for left in range(150, 1000, 44):
            cv2.rectangle(pixels, (left, top), (left + 26, top + 30), (ink, ink, ink), 4)
    if ring is not None:
        cv2.circle(pixels, (850, 1300), 122, ring, 8)
        cv2.putText(pixels, "SEAL", (780, 1330), cv2.FONT_HERSHEY_SIMPLEX, 2, ring, 5)
    return PageImage(pixels, 150.0)


@pytest.mark.parametrize(
    ("image", "seals"),
    [
        pytest.param(_paper(ring=(210, 40, 45)), [False], id="red"),
        pytest.param(_paper(ring=(40, 60, 190)), [False], id="blue"),
        pytest.param(_paper(ring=(120, 120, 120)), [True], id="grey-copy"),
        pytest.param(_paper(ring=(195, 195, 195), ground=222, ink=160), [True], id="pale-copy"),
        pytest.param(_paper(ring=None), [], id="none"),
    ],
)
def test_round_seals_are_found_in_any_ink(image: PageImage, seals: list[bool]) -> None:
    found = find_seals(image)

    assert [seal.is_grey for seal in found] == seals
    for seal in found:
        assert seal.box.centre == pytest.approx((850 / _WIDTH_PX, 1300 / _HEIGHT_PX), abs=0.02)


def test_seals_lie_where_they_do_on_the_upright_page() -> None:
    upright = _paper(ring=(210, 40, 45))
    sideways = PageImage(np.ascontiguousarray(np.rot90(upright.pixels)), 150.0)

    (seal,) = find_seals(sideways, turn_deg=90)

    assert seal.box.centre == pytest.approx((850 / _WIDTH_PX, 1300 / _HEIGHT_PX), abs=0.02)


def test_a_ring_that_a_hard_copy_broke_into_dots_is_still_one() -> None:
    image = _paper(ring=None)
    for angle in np.linspace(0, 2 * np.pi, 150, endpoint=False):
        at = (round(850 + 122 * np.cos(angle)), round(1300 + 122 * np.sin(angle)))
        cv2.circle(image.pixels, at, 1, (40, 40, 40), -1)

    assert [seal.is_grey for seal in find_seals(image)] == [True]
