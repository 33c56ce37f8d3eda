"""Rows are known again in a mended sheet."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.batches import ReviewRow, RowContent
from domain.fields import Field
from domain.records import CellValue, SheetRow
from domain.way import RecheckState, RowState
from review.same_rows import match_rows, named_certificates
from tests.bureau import clear_row
from tests.results import SHEET, row_finding, sheet_table

_ROW = ReviewRow(
    1, 1, 1, SHEET, "Sheet1", 5, "", "clear", RowState.CLEARED, "", 0.0, "", None, RecheckState.NONE, None,
    None, "", 1,
)  # fmt: skip


def _content(
    row_number: int, name: str, number: str, *, sheet: str = SHEET, title: str = "工程师"
) -> RowContent:
    values = {Field.NAME: name, Field.ID_NUMBER: number, Field.TITLE: title}
    cells = {field: CellValue(value, value) for field, value in values.items()}
    return RowContent(SheetRow(row_number, cells), row_finding(row_number, sheet=sheet))


def _match(news: Sequence[RowContent], known: Sequence[RowContent]) -> dict[int, int]:
    return match_rows(news, [(_ROW, content, None) for content in known])


def test_rows_are_known_again_when_one_is_inserted_and_the_sheet_is_renamed() -> None:
    known = [_content(4, "甲", "1"), _content(5, "乙", "2"), _content(6, "丙", "3")]
    news = [
        _content(4, "甲", "1", sheet="改.xlsx"),
        _content(5, "新", "9", sheet="改.xlsx"),
        _content(6, "乙", "2", sheet="改.xlsx", title="高级工程师"),
        _content(7, "丙丙", "3", sheet="改.xlsx"),
    ]

    assert _match(news, known) == {0: 0, 2: 1, 3: 2}


def test_a_mended_number_or_name_in_its_place_is_the_same_row() -> None:
    known = [_content(4, "甲", "1"), _content(5, "乙", "2")]

    assert _match([_content(4, "甲", "8"), _content(5, "已", "2")], known) == {0: 0, 1: 1}


def test_equal_rows_keep_their_places() -> None:
    twins = [_content(4, "甲", "1"), _content(5, "甲", "1")]

    assert _match(twins, twins) == {0: 0, 1: 1}
    assert _match([_content(5, "甲", "1")], twins) == {0: 1}


_CONTENTS = st.lists(
    st.builds(
        _content, st.integers(1, 4), st.sampled_from(["", "甲", "乙"]), st.sampled_from(["", "1", "2"])
    ),
    max_size=6,
)


@settings(deadline=None)
@given(_CONTENTS, _CONTENTS)
def test_each_known_row_is_used_at_most_once(news: list[RowContent], known: list[RowContent]) -> None:
    partners = _match(news, known)

    assert len(set(partners.values())) == len(partners)
    assert partners.keys() <= set(range(len(news)))
    assert set(partners.values()) <= set(range(len(known)))
    for n, k in partners.items():
        same = [
            news[n].submitted.value(f) == known[k].submitted.value(f) for f in (Field.NAME, Field.ID_NUMBER)
        ]
        assert any(same)


@settings(deadline=None)
@given(_CONTENTS)
def test_an_unchanged_sheet_is_matched_row_by_row(known: list[RowContent]) -> None:
    placed = [RowContent(c.submitted, replace(c.finding, row_number=n)) for n, c in enumerate(known)]

    assert _match(placed, placed) == {n: n for n in range(len(placed))}


def test_a_named_certificate_goes_along_with_its_row() -> None:
    link = {"file": "证书/别的.jpg", "page": 1, "slot": 2}
    before = [clear_row(4), clear_row(5)]
    contents = [RowContent(row, found) for row, found in zip(sheet_table(before).rows, before, strict=True)]
    known = [(_ROW, contents[0], None), (_ROW, contents[1], link)]
    after = sheet_table([clear_row(4), clear_row(5, 99), clear_row(6, 5)])

    assert named_certificates([after], known) == {(SHEET, "Sheet1", 6): ("证书/别的.jpg", 1, 2)}
    assert named_certificates([after], [(_ROW, content, None) for content in contents]) == {}
