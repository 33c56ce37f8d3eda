"""The measured curves: complete, monotone, and no surer than their samples."""

import json
import math
from importlib.resources import files
from typing import Any

import pytest

from bench.calibration_fit import BORROWED_READINGS
from domain.fields import Field
from domain.records import Grade
from matching.agreement import Agreement
from matching.calibration import (
    DIFFERING_CELLS,
    GROUPS,
    ORDERED_CELLS,
    Cell,
    Condition,
    Group,
    Look,
    condition_of,
    measured_nats,
)
from matching.compare import compare_reading, recognised_nats
from matching.options import MatchingOptions
from tests.factories import reading

OPTIONS = MatchingOptions()
STORED: dict[str, Any] = json.loads(files("matching").joinpath("calibration.json").read_text("utf-8"))
FIELD_OF = {group: field for field, group in GROUPS.items()}
CONDITIONS = (None, *Condition)


def test_every_field_and_condition_has_a_whole_curve() -> None:
    assert set(GROUPS) == set(Field)
    for field in Field:
        for condition in CONDITIONS:
            assert all(math.isfinite(measured_nats(field, cell, condition)) for cell in Cell)


@pytest.mark.parametrize("group", list(Group))
def test_evidence_never_falls_from_equal_to_plainly_different(group: Group) -> None:
    for condition in CONDITIONS:
        rising = [measured_nats(FIELD_OF[group], cell, condition) for cell in ORDERED_CELLS]
        assert rising == sorted(rising)
        assert rising[0] < 0 < rising[-1]


def test_no_curve_is_surer_than_its_samples() -> None:
    for by_condition in STORED["curves"].values():
        for curve in by_condition.values():
            cap = math.log(1 + curve["readings"] + BORROWED_READINGS)
            assert all(abs(row[-1]) <= cap + 0.01 for row in curve["cells"].values())


def test_file_says_how_it_was_made() -> None:
    assert STORED["made_by"].startswith("python -m bench.calibrate --seed ")
    assert STORED["corpus"]["readings"] > 0
    for shares in STORED["false_values"].values():
        assert sum(shares.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("look", "cell"),
    [
        (Look(Agreement.EQUAL, 0.0, 0.995), Cell.EQUAL_SURE),
        (Look(Agreement.EQUAL, 0.0, 0.95), Cell.EQUAL),
        (Look(Agreement.EQUAL, 0.0, 0.5), Cell.EQUAL_FAINT),
        (Look(Agreement.AGREES, 0.0, 0.99), Cell.AGREES),
        (Look(Agreement.EQUAL, 0.0, 0.99, is_split=True), Cell.SPLIT),
        (Look(Agreement.DIFFERS, 0.3, 0.99), Cell.RATIO_0),
        (Look(Agreement.DIFFERS, 5.0, 0.99), Cell.RATIO_4),
        (Look(Agreement.NEAR, 7.0, 0.99), Cell.RATIO_6),
        (Look(Agreement.DIFFERS, math.inf, 0.99), Cell.RATIO_13),
        (Look(Agreement.DIFFERS, 9.5, 0.99, is_split=True), Cell.RESCUED),
        (Look(Agreement.DIFFERS, 9.5, 0.99, is_hidden=True), Cell.HIDDEN),
        (Look(Agreement.DIFFERS, 0.5, 0.99, is_legible=False, fits=True), Cell.FITS),
        (Look(Agreement.DIFFERS, 8.0, 0.99, is_legible=False), Cell.ILLEGIBLE),
    ],
)
def test_look_has_its_cell(look: Look, cell: Cell) -> None:
    assert look.cell is cell


def test_ink_over_the_line_counts_more_than_the_grade_of_the_page() -> None:
    assert condition_of(Grade.GOOD, under_seal=True) is Condition.SEALED
    assert condition_of(Grade.POOR, under_seal=False) is Condition.POOR
    assert condition_of(None, under_seal=False) is None


@pytest.mark.parametrize("grade", [None, *Grade])
def test_grade_of_the_page_chooses_the_curve(grade: Grade | None) -> None:
    found = compare_reading(
        Field.NAME, "李鸣", reading("李明"), alphabet=frozenset(), options=OPTIONS, grade=grade
    )

    condition = Condition(grade.value) if grade else None
    assert found.nats == recognised_nats(Field.NAME, found.cell, condition, OPTIONS)


def test_reading_that_differs_never_speaks_for_the_value() -> None:
    for field in Field:
        for cell in DIFFERING_CELLS:
            for condition in CONDITIONS:
                assert recognised_nats(field, cell, condition, OPTIONS) >= 0
