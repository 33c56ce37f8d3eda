"""Demonstration data of the real command: every state of a batch comes about."""

from pathlib import Path

from domain.way import BatchState
from tests.engine.conftest import SAMPLES, copy_batch, zhenghe

NUMBERS_DIFFER = "02-灰度复印"
"""The 批准文号 of its sheet is not that of its approval: somebody has to settle it."""


def test_demonstration_holds_batches_in_every_state_though_numbers_differ(tmp_path: Path) -> None:
    samples, data = tmp_path / "samples", tmp_path / "data"
    source = SAMPLES / NUMBERS_DIFFER
    names = [path.relative_to(source).as_posix() for path in source.rglob("*") if _is_list(path)]
    copy_batch(source, samples / NUMBERS_DIFFER, names)
    made = zhenghe("demo-data", "--samples", samples, "--data", data)
    assert made.returncode == 0, made.stdout + made.stderr
    assert {state for state in BatchState if f"：{state.label}" not in made.stdout} == set()


def _is_list(path: Path) -> bool:
    """Tell sheet and approval from certificates, which take longest to read."""
    return path.suffix == ".csv" or (path.suffix == ".pdf" and "批复" in path.name and "(" not in path.name)
