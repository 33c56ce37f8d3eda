"""The database: one engine for each process, and transactions that commit once at the edge."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from domain.errors import TransientError
from storage.stored_file import StorageFullError

__all__ = [
    "Database",
    "DatabaseBusyError",
    "DatabaseFullError",
    "DatabaseUnreachableError",
    "Session",
    "is_lock_error",
    "sqlite_url",
]

_BUSY_TIMEOUT_SECONDS = 30.0
_POOL_SIZE = 40
"""As many as the API answers calls at once; a connection is cheap."""

_DEFERRED = "zhenghe_deferred"
_TURN = "zhenghe_turn"

CLOCK = "clock"
"""Key of a session's ``info``."""


class DatabaseBusyError(TransientError):
    """Another process held the database for longer than anyone should wait."""

    code = "database_busy"

    def __init__(self) -> None:
        super().__init__("数据库正忙，本次操作没有执行。请稍候几秒后重试；如果反复出现，请联系系统维护人员。")


class DatabaseUnreachableError(TransientError):
    """The database server does not answer, or ended the connection."""

    code = "database_unreachable"

    def __init__(self) -> None:
        super().__init__("暂时连不上数据库，本次操作没有执行。请稍候重试；如果反复出现，请联系系统维护人员。")


class DatabaseFullError(StorageFullError):
    """The disk of the database has no room for what was to be written down."""

    code = "database_full"

    def __init__(self) -> None:
        TransientError.__init__(self, "服务器磁盘空间不足，本次操作没有保存。请管理员清理磁盘，之后再重试。")


class Database:
    """A database with transactions. Safe to share between threads, not over a fork."""

    def __init__(
        self,
        url: str,
        *,
        busy_timeout_seconds: float = _BUSY_TIMEOUT_SECONDS,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Prepare to connect; nothing is opened yet.

        Args:
            url: ``sqlite:///file`` or ``postgresql+psycopg://...``.
            busy_timeout_seconds: How long a transaction waits for a lock before ``DatabaseBusyError``.
            clock: Says what time it is, aware; the system's when ``None``.
        """
        self.clock = clock or _utc_now
        self.url = normal_url(url)
        self.is_sqlite = make_url(self.url).get_backend_name() == "sqlite"
        self.engine = _make_engine(self.url, busy_timeout_seconds, is_sqlite=self.is_sqlite)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a transaction that may write; it commits at the end, and rolls back on an error.

        SQLite takes the write lock at once, so that a transaction never fails in the middle because
        another one wrote after it had read.

        Raises:
            DatabaseBusyError: The lock could not be had.
        """
        with self._session() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that only reads; it sees one state throughout and blocks nobody.

        Raises:
            DatabaseBusyError: The database is held exclusively.
        """
        with self._session(_DEFERRED) as session:
            yield session

    @contextmanager
    def _session(self, option: str | None = None) -> Iterator[Session]:
        engine = self.engine.execution_options(**{option: True}) if option else self.engine
        if option and not self.is_sqlite:
            # Otherwise each statement would see what others committed meanwhile.
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                session.info[CLOCK] = self.clock
                yield session
        except PoolTimeoutError as error:
            raise DatabaseBusyError from error
        except OperationalError as error:
            if is_lock_error(error):
                raise DatabaseBusyError from error
            if _is_full(error):
                raise DatabaseFullError from error
            if not self.is_sqlite and _is_cut_off(error):
                raise DatabaseUnreachableError from error
            raise

    def close(self) -> None:
        """Release all connections."""
        self.engine.dispose()


def _utc_now() -> datetime:
    return datetime.now(UTC)


def sqlite_url(path: Path) -> str:
    """Return the URL of a database file."""
    return f"sqlite:///{path}"


def normal_url(url: str) -> str:
    """Return the URL with the driver that the product brings: ``postgres://`` means psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def is_lock_error(error: OperationalError) -> bool:
    """Tell whether a database error says that a lock could not be had in time."""
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    # 55P03 lock_not_available, 40001 and 40P01: serialisation failure and deadlock.
    return getattr(cause, "sqlstate", None) in ("55P03", "40001", "40P01")


def _is_full(error: OperationalError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == "53100"


def _is_cut_off(error: OperationalError) -> bool:
    # Class 08: connection; 57P01 to 57P03: the server shuts down or starts. No state: no server was reached.
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state[:2] == "08" or state[:4] == "57P0"


def _make_engine(url: str, busy_timeout_seconds: float, *, is_sqlite: bool) -> Engine:
    if not is_sqlite:
        engine = create_engine(
            url, pool_size=_POOL_SIZE, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )

        @event.listens_for(engine, "connect")
        def limit_waiting(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
            cursor = connection.cursor()
            cursor.execute(f"SET lock_timeout = {int(busy_timeout_seconds * 1000)}")
            cursor.close()
            connection.commit()

        return engine
    engine = create_engine(
        url,
        pool_size=_POOL_SIZE,
        max_overflow=0,
        connect_args={"timeout": busy_timeout_seconds},
        # An error's text must not hold what people wrote.
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up_sqlite)
    _WritersQueue(busy_timeout_seconds).attach(engine)
    return engine


class _WritersQueue:
    """Lets the threads of this process write to SQLite one after the other.

    SQLite's own waiting is asking again after ever longer sleeps, up to a tenth of a second: the lock lies
    idle meanwhile, and who has just come overtakes who has waited long. Only the first of the queue asks
    SQLite, since another process may be writing.
    """

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds
        self._turn = threading.Lock()

    def attach(self, engine: Engine) -> None:
        """Stand before every transaction of an engine that writes."""
        event.listen(engine, "begin", self._begin)
        # Whatever became of the transaction, its connection goes back to the pool.
        event.listen(engine, "checkin", self._end)

    def _begin(self, connection: Connection) -> None:
        if connection.get_execution_options().get(_DEFERRED, False):
            connection.exec_driver_sql("BEGIN DEFERRED")
            return
        info = connection.connection.record_info
        assert info is not None, "connections come from the pool"
        if _TURN not in info:
            if not self._turn.acquire(timeout=self._timeout_seconds):
                raise DatabaseBusyError
            info[_TURN] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _end(self, _connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if record.record_info is not None and record.record_info.pop(_TURN, False):
            self._turn.release()


def _set_up_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's type
    # The driver's own handling begins transactions too late; ``_WritersQueue`` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # An upload that was answered with 202 must survive the power failing a moment later.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.close()
