"""Marks for differing characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.export.differences import Mark, Piece, compare_texts, unmarked


def _drawn(pieces: tuple[Piece, ...]) -> str:
    """Draw changed characters in brackets, each missing one as an underscore."""
    signs = {Mark.SAME: "{0}", Mark.CHANGED: "[{0}]", Mark.ABSENT: "{1}"}
    return "".join(signs[piece.mark].format(piece.text, "_" * piece.width) for piece in pieces)


@pytest.mark.parametrize(
    ("submitted", "read", "expected"),
    [
        pytest.param("张伟", "张伟", ("张伟", "张伟"), id="same"),
        pytest.param("张玮", "张伟", ("张[玮]", "张[伟]"), id="one-character"),
        pytest.param("王丽", "李莉", ("[王丽]", "[李莉]"), id="nothing-in-common"),
        pytest.param("张国", "张建国", ("张_国", "张[建]国"), id="missing"),
        pytest.param("张建国", "张国", ("张[建]国", "张_国"), id="extra"),
        pytest.param("ZG20160213", "ZG20160123", ("ZG20160[21]3", "ZG20160[12]3"), id="transposed"),
        pytest.param("０１２", "012", ("０１２", "012"), id="full-width-is-the-same"),
        pytest.param("12345678", "23456789", ("[1]2345678_", "_2345678[9]"), id="shifted"),
        pytest.param("", "张伟", ("__", "[张伟]"), id="blank"),
        pytest.param("葛\U000e0100明", "葛明", ("[葛\U000e0100]明", "[葛]明"), id="variation-selector"),
    ],
)
def test_marks_what_differs(submitted: str, read: str, expected: tuple[str, str]) -> None:
    one, other = compare_texts(submitted, read)

    assert (_drawn(one), _drawn(other)) == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_character_is_lost_or_added(submitted: str, read: str) -> None:
    one, other = compare_texts(submitted, read)

    assert "".join(piece.text for piece in one) == submitted
    assert "".join(piece.text for piece in other) == read
    assert all(piece.width > 0 for piece in (*one, *other))


@given(st.text(max_size=30))
def test_text_equals_itself(text: str) -> None:
    assert all(piece.mark is Mark.SAME for side in compare_texts(text, text) for piece in side)
    assert "".join(piece.text for piece in unmarked(text)) == text
