"""One value against one reading."""

import math
from dataclasses import replace

import pytest

from domain.fields import Field
from domain.findings import Contribution, Source
from domain.lattice import Lattice
from matching.agreement import Agreement
from matching.compare import compare_reading, likelihood_ratio
from matching.evidence import prior_of, probability_of
from matching.options import MatchingOptions
from tests.factories import noisy_lattice, reading

OPTIONS = MatchingOptions()
ALL: frozenset[str] = frozenset()


def probability(field: Field, *nats: float) -> float:
    parts = [Contribution(Source.CERTIFICATE, one, "证书") for one in nats]
    return probability_of([prior_of(field, OPTIONS), *parts])


def test_only_the_value_is_exchanged_in_its_line() -> None:
    """What stands around the value must not be held against the row."""
    lattice = noisy_lattice("于2016年12月28日评审通过", {4: {"5": 0.3}})

    ratio = likelihood_ratio(Field.GRANTED_ON, "2015-12-28", lattice, "2016-12-28")

    assert ratio == pytest.approx(math.log(0.698 / 0.3), abs=0.01)


def test_submitted_day_does_not_count_where_the_paper_has_only_the_month() -> None:
    lattice = noisy_lattice("1994.06", {6: {"8": 0.3}})

    assert likelihood_ratio(Field.BIRTH_DATE, "1994-08-12", lattice, "1994-06") < 1


def test_text_layer_makes_other_values_impossible() -> None:
    assert likelihood_ratio(Field.NAME, "李鸣", Lattice.of_text("李明"), "李明") == math.inf


def test_plain_difference_is_capped() -> None:
    found = compare_reading(Field.NAME, "李鸣", reading("李明", exact=True), alphabet=ALL, options=OPTIONS)

    assert found.nats == OPTIONS.evidence_cap
    assert found.is_plain
    assert found.is_exact


def test_surer_readings_support_more() -> None:
    sure, unsure = (
        compare_reading(
            Field.NAME, "李明", reading("李明", confidence=confidence), alphabet=ALL, options=OPTIONS
        )
        for confidence in (0.99, 0.6)
    )

    assert sure.nats < unsure.nats < 0


def test_body_names_never_prove_a_row_wrong_alone() -> None:
    found = compare_reading(
        Field.ISSUER, "宝鸡市教育局", reading("西安市卫生局"), alphabet=ALL, options=OPTIONS
    )

    assert probability(Field.ISSUER, found.nats) < OPTIONS.mismatch_probability


@pytest.mark.parametrize("submitted", ["欧阳翠", "欧阳翠英", "李明"])
def test_a_value_cut_off_by_the_picture_neither_proves_nor_refutes(submitted: str) -> None:
    cut_off = replace(reading("欧阳翠"), cut_off=True)

    found = compare_reading(Field.NAME, submitted, cut_off, alphabet=ALL, options=OPTIONS)

    assert not found.is_legible
    assert not found.supports
    assert not found.is_plain
    assert found.is_doubtful


def test_illegible_value_is_not_a_difference() -> None:
    damaged = reading("", raw="二〇五年十二月")

    found = compare_reading(Field.GRANTED_ON, "2015-12-01", damaged, alphabet=ALL, options=OPTIONS)

    assert not found.is_legible
    assert found.agreement is Agreement.DIFFERS
    assert not found.is_plain


def test_image_that_says_the_value_nearly_as_well_counts_for_it() -> None:
    lattice = noisy_lattice("二〇一八年十三月", {6: {"二": 0.45}})
    damaged = reading("", raw="二〇一八年十三月", lattice=lattice)

    found = compare_reading(Field.GRANTED_ON, "2018-12", damaged, alphabet=ALL, options=OPTIONS)

    assert found.agreement is Agreement.AGREES


def test_second_reading_without_a_whole_date_is_damage_not_contradiction() -> None:
    damaged = reading(
        "2016-12-28", raw="2016年12月28日", seconds=(noisy_lattice("2015年"), noisy_lattice(""))
    )

    found = compare_reading(Field.GRANTED_ON, "2016-12-28", damaged, alphabet=ALL, options=OPTIONS)

    assert found.supports


def test_second_reading_that_says_the_row_turns_a_difference_into_doubt() -> None:
    split = reading("2016-12-28", raw="2016年12月28日", seconds=(noisy_lattice("2016年12月20日"),))

    found = compare_reading(Field.GRANTED_ON, "2016-12-20", split, alphabet=ALL, options=OPTIONS)

    assert found.is_split
    assert not found.is_plain


@pytest.mark.parametrize(("read", "unverifiable"), [("赵负鸥", True), ("赵鸥", True), ("赵负旋", False)])
def test_unreadable_character_excuses_only_itself(read: str, *, unverifiable: bool) -> None:
    found = compare_reading(
        Field.NAME, "赵贠鸥", reading(read), alphabet=frozenset("赵负鸥旋"), options=OPTIONS
    )

    assert found.is_unverifiable is unverifiable


def test_probability_grows_with_every_source() -> None:
    values = [probability(Field.NAME, *nats) for nats in ([-6.0], [], [4.0], [4.0, 12.0], [1e9])]

    assert values == sorted(values)
    assert values[2] == pytest.approx(0.527, abs=0.01)
    assert values[0] >= 0
    assert values[-1] <= 1
