"""Decisions as labels: what says something of a value, for how many rows, and nothing of the person."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain.decisions import Action, NewDecision
from domain.fields import Field
from domain.findings import Contribution, RowFinding, Source
from domain.way import BatchState
from matching.calibration import Cell, Condition
from review.decide import decide
from review.labels import (
    Gathered,
    Label,
    LabelFileError,
    gather_labels,
    read_labels,
    weigh_rows,
    write_labels,
)
from tests.bureau import Bureau, clear_row, no_paper, wrong_name
from tests.results import SUBMITTED

_LOOKS = {
    Field.NAME: ((Source.CERTIFICATE, Cell.EQUAL_SURE), (Source.APPROVAL, Cell.EQUAL)),
    Field.TITLE: ((Source.CERTIFICATE, Cell.AGREES),),
}
_DIFFERS = {**_LOOKS, Field.NAME: ((Source.CERTIFICATE, Cell.RATIO_9), (Source.APPROVAL, Cell.RATIO_4))}


def _looking(row: RowFinding, looks: Mapping[Field, Sequence[tuple[Source, Cell]]] = _LOOKS) -> RowFinding:
    """Return a row whose fields keep what they looked like on paper."""
    fields = dict(row.fields)
    for field, parts in looks.items():
        said = [Contribution(source, 1.0, "依据", cell=cell, condition="good") for source, cell in parts]
        prior = Contribution(Source.PRIOR, -3.9, "未看纸件之前")
        fields[field] = replace(fields[field], contributions=(prior, *said))
    return replace(row, fields=fields)


def _flagged(row_number: int, typed: str = "张玮") -> RowFinding:
    return _looking(wrong_name(row_number, typed=typed), _DIFFERS)


def _gather(bureau: Bureau) -> Gathered:
    return bureau.do(None, gather_labels)


def _said(gathered: Gathered) -> set[tuple[Field, Source, Cell, bool]]:
    return {(one.field, one.source, one.cell, one.is_wrong) for one in gathered.labels}


NAME_WRONG = {
    (Field.NAME, Source.CERTIFICATE, Cell.RATIO_9, True),
    (Field.NAME, Source.APPROVAL, Cell.RATIO_4, True),
}
NAME_RIGHT = {(field, source, cell, False) for field, source, cell, _ in NAME_WRONG}
TITLE_RIGHT = {(Field.TITLE, Source.CERTIFICATE, Cell.AGREES, False)}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(NewDecision(Action.SHEET_RIGHT, Field.NAME), NAME_RIGHT, id="field-right"),
        pytest.param(NewDecision(Action.PAPER_RIGHT, Field.NAME), NAME_WRONG, id="field-to-paper"),
        pytest.param(NewDecision(Action.OTHER_VALUE, Field.NAME, "张维", "核对原件"), NAME_WRONG, id="other"),
        pytest.param(
            NewDecision(Action.OTHER_VALUE, Field.NAME, "张 玮", "核对原件"), set(), id="other-spelling"
        ),
        pytest.param(NewDecision(Action.SHEET_RIGHT), NAME_RIGHT | TITLE_RIGHT, id="row-right"),
        pytest.param(NewDecision(Action.PAPER_RIGHT), NAME_WRONG, id="row-to-paper"),
        pytest.param(NewDecision(Action.NO_CERTIFICATE, reason="没有"), set(), id="no-certificate"),
    ],
)
def test_a_decision_says_of_a_value_what_it_says(
    bureau: Bureau, new: NewDecision, expected: set[tuple[Field, Source, Cell, bool]]
) -> None:
    batch = bureau.add_batch([_flagged(5)])
    bureau.do("county.verifier", decide, bureau.jobs, bureau.row(batch.id, 5).id, [new])

    gathered = _gather(bureau)

    assert _said(gathered) == expected
    assert len(gathered.labels) == len(expected), "one label for each paper"
    assert {(one.weight, one.condition, one.reader) for one in gathered.labels} <= {
        (1.0, Condition.GOOD, "1 test")
    }


def test_a_word_on_one_field_after_one_on_the_row_is_the_last_word(bureau: Bureau) -> None:
    batch = bureau.add_batch([_flagged(5)])
    row = bureau.row(batch.id, 5)
    bureau.decide(row, Action.SHEET_RIGHT)
    bureau.decide(row, Action.PAPER_RIGHT, Field.NAME)

    assert _said(_gather(bureau)) == NAME_WRONG | TITLE_RIGHT


def test_a_row_that_was_sent_back_keeps_its_batch_from_counting(bureau: Bureau) -> None:
    batch = bureau.add_batch([_flagged(5), _flagged(6)])
    bureau.decide(bureau.row(batch.id, 5))
    bureau.decide(bureau.row(batch.id, 6), Action.SEND_BACK, reason="请补扫描件")

    gathered = _gather(bureau)

    assert gathered.labels == ()
    assert gathered.unfinished == 1


def test_cleared_rows_that_were_drawn_stand_for_all_cleared_ones(bureau: Bureau) -> None:
    rows = [*(_looking(clear_row(n)) for n in range(10, 20)), _flagged(5), no_paper(6)]
    batch = bureau.add_batch(rows, rate=0.4)
    assert _gather(bureau).unfinished == 1
    drawn = [row for row in bureau.rows(batch.id) if row.queue == "recheck"]
    bureau.decide(drawn[0], Action.OTHER_VALUE, Field.TITLE, value="高级工程师", reason="核对原件")
    bureau.decide_all(batch.id)

    labels = _gather(bureau).labels

    assert len(drawn) == 4
    weights = weigh_rows(bureau.rows(batch.id))
    assert weights is not None
    assert sum(weights.values()) == 12, "all rows of the batch"
    titles = [one for one in labels if one.field is Field.TITLE]
    assert sorted((one.weight, one.is_wrong) for one in titles) == [
        (1.0, False),
        *[(2.5, False)] * 3,
        (2.5, True),
    ]
    certificates = [one for one in labels if one.source is Source.CERTIFICATE and one.field is Field.NAME]
    assert sum(one.weight for one in certificates if one.cell is Cell.EQUAL_SURE) == 7.5


def test_a_cleared_row_that_nobody_drew_stands_for_nobody(bureau: Bureau) -> None:
    batch = bureau.add_batch([_looking(clear_row(n)) for n in (4, 5)], rate=0.5)
    for row in bureau.rows(batch.id):
        bureau.decide(row)

    assert {one.weight for one in _gather(bureau).labels} == {2.0}
    assert len(_gather(bureau).labels) == 3


def test_a_batch_whose_cleared_rows_nobody_looked_at_is_left_out(bureau: Bureau) -> None:
    batch = bureau.add_batch([_looking(clear_row(4)), _flagged(5)])
    bureau.decide_all(batch.id)
    assert bureau.batch(batch.id).state is BatchState.READY

    gathered = _gather(bureau)

    assert (gathered.labels, gathered.unchecked) == ((), 1)


def test_a_decision_that_holds_no_longer_is_no_label(bureau: Bureau) -> None:
    batch = bureau.add_batch([_flagged(5)])
    bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)

    bureau.check(batch.id, [_flagged(5, typed="张维")])
    bureau.decide(bureau.row(batch.id, 5), Action.SHEET_RIGHT, Field.NAME)

    assert _said(_gather(bureau)) == NAME_RIGHT


def test_findings_without_looks_give_no_labels(bureau: Bureau) -> None:
    batch = bureau.add_batch([wrong_name(5)])
    bureau.decide_all(batch.id)

    assert _gather(bureau).labels == ()


def test_the_file_holds_nothing_personal_and_comes_back(bureau: Bureau, tmp_path: Path) -> None:
    batch = bureau.add_batch([_looking(clear_row(4)), _flagged(5), _flagged(6)], rate=1.0)
    bureau.decide(
        bureau.row(batch.id, 6), Action.OTHER_VALUE, Field.NAME, value="章维", reason="问过张维本人"
    )
    bureau.decide_all(batch.id)
    path = tmp_path / "labels.jsonl"

    write_labels(_gather(bureau).labels, path)

    text = path.read_text("utf-8")
    assert text.isascii(), "no Chinese, so no name, no employer, no reason"
    assert "county" not in text
    assert not any(value in text for value in SUBMITTED.values())
    lines = [json.loads(line) for line in text.splitlines()]
    keys = {"schema", "field", "source", "cell", "condition", "is_wrong", "weight", "reader", "decided_on"}
    assert all(line.keys() == keys for line in lines)
    assert text.splitlines() == sorted(text.splitlines()), "the order tells no row"
    assert sorted(map(repr, read_labels(path))) == sorted(map(repr, _gather(bureau).labels))


GOOD = {
    "schema": 1,
    "field": "name",
    "source": "certificate",
    "cell": "equal",
    "condition": None,
    "is_wrong": False,
    "weight": 2.5,
    "reader": "1 test",
    "decided_on": "2026-03-02",
}


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"cell": "unheard_of"},
        {"weight": 0},
        {"weight": "nan"},
        {"is_wrong": "no"},
        {"field": 3},
    ],
)
def test_what_is_no_label_is_refused_with_its_line(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{json.dumps({**GOOD, **change})}\n", "utf-8")

    with pytest.raises(LabelFileError, match="第 2 行"):
        read_labels(path)

    path.write_text(json.dumps(GOOD), "utf-8")
    assert read_labels(path) == [
        Label(Field.NAME, Source.CERTIFICATE, Cell.EQUAL, None, False, 2.5, "1 test", date(2026, 3, 2))
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabelFileError) as raised:
        read_labels(tmp_path / "labels.jsonl")
    assert raised.value.code == "bad_label_file"
