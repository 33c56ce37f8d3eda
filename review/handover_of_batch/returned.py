"""A batch that comes back from above: the reasons are applied to this office's own rows."""

from collections.abc import Mapping

from domain.batches import Batch, Transfer
from domain.decisions import Decision
from domain.way import BatchState
from review.decide import settle
from review.decision_rules import AFTER_PASSING
from review.handover import HandoverContentError
from review.handover.manifest import DECISIONS, ROWS
from review.handover_of_batch.histories import add_decisions, handed_by_key, new_lines
from review.handover_of_batch.survey import Survey
from review.handover_of_batch.told_rows import ToldRow
from review.pass_on import marked_rows
from storage.store import Store


def take_back(store: Store, survey: Survey, batch: Batch, crops: Mapping[str, str]) -> tuple[Batch, Transfer]:
    """Let a batch lie with the actor's office again, its rows marked with the reasons of the office above.

    The office above may have confirmed or marked rows; it corrects nothing. Both must then have the same
    picture of every row, or the package is not of this batch as it was passed on.

    Args:
        store: Of the receiving person, in a transaction.
        survey: Of the package.
        batch: Passed on by the actor's office, locked.
        crops: Hash in the store of files of each cut, by its name in the package.

    Raises:
        HandoverContentError: The package and the batch here do not fit.
    """
    actor, last = store.person, survey.batch.history[-1]
    ids = store.rows.ids_by_key(batch.id)
    histories = store.decisions.histories(batch.id)
    for told in survey.rows.values():
        row_id = ids.pop(told.key, None)
        if row_id is None:
            raise HandoverContentError(ROWS, f"本系统的批次没有其中的行“{told.key[:40]}”")
        _apply(store, batch, told, row_id, histories.get(row_id, []), survey, crops)
    if ids:
        raise HandoverContentError(ROWS, f"缺少本系统批次中的 {len(ids)} 行")
    reasons = marked_rows(store, batch)
    step = store.transfers.list_of_batch(batch.id)[-1]
    transfer = store.transfers.add(
        batch.id,
        "send_back",
        from_office_id=step.to_office_id,
        to_office_id=actor.office_id,
        by=actor.user_id,
        at=store.now,
        reason=last.note,
        row_reasons=reasons,
    )
    store.queue.release_all(batch.id)
    store.queue.ask_again(batch.id)
    batch = store.batches.change(
        batch.id,
        state=BatchState.SENT_BACK.value,
        holder_id=actor.office_id,
        counts=store.batches.count_rows(batch.id),
    )
    return batch, transfer


def _apply(
    store: Store,
    batch: Batch,
    told: ToldRow,
    row_id: int,
    history: list[Decision],
    survey: Survey,
    crops: Mapping[str, str],
) -> None:
    row = store.rows.get(row_id)
    if row.fingerprint != told.new.fingerprint:
        raise HandoverContentError(ROWS, f"第 {row.row_number} 行的核对结果与本系统的不同")
    lines = new_lines(history, told)
    if lines:
        if any(line.action not in AFTER_PASSING for line in lines):
            raise HandoverContentError(DECISIONS, f"退回单位更正了第 {row.row_number} 行，只能确认或退回")
        handed = handed_by_key(survey.decisions[told.key])
        add_decisions(store, row_id, batch.id, row.run_id, lines, crops, handed)
        row, _ = settle(store, row, store.rows.load_content(row_id))
    if row.state is not told.new.state:
        raise HandoverContentError(ROWS, f"第 {row.row_number} 行的状态与本系统的不同")
