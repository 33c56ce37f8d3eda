"""Whole batches: which row meets which certificate."""

import pytest

from domain.fields import Field
from domain.findings import Kind, Status, Verdict
from tests.batches import PEOPLE, check, kinds, verdicts
from tests.factories import (
    approval,
    approval_entry,
    approval_of,
    certificate,
    certificates_of,
    id_number,
    person,
    sheet_of,
    sheet_row,
    sheet_table,
)


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
    assert result.batch.certificate_used_twice == (), "one mistake is named once"
    assert result.batch.absent_from_approval == (), "the list names one person once"
    assert result.rows[1].verdict is Verdict.REVIEW, "the proven one waits for a person"
    assert result.rows[8].verdict is Verdict.REJECT
    assert Kind.DUPLICATE_ROW in kinds(result.rows[8])
    assert Kind.CERTIFICATE_USED_TWICE not in kinds(result.rows[8])


OLDER = person(
    1,
    title="二级教师",
    level="初级",
    granted_on="2012-11-01",
    issued_on="2013-01-05",
    certificate_number="A1",
)
NEWER = person(
    1,
    title="一级教师",
    level="中级",
    granted_on="2017-11-01",
    issued_on="2018-01-05",
    certificate_number="B2",
)
"""Two titles of one person."""


def test_certificates_of_two_titles_of_one_person_each_find_their_row() -> None:
    names = approval_of([OLDER, NEWER])

    result = check(sheet_of([NEWER, OLDER]), certificates_of([OLDER, NEWER]), [names])

    assert [row.certificate and row.certificate.file for row in result.rows] == ["证书/2.jpg", "证书/1.jpg"]
    assert verdicts(result) == [Verdict.CLEAR] * 2
    assert not result.batch.duplicate_rows


def test_certificate_of_another_title_does_not_serve_a_second_row() -> None:
    result = check(sheet_of([OLDER, NEWER]), certificates_of([NEWER]), [])

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
