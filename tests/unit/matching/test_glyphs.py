"""The table of look-alikes."""

import pytest

from domain.text import is_han
from matching.glyphs import ALIKE_FROM, are_similar_glyphs, glyph_likeness, look_alikes


@pytest.mark.parametrize("pair", ["末未", "贠负", "峰锋", "情请", "晴情", "令伶", "千干", "侯候"])
def test_alike_by_whole_part_or_component(pair: str) -> None:
    assert are_similar_glyphs(*pair)


@pytest.mark.parametrize("pair", ["明芳", "龙一", "国丽", "海强"])
def test_unlike_characters_are_not_paired(pair: str) -> None:
    assert glyph_likeness(*pair) == 0
    assert not are_similar_glyphs(*pair)


def test_one_stroke_is_nearer_than_a_shared_part() -> None:
    assert glyph_likeness("末", "未") > glyph_likeness("峰", "锋") >= ALIKE_FROM


def test_likeness_is_the_same_both_ways_and_full_with_itself() -> None:
    assert glyph_likeness("末", "未") == glyph_likeness("未", "末")
    assert glyph_likeness("未", "未") == 1


@pytest.mark.parametrize("pair", ["0O", "1I", "1丨", "5S", "8B", "〇口", "O〇"])
def test_digits_and_letters_are_known_by_hand(pair: str) -> None:
    assert are_similar_glyphs(*pair)


def test_rare_surname_has_its_usual_misreadings_among_its_look_alikes() -> None:
    alike = look_alikes("贠")

    assert {"员", "负"} <= set(alike)
    assert all(is_han(character) for character in alike)
    assert [glyph_likeness("贠", c) for c in alike] == sorted(
        (glyph_likeness("贠", c) for c in alike), reverse=True
    )


def test_unknown_character_has_no_look_alikes() -> None:
    assert look_alikes("A") == ()


@pytest.mark.parametrize("character", "0123456789X-")
def test_a_digit_is_not_taken_for_a_grade_of_the_table(character: str) -> None:
    assert look_alikes(character) == ()
