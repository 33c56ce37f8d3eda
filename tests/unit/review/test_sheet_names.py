"""Worksheet names that every spreadsheet program accepts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.export.sheet_names import SheetNames


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("Sheet1", "Sheet1"),
        ("2016/工程:中级", "2016 工程 中级"),
        ("'引号'", "引号"),
        ("", "表"),
        ("[]", "表"),
        ("History", "History_"),
        ("长" * 40, "长" * 31),
        ("𣈶" * 40, "𣈶" * 15),
    ],
)
def test_nearest_allowed_name(wanted: str, expected: str) -> None:
    assert SheetNames().claim(wanted) == expected


def test_same_name_is_counted_whatever_its_case() -> None:
    names = SheetNames()

    assert [names.claim(name) for name in ("Sheet1", "sheet1", "SHEET1")] == [
        "Sheet1",
        "sheet1 (2)",
        "SHEET1 (3)",
    ]


@given(st.lists(st.text(max_size=50), max_size=12))
def test_any_texts_give_distinct_allowed_names(texts: list[str]) -> None:
    names = SheetNames()

    given_names = [names.claim(text) for text in texts]

    assert len({name.casefold() for name in given_names}) == len(texts)
    for name in given_names:
        assert 1 <= len(name.encode("utf-16-le", "surrogatepass")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
