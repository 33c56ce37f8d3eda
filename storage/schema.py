"""The schema's history: brings a database forward to what this code needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from domain.errors import SetupError
from storage.sessions import Database

_FOLDER = Path(__file__).parent / "migrations"

_UPGRADE_LOCK = 4_093_552_017
"""Any number, the same in every process: one of them upgrades, the others wait."""


class NewerSchemaError(SetupError):
    """The database was written by a later release."""

    code = "newer_schema"

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"数据库的结构版本（{revision}）比本程序新，不能打开。请安装不低于写入它的版本的证核后再启动。"
        )


class BrokenUpgradeError(SetupError):
    """Bringing the schema forward would have left rows that point at nothing; nothing was changed."""

    code = "broken_upgrade"

    def __init__(self, revision: str, count: int) -> None:
        super().__init__(
            f"数据库升级到 {revision} 时有 {count} 处引用对不上，已全部撤回，数据没有变化。"
            "请保留原来的版本继续使用，并把这段话告诉维护人员。"
        )


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema forward, keeping the data. Safe to call from several processes at once.

    Args:
        database: An empty one, or one of this or an earlier release.
        revision: Where to stop; the newest unless a test wants an older one.

    Raises:
        NewerSchemaError: The database is of a later release.
        BrokenUpgradeError: The data do not fit the new schema; they are as before.
    """
    # SQLite's write lock keeps other processes out for the length of the transaction; PostgreSQL's DDL is
    # transactional too, but two processes may begin it at once.
    with _without_foreign_keys(database) as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
        config = _config(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if current is not None and current not in known:
            raise NewerSchemaError(current)
        command.upgrade(config, revision)
        if database.is_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise BrokenUpgradeError(revision, len(lost))


@contextmanager
def _without_foreign_keys(database: Database) -> Iterator[Connection]:
    """Open a connection on which SQLite may replace a table that others point at.

    SQLite alters most of a table only by making another one in its place, and takes removing the old one for
    removing all of its rows. The setting does nothing inside a transaction; what must hold is proven at the
    end of it.
    """
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            yield connection
            return
        raw = connection.connection.cursor()
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            raw.execute("PRAGMA foreign_keys=ON")
            raw.close()


def current_revision(database: Database) -> str | None:
    """Return the revision that a database is at, ``None`` for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """Return the revision that this code needs."""
    head = ScriptDirectory(str(_FOLDER)).get_current_head()
    assert head is not None, "there is a first revision"
    return head


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Tell whether a table belongs to the product; those of the job engine keep their own history."""
    from storage.models import Base

    return kind != "table" or name in Base.metadata.tables


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config
