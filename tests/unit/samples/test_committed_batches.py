"""What the issue asks of the committed samples, checked on what is committed."""

import json
from pathlib import Path
from typing import Any

import pytest

from samples.generate import FOLDER, SAMPLES
from samples.people import check_character
from samples.plans import ROLES, ROLES_WITHOUT_ROW
from samples.planting import FIELD_KINDS

_LIMIT_BYTES = 12_000_000


@pytest.fixture(scope="module")
def truths() -> list[dict[str, Any]]:
    return [json.loads((FOLDER / f"{plan.name}.truth.json").read_text("utf-8")) for _, plan in SAMPLES]


def test_all_batches_lie_there_and_are_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    for _, plan in SAMPLES:
        assert (FOLDER / plan.name).is_dir() or (FOLDER / f"{plan.name}.zip").is_file()
    assert sum(path.stat().st_size for path in files) < _LIMIT_BYTES


def test_every_kind_of_discrepancy_is_planted(truths: list[dict[str, Any]]) -> None:
    planted = {(p["field"], p["kind"]) for t in truths for r in t["rows"] for p in r["planted"]}
    assert set(FIELD_KINDS) <= planted
    assert ("certificate_number", "row_shift") in planted
    assert set(ROLES) - ROLES_WITHOUT_ROW <= {kind for _, kind in planted}
    assert any(row["formatted"] and row["clean"] for t in truths for row in t["rows"])


def test_layouts_degradations_and_lists_vary(truths: list[dict[str, Any]]) -> None:
    certificates = [c for t in truths for c in t["certificates"]]
    assert len({c["layout"] for c in certificates}) >= 8
    assert {c["degradation"] for c in certificates} == {"clean", "scan", "copy", "photo"}
    assert {t["approval"]["layout"] for t in truths} == {"table", "grid", "running"}
    assert any(c["slot"] == 2 for c in certificates)


def test_id_numbers_on_paper_are_valid(truths: list[dict[str, Any]]) -> None:
    numbers = [
        c["fields"]["id_number"] for t in truths for c in t["certificates"] if "id_number" in c["fields"]
    ]
    assert len(numbers) > 30
    assert all(check_character(number[:17]) == number[17] for number in numbers)


def test_no_path_of_a_machine_is_in_the_truth() -> None:
    for path in FOLDER.glob("*.truth.json"):
        assert str(Path.home()) not in path.read_text("utf-8")
