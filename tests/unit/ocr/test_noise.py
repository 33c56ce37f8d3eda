"""What is dropped as no print, and what has to stay."""

import pytest

from domain.geometry import Box
from domain.records import TextLine
from ocr.layout import place_lines
from ocr.noise import drop_noise
from tests.paper import line, page, read_lattice

Line = tuple[str, Box, TextLine]
PRINT = [line("姓名：李晓燕", 100, 100), line("资格名称：高级教师", 100, 200), line("西安市教育局", 700, 900)]


def kept(*lines: Line) -> list[str]:
    return [item.text for item in drop_noise(place_lines(page([*PRINT, *lines])))][len(PRINT) :]


def bent(text: str, left: float, top: float, width: float, height: float, *, under_seal: bool = True) -> Line:
    """A piece of a seal's legend in its upright box."""
    box = Box(left, top, left + width, top + height)
    return text, box, TextLine(text, box.to_polygon(), 0.99, read_lattice(text), under_seal)


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(line("口", 20, 500), id="photo-frame"),
        pytest.param(line("□ □ 0 □", 20, 500, confidence=0.4), id="ornament"),
        pytest.param(line("11 0 0 11 门 □ □ 0 11 0 □", 20, 500, confidence=0.62), id="bead-like-a-character"),
        pytest.param(line("OOOOOOOO", 20, 500, confidence=0.7), id="border"),
        pytest.param(line("啊", 20, 500, confidence=0.3), id="fold"),
        pytest.param(bent("职称专用章", 700, 950, 200, 60), id="seal-word"),
        pytest.param(bent("资源和", 700, 800, 240, 120), id="seal-legend"),
        pytest.param(bent("教育", 740, 905, 60, 25), id="legend-upon-print"),
        pytest.param(line("教育局", 790, 902, size=26), id="print-read-twice"),
    ],
)
def test_strokes_and_pieces_of_seals_are_dropped(item: Line) -> None:
    assert kept(item) == []


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(line("女", 400, 500), id="one-character-value"),
        pytest.param(line("局", 700, 940, under_seal=True), id="broken-off-end-of-a-name"),
        pytest.param(bent("一六年三月十", 700, 950, 240, 80), id="sealed-date"),
        pytest.param(bent("陕西省人力资源和社会保障厅", 700, 950, 480, 75), id="disturbed-body"),
        pytest.param(line("0012345", 400, 500), id="number"),
        pytest.param(line("男□女", 400, 500, confidence=0.8), id="box-to-tick"),
        pytest.param(line("二〇一六年四月八日", 700, 950, under_seal=True), id="date"),
    ],
)
def test_whatever_may_be_a_value_stays(item: Line) -> None:
    assert kept(item) == [item[0]]


def test_crowded_print_behind_its_label_is_no_legend() -> None:
    value = bent("蔡素军", 330, 490, 130, 70, under_seal=False)

    assert kept(line("持证人", 200, 505), value) == ["持证人", "蔡素军"]
    assert kept(line("持证人", 200, 605), value) == ["持证人"]


def test_a_coloured_label_before_its_value_is_no_legend() -> None:
    label = bent("持证人", 200, 490, 120, 62)

    assert kept(label, line("蔡素军", 340, 505)) == ["持证人", "蔡素军"]
    assert kept(label, line("蔡素军", 340, 705)) == ["蔡素军"]
