"""A batch and its truth must say the same; everything else rests on it."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from openpyxl import load_workbook
from PIL import Image

from samples.batches import write_batch
from samples.corpus import write_corpus
from samples.plans import ROLES, BatchPlan

pytestmark = pytest.mark.usefixtures("built_in_fonts")

PLAN = BatchPlan(
    name="甲",
    people=16,
    degradations=("clean", "scan"),
    layouts=("label_value", "two_pages", "card", "booklet_spread"),
    planted=5,
    row_shift=3,
    roles=ROLES,
    number="mismatch",
    broken=("损坏.jpg",),
    dpi=40,
)


@pytest.fixture
def batch(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    folder = write_batch(tmp_path, PLAN, seed=7)
    return folder, json.loads((tmp_path / "甲.truth.json").read_text("utf-8"))


def _cells(folder: Path, truth: dict[str, Any]) -> dict[int, list[str]]:
    page = load_workbook(folder / truth["sheet"]).worksheets[0]
    return {
        number: ["" if cell is None else str(cell) for cell in row]
        for number, row in enumerate(page.iter_rows(values_only=True), 1)
    }


def test_planted_values_stand_in_their_rows(batch: tuple[Path, dict[str, Any]]) -> None:
    folder, truth = batch
    cells = _cells(folder, truth)
    planted = [(r["row"], p) for r in truth["rows"] for p in r["planted"] if p["submitted"]]
    assert len(planted) == PLAN.planted + PLAN.row_shift
    for row, one in planted:
        if one["field"] not in {"granted_on", "issued_on", "birth_date"}:
            assert one["submitted"] in cells[row]
            assert one["submitted"] != one["true"]


def test_rows_are_clean_exactly_when_nothing_is_planted(batch: tuple[Path, dict[str, Any]]) -> None:
    _, truth = batch
    assert {r["clean"] for r in truth["rows"]} == {True, False}
    assert all(r["clean"] == (not r["planted"]) for r in truth["rows"])


def test_clean_rows_say_what_their_certificate_says(batch: tuple[Path, dict[str, Any]]) -> None:
    folder, truth = batch
    cells = _cells(folder, truth)
    printed = {(c["file"], c["page"], c["slot"]): c["fields"] for c in truth["certificates"]}
    for row in truth["rows"]:
        if row["clean"] and not row["formatted"]:
            place = row["certificate"]
            fields = printed[place["file"], place["page"], place["slot"]]
            for name in ("name", "id_number", "certificate_number", "title", "employer"):
                # A cell that is merged over rows of one employer is empty in all but the first.
                assert fields[name] in cells[row["row"]] or name == "employer"


def test_every_file_of_the_truth_exists_and_has_the_page(batch: tuple[Path, dict[str, Any]]) -> None:
    folder, truth = batch
    for certificate in truth["certificates"]:
        path = folder / certificate["file"]
        if path.suffix == ".pdf":
            assert certificate["page"] <= pymupdf.open(path).page_count
        else:
            with Image.open(path) as image:
                assert certificate["page"] <= getattr(image, "n_frames", 1)
    findings = truth["batch_findings"]
    for name in (*findings["unreadable_files"], *findings["other_files"], truth["sheet"]):
        assert (folder / name).is_file()


def test_every_role_shows_in_the_truth(batch: tuple[Path, dict[str, Any]]) -> None:
    _, truth = batch
    findings = truth["batch_findings"]
    kinds = {p["kind"] for r in truth["rows"] for p in r["planted"]}
    assert kinds >= set(ROLES) - {"orphan", "orphan_in_approval", "absent_from_sheet"}
    assert len(findings["orphan_certificates"]) == 2
    assert len(findings["absent_from_sheet"]) == 2
    assert len(findings["duplicate_rows"]) == 1
    assert len(findings["certificate_used_twice"]) == 1
    assert findings["approval_number"] == "mismatch"


def test_names_stand_on_the_pages_of_the_approval(batch: tuple[Path, dict[str, Any]]) -> None:
    folder, truth = batch
    document = pymupdf.open(folder / truth["approval"]["file"])
    texts = ["".join(page.get_text().split()).replace("　", "") for page in document]
    assert truth["approval"]["number"] in texts[0]
    for name in truth["approval"]["names"]:
        assert any(name in text for text in texts)
    names = {(c["file"], c["page"], c["slot"]): c["name"] for c in truth["certificates"]}
    for row in truth["rows"]:
        if row["approval"] and row["certificate"]:
            place = row["certificate"]
            assert names[place["file"], place["page"], place["slot"]] in texts[row["approval"]["page"] - 1]


def test_equal_seeds_give_equal_bytes(tmp_path: Path) -> None:
    plan = BatchPlan(name="乙", people=4, sheet_kind="xls", planted=1, as_zip=True, dpi=30)
    first = write_batch(tmp_path / "1", plan, seed=3)
    second = write_batch(tmp_path / "2", plan, seed=3)
    assert first.read_bytes() == second.read_bytes()


def test_zip_has_gbk_names_without_the_flag(tmp_path: Path) -> None:
    path = write_batch(tmp_path, BatchPlan(name="丙", people=3, planted=0, as_zip=True, dpi=30), seed=1)
    with zipfile.ZipFile(path) as archive:
        names = [info.filename for info in archive.infolist()]
        assert all(not info.flag_bits & 0x800 for info in archive.infolist())
    assert any(name.encode("cp437").decode("gb18030").endswith((".pdf", ".xlsx")) for name in names)


@pytest.mark.parametrize("layout", ["table", "grid", "running", "paired_table"])
def test_every_approval_layout_lists_everybody(tmp_path: Path, layout: str) -> None:
    plan = BatchPlan(name="丁", people=28, planted=0, approval_layout=layout, dpi=20, degradations=("clean",))
    folder = write_batch(tmp_path, plan, seed=2)
    truth = json.loads((tmp_path / "丁.truth.json").read_text("utf-8"))
    document = pymupdf.open(folder / truth["approval"]["file"])
    texts = ["".join(page.get_text().split()).replace("　", "") for page in document]
    names = {(c["file"], c["page"], c["slot"]): c["name"] for c in truth["certificates"]}
    assert len(truth["approval"]["names"]) == 28
    for row in truth["rows"]:
        place = row["certificate"]
        name = names[place["file"], place["page"], place["slot"]]
        # A name may be broken at the end of a line of running text.
        assert name in texts[row["approval"]["page"] - 1]


def test_a_corpus_without_plantings_is_clean(tmp_path: Path) -> None:
    made = write_corpus(tmp_path, seed=1, people=6, planted=0, batch_size=6, degradations=("clean",))
    truth = json.loads((tmp_path / f"{made[0].name}.truth.json").read_text("utf-8"))
    assert all(row["clean"] for row in truth["rows"])
    assert truth["batch_findings"]["absent_from_approval"] == []
