"""Whole batches: what is cleared, what is asked, what is said."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from domain.fields import Field
from domain.findings import BatchResult, Kind, RowFinding, Status, Verdict
from domain.records import ApprovalDocument, CandidateRecord, CellValue, PaperKind, SheetTable
from matching.batch import match_batch
from tests.factories import (
    approval,
    approval_entry,
    approval_of,
    certificate,
    certificates_of,
    id_number,
    noisy_lattice,
    person,
    reading,
    sheet_of,
    sheet_row,
    sheet_table,
)

PEOPLE = [person(i) for i in range(8)]
ALPHABET = frozenset("".join("".join(p.values()) for p in PEOPLE)) | frozenset(
    "鸥欧璇旋小末未0123456789X年月日-."
)


def check(
    table: SheetTable,
    candidates: Sequence[CandidateRecord] | None = None,
    approvals: Sequence[ApprovalDocument] | None = None,
    *,
    alphabet: frozenset[str] = frozenset(),
) -> BatchResult:
    return match_batch(
        "批次",
        [table],
        certificates_of(PEOPLE) if candidates is None else candidates,
        [approval_of(PEOPLE)] if approvals is None else approvals,
        alphabet=alphabet,
    )


def kinds(row: RowFinding) -> set[Kind]:
    return {issue.kind for issue in row.issues}


def verdicts(result: BatchResult) -> list[Verdict]:
    return [row.verdict for row in result.rows]


def test_rows_that_paper_proves_are_clear_and_leave_no_batch_finding() -> None:
    result = check(sheet_of(PEOPLE))

    assert verdicts(result) == [Verdict.CLEAR] * len(PEOPLE)
    assert all(not row.issues for row in result.rows)
    assert result.batch.approval_number_status is Status.MATCH
    assert not result.batch.orphan_certificates
    assert not result.batch.absent_from_sheet
    assert not result.batch.remarks


@pytest.mark.parametrize("field", [Field.NAME, Field.TITLE, Field.CERTIFICATE_NUMBER])
def test_a_value_at_the_edge_of_the_picture_clears_no_row_alone(field: Field) -> None:
    first, *others = certificates_of(PEOPLE)
    cut_off = replace(first.readings[field], cut_off=True)
    half = replace(first, readings={**first.readings, field: cut_off})

    result = check(sheet_of(PEOPLE), [half, *others], [])

    assert result.rows[0].verdict is Verdict.REVIEW
    assert result.rows[0].fields[field].status is Status.UNREADABLE
    (message,) = [issue.message for issue in result.rows[0].issues if issue.field is field]
    assert "被图片边缘截断" in message


def test_order_of_the_certificates_does_not_matter() -> None:
    result = check(sheet_of(PEOPLE), certificates_of(PEOPLE)[::-1])

    assert verdicts(result) == [Verdict.CLEAR] * len(PEOPLE)


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        pytest.param("name", "赵小鸥", Kind.HOMOPHONE, id="homophone"),
        pytest.param("name", "赵晓鸣", Kind.DIFFERENT_VALUE, id="other-character"),
        pytest.param("name", "赵鸥", Kind.MISSING_CHARACTER, id="missing-character"),
        pytest.param("id_number", id_number("1970-01-01", serial=1), Kind.ONE_DIGIT, id="id-digit"),
        pytest.param("birth_date", "1970-01-02", Kind.DAY, id="birth-day"),
        pytest.param("granted_on", "2016-11-28", Kind.MONTH, id="month"),
        pytest.param("granted_on", "2015-12-28", Kind.YEAR, id="year"),
        pytest.param("issued_on", "2017-03-08", Kind.DAY, id="issue-day"),
        pytest.param("title", "高级教师", Kind.DIFFERENT_VALUE, id="title"),
        pytest.param("certificate_number", "SN201600010", Kind.TRANSPOSED_DIGITS, id="transposed"),
        pytest.param("employer", "西安市第三中学", Kind.DIFFERENT_VALUE, id="other-school"),
        pytest.param("committee", "西安市中学教师高级评审委员会", Kind.DIFFERENT_VALUE, id="other-committee"),
        pytest.param("issuer", "宝鸡市人力资源和社会保障局", Kind.DIFFERENT_VALUE, id="other-issuer"),
        pytest.param("specialty", "化学", Kind.DIFFERENT_VALUE, id="speciality"),
        pytest.param("gender", "男", Kind.DIFFERENT_VALUE, id="gender"),
        pytest.param("level", "高级", Kind.DIFFERENT_VALUE, id="level"),
        pytest.param("series", "工程技术人员", Kind.DIFFERENT_VALUE, id="series"),
    ],
)
def test_a_wrong_value_is_never_cleared_and_named(field: str, value: str, kind: Kind) -> None:
    candidates = certificates_of(PEOPLE)
    candidates[0] = certificate(PEOPLE[0], certificate_number="SN201600001")
    right = {"certificate_number": "SN201600001"}

    result = check(sheet_of(PEOPLE, **{**right, field: value}), candidates)

    first, *others = result.rows
    assert first.verdict is not Verdict.CLEAR
    assert first.fields[Field(field)].status is Status.MISMATCH
    assert first.fields[Field(field)].kind is kind
    assert first.certificate is not None
    assert first.certificate.file == "证书/1.jpg"
    assert [row.verdict for row in others] == [Verdict.CLEAR] * 7


def test_look_alike_character_is_named() -> None:
    people = [person(0, name="赵未")]
    result = check(sheet_of(people, name="赵末"), certificates_of(people), [approval_of(people)])

    assert result.rows[0].fields[Field.NAME].kind is Kind.SIMILAR_GLYPH


def test_two_papers_against_the_sheet_reject_it() -> None:
    result = check(sheet_of(PEOPLE, name="赵小鸥"))

    assert result.rows[0].verdict is Verdict.REJECT
    assert result.rows[0].approval is not None


def test_one_recognised_paper_against_the_sheet_asks_a_person() -> None:
    result = check(sheet_of(PEOPLE, name="赵小鸥"), approvals=[])

    assert result.rows[0].verdict is Verdict.REVIEW


def test_doubt_of_the_recogniser_is_no_mismatch() -> None:
    """The image says 鸥 and 欧 nearly alike: the row's value stands."""
    lattice = noisy_lattice("赵晓欧", {2: {"鸥": 0.45}})
    candidates = certificates_of(PEOPLE)
    candidates[0] = certificate(PEOPLE[0], name=reading("赵晓欧", lattice=lattice))

    result = check(sheet_of(PEOPLE), candidates)

    assert result.rows[0].verdict is Verdict.CLEAR
    assert result.rows[0].fields[Field.NAME].status is Status.MATCH


def test_middling_doubt_asks_a_person_without_calling_the_row_wrong() -> None:
    lattice = noisy_lattice("赵晓欧", {2: {"鸥": 0.05}})
    candidates = certificates_of(PEOPLE)
    candidates[0] = certificate(PEOPLE[0], name=reading("赵晓欧", lattice=lattice))

    result = check(sheet_of(PEOPLE), candidates, [])

    assert result.rows[0].verdict is Verdict.REVIEW
    assert result.rows[0].fields[Field.NAME].status is Status.UNREADABLE


def test_the_approval_settles_a_doubt_about_the_certificate() -> None:
    lattice = noisy_lattice("赵晓欧", {2: {"鸥": 0.05}})
    candidates = certificates_of(PEOPLE)
    candidates[0] = certificate(PEOPLE[0], name=reading("赵晓欧", lattice=lattice))

    assert check(sheet_of(PEOPLE), candidates).rows[0].verdict is Verdict.CLEAR


def test_certificate_plainly_against_sheet_and_approval_is_a_disagreement() -> None:
    candidates = certificates_of(PEOPLE)
    candidates[0] = certificate(PEOPLE[0], name="赵小鸥")

    first = check(sheet_of(PEOPLE), candidates).rows[0]

    assert first.verdict is Verdict.REVIEW
    assert kinds(first) == {Kind.SOURCES_DISAGREE}


def test_two_images_of_one_date_that_differ_are_a_doubt() -> None:
    candidates = certificates_of(PEOPLE)
    split = reading("2016-12-28", raw="2016年12月28日", seconds=(noisy_lattice("2015年12月28日"),))
    candidates[0] = certificate(PEOPLE[0], granted_on=split)

    for submitted in ("2016-12-28", "2015-12-28"):
        first = check(sheet_of(PEOPLE, granted_on=submitted), candidates).rows[0]

        assert first.verdict is Verdict.REVIEW
        assert first.fields[Field.GRANTED_ON].status is Status.UNREADABLE


def test_ink_that_may_hide_a_digit_is_a_doubt() -> None:
    candidates = certificates_of(PEOPLE)
    hidden = reading("2017-03-01", raw="2017年3月1日", under_seal=True)
    candidates[0] = certificate(PEOPLE[0], issued_on=hidden)

    first = check(sheet_of(PEOPLE, issued_on="2017-03-11"), candidates).rows[0]

    assert first.fields[Field.ISSUED_ON].status is Status.UNREADABLE


def test_date_is_compared_in_the_way_the_paper_writes_it() -> None:
    candidates = certificates_of(PEOPLE)
    lattice = noisy_lattice("二〇一六年十二月二十八日", {3: {"五": 0.4}})
    written = reading("2016-12-28", raw="二〇一六年十二月二十八日", lattice=lattice)
    candidates[0] = certificate(PEOPLE[0], granted_on=written)

    first = check(sheet_of(PEOPLE, granted_on="2015-12-28"), candidates, []).rows[0]

    assert first.fields[Field.GRANTED_ON].status is Status.MATCH
    assert 0.01 < (first.fields[Field.GRANTED_ON].probability or 0) < 0.1


def test_character_that_nobody_can_read_is_unverifiable_not_wrong() -> None:
    people = [{**PEOPLE[0], Field.NAME: "赵贠鸥"}, *PEOPLE[1:]]
    candidates = certificates_of(people)
    candidates[0] = certificate(people[0], name="赵负鸥")
    names = approval_of(PEOPLE[1:])

    first = check(sheet_of(people), candidates, [names], alphabet=ALPHABET).rows[0]

    assert first.verdict is Verdict.REVIEW
    assert first.fields[Field.NAME].status is Status.UNVERIFIABLE_CHARACTER


def test_text_layer_proves_a_character_that_nobody_can_read() -> None:
    people = [{**PEOPLE[0], Field.NAME: "赵贠鸥"}, *PEOPLE[1:]]
    candidates = certificates_of(people)
    candidates[0] = certificate(people[0], name="赵负鸥")

    first = check(sheet_of(people), candidates, [approval_of(people)], alphabet=ALPHABET).rows[0]

    assert first.verdict is Verdict.CLEAR


def test_unreadable_character_does_not_excuse_another_difference() -> None:
    people = [{**PEOPLE[0], Field.NAME: "赵贠鸥"}, *PEOPLE[1:]]
    candidates = certificates_of(people)
    candidates[0] = certificate(people[0], name="赵负旋")

    first = check(sheet_of(people), candidates, [], alphabet=ALPHABET).rows[0]

    assert first.fields[Field.NAME].status is Status.MISMATCH


def test_namesakes_get_their_own_certificates() -> None:
    people = [
        person(1, name="张伟", employer="西安市第一中学"),
        person(2, name="张伟", employer="宝鸡市实验小学"),
        *PEOPLE[3:],
    ]
    for values in people[:2]:
        del values[Field.ID_NUMBER], values[Field.BIRTH_DATE]
    rows = [
        sheet_row(values, row_number=4 + i, id_number=id_number(serial=i)) for i, values in enumerate(people)
    ]

    result = check(sheet_table(rows), certificates_of(people)[::-1], [])

    assert [row.certificate and row.certificate.file for row in result.rows[:2]] == [
        "证书/1.jpg",
        "证书/2.jpg",
    ]


def test_namesake_on_the_list_is_told_by_employer() -> None:
    people = [
        person(1, name="张伟", employer="西安市第一中学"),
        person(2, name="张伟", employer="宝鸡市实验小学"),
    ]
    lines = [approval_entry("张伟", employer="宝鸡市实验小学")]

    result = check(sheet_of(people), certificates_of(people), [approval(lines)])

    assert [kinds(row) for row in result.rows] == [{Kind.NOT_IN_APPROVAL}, set()]
    assert result.batch.absent_from_approval == (4,)


def test_swapped_numbers_of_two_rows_are_named_a_shift() -> None:
    rows = [sheet_row(values, row_number=4 + i) for i, values in enumerate(PEOPLE)]
    rows[2] = sheet_row(PEOPLE[2], row_number=6, id_number=PEOPLE[3][Field.ID_NUMBER])
    rows[3] = sheet_row(PEOPLE[3], row_number=7, id_number=PEOPLE[2][Field.ID_NUMBER])

    result = check(sheet_table(rows))

    assert [row.certificate and row.certificate.file for row in result.rows] == [
        f"证书/{i}.jpg" for i in range(1, 9)
    ]
    assert Kind.ROW_SHIFT in kinds(result.rows[2])
    assert Kind.ROW_SHIFT in kinds(result.rows[3])
    assert [row.verdict for row in result.rows].count(Verdict.CLEAR) == 6


@pytest.mark.parametrize("field", [Field.NAME, Field.CERTIFICATE_NUMBER, Field.ID_NUMBER, Field.BIRTH_DATE])
def test_a_shifted_column_keeps_its_links_and_is_named(field: Field) -> None:
    rows = [
        sheet_row({**values, field: PEOPLE[i + 1][field]} if 2 <= i <= 5 else values, row_number=4 + i)
        for i, values in enumerate(PEOPLE)
    ]

    result = check(sheet_table(rows))

    assert [row.certificate and row.certificate.file for row in result.rows[:7]] == [
        f"证书/{i}.jpg" for i in range(1, 8)
    ]
    for row in result.rows[2:6]:
        assert row.fields[field].kind is Kind.ROW_SHIFT
        assert row.verdict is not Verdict.CLEAR


def test_renamed_person_is_found_by_the_number() -> None:
    first = check(sheet_of(PEOPLE, name="欧阳建国")).rows[0]

    assert first.certificate is not None
    assert first.certificate.file == "证书/1.jpg"
    assert first.fields[Field.NAME].status is Status.MISMATCH
    assert first.approval is not None, "the approval line is found under the certificate's name"


def test_row_with_several_wrong_fields_meets_its_certificate() -> None:
    table = sheet_of(PEOPLE, name="赵小鸣", birth_date="1971-02-03", certificate_number="X1")

    assert check(table).rows[0].certificate is not None


def test_missing_certificate_and_orphan_are_not_linked_to_each_other() -> None:
    """A colleague of the same school and session is still a stranger."""
    stranger = certificate(person(77), file="证书/77.jpg")

    result = check(sheet_of(PEOPLE), [*certificates_of(PEOPLE)[1:], stranger])

    assert kinds(result.rows[0]) == {Kind.NO_CERTIFICATE}
    assert [orphan.file for orphan in result.batch.orphan_certificates] == ["证书/77.jpg"]
    assert verdicts(result)[1:] == [Verdict.CLEAR] * 7


def test_second_scan_of_a_certificate_is_no_orphan() -> None:
    copy = certificate(PEOPLE[0], file="证书/1b.jpg")

    result = check(sheet_of(PEOPLE), [*certificates_of(PEOPLE), copy])

    assert not result.batch.orphan_certificates
    assert any("重复扫描" in remark for remark in result.batch.remarks)


def test_person_reported_twice() -> None:
    rows = [sheet_row(values, row_number=4 + i) for i, values in enumerate([*PEOPLE, PEOPLE[1]])]

    result = check(sheet_table(rows))

    assert result.batch.duplicate_rows == ((5, 12),)
    assert [shared.rows for shared in result.batch.certificate_used_twice] == [(5, 12)]
    assert result.batch.absent_from_approval == (), "the list names one person once"
    assert result.rows[1].verdict is Verdict.REVIEW, "the proven one waits for a person"
    assert result.rows[8].verdict is Verdict.REJECT
    assert kinds(result.rows[8]) >= {Kind.DUPLICATE_ROW, Kind.CERTIFICATE_USED_TWICE}


def test_certificates_of_two_titles_of_one_person_each_find_their_row() -> None:
    older = person(
        1,
        title="二级教师",
        level="初级",
        granted_on="2012-11-01",
        issued_on="2013-01-05",
        certificate_number="A1",
    )
    newer = person(
        1,
        title="一级教师",
        level="中级",
        granted_on="2017-11-01",
        issued_on="2018-01-05",
        certificate_number="B2",
    )
    names = approval_of([older, newer])

    result = check(sheet_of([newer, older]), certificates_of([older, newer]), [names])

    assert [row.certificate and row.certificate.file for row in result.rows] == ["证书/2.jpg", "证书/1.jpg"]
    assert verdicts(result) == [Verdict.CLEAR] * 2
    assert not result.batch.duplicate_rows


def test_certificate_of_another_title_does_not_serve_a_second_row() -> None:
    older = person(
        1,
        title="二级教师",
        level="初级",
        granted_on="2012-11-01",
        issued_on="2013-01-05",
        certificate_number="A1",
    )
    newer = person(
        1,
        title="一级教师",
        level="中级",
        granted_on="2017-11-01",
        issued_on="2018-01-05",
        certificate_number="B2",
    )

    result = check(sheet_of([older, newer]), certificates_of([newer]), [])

    assert result.rows[0].certificate is None
    assert result.rows[1].verdict is Verdict.CLEAR


def test_namesake_with_the_certificate_of_another() -> None:
    borrower = {**person(33, name=PEOPLE[1][Field.NAME]), Field.CERTIFICATE_NUMBER: "SN201600007"}
    rows = [sheet_row(values, row_number=4 + i) for i, values in enumerate([*PEOPLE, borrower])]
    names = approval_of([*PEOPLE, borrower])

    result = check(sheet_table(rows), approvals=[names])

    assert not result.batch.duplicate_rows
    assert [shared.rows for shared in result.batch.certificate_used_twice] == [(5, 12)]
    assert result.rows[8].certificate is None
    assert kinds(result.rows[8]) == {Kind.NO_CERTIFICATE, Kind.CERTIFICATE_USED_TWICE}


def test_number_that_ends_in_zeros_is_whole_when_paper_says_so() -> None:
    numbers = (
        number
        for year in range(1960, 1990)
        for d in range(1, 29)
        if (number := id_number(f"{year}-03-{d:02d}", serial=0))[15:] == "000"
    )
    number = next(numbers)
    birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    people = [person(0, id_number=number, birth_date=birth)]

    proven = check(sheet_of(people), certificates_of(people), [])
    unproven = check(sheet_of(people), [certificate(people[0], without=[Field.ID_NUMBER])], [])

    assert proven.rows[0].verdict is Verdict.CLEAR
    assert Kind.INVALID_ID_NUMBER in kinds(unproven.rows[0])


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


def test_field_lost_under_a_seal_is_unreadable_when_like_forms_have_it() -> None:
    candidates = certificates_of(PEOPLE)
    candidates[0] = certificate(PEOPLE[0], without=[Field.ISSUED_ON])

    first = check(sheet_of(PEOPLE), candidates).rows[0]

    assert first.fields[Field.ISSUED_ON].status is Status.UNREADABLE
    assert first.verdict is Verdict.REVIEW


def test_field_that_the_form_never_has_stops_nobody() -> None:
    candidates = [
        certificate(values, file=f"证书/{i + 1}.jpg", without=[Field.ISSUED_ON, Field.ID_NUMBER])
        for i, values in enumerate(PEOPLE)
    ]

    result = check(sheet_of(PEOPLE), candidates)

    assert verdicts(result) == [Verdict.CLEAR] * 8
    assert result.rows[0].fields[Field.ISSUED_ON].status is Status.NOT_ON_DOCUMENT


def test_label_without_a_value_is_unreadable() -> None:
    candidates = [
        certificate(values, file=f"证书/{i + 1}.jpg", empty_labels=[Field.ISSUED_ON])
        for i, values in enumerate(PEOPLE)
    ]

    result = check(sheet_of(PEOPLE), candidates)

    assert {row.fields[Field.ISSUED_ON].status for row in result.rows} == {Status.UNREADABLE}


def test_title_that_no_paper_states_is_not_proven() -> None:
    candidates = [
        certificate(values, file=f"证书/{i + 1}.jpg", without=[Field.TITLE])
        for i, values in enumerate(PEOPLE)
    ]

    assert verdicts(check(sheet_of(PEOPLE), candidates)) == [Verdict.REVIEW] * 8


def test_date_of_the_approval_speaks_when_the_certificate_is_silent() -> None:
    candidates = [
        certificate(values, file=f"证书/{i + 1}.jpg", without=[Field.GRANTED_ON])
        for i, values in enumerate(PEOPLE)
    ]
    names = [values[Field.NAME] for values in PEOPLE]
    paper = approval(names, granted_on="2016-12-28")

    result = check(sheet_of(PEOPLE, granted_on="2016-12-20"), candidates, [paper])

    assert verdicts(result) == [Verdict.REJECT] + [Verdict.CLEAR] * 7


def test_blank_cell_that_paper_fills_is_missing() -> None:
    result = check(sheet_of(PEOPLE, issued_on="", granted_on=""))

    first = result.rows[0]
    assert first.fields[Field.ISSUED_ON].status is Status.MISSING
    assert [issue.kind for issue in first.issues] == [Kind.MISSING_VALUE] * 2


def test_blank_column_is_one_remark() -> None:
    rows = [sheet_row(values, row_number=4 + i, issuer="") for i, values in enumerate(PEOPLE)]

    result = check(sheet_table(rows))

    assert verdicts(result) == [Verdict.CLEAR] * 8
    assert any("发证机构" in remark for remark in result.batch.remarks)


def test_spelling_is_listed_as_format_and_stops_nobody() -> None:
    rows = [sheet_row(values, row_number=4 + i) for i, values in enumerate(PEOPLE)]
    rows[0] = sheet_row(
        PEOPLE[0],
        row_number=4,
        cells={
            Field.NAME: CellValue("赵 晓 鸥", "赵晓鸥"),
            Field.GRANTED_ON: CellValue("2016.12.28", "2016-12-28"),
        },
    )

    first = check(sheet_table(rows)).rows[0]

    assert first.verdict is Verdict.CLEAR
    assert first.fields[Field.NAME].kind is Kind.FORMAT_ONLY
    assert first.fields[Field.GRANTED_ON].kind is Kind.FORMAT_ONLY


@pytest.mark.parametrize(
    ("changes", "kind", "verdict"),
    [
        pytest.param({"id_number": "610103197001010008"}, Kind.INVALID_ID_NUMBER, Verdict.REJECT, id="check"),
        pytest.param({"id_number": "610103198001010000"}, Kind.INVALID_ID_NUMBER, Verdict.REJECT, id="excel"),
        pytest.param({"granted_on": "2009-12-31"}, Kind.OUT_OF_SCOPE_BEFORE_2010, Verdict.REJECT, id="scope"),
        pytest.param({"certificate_status": "已办电子证书"}, Kind.HAS_E_CERTIFICATE, Verdict.REJECT, id="e"),
        pytest.param(
            {"birth_date": "1970-01-09"}, Kind.BIRTH_DATE_CONFLICTS_WITH_ID, Verdict.REVIEW, id="birth"
        ),
        pytest.param({"gender": "男"}, Kind.GENDER_CONFLICTS_WITH_ID, Verdict.REVIEW, id="gender"),
        pytest.param({"level": "副高级"}, Kind.LEVEL_CONFLICTS_WITH_TITLE, Verdict.REVIEW, id="level"),
        pytest.param({"series": "卫生"}, Kind.SERIES_CONFLICTS_WITH_TITLE, Verdict.REVIEW, id="series"),
        pytest.param({"issued_on": "2016-01-01"}, Kind.DATES_OUT_OF_ORDER, Verdict.REVIEW, id="order"),
    ],
)
def test_row_is_checked_against_itself(changes: Mapping[str, str], kind: Kind, verdict: Verdict) -> None:
    first = check(sheet_of(PEOPLE, **changes)).rows[0]

    assert kind in kinds(first)
    assert first.verdict in (verdict, Verdict.REJECT)


def test_messages_never_show_a_whole_id_number() -> None:
    other = id_number("1970-01-01", serial=9)
    result = check(sheet_of(PEOPLE, id_number=other))

    text = "".join(issue.message for issue in result.rows[0].issues)
    assert other not in text
    assert PEOPLE[0][Field.ID_NUMBER] not in text
    assert "第16、17、18位" in text


def test_empty_batch_gives_an_empty_result() -> None:
    result = match_batch("批次", [], [], [], alphabet=frozenset())

    assert result.rows == ()
    assert result.batch.approval_number_status is Status.MISSING


def test_half_hidden_date_is_borne_out_by_the_colleagues() -> None:
    candidates = certificates_of(PEOPLE)
    hidden = reading("", raw="一七年三月六日", under_seal=True)
    candidates[0] = certificate(PEOPLE[0], issued_on=hidden)

    right = check(sheet_of(PEOPLE), candidates).rows[0]
    wrong = check(sheet_of(PEOPLE, issued_on="2017-03-16"), candidates).rows[0]

    assert right.verdict is Verdict.CLEAR
    assert wrong.fields[Field.ISSUED_ON].status is Status.UNREADABLE


def test_fragment_of_an_issuer_does_not_excuse_another_office() -> None:
    candidates = certificates_of(PEOPLE)
    candidates[0] = certificate(PEOPLE[0], issuer=reading("保障局", under_seal=True))

    right = check(sheet_of(PEOPLE), candidates).rows[0]
    wrong = check(sheet_of(PEOPLE, issuer="宝鸡市人力资源和社会保障局"), candidates).rows[0]

    assert right.verdict is Verdict.CLEAR
    assert wrong.verdict is Verdict.REVIEW


def test_level_is_held_against_the_title_on_paper() -> None:
    candidates = [
        certificate(values, file=f"证书/{i + 1}.jpg", without=[Field.LEVEL, Field.SERIES])
        for i, values in enumerate(PEOPLE)
    ]

    first = check(sheet_of(PEOPLE, level="高级", series="工程"), candidates).rows[0]

    assert first.fields[Field.LEVEL].kind is Kind.DIFFERENT_VALUE
    assert first.fields[Field.SERIES].status is Status.MISMATCH
