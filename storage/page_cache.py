"""Finished pages, kept by the hash of their content, so that no page is ever read twice."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from domain.errors import SetupError
from storage.page_codec import FORMAT
from storage.sessions import Database

_METADATA = MetaData()
_PAGES = Table("pages", _METADATA, Column("key", String, primary_key=True), Column("content", LargeBinary))
_KEYS_PER_QUERY = 500


class CacheUnusableError(SetupError):
    """The cache folder cannot be written, or its file is no database."""

    code = "cache_unusable"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"缓存文件无法使用：{path}（{reason}）。请用 --cache 指定另一个可写的文件夹，或删除该文件后重试。"
        )


class PageCache:
    """A table with one row per page read. Several processes, or machines, may use it at once."""

    def __init__(self, folder: Path) -> None:
        """Open or create the cache.

        Raises:
            CacheUnusableError: The folder cannot be written or the file is damaged.
        """
        path = folder / "pages.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
            event.listen(self._engine, "connect", _set_pragmas)
            _METADATA.create_all(self._engine)
        except (OSError, DatabaseError, OperationalError) as error:
            raise CacheUnusableError(path, type(error).__name__) from error

    @classmethod
    def in_database(cls, database: Database) -> "PageCache":
        """Keep the pages in a database that several machines share."""
        cache = cls.__new__(cls)
        cache._engine = database.engine
        return cache

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    def load(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of those keys that are known."""
        wanted = list(keys)
        found: dict[str, bytes] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), _KEYS_PER_QUERY):
                query = select(_PAGES).where(_PAGES.c.key.in_(wanted[start : start + _KEYS_PER_QUERY]))
                found.update({row.key: row.content for row in connection.execute(query)})
        return found

    def save(self, key: str, content: bytes) -> None:
        """Keep one page; the first content of a key stays."""
        # A full disk costs the next run some time, not this run its result.
        with suppress(OperationalError), self._engine.begin() as connection:
            insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
            connection.execute(insert(_PAGES).values(key=key, content=content).on_conflict_do_nothing())


def page_key(file_sha256: str, page_index: int, reader_version: str) -> str:
    """Return the cache key of a page: the file's content, the place, and what reads it."""
    return f"{FORMAT}|{file_sha256}|{page_index}|{reader_version}"


def _set_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
