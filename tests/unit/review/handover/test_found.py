"""Findings go through ``findings.jsonl`` and come back with everything that people decide by."""

from dataclasses import replace

import pytest

from domain.decisions import open_items
from domain.findings import RowFinding
from review.export.findings import finding_objects
from review.handover.found import read_batch_finding, read_row_finding
from review.standing import fingerprint_of
from tests.results import realistic_result

RESULT = realistic_result(60)
*ROWS, BATCH = finding_objects(RESULT.batch, RESULT.rows)


def test_lines_read_and_written_again_are_the_same() -> None:
    """Nothing is lost that schema 1 can say."""
    rows = [read_row_finding(line) for line in ROWS]

    assert list(finding_objects(read_batch_finding(BATCH), rows)) == [*ROWS, BATCH]


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_a_finding_shows_the_same_to_a_verifier(place: int) -> None:
    """The same fingerprint, so that decisions made on one side hold on the other."""
    before: RowFinding = RESULT.rows[place]

    after = read_row_finding(ROWS[place])

    assert fingerprint_of(after, {}) == fingerprint_of(before, {})
    assert open_items(after) == open_items(before)
    assert after.issues == before.issues


def test_a_line_without_what_was_added_later_is_read() -> None:
    """``tab``, ``remarks`` and ``other_files`` came after the first findings."""
    row = {key: value for key, value in ROWS[0].items() if key != "tab"}
    batch = {key: value for key, value in BATCH.items() if key not in ("remarks", "other_files")}

    assert read_row_finding(row) == replace(read_row_finding(ROWS[0]), tab="")
    assert read_batch_finding(batch).remarks == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"row": 0},
        {"row": 10**400},
        {"verdict": "perhaps"},
        {"certificate": {"file": "a.pdf", "page": 1, "slot": 0, "score": 1}},
        {"certificate": {"file": "a.pdf", "page": 1, "slot": 1, "score": float("nan")}},
        {"fields": {"shoe_size": {}}},
        {"fields": {"name": {"submitted": 7}}},
        {"issues": [{"field": "name", "kind": "bad luck", "message": "不好。"}]},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_a_line_that_cannot_be_so_is_refused(changes: dict[str, object]) -> None:
    """Whoever reads it says in which file and line."""
    with pytest.raises(ValueError, match=r"\w"):
        read_row_finding({**ROWS[0], **changes})


def test_a_polygon_outside_of_its_page_is_refused() -> None:
    """Nothing could be cut there."""
    row = next(row for row in ROWS if any(found["evidence"] for found in row["fields"].values()))
    name, found = next((name, found) for name, found in row["fields"].items() if found["evidence"])
    evidence = {**found["evidence"], "polygon": [[0, 0], [1.5, 0], [1, 1]]}
    fields = {**row["fields"], name: {**found, "evidence": evidence}}

    with pytest.raises(ValueError, match="0 到 1"):
        read_row_finding({**row, "fields": fields})
