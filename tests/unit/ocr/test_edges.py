"""What goes up to the edge of a picture may go on beyond it."""

import pytest

from ocr.edges import cut_edges, mark_line, touches_edge
from ocr.legibility import has_too_few_pixels
from tests.paper import line, page


@pytest.mark.parametrize(
    ("left", "is_cut"), [pytest.param(1, True, id="at-the-edge"), pytest.param(60, False, id="with-a-margin")]
)
def test_a_line_at_the_edge_is_marked(left: float, is_cut: bool) -> None:
    reading = page([line("欧阳翠", left, 300)])

    assert touches_edge(reading.lines[0].polygon, reading) is is_cut
    assert mark_line(reading.lines[0], reading).cut_off is is_cut


def test_several_lines_cut_at_one_side_cut_the_page() -> None:
    lines = [line("工程师资格", 1, top) for top in (200, 400, 600)]

    assert cut_edges(page(lines)) == frozenset({"left"})
    assert cut_edges(page(lines[:2])) == frozenset()


def test_a_preview_has_too_few_pixels() -> None:
    assert has_too_few_pixels(page([line("证书", 5, 5, size=8)], width_px=100, height_px=100))
    assert not has_too_few_pixels(page([line("职称证书", 300, 300)]))
