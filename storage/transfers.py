"""Steps of batches between offices, and the rows as they were then."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from domain.batches import Transfer
from storage.models import SnapshotModel, TransferModel
from storage.sessions import Session


class Transfers:
    """The steps of batches; the caller has seen that the batch is its own to see."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        batch_id: int,
        step: str,
        *,
        from_office_id: int,
        to_office_id: int,
        by: int,
        at: datetime,
        reason: str = "",
        row_reasons: Mapping[int, str] | None = None,
        days_late: int | None = None,
        escape_bound: float | None = None,
        snapshot: bytes | None = None,
    ) -> Transfer:
        """Store one step, with the rows as they were where a snapshot is given."""
        model = TransferModel(
            batch_id=batch_id,
            step=step,
            from_office_id=from_office_id,
            to_office_id=to_office_id,
            by_user_id=by,
            at=at,
            reason=reason,
            row_reasons={str(row): text for row, text in (row_reasons or {}).items()},
            days_late=days_late,
            escape_bound=escape_bound,
        )
        self._session.add(model)
        self._session.flush()
        if snapshot is not None:
            self._session.add(SnapshotModel(transfer_id=model.id, rows=snapshot))
            self._session.flush()
        return _to_transfer(model)

    def list_of_batch(self, batch_id: int) -> list[Transfer]:
        """Return the steps of a batch, oldest first."""
        query = select(TransferModel).where(TransferModel.batch_id == batch_id).order_by(TransferModel.id)
        return [_to_transfer(model) for model in self._session.scalars(query)]

    def find_snapshots(self, batch_id: int) -> list[tuple[Transfer, bytes]]:
        """Return the snapshots of a batch with their steps, oldest first."""
        query = (
            select(TransferModel, SnapshotModel.rows)
            .join(SnapshotModel, SnapshotModel.transfer_id == TransferModel.id)
            .where(TransferModel.batch_id == batch_id)
            .order_by(TransferModel.id)
        )
        return [(_to_transfer(model), rows) for model, rows in self._session.execute(query)]


def _to_transfer(model: TransferModel) -> Transfer:
    return Transfer(
        model.id,
        model.batch_id,
        model.step,
        model.from_office_id,
        model.to_office_id,
        model.by_user_id,
        model.at,
        model.reason,
        {int(row): text for row, text in model.row_reasons.items()},
        model.days_late,
        model.escape_bound,
    )
