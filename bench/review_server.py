"""The service that is measured: its real process, on a data folder of the bench's own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.corpora import ROOT

_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """``python -m api`` under way."""

    port: int
    process_id: int

    def peak_mib(self) -> float:
        """Return the most memory that it has held."""
        status = Path(f"/proc/{self.process_id}/status").read_text()
        kib = next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]
        return int(kib) / 1024


def cpu_seconds(process_id: int) -> float:
    """Return the processor time that a process has spent."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serve(folder: Path, database_url: str | None) -> Iterator[Server]:
    """Run the API until the block ends.

    Args:
        folder: Its data folder.
        database_url: PostgreSQL; ``None`` for the file in the folder.

    Raises:
        TimeoutError: It does not answer.
    """
    port = _free_port()
    environment = os.environ | {"ZHENGHE_DATA_DIR": str(folder), "ZHENGHE_PORT": str(port)}
    environment.pop("ZHENGHE_DATABASE_URL", None)
    if database_url is not None:
        environment["ZHENGHE_DATABASE_URL"] = database_url
    with (folder / "api.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "api"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        _wait_until_ready(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health"):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
