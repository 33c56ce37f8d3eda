"""Rows, columns, cells and reading order of made-up pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import Box
from domain.records import PageReading
from ocr.layout import (
    PlacedLine,
    find_grid,
    group_rows,
    is_beside,
    place_lines,
    reading_order,
    split_blocks,
    split_columns,
    typical_height,
    union_box,
)
from tests.paper import line, page


def texts(lines: tuple[PlacedLine, ...]) -> list[str]:
    return [item.text for item in lines]


def rows_of(reading: PageReading) -> list[list[str]]:
    return [texts(row) for row in group_rows(place_lines(reading))]


def test_places_are_square_whatever_the_shape_of_the_page() -> None:
    (placed,) = place_lines(page([line("口", 620, 620)], width_px=1240, height_px=2480))

    assert placed.box.width == pytest.approx(placed.box.height)
    assert placed.box.top == pytest.approx(0.5)


def test_lines_without_text_have_no_place() -> None:
    assert place_lines(page([line("  ", 10, 10)])) == ()


def test_rows_run_top_to_bottom_and_left_to_right() -> None:
    reading = page([line("丁", 400, 200), line("乙", 400, 100), line("丙", 100, 205), line("甲", 100, 104)])

    assert rows_of(reading) == [["甲", "乙"], ["丙", "丁"]]


def test_a_row_follows_a_slight_skew_over_the_page() -> None:
    reading = page([line("甲", 100 + 100 * i, 100 + 5 * i) for i in range(9)] + [line("乙", 100, 160)])

    assert [len(row) for row in rows_of(reading)] == [9, 1]


def test_lines_above_each_other_never_share_a_row_though_their_boxes_overlap() -> None:
    reading = page([line("上面一行", 100, 100), line("下面一行", 100, 114)])

    assert rows_of(reading) == [["上面一行"], ["下面一行"]]


def test_a_tall_heading_beside_two_rows_swallows_neither() -> None:
    reading = page([line("印", 700, 100, size=90), line("第一行", 100, 100), line("第二行", 100, 160)])

    assert sorted(len(row) for row in rows_of(reading)) == [1, 2]


def test_columns_split_at_strips_and_blocks_at_white() -> None:
    lines = place_lines(page([line("左上", 100, 100), line("右上", 700, 100), line("左下", 100, 600)]))

    assert [texts(part) for part in split_columns(lines)] == [["左上", "左下"], ["右上"]]
    assert [texts(part) for part in split_blocks(lines)] == [["左上", "右上"], ["左下"]]


def test_facing_pages_are_read_one_after_the_other() -> None:
    left = [line(f"左{i}", 100, 100 + 60 * i) for i in range(4)]
    right = [line(f"右{i}", 800, 100 + 60 * i) for i in range(4)]

    order = texts(reading_order(place_lines(page([*right, *left]))))

    assert order == ["左0", "左1", "左2", "左3", "右0", "右1", "右2", "右3"]


def test_a_value_far_from_its_label_is_read_behind_it() -> None:
    lines = [line("标签", 100, 100 + 60 * i) for i in range(4)] + [line("值", 800, 160)]

    assert texts(reading_order(place_lines(page(lines)))) == ["标签", "标签", "值", "标签", "标签"]


def test_underlines_are_no_part_of_a_grid() -> None:
    reading = page([], rules=[(100, 100, 500, 100), (100, 600, 500, 600), (300, 550, 300, 700)])

    grid = find_grid(reading)

    assert len(grid.horizontals) == 1
    assert len(grid.verticals) == 1


def test_a_cell_is_what_the_nearest_rules_enclose() -> None:
    rules = [(100.0, float(y), 700.0, float(y)) for y in (100, 200, 300)]
    rules += [(float(x), 100.0, float(x), 300.0) for x in (100, 400, 700)]
    reading = page(
        [line("甲", 150, 130), line("乙", 450, 130), line("丙", 150, 230), line("外", 900, 130)], rules=rules
    )
    first, beside, below, outside = (item.box for item in place_lines(reading))
    grid = find_grid(reading)

    assert grid.separates_columns(first, beside)
    assert grid.separates_rows(first, below)
    assert not grid.separates_columns(beside, outside) or grid.cell_of(outside) is None
    cell = grid.cell_of(first)
    assert cell is not None
    assert cell.left * 1240 == pytest.approx(100)
    assert cell.right * 1240 == pytest.approx(400)
    assert grid.cell_of(outside) is None


def test_boxes_side_by_side_share_half_of_the_lower_ones_height() -> None:
    assert is_beside(Box(0, 0, 1, 2), Box(3, 1.4, 4, 2.2))
    assert not is_beside(Box(0, 0, 1, 1), Box(3, 0.6, 4, 1.6))


def test_an_empty_page_has_a_height_but_no_rows() -> None:
    assert group_rows([]) == ()
    assert reading_order([]) == ()
    assert typical_height([]) > 0
    with pytest.raises(ValueError, match="no boxes"):
        union_box([])


@given(st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 1700)), max_size=25))
def test_no_line_is_lost_or_read_twice(corners: list[tuple[int, int]]) -> None:
    lines = place_lines(page([line(f"第{i}行", x, y) for i, (x, y) in enumerate(corners)]))

    ordered = reading_order(lines)
    rows = group_rows(lines)

    assert sorted(map(id, ordered)) == sorted(map(id, lines))
    assert sorted(id(item) for row in rows for item in row) == sorted(map(id, lines))
