"""Lines in doubt are read again in several ways before they are given up."""

from collections.abc import Callable, Sequence
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from domain.images import PageImage
from domain.lattice import Lattice
from ocr.decode import DecodedLine
from ocr.found import FoundLine
from ocr.line_reader import LineReader, Pixels
from ocr.networks import Crop
from ocr.second_look import look_again, picture_variants
from ocr.upright import Quad, quad_size

PAGE = PageImage(np.full((800, 800, 3), 255, np.uint8), 200.0)
MOST = 60


def _reading(text: str, confidence: float, *, letters: float | None = None) -> DecodedLine:
    """Return a reading whose characters are all read with ``confidence``, letters and digits with another."""
    known = Lattice.of_text(text)
    at = [confidence if letters is None or not chr(c).isalnum() else letters for c in known.codes[:, 0]]
    return DecodedLine(
        text, confidence, Lattice(known.codes, np.log(np.maximum(at, 1e-9), dtype=np.float32)[:, None])
    )


def _box(left: float, top: float, width: float, height: float = 40) -> Quad:
    right, bottom = left + width, top + height
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _line(text: str, confidence: float, quad: Quad | None = None) -> FoundLine:
    return FoundLine(_box(100, 100, 300) if quad is None else quad, _reading(text, confidence))


class _Reader:
    """Gives prepared readings and notes the boxes that it was asked for."""

    def __init__(self, *readings: DecodedLine) -> None:
        self._readings = readings
        self.quads: list[Quad] = []

    def read_carefully(self, pixels: Pixels, quad: Quad, vary: Callable[[Crop], list[Crop]]) -> DecodedLine:
        assert pixels is PAGE.pixels
        assert vary is picture_variants
        self.quads.append(quad)
        return self._readings[min(len(self.quads), len(self._readings)) - 1]


def _look(reader: _Reader, *lines: FoundLine) -> list[FoundLine]:
    return look_again(cast(LineReader, reader), PAGE, lines)


def test_a_surer_reading_leads_and_the_first_one_stays_beside_it() -> None:
    (line,) = _look(_Reader(_reading("二〇一六年", 0.97)), _line("二〇六年", 0.7))

    assert line.read.text == "二〇一六年"
    assert line.second is not None
    assert line.second.text == "二〇六年"


def test_the_same_text_read_more_surely_has_nothing_beside_it() -> None:
    (line,) = _look(_Reader(_reading("二〇一六年", 0.97)), _line("二〇一六年", 0.7))

    assert (line.read.confidence, line.second) == (0.97, None)


def test_what_was_kept_from_under_a_seal_is_not_lost() -> None:
    before = FoundLine(
        _box(0, 0, 300),
        _reading("工程师", 0.7),
        under_seal=True,
        second=_reading("工和师", 0.6),
    )

    (line,) = _look(_Reader(_reading("工程师", 0.97)), before)

    assert line.read.confidence == 0.97
    assert line.under_seal
    assert line.second is before.second


def test_a_first_reading_of_noise_is_not_kept_beside() -> None:
    (line,) = _look(_Reader(_reading("工程师", 0.97)), _line("口8", 0.29))

    assert (line.read.text, line.second) == ("工程师", None)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(_reading("工和师", 0.6), id="less-sure"),
        pytest.param(_reading("工和师", 0.71), id="hardly-surer"),
        pytest.param(_reading("—·—", 0.99), id="no-text"),
        pytest.param(_reading("", 0.0), id="nothing"),
    ],
)
def test_the_first_reading_stays_without_a_better_one(again: DecodedLine) -> None:
    first = _line("工程师", 0.7)

    assert _look(_Reader(again), first) == [first]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(_line("工程师", 0.9), id="read-surely"),
        pytest.param(_line("—·—", 0.5), id="no-text"),
        pytest.param(FoundLine(_box(0, 0, 90), _reading("姓名：", 0.85, letters=0.99)), id="only-the-colon"),
    ],
)
def test_only_text_in_doubt_is_read_again(line: FoundLine) -> None:
    reader = _Reader(_reading("别的", 1.0))

    assert _look(reader, line) == [line]
    assert reader.quads == []


def test_a_line_still_in_doubt_is_read_a_little_wider_and_the_surer_reading_counts() -> None:
    narrow, wide = _reading("工和师", 0.8), _reading("工程师", 0.95)

    assert _look(_Reader(narrow, wide), _line("工师", 0.6))[0].read is wide
    assert _look(_Reader(narrow, _reading("工", 0.75)), _line("工师", 0.6))[0].read is narrow


def test_the_wider_box_grows_by_an_eighth_of_the_height_along_the_line() -> None:
    tilt = np.array([[np.cos(0.1), np.sin(0.1)], [-np.sin(0.1), np.cos(0.1)]])
    quad = np.asarray(_box(0, 0, 300, 40) @ tilt + 200, np.float32)
    reader = _Reader(_reading("工", 0.8))

    (line,) = _look(reader, _line("工程师", 0.5, quad))

    first, wider = reader.quads
    assert first is quad
    assert quad_size(wider) == pytest.approx((300 + 40 / 4, 40 + 40 / 4), abs=0.5)
    assert wider.mean(axis=0) == pytest.approx(quad.mean(axis=0), abs=0.01)
    # The same tilt: all that differs is the size.
    along, before = wider[1] - wider[0], quad[1] - quad[0]
    assert np.arctan2(along[1], along[0]) == pytest.approx(np.arctan2(before[1], before[0]), abs=1e-3)
    assert line.quad is quad


def test_a_line_read_surely_at_once_is_not_read_wider() -> None:
    reader = _Reader(_reading("工程师", 0.9))

    _look(reader, _line("工程师", 0.5))

    assert len(reader.quads) == 1


def test_of_very_many_lines_in_doubt_the_longest_are_read_again_and_all_keep_their_order() -> None:
    lines = [_line("工程师", 0.5, _box(0, 10 * i, 50 + i)) for i in range(MOST + 20)]

    looked = _look(_Reader(_reading("工程师", 0.99)), *lines)

    assert [line.read.confidence for line in looked] == [0.5] * 20 + [0.99] * MOST
    assert [line.quad for line in looked] == [line.quad for line in lines]


# -- the pictures ------------------------------------------------------------------------------------

Grey = npt.NDArray[np.uint8]
PRINT, PAPER = 20, 230


def _crop(grey: Grey) -> Crop:
    return np.asarray(cv2.merge([grey] * 3), np.uint8)


def _printed() -> tuple[Grey, npt.NDArray[np.bool_]]:
    """Return a line with strokes 4 px thick, and where they are."""
    grey = np.full((48, 400), PAPER, np.uint8)
    for left in range(10, 390, 20):
        grey[8:40, left : left + 4] = PRINT
        grey[22:26, left : left + 14] = PRINT
    return grey, grey == PRINT


def _variants(grey: Grey) -> Sequence[Grey]:
    return [picture[:, :, 0] for picture in picture_variants(_crop(grey))]


def test_the_line_as_it_is_comes_first_and_all_pictures_have_its_shape() -> None:
    crop = _crop(_printed()[0])

    pictures = picture_variants(crop)

    assert pictures[0] is crop
    assert len(pictures) == 4
    assert {(picture.shape, picture.dtype.name) for picture in pictures} == {(crop.shape, "uint8")}


def test_a_shadow_across_the_line_is_lit_up() -> None:
    grey, is_print = _printed()
    shadow = np.linspace(1.0, 0.35, grey.shape[1])
    even = _variants(np.asarray(grey * shadow, np.uint8))[1]

    ground, ink = even[~is_print], even[is_print]
    assert np.percentile(ground, 5) > 200
    assert np.percentile(ink, 95) < 60


def test_faint_print_becomes_black_on_white() -> None:
    grey, is_print = _printed()
    grey[is_print] = 180

    for picture in _variants(grey)[1:]:
        assert np.median(picture[is_print]) < 80
        assert np.median(picture[~is_print]) > 230


def test_a_thick_faint_stroke_becomes_as_black_as_a_thin_one() -> None:
    grey = np.full((48, 400), PAPER, np.uint8)
    grey[8:40, 20:24] = grey[17:31, 100:380] = 180

    even = _variants(grey)[1]

    assert np.median(even[8:40, 20:24]) < 40
    assert np.median(even[17:31, 130:350]) < 40


def test_dust_goes_and_strokes_stay_in_one_picture() -> None:
    grey, is_print = _printed()
    dust = np.zeros_like(is_print)
    # In the gaps, away from every stroke.
    dust[4, 2::20] = dust[44, 2::20] = dust[15, 18::20] = True
    assert not (dust & is_print).any()
    grey[dust] = 0

    as_it_is, even, clean, _ = _variants(grey)

    assert as_it_is[dust].max() < 60
    assert even[dust].max() < 60
    assert clean[dust].min() > 200
    assert np.median(clean[is_print]) < 60


def test_a_grey_seal_lighter_than_the_print_goes_in_one_picture() -> None:
    grey, is_print = _printed()
    seal = np.zeros_like(is_print)
    seal[10:14, :] = True
    grey[seal & ~is_print] = 150

    as_it_is, _, _, darkest = _variants(grey)

    assert np.median(as_it_is[seal & ~is_print]) == 150
    assert np.median(darkest[seal & ~is_print]) > 230
    assert np.median(darkest[is_print]) < 60


def test_a_doubtful_line_whose_alternatives_hold_no_letter_is_looked_at() -> None:
    reader = _Reader(_reading("工程师", 0.97))
    first = FoundLine(_box(0, 0, 90), DecodedLine("工程师", 0.5, Lattice.of_text("")))

    (line,) = _look(reader, first)

    assert line.read.confidence == 0.97
