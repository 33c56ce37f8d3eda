"""The command that users run, in a process of its own, with what its workers logged."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bench.corpora import ROOT

Usage: TypeAlias = dict[str, float]
"""What ``jobs.usage`` logs after a page."""

_SHEET = (
    "姓名,性别,证件号码,资格名称,授予时间,证书号码\n张三,男,110105194912310021,工程师,2015-12-30,2015-00001\n"
)


class CommandFailedError(Exception):
    """``zhenghe check`` could not check."""

    def __init__(self, code: int) -> None:
        super().__init__(f"zhenghe check ended with {code}")


@dataclass(frozen=True, slots=True)
class CheckRun:
    """One run of ``zhenghe check``."""

    wall_seconds: float
    cpu_seconds: float
    """Of all its processes."""

    workers: tuple[tuple[Usage, ...], ...]
    """For each process that read pages, what it had spent after each of them, in order."""


def write_sheet(batch: Path) -> None:
    """Write the smallest sheet that makes a folder a batch."""
    (batch / "附件2.csv").write_text(_SHEET, "utf-8")


def link_or_copy(source: Path, folder: Path) -> None:
    """Put a file into a folder under its own name, without using the disk twice where that can be."""
    target = folder / source.name
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy(source, target)


def check_batch(batch: Path, scratch: Path, *, model_dir: Path, workers: int) -> CheckRun:
    """Check one batch with the cache ``scratch / "cache"``, where the pages lie afterwards.

    Args:
        batch: Folder with a sheet.
        scratch: Folder for cache, reports and logs; its ``usage`` must be empty or missing.
        model_dir: Of the OCR models.
        workers: Processes that read.

    Raises:
        CommandFailedError: The batch was not checked.
    """
    usage = scratch / "usage"
    command = [sys.executable, "-m", "cli", "check", str(batch), "--out", str(scratch / "out")]
    command += ["--workers", str(workers), "--cache", str(scratch / "cache")]
    environment = os.environ | {"ZHENGHE_USAGE_DIR": str(usage), "ZHENGHE_MODEL_DIR": str(model_dir)}
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _, status, spent = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    # 0: all clear, 1: findings.
    if process.returncode not in {0, 1}:
        raise CommandFailedError(process.returncode)
    return CheckRun(wall, spent.ru_utime + spent.ru_stime, read_usage(usage))


def read_usage(folder: Path) -> tuple[tuple[Usage, ...], ...]:
    """Read the logs of all processes; none where nothing was logged."""
    return tuple(
        tuple(json.loads(line) for line in file.read_text("utf-8").splitlines())
        for file in sorted(folder.glob("*.jsonl"))
    )
