"""One posterior per field: a sum that can be shown, and outcomes that are what they say."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from domain.fields import Field
from domain.findings import BatchResult, FieldFinding, Source, Status, Verdict
from domain.records import CandidateRecord, FieldReading, PageQuality, TextLine
from matching.batch import match_batch
from matching.options import MatchingOptions
from tests.factories import (
    WHOLE_PAGE,
    approval,
    approval_of,
    certificate,
    certificates_of,
    noisy_lattice,
    person,
    reading,
    sheet_of,
)

PEOPLE = [person(i) for i in range(8)]
OPTIONS = MatchingOptions()
GOOD = PageQuality(dpi=200, sharpness=0.8, contrast=0.8, speckle=0.0, doubt=0.0)
POOR = PageQuality(dpi=100, sharpness=0.2, contrast=0.5, speckle=3.0, doubt=0.5)


def check(
    candidates: Sequence[CandidateRecord] | None = None,
    *,
    with_approval: bool = True,
    qualities: Mapping[tuple[str, int], PageQuality] | None = None,
    people: Sequence[Mapping[Field, str]] = PEOPLE,
    changes: Mapping[str, str] | None = None,
) -> BatchResult:
    return match_batch(
        "批次",
        [sheet_of(people, **(changes or {}))],
        certificates_of(PEOPLE) if candidates is None else candidates,
        [approval_of(PEOPLE)] if with_approval else [],
        alphabet=frozenset(),
        qualities=qualities,
    )


def first_certificate(readings: Mapping[str, FieldReading]) -> list[CandidateRecord]:
    own = certificate(PEOPLE[0])
    found = {**own.readings, **{Field(name): given for name, given in readings.items()}}
    return [replace(own, readings=found), *certificates_of(PEOPLE)[1:]]


def nats(found: FieldFinding, source: Source) -> float:
    (part,) = (part for part in found.contributions if part.source is source)
    return part.nats


CASES = [
    pytest.param({}, {}, id="all-right"),
    pytest.param({}, {"name": "赵小鸥"}, id="homophone"),
    pytest.param({}, {"id_number": "610103197001010008"}, id="check-digit"),
    pytest.param({}, {"birth_date": "1970-01-09"}, id="conflict-with-number"),
    pytest.param({}, {"issued_on": "2016-01-01"}, id="dates-out-of-order"),
    pytest.param({"issued_on": reading("", raw="一七年三月六日", under_seal=True)}, {}, id="half-hidden"),
    pytest.param({"issuer": reading("保障局", under_seal=True)}, {}, id="fragment"),
    pytest.param({"name": reading("赵晓鸥", exact=True)}, {"name": "赵小鸥"}, id="text-layer"),
]


@pytest.mark.parametrize(("paper", "changes"), CASES)
def test_contributions_add_up_to_the_log_odds_of_the_probability(
    paper: dict[str, FieldReading], changes: dict[str, str]
) -> None:
    result = check(first_certificate(paper), changes=changes)

    findings = [found for row in result.rows for found in row.fields.values()]
    assert any(len(found.contributions) > 2 for found in findings)
    for found in findings:
        assert (found.probability is None) is (found.contributions == ())
        if found.probability is not None:
            assert found.contributions[0].source is Source.PRIOR
            odds = math.log(found.probability / (1 - found.probability))
            assert sum(part.nats for part in found.contributions) == pytest.approx(odds, abs=1e-6)
            assert all(part.sentence for part in found.contributions)


def test_sentences_name_no_value() -> None:
    """They stand in every report, also where numbers are hidden."""
    result = check(changes={"id_number": PEOPLE[1][Field.ID_NUMBER], "birth_date": "1971-05-05"})

    sentences = "".join(
        part.sentence for row in result.rows for f in row.fields.values() for part in f.contributions
    )
    for field in (Field.NAME, Field.ID_NUMBER, Field.BIRTH_DATE):
        assert PEOPLE[0][field] not in sentences


def test_arithmetic_of_the_number_speaks_for_and_against() -> None:
    right, wrong = check().rows[0], check(changes={"birth_date": "1970-01-09", "gender": "男"}).rows[0]

    for field in (Field.BIRTH_DATE, Field.GENDER):
        assert nats(right.fields[field], Source.ID_ARITHMETIC) < 0
        assert nats(wrong.fields[field], Source.ID_ARITHMETIC) > 0
    assert nats(right.fields[Field.ID_NUMBER], Source.ID_ARITHMETIC) < 0


def test_rare_name_proves_more_than_a_common_one() -> None:
    people = [person(0, name="张伟"), person(1, name="蔺璠珏"), *PEOPLE[2:]]
    rows = check(certificates_of(people), with_approval=False, people=people).rows

    common, rare = (nats(row.fields[Field.NAME], Source.NAME_FREQUENCY) for row in rows[:2])
    assert rare < common


def test_name_that_the_paper_does_not_say_gets_no_credit_for_being_rare() -> None:
    found = check(with_approval=False, changes={"name": "赵小鸥"}).rows[0].fields[Field.NAME]

    assert all(part.source is not Source.NAME_FREQUENCY for part in found.contributions)


def test_year_of_the_document_number_and_order_of_dates_speak() -> None:
    right = check().rows[0].fields[Field.GRANTED_ON]
    wrong = check(changes={"granted_on": "2019-12-28"}).rows[0].fields[Field.GRANTED_ON]

    assert nats(right, Source.DOCUMENT_YEAR) < 0 < nats(wrong, Source.DOCUMENT_YEAR)
    assert nats(right, Source.DATE_ORDER) < 0 < nats(wrong, Source.DATE_ORDER)


def test_circumstances_never_clear_what_paper_leaves_in_doubt() -> None:
    """The birth date fits the number, but the paper rather says another day."""
    lattice = noisy_lattice("1970-01-08", {9: {"1": 0.05}})
    doubtful = reading("1970-01-08", lattice=lattice)

    first = check(first_certificate({"birth_date": doubtful}), with_approval=False).rows[0]

    assert first.fields[Field.BIRTH_DATE].status is Status.UNREADABLE
    assert first.verdict is Verdict.REVIEW


def test_text_layer_does_not_outweigh_a_certificate_that_plainly_says_a_look_alike() -> None:
    """The list says the row's name; the certificate, sure of itself, one that only looks like it."""
    people = [person(0, name="赵未"), *PEOPLE[1:]]
    candidates = [certificate(people[0], name="赵末"), *certificates_of(people)[1:]]
    sheet, papers = sheet_of(people), [approval_of(people)]

    first = match_batch("批次", [sheet], candidates, papers, alphabet=frozenset()).rows[0]

    assert first.fields[Field.NAME].status is Status.MISMATCH
    assert first.verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("field", "submitted"),
    [("employer", "安市第一中学"), ("employer", "西安市第一中")],
)
def test_value_that_lost_a_character_is_not_found_within_the_whole_one(field: str, submitted: str) -> None:
    """The paper's longer text holds every character of the row's, and yet says something else."""
    line = TextLine(PEOPLE[0][Field(field)], WHOLE_PAGE, 0.98, noisy_lattice(PEOPLE[0][Field(field)]))
    candidates = certificates_of(PEOPLE)
    candidates[0] = replace(candidates[0], lines=((1, line),))

    first = check(candidates, changes={field: submitted}).rows[0]

    assert first.fields[Field(field)].status is Status.MISMATCH
    assert first.verdict is Verdict.REVIEW


def test_year_alone_is_no_witness_for_a_doubtful_day() -> None:
    lattice = noisy_lattice("2016-12-28", {9: {"6": 0.004}})
    candidates = first_certificate({"granted_on": reading("2016-12-28", lattice=lattice)})
    paper = approval([values[Field.NAME] for values in PEOPLE])
    entries = tuple(
        replace(e, readings={**e.readings, Field.GRANTED_ON: reading("2016")}) for e in paper.entries
    )
    sheet = sheet_of(PEOPLE, granted_on="2016-12-26")

    first = match_batch(
        "批次", [sheet], candidates, [replace(paper, entries=entries)], alphabet=frozenset()
    ).rows[0]

    assert first.fields[Field.GRANTED_ON].status is not Status.MATCH
    assert first.verdict is not Verdict.CLEAR


def test_row_against_itself_is_no_doubt_about_the_paper() -> None:
    """Row and certificate agree on a birth date that the ID number contradicts."""
    first = check(
        first_certificate({"birth_date": reading("1970-01-09")}), changes={"birth_date": "1970-01-09"}
    ).rows[0]

    assert first.fields[Field.BIRTH_DATE].status is Status.MATCH
    assert first.verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(reading("", raw="一九年月"), id="illegible"),
        pytest.param(reading("1970-01-01", raw="1970年1月1日", under_seal=True), id="hidden"),
    ],
)
def test_damage_is_never_a_mismatch_whatever_the_row_says_against_itself(damaged: FieldReading) -> None:
    candidates = first_certificate({"birth_date": damaged})

    first = check(candidates, with_approval=False, changes={"birth_date": "1970-01-11"}).rows[0]

    assert first.fields[Field.BIRTH_DATE].status is Status.UNREADABLE
    assert first.verdict is Verdict.REVIEW


def test_field_without_paper_is_not_on_the_document_and_has_no_probability() -> None:
    candidates = [
        certificate(values, file=f"证书/{i + 1}.jpg", without=[Field.BIRTH_DATE, Field.GENDER])
        for i, values in enumerate(PEOPLE)
    ]

    found = check(candidates, changes={"birth_date": "1970-01-09"}).rows[0].fields[Field.BIRTH_DATE]

    assert (found.status, found.probability, found.contributions) == (Status.NOT_ON_DOCUMENT, None, ())


def test_colleagues_that_bear_out_a_half_hidden_value_are_a_contribution() -> None:
    hidden = reading("", raw="一七年三月六日", under_seal=True)

    first = check(first_certificate({"issued_on": hidden})).rows[0]

    assert first.verdict is Verdict.CLEAR
    assert nats(first.fields[Field.ISSUED_ON], Source.BATCH) == -OPTIONS.witness_nats


def test_quality_of_the_page_stands_beside_the_evidence() -> None:
    qualities = {("证书/1.jpg", 1): GOOD, ("证书/2.jpg", 1): POOR}

    first, second, third, *_ = check(qualities=qualities).rows

    found = [row.fields[Field.NAME].evidence for row in (first, second, third)]
    assert [e.quality if e else None for e in found] == [GOOD, POOR, None]


def test_paper_says_what_the_comparison_looked_like_and_what_is_stated_does_not() -> None:
    papers = first_certificate(
        {
            "name": reading("赵晓鸥"),
            "title": reading(PEOPLE[0][Field.TITLE], exact=True),
            "gender": reading(PEOPLE[0][Field.GENDER], under_seal=True),
        }
    )
    qualities = {("证书/1.jpg", 1): POOR}
    fields = check(papers, with_approval=False, qualities=qualities).rows[0].fields

    def said(field: Field) -> tuple[str | None, str | None]:
        (part,) = (p for p in fields[field].contributions if p.source is Source.CERTIFICATE)
        return part.cell, part.condition

    assert said(Field.NAME) == ("equal", "poor")
    assert said(Field.TITLE) == (None, None), "nothing was recognised"
    assert said(Field.GENDER) == ("equal", "sealed")
    assert all(
        (part.cell, part.condition) == (None, None)
        for found in fields.values()
        for part in found.contributions
        if part.source not in (Source.CERTIFICATE, Source.APPROVAL)
    )
