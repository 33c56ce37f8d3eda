"""Decisions beside the corpus: they move curves the right way, never far, never to the unsafe side."""

import argparse
import json
import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bench.calibrate import load_decisions, to_json
from bench.calibration import measure_decisions
from bench.calibration_fit import fit_curves
from bench.calibration_labels import LEAST_LABELS, keep_enough, load_labels, mix, print_labels, worth_of
from bench.calibration_pages import CorpusPlan
from bench.calibration_samples import Sample
from cli.wiring import make_options
from domain.fields import Field
from domain.findings import Source
from jobs.check import reader_version
from matching.calibration import DIFFERING_CELLS, ORDERED_CELLS, Cell, Condition, Group
from matching.compare import recognised_nats
from matching.evidence import prior_of
from matching.options import MatchingOptions
from review.labels import Label, write_labels

OURS, OLD = "10 ours", "9 old"
PLAN = CorpusPlan(1, 10, "samples", ("clean",))


def sample(cell: Cell, *, wrong: bool) -> Sample:
    about = (1, "name", "name", "good", wrong, "homophone" if wrong else "true", 1.0, cell.value, 0, 0.0)
    return Sample(*about, 0.98, under_seal=False, source="certificate", degradation="scan")


def label(
    cell: Cell, *, wrong: bool, weight: float = 1.0, field: Field = Field.NAME, reader: str = OURS
) -> Label:
    return Label(field, Source.CERTIFICATE, cell, Condition.GOOD, wrong, weight, reader, date(2026, 3, 2))


CORPUS = [
    *[sample(Cell.EQUAL, wrong=False)] * 380,
    *[sample(Cell.RATIO_4, wrong=False)] * 10,
    *[sample(Cell.RATIO_13, wrong=False)] * 10,
    *[sample(Cell.EQUAL, wrong=True)] * 4,
    *[sample(Cell.RATIO_4, wrong=True)] * 40,
    *[sample(Cell.RATIO_13, wrong=True)] * 356,
]
ALARMING = [
    *[label(Cell.EQUAL, wrong=False, weight=20)] * 100,
    *[label(Cell.RATIO_4, wrong=False)] * 500,
]
"""An office where right values often look like RATIO_4."""

ESCAPING = [
    *[label(Cell.EQUAL, wrong=True, weight=20)] * 20,
    *[label(Cell.RATIO_13, wrong=True)] * 200,
]
"""An office where wrong values were found among cleared rows."""


def _nats(labels: Sequence[Label], condition: str = "good") -> dict[Cell, float]:
    return dict(fit_curves(CORPUS, labels)[Group.NAME][condition].nats)


@pytest.mark.parametrize("condition", ["all", "good"])
def test_looks_that_right_values_often_have_speak_less_against_a_value(condition: str) -> None:
    before, after = _nats([], condition), _nats(ALARMING, condition)

    assert after[Cell.RATIO_4] < before[Cell.RATIO_4] - 0.5
    assert after[Cell.EQUAL] >= before[Cell.EQUAL]


def test_wrong_values_found_among_cleared_rows_make_agreement_prove_less() -> None:
    assert _nats(ESCAPING)[Cell.EQUAL] > _nats([])[Cell.EQUAL] + 0.5


def test_labels_never_let_a_look_speak_more_strongly_for_a_value() -> None:
    """No wrong value among cleared rows was seen: that is no proof that there is none."""
    unseen = [
        *[label(Cell.EQUAL_SURE, wrong=False, weight=20)] * 1000,
        *[label(Cell.FITS, wrong=False, weight=20)] * 1000,
        *[label(Cell.RATIO_13, wrong=True)] * 1000,
    ]

    before, after = _nats([]), _nats(unseen)

    assert all(after[cell] >= before[cell] for cell in Cell if cell not in DIFFERING_CELLS)


@pytest.mark.parametrize("labels", [ALARMING, ESCAPING, [*ALARMING, *ESCAPING]])
def test_curves_stay_monotone(labels: list[Label]) -> None:
    for by_condition in fit_curves(CORPUS, labels).values():
        for curve in by_condition.values():
            along = [curve.nats[cell] for cell in ORDERED_CELLS]
            assert along == sorted(along)


def test_labels_never_count_for_more_than_the_corpus() -> None:
    few, many = ([label(Cell.RATIO_13, wrong=False)] * count for count in (10_000, 1_000_000))

    assert mix({Cell.EQUAL: 100.0}, {Cell.RATIO_13: 100.0}, few) == mix(
        {Cell.EQUAL: 100.0}, {Cell.RATIO_13: 100.0}, many
    )
    right, wrong = mix({Cell.EQUAL: 100.0}, {Cell.RATIO_13: 100.0}, many)
    assert right == pytest.approx({Cell.EQUAL: 50.0, Cell.RATIO_13: 50.0})
    assert wrong == {Cell.RATIO_13: 100.0}, "the two sides stay equally many"


def test_a_state_of_the_page_that_the_corpus_lacks_learns_nothing_from_labels() -> None:
    assert mix({}, {}, ALARMING) == ({}, {})


def test_one_label_of_great_weight_counts_once() -> None:
    assert worth_of([label(Cell.EQUAL, wrong=True, weight=500)]) == pytest.approx(1.0)
    assert worth_of([label(Cell.EQUAL, wrong=True, weight=3)] * 7) == pytest.approx(7.0)
    assert worth_of([]) == 0.0


def test_how_many_values_are_wrong_in_service_does_not_move_the_curve() -> None:
    shapes = [label(Cell.EQUAL, wrong=False), label(Cell.RATIO_13, wrong=True)]

    often = _nats([*[shapes[0]] * 500, *[shapes[1]] * 500])
    seldom = _nats([*[shapes[0]] * 50_000, *[shapes[1]] * 500])

    assert often == pytest.approx(seldom)


def test_too_few_labels_of_a_group_are_ignored_for_each_side() -> None:
    enough = [label(Cell.EQUAL, wrong=False)] * LEAST_LABELS
    few = [label(Cell.RATIO_13, wrong=True)] * (LEAST_LABELS - 1)
    other_group = [label(Cell.EQUAL, wrong=False, field=Field.TITLE)] * (LEAST_LABELS - 1)

    assert keep_enough([*enough, *few, *other_group]) == enough


def test_labels_of_another_reader_are_ignored_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, again = (tmp_path / f"{name}.jsonl" for name in ("one", "two", "again"))
    ours = label(Cell.EQUAL, wrong=False)
    for path in (one, again):
        write_labels([ours] * 3, path)
    write_labels([label(Cell.EQUAL, wrong=True, reader=OLD)] * 2, two)

    assert load_labels([one, two, again], OURS) == [ours] * 3

    printed = capsys.readouterr().out
    assert f"ignored: 2 labels of another reader ({OLD})" in printed
    assert "again.jsonl: the same labels as" in printed


def test_the_command_takes_labels_of_the_present_reader(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    present = reader_version(make_options(workers=1, cache=None))
    path = tmp_path / "labels.jsonl"
    write_labels([label(Cell.EQUAL, wrong=False, reader=present), *ALARMING], path)

    labels = load_decisions(argparse.Namespace(decisions=[path], workers=1, cache=None))

    assert [one.reader for one in labels] == [present]
    print_labels(labels)
    assert "1 (too few) right, 0 (too few) wrong" in capsys.readouterr().out


def test_the_file_says_which_labels_were_used_and_nothing_without_them() -> None:
    without = json.loads(to_json(fit_curves(CORPUS), PLAN, "command", CORPUS))
    labels = [*ALARMING, *ESCAPING]
    with_labels = json.loads(to_json(fit_curves(CORPUS, labels), PLAN, "command", CORPUS, labels))

    assert "decisions" not in without["corpus"]
    assert to_json(fit_curves(CORPUS), PLAN, "", CORPUS) == to_json(
        fit_curves(CORPUS, []), PLAN, "", CORPUS, []
    )
    decisions = with_labels["corpus"].pop("decisions")
    assert (decisions["labels"], decisions["wrong"]) == (820, 220)
    assert decisions["labels_by_reader"] == {OURS: 820}
    assert decisions["labels_by_group"] == {"name": [600, 220]}
    assert with_labels["corpus"] == without["corpus"]
    assert with_labels["curves"]["name"]["good"]["readings"] == 400, "labels are no readings of the corpus"


def test_decisions_that_come_as_predicted_have_no_error() -> None:
    options = MatchingOptions()
    nats = recognised_nats(Field.NAME, Cell.RATIO_13, Condition.GOOD, options)
    odds = math.exp(prior_of(Field.NAME, options).nats + nats)
    labels = [
        label(Cell.RATIO_13, wrong=True, weight=1000 * odds),
        label(Cell.RATIO_13, wrong=False, weight=1000),
    ]

    assert measure_decisions(labels, even=False).error == pytest.approx(0.0, abs=1e-9)


def test_decisions_are_weighed_evenly_within_a_group_and_left_out_where_they_cannot_be() -> None:
    labels = [
        *[label(Cell.EQUAL_SURE, wrong=False)] * 99,
        label(Cell.RATIO_13, wrong=True),
        label(Cell.EQUAL, wrong=False, field=Field.TITLE),
    ]

    reliability = measure_decisions(labels, even=True)

    assert reliability.readings == 100
    assert sum(one.wrong for one in reliability.bins) == pytest.approx(50.0)
    assert reliability.error < 0.05
    assert measure_decisions([], even=False).error == 0.0
