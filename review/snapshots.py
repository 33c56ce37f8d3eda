"""The rows of a batch as they are at one moment, and what changed between two."""

from domain.batches import Batch
from domain.decisions import CertificateRef
from review.changes import DecisionSummary, SnapshotRow, ValueChange, compare_snapshots
from review.final_rows import final_rows
from storage.codec import Codec
from storage.store import Store

_SNAPSHOT: Codec[list[SnapshotRow]] = Codec(list[SnapshotRow])


def take_snapshot(store: Store, batch: Batch) -> list[SnapshotRow]:
    """Return the rows as they would be handed on now."""
    rows = []
    for final in final_rows(store, batch):
        link = final.content.finding.certificate
        rows.append(
            SnapshotRow(
                row_key=str(final.row.id),
                row_number=final.row.row_number,
                name=final.row.name,
                values=final.handed,
                decisions=tuple(
                    DecisionSummary(line.field, line.action, line.value, line.decided_by)
                    for line in final.held
                ),
                certificate=CertificateRef(link.file, link.page_number, link.slot) if link else None,
            )
        )
    return rows


def pack_snapshot(rows: list[SnapshotRow]) -> bytes:
    """Return a snapshot as it is stored."""
    return _SNAPSHOT.pack(rows)


def changes_since_last(store: Store, batch: Batch) -> tuple[ValueChange, ...]:
    """Return what changed since the batch was last handed to the office that looks, or by it.

    A batch that was handed on for the first time has no earlier state: nothing has changed. While the batch
    is being mended, its present state is compared with the one last handed on.
    """
    taken = store.transfers.find_snapshots(batch.id)
    at_rest = batch.holder_id == batch.owner_id
    if not taken:
        return ()
    if at_rest:
        return compare_snapshots(_SNAPSHOT.unpack(taken[-1][1]), take_snapshot(store, batch))
    latest, packed = taken[-1]
    earlier = [rows for step, rows in taken[:-1] if step.from_office_id == latest.from_office_id]
    if not earlier:
        return ()
    return compare_snapshots(_SNAPSHOT.unpack(earlier[-1]), _SNAPSHOT.unpack(packed))
