"""The real command on real models, in a process of its own, as a user starts it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "batches"


def zhenghe(*arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line and return what it printed."""
    command = [sys.executable, "-m", "cli", *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def copy_batch(source: Path, target: Path, names: Sequence[str]) -> Path:
    """Copy some files of a sample batch into a new batch."""
    for name in names:
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, path)
    return target


@pytest.fixture(scope="session")
def page_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page cache that all engine tests share, so that no page is read twice by them either."""
    return tmp_path_factory.mktemp("cache")
