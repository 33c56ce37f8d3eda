"""Making and testing the curves: false values, fitting, reliability."""

import json
import math
from pathlib import Path

import pytest

from bench.calibration import BINS, measure_reliability
from bench.calibration_example import main
from bench.calibration_fit import fit_curves, make_monotone
from bench.calibration_mutations import MIXTURES, Mutator
from bench.calibration_samples import Sample
from domain.fields import Field
from domain.id_numbers import IdProblem, parse_id_number
from matching.agreement import Agreement, compare_values
from matching.calibration import ORDERED_CELLS, Cell, Condition, Group
from matching.compare import recognised_nats
from matching.options import MatchingOptions

TRUE = {
    Field.NAME: "靳晓鸥",
    Field.ID_NUMBER: "610103198507152346",
    Field.CERTIFICATE_NUMBER: "SN20160417",
    Field.GRANTED_ON: "2016-12-28",
    Field.TITLE: "工程师",
    Field.EMPLOYER: "西安市第一中学",
    Field.GENDER: "女",
}
OTHERS = {
    Field.NAME: ["靳晓鸥", "张伟", "李静"],
    Field.ID_NUMBER: ["610103197001010018"],
    Field.CERTIFICATE_NUMBER: ["SN20160999"],
    Field.GRANTED_ON: ["2013-10-23"],
    Field.TITLE: ["高级教师"],
    Field.EMPLOYER: ["宝鸡市中心医院"],
    Field.GENDER: ["男", "女"],
}


KINDS = tuple(MIXTURES[Group.NUMBER])


def sample(cell: Cell, *, wrong: bool, share: float = 1.0, condition: str | None = "good") -> Sample:
    return Sample(
        1,
        "name",
        "name",
        condition,
        wrong,
        "homophone" if wrong else "true",
        share,
        cell.value,
        0,
        0.0,
        0.98,
        under_seal=False,
        source="certificate",
        degradation="scan",
    )


@pytest.mark.parametrize("field", list(TRUE))
def test_false_values_are_false_and_their_shares_add_up(field: Field) -> None:
    found = Mutator(OTHERS, seed=1).false_values(field, TRUE[field], key="甲")

    assert found
    assert sum(false.share for false in found) == pytest.approx(1.0)
    assert all(compare_values(field, false.text, TRUE[field]) < Agreement.AGREES for false in found)
    assert found == Mutator(OTHERS, seed=1).false_values(field, TRUE[field], key="甲")


def test_numbers_are_falsified_with_broken_and_with_repaired_check_digit() -> None:
    found = Mutator(OTHERS, seed=1).false_values(Field.ID_NUMBER, TRUE[Field.ID_NUMBER], key="甲")
    problems = {kind: {parse_id_number(f.text).problem for f in found if f.kind == kind} for kind in KINDS}

    assert {false.kind for false in found} == set(MIXTURES[Group.NUMBER])
    assert None not in problems["one_digit"] | problems["swapped_digits"] | problems["missing_character"]
    assert IdProblem.CHECK_DIGIT not in problems["check_repaired"]


def test_monotone_fit_keeps_what_rises_and_pools_what_falls() -> None:
    assert make_monotone([1.0, 2.0, 3.0], [1, 1, 1]) == [1.0, 2.0, 3.0]
    assert make_monotone([3.0, 1.0, 4.0], [1, 3, 1]) == [1.5, 1.5, 4.0]
    assert make_monotone([], []) == []


def test_curve_is_the_log_of_the_ratio_of_counts_within_what_the_samples_allow() -> None:
    right = [sample(Cell.EQUAL, wrong=False)] * 300 + [sample(Cell.RATIO_13, wrong=False)] * 100
    wrong = [sample(Cell.RATIO_13, wrong=True)] * 396 + [sample(Cell.EQUAL, wrong=True)] * 4

    curve = fit_curves([*right, *wrong])[Group.NAME]["good"]

    assert curve.nats[Cell.EQUAL] == pytest.approx(math.log(4 / 300), abs=0.2)
    assert curve.nats[Cell.RATIO_13] == pytest.approx(math.log(396 / 100), abs=0.1)
    assert list(map(curve.nats.__getitem__, ORDERED_CELLS)) == sorted(curve.nats[c] for c in ORDERED_CELLS)


def test_condition_never_seen_takes_the_wider_curve_and_claims_little() -> None:
    right = [sample(Cell.EQUAL, wrong=False)] * 1000
    wrong = [sample(Cell.RATIO_13, wrong=True)] * 1000

    curves = fit_curves([*right, *wrong])[Group.NAME]

    unseen = curves[Condition.POOR.value]
    assert unseen.readings == 0
    assert unseen.nats[Cell.EQUAL] == pytest.approx(-math.log(21))
    assert curves["all"].nats[Cell.EQUAL] < -5


def test_predictions_that_come_true_have_no_error() -> None:
    nats = recognised_nats(Field.NAME, Cell.RATIO_13, Condition.GOOD, MatchingOptions())
    # With even odds before, this share of wrong values is what the curve predicts.
    share = 1 / (1 + math.exp(-nats))
    samples = [
        sample(Cell.RATIO_13, wrong=True, share=share),
        sample(Cell.RATIO_13, wrong=False, share=1 - share),
    ]

    reliability = measure_reliability(samples, even=True)

    assert reliability.error == pytest.approx(0.0, abs=1e-9)
    assert len(reliability.bins) == BINS


def test_predictions_that_fail_have_their_distance_as_error() -> None:
    samples = [sample(Cell.EQUAL_SURE, wrong=True)] * 10

    assert measure_reliability(samples, even=True).error > 0.9


def test_example_prints_the_sum_of_a_flagged_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = [
        {"source": "prior", "nats": -3.89, "sentence": "未看纸件之前"},
        {"source": "certificate", "nats": 5.0, "sentence": "证书读得与表格不同"},
    ]
    name = {"status": "mismatch", "kind": "homophone", "probability": 0.7521, "contributions": parts}
    row = {"type": "row", "batch": "甲", "row": 5, "verdict": "review", "fields": {"name": name}}
    findings = tmp_path / "findings.jsonl"
    findings.write_text(json.dumps(row) + "\n", "utf-8")

    assert main([str(findings), "5"]) == 0
    assert main([str(findings), "6"]) == 2

    printed = capsys.readouterr().out
    assert "+1.11  ->  probability 0.7521" in printed
    assert "证书读得与表格不同" in printed
