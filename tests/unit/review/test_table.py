"""Lines for the terminal."""

from domain.fields import Field
from domain.findings import Kind, Status, Verdict
from review.export import FindingLine, findings_table
from tests.results import (
    SUBMITTED,
    batch_finding,
    batch_result,
    evidence,
    finding,
    homophone_row,
    realistic_result,
    row_finding,
)


def test_lists_what_was_submitted_beside_what_the_paper_says() -> None:
    assert findings_table([batch_result()]) == [
        FindingLine(
            "2016-工程-中级",
            "6",
            "张玮",
            "✗ 退回",
            "姓名",
            "张玮",
            "张伟",
            "姓名填“张玮”，证书和批文都是“张伟”，读音相同。",
        )
    ]


def test_papers_that_differ_are_both_named() -> None:
    wrong = finding(
        Field.TITLE,
        certificate="高级工程师",
        approval="工程师",
        status=Status.MISMATCH,
        kind=Kind.SOURCES_DISAGREE,
    )

    (line,) = findings_table(
        [batch_result([row_finding(verdict=Verdict.REVIEW, fields={Field.TITLE: wrong})])]
    )

    assert line.paper == "证书：高级工程师　批文：工程师"
    assert line.why == "证书与批文不一致：表格与批文一致，证书不同。"


def test_row_to_look_at_without_a_reason_is_not_lost() -> None:
    (line,) = findings_table([batch_result([row_finding(7, verdict=Verdict.REVIEW)])])

    assert (line.row, line.verdict, line.why) == ("7", "? 待核", "需人工核对")


def test_blank_cell_and_absent_value_have_words() -> None:
    blank = finding(Field.ISSUED_ON, "", certificate="2016-07-01", status=Status.MISSING)
    row = row_finding(verdict=Verdict.REVIEW, fields={Field.ISSUED_ON: blank})

    (line,) = findings_table([batch_result([row])])

    assert (line.submitted, line.paper) == ("（空白）", "2016-07-01")


def test_batch_findings_follow_the_rows() -> None:
    lines = findings_table([realistic_result(5)])
    batch_lines = [line for line in lines if not line.row]

    assert lines[-len(batch_lines) :] == batch_lines
    assert [line.field for line in batch_lines] == [
        "批准文号", "批文有、表格无", "批文有、表格无", "表格有、批文无", "重复填报", "一证多用",
        "证书无人认领", "文件无法读取", "文件无法读取", "说明", "说明",
    ]  # fmt: skip
    assert (batch_lines[0].submitted, batch_lines[0].paper) == (
        "陕人社函〔2016〕10号",
        "陕人社函〔2016〕19号",
    )


def test_missing_approval_number_is_said() -> None:
    batch = batch_finding(sheet_number="", approval_number_status=Status.MISSING)

    (line,) = findings_table([batch_result([], batch)])

    assert (line.field, line.submitted) == ("批准文号", "（无）")
    assert "缺少批准文号" in line.why


def test_id_number_is_full_only_where_it_is_in_question() -> None:
    typed = "610103198503140091"
    wrong = finding(
        Field.ID_NUMBER,
        typed,
        certificate=SUBMITTED[Field.ID_NUMBER],
        status=Status.MISMATCH,
        place=evidence(),
    )
    in_question = row_finding(5, verdict=Verdict.REJECT, fields={Field.ID_NUMBER: wrong})

    lines = findings_table([batch_result([in_question, homophone_row()])])

    assert (lines[0].submitted, lines[0].paper) == (typed, SUBMITTED[Field.ID_NUMBER])
    assert SUBMITTED[Field.ID_NUMBER] not in str(lines[1:])
