"""Broken, hostile and foreign files among good ones: each is one named entry, the batch goes on."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from samples.odd_pictures import write_odd_pictures
from tests.engine.conftest import ROOT, SAMPLES, copy_batch, zhenghe

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine")]

SAMPLE = SAMPLES / "01-平板扫描"
GOOD = ["附件2.xlsx", "榆政人社发批文.pdf", "证书/IMG_3028.jpg"]


def _jpeg(width: int = 900, height: int = 1200) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


def _encrypted_pdf() -> bytes:
    document, buffer = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.save(buffer, encryption=pikepdf.Encryption(owner="owner", user="secret"))
    return buffer.getvalue()


def _huge_png() -> bytes:
    """Return a small file that claims 40,000 by 40,000 pixels."""
    buffer = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(buffer, "PNG")
    return buffer.getvalue()


def _zip_with_a_way_out() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../逃出.jpg", _jpeg(50, 50))
    return buffer.getvalue()


BAD: dict[str, tuple[bytes, str, str]] = {
    "截断.jpg": (_jpeg()[:20_000], "truncated_image", "图片不完整"),
    "加密.pdf": (_encrypted_pdf(), "encrypted_pdf", "密码"),
    "坏.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "damaged_pdf", "重新扫描"),
    "空.jpg": (b"", "empty_file", "空"),
    "巨大.png": (_huge_png(), "page_too_large", "像素"),
    "乱码.jpg": (bytes(range(256)) * 40, "unknown_format", "无法识别"),
    "包.rar": (b"Rar!\x1a\x07\x01\x00" + b"\0" * 60, "unsupported_archive", "解压"),
    "外逃.zip": (_zip_with_a_way_out(), "unsafe_name", "没有解压"),
    "半个压缩包.xlsx": (b"PK\x03\x04 broken", "damaged_archive", "损坏"),
    "花名册.csv": ("物品,数量\n桌子,3\n椅子,12\n".encode("gb18030"), "not_a_title_sheet", "姓名"),
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, page_cache: Path) -> tuple[dict[str, Any], str]:
    """A batch of three good files and all the bad ones; returns its batch line and what was printed."""
    folder = copy_batch(SAMPLE, tmp_path_factory.mktemp("bad") / "杂乱批次", GOOD)
    for name, (content, _, _) in BAD.items():
        (folder / name).write_bytes(content)
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    out = tmp_path_factory.mktemp("out")
    done = zhenghe("check", folder, "--out", out, "--cache", page_cache, "--workers", 2)
    assert done.returncode == 1, done.stderr
    lines = [json.loads(line) for line in (out / "findings.jsonl").read_text("utf-8").splitlines()]
    linked = [line for line in lines if line["type"] == "row" and line["certificate"]]
    assert [line["certificate"]["file"] for line in linked] == ["证书/IMG_3028.jpg"]
    (batch,) = [line for line in lines if line["type"] == "batch"]
    return batch, done.stdout + done.stderr


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_is_named_with_its_code_and_a_sentence(
    checked: tuple[dict[str, Any], str], name: str
) -> None:
    batch, _ = checked
    _, code, sentence = BAD[name]

    entries = [entry for entry in batch["unreadable_files"] if entry["file"].startswith(name)]

    assert [entry["code"] for entry in entries] == [code], batch["unreadable_files"]
    assert sentence in entries[0]["message"]


def test_a_system_file_is_listed_and_is_no_problem(checked: tuple[dict[str, Any], str]) -> None:
    batch, _ = checked

    assert "Thumbs.db" in [entry["file"] for entry in batch["other_files"]]
    assert "Thumbs.db" not in [entry["file"] for entry in batch["unreadable_files"]]


def test_no_traceback_reaches_the_user(checked: tuple[dict[str, Any], str]) -> None:
    _, printed = checked

    assert "Traceback" not in printed
    assert "panicked" not in printed


_MEMORY_LIMIT_MB = 1_600
"""Of the largest process: a worker may have 1.2 GB, and the largest picture would add as much unpacked."""

_MEASURE = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "cli", *sys.argv[1:]])
print("PEAK", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(done.returncode)
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, page_cache: Path) -> tuple[list[dict[str, Any]], str]:
    """A sheet and odd pictures, some of a good certificate; returns all lines and what was printed."""
    folder = copy_batch(SAMPLE, tmp_path_factory.mktemp("odd") / "照片批次", GOOD[:-1])
    with Image.open(SAMPLE / GOOD[-1]) as certificate:
        write_odd_pictures(folder, certificate)
    out = tmp_path_factory.mktemp("out")
    command = [sys.executable, "-c", _MEASURE, "check", folder, "--out", out, "--cache", page_cache]
    done = subprocess.run(
        [*map(str, command), "--workers", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 1, done.stderr
    lines = [json.loads(line) for line in (out / "findings.jsonl").read_text("utf-8").splitlines()]
    return lines, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("空白页.jpg", "blank"),
        ("自拍.jpg", "no_text"),
        ("风景.jpg", "no_text"),
        ("缩略图.png", "too_few_pixels"),
        ("半张.jpg", "page_cut_off"),
        ("超大.png", "page_too_large"),
    ],
)
def test_a_picture_that_proves_nothing_is_named_once_with_a_sentence(
    odd: tuple[list[dict[str, Any]], str], name: str, code: str
) -> None:
    lines, _ = odd
    (batch,) = [line for line in lines if line["type"] == "batch"]

    entries = [e for key in ("unreadable_files", "other_files") for e in batch[key] if e["file"] == name]

    assert [entry["code"] for entry in entries] == [code], batch
    assert entries[0]["message"]


def test_odd_pictures_cost_little_memory_and_no_traceback(odd: tuple[list[dict[str, Any]], str]) -> None:
    _, printed = odd

    (peak_mb,) = re.findall(r"^PEAK (\d+)", printed, re.MULTILINE)
    assert int(peak_mb) < _MEMORY_LIMIT_MB
    assert "Traceback" not in printed


def test_an_upside_down_certificate_is_read_and_its_half_clears_nothing(
    odd: tuple[list[dict[str, Any]], str],
) -> None:
    lines, _ = odd
    linked = {line["certificate"]["file"] for line in lines if line["type"] == "row" and line["certificate"]}

    assert linked == {"倒置.jpg"}


@pytest.mark.parametrize(
    ("arguments", "env", "sentence"),
    [
        pytest.param(["/no/such/folder"], {}, "不存在", id="no-such-folder"),
        pytest.param([SAMPLE], {"ZHENGHE_MODEL_DIR": "/no/such/models"}, "缺少识别模型文件", id="no-models"),
        pytest.param([SAMPLE], {"ZHENGHE_WORKERS": "none"}, "ZHENGHE_WORKERS", id="bad-setting"),
    ],
)
def test_what_cannot_run_says_why_and_exits_2(
    tmp_path: Path, arguments: list[object], env: dict[str, str], sentence: str
) -> None:
    done = zhenghe("check", *arguments, "--out", tmp_path / "out", "--cache", tmp_path / "cache", env=env)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_folder_that_cannot_be_made_is_said_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    done = zhenghe("check", SAMPLE, "--out", tmp_path / "file" / "out", "--cache", tmp_path / "cache")

    assert done.returncode == 2
    assert "无法写入报告文件夹" in done.stderr
