"""Scores of hand-made findings."""

from typing import Any

import pytest

from bench.scoring import Rate, Score, add_scores, normalise, same_file, score_batch

PLACE = {"file": "证书/1.jpg", "page": 1, "slot": 1}
OTHER = {"file": "证书/2.jpg", "page": 1, "slot": 1}


def planted(kind: str = "homophone", field: str | None = "name", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"field": field, "kind": kind, "submitted": "王建均", "true": "王建军", **more}


def truth_row(row: int = 5, *, wrong: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "row": row,
        "clean": not wrong,
        "certificate": PLACE,
        "approval": None,
        "planted": wrong or [],
        **more,
    }


def truth(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    fields = {"name": "王建军", "granted_on": "2016-12-28"}
    certificates = [
        {**PLACE, "layout": "card", "degradation": "scan", "name": "王建军", "fields": fields},
        {**OTHER, "layout": "spread", "degradation": "photo", "name": "李四", "fields": {"name": "李四"}},
    ]
    return {"schema": 1, "batch": "甲", "rows": list(rows), "certificates": certificates, **more}


def finding(row: int = 5, verdict: str = "clear", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "schema": 1, "type": "row", "batch": "甲", "sheet": "a.xlsx", "row": row, "verdict": verdict,
        "certificate": {**PLACE, "score": 0.99}, "approval": None, "fields": {}, "issues": [], **more,
    }  # fmt: skip


def batch_line(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"schema": 1, "type": "batch", "batch": "甲", **more}


@pytest.mark.parametrize(("verdict", "escaped"), [("clear", 1), ("review", 0), ("reject", 0)])
def test_a_planted_row_escapes_only_when_cleared(verdict: str, escaped: int) -> None:
    score = score_batch(truth(truth_row(wrong=[planted()])), [finding(verdict=verdict)])
    assert score.escapes == Rate(escaped, 1)
    assert len(score.escape_list) == escaped
    assert score.false_alarms == Rate(0, 0)


@pytest.mark.parametrize(("verdict", "alarms"), [("clear", 0), ("review", 1), ("reject", 1)])
def test_a_clean_row_alarms_unless_cleared(verdict: str, alarms: int) -> None:
    issues = [{"field": "name", "kind": "homophone", "message": "姓名不同"}]
    score = score_batch(truth(truth_row()), [finding(verdict=verdict, issues=issues)])
    assert score.false_alarms == Rate(alarms, 1)
    assert [a["issues"] for a in score.alarm_list] == [["name:homophone"]] * alarms


def test_silence_is_an_escape_and_a_false_alarm() -> None:
    score = score_batch(truth(truth_row(5), truth_row(6, wrong=[planted()])), [])
    assert score.escapes == Rate(1, 1)
    assert score.false_alarms == Rate(1, 1)
    assert score.rows_without_finding == 2
    assert score.link_recall == Rate(0, 1)


def test_changes_of_form_are_no_discrepancy() -> None:
    row = truth_row(wrong=[planted("format_only")])
    assert score_batch(truth(row), [finding()]).escapes == Rate(0, 0)
    assert score_batch(truth(row), [finding(verdict="review")]).false_alarms == Rate(1, 1)


def test_the_innocent_half_of_a_pair_counts_neither_way() -> None:
    row = truth_row(wrong=[planted("duplicate_row", None, secondary=True)])
    for verdict in ("clear", "review"):
        score = score_batch(truth(row), [finding(verdict=verdict)])
        assert score.escapes == Rate(0, 0)
        assert score.false_alarms == Rate(0, 0)


def test_every_discrepancy_of_a_row_is_counted() -> None:
    score = score_batch(truth(truth_row(wrong=[planted(), planted("day", "granted_on")])), [finding()])
    assert score.escapes == Rate(2, 2)
    assert set(score.escapes_by_kind) == {"name:homophone", "granted_on:day"}


def test_naming_field_and_kind_is_counted_among_the_caught() -> None:
    named = finding(verdict="review", issues=[{"field": "name", "kind": "homophone", "message": "姓名不同"}])
    field_only = finding(verdict="review", fields={"name": {"status": "mismatch", "kind": "different_value"}})
    neither = finding(verdict="review", issues=[{"field": "title", "kind": "day", "message": "不同的"}])
    results = [score_batch(truth(truth_row(wrong=[planted()])), [f]) for f in (named, field_only, neither)]
    assert [(s.named_field.hits, s.named_kind.hits) for s in results] == [(1, 1), (1, 0), (0, 0)]


def test_links_to_the_wrong_certificate_cost_precision_and_recall() -> None:
    found = finding(certificate={**OTHER, "score": 0.5})
    score = score_batch(truth(truth_row()), [found])
    assert score.link_precision == Rate(0, 1)
    assert score.link_recall == Rate(0, 1)
    assert score.fields == {}


def test_no_link_costs_recall_only() -> None:
    score = score_batch(truth(truth_row()), [finding(certificate=None)])
    assert score.link_precision == Rate(0, 0)
    assert score.link_recall == Rate(0, 1)


def test_a_link_where_no_certificate_was_handed_in_costs_precision() -> None:
    score = score_batch(
        truth(truth_row(certificate=None, wrong=[planted("no_certificate", None)])), [finding()]
    )
    assert score.link_precision == Rate(0, 1)
    assert score.link_recall == Rate(0, 0)


def test_either_of_two_duplicate_rows_may_have_the_certificate() -> None:
    rows = (
        truth_row(5, wrong=[planted("duplicate_row", None, secondary=True)]),
        truth_row(6, wrong=[planted("duplicate_row", None)]),
    )
    found = [finding(5, "review", certificate=None), finding(6, "review")]
    score = score_batch(truth(*rows), found)
    assert score.link_recall == Rate(1, 1)
    assert score.link_precision == Rate(1, 1)


def test_readings_are_compared_exactly_but_for_form() -> None:
    fields = {"name": {"certificate": "王 建军"}, "granted_on": {"certificate": "2016-12"}}
    score = score_batch(truth(truth_row()), [finding(fields=fields)])
    assert score.fields == {"name": Rate(1, 1), "granted_on": Rate(0, 1)}
    assert score.by_layout == {"card": Rate(1, 2)}
    assert score.by_degradation == {"scan": Rate(1, 2)}
    assert score.wrong_readings[0]["read"] == "2016-12"


def test_a_field_that_was_not_read_is_wrong() -> None:
    assert score_batch(truth(truth_row()), [finding()]).fields["name"] == Rate(0, 1)


BATCH_TRUTH = {
    "approval_number": "mismatch",
    "orphan_certificates": [{**OTHER, "name": "李四"}],
    "absent_from_sheet": ["李四", "李四"],
    "absent_from_approval": [7],
    "duplicate_rows": [[5, 9]],
    "certificate_used_twice": [{**PLACE, "rows": [5, 8]}],
    "unreadable_files": ["坏.jpg"],
    "other_files": ["Thumbs.db"],
}


def test_batch_findings_are_counted_one_by_one() -> None:
    line = batch_line(
        approval_number={"sheet": "a", "document": "b", "status": "mismatch"},
        orphan_certificates=[OTHER],
        absent_from_sheet=["李　四", "王五"],
        absent_from_approval=[7, 11],
        duplicate_rows=[[9, 5]],
        certificate_used_twice=[{**PLACE, "rows": [8, 5]}],
        unreadable_files=[{"file": "甲/坏.jpg", "code": "x", "message": "坏了"}],
    )
    score = score_batch(truth(batch_findings=BATCH_TRUTH), [line])
    found = score.batch_findings
    assert found["approval_number"] == Rate(1, 1)
    assert found["absent_from_sheet"] == Rate(1, 2)
    assert score.batch_extras["absent_from_sheet"] == 1
    assert score.batch_extras["absent_from_approval"] == 1
    assert [s["found"] for s in score.batch_surplus] == ["王五", 11]
    for key in ("orphan_certificates", "absent_from_approval", "duplicate_rows", "certificate_used_twice",
                "unreadable_files"):  # fmt: skip
        assert found[key] == Rate(1, 1)
    # The public format does not promise this list; it is scored when it is there.
    assert "other_files" not in found


def test_without_a_batch_line_nothing_is_found() -> None:
    score = score_batch(truth(batch_findings=BATCH_TRUTH), [])
    assert all(rate.hits == 0 for rate in score.batch_findings.values())
    assert len(score.batch_misses) == 8


def test_scores_add_up() -> None:
    one = score_batch(truth(truth_row(wrong=[planted()])), [finding()])
    other = score_batch(truth(truth_row()), [finding(fields={"name": {"certificate": "王建军"}})])
    total = add_scores([one, other])
    assert total.escapes == Rate(1, 1)
    assert total.false_alarms == Rate(0, 1)
    assert total.fields["name"] == Rate(1, 2)
    assert add_scores([]) == Score()


def test_wilson_interval_of_a_textbook_case() -> None:
    low, high = Rate(1, 100).interval() or (0.0, 0.0)
    assert low == pytest.approx(0.00177, abs=1e-4)
    assert high == pytest.approx(0.05449, abs=1e-4)
    assert Rate(0, 0).interval() is None
    assert Rate(0, 0).value is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("陕人社函[2016]10号", "陕人社函〔2016〕10号"), ("６１０x", "610X"), ("张　三", "张三"), (None, "")],
)
def test_form_does_not_count(one: str | None, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        ("甲/证书/1.jpg", "证书/1.jpg", True),
        ("./1.jpg", "1.jpg", True),
        ("证书\\1.jpg", "证书/1.jpg", True),
        ("11.jpg", "1.jpg", False),
    ],
)
def test_paths_in_a_batch(found: str, expected: str, same: bool) -> None:
    assert same_file(found, expected) == same
