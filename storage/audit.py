"""The log: who did and who looked at what, each line sealed with the one before it."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, event, or_, select, text
from sqlalchemy.orm import Session

from domain.accounts import Actor
from domain.audit import (
    GENESIS,
    AuditEntry,
    ChainBreak,
    canonical_json,
    format_utc,
    parse_utc,
    seal,
    verify_chain,
)
from storage.models import AuditModel, BatchModel
from storage.sessions import CLOCK

_GATHERED = "audit"
_APPEND_LOCK = 4_093_552_018
"""Any number: PostgreSQL lets one transaction after the other append. SQLite does so by itself."""

_LINES_PER_QUERY = 1000


class AuditLog:
    """Appends to the log within a transaction: what is rolled back was never logged.

    Lines are gathered and written as the last act of the transaction, so that the chain is held by one
    transaction for a moment only.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(
        self,
        actor: Actor | None,
        action: str,
        target: str,
        /,
        *,
        batch_id: int | None = None,
        **detail: object,
    ) -> None:
        """Add one line.

        Args:
            actor: Who; ``None`` is the service itself.
            action: Static name, ``row.decided``.
            target: What it was done to, ``row/42``.
            batch_id: The batch that it belongs to, if any.
            **detail: JSON values; never an ID or telephone number, never a password.
        """
        gathered = self._session.info.setdefault(_GATHERED, [])
        gathered.append((actor, action, target, batch_id, detail))

    def last(self) -> tuple[int, str]:
        """Return number and hash of the newest line; 0 and ``GENESIS`` for an empty log."""
        model = self._session.scalars(
            select(AuditModel).order_by(AuditModel.seq.desc()).limit(1)
        ).one_or_none()
        return (model.seq, model.hash) if model is not None else (0, GENESIS)

    def lines_of_batch(self, batch_id: int) -> Iterator[AuditEntry]:
        """Return all lines of a batch, oldest first."""
        query = select(AuditModel).where(AuditModel.batch_id == batch_id).order_by(AuditModel.seq)
        with self._session.scalars(query.execution_options(yield_per=_LINES_PER_QUERY)) as models:
            for model in models:
                yield _to_entry(model)

    def list_page(
        self,
        office_path: str,
        *,
        before_seq: int | None,
        limit: int,
        action: str | None = None,
        target: str | None = None,
        actor: str | None = None,
        batch_id: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[AuditEntry]:
        """Return lines of an office and those below it, and of the service about their batches, newest first.

        Args:
            office_path: Of the office.
            before_seq: Only lines with smaller numbers.
            limit: Most lines.
            action: Only this one.
            target: Only what was done to this, ``row/42``.
            actor: Only what this account did.
            batch_id: Only what belongs to this batch.
            since: Only lines from this time on; aware.
            until: Only lines before this time; aware.
        """
        owned = select(BatchModel.id).where(BatchModel.owner_path.startswith(office_path, autoescape=True))
        query = select(AuditModel).where(
            or_(
                AuditModel.office_path.startswith(office_path, autoescape=True),
                and_(AuditModel.office_path == "", AuditModel.batch_id.in_(owned)),
            )
        )
        if before_seq is not None:
            query = query.where(AuditModel.seq < before_seq)
        if action:
            query = query.where(AuditModel.action == action)
        if target:
            query = query.where(AuditModel.object == target)
        if actor:
            query = query.where(AuditModel.actor == actor)
        if batch_id is not None:
            query = query.where(AuditModel.batch_id == batch_id)
        # Written one way, times are in the order of their texts.
        if since is not None:
            query = query.where(AuditModel.at >= format_utc(since))
        if until is not None:
            query = query.where(AuditModel.at < format_utc(until))
        query = query.order_by(AuditModel.seq.desc()).limit(limit)
        return [_to_entry(model) for model in self._session.scalars(query)]

    def verify(self) -> int | ChainBreak:
        """Follow the whole chain; return how many lines hold, or where it breaks first."""
        query = select(AuditModel).order_by(AuditModel.seq).execution_options(yield_per=_LINES_PER_QUERY)
        # Closed also when the chain breaks in the middle.
        with self._session.scalars(query) as models:
            return verify_chain((_to_entry(model) for model in models), previous=GENESIS)


@event.listens_for(Session, "before_commit")
def _write_gathered(session: Session) -> None:
    if session.in_nested_transaction():
        return
    gathered = session.info.pop(_GATHERED, None)
    if not gathered:
        return
    # What else the transaction changes goes first; the chain is locked last.
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_APPEND_LOCK})"))
    last = session.execute(
        select(AuditModel.seq, AuditModel.hash, AuditModel.at).order_by(AuditModel.seq.desc()).limit(1)
    ).one_or_none()
    seq, previous, last_at = last if last is not None else (0, GENESIS, None)
    now: datetime = session.info[CLOCK]()
    # A clock that was moved back must not make the log go back.
    at = max(now, parse_utc(last_at)) if last_at else now
    for actor, action, target, batch_id, detail in gathered:
        seq += 1
        entry = seal(
            seq=seq,
            at=at,
            actor=actor.username if actor else "system",
            office=actor.office_code if actor else "",
            action=action,
            object=target,
            detail=detail,
            previous=previous,
        )
        session.add(_to_model(entry, actor.office_path if actor else "", batch_id))
        previous = entry.hash
    session.flush()


def _to_model(entry: AuditEntry, office_path: str, batch_id: int | None) -> AuditModel:
    return AuditModel(
        seq=entry.seq,
        at=format_utc(entry.at),
        actor=entry.actor,
        office=entry.office,
        office_path=office_path,
        action=entry.action,
        object=entry.object,
        batch_id=batch_id,
        detail=canonical_json(entry.detail).decode(),
        previous=entry.previous,
        hash=entry.hash,
    )


def _to_entry(model: AuditModel) -> AuditEntry:
    detail: dict[str, Any] = json.loads(model.detail)
    return AuditEntry(
        model.seq,
        parse_utc(model.at),
        model.actor,
        model.office,
        model.action,
        model.object,
        detail,
        model.previous,
        model.hash,
    )
