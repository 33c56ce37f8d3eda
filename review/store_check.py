"""Taking over what a check found: rows keep their identity, and decisions hold for what is unchanged."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Any

from domain.batches import Batch, NewRow, ReviewRow, RowContent
from domain.decisions import Decision
from domain.fields import Field
from domain.findings import BatchResult, Verdict
from domain.records import CellValue, SheetRow, SheetTable
from domain.way import BatchState, RecheckState, RowState
from review.new_rows import Initials, new_row
from review.same_rows import match_rows
from review.standing import RECHECK_QUEUE, fingerprint_of, resting_state, stand
from storage.rows import pack_content
from storage.store import Store

Sampler = Callable[[Sequence[int], int], Sequence[int]]

_NO_ROWS = {
    "code": "no_rows",
    "message": "没有找到汇总信息表（附件2）的数据行，没有可核对的内容。请上传汇总信息表后重新核对。",
}

_DRAW = random.SystemRandom().sample
"""A lot that nobody can foresee: whoever knew which rows are looked at again could let the others pass."""


@dataclass(frozen=True, slots=True)
class PreparedCheck:
    """The rows of a check, ready to be written."""

    batch_version: int
    """What the rows were compared with; another version of the batch may have other rows."""

    news: tuple[NewRow, ...]
    gone: tuple[int, ...]
    """Ids of rows that no sheet has any more."""


def prepare_check(
    store: Store,
    batch: Batch,
    result: BatchResult,
    tables: Sequence[SheetTable],
    *,
    hashes: Mapping[str, str],
    recheck_rate: float,
    recheck_least: int,
    initials: Initials,
    draw: Sampler = _DRAW,
) -> PreparedCheck:
    """Do all of storing a check that needs no lock: nobody decides on rows of a batch that is being checked.

    On SQLite everybody waits for who writes, and most of the time of storing is spent here.

    Args:
        store: Of the service; reading is enough.
        batch: As it is now.
        result: As ``store_check``; so are the others.
        tables: The sheets' rows.
        hashes: Of the files.
        recheck_rate: Share of the lots.
        recheck_least: Least number of lots.
        initials: For searching.
        draw: Draws rows by lot.
    """
    contents = _contents(result, tables)
    known = store.rows.known_places(batch.id)
    partners = match_rows(contents, known)
    histories = store.decisions.histories(batch.id)
    news = [
        _new_row(
            content,
            known[partners[n]][0] if n in partners else None,
            histories,
            fingerprint_of(content.finding, hashes),
            initials,
        )
        for n, content in enumerate(contents)
    ]
    news = _with_lots(_with_group_risks(news), recheck_rate, recheck_least, draw)
    kept = set(partners.values())
    return PreparedCheck(
        batch.version,
        tuple(replace(new, packed=pack_content(new.content)) for new in news),
        tuple(row.id for k, (row, _, _) in enumerate(known) if k not in kept),
    )


def store_check(
    store: Store,
    batch: Batch,
    result: BatchResult,
    tables: Sequence[SheetTable],
    *,
    hashes: Mapping[str, str],
    documents: Sequence[int],
    versions: Mapping[str, Any],
    started_at: datetime,
    recheck_rate: float,
    recheck_least: int,
    initials: Initials,
    draw: Sampler = _DRAW,
    prepared: PreparedCheck | None = None,
) -> bool:
    """Store a finished check of a batch that is locked and still wants this revision.

    Args:
        store: Of the service.
        batch: As it is now, locked.
        result: What was found.
        tables: The sheets' rows, as read for this check.
        hashes: sha256 of the batch's files by name.
        documents: Ids of the files that were compared.
        versions: Of everything that made the verdicts.
        started_at: When the check began.
        recheck_rate: Share of the cleared rows that people look at all the same, 0 to 1.
        recheck_least: At least so many of them, as far as there are.
        initials: Spells a name with the first letters of its pronunciation, for searching.
        draw: Draws rows by lot.
        prepared: Of the same result; made here when there is none, or when the batch has changed since.

    Returns:
        False when this revision was stored before: nothing was done.
    """
    run_id = store.batches.add_run(
        batch.id,
        batch.revision,
        versions=versions,
        documents=documents,
        finding=result.batch,
        started_at=started_at,
        finished_at=store.now,
    )
    if run_id is None:
        return False
    if prepared is None or prepared.batch_version != batch.version:
        prepared = prepare_check(
            store,
            batch,
            result,
            tables,
            hashes=hashes,
            recheck_rate=recheck_rate,
            recheck_least=recheck_least,
            initials=initials,
            draw=draw,
        )
    # Whoever holds a row has looked at what was found before.
    store.queue.release_all(batch.id)
    store.rows.store_all(batch.id, run_id, prepared.news)
    store.rows.hide(prepared.gone)
    batch = store.batches.change(batch.id, run_id=run_id)
    state = resting_state(store, batch)
    store.batches.change(
        batch.id,
        state=state.value,
        counts=store.batches.count_rows(batch.id),
        check_problem=None if prepared.news else _NO_ROWS,
    )
    store.log.append(
        None,
        "batch.checked",
        f"batch/{batch.id}",
        batch_id=batch.id,
        run=run_id,
        revision=batch.revision,
        rows=len(prepared.news),
        review=sum(new.content.finding.verdict is not Verdict.CLEAR for new in prepared.news),
    )
    return True


def _contents(result: BatchResult, tables: Sequence[SheetTable]) -> list[RowContent]:
    rows = {
        (table.file, table.tab, row.row_number): _with_number(row, table)
        for table in tables
        for row in table.rows
    }
    return [RowContent(rows[found.sheet, found.tab, found.row_number], found) for found in result.rows]


def _with_number(row: SheetRow, table: SheetTable) -> SheetRow:
    """Let a row know the 批准文号 above its table: rows are handed on in tables of one number each."""
    if row.value(Field.APPROVAL_NUMBER) or not table.approval_number_raw:
        return row
    number = str(table.approval_number) if table.approval_number else table.approval_number_raw
    cell = CellValue(table.approval_number_raw, number)
    return SheetRow(row.row_number, {**row.cells, Field.APPROVAL_NUMBER: cell}, row.hidden)


def _new_row(
    content: RowContent,
    old: ReviewRow | None,
    histories: Mapping[int, Sequence[Decision]],
    fingerprint: str,
    initials: Initials,
) -> NewRow:
    # A row that was drawn stays drawn while it shows the same; one that was wrong is looked at again.
    drawn = old is not None and (old.fingerprint == fingerprint or old.recheck is RecheckState.ERROR_FOUND)
    standing = stand(
        content,
        fingerprint,
        histories.get(old.id, ()) if old is not None else (),
        old.recheck if old is not None and drawn else RecheckState.NONE,
    )
    return new_row(content, fingerprint, standing, initials, known_id=old.id if old is not None else None)


def _with_group_risks(news: Sequence[NewRow]) -> list[NewRow]:
    """Let every row know the risk of the likeliest error among those of its kind."""
    risks: dict[str, float] = defaultdict(float)
    for new in news:
        risks[new.group_key] = max(risks[new.group_key], new.risk)
    return [replace(new, group_risk=risks[new.group_key]) for new in news]


def _with_lots(news: Sequence[NewRow], rate: float, least: int, draw: Sampler) -> list[NewRow]:
    """Draw cleared rows for a re-check until enough are drawn; those drawn before count."""
    drawn = sum(new.recheck is not RecheckState.NONE for new in news)
    cleared = [
        n for n, new in enumerate(news) if new.state is RowState.CLEARED and new.recheck is RecheckState.NONE
    ]
    total = len(cleared) + drawn
    wanted = min(total, max(ceil(rate * total), least)) - drawn if rate > 0 else 0
    chosen = set(draw(cleared, wanted)) if wanted > 0 else set()
    return [
        replace(new, recheck=RecheckState.WAITING, queue=RECHECK_QUEUE) if n in chosen else new
        for n, new in enumerate(news)
    ]


def wants(batch: Batch, revision: int) -> bool:
    """Tell whether a batch still waits for the check of this revision."""
    return batch.state is BatchState.CHECKING and batch.revision == revision
