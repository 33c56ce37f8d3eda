"""The processes of one service, kept running."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

HOPELESS_EXIT = 78
"""EX_CONFIG of sysexits.h: a child that ends with it would end so again; the supervisor ends with it too."""

_TICK_SECONDS = 0.1
_FIRST_DELAY_SECONDS = 0.1
_LONGEST_DELAY_SECONDS = 10.0
_AT_ONCE_SECONDS = 5.0
"""A child that lived shorter than this waits twice as long for its next start."""

_STEADY_SECONDS = 60.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Command:
    """One process of a service."""

    name: str
    """For the log."""

    argv: Sequence[str]
    environment: Mapping[str, str] | None = None
    """``None``: that of this process."""


class Supervisor:
    """Starts child processes, starts those again that end, and ends them all with itself.

    However this process ends, its children end with it.
    """

    def __init__(self, commands: Sequence[Command], *, stop_seconds: float = 15.0) -> None:
        """Prepare; nothing is started yet.

        Args:
            commands: The children.
            stop_seconds: How long they have to end after SIGTERM.
        """
        self._children = [_Child(command) for command in commands]
        self._stop_seconds = stop_seconds
        self._stop = threading.Event()

    def run(self) -> int:
        """Keep the children running until SIGTERM or SIGINT; call it from the main thread.

        The children end with the thread that called this, and so would they at its end.

        Returns:
            The status to exit with: 0, or ``HOPELESS_EXIT``.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        status = 0
        try:
            while not self._stop.is_set():
                for child in self._children:
                    if child.tend() == HOPELESS_EXIT:
                        status = HOPELESS_EXIT
                        self._stop.set()
                self._stop.wait(_TICK_SECONDS)
        finally:
            self._end_children()
        return status

    def _end_children(self) -> None:
        for child in self._children:
            child.ask_to_end()
        deadline = time.monotonic() + self._stop_seconds
        for child in self._children:
            child.end(deadline)


class _Child:
    def __init__(self, command: Command) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._delay = _FIRST_DELAY_SECONDS
        self._start_at = 0.0

    def tend(self) -> int | None:
        """Start the process if it does not run and its time has come; return its status if it has ended."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._start_at:
                self._start(now)
            return None
        status = self._process.poll()
        if status is None:
            return None
        lived = now - self._started
        if lived >= _STEADY_SECONDS:
            self._delay = _FIRST_DELAY_SECONDS
        self._process = None
        self._start_at = now + self._delay
        _log.warning(
            "child_ended",
            child=self._command.name,
            status=status,
            lived_seconds=round(lived, 1),
            restart_in_seconds=self._delay,
        )
        if lived < _AT_ONCE_SECONDS:
            self._delay = min(2 * self._delay, _LONGEST_DELAY_SECONDS)
        return status

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, deadline: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _log.warning("child_killed", child=self._command.name)
            self._process.kill()
            self._process.wait()

    def _start(self, now: float) -> None:
        wrapper = Path(__file__).with_name("bound_child.py")
        bound = [sys.executable, "-I", "-S", str(wrapper), str(os.getpid())]
        self._process = subprocess.Popen([*bound, *self._command.argv], env=self._command.environment)
        self._started = now
        _log.info("child_started", child=self._command.name, pid=self._process.pid)
