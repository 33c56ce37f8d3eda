"""Values filled in by hand or needles meet the rules of the form; what is printed in the truth stays."""

import random

import numpy as np
import pytest

from samples.filling import Filling, fill_in, style_to_fill
from samples.fonts import FONT_SETS
from samples.layouts import LAYOUTS, Pen
from samples.layouts.style import draw_style
from samples.office import draw_office
from samples.paper import Paper, Picture, Run, Stroke, draw_image

pytestmark = pytest.mark.usefixtures("built_in_fonts")


def _draw(layout: str, filling: Filling) -> tuple[Pen, list[Paper]]:
    chance = random.Random(5)
    style = style_to_fill(draw_style(chance, FONT_SETS["samples"]), filling)
    pen = Pen(draw_office(chance, employers=3).draw_record(chance), style, chance)
    papers = LAYOUTS[layout](pen)
    fill_in(pen, papers, layout, filling)
    return pen, papers


def _values(papers: list[Paper]) -> list[Run]:
    return [r for p in papers for r in p.items if isinstance(r, Run) and r.style == "value"]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("by", ["hand", "dots"])
def test_only_values_are_filled_in(layout: str, by: str) -> None:
    pen, papers = _draw(layout, Filling(by=by))

    runs = [r for p in papers for r in p.items if isinstance(r, Run)]
    assert {r.filling for r in _values(papers)} == {by}
    assert {r.filling for r in runs if r.style != "value"} == {"print"}
    assert pen.printed["name"] in "".join(r.text for r in _values(papers)).replace("\u3000", "")


def test_a_plain_filling_changes_nothing() -> None:
    style = draw_style(random.Random(1), FONT_SETS["samples"])

    assert style_to_fill(style, Filling()) is style


@pytest.mark.parametrize(("rules", "lowest", "highest"), [("under", 0.7, 1.06), ("through", 0.4, 0.88)])
def test_rules_meet_the_values(rules: str, lowest: float, highest: float) -> None:
    _, papers = _draw("label_value", Filling(rules=rules))

    strokes = [s for s in papers[0].items if isinstance(s, Stroke) and s.y1 == s.y2]
    met = [
        (s.y1 - r.y) / r.size
        for r in _values(papers)
        for s in strokes
        if s.x1 < r.x and r.y < s.y1 < r.y + 1.1 * r.size
    ]
    assert len(met) >= 8
    assert all(lowest <= share <= highest for share in met)


def test_in_a_ruled_form_the_value_moves_to_the_rule_and_stays_in_its_row() -> None:
    _, straight = _draw("table_form", Filling(by="hand"))
    _, moved = _draw("table_form", Filling(by="hand", rules="through"))

    shifts = [b.y - a.y for a, b in zip(_values(straight), _values(moved), strict=True)]
    assert max(shifts) > 2
    assert max(shifts) < 12


def test_a_second_seal_lies_over_a_value() -> None:
    def seals(filling: Filling) -> int:
        _, papers = _draw("label_value", filling)
        return sum(isinstance(item, Picture) and item.is_ink for item in papers[0].items)

    assert seals(Filling(seal_over_value=True)) == seals(Filling()) + 1


@pytest.mark.parametrize("by", ["hand", "dots"])
def test_equal_characters_are_not_equal_ink(by: str) -> None:
    paper = Paper(80, 20, FONT_SETS["samples"])
    paper.items.append(Run(5, 5, "中中", "kai", 8, filling=by))

    pixels = np.asarray(draw_image(paper, dpi=200).convert("L"), float)
    ink = 255 - pixels
    left, right = ink[:, 40:102], ink[:, 103:165]
    assert ink.sum() > 0
    assert np.abs(left - right).mean() > 1
