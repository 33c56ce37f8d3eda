"""An office's bar takes rows from those that were cleared, and does nothing else."""

from dataclasses import replace

import pytest

from domain.fields import Field
from domain.findings import Kind, RowFinding, Status, Verdict
from domain.settings import DEFINITIONS
from matching.clearance import Clearance, find_shortfalls, hold_back
from matching.options import MatchingOptions
from tests.results import batch_result, finding, homophone_row, row_finding

OPTIONS = MatchingOptions()
PRODUCT = Clearance(OPTIONS.clear_probability, OPTIONS.link_score)
STRICT = replace(PRODUCT, probability=0.01)


def _row(probability: float, *, status: Status = Status.MATCH, score: float = 0.998) -> RowFinding:
    name = finding(Field.NAME, certificate="张伟", status=status, probability=probability)
    row = row_finding(fields={Field.NAME: name})
    assert row.certificate is not None
    return replace(row, certificate=replace(row.certificate, score=score))


def test_the_laxest_that_an_office_may_set_is_the_products_own() -> None:
    probability, link = DEFINITIONS["clear_probability"], DEFINITIONS["clear_link_score"]

    assert (probability.default, probability.upper) == (OPTIONS.clear_probability,) * 2
    assert (link.default, link.lower) == (OPTIONS.link_score,) * 2
    assert link.upper <= OPTIONS.settled_score


def test_a_cleared_row_with_a_value_over_the_bar_goes_to_a_person_who_is_told_why() -> None:
    held = hold_back(batch_result([_row(0.034)]), STRICT, OPTIONS).rows[0]

    assert held.verdict is Verdict.REVIEW
    (issue,) = held.issues
    assert (issue.field, issue.kind) == (Field.NAME, Kind.UNREADABLE)
    assert all(percent in issue.message for percent in ("3.4%", "1%"))
    assert "张伟" not in issue.message


def test_a_cleared_row_with_a_doubtful_certificate_goes_to_a_person() -> None:
    held = hold_back(
        batch_result([_row(0.001, score=0.93)]), replace(PRODUCT, link_score=0.95), OPTIONS
    ).rows[0]

    assert held.verdict is Verdict.REVIEW
    assert [(issue.field, issue.kind) for issue in held.issues] == [(None, Kind.NO_CERTIFICATE)]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(_row(0.01), id="just at the bar"),
        pytest.param(_row(0.3, status=Status.NOT_ON_DOCUMENT), id="implied by another value"),
        pytest.param(row_finding(is_linked=False), id="no certificate"),
    ],
)
def test_what_reaches_the_bar_stays_cleared(row: RowFinding) -> None:
    assert find_shortfalls(row, STRICT, OPTIONS) == ()


def test_the_products_own_bar_changes_nothing_whatever_circumstances_added() -> None:
    result = batch_result([_row(0.2, score=0.5), homophone_row()])

    assert hold_back(result, PRODUCT, OPTIONS) == result


def test_rows_that_were_not_cleared_stay_as_they_are() -> None:
    result = batch_result([homophone_row(), homophone_row(7, verdict=Verdict.REVIEW)])

    assert hold_back(result, Clearance(0.001, 0.999), OPTIONS) == result
