"""Whole batches: what is cleared, what is asked, what is said."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from domain.fields import Field
from domain.findings import Kind, Status, Verdict
from domain.records import CellValue
from matching.batch import match_batch
from tests.batches import PEOPLE, check, kinds, verdicts
from tests.factories import (
    approval,
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


def test_what_the_list_says_in_text_was_not_misread_on_the_certificate() -> None:
    people = [person(0, name="孙子山")]
    candidates = [certificate(people[0], name=reading("孙子山", under_seal=True))]

    first = check(sheet_of(people, name="孙了山"), candidates, [approval_of(people)]).rows[0]

    assert first.verdict is Verdict.REJECT
    (message,) = (issue.message for issue in first.issues if issue.field is Field.NAME)
    assert "疑为录入错误" in message


def test_two_papers_against_the_sheet_reject_it() -> None:
    result = check(sheet_of(PEOPLE, name="赵小鸥"))

    assert result.rows[0].verdict is Verdict.REJECT
    assert result.rows[0].approval is not None


def test_one_recognised_paper_against_the_sheet_asks_a_person() -> None:
    result = check(sheet_of(PEOPLE, name="赵小鸥"), approvals=[])

    assert result.rows[0].verdict is Verdict.REVIEW


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


def test_date_is_compared_in_the_way_the_paper_writes_it() -> None:
    candidates = certificates_of(PEOPLE)
    lattice = noisy_lattice("二〇一六年十二月二十八日", {3: {"五": 0.4}})
    written = reading("2016-12-28", raw="二〇一六年十二月二十八日", lattice=lattice)
    candidates[0] = certificate(PEOPLE[0], granted_on=written)

    first = check(sheet_of(PEOPLE, granted_on="2015-12-28"), candidates, []).rows[0]

    assert first.fields[Field.GRANTED_ON].status is Status.MATCH
    assert 0.01 < (first.fields[Field.GRANTED_ON].probability or 0) < 0.1


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


def test_level_is_held_against_the_title_on_paper() -> None:
    candidates = [
        certificate(values, file=f"证书/{i + 1}.jpg", without=[Field.LEVEL, Field.SERIES])
        for i, values in enumerate(PEOPLE)
    ]

    first = check(sheet_of(PEOPLE, level="高级", series="工程"), candidates).rows[0]

    assert first.fields[Field.LEVEL].kind is Kind.DIFFERENT_VALUE
    assert first.fields[Field.SERIES].status is Status.MISMATCH
