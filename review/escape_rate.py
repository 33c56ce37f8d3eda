"""What the random re-check of cleared rows proves about a batch."""

from dataclasses import dataclass

from domain.batches import Batch
from domain.decisions import was_found_wrong
from domain.sampling import CONFIDENCE, upper_bound
from domain.way import RecheckState, RowState
from storage.store import Store

_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class EscapeEstimate:
    """The result of a re-check."""

    cleared: int
    """Rows that were cleared without a person, those that were drawn included."""

    checked: int
    errors: int
    waiting: int
    upper_bound: float | None
    """Of the share of wrong rows among the cleared ones, 0 to 1; ``None`` while nothing was looked at."""

    confidence: float

    @property
    def sentence(self) -> str:
        """The result in one Chinese sentence."""
        if not self.cleared:
            return "本批次没有系统自动通过的行。"
        if self.upper_bound is None:
            return f"系统自动通过 {self.cleared} 行，尚未抽查。"
        if self.checked >= self.cleared and not self.waiting:
            return f"系统自动通过的 {self.cleared} 行已全部人工复查，发现 {self.errors} 处错误（已处理）。"
        return (
            f"系统自动通过 {self.cleared} 行，随机抽查 {self.checked} 行，发现错误 {self.errors} 行；"
            f"有 {self.confidence:.0%} 的把握，自动通过行的差错率不超过 {self.upper_bound:.2%}。"
        )


def estimate_escapes(store: Store, batch: Batch) -> EscapeEstimate:
    """Return what is known of errors among the rows that were cleared."""
    drawn = {
        state: {row.id: row for row in store.rows.list_page(batch.id, limit=_ALL, recheck=state)}
        for state in (RecheckState.WAITING, RecheckState.CONFIRMED, RecheckState.ERROR_FOUND)
    }
    # An error that the lot brought to light counts, also once that row was mended or dropped: the rows that
    # were not drawn are as they were.
    histories = store.decisions.histories(batch.id)
    wrong = {row_id for row_id, history in histories.items() if was_found_wrong(history)}
    wrong |= drawn[RecheckState.ERROR_FOUND].keys()
    checked = wrong | drawn[RecheckState.CONFIRMED].keys()
    cleared_now = {
        row.id for rows in drawn.values() for row in rows.values() if row.state is RowState.CLEARED
    }
    cleared = store.batches.count_rows(batch.id).get(RowState.CLEARED.value, 0) + len(wrong - cleared_now)
    waiting = len(drawn[RecheckState.WAITING].keys() - wrong)
    bound = upper_bound(len(wrong), len(checked)) if checked else None
    return EscapeEstimate(cleared, len(checked), len(wrong), waiting, bound, CONFIDENCE)
