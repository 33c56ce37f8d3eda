"""Rules of a drawn page."""

from typing import Any

import pymupdf
import pytest

from ingest.pdf_strokes import find_strokes, strokes_to_rules

PAGE = pymupdf.Rect(0, 0, 600, 800)
BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


def _stroked(*items: tuple[Any, ...], colour: tuple[float, ...] = BLACK, **more: object) -> dict[str, Any]:
    return {"type": "s", "color": colour, "items": list(items), **more}


def _filled(*items: tuple[Any, ...], colour: tuple[float, ...] = BLACK) -> dict[str, Any]:
    return {"type": "f", "fill": colour, "items": list(items)}


def _rules(*drawings: dict[str, Any]) -> list[tuple[float, ...]]:
    rules = strokes_to_rules(find_strokes(drawings, PAGE), PAGE)
    return [tuple(round(value, 3) for value in (*rule.start, *rule.end)) for rule in rules]


def test_a_line_is_a_rule() -> None:
    assert _rules(_stroked(("l", (60, 80), (540, 80)))) == [(0.1, 0.1, 0.9, 0.1)]


def test_cells_drawn_one_by_one_share_their_rules() -> None:
    cells = [("re", (60.0 + 24 * i, 80.0, 84.0 + 24 * i, 100.0), 1) for i in range(10)]

    rules = _rules(_stroked(*cells))

    assert [rule for rule in rules if rule[1] == rule[3]] == [(0.1, 0.1, 0.5, 0.1), (0.1, 0.125, 0.5, 0.125)]


def test_a_thin_filled_bar_is_a_rule_and_an_area_is_none() -> None:
    assert _rules(_filled(("re", (60, 80, 540, 81), 1))) == [(0.1, 0.101, 0.9, 0.101)]
    assert _rules(_filled(("re", (60, 80, 540, 200), 1))) == []


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(_stroked(("l", (60, 80), (540, 80)), colour=WHITE), id="white"),
        pytest.param(_stroked(("l", (60, 80), (540, 80)), stroke_opacity=0.01), id="transparent"),
        pytest.param(_stroked(("l", (60, 80), (540, 80)), dashes="[ 3 3 ] 0"), id="dashed"),
        pytest.param(_stroked(("l", (60, 80), (540, 300))), id="slanting"),
        pytest.param(_stroked(("l", (60, 80), (70, 80))), id="short"),
        pytest.param(_stroked(("l", (60, 900), (540, 900))), id="outside"),
    ],
)
def test_what_is_no_rule(drawing: dict[str, Any]) -> None:
    assert _rules(drawing) == []


def test_short_strokes_divide_words_all_the_same() -> None:
    (stroke,) = find_strokes([_stroked(("l", (100, 80), (100, 95)))], PAGE)

    assert (stroke.is_level, stroke.at, stroke.start, stroke.end) == (False, 100, 80, 95)
