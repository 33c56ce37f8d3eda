"""A batch from an office below: made when it comes for the first time, brought up to date afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.batches import ORIGINAL_NOT_HERE, Batch, DocumentState, NewRow, Priority, Transfer
from domain.decisions import Decision
from domain.way import BatchState
from review.changes import SnapshotRow
from review.handover import HandoverContents, Manifest, OriginalFile
from review.handover_of_batch.histories import add_decisions, handed_by_key, is_new, merge_histories
from review.handover_of_batch.summary import IMPORT
from review.handover_of_batch.survey import Survey
from review.handover_of_batch.welcome import Welcome
from review.pass_on import days_late
from review.snapshots import pack_snapshot, take_snapshot
from storage.store import Store

_SETTLED_THERE = "由移交单位核对确认，随移交包送来。"
_NOT_HERE = "原件没有随移交包送来，只有名称和校验值。需要查看时，请向移交单位索取附原件的移交包并导入。"


def take_up(
    store: Store, survey: Survey, welcomed: Welcome, crops: Mapping[str, str], manifest: Manifest
) -> tuple[Batch, Transfer]:
    """Store a batch that was passed on to the actor's office.

    Args:
        store: Of the receiving person, in a transaction.
        survey: Of the package.
        welcomed: Who sends it, and the batch if it is known, locked.
        crops: Hash in the store of files of each cut, by its name in the package.
        manifest: Of the package.
    """
    actor, handed, sender = store.person, survey.batch, welcomed.sender
    batch = welcomed.batch or store.batches.add(
        handed.name,
        owner_id=sender.id,
        owner_path=sender.path,
        period_id=_period_id(store, handed.period),
        priority=Priority.BULK,
        by=actor.user_id,
        at=store.now,
        key=handed.key,
    )
    documents = _store_documents(store, batch, survey.contents)
    assert survey.finding is not None, "the package was looked through"
    run_id = store.batches.add_run(
        batch.id,
        batch.revision + 1,
        versions={"producer": manifest.producer, "package": manifest.package_id},
        documents=documents,
        finding=survey.finding,
        started_at=manifest.created_at,
        finished_at=store.now,
    )
    assert run_id is not None, "the batch is locked"
    # Before the rows: they are compared with those of before under this number.
    batch = store.batches.change(batch.id, run_id=run_id, number_decision=_number(survey, run_id))
    snapshot = _store_rows(store, batch, run_id, survey, crops)
    passed_at = handed.history[-1].at
    rate = handed.escape_rate
    transfer = store.transfers.add(
        batch.id,
        IMPORT,
        from_office_id=sender.id,
        to_office_id=actor.office_id,
        by=actor.user_id,
        at=store.now,
        reason=handed.history[-1].note,
        days_late=days_late(store, batch, sender, passed_at),
        escape_bound=rate.upper_bound if rate is not None else None,
        snapshot=pack_snapshot(take_snapshot(store, batch) if snapshot is None else snapshot),
    )
    batch = store.batches.change(
        batch.id,
        name=handed.name,
        state=BatchState.PASSED.value,
        holder_id=actor.office_id,
        has_left=True,
        passed_at=passed_at,
        revision=batch.revision + 1,
        package_id=manifest.package_id,
        counts=store.batches.count_rows(batch.id),
    )
    return batch, transfer


def _number(survey: Survey, run_id: int) -> dict[str, object] | None:
    """Return the settled 批准文号 as if it had been settled here."""
    if survey.settled_number is None:
        return None
    office = survey.batch.owner
    return {"value": survey.settled_number, "reason": _SETTLED_THERE, "by": office.code, "run": run_id}


def _period_id(store: Store, label: str) -> int | None:
    return next((period.id for period in store.periods.list_all() if period.label == label), None)


def _store_documents(store: Store, batch: Batch, contents: HandoverContents) -> list[int]:
    """Let exactly the files of the package count; return their ids.

    Those whose content did not come are named all the same: people know what there is, and it can be told
    later that a scan is the same.
    """
    before = {document.name: document for document in store.documents.list_page(batch.id)}
    kept: list[int] = []
    for original in contents.originals:
        for name in original.names:
            old = before.pop(name, None)
            document = old if old is not None and old.sha256 == original.sha256 else None
            if document is None:
                document, _ = store.documents.add(
                    batch.id,
                    name,
                    sha256=original.sha256,
                    size_bytes=original.size_bytes,
                    by=store.person.user_id,
                    at=store.now,
                    replaces=old,
                )
            if document.state is not DocumentState.DONE:
                store.documents.change(document.id, **_document_columns(store, original))
            kept.append(document.id)
    for document in before.values():
        store.documents.change(document.id, active_name=None)
    return kept


def _document_columns(store: Store, original: OriginalFile) -> dict[str, Any]:
    is_here = original.open is not None
    return {
        "state": (DocumentState.DONE if is_here else DocumentState.FAILED).value,
        "kind": original.kind,
        "holds": list(original.holds),
        # Without a content there is no page to look at.
        "pages": original.pages if is_here else None,
        "pages_done": (original.pages or 0) if is_here else 0,
        "problem_code": None if is_here else ORIGINAL_NOT_HERE,
        "problem_message": None if is_here else _NOT_HERE,
        "finished_at": store.now,
    }


def _store_rows(
    store: Store, batch: Batch, run_id: int, survey: Survey, crops: Mapping[str, str]
) -> list[SnapshotRow] | None:
    """Store rows and histories; return the snapshot, ``None`` when it must be taken from the database."""
    before = store.rows.ids_by_key(batch.id)
    histories = store.decisions.histories(batch.id)
    added: dict[str, list[Decision]] = {}
    is_as_told = True
    news: list[NewRow] = []
    for key, told in survey.rows.items():
        known_id = before.get(key)
        history = merge_histories(histories.get(known_id, ()) if known_id is not None else (), told.history)
        new = replace(
            told.new, known_id=known_id, group_risk=round(survey.group_risks[told.new.group_key], 6)
        )
        if len(history) > len(told.history):
            # People of this office have said something that the sender does not know.
            standing = told.stand_with(history)
            new = replace(
                new,
                state=standing.state,
                recheck=standing.recheck,
                queue=standing.queue,
                open_fields=standing.open_fields,
            )
            is_as_told = False
        news.append(new)
        if lines := [line for line in history if is_new(line)]:
            added[key] = lines
    store.rows.store_all(batch.id, run_id, news)
    store.rows.hide([row_id for key, row_id in before.items() if key not in survey.rows])
    ids = store.rows.ids_by_key(batch.id)
    for key, lines in added.items():
        handed = handed_by_key(survey.decisions[key])
        add_decisions(store, ids[key], batch.id, run_id, lines, crops, handed)
    if not is_as_told:
        return None
    return [replace(told.snapshot, row_key=str(ids[key])) for key, told in survey.rows.items()]
