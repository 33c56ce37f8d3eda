"""A package whose hashes were all made anew by somebody who knows the format."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from review.handover import (
    HandoverChainBrokenError,
    HandoverContentError,
    HandoverHashMismatchError,
)
from tests.unit.review.handover.packages import (
    Edit,
    Files,
    edit_document,
    edit_lines,
    forge,
    package,
    refused,
)


def test_altered_log_is_found_even_when_everything_is_hashed_anew(tmp_path: Path) -> None:
    def alter(files: Files) -> None:
        edit_lines(files, "audit.jsonl", lambda lines: lines[1].update(actor="wang"))

    error = refused(forge(package(tmp_path), alter), HandoverChainBrokenError)

    assert error.code == "handover_chain_broken"
    assert "第 3 条" in str(error)


@pytest.mark.parametrize(
    ("name", "edit", "reason"),
    [
        ("audit.jsonl", lambda lines: lines.pop(), "batch.json 说有 4 条"),
        ("audit.jsonl", lambda lines: lines[0].pop("office"), "不是操作日志的一条记录"),
        ("decisions.jsonl", lambda lines: lines.clear(), "batch.json 说有 1 条"),
        ("decisions.jsonl", lambda lines: lines[0].update(row="row-99"), "没有它所说的行"),
        ("decisions.jsonl", lambda lines: lines[0].update(undoes="d0"), "所撤销的决定不在前面"),
        ("decisions.jsonl", lambda lines: lines[0].update(crops=["x.jpg"]), "缺少它的依据截图"),
        ("decisions.jsonl", lambda lines: lines[0].update(action="delete"), "没有定义"),
        ("decisions.jsonl", lambda lines: lines[0].update(field="salary"), "没有字段"),
        ("decisions.jsonl", lambda lines: lines[0].update(schema=2), "schema 应为 1"),
        ("decisions.jsonl", lambda lines: lines[0].update(at="2026-03-05"), "不是 UTC 时间"),
        ("decisions.jsonl", lambda lines: lines.append(lines[0]), "出现了两次"),
        ("decisions.jsonl", lambda lines: lines[0].update(office=None), "类型不对"),
        ("rows.jsonl", lambda lines: lines.pop(), "batch.json 说有 2 条"),
        ("rows.jsonl", lambda lines: lines[1].update(key="row-5"), "出现了两次"),
        ("rows.jsonl", lambda lines: lines[1].update(table=1), "表格的序号不对"),
        ("rows.jsonl", lambda lines: lines[1]["values"].update(salary="1"), "没有字段"),
        ("rows.jsonl", lambda lines: lines[1]["values"].update(name=7), "类型不对"),
        ("rows.jsonl", lambda lines: lines[1].pop("certificate"), "缺少 certificate"),
        ("findings.jsonl", lambda lines: lines.pop(), "batch.json 说有 3 条"),
        ("findings.jsonl", lambda lines: lines[0].update(schema=9), "schema 应为 1"),
        ("findings.jsonl", lambda lines: lines[0].update(verdict="fine"), "没有定义"),
        ("originals.jsonl", lambda lines: lines[0].update(names=["../../x"]), "指向批次以外"),
        ("originals.jsonl", lambda lines: lines[0].update(names=lines[1]["names"]), "重复"),
        ("originals.jsonl", lambda lines: lines[0].update(sha256="0"), "哈希值不对"),
        ("originals.jsonl", lambda lines: lines.pop(), "batch.json 说有 2 条"),
    ],
)
def test_forged_line_is_found_with_its_file(
    tmp_path: Path, name: str, edit: Callable[[list[dict[str, Any]]], None], reason: str
) -> None:
    path = forge(package(tmp_path), lambda files: edit_lines(files, name, edit))

    error = refused(path, HandoverContentError)

    assert error.code == "handover_content_invalid"
    assert f"“{name}”" in str(error)
    assert reason in str(error)


@pytest.mark.parametrize(
    "edit",
    [
        lambda b: b.update(tables=[]),
        lambda b: b.update(state="lost"),
        lambda b: b["escape_rate"].update(upper_bound=1.5),
        lambda b: b["contains"].pop("crops"),
        lambda b: b["contains"].update(crops=2),
        lambda b: b.update(owner="610122"),
    ],
)
def test_forged_batch_is_found(tmp_path: Path, edit: Edit) -> None:
    path = forge(package(tmp_path), lambda files: edit_document(files, "batch.json", edit))

    refused(path, HandoverContentError)


@pytest.mark.parametrize(
    "line", [b"\n", b"no json\n", b"[1]\n", b'{"schema": NaN}\n', b"[" * 100_000 + b"\n", b'{"schema": 1}']
)
def test_line_that_is_no_object_is_found(tmp_path: Path, line: bytes) -> None:
    def alter(files: Files) -> None:
        files["findings.jsonl"] += line

    error = refused(forge(package(tmp_path), alter), HandoverContentError)

    assert "第 4 行" in str(error)


def test_picture_of_another_kind_is_found(tmp_path: Path) -> None:
    def alter(files: Files) -> None:
        files["crops/d1-1.jpg"] = b"<svg onload=alert(1)>"

    refused(forge(package(tmp_path), alter), HandoverContentError)


def test_original_under_a_false_hash_is_found(tmp_path: Path) -> None:
    def alter(files: Files) -> None:
        name = next(name for name in files if name.startswith("originals/"))
        files[name] += b"more"

    refused(forge(package(tmp_path), alter), HandoverHashMismatchError)


def test_originals_are_all_there_or_none(tmp_path: Path) -> None:
    def alter(files: Files) -> None:
        del files[next(name for name in files if name.startswith("originals/"))]
        edit_document(files, "batch.json", lambda b: b["contains"].update(originals_packed=1))

    error = refused(forge(package(tmp_path), alter), HandoverContentError)

    assert "原件不齐" in str(error)


def test_original_that_is_not_listed_is_found(tmp_path: Path) -> None:
    def alter(files: Files) -> None:
        files["originals/" + "0" * 64] = b"smuggled"

    refused(forge(package(tmp_path), alter), HandoverContentError)
