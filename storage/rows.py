"""Rows under review: the queue, leases, what was found, decisions and notes."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, distinct, exists, func, insert, null, or_, select, update
from sqlalchemy.orm import aliased

from domain.accounts import Actor
from domain.batches import Lease, NewRow, ReviewRow, RowContent
from domain.decisions import Action
from domain.errors import NotFoundError
from domain.fields import Field
from domain.way import REVIEWABLE, RecheckState, RowState
from storage.codec import ROW_FINDING, SHEET_ROW
from storage.models import BatchModel, DecisionModel, RowModel
from storage.past_findings import keep_findings
from storage.scope import visible_batches
from storage.sessions import Session

_ROWS_PER_QUERY = 500
_REVIEWABLE = sorted(state.value for state in REVIEWABLE)


class RowNotFoundError(NotFoundError):
    """No such row, or none of this office."""

    code = "row_not_found"

    def __init__(self, row_id: int) -> None:
        super().__init__(f"没有编号为 {row_id} 的行，或者它不属于您的单位。请返回批次重新选择。")


class Rows:
    """The rows that one actor may see."""

    def __init__(self, session: Session, actor: Actor | None) -> None:
        """Narrow all queries to an actor; ``None`` is the service itself."""
        self._session = session
        self._actor = actor

    # -- reading ---------------------------------------------------------------------------------

    def get(self, row_id: int, *, lock: bool = False) -> ReviewRow:
        """Return a row.

        Raises:
            RowNotFoundError: There is none, or it is not for this actor.
        """
        query = (
            select(RowModel)
            .join(BatchModel, BatchModel.id == RowModel.batch_id)
            .where(RowModel.id == row_id, RowModel.is_present, visible_batches(self._actor))
        )
        if lock:
            query = query.with_for_update(of=RowModel).execution_options(populate_existing=True)
        model = self._session.scalars(query).one_or_none()
        if model is None:
            raise RowNotFoundError(row_id)
        return _to_row(model)

    def load_content(self, row_id: int) -> RowContent:
        """Return what was submitted and found; the caller has seen to it that the actor may see the row."""
        submitted, finding = self._session.execute(
            select(RowModel.submitted, RowModel.finding).where(RowModel.id == row_id)
        ).one()
        return RowContent(SHEET_ROW.unpack(submitted), ROW_FINDING.unpack(finding))

    def load_contents(self, batch_id: int) -> Iterator[tuple[ReviewRow, RowContent]]:
        """Return all present rows of a batch with their contents, in the order of the sheet."""
        query = (
            select(RowModel, RowModel.submitted, RowModel.finding)
            .where(RowModel.batch_id == batch_id, RowModel.is_present)
            .order_by(RowModel.sheet, RowModel.tab, RowModel.row_number, RowModel.id)
            .execution_options(yield_per=_ROWS_PER_QUERY)
        )
        with self._session.execute(query) as found:
            for model, submitted, finding in found:
                yield _to_row(model), RowContent(SHEET_ROW.unpack(submitted), ROW_FINDING.unpack(finding))

    def list_page(
        self,
        batch_id: int,
        *,
        after_id: int = 0,
        limit: int,
        state: RowState | None = None,
        verdict: str | None = None,
        group_key: str | None = None,
        recheck: RecheckState | None = None,
        text: str = "",
    ) -> list[ReviewRow]:
        """Return rows of a batch by id."""
        query = (
            select(RowModel)
            .join(BatchModel, BatchModel.id == RowModel.batch_id)
            .where(
                RowModel.batch_id == batch_id,
                RowModel.is_present,
                RowModel.id > after_id,
                visible_batches(self._actor),
            )
        )
        if state is not None:
            query = query.where(RowModel.state == state.value)
        if verdict is not None:
            query = query.where(RowModel.verdict == verdict)
        if group_key is not None:
            query = query.where(RowModel.group_key == group_key)
        if recheck is not None:
            query = query.where(RowModel.recheck == recheck.value)
        if text:
            query = query.where(RowModel.search.contains(text, autoescape=True))
        return [_to_row(model) for model in self._session.scalars(query.order_by(RowModel.id).limit(limit))]

    # -- the queue -------------------------------------------------------------------------------

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
        """
        is_mine = RowModel.lease_user_id == actor.user_id
        is_not_mine = or_(RowModel.lease_user_id.is_(None), RowModel.lease_user_id != actor.user_id)
        held = set(self._session.scalars(select(RowModel.batch_id).where(is_mine, RowModel.queue == queue)))
        taken: list[RowModel] = []
        for batch_id in (one for one in batch_ids if one in held):
            if len(taken) < count and self._is_reviewable(batch_id, actor):
                mine = self._waiting(batch_id, queue, actor, group_key).where(is_mine)
                # Few, and in an order of the database's they would be looked for in the whole queue.
                held_here = sorted(self._lock_free(mine), key=_place_in_queue, reverse=True)
                taken += held_here[: count - len(taken)]
        for batch_id in batch_ids:
            if len(taken) >= count:
                break
            if self._is_reviewable(batch_id, actor):
                free = self._waiting(batch_id, queue, actor, group_key)
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
        return [_to_row(model) for model in taken]

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

    def count_groups(self, batch_id: int, queue: str) -> list[tuple[str, int, float]]:
        """Return kinds of difference that wait, with their number and greatest risk, gravest first."""
        query = (
            select(RowModel.group_key, func.count(), func.max(RowModel.risk), func.max(RowModel.group_risk))
            .where(RowModel.batch_id == batch_id, RowModel.queue == queue, RowModel.is_present)
            .group_by(RowModel.group_key)
            .order_by(func.max(RowModel.group_risk).desc(), RowModel.group_key.desc())
        )
        return [(key, count, risk) for key, count, risk, _ in self._session.execute(query)]

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
        return [_to_row(model) for model in self._session.scalars(query)]

    def has_state(self, batch_id: int, state: RowState) -> bool:
        """Tell whether any row of a batch is in a state."""
        query = select(RowModel.id).where(
            RowModel.batch_id == batch_id, RowModel.state == state.value, RowModel.is_present
        )
        return self._session.scalar(query.limit(1)) is not None

    def count_where(self, batch_id: int, condition: ColumnElement[bool]) -> int:
        """Return how many present rows of a batch meet a condition on ``rows``."""
        query = select(func.count()).where(RowModel.batch_id == batch_id, RowModel.is_present, condition)
        return self._session.scalar(query) or 0

    def count_recheck(self, batch_id: int) -> dict[RecheckState, int]:
        """Return how many rows of a batch were drawn for a re-check and how it came out."""
        query = (
            select(RowModel.recheck, func.count())
            .where(RowModel.batch_id == batch_id, RowModel.is_present)
            .group_by(RowModel.recheck)
        )
        return {RecheckState(state): count for state, count in self._session.execute(query)}

    def count_open_opinions(self, batch_id: int) -> int:
        """Return how many rows wait for a second opinion."""
        return self.count_where(batch_id, RowModel.opinion_of.is_not(None))

    def deciders(self, batch_id: int) -> dict[int, int]:
        """Return on how many rows of a batch each person's word counts.

        Taken back words do not, and sending a row back decides nothing; taking back another's word does.
        """
        undone = select(DecisionModel.undoes).where(
            DecisionModel.batch_id == batch_id, DecisionModel.undoes.is_not(None)
        )
        taken_back = aliased(DecisionModel)
        query = (
            select(DecisionModel.user_id, func.count(distinct(DecisionModel.row_id)))
            .join(RowModel, RowModel.id == DecisionModel.row_id)
            .outerjoin(taken_back, taken_back.id == DecisionModel.undoes)
            .where(
                DecisionModel.batch_id == batch_id,
                RowModel.is_present,
                DecisionModel.action != Action.SEND_BACK.value,
                DecisionModel.id.not_in(undone),
                or_(DecisionModel.undoes.is_(None), taken_back.user_id != DecisionModel.user_id),
            )
            .group_by(DecisionModel.user_id)
        )
        return {user: count for user, count in self._session.execute(query) if user is not None}

    # -- changing --------------------------------------------------------------------------------

    def change(self, row_id: int, **values: Any) -> ReviewRow:  # noqa: ANN401 - columns of the table
        """Set columns of a row and raise its version."""
        self._session.flush()
        self._session.execute(
            update(RowModel)
            .where(RowModel.id == row_id)
            .values(version=RowModel.version + 1, **values)
            .execution_options(synchronize_session=False)
        )
        model = self._session.get_one(RowModel, row_id, populate_existing=True)
        return _to_row(model)

    def force_link(self, row_id: int, link: dict[str, Any] | None) -> None:
        """Keep which certificate a person named for a row; the row's version stays."""
        self._session.execute(
            update(RowModel)
            .where(RowModel.id == row_id)
            # Not JSON's null: nobody has named one.
            .values(forced_link=link if link is not None else null())
            .execution_options(synchronize_session=False)
        )
        self._session.expire_all()

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
        return _to_row(model)

    def known_places(self, batch_id: int) -> list[tuple[ReviewRow, RowContent, dict[str, Any] | None]]:
        """Return the rows that a batch has, with contents and certificates named by a person."""
        query = select(RowModel, RowModel.submitted, RowModel.finding).where(
            RowModel.batch_id == batch_id, RowModel.is_present
        )
        return [
            (
                _to_row(model),
                RowContent(SHEET_ROW.unpack(submitted), ROW_FINDING.unpack(finding)),
                model.forced_link,
            )
            for model, submitted, finding in self._session.execute(query)
        ]

    def ids_by_key(self, batch_id: int) -> dict[str, int]:
        """Return the present rows of a batch by what names them in hand-over packages."""
        query = select(RowModel.id, RowModel.key).where(RowModel.batch_id == batch_id, RowModel.is_present)
        return {key or str(row_id): row_id for row_id, key in self._session.execute(query)}

    def store_all(self, batch_id: int, run_id: int, news: Sequence[NewRow]) -> None:
        """Write the rows of a check, over those that they were before or as new ones."""
        fresh = [
            {"batch_id": batch_id, "version": 1, **_columns(run_id, new)}
            for new in news
            if new.known_id is None
        ]
        if fresh:
            self._session.execute(insert(RowModel), fresh)
        versions = self._versions([new.known_id for new in news if new.known_id is not None])
        changed = [
            {"id": new.known_id, "version": versions[new.known_id] + 1, **_columns(run_id, new)}
            for new in news
            if new.known_id is not None
        ]
        if changed:
            keep_findings(self._session, {values["id"]: values["finding"] for values in changed})
            self._session.execute(update(RowModel), changed)
        # Nobody is asked any more, so nobody waits for another's opinion.
        self._session.execute(
            update(RowModel)
            .where(RowModel.batch_id == batch_id, RowModel.queue == "", RowModel.opinion_of.is_not(None))
            .values(opinion_of=None)
            .execution_options(synchronize_session=False)
        )
        self._session.expire_all()

    def _versions(self, row_ids: Sequence[int]) -> dict[int, int]:
        versions: dict[int, int] = {}
        for start in range(0, len(row_ids), _ROWS_PER_QUERY):
            some = row_ids[start : start + _ROWS_PER_QUERY]
            query = select(RowModel.id, RowModel.version).where(RowModel.id.in_(some))
            versions.update(self._session.execute(query).all())
        return versions

    def hide(self, row_ids: Sequence[int]) -> None:
        """Let rows that no sheet has any more drop out; their history stays."""
        for start in range(0, len(row_ids), _ROWS_PER_QUERY):
            self._session.execute(
                update(RowModel)
                .where(RowModel.id.in_(row_ids[start : start + _ROWS_PER_QUERY]))
                .values(is_present=False, queue="", version=RowModel.version + 1)
                .execution_options(synchronize_session=False)
            )
        self._session.expire_all()

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

    # -- online verification ---------------------------------------------------------------------

    def set_proof(self, row_id: int, proof: str) -> None:
        """Let a row be found by online verification."""
        self._session.execute(
            update(RowModel)
            .where(RowModel.id == row_id)
            .values(proof=proof)
            .execution_options(synchronize_session=False)
        )

    def clear_proofs(self, batch_id: int) -> None:
        """Let no row of a batch be found any more."""
        self._session.execute(
            update(RowModel)
            .where(RowModel.batch_id == batch_id)
            .values(proof=None)
            .execution_options(synchronize_session=False)
        )

    def is_proven(self, proof: str) -> bool:
        """Tell whether the province holds a row with this keyed hash."""
        query = select(RowModel.id).where(RowModel.proof == proof, RowModel.is_present).limit(1)
        return self._session.scalar(query) is not None


def pack_content(content: RowContent) -> tuple[bytes, bytes]:
    """Return what was submitted and what was found as they are stored."""
    return SHEET_ROW.pack(content.submitted), ROW_FINDING.pack(content.finding)


def _columns(run_id: int, new: NewRow) -> dict[str, Any]:
    finding = new.content.finding
    submitted, packed = new.packed or pack_content(new.content)
    return {
        "run_id": run_id,
        "sheet": finding.sheet,
        "tab": finding.tab,
        "row_number": finding.row_number,
        "is_present": True,
        "name": new.content.submitted.value(Field.NAME),
        "search": new.search,
        "verdict": finding.verdict.value,
        "state": new.state.value,
        "queue": new.queue,
        "risk": new.risk,
        "group_key": new.group_key,
        "group_risk": new.group_risk,
        "pattern": new.pattern,
        "recheck": new.recheck.value,
        "submitted": submitted,
        "finding": packed,
        "fingerprint": new.fingerprint,
        "key": new.brought_key,
    }


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


def _to_row(model: RowModel) -> ReviewRow:
    lease = None
    if model.lease_user_id is not None and model.lease_token and model.lease_until is not None:
        lease = Lease(model.lease_user_id, model.lease_token, model.lease_until)
    return ReviewRow(
        id=model.id,
        batch_id=model.batch_id,
        run_id=model.run_id,
        sheet=model.sheet,
        tab=model.tab,
        row_number=model.row_number,
        name=model.name,
        verdict=model.verdict,
        state=RowState(model.state),
        queue=model.queue,
        risk=model.risk,
        group_key=model.group_key,
        pattern=model.pattern,
        recheck=RecheckState(model.recheck),
        opinion_of=model.opinion_of,
        lease=lease,
        fingerprint=model.fingerprint,
        decided_by=model.decided_by,
        version=model.version,
        brought_key=model.key,
    )
