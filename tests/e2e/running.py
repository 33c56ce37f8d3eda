"""A running service for tests: real processes that can be killed at any moment."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180.0
"""Far longer than anything takes on a busy machine; reached only when it would never come."""

_TICK_SECONDS = 0.03


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something has come true; fail if it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(_TICK_SECONDS)


class Running:
    """One service: a supervisor, the API, a worker with its readers, all with one data folder."""

    def __init__(self, data: Path, database_url: str | None) -> None:
        """Choose a port and an environment; nothing is started yet."""
        self.data = data
        self.temporary = data.with_name(f"{data.name}-temporary")
        self.temporary.mkdir()
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = service_environment(data, database_url) | {
            "ZHENGHE_PORT": str(self.port),
            "TMPDIR": str(self.temporary),
        }
        self._output = data.with_name(f"{data.name}-output")
        self._supervisor: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the supervisor; the others follow by themselves."""
        self._supervisor = start_program(["cli", "serve"], self.environment, self._output)

    @property
    def supervisor(self) -> int:
        """Its process id."""
        assert self._supervisor is not None, "it was started"
        return self._supervisor.pid

    def child(self, name: str) -> int | None:
        """Return the process id of ``api`` or ``worker``, ``None`` while it is not there."""
        mine = (pid for pid in self.processes() if _parent_of(pid) == self.supervisor)
        return next((pid for pid in mine if _command_of(pid)[-1:] == [name]), None)

    def processes(self) -> list[int]:
        """Return the ids of all living processes of this service, whoever their parent is by now."""
        mark = f"TMPDIR={self.temporary}"
        return [pid for pid in _all_processes() if mark in _listed(pid, "environ")]

    def kill_supervisor(self) -> None:
        """Kill it, and see that the others end with it."""
        assert self._supervisor is not None, "it was started"
        self._supervisor.kill()
        self._supervisor.wait()
        wait_for(lambda: not self.processes(), "the end of all processes", seconds=60)

    def stop(self) -> int:
        """End it as an administrator does; return the supervisor's exit code."""
        assert self._supervisor is not None, "it was started"
        self._supervisor.terminate()
        code = self._supervisor.wait(60)
        wait_for(lambda: not self.processes(), "the end of all processes", seconds=60)
        return code

    def end(self) -> None:
        """Kill what still runs, however the test ended."""
        if self._supervisor is not None and self._supervisor.poll() is None:
            self.kill_supervisor()

    def is_healthy(self) -> bool:
        """Tell whether the API answers."""
        try:
            return httpx2.get(f"{self.address}/health", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def output(self) -> str:
        """Return what the processes have printed."""
        return self._output.read_text("utf-8")


def service_environment(data: Path, database_url: str | None) -> dict[str, str]:
    """Return the environment of a service with one reader on a data folder."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("ZHENGHE_DATABASE")}
    mine = {"ZHENGHE_DATA_DIR": str(data), "ZHENGHE_WORKERS": "1", "ZHENGHE_DISK_RESERVE_MIB": "1"}
    return given | mine | ({"ZHENGHE_DATABASE_URL": database_url} if database_url else {})


def start_program(
    arguments: list[str], environment: Mapping[str, str], output: Path
) -> "subprocess.Popen[bytes]":
    """Start ``python -m`` with these arguments; what it prints is appended to a file.

    The program ends with the tests, also when they are killed.
    """
    bound = [sys.executable, "-I", "-S", str(ROOT / "jobs" / "bound_child.py"), str(os.getpid())]
    program = [sys.executable, "-m", *arguments]
    with output.open("ab") as stream:
        return subprocess.Popen([*bound, *program], cwd=ROOT, env=environment, stdout=stream, stderr=stream)


def run_program(arguments: list[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run ``python -m`` with these arguments to its end."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


def kill(pid: int) -> None:
    """End a process as a power cut would; one that is gone already is none the less."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _all_processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def _command_of(pid: int) -> list[str]:
    return _listed(pid, "cmdline")


def _parent_of(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(status.rpartition(")")[2].split()[1])


def _listed(pid: int, name: str) -> list[str]:
    """Return a list that the kernel keeps of a process; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text("utf-8").rstrip("\0").split("\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []
