"""Invented people have true ID numbers."""

import random
from datetime import date

import pytest

from samples.people import check_character, draw_name, draw_person


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_check_character_is_that_of_the_standard(number: str) -> None:
    assert check_character(number[:17]) == number[17]


def test_id_number_tells_birth_and_sex_and_has_a_true_check_digit() -> None:
    chance = random.Random(5)
    for _ in range(300):
        person = draw_person(chance)
        assert check_character(person.id_number[:17]) == person.id_number[17]
        assert date.fromisoformat(person.id_number[6:14]) == person.birth
        assert (int(person.id_number[16]) % 2 == 1) == (person.gender == "男")
        assert len(person.phone) == 11


def test_names_repeat_as_often_as_in_the_nation() -> None:
    chance = random.Random(1)
    surnames = [draw_name(chance)[0] for _ in range(4000)]
    # 王 has 7.5 % of the nation and some more of the surnames kept here.
    assert 0.06 < surnames.count("王") / 4000 < 0.11


def test_namesake_has_the_name_and_another_number() -> None:
    chance = random.Random(2)
    one, other = draw_person(chance, name="王伟"), draw_person(chance, name="王伟")
    assert one.name == other.name
    assert one.id_number != other.id_number
