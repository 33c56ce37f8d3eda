"""Libraries of models are kept from calling home."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ocr.silence import silence_libraries
from tests.engine.conftest import SAMPLES, zhenghe

TRACE = ".ses"
"""A file among the temporary ones in which onnxruntime numbers the sessions that it would report."""


def _left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


def test_reading_leaves_no_trace_for_reports(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    page = next(path for path in sorted(SAMPLES.rglob("*.jpg")) if path.stat().st_size > 50_000)

    env = {"TMPDIR": str(folder), "ZHENGHE_CACHE_DIR": str(tmp_path / "cache"), "ORT_DISABLE_TELEMETRY": "0"}
    done = zhenghe("read", page, env=env)

    assert done.returncode in (0, 1), done.stderr
    assert TRACE not in _left_in(folder)


def test_the_library_alone_would_leave_one(tmp_path: Path) -> None:
    """Should this fail one day, the library has changed, and the test above proves nothing any more."""
    env = {**os.environ, "TMPDIR": str(tmp_path), "ORT_DISABLE_TELEMETRY": "0"}
    subprocess.run([sys.executable, "-c", "import onnxruntime"], env=env, check=True, timeout=120)

    assert TRACE in _left_in(tmp_path)


def test_nobody_can_switch_reports_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")

    silence_libraries()

    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
