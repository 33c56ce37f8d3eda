"""Lines under a seal are put together from what is read with and without its ink."""

from collections.abc import Mapping, Sequence
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from domain.images import PageImage
from domain.lattice import Lattice
from ocr.decode import DecodedLine
from ocr.found import FoundLine
from ocr.line_reader import LineReader
from ocr.sealed_lines import read_under_seals
from ocr.upright import Quad

Span = tuple[int, int]
"""Left and right of a box on the row of the seal, in pixels."""

_ROW = 1020


def _quad(span: Span) -> Quad:
    (left, right), top, bottom = span, _ROW, _ROW + 40
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _page() -> PageImage:
    """A red seal over one row of black print."""
    pixels = np.full((1600, 1200, 3), 250, np.uint8)
    for left in range(320, 900, 44):
        cv2.rectangle(pixels, (left, _ROW + 2), (left + 30, _ROW + 38), (10, 10, 10), 5)
    ring = np.zeros(pixels.shape[:2], np.uint8)
    cv2.circle(ring, (600, 1060), 150, 255, 9)
    pixels[(ring > 0) & (pixels.min(axis=2) > 128)] = (220, 60, 60)
    return PageImage(pixels, 200.0)


class _Reader:
    """Says what a test has written for the page with ink and without; knows the second by its greyness."""

    def __init__(
        self,
        with_ink: Mapping[Span, tuple[str, float]],
        without: Mapping[Span, tuple[str, float]],
        *,
        close: Mapping[Span, tuple[str, float]] | None = None,
        found: Mapping[bool, Sequence[Span]] | None = None,
    ) -> None:
        self._texts = {False: dict(with_ink), True: dict(without)}
        self._found = dict(found or {})
        self._close = dict(close or {})
        self.windows = 0

    def detect(self, pixels: npt.NDArray[np.uint8]) -> list[Quad]:
        is_grey = _is_grey(pixels)
        return [_quad(span) for span in self._found.get(is_grey, self._texts[is_grey])]

    def detect_rows(self, pixels: npt.NDArray[np.uint8], top: int, bottom: int) -> list[Quad]:
        return [quad for quad in self.detect(pixels) if top < quad[0, 1] < bottom]

    def detect_as_is(self, pixels: npt.NDArray[np.uint8]) -> list[Quad]:
        self.windows += 1
        scale = pixels.shape[1] / 900
        # The window's middle is the seal's.
        place = np.array([600, 1060]) - np.array(pixels.shape[1::-1]) / 2 / scale
        return [np.asarray((_quad(span) - place) * scale, np.float32) for span in self._close]

    def read(self, pixels: npt.NDArray[np.uint8], quads: Sequence[Quad]) -> list[DecodedLine]:
        return [self._say(quad, is_grey=_is_grey(pixels)) for quad in quads]

    def read_with_and_without(
        self, pixels: npt.NDArray[np.uint8], plain: npt.NDArray[np.uint8], quad: Quad, *, faded: bool
    ) -> list[DecodedLine]:
        assert not faded
        return [self._say(quad, is_grey=_is_grey(page)) for page in (pixels, plain)]

    def _say(self, quad: Quad, *, is_grey: bool) -> DecodedLine:
        texts = self._texts[is_grey] | self._close
        middle, length = quad[:, 0].mean(), np.ptp(quad[:, 0])
        near = [s for s in texts if abs(sum(s) / 2 - middle) < 20 and abs(s[1] - s[0] - length) < 60]
        text, confidence = texts[near[0]] if near else ("", 0.0)
        return DecodedLine(text, confidence, Lattice.of_text(text))


def _is_grey(pixels: npt.NDArray[np.uint8]) -> bool:
    return bool((np.ptp(pixels, axis=2) == 0).all())


def _read(reader: _Reader, first: Mapping[Span, tuple[str, float]]) -> list[FoundLine]:
    lines = [
        FoundLine(_quad(span), DecodedLine(text, confidence, Lattice.of_text(text)))
        for span, (text, confidence) in first.items()
    ]
    return read_under_seals(cast(LineReader, reader), _page(), lines)


def test_pieces_give_way_to_the_line_that_is_whole_without_the_ink() -> None:
    pieces = {(320, 500): ("颁证日期", 1.0), (820, 900): ("八日", 0.99)}
    whole = {(320, 900): ("颁证日期：二〇一五年三月八日", 0.96)}

    (line,) = _read(_Reader(pieces, whole), pieces)

    assert (line.read.text, line.under_seal) == ("颁证日期：二〇一五年三月八日", True)


def test_a_fragment_found_without_the_ink_takes_no_lines_place() -> None:
    line = {(320, 900): ("榆林市人力资源和社会保障局", 0.95)}
    fragment = {(320, 500): ("榆林市", 1.0)}

    (found,) = _read(_Reader(line, fragment), line)

    assert found.read.text == "榆林市人力资源和社会保障局"


def test_both_readings_of_a_date_are_kept() -> None:
    date = {(400, 800): ("二零二四年二月二十七日", 0.99)}
    plain = {(400, 800): ("二零一四年二月二十七日", 1.0)}

    (found,) = _read(_Reader(date, plain), date)

    assert found.read.text == "二零一四年二月二十七日"
    assert found.second is not None
    assert found.second.text == "二零二四年二月二十七日"


def test_a_number_that_only_one_picture_shows_whole_is_read_from_the_other_too() -> None:
    pieces = {(320, 500): ("证书号：2013", 1.0), (820, 900): ("119", 0.99)}
    whole = {(320, 900): ("证书号：A1873119", 0.98)}
    reader = _Reader(pieces | {(320, 900): ("证书号：A1873179", 0.97)}, whole, found={False: list(pieces)})

    (line,) = _read(reader, pieces)

    assert line.read.text == "证书号：A1873119"
    assert line.second is not None
    assert line.second.text == "证书号：A1873179"


def test_a_date_that_the_whole_page_hides_is_found_close_to_the_seal() -> None:
    reader = _Reader({}, {}, close={(400, 800): ("2015年3月3日", 1.0)})

    assert [line.read.text for line in _read(reader, {})] == ["2015年3月3日"]


@pytest.mark.parametrize(
    ("texts", "windows"),
    [
        pytest.param({(400, 800): ("2015年3月3日", 1.0)}, 0, id="a-date-was-read"),
        pytest.param({(400, 800): ("商洛市人力资源局", 1.0)}, 2, id="nothing-like-a-date-is-near"),
        pytest.param({(400, 800): ("年3月", 0.9)}, 4, id="a-part-of-a-date-is-near"),
    ],
)
def test_the_search_ends_as_soon_as_it_cannot_help(
    texts: dict[Span, tuple[str, float]], windows: int
) -> None:
    reader = _Reader(texts, texts)

    _read(reader, texts)

    assert reader.windows == windows


def test_a_page_without_a_seal_is_left_alone() -> None:
    reader = _Reader({}, {(400, 800): ("2015年3月3日", 1.0)})
    page = PageImage(np.full((1600, 1200, 3), 250, np.uint8), 200.0)

    assert read_under_seals(cast(LineReader, reader), page, []) == []
