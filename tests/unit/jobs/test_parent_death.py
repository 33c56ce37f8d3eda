"""No worker outlives its parent, whatever it is doing."""

import ctypes
import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

from jobs.parent_death import die_with_parent


def _hang_with_the_interpreter_held(started: str) -> None:
    die_with_parent()
    Path(started).write_text(str(multiprocessing.current_process().pid), "utf-8")
    ctypes.PyDLL(None).sleep(60)


def _start_child(started: str) -> None:
    context = multiprocessing.get_context("spawn")
    context.Process(target=_hang_with_the_interpreter_held, args=(started,)).start()


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_worker_that_hangs_in_native_code_dies_with_its_parent(tmp_path: Path) -> None:
    started = tmp_path / "started"
    program = f"from {__name__} import _start_child; _start_child({str(started)!r})"
    root = Path(__file__).parents[3]
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=root)
    deadline = time.monotonic() + 30
    while not (started.exists() and started.read_text("utf-8")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    pid = int(started.read_text("utf-8"))
    assert _is_alive(pid)

    parent.kill()
    parent.wait()

    while _is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
