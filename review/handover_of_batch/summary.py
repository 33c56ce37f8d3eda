"""What a package says of the batch itself: its way, what was in order, its totals."""

from dataclasses import replace

from domain.batches import Batch, Transfer
from domain.way import BatchState, GateCode, RowState
from review.escape_rate import estimate_escapes
from review.gate import find_missing
from review.handover import Count, EscapeRate, GateResult, HandedBatch, OfficeRef, StateChange
from review.handover.objects import read_batch
from storage.store import Store

_STATES = {
    "pass": BatchState.PASSED,
    "accept": BatchState.ACCEPTED,
    "send_back": BatchState.SENT_BACK,
}
IMPORT = "import"
"""Step of a batch that a package brought from below."""

_IN_ORDER = {
    GateCode.NOT_CHECKED: "批次已核对，此后文件没有变动。",
    GateCode.ROWS_UNDECIDED: "每一行都有结论。",
    GateCode.ROWS_SENT_BACK: "没有等待补正的行。",
    GateCode.RECHECK_UNFINISHED: "抽查的行已全部看完。",
    GateCode.SECOND_OPINION_OPEN: "没有等待第二人意见的行。",
    GateCode.FILES_UNFINISHED: "全部文件都已读完。",
    GateCode.APPROVAL_NUMBER_MISMATCH: "表格与批准文件的批准文号没有未处理的不一致。",
    GateCode.APPROVAL_MISSING: "批准文件原件已上传。",
    GateCode.LETTER_MISSING: "承诺书已上传。",
    GateCode.LETTER_NOT_IN_ORDER: "承诺书与本批次的数据相符，或已由核对人确认。",
}


def summarise(store: Store, batch: Batch, step: Transfer) -> HandedBatch:
    """Return what a package says of a batch that was handed over with a step."""
    period = store.periods.get(batch.period_id).label if batch.period_id is not None else ""
    return HandedBatch(
        batch.key,
        batch.name,
        office_ref(store, step.from_office_id),
        office_ref(store, step.to_office_id),
        period,
        batch.state,
        tell_way(store, batch),
        tell_gates(store, batch) if batch.state is BatchState.PASSED else (),
        _counts(store, batch),
        _escape_rate(store, batch),
    )


def office_ref(store: Store, office_id: int) -> OfficeRef:
    """Return an office as both sides know it."""
    office = store.offices.get(office_id)
    return OfficeRef(office.code, office.name)


def tell_way(store: Store, batch: Batch) -> tuple[StateChange, ...]:
    """Return the whole way of a batch, with what went before in other installations, oldest first."""
    told = {package.transfer_id: read_batch(package.told) for package in store.packages.of_batch(batch.id)}
    changes = [
        StateChange(
            BatchState.DRAFT,
            batch.created_at,
            store.accounts.get(batch.created_by).username,
            office_ref(store, batch.owner_id),
        )
    ]
    for step in store.transfers.list_of_batch(batch.id):
        if step.id in told:
            # The other side tells the whole way, with all that it had been told.
            changes = list(told[step.id].history)
        else:
            office_id = step.to_office_id if step.step == "accept" else step.from_office_id
            name = store.accounts.get(step.by_user_id).username
            changes.append(
                StateChange(_STATES[step.step], step.at, name, office_ref(store, office_id), step.reason)
            )
    return tuple(changes)


def tell_gates(store: Store, batch: Batch) -> tuple[GateResult, ...]:
    """Return what had to be in order before the batch left its owner, looked at again now.

    What another installation looked at is told as it was told.
    """
    told = [read_batch(package.told) for package in store.packages.of_batch(batch.id)]
    brought = [known for known in told if known.state is BatchState.PASSED]
    if brought:
        return brought[-1].gates
    at_owner = replace(batch, holder_id=batch.owner_id, state=BatchState.READY)
    missing = {item.code: item.message for item in find_missing(store, at_owner)}
    if GateCode.LETTER_MISSING in missing:
        missing.setdefault(GateCode.LETTER_NOT_IN_ORDER, missing[GateCode.LETTER_MISSING])
    return tuple(
        GateResult(code.value, code not in missing, missing.get(code, sentence))
        for code, sentence in _IN_ORDER.items()
    )


def _counts(store: Store, batch: Batch) -> tuple[Count, ...]:
    rows = store.batches.count_rows(batch.id)
    states = [Count(state.value, state.label, rows[state.value]) for state in RowState if rows.get(state)]
    files = len(store.documents.list_page(batch.id))
    return (Count("rows", "总行数", sum(rows.values())), *states, Count("files", "文件", files))


def _escape_rate(store: Store, batch: Batch) -> EscapeRate | None:
    estimate = estimate_escapes(store, batch)
    if estimate.upper_bound is None:
        return None
    return EscapeRate(
        estimate.cleared,
        estimate.checked,
        estimate.errors,
        estimate.upper_bound,
        estimate.confidence,
        estimate.sentence,
    )
