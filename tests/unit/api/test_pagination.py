"""Cursors say what they were made of, and nothing else is one."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pagination import BadCursorError, Page, decode_cursor, encode_cursor

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.integers(-(2**62), 2**62), _TEXT, st.floats(allow_nan=False, allow_infinity=False))
def test_a_place_comes_back_as_it_was(number: int, text: str, share: float) -> None:
    assert decode_cursor(encode_cursor(number, text, share), int, str, float) == (number, text, share)


@given(st.text(max_size=60))
def test_no_other_text_breaks_it(text: str) -> None:
    with pytest.raises(BadCursorError):
        decode_cursor(text + "!", int)


@pytest.mark.parametrize(
    "values", [[], [1, 2], ["1"], [True], [None], [2**63], {"a": 1}, 1, [[1]], [float("nan")]]
)
def test_values_of_another_kind_are_no_cursor(values: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()

    with pytest.raises(BadCursorError):
        decode_cursor(cursor, int)


def test_a_page_ends_the_list_when_nothing_more_was_found() -> None:
    def render(number: int) -> str:
        return str(number)

    full = Page(2, None).of([5, 6, 7], render, lambda number: (number,))
    last = Page(2, full.next_cursor).of([7], render, lambda number: (number,))

    assert (full.items, last.items, last.next_cursor) == (["5", "6"], ["7"], None)
    assert Page(2, full.next_cursor).after_id() == 6
