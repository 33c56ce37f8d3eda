"""Data as each revision of the schema leaves it, to be brought forward by every later one.

``release_0001.json`` was written by the code of the first release and is never written again: the code of
today could not. Before a revision is added, ``python -m tests.release_data`` writes the data of the one that
was newest until then.
"""

import base64
import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, LargeBinary, MetaData, Table, text

from domain.accounts import Permission
from domain.decisions import Action
from domain.fields import Field
from domain.offices import OfficeKind
from domain.periods import NOTICE_2021
from review.batches import create_batch
from review.leases import take_rows
from review.pass_on import accept, confirm_number, pass_on, send_back
from review.remarks import add_note, look_at_row
from storage.credentials import ApiTokens
from storage.schema import newest_revision
from storage.sessions import Database, sqlite_url
from storage.settings import OfficeSettingsStore
from tests.bureau import Bureau, prepared_file
from tests.found_rows import clear_row, no_paper, wrong_name

Data = dict[str, list[dict[str, Any]]]
"""Rows as JSON values, by the name of their table."""

FOLDER = Path(__file__).parent / "unit" / "storage"
REVISIONS = tuple(sorted(path.stem.removeprefix("release_") for path in FOLDER.glob("release_*.json")))
"""Those of which there are data, oldest first."""

_NOT_OURS = frozenset({"alembic_version"})


def fill(bureau: Bureau) -> None:
    """Let offices work: a batch at the province, one that came back, one in review, a draft."""
    with bureau.store(None) as store:
        first = NOTICE_2021[0]
        period = store.periods.add(
            first.label,
            first_year=first.first_year,
            last_year=first.last_year,
            deadlines={OfficeKind.COUNTY: first.deadlines[OfficeKind.COUNTY]},
        )
        OfficeSettingsStore(store.session).put(bureau.offices["city"].id, "recheck_rate", 0.1)
        ApiTokens(store.session).add(
            bureau.actors["county.verifier"].user_id,
            "读卡程序",
            [Permission.VIEW],
            token_hash="ab" * 32,
            at=store.now,
            expires_at=store.now,
        )
    held = bureau.add_batch([clear_row(4), wrong_name(5), no_paper(6)], period_id=period.id)
    bureau.decide(bureau.row(held.id, 5), Action.PAPER_RIGHT, Field.NAME)
    bureau.decide(bureau.row(held.id, 6), Action.NO_CERTIFICATE, reason="档案中没有")
    _hand_up(bureau, held.id)
    bureau.do("province.supervisor", accept, held.id)

    back = bureau.add_batch([wrong_name(5), clear_row(6)], rate=1.0)
    bureau.decide_all(back.id)
    _hand_up(bureau, back.id)
    bureau.do("province.supervisor", send_back, back.id, "", {bureau.row(back.id, 6).id: "扫描件不清"})
    bureau.do("city.supervisor", send_back, back.id, "请补正")
    bureau.check(back.id, [clear_row(5), clear_row(6)], rate=1.0)

    open_ = bureau.add_batch([wrong_name(5), wrong_name(6)])
    bureau.do("county.verifier", confirm_number, open_.id, "陕人社函〔2016〕10号", "看图核对")
    bureau.do("county.verifier", take_rows, batch_id=open_.id)
    row = bureau.row(open_.id, 5)
    bureau.do("county.verifier", add_note, row.id, "原件在档案室")
    bureau.do("county.auditor", look_at_row, row.id, in_full=False)
    bureau.do("unit.reporter", create_batch, "草稿")


def _hand_up(bureau: Bureau, batch_id: int) -> None:
    bureau.add_letter(batch_id)
    bureau.do("county.supervisor", pass_on, batch_id)
    bureau.do("city.supervisor", accept, batch_id)
    bureau.do("city.supervisor", pass_on, batch_id)


def reflect(connection: Connection) -> list[Table]:
    """Return the tables as the database has them, those that others point to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name not in _NOT_OURS]


def dump(database: Database) -> Data:
    """Return all rows as JSON values."""
    with database.engine.connect() as connection:
        return {
            table.name: [
                {name: _to_json(value) for name, value in row.items()}
                for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()
            ]
            for table in reflect(connection)
        }


def load(database: Database, data: Data) -> None:
    """Write all rows into the tables of the release that they are from."""
    with database.engine.begin() as connection:
        for table in reflect(connection):
            rows = [_from_json(table, row) for row in data.get(table.name, [])]
            for row in rows:
                connection.execute(table.insert(), [row])
            if rows and not database.is_sqlite and "id" in table.columns:
                _count_on(connection, table)


def _count_on(connection: Connection, table: Table) -> None:
    """Let the database number new rows after those that were written."""
    sequence = connection.scalar(text(f"SELECT pg_get_serial_sequence('{table.name}', 'id')"))
    if sequence is not None:
        connection.execute(text(f"SELECT setval('{sequence}', (SELECT max(id) FROM {table.name}))"))


def _to_json(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value


def _from_json(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    # What is left out is NULL; None would be JSON's null in a column of JSON.
    values = {name: value for name, value in row.items() if value is not None}
    for name, value in values.items():
        kind = table.columns[name].type
        if isinstance(kind, LargeBinary):
            values[name] = base64.b64decode(value)
        elif kind.python_type is datetime:
            values[name] = datetime.fromisoformat(value)
    return values


def path_of(revision: str) -> Path:
    """Return where the data of a revision are kept."""
    return FOLDER / f"release_{revision}.json"


def read(revision: str) -> Data:
    """Return the data that a revision left."""
    data: Data = json.loads(path_of(revision).read_text(encoding="utf-8"))
    return data


def make() -> Data:
    """Make data with the code as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        bureau = Bureau(sqlite_url(prepared_file(Path(folder))))
        fill(bureau)
        data = dump(bureau.database)
        bureau.close()
    return data


def main() -> None:
    """Write the data of the newest revision, unless there are any."""
    path = path_of(newest_revision())
    content = json.dumps(make(), ensure_ascii=False, indent=1) + "\n"
    with path.open("x", encoding="utf-8") as file:
        file.write(content)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
