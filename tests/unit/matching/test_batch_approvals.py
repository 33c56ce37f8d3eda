"""Whole batches against their approvals."""

from domain.fields import Field
from domain.findings import Kind, Status, Verdict
from domain.records import PaperKind
from matching.batch import match_batch
from tests.batches import PEOPLE, check, kinds, verdicts
from tests.factories import (
    approval,
    approval_entry,
    certificate,
    certificates_of,
    noisy_lattice,
    reading,
    sheet_of,
    sheet_row,
    sheet_table,
)


def test_a_number_of_another_approval_is_a_batch_finding_only() -> None:
    names = [values[Field.NAME] for values in PEOPLE]

    result = check(sheet_of(PEOPLE), approvals=[approval(names, number="陕人社函〔2016〕12号")])

    assert result.batch.approval_number_status is Status.MISMATCH
    assert result.batch.document_number == "陕人社函〔2016〕12号"
    assert verdicts(result) == [Verdict.CLEAR] * 8


def test_names_missing_on_either_side_are_listed() -> None:
    names = [values[Field.NAME] for values in PEOPLE[1:]]

    result = check(sheet_of(PEOPLE), approvals=[approval([*names, "欧阳建国"])])

    assert result.batch.absent_from_approval == (4,)
    assert result.batch.absent_from_sheet == ("欧阳建国",)
    assert kinds(result.rows[0]) == {Kind.NOT_IN_APPROVAL}
    assert result.rows[0].verdict is Verdict.REVIEW


def test_misread_name_on_the_list_is_linked_not_reported_twice() -> None:
    names = [values[Field.NAME] for values in PEOPLE[1:]]
    misread = approval_entry(reading("赵晓欧", lattice=noisy_lattice("赵晓欧", {2: {"鸥": 0.1}})))
    lines = [misread, *(approval_entry(name) for name in names)]

    result = check(sheet_of(PEOPLE), approvals=[approval(lines)])

    assert not result.batch.absent_from_approval
    assert not result.batch.absent_from_sheet
    assert result.rows[0].verdict is Verdict.CLEAR


def test_announcement_counts_as_no_approval_and_is_said_once() -> None:
    names = [values[Field.NAME] for values in PEOPLE]

    result = check(sheet_of(PEOPLE), approvals=[approval(names, kind=PaperKind.PUBLIC_NOTICE)])

    assert result.batch.approval_number_status is Status.MISSING
    assert verdicts(result) == [Verdict.CLEAR] * 8
    assert any("公示" in remark for remark in result.batch.remarks)


def test_announcement_proves_no_value() -> None:
    names = [values[Field.NAME] for values in PEOPLE]
    without_title = [certificate(values, without=[Field.TITLE]) for values in PEOPLE]

    result = check(sheet_of(PEOPLE), without_title, approvals=[approval(names, kind=PaperKind.PUBLIC_NOTICE)])

    assert verdicts(result) == [Verdict.REVIEW] * 8


def test_batch_without_approval_says_so_once() -> None:
    result = check(sheet_of(PEOPLE), approvals=[])

    assert result.batch.approval_number_status is Status.MISSING
    assert verdicts(result) == [Verdict.CLEAR] * 8
    assert any("没有批准文件" in remark for remark in result.batch.remarks)


def test_counts_that_do_not_add_up_are_said_and_flag_nobody() -> None:
    names = [values[Field.NAME] for values in PEOPLE]

    result = check(sheet_of(PEOPLE), approvals=[approval(names, counts=[(9, 8)])])

    assert verdicts(result) == [Verdict.CLEAR] * 8
    assert any("写明9人" in remark for remark in result.batch.remarks)


def test_two_tables_find_their_own_approvals() -> None:
    first = sheet_of(PEOPLE[:4])
    rows = [sheet_row(values, row_number=4 + i) for i, values in enumerate(PEOPLE[4:])]
    second = sheet_table(rows, number="陕人社函〔2017〕3号", tab="Sheet2")
    papers = [
        approval([p[Field.NAME] for p in PEOPLE[4:]], number="陕人社函[2017]3号", file="b.pdf"),
        approval([p[Field.NAME] for p in PEOPLE[:4]], file="a.pdf"),
    ]

    result = match_batch("批次", [first, second], certificates_of(PEOPLE), papers, alphabet=frozenset())

    assert verdicts(result) == [Verdict.CLEAR] * 8
    assert result.batch.approval_number_status is Status.MATCH
    assert not result.batch.absent_from_sheet
