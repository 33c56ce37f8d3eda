"""Mistakes are what their kind says."""

import random
from datetime import date

import pytest
from pypinyin import Style, lazy_pinyin

from samples.mistakes import other_id_number, wrong_date, wrong_digits, wrong_name
from samples.people import check_character

NUMBER = "610102198503071236"


def test_a_homophone_sounds_the_same_and_looks_different() -> None:
    chance = random.Random(3)
    wrong = wrong_name("王建军", "homophone", chance)
    assert wrong is not None
    assert wrong != "王建军"
    assert wrong[0] == "王"
    assert lazy_pinyin(wrong, style=Style.TONE3) == lazy_pinyin("王建军", style=Style.TONE3)


@pytest.mark.parametrize(
    ("name", "kind", "length"),
    [
        ("王建军", "missing_character", 2),
        ("王军", "extra_character", 3),
        ("欧阳建军", "missing_character", 3),
        ("王建军", "different_value", 3),
        ("王建军", "similar_glyph", 3),
    ],
)
def test_names_are_changed_as_said(name: str, kind: str, length: int) -> None:
    wrong = wrong_name(name, kind, random.Random(1))
    assert wrong is not None
    assert len(wrong) == length
    assert wrong != name
    assert wrong.startswith(name[0])


@pytest.mark.parametrize(("name", "kind"), [("王军", "missing_character"), ("王建军", "extra_character")])
def test_a_name_that_does_not_allow_a_mistake_gets_none(name: str, kind: str) -> None:
    assert wrong_name(name, kind, random.Random(1)) is None


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", ["one_digit", "transposed_digits", "check_digit"])
def test_one_wrong_digit_always_breaks_the_check(kind: str, seed: int) -> None:
    head = NUMBER[:17]
    number = head + check_character(head)
    wrong = wrong_digits(number, kind, random.Random(seed))
    assert wrong is not None
    assert wrong != number
    assert len(wrong) == 18
    assert check_character(wrong[:17]) != wrong[17]


def test_a_number_that_a_spreadsheet_cut_short_never_passes_the_check() -> None:
    results = set()
    for serial in range(99):
        head = f"610102198503{serial % 28 + 1:02d}{100 + serial}"
        number = head + check_character(head)
        results.add(wrong_digits(number, "invalid_id_number", random.Random(1)))
    damaged = {number for number in results if number is not None}
    assert len(damaged) > 20
    assert None in results
    assert all(n.endswith("000") and check_character(n[:17]) != n[17] for n in damaged)


def test_another_persons_number_is_valid_and_keeps_birth_and_sex() -> None:
    other = other_id_number(NUMBER, random.Random(4))
    assert other[6:14] == NUMBER[6:14]
    assert other[16] == NUMBER[16]
    assert check_character(other[:17]) == other[17]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("kind", "changed"), [("day", 2), ("month", 1), ("year", 0)])
def test_only_the_named_part_of_a_date_changes(kind: str, changed: int, seed: int) -> None:
    value = date(2016, 5, 17)
    wrong = wrong_date(value, kind, random.Random(seed))
    assert wrong is not None
    parts = [(value.year, value.month, value.day), (wrong.year, wrong.month, wrong.day)]
    assert [k for k in range(3) if parts[0][k] != parts[1][k]] == [changed]


def test_no_day_that_the_calendar_lacks() -> None:
    results = {wrong_date(date(2016, 12, 31), "month", random.Random(seed)) for seed in range(40)}
    assert None in results
