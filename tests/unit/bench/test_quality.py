"""The bench finds batches and scores findings that lie there."""

import json
from pathlib import Path

import pytest

from bench import quality
from bench.quality import BenchError, find_batches, main, read_findings, score_all

TRUTH = {"schema": 1, "batch": "甲", "rows": [{"row": 4, "clean": True, "certificate": None, "planted": []}]}
LINE = {"type": "row", "batch": "甲.zip", "row": 4, "verdict": "clear", "issues": [], "fields": {}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "甲.zip").write_bytes(b"")
    (tmp_path / "甲.truth.json").write_text(json.dumps(TRUTH), "utf-8")
    inner = tmp_path / "乙"
    inner.mkdir()
    (inner / "truth.json").write_text(json.dumps(TRUTH | {"batch": "乙"}), "utf-8")
    return tmp_path


def test_truth_beside_and_inside_a_batch_is_found(folder: Path) -> None:
    assert {(b.source.name, b.truth["batch"]) for b in find_batches(folder)} == {
        ("甲.zip", "甲"),
        ("乙", "乙"),
    }


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="no truth"):
        find_batches(tmp_path)


def test_truth_without_its_batch_is_refused(tmp_path: Path) -> None:
    (tmp_path / "丙.truth.json").write_text(json.dumps(TRUTH), "utf-8")
    with pytest.raises(BenchError, match="no batch beside"):
        find_batches(tmp_path)


def test_findings_of_a_zip_are_those_of_its_batch(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "findings.jsonl").write_text(json.dumps(LINE) + "\n\n", "utf-8")
    scores = score_all(find_batches(folder), read_findings(folder / "out"))
    assert scores["甲"].false_alarms.hits == 0
    assert scores["乙"].false_alarms.hits == 1


def test_no_findings_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"no findings\.jsonl"):
        read_findings(tmp_path)


def test_only_score_prints_tables_and_writes_json(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = folder / "findings.jsonl"
    findings.write_text(json.dumps(LINE), "utf-8")
    monkeypatch.setattr(quality, "OUT", folder / "bench-out")
    assert main(["--batches", str(folder), "--only-score", str(findings)]) == 0
    assert "escape rate" in capsys.readouterr().out
    report = json.loads((folder / "bench-out" / "quality.json").read_text("utf-8"))
    assert report["total"]["false_alarms"]["total"] == 2
    cleared = report["by_batch"]["甲"]["cleared"]
    assert (cleared["hits"], cleared["total"], cleared["value"]) == (1, 1, 1.0)


def test_a_missing_folder_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--batches", str(tmp_path)]) == 2
    assert "no truth.json" in capsys.readouterr().out
