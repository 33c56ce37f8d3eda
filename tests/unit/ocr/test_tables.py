"""Straightening of pages and cutting of lines into columns and rows."""

import pytest

from domain.geometry import Box
from domain.lattice import Lattice
from domain.records import PageReading, Rule, TextLine
from ocr.straighten import straighten
from ocr.tables import (
    Run,
    StraightPage,
    boundary_between,
    row_edges,
    segments,
    split_at,
    visual_rows,
)
from tests.lists import EM, HEIGHT, WIDTH, Sheet


def only_run(text: str, *, left: float = 100) -> tuple[StraightPage, Run]:
    sheet = Sheet()
    sheet.write(text, left, 300)
    page = straighten(sheet.done(), 0)
    return page, page.runs[0]


def leaning(slope_at: dict[float, float]) -> PageReading:
    """Return rows of five cells whose slope depends on their height, as in a photo taken at an angle."""
    sheet = Sheet()
    for y, slope in slope_at.items():
        for column in range(5):
            x = 100 + 220 * column
            sheet.write("西安市", x, y + slope * (x - WIDTH / 2))
    return sheet.done()


def test_characters_keep_their_places_across_gaps() -> None:
    _, run = only_run("张\u3000三")

    assert run.text == "张三"
    assert run.centres[1] - run.centres[0] == pytest.approx(2 * EM / WIDTH * 1000, rel=0.05)


def test_a_text_layers_line_takes_its_gaps_from_its_blanks() -> None:
    box = Box(0.1, 0.1, 0.1 + 3 * EM / WIDTH, 0.115)
    line = TextLine("张\u3000三", box.to_polygon(), 1.0, Lattice.of_text("张\u3000三"))
    page = straighten(PageReading("批复.pdf", 1, WIDTH, HEIGHT, (line,)), 0)

    assert page.runs[0].centres[1] - page.runs[0].centres[0] == pytest.approx(2 * EM / WIDTH * 1000, rel=0.01)


def test_a_cut_has_text_lattice_and_place_of_its_own() -> None:
    _, run = only_run("张\u3000三\u3000\u3000西安市第一中学")

    name = run.cut(0, 2)

    assert name.text == "张三"
    assert name.line.lattice.best_text() == "张三"
    assert name.line.box.right < (100 + 4 * EM) / WIDTH
    assert run.cut(2, 9).line.box.left > (100 + 4 * EM) / WIDTH


@pytest.mark.parametrize(("first", "last"), [(-1, 1), (1, 1), (2, 9)])
def test_a_cut_outside_the_text_is_a_mistake(first: int, last: int) -> None:
    _, run = only_run("张三丰")

    with pytest.raises(ValueError, match="cannot cut"):
        run.cut(first, last)


def test_segments_part_at_wide_gaps_only() -> None:
    page, run = only_run("张三\u3000李四维\u3000\u3000王五")

    assert [part.text for part in segments(run, page.em)] == ["张三", "李四维", "王五"]
    assert [part.text for part in segments(run, page.em, gap=1.6)] == ["张三李四维", "王五"]


def test_a_box_over_two_cells_is_cut_at_the_boundary() -> None:
    page, run = only_run("张三丰\u3000西安市第一中学")
    boundary = (100 + 3.5 * EM) / WIDTH * 1000

    assert [(column, part.text) for column, part in split_at(run, [boundary], page.em)] == [
        (0, "张三丰"),
        (1, "西安市第一中学"),
    ]


def test_a_value_that_sticks_out_a_little_stays_whole() -> None:
    page, run = only_run("西安市第一中学")
    boundary = (100 + 6.7 * EM) / WIDTH * 1000

    assert [(column, part.text) for column, part in split_at(run, [boundary], page.em)] == [
        (0, "西安市第一中学")
    ]


def test_a_column_boundary_is_the_rule_or_the_strip_without_ink() -> None:
    assert boundary_between(100, 200, verticals=[180], ink=[(100, 170)]) == 180
    assert boundary_between(100, 200, verticals=[], ink=[(90, 140), (160, 260)]) == pytest.approx(150, abs=2)


@pytest.mark.parametrize(
    "slope_at",
    [
        pytest.param({300 + 60 * i: 0.02 for i in range(12)}, id="turned"),
        pytest.param({300 + 60 * i: 0.03 - 0.005 * i for i in range(12)}, id="seen-at-an-angle"),
    ],
)
def test_rows_of_a_leaning_page_come_out_level(slope_at: dict[float, float]) -> None:
    page = straighten(leaning(slope_at), 0)

    rows = visual_rows(page.runs, page.em)

    assert [len(row) for row in rows] == [5] * 12
    assert max(max(r.y for r in row) - min(r.y for r in row) for row in rows) < 0.25 * page.em


def test_broken_rules_are_joined_and_close_cells() -> None:
    rules = (
        Rule((0.1, 0.2), (0.3, 0.2)),
        Rule((0.305, 0.2005), (0.6, 0.2005)),
        Rule((0.1, 0.3), (0.6, 0.3)),
        Rule((0.1, 0.4), (0.2, 0.4)),
    )
    page = straighten(PageReading("批复.pdf", 1, WIDTH, HEIGHT, (), rules), 0)

    assert len(page.horizontals) == 3
    assert len(row_edges(page, 100, 600, 0, page.height)) == 2
    assert len(row_edges(page, 100, 200, 0, page.height)) == 3


def test_an_empty_page_is_straight() -> None:
    page = straighten(PageReading("批复.pdf", 1, WIDTH, HEIGHT, ()), 0)

    assert page.runs == ()
    assert page.em > 0
