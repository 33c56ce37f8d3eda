"""The corrected sheet of a batch, in the official layout."""

from collections.abc import Mapping
from pathlib import Path

from domain.accounts import Permission
from domain.batches import Batch
from domain.errors import ConflictError
from domain.fields import Field
from review.access import require
from review.export.annex2 import Annex2Table, write_annex2
from review.final_rows import final_rows
from storage.store import Store


class NothingToExportError(ConflictError):
    """The batch has no rows yet."""

    code = "nothing_to_export"

    def __init__(self) -> None:
        super().__init__("批次中还没有可导出的行。请先上传汇总信息表并完成核对。")


def write_sheet(store: Store, batch_id: int, path: Path, *, in_full: bool) -> None:
    """Write Annex 2 with all decided corrections, a worksheet for each table.

    This takes seconds for 20,000 rows and only reads; ``log_sheet`` comes before it is handed out.

    Args:
        store: Of whoever exports.
        batch_id: Which batch.
        path: Where to.
        in_full: ID and telephone numbers are not hidden.

    Raises:
        PermissionMissingError: The actor exports nothing, or sees no numbers in full.
        BatchNotFoundError: There is no such batch for the actor.
        NothingToExportError: It has no rows.
        ReportNotWritableError: The file cannot be written.
    """
    actor = store.person
    require(actor, Permission.EXPORT)
    if in_full:
        require(actor, Permission.SHOW_NUMBERS)
    batch = store.batches.get(batch_id)
    tables = _tables(store, batch)
    if not tables:
        raise NothingToExportError
    write_annex2(tables, path, masked=not in_full)


def log_sheet(store: Store, batch_id: int, *, in_full: bool) -> None:
    """Note that the sheet of a batch is handed out to whoever exports."""
    store.log.append(store.actor, "sheet.exported", f"batch/{batch_id}", batch_id=batch_id, in_full=in_full)


def _tables(store: Store, batch: Batch) -> list[Annex2Table]:
    unit = store.offices.get(batch.owner_id).name
    tables: dict[tuple[str, str, str], list[Mapping[Field, str]]] = {}
    for final in final_rows(store, batch):
        tables.setdefault((final.row.sheet, final.row.tab, final.number), []).append(final.values)
    return [Annex2Table(number, unit, rows) for (_, _, number), rows in tables.items()]
