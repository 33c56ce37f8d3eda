"""What people decided, as labels for ``make calibrate``: which looks right and wrong values had.

A label names a field, what its comparison with one paper looked like, and whether the submitted value was
wrong; no value, no name, no number, no office, no person (docs/decisions/0022-decisions-as-labels.md).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from domain.batches import Batch, ReviewRow
from domain.decisions import ROW_ACTIONS, Action, Decision, living, open_items, paper_value
from domain.errors import InputError
from domain.fields import Field
from domain.findings import FieldFinding, RowFinding, Source, Verdict
from domain.way import BatchState, RecheckState, RowState
from matching.agreement import Agreement, compare_values
from matching.calibration import Cell, Condition
from review.export.writing import replacing
from storage.store import Store

SCHEMA_VERSION = 1

_BATCHES_PER_QUERY = 200
_ALL = 1_000_000
_PAPERS = frozenset({Source.CERTIFICATE, Source.APPROVAL})
_LOOKED_AT = frozenset({RecheckState.CONFIRMED, RecheckState.ERROR_FOUND})


class LabelFileError(InputError):
    """A file of labels is none, or is of a later release."""

    code = "bad_label_file"

    def __init__(self, name: str, reason: str, line: int | None = None) -> None:
        place = f"第 {line} 行" if line is not None else ""
        super().__init__(
            f"{name} {place}不能用作校准数据（{reason}）。"
            "请核对文件，或用 zhenghe admin export-labels 重新导出。"
        )


@dataclass(frozen=True, slots=True)
class Label:
    """One submitted value beside one paper, with what a person said of the value."""

    field: Field
    source: Source
    """``CERTIFICATE`` or ``APPROVAL``."""

    cell: Cell
    condition: Condition | None
    is_wrong: bool
    weight: float
    """For how many rows of its batch it stands, 1 or more."""

    reader: str
    """Version of what read the paper."""

    decided_on: date


@dataclass(frozen=True, slots=True)
class Gathered:
    """The labels of an installation."""

    labels: tuple[Label, ...]
    batches: int
    """How many batches they come from."""

    unfinished: int
    """Batches left out because rows still wait: what was decided so far is the gravest part."""

    unchecked: int
    """Batches left out because no cleared row was looked at: what was flagged alone says too little for
    right values."""


def gather_labels(store: Store) -> Gathered:
    """Return the labels of all batches; the store is that of the service itself.

    Batches that were withdrawn are left out: their rows come again in another one.
    """
    labels: list[Label] = []
    used = unfinished = unchecked = 0
    for batch in _checked_batches(store):
        rows = store.rows.list_page(batch.id, limit=_ALL)
        if any(_is_open(row) for row in rows):
            unfinished += 1
            continue
        weights = weigh_rows(rows)
        if weights is None:
            unchecked += 1
            continue
        found = list(_labels_of_batch(store, batch, [row for row in rows if row.id in weights], weights))
        used += bool(found)
        labels += found
    return Gathered(tuple(labels), used, unfinished, unchecked)


def weigh_rows(rows: Sequence[ReviewRow]) -> dict[int, float] | None:
    """Tell for how many rows of its batch each row stands that people were asked about.

    Flagged rows are looked at one and all and stand for themselves. Cleared rows were drawn by lot; those
    drawn and looked at stand for all cleared ones. Cleared rows that somebody opened without their being
    drawn stand for nobody.

    Returns:
        Weight by row id; ``None`` when there are cleared rows and none was looked at.
    """
    cleared = [row for row in rows if row.verdict == Verdict.CLEAR.value]
    checked = [row for row in cleared if row.recheck in _LOOKED_AT]
    if cleared and not checked:
        return None
    weights = {row.id: 1.0 for row in rows if row.verdict != Verdict.CLEAR.value}
    return weights | {row.id: len(cleared) / len(checked) for row in checked}


def judge_values(finding: RowFinding, held: Sequence[Decision]) -> dict[Field, tuple[bool, Decision]]:
    """Tell which submitted values of a row a person has called right or wrong.

    A row confirmed as a whole confirms every field that was compared. To correct a field to another value
    calls it wrong; to correct it to another spelling of the same says nothing. Nothing at all is said of the
    values of a row that was sent back, has no certificate or was compared with another one's.

    Args:
        finding: That the decisions hold for.
        held: The decisions that hold.

    Returns:
        Whether the value is wrong, and the decision that says so, by field.
    """
    if any(decision.action in ROW_ACTIONS for decision in held):
        return {}
    row_word = next((decision for decision in held if decision.field is None), None)
    judged: dict[Field, tuple[bool, Decision]] = {}
    if row_word is not None and row_word.action is Action.SHEET_RIGHT:
        judged = dict.fromkeys(finding.fields, (False, row_word))
    elif row_word is not None and row_word.action is Action.PAPER_RIGHT:
        items = open_items(finding)
        judged = {
            field: (True, row_word)
            for field, found in finding.fields.items()
            if field in items and _is_corrected(field, found, row_word)
        }
    for decision in held:
        about = decision.field
        if about is None or about not in finding.fields:
            continue
        judged.pop(about, None)
        if decision.action is Action.SHEET_RIGHT:
            judged[about] = (False, decision)
        elif _is_corrected(about, finding.fields[about], decision):
            judged[about] = (True, decision)
    return judged


def _is_corrected(field: Field, found: FieldFinding, decision: Decision) -> bool:
    """Tell whether a decision puts another value in the place of a submitted one."""
    if decision.action is Action.PAPER_RIGHT:
        value = paper_value(found)
    elif decision.action is Action.OTHER_VALUE:
        value = decision.value
    else:
        return False
    if not value or not found.submitted:
        return False
    return compare_values(field, found.submitted, value) < Agreement.AGREES


def _checked_batches(store: Store) -> Iterator[Batch]:
    before: int | None = None
    while page := store.batches.list_page(before_id=before, limit=_BATCHES_PER_QUERY):
        before = page[-1].id
        yield from (
            batch for batch in page if batch.run_id is not None and batch.state is not BatchState.WITHDRAWN
        )


def _is_open(row: ReviewRow) -> bool:
    return row.state in (RowState.WAITING, RowState.SENT_BACK) or row.recheck is RecheckState.WAITING


def _labels_of_batch(
    store: Store, batch: Batch, rows: Sequence[ReviewRow], weights: Mapping[int, float]
) -> Iterator[Label]:
    assert batch.run_id is not None
    run, _ = store.batches.get_run(batch.run_id)
    reader = run.versions.get("reader")
    if not reader:
        # Brought by a hand-over package; the office that read the paper exports the labels.
        return
    histories = store.decisions.histories(batch.id)
    for row in rows:
        history = histories.get(row.id)
        if history is None:
            continue
        finding = store.rows.load_content(row.id).finding
        held = living(history, finding, row.fingerprint)
        for field, (is_wrong, decision) in judge_values(finding, held).items():
            for part in finding.fields[field].contributions:
                if part.source in _PAPERS and part.cell is not None:
                    yield Label(
                        field,
                        part.source,
                        Cell(part.cell),
                        Condition(part.condition) if part.condition is not None else None,
                        is_wrong,
                        round(weights[row.id], 6),
                        str(reader),
                        decision.decided_at.date(),
                    )


def write_labels(labels: Sequence[Label], path: Path) -> None:
    """Write labels as JSON lines, sorted, so that nothing tells which of them are of one row.

    Raises:
        ReportNotWritableError: The file cannot be written.
    """
    lines = sorted(json.dumps(_to_json(label), ensure_ascii=False) + "\n" for label in labels)
    with replacing(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(lines)


def read_labels(path: Path) -> list[Label]:
    """Return the labels of a file.

    Raises:
        LabelFileError: The file cannot be read, or a line is no label of this schema.
    """
    labels: list[Label] = []
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                labels.append(_from_json(json.loads(line)))
    except OSError as error:
        raise LabelFileError(path.name, error.strerror or "打不开") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabelFileError(path.name, str(error), len(labels) + 1) from error
    return labels


def _to_json(label: Label) -> dict[str, Any]:
    return {
        "schema": SCHEMA_VERSION,
        "field": label.field.value,
        "source": label.source.value,
        "cell": label.cell.value,
        "condition": label.condition.value if label.condition is not None else None,
        "is_wrong": label.is_wrong,
        "weight": label.weight,
        "reader": label.reader,
        "decided_on": label.decided_on.isoformat(),
    }


def _from_json(content: Mapping[str, Any]) -> Label:
    if content["schema"] != SCHEMA_VERSION:
        raise ValueError(f"schema 应为 {SCHEMA_VERSION}")
    weight = float(content["weight"])
    if not 1 <= weight < _ALL or not isinstance(content["is_wrong"], bool):
        raise ValueError("weight 或 is_wrong 不对")
    condition = content["condition"]
    return Label(
        Field(content["field"]),
        Source(content["source"]),
        Cell(content["cell"]),
        Condition(condition) if condition is not None else None,
        content["is_wrong"],
        weight,
        str(content["reader"]),
        date.fromisoformat(content["decided_on"]),
    )
