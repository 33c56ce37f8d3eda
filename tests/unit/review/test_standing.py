"""Risk, kind and pattern of rows: what comes first, and what may be decided together."""

from dataclasses import replace

import pytest

from domain.fields import Field
from domain.findings import Issue, Kind, RowFinding, Status, Verdict
from review.standing import group_of, pattern_of, risk_of
from tests.bureau import clear_row, no_paper, wrong_name
from tests.results import finding


def _two_differences() -> RowFinding:
    row = wrong_name(5)
    title = finding(Field.TITLE, certificate="高级工程师", status=Status.MISMATCH, probability=0.999)
    issue = Issue(Field.TITLE, Kind.DIFFERENT_VALUE, "资格名称不同。")
    return replace(row, fields={**row.fields, Field.TITLE: title}, issues=(*row.issues, issue))


def test_a_row_is_as_risky_as_its_likeliest_error() -> None:
    assert risk_of(clear_row(4)) == pytest.approx(0.002)
    assert risk_of(wrong_name(5)) == pytest.approx(0.999)
    assert risk_of(replace(wrong_name(5), verdict=Verdict.REVIEW)) == pytest.approx(0.997)
    assert risk_of(no_paper(5)) == pytest.approx(0.5)


def test_a_row_belongs_to_its_gravest_difference() -> None:
    assert group_of(clear_row(4)) == ""
    assert group_of(wrong_name(5)) == "name:homophone"
    assert group_of(_two_differences()) == "title:different_value"
    assert group_of(no_paper(5)) == "row:no_certificate"
    assert group_of(replace(no_paper(5), issues=())) == "row:unnamed"


def test_rows_with_the_same_values_on_sheet_and_paper_are_alike() -> None:
    assert pattern_of(wrong_name(5)) == pattern_of(wrong_name(6))
    assert pattern_of(wrong_name(5)) != pattern_of(wrong_name(5, typed="张炜"))
    assert pattern_of(wrong_name(5)) != pattern_of(wrong_name(5, paper="张炜"))


def test_what_needs_a_look_of_its_own_is_like_nothing() -> None:
    assert pattern_of(clear_row(4)) is None
    assert pattern_of(_two_differences()) is None
    assert pattern_of(no_paper(5)) is None
    assert pattern_of(wrong_name(5, status=Status.UNREADABLE)) is None
    assert pattern_of(wrong_name(5, typed="")) is None
