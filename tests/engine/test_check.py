"""``zhenghe check`` from files to findings, with the real models on the committed samples.

Tolerances: no planted discrepancy may be cleared, every link must be right, and at most
``MOST_FALSE_ALARMS`` of the clean rows of the sample may be flagged. How good the product is on paper
it has not seen is measured by ``make bench-quality``, not here.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.engine.conftest import ROOT, SAMPLES, copy_batch, zhenghe

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine")]

SAMPLE = SAMPLES / "01-平板扫描"
MOST_FALSE_ALARMS = 2


def _truth() -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((SAMPLES / "01-平板扫描.truth.json").read_text("utf-8"))
    return truth


def _lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "findings.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def checked(
    tmp_path_factory: pytest.TempPathFactory, page_cache: Path
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The sample, checked once."""
    out = tmp_path_factory.mktemp("out")
    return out, zhenghe("check", SAMPLE, "--out", out, "--cache", page_cache, "--workers", 2)


def test_findings_are_of_the_public_schema_and_exit_code_says_findings(
    checked: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, done = checked
    schema = json.loads((ROOT / "docs" / "findings.schema.json").read_text("utf-8"))

    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    lines = _lines(out)
    for line in lines:
        jsonschema.validate(line, schema)
    assert sum(line["type"] == "row" for line in lines) == len(_truth()["rows"])
    assert (out / "report.xlsx").stat().st_size > 0
    assert "data:image/jpeg;base64," in (out / "report.html").read_text("utf-8")


def test_nothing_planted_is_cleared_and_links_are_right(
    checked: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    found = {line["row"]: line for line in _lines(checked[0]) if line["type"] == "row"}
    alarms = 0
    for row in _truth()["rows"]:
        line = found[row["row"]]
        if row["planted"]:
            assert line["verdict"] != "clear", row
        elif row["clean"]:
            alarms += line["verdict"] != "clear"
        if line["certificate"] and row["certificate"]:
            linked = {key: line["certificate"][key] for key in ("file", "page", "slot")}
            assert linked == row["certificate"]
    assert alarms <= MOST_FALSE_ALARMS


def test_evidence_lies_where_the_value_is_printed(
    checked: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """Every field that was compared points to a small place on its page."""
    fields = [
        field
        for line in _lines(checked[0])
        if line["type"] == "row"
        for field in line["fields"].values()
        if field["certificate"] is not None
    ]
    assert fields
    for field in fields:
        xs = [x for x, _ in field["evidence"]["polygon"]]
        ys = [y for _, y in field["evidence"]["polygon"]]
        assert 0 < max(xs) - min(xs) < 0.9
        assert 0 < max(ys) - min(ys) < 0.2


def test_a_second_run_reads_no_page_again(
    checked: tuple[Path, subprocess.CompletedProcess[str]], page_cache: Path, tmp_path: Path
) -> None:
    again = zhenghe("check", SAMPLE, "--out", tmp_path, "--cache", page_cache, "--workers", 2)

    assert "识别 0 页" in again.stdout
    assert (tmp_path / "findings.jsonl").read_text("utf-8") == (checked[0] / "findings.jsonl").read_text(
        "utf-8"
    )


def test_interrupted_work_is_kept_and_the_next_run_goes_on(tmp_path: Path) -> None:
    cache, out = tmp_path / "cache", tmp_path / "out"
    command = [sys.executable, "-m", "cli", "check", str(SAMPLE), "--out", str(out)]
    command += ["--cache", str(cache), "--workers", "1"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
        # A shell makes its background jobs deaf to Ctrl-C, and the tests may run in one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    _wait_for_pages(cache / "pages.sqlite", 2, process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    kept = _count_pages(cache / "pages.sqlite")

    assert process.returncode == 130
    assert "已中断" in errors
    assert "Traceback" not in errors
    assert kept >= 2
    done = zhenghe("check", SAMPLE, "--out", out, "--cache", cache, "--workers", 2)
    assert f"取自缓存 {kept} 页" in done.stdout


def test_a_batch_without_a_sheet_is_said_and_the_other_batch_is_checked(
    tmp_path: Path, page_cache: Path
) -> None:
    sheetless = copy_batch(SAMPLE, tmp_path / "没有表", ["证书/IMG_3028.jpg"])

    done = zhenghe("check", sheetless, SAMPLE, "--out", tmp_path / "out", "--cache", page_cache)

    assert done.returncode == 2
    assert "批次“没有表”中没有可用的汇总信息表" in done.stderr.replace("\n", "")
    batches = {line["batch"] for line in _lines(tmp_path / "out") if line["type"] == "row"}
    assert batches == {"01-平板扫描"}


def test_read_prints_what_is_on_a_certificate(page_cache: Path) -> None:
    certificate = next(c for c in _truth()["certificates"] if c["file"] == "证书/IMG_3028.jpg")

    done = zhenghe("read", SAMPLE / certificate["file"], "--json", "--cache", page_cache)

    assert done.returncode == 0, done.stderr
    (paper,) = json.loads(done.stdout)
    (record,) = paper["certificates"]
    assert record["fields"]["name"]["value"] == certificate["name"]
    assert record["fields"]["id_number"]["value"] == certificate["fields"]["id_number"]
    assert len(record["fields"]["name"]["polygon"]) == 4


def _wait_for_pages(database: Path, number: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 300
    while _count_pages(database) < number:
        assert process.poll() is None, "the check ended before it was interrupted"
        assert time.monotonic() < deadline, "no page was finished"
        time.sleep(0.1)


def _count_pages(database: Path) -> int:
    if not database.exists():
        return 0
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    except sqlite3.OperationalError:
        return 0
    try:
        return int(connection.execute("select count(*) from pages").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
