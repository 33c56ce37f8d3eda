"""The code on a letter: short, for paper, and wrong as soon as one character is."""

from hypothesis import given
from hypothesis import strategies as st

from domain.letter_codes import (
    ALPHABET,
    are_of_one_batch,
    find_letter_codes,
    format_letter_code,
    is_letter_code,
    make_letter_code,
)

CODE = make_letter_code("batch-17", "9f2c")
PRINTED = format_letter_code(CODE)


@given(st.text(min_size=1), st.text())
def test_every_code_is_read_back_from_its_print(batch_id: str, content_hash: str) -> None:
    code = make_letter_code(batch_id, content_hash)

    assert len(code) == 12
    assert find_letter_codes(f"数据校验码：{format_letter_code(code)}（数据修改后）") == (code,)


def test_one_wrong_character_anywhere_makes_it_wrong() -> None:
    wrong = [
        CODE[:place] + other + CODE[place + 1 :]
        for place in range(len(CODE))
        for other in ALPHABET
        if other != CODE[place]
    ]

    assert not any(map(is_letter_code, wrong))


def test_two_exchanged_characters_make_it_wrong() -> None:
    for first in range(len(CODE)):
        for second in range(first + 1, len(CODE)):
            swapped = list(CODE)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert "".join(swapped) == CODE or not is_letter_code("".join(swapped))


def test_characters_that_no_code_has_are_read_as_their_likes() -> None:
    code = next(c for n in range(200) if {"0", "1"} <= set(c := make_letter_code("b", str(n))))
    misread = format_letter_code(code).replace("0", "O").replace("1", "I").lower()

    assert find_letter_codes(misread) == (code,)


def test_a_code_without_dashes_counts_only_behind_its_label() -> None:
    assert find_letter_codes(f"校验码：{CODE}") == (CODE,)
    assert find_letter_codes(f"账号 {CODE}") == ()


def test_other_content_keeps_the_batch_part_and_another_batch_does_not() -> None:
    older = make_letter_code("batch-17", "older")

    assert older != CODE
    assert are_of_one_batch(older, CODE)
    assert not are_of_one_batch(make_letter_code("batch-18", "9f2c"), CODE)
