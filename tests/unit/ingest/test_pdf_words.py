"""Characters printed twice for boldness count once; different ones in one place make the layer doubtful."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from ingest.pdf_characters import Glyph
from ingest.pdf_words import CharacterDict, drop_double_characters, glyph_to_dict

_SIZE = 10.0
_REACH = 0.3 * _SIZE


def _character(x: float, y: float, text: str = "张", size: float = _SIZE) -> CharacterDict:
    return glyph_to_dict(Glyph(text, (x, y, x + size, y + size), size, "SimSun", is_level=True))


def _are_close(one: CharacterDict, other: CharacterDict) -> bool:
    return bool(abs(one["x0"] - other["x0"]) < _REACH and abs(one["top"] - other["top"]) < _REACH)


places = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), min_size=1, max_size=12)


@given(places)
def test_characters_apart_all_stay_and_close_ones_do_not(points: list[tuple[float, float]]) -> None:
    characters = [_character(x, y) for x, y in points]

    kept = drop_double_characters(characters)

    assert kept is not None
    assert not any(_are_close(one, other) for one, other in combinations(kept, 2))
    if not any(_are_close(one, other) for one, other in combinations(characters, 2)):
        assert kept == characters


@given(st.floats(0, 50), st.floats(0, 50), st.floats(0, 2.9), st.floats(0, 2.9))
def test_different_characters_in_one_place_are_doubted(x: float, y: float, dx: float, dy: float) -> None:
    assert drop_double_characters([_character(x, y), _character(x + dx, y + dy, "李")]) is None


def test_a_large_character_does_not_hide_a_double_one() -> None:
    characters = [_character(0, 0, "关", 30), _character(100, 100), _character(100.4, 100)]

    kept = drop_double_characters(characters)

    assert kept == characters[:2]


def test_digits_of_a_number_beside_a_large_title_stay() -> None:
    digits = [_character(5.2 * i, 80, str(i)) for i in range(8)]

    assert drop_double_characters([_character(0, 0, "关", 30), *digits]) == [
        _character(0, 0, "关", 30),
        *digits,
    ]
