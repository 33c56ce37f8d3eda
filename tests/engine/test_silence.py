"""Libraries of models are kept from calling home."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bootstrap.settings import load_settings
from ocr.models import MANIFEST, ModelStore
from ocr.silence import silence_libraries
from tests.engine.conftest import ROOT, SAMPLES, zhenghe

TRACE = ".ses"
"""A file among the temporary ones in which onnxruntime numbers the sessions that it reports."""

WATCH = """
import os, sys

def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        wanted = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        wanted = arguments[1]
    else:
        return
    with open(os.environ["CALLS"], "a") as calls:
        print(event, wanted, file=calls)
    raise OSError("no network in this test")

sys.addaudithook(watch)
"""
"""Runs at the start of every Python process: writes down each call to another machine, lets none through."""

SWITCHED_ON = {
    "ORT_DISABLE_TELEMETRY": "0",
    "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "",
    "CI": "",
    "TF_BUILD": "",
    "JENKINS_URL": "",
}
"""What a library might look at by itself, in a way that would have it report."""


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """An environment with a home and temporary files of its own, in which calls are written to a file."""
    for name in ("temporary", "home", "start"):
        (tmp_path / name).mkdir()
    (tmp_path / "start" / "sitecustomize.py").write_text(WATCH)
    (tmp_path / "calls").touch()
    return SWITCHED_ON | {
        "TMPDIR": str(tmp_path / "temporary"),
        "HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(tmp_path / "start"),
        "CALLS": str(tmp_path / "calls"),
        "ZHENGHE_MODEL_DIR": str(load_settings().model_dir),
        "ZHENGHE_CACHE_DIR": str(tmp_path / "cache"),
        # On any processor: it is what loads openvino.
        "ZHENGHE_PRECISION": "bfloat16",
    }


def _left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


def _run(program: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-c", program]
    subprocess.run(command, env=os.environ | environment, cwd=ROOT, check=True, timeout=120)


def test_reading_a_page_calls_no_machine_and_leaves_no_trace(tmp_path: Path, watched: dict[str, str]) -> None:
    page = next(path for path in sorted(SAMPLES.rglob("*.jpg")) if path.stat().st_size > 50_000)

    done = zhenghe("read", page, env=watched)

    assert done.returncode in (0, 1), done.stderr
    assert (tmp_path / "calls").read_text() == ""
    assert TRACE not in _left_in(tmp_path / "temporary")
    assert "intel" not in _left_in(tmp_path / "home")


def test_fetching_models_leaves_no_trace(tmp_path: Path, watched: dict[str, str]) -> None:
    store = ModelStore(load_settings().model_dir)
    wheel = tmp_path / "rapidocr-3.10.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for model in MANIFEST:
            archive.write(store.model_dir(model) / "inference.onnx", model.member)

    done = zhenghe("models", "--wheel", wheel, env=watched | {"ZHENGHE_MODEL_DIR": str(tmp_path / "models")})

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "calls").read_text() == ""
    assert TRACE not in _left_in(tmp_path / "temporary")


def test_the_libraries_alone_would_report(tmp_path: Path, watched: dict[str, str]) -> None:
    """Should this fail one day, a library has changed, and the test above proves nothing of it any more."""
    _run("import onnxruntime, openvino", watched)

    assert TRACE in _left_in(tmp_path / "temporary")
    assert "google-analytics" in (tmp_path / "calls").read_text()
    assert "intel" in _left_in(tmp_path / "home")


def test_openvino_works_without_its_reporter(tmp_path: Path, watched: dict[str, str]) -> None:
    _run("from ocr.silence import *; silence_libraries(); import openvino; openvino.Core()", watched)

    assert (tmp_path / "calls").read_text() == ""


def test_nobody_can_switch_reports_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")

    silence_libraries()

    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
