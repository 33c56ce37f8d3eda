"""Pages are measured; pictures without text are told from blank paper."""

import numpy as np

from domain.images import PageImage
from domain.lattice import Lattice
from ocr.decode import DecodedLine
from ocr.found import FoundLine
from ocr.page_quality import measure_picture, measure_quality


def _line(confidence: float, top: int) -> FoundLine:
    quad = np.array([[50, top], [450, top], [450, top + 40], [50, top + 40]], np.float32)
    return FoundLine(quad, DecodedLine("职称证书编号某某", confidence, Lattice.of_text("职称证书编号某某")))


def _paper() -> PageImage:
    pixels = np.full((700, 500, 3), 240, np.uint8)
    for top in (100, 300):
        for left in range(60, 440, 20):
            pixels[top + 8 : top + 32, left : left + 6] = 20
    return PageImage(pixels, 200.0)


def test_lines_in_doubt_are_counted_by_their_length() -> None:
    quality = measure_quality(_paper(), [_line(0.99, 100), _line(0.5, 300)])

    assert quality is not None
    assert quality.doubt == 0.5
    assert quality.contrast > 0.8
    assert quality.grade.value == "poor"


def test_nothing_read_is_not_measured() -> None:
    assert measure_quality(_paper(), []) is None


def test_a_landscape_is_a_picture_and_blank_paper_is_not() -> None:
    rows = np.linspace(40, 220, 700).astype(np.uint8)[:, None]
    sky = np.stack([np.broadcast_to(rows // 3, (700, 500)), np.broadcast_to(rows // 2, (700, 500))], axis=2)
    landscape = np.dstack([sky, np.broadcast_to(rows, (700, 500))]).astype(np.uint8)
    blank = np.full((700, 500, 3), 236, np.uint8)

    assert measure_picture(PageImage(landscape, 200.0), []) > 0.5
    assert measure_picture(PageImage(blank, 200.0), []) == 0.0
