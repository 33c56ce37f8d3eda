"""The queue of rows that wait for a person: taken with a lease, counted by kind, given back."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update

from domain.accounts import Actor
from domain.batches import ReviewRow
from domain.fields import Field
from domain.way import REVIEWABLE, RowState
from storage.models import BatchModel, RowModel
from storage.rows import joined, to_row
from storage.sessions import Session

_REVIEWABLE = sorted(state.value for state in REVIEWABLE)


class RowQueue:
    """Rows that wait. Callers have seen to it that the actor may see the batches."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(
        self,
        batch_ids: Sequence[int],
        *,
        queue: str,
        actor: Actor,
        count: int,
        now: datetime,
        lease: timedelta,
        longest: timedelta,
        make_token: Any,  # noqa: ANN401 - a function without arguments that returns a new token
        group_key: str | None = None,
        field: Field | None = None,
        without: Collection[int] = (),
    ) -> list[ReviewRow]:
        """Give rows to a verifier, those that he holds already first; nobody else gets them meanwhile.

        Args:
            batch_ids: Where to look, in this order; first for rows that he holds, then for free ones.
            queue: ``review`` or ``recheck``.
            actor: Who takes them.
            count: At most so many.
            now: The time.
            lease: How long they are his.
            longest: No lease is longer; one that seems to be is void.
            make_token: Makes the token that proves the lease.
            group_key: Only rows of this kind of difference.
            field: Only rows of which this field waits.
            without: Rows that are not given.
        """
        is_mine = RowModel.lease_user_id == actor.user_id
        is_not_mine = or_(RowModel.lease_user_id.is_(None), RowModel.lease_user_id != actor.user_id)
        held = set(self._session.scalars(select(RowModel.batch_id).where(is_mine, RowModel.queue == queue)))
        taken: list[RowModel] = []

        def waiting(batch_id: int) -> Select[RowModel]:
            query = self._waiting(batch_id, queue, actor, group_key)
            if field is not None:
                # Escaped: an underscore of a field's name would stand for any character.
                query = query.where(RowModel.open_fields.contains(joined([field]), autoescape=True))
            return query.where(RowModel.id.not_in(without)) if without else query

        for batch_id in (one for one in batch_ids if one in held):
            if len(taken) < count and self._is_reviewable(batch_id, actor):
                mine = waiting(batch_id).where(is_mine)
                # Few, and in an order of the database's they would be looked for in the whole queue.
                held_here = sorted(self._lock_free(mine), key=_place_in_queue, reverse=True)
                taken += held_here[: count - len(taken)]
        for batch_id in batch_ids:
            if len(taken) >= count:
                break
            if self._is_reviewable(batch_id, actor):
                free = waiting(batch_id)
                free = free.where(is_not_mine, _is_free(now, longest)).limit(count - len(taken))
                # The index is read from its end: see ``RowModel``.
                taken += self._lock_free(
                    free.order_by(
                        RowModel.group_risk.desc(),
                        RowModel.group_key.desc(),
                        RowModel.risk.desc(),
                        RowModel.id.desc(),
                    )
                )
        for model in taken:
            if model.lease_user_id != actor.user_id or model.lease_token is None:
                model.lease_token = make_token()
            model.lease_user_id = actor.user_id
            model.lease_until = now + lease
        self._session.flush()
        return [to_row(model) for model in taken]

    def take_one(self, row_id: int, *, actor: Actor, until: datetime, token: str) -> ReviewRow:
        """Give one row, which the caller has locked, to a verifier; a token that he holds stays."""
        model = self._session.get_one(RowModel, row_id, populate_existing=True)
        if model.lease_user_id != actor.user_id or model.lease_token is None:
            model.lease_token = token
        model.lease_user_id = actor.user_id
        model.lease_until = until
        self._session.flush()
        return to_row(model)

    def count_held(self, actor: Actor, now: datetime) -> int:
        """Return how many rows a verifier holds."""
        query = select(func.count()).where(
            RowModel.lease_user_id == actor.user_id, RowModel.lease_until > now, RowModel.is_present
        )
        return self._session.scalar(query) or 0

    def batches_with_queue(self, actor: Actor, queue: str) -> list[int]:
        """Return the batches in review at an actor's office of which rows wait, oldest first."""
        waits = exists().where(
            RowModel.batch_id == BatchModel.id, RowModel.queue == queue, RowModel.is_present
        )
        query = select(BatchModel.id).where(
            BatchModel.holder_id == actor.office_id, BatchModel.state.in_(_REVIEWABLE), waits
        )
        return list(self._session.scalars(query.order_by(BatchModel.id)))

    def _is_reviewable(self, batch_id: int, actor: Actor) -> bool:
        """Tell whether a batch is in review at an office, and keep it there until the transaction ends."""
        query = select(BatchModel.id).where(
            BatchModel.id == batch_id,
            BatchModel.holder_id == actor.office_id,
            BatchModel.state.in_(_REVIEWABLE),
        )
        return self._session.scalar(query.with_for_update(read=True)) is not None

    def _waiting(self, batch_id: int, queue: str, actor: Actor, group_key: str | None) -> Select[RowModel]:
        query = select(RowModel).where(
            RowModel.batch_id == batch_id,
            RowModel.queue == queue,
            RowModel.is_present,
            or_(RowModel.opinion_of.is_(None), RowModel.opinion_of != actor.user_id),
        )
        return query if group_key is None else query.where(RowModel.group_key == group_key)

    def _lock_free(self, query: Select[RowModel]) -> list[RowModel]:
        """Return the rows of a query, locked, but for those that somebody else has locked."""
        query = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        return list(self._session.scalars(query))

    def has_rows(self, batch_id: int, queue: str) -> bool:
        """Tell whether any row of a batch waits in a queue."""
        query = select(RowModel.id).where(
            RowModel.batch_id == batch_id, RowModel.queue == queue, RowModel.is_present
        )
        return self._session.scalar(query.limit(1)) is not None

    def count_groups(self, batch_id: int, queue: str) -> list[tuple[str, int, float]]:
        """Return kinds of difference that wait, with their number and greatest risk, gravest first."""
        query = (
            select(RowModel.group_key, func.count(), func.max(RowModel.risk), func.max(RowModel.group_risk))
            .where(RowModel.batch_id == batch_id, RowModel.queue == queue, RowModel.is_present)
            .group_by(RowModel.group_key)
            .order_by(func.max(RowModel.group_risk).desc(), RowModel.group_key.desc())
        )
        return [(key, count, risk) for key, count, risk, _ in self._session.execute(query)]

    def count_fields(self, batch_id: int) -> dict[Field, int]:
        """Return of how many waiting rows a field waits, in the order of the sheet's columns."""
        query = (
            select(RowModel.open_fields, func.count())
            .where(RowModel.batch_id == batch_id, RowModel.queue == "review", RowModel.is_present)
            .group_by(RowModel.open_fields)
        )
        counts: Counter[str] = Counter()
        for names, count in self._session.execute(query):
            for name in names.split("|"):
                counts[name] += count
        return {field: counts[field.value] for field in Field if counts[field.value]}

    def count_patterns(self, batch_id: int, *, least: int = 2) -> list[tuple[str, int, int]]:
        """Return differences that several waiting rows share: pattern, number of rows, id of one."""
        query = (
            select(RowModel.pattern, func.count(), func.min(RowModel.id))
            .where(
                RowModel.batch_id == batch_id,
                RowModel.queue == "review",
                RowModel.state == RowState.WAITING.value,
                RowModel.is_present,
                RowModel.pattern.is_not(None),
            )
            .group_by(RowModel.pattern)
            .having(func.count() >= least)
            .order_by(func.count().desc(), RowModel.pattern)
        )
        return [(pattern or "", count, one) for pattern, count, one in self._session.execute(query)]

    def of_pattern(self, batch_id: int, pattern: str) -> list[ReviewRow]:
        """Return the waiting rows with one pattern, locked."""
        query = (
            select(RowModel)
            .where(
                RowModel.batch_id == batch_id,
                RowModel.pattern == pattern,
                RowModel.queue == "review",
                # Not one that was sent back: its reason is its own.
                RowModel.state == RowState.WAITING.value,
                RowModel.is_present,
            )
            .order_by(RowModel.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return [to_row(model) for model in self._session.scalars(query)]

    def release(self, row_id: int) -> None:
        """End a lease; the row's version stays."""
        self._session.execute(
            update(RowModel)
            .where(RowModel.id == row_id)
            .values(lease_user_id=None, lease_token=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )
        self._session.expire_all()

    def extend_lease(self, row_id: int, until: datetime) -> ReviewRow:
        """Let a lease end later; the row's version stays."""
        model = self._session.get_one(RowModel, row_id, populate_existing=True)
        model.lease_until = until
        self._session.flush()
        return to_row(model)

    def release_all(self, batch_id: int) -> None:
        """End all leases of a batch."""
        self._session.execute(
            update(RowModel)
            .where(RowModel.batch_id == batch_id, RowModel.lease_user_id.is_not(None))
            .values(lease_user_id=None, lease_token=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )
        self._session.expire_all()

    def ask_again(self, batch_id: int) -> None:
        """Put rows that were sent back into the queue of the office that must answer."""
        self._session.execute(
            update(RowModel)
            .where(
                RowModel.batch_id == batch_id, RowModel.state == RowState.SENT_BACK.value, RowModel.is_present
            )
            .values(queue="review", version=RowModel.version + 1)
            .execution_options(synchronize_session=False)
        )
        self._session.expire_all()


def _place_in_queue(model: RowModel) -> tuple[float, str, float, int]:
    return model.group_risk, model.group_key, model.risk, model.id


def _is_free(now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Return the condition under which nobody has a row.

    A lease that ends later than any could was made before the clock was moved back; it counts as ended.
    """
    return or_(
        RowModel.lease_user_id.is_(None),
        RowModel.lease_until.is_(None),
        RowModel.lease_until <= now,
        RowModel.lease_until > now + longest,
    )
