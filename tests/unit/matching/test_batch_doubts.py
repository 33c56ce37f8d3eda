"""Values read with doubt, whole: what settles them and what only a person can."""

import pytest

from domain.fields import Field
from domain.findings import Kind, Status, Verdict
from tests.batches import ALPHABET, PEOPLE, check, kinds
from tests.factories import (
    approval_of,
    certificate,
    certificates_of,
    id_number,
    noisy_lattice,
    person,
    reading,
    sheet_of,
)


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


@pytest.mark.parametrize("submitted", ["2016-12-28", "2015-12-28"])
def test_two_images_of_one_date_that_differ_are_a_doubt(submitted: str) -> None:
    alone = PEOPLE[:1]
    split = reading("2016-12-28", raw="2016年12月28日", seconds=(noisy_lattice("2015年12月28日"),))
    candidates = [certificate(alone[0], granted_on=split)]

    first = check(sheet_of(alone, granted_on=submitted), candidates).rows[0]

    assert first.verdict is Verdict.REVIEW
    assert first.fields[Field.GRANTED_ON].status is Status.UNREADABLE


@pytest.mark.parametrize(
    ("better", "other", "status"),
    [
        pytest.param("2016-12-28", "2015-12-28", Status.MATCH, id="the-better-image-says-what-they-say"),
        pytest.param("2015-12-28", "2016-12-28", Status.UNREADABLE, id="only-the-other-one-does"),
    ],
)
def test_colleagues_bear_out_the_better_of_two_images_of_a_date(
    better: str, other: str, status: Status
) -> None:
    candidates = certificates_of(PEOPLE)
    split = reading(better, seconds=(noisy_lattice(other),), under_seal=True)
    candidates[0] = certificate(PEOPLE[0], granted_on=split)

    found = check(sheet_of(PEOPLE, granted_on="2016-12-28"), candidates).rows[0].fields[Field.GRANTED_ON]

    assert found.status is status


def test_split_readings_are_no_witnesses_for_each_other() -> None:
    split = reading("2016-12-28", seconds=(noisy_lattice("2015-12-28"),), under_seal=True)
    candidates = [
        certificate(values, file=f"证书/{i + 1}.jpg", granted_on=split) for i, values in enumerate(PEOPLE)
    ]

    rows = check(sheet_of(PEOPLE), candidates).rows

    assert {row.fields[Field.GRANTED_ON].status for row in rows} == {Status.UNREADABLE}


def test_ink_that_may_hide_a_digit_is_a_doubt() -> None:
    candidates = certificates_of(PEOPLE)
    hidden = reading("2017-03-01", raw="2017年3月1日", under_seal=True)
    candidates[0] = certificate(PEOPLE[0], issued_on=hidden)

    first = check(sheet_of(PEOPLE, issued_on="2017-03-11"), candidates).rows[0]

    assert first.fields[Field.ISSUED_ON].status is Status.UNREADABLE


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


def test_field_lost_under_a_seal_is_unreadable_when_like_forms_have_it() -> None:
    candidates = certificates_of(PEOPLE)
    candidates[0] = certificate(PEOPLE[0], without=[Field.ISSUED_ON])

    first = check(sheet_of(PEOPLE), candidates).rows[0]

    assert first.fields[Field.ISSUED_ON].status is Status.UNREADABLE
    assert first.verdict is Verdict.REVIEW


def test_half_hidden_date_is_borne_out_by_the_colleagues() -> None:
    candidates = certificates_of(PEOPLE)
    hidden = reading("", raw="一七年三月六日", under_seal=True)
    candidates[0] = certificate(PEOPLE[0], issued_on=hidden)

    right = check(sheet_of(PEOPLE), candidates).rows[0]
    wrong = check(sheet_of(PEOPLE, issued_on="2017-03-16"), candidates).rows[0]

    assert right.verdict is Verdict.CLEAR
    assert wrong.fields[Field.ISSUED_ON].status is Status.UNREADABLE


@pytest.mark.parametrize(
    ("raw", "seconds", "status"),
    [
        pytest.param("二〇十七年三月六日", (), Status.MATCH, id="a-stroke-of-the-seal-through-a-digit"),
        pytest.param("二〇年三专月六日", (), Status.MATCH, id="lettering-of-the-seal-in-it"),
        pytest.param("二年月日", ("二〇七年三月六日",), Status.MATCH, id="the-other-image-shows-more"),
        pytest.param("二〇七年三月八日", (), Status.UNREADABLE, id="another-day"),
        pytest.param("二〇七年十三月六日", (), Status.UNREADABLE, id="a-ten-that-is-no-digit-of-a-year"),
    ],
)
def test_damaged_date_is_borne_out_when_nothing_in_it_is_another(
    raw: str, seconds: tuple[str, ...], status: Status
) -> None:
    candidates = certificates_of(PEOPLE)
    damaged = reading("", raw=raw, seconds=tuple(map(noisy_lattice, seconds)), under_seal=True)
    candidates[0] = certificate(PEOPLE[0], issued_on=damaged)

    assert check(sheet_of(PEOPLE), candidates).rows[0].fields[Field.ISSUED_ON].status is status


def test_fragment_of_an_issuer_does_not_excuse_another_office() -> None:
    candidates = certificates_of(PEOPLE)
    candidates[0] = certificate(PEOPLE[0], issuer=reading("保障局", under_seal=True))

    right = check(sheet_of(PEOPLE), candidates).rows[0]
    wrong = check(sheet_of(PEOPLE, issuer="宝鸡市人力资源和社会保障局"), candidates).rows[0]

    assert right.verdict is Verdict.CLEAR
    assert wrong.verdict is Verdict.REVIEW
