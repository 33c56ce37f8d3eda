"""The processes of a service are kept running, and end with it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.jobs.executors import wait_for

_ROOT = Path(__file__).parents[3]

_CHILD = """
import os, signal, sys, time
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[2] == "hopeless":
    sys.exit(78)
if sys.argv[2] == "short":
    sys.exit(3)
time.sleep(60)
"""

_PROGRAM = """
import sys
from jobs.supervisor import Command, Supervisor
child, folder, *kinds = sys.argv[1:]
commands = [Command(kind, [sys.executable, "-c", child, f"{folder}/{kind}", kind]) for kind in kinds]
sys.exit(Supervisor(commands, stop_seconds=1.0).run())
"""


def _start(folder: Path, *kinds: str) -> "subprocess.Popen[str]":
    arguments = [sys.executable, "-c", _PROGRAM, _CHILD, str(folder), *kinds]
    return subprocess.Popen(arguments, cwd=_ROOT, stdout=subprocess.PIPE, text=True)


def _pids(folder: Path, kind: str) -> list[int]:
    file = folder / kind
    return [int(line) for line in file.read_text("utf-8").split()] if file.exists() else []


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _kill_and_wait_for_the_next(folder: Path, kind: str) -> None:
    killed = _pids(folder, kind)[-1]
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: _pids(folder, kind)[-1] != killed)


def test_a_child_that_is_killed_is_started_again_and_the_others_go_on(tmp_path: Path) -> None:
    supervisor = _start(tmp_path, "api", "executor")
    wait_for(lambda: bool(_pids(tmp_path, "api") and _pids(tmp_path, "executor")))
    for _ in range(3):
        _kill_and_wait_for_the_next(tmp_path, "executor")

    assert len(_pids(tmp_path, "api")) == 1
    supervisor.terminate()
    supervisor.communicate()


def test_a_child_that_ends_at_once_is_started_ever_more_slowly(tmp_path: Path) -> None:
    supervisor = _start(tmp_path, "short")
    wait_for(lambda: len(_pids(tmp_path, "short")) >= 4)
    supervisor.terminate()
    output, _ = supervisor.communicate()

    ends = [line for line in output.splitlines() if "child_ended" in line]
    assert [line.split("restart_in_seconds=")[1].split()[0] for line in ends[:3]] == ["0.1", "0.2", "0.4"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_ends_all_even_those_that_will_not(tmp_path: Path, number: int) -> None:
    supervisor = _start(tmp_path, "api", "stubborn")
    wait_for(lambda: bool(_pids(tmp_path, "api") and _pids(tmp_path, "stubborn")))
    supervisor.send_signal(number)
    output, _ = supervisor.communicate()

    assert supervisor.returncode == 0
    assert output.count("child_killed") <= 1
    assert not any(_is_alive(pid) for kind in ("api", "stubborn") for pid in _pids(tmp_path, kind))


def test_children_do_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    supervisor = _start(tmp_path, "api", "stubborn")
    wait_for(lambda: bool(_pids(tmp_path, "api") and _pids(tmp_path, "stubborn")))
    supervisor.kill()
    supervisor.communicate()

    wait_for(lambda: not any(_is_alive(pid) for kind in ("api", "stubborn") for pid in _pids(tmp_path, kind)))


def test_a_child_that_can_never_work_ends_the_service(tmp_path: Path) -> None:
    supervisor = _start(tmp_path, "api", "hopeless")
    supervisor.communicate(timeout=30)

    assert supervisor.returncode == 78
    assert len(_pids(tmp_path, "hopeless")) == 1
