"""What earlier checks said of rows, so that an old verdict can still be explained."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select

from domain.batches import RowContent
from storage.codec import ROW_FINDING, SHEET_ROW
from storage.models import PastFindingModel, RowModel
from storage.sessions import Session

_ROWS_PER_QUERY = 500


def keep_findings(session: Session, news: Mapping[int, bytes]) -> None:
    """Keep what rows say now where a new check is about to say something else.

    Args:
        session: A transaction that writes.
        news: The packed findings that rows will have, by row id.
    """
    ids = list(news)
    for start in range(0, len(ids), _ROWS_PER_QUERY):
        some = ids[start : start + _ROWS_PER_QUERY]
        query = select(RowModel.id, RowModel.finding).where(RowModel.id.in_(some))
        changed = [row_id for row_id, finding in session.execute(query) if finding != news[row_id]]
        if changed:
            session.execute(
                insert(PastFindingModel).from_select(
                    ["row_id", "run_id", "submitted", "finding"],
                    select(RowModel.id, RowModel.run_id, RowModel.submitted, RowModel.finding).where(
                        RowModel.id.in_(changed)
                    ),
                )
            )


def past_findings(session: Session, row_id: int) -> Sequence[tuple[int, RowContent]]:
    """Return what earlier checks said of a row, by the number of the check, oldest first."""
    query = (
        select(PastFindingModel).where(PastFindingModel.row_id == row_id).order_by(PastFindingModel.run_id)
    )
    return [
        (model.run_id, RowContent(SHEET_ROW.unpack(model.submitted), ROW_FINDING.unpack(model.finding)))
        for model in session.scalars(query)
    ]
