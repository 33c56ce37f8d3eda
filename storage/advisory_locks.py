"""Locks of PostgreSQL that live as long as the connection that took them: proof that a process is alive."""

import hashlib
from collections.abc import Iterable

import psycopg
from sqlalchemy import make_url

from domain.errors import TransientError
from storage.sessions import normal_url

_SERVER_SETTINGS = {
    # A machine that loses its power says no goodbye. 5 s + 3 times 2 s after its last word the server
    # gives its locks free; with the system's defaults that takes two hours.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "12000",
    "statement_timeout": "10000",
    # Poolers and careful administrators end idle sessions, and a lock must not end with them.
    "idle_session_timeout": "0",
}


class LocksLostError(TransientError):
    """The connection that held the locks is gone, and the locks with it."""

    code = "locks_lost"

    def __init__(self) -> None:
        super().__init__("与数据库的连接中断，正在重新连接。如果长时间没有恢复，请联系系统维护人员。")


class AdvisoryLocks:
    """Named locks on one connection of its own. For one thread at a time.

    Every method but ``close`` raises ``LocksLostError`` when the connection fails; all locks are lost
    then, and the next call connects anew.
    """

    def __init__(self, database_url: str) -> None:
        """Prepare to connect.

        Args:
            database_url: Of PostgreSQL, as for ``Database``. Not through a pooler that lends a connection
                for one transaction only: locks need a session.
        """
        url = make_url(normal_url(database_url)).set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._connection: psycopg.Connection | None = None

    def try_lock(self, name: str) -> bool:
        """Take a lock unless another connection has it; not to be called for a lock held already."""
        return bool(self._ask("SELECT pg_try_advisory_lock(%s)", [_key(name)])[0][0])

    def unlock(self, name: str) -> None:
        """Give a lock free."""
        self._ask("SELECT pg_advisory_unlock(%s)", [_key(name)])

    def check(self) -> None:
        """See that the connection, and so every lock taken on it, is still there."""
        if self._connection is None:
            raise LocksLostError
        self._ask("SELECT 1", [])

    def find_free(self, names: Iterable[str]) -> set[str]:
        """Return those of some locks that no connection holds, this one included; takes none."""
        held = {
            (int(high) << 32) | int(low)
            for high, low in self._ask(
                "SELECT classid::bigint, objid::bigint FROM pg_locks JOIN pg_database AS d"
                " ON d.oid = database AND d.datname = current_database()"
                " WHERE locktype = 'advisory' AND objsubid = 1 AND granted",
                [],
            )
        }
        return {name for name in names if _key(name) % (1 << 64) not in held}

    def close(self) -> None:
        """Give all locks free."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _ask(self, query: str, values: list[int]) -> list[tuple[int, ...]]:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = self._connect()
            return self._connection.execute(query.encode(), values).fetchall()
        except psycopg.Error as error:
            self.close()
            raise LocksLostError from error

    def _connect(self) -> psycopg.Connection:
        connection = psycopg.connect(
            self._address,
            # A lock must not sit in a transaction: that would hold up the vacuum.
            autocommit=True,
            connect_timeout=5,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
        )
        for setting, value in _SERVER_SETTINGS.items():
            connection.execute("SELECT set_config(%s, %s, false)", [setting, value])
        return connection


def _key(name: str) -> int:
    """Return the signed 64-bit number that PostgreSQL knows the lock by."""
    digest = hashlib.sha256(f"zhenghe:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
