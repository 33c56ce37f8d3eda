"""Growth between two pages of a long series."""

import pytest

from bench.soak_figures import WINDOW, list_course, measure_growth


def test_growth_is_what_came_in_addition() -> None:
    growth = measure_growth([800.0] * 500 + [1000.0] * 1500, begin=200, end=2000)

    assert growth is not None
    assert (growth.begin, growth.end) == (200, 2000)
    assert (growth.before, growth.after) == (800.0, 1000.0)
    assert growth.share == pytest.approx(0.25)


def test_memory_given_back_is_negative_growth() -> None:
    growth = measure_growth([1000.0] * 100 + [900.0] * 100, begin=40, end=180)

    assert growth is not None
    assert growth.share == pytest.approx(-0.1)


def test_one_large_page_does_not_speak_for_those_around_it() -> None:
    values = [800.0] * 400
    values[199] = 4000.0

    growth = measure_growth(values, begin=200, end=350)

    assert growth is not None
    assert growth.share == 0.0


def test_the_page_lies_in_the_middle_of_its_window() -> None:
    # Half of the window lies before the step and half behind it.
    growth = measure_growth([800.0] * 200 + [1000.0] * 200, begin=200, end=350)

    assert growth is not None
    assert growth.before == 900.0


def test_a_window_at_either_end_is_moved_inside_and_stays_whole() -> None:
    growth = measure_growth([float(i) for i in range(1, 201)], begin=1, end=200)

    assert growth is not None
    assert (growth.before, growth.after) == (25.5, 175.5)


def test_a_shorter_series_is_measured_up_to_its_last_page() -> None:
    growth = measure_growth([800.0] * 400 + [840.0] * 100, begin=200, end=2000)

    assert growth is not None
    assert growth.end == 500
    assert growth.share == pytest.approx(0.05)


@pytest.mark.parametrize("count", [0, 1, WINDOW - 1, WINDOW, 2 * WINDOW - 1])
def test_a_series_without_two_separate_windows_says_nothing(count: int) -> None:
    assert measure_growth([800.0] * count, begin=1, end=2000) is None


def test_windows_that_overlap_say_nothing() -> None:
    assert measure_growth([800.0] * 400, begin=200, end=249) is None
    assert measure_growth([800.0] * 400, begin=200, end=250) is not None


def test_the_course_has_one_median_for_every_full_window() -> None:
    assert list_course([800.0] * WINDOW + [900.0] * WINDOW + [5000.0] * (WINDOW - 1)) == [800.0, 900.0]
    assert list_course([]) == []
