"""Decisions of other installations, added to the histories of rows here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.decisions import Decision, NewDecision
from review.handover import HandedDecision, HandoverContentError
from review.handover.manifest import DECISIONS
from review.handover_of_batch.spool import CROPS_SEEN
from review.handover_of_batch.told_rows import ToldRow
from storage.store import Store

_NOT_STORED = 1 << 60
"""Numbers of decisions that are not stored yet begin here: after all others."""


def merge_histories(known: Sequence[Decision], told: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return a row's history with what is new in a package after what is known.

    Raises:
        HandoverContentError: The package tells a known decision otherwise.
    """
    numbers = {line.key: line.id for line in known}
    by_key = {line.key: line for line in known}
    numbers_of_told = {line.id: line.key for line in told}
    news: list[Decision] = []
    for line in told:
        if line.key in by_key:
            _refuse_other(by_key[line.key], line)
            continue
        numbers[line.key] = _NOT_STORED + len(news)
        undoes = numbers[numbers_of_told[line.undoes]] if line.undoes is not None else None
        news.append(replace(line, id=numbers[line.key], undoes=undoes))
    return (*known, *news)


def is_new(line: Decision) -> bool:
    """Tell whether a line of a merged history is still to be stored."""
    return line.id >= _NOT_STORED


def add_decisions(
    store: Store,
    row_id: int,
    batch_id: int,
    run_id: int,
    lines: Sequence[Decision],
    crops: Mapping[str, str],
    handed: Mapping[str, HandedDecision],
) -> None:
    """Store the new lines of one row's merged history.

    Args:
        store: Of the receiving person.
        row_id: The row here.
        batch_id: Its batch.
        run_id: The check that its finding belongs to.
        lines: The new ones, oldest first.
        crops: Hash in the store of files of each cut, by its name in the package.
        handed: The same decisions as the package tells them, by key.
    """
    stored: dict[int, int] = {}
    for line in lines:
        assert line.origin is not None, "it came with a package"
        hashes = [crops[name] for name in handed[line.key].crops]
        stored[line.id] = store.decisions.add_brought(
            row_id,
            batch_id,
            run_id,
            NewDecision(line.action, line.field, line.value, line.reason, line.link),
            origin=line.origin,
            at=line.decided_at,
            seen={**line.seen, CROPS_SEEN: hashes} if hashes else line.seen,
            undoes=stored.get(line.undoes, line.undoes) if line.undoes is not None else None,
        )


def handed_by_key(decisions: Sequence[HandedDecision]) -> dict[str, HandedDecision]:
    """Return decisions by key."""
    return {made.key: made for made in decisions}


def new_lines(history: Sequence[Decision], told: ToldRow) -> list[Decision]:
    """Return what a package adds to the history of a row."""
    return [line for line in merge_histories(history, told.history) if is_new(line)]


def _refuse_other(known: Decision, told: Decision) -> None:
    if (known.field, known.action, known.value, known.reason, known.link, known.decided_at) != (
        told.field,
        told.action,
        told.value,
        told.reason,
        told.link,
        told.decided_at,
    ):
        raise HandoverContentError(DECISIONS, f"决定“{told.key[:40]}”与以前收到的不同")
