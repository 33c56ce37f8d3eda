"""Rows under review: what was submitted and found of them, and where they stand."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, insert, null, or_, select, update
from sqlalchemy.orm import aliased

from domain.accounts import Actor
from domain.batches import Lease, NewRow, ReviewRow, RowContent
from domain.decisions import Action
from domain.errors import NotFoundError
from domain.fields import Field
from domain.findings import RowFinding
from domain.way import RecheckState, RowState
from storage.codec import ROW_FINDING, SHEET_ROW
from storage.models import BatchModel, DecisionModel, RowModel
from storage.past_findings import keep_findings
from storage.scope import visible_batches
from storage.sessions import Session

_ROWS_PER_QUERY = 500


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
        return to_row(model)

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
                yield to_row(model), RowContent(SHEET_ROW.unpack(submitted), ROW_FINDING.unpack(finding))

    def load_findings(
        self, batch_id: int, *, verdict: str, limit: int
    ) -> Iterator[tuple[ReviewRow, RowFinding]]:
        """Return present rows of a batch with one verdict, by id, with what was found of them.

        The caller has seen to it that the actor may see the batch.
        """
        query = (
            select(RowModel, RowModel.finding)
            .where(RowModel.batch_id == batch_id, RowModel.is_present, RowModel.verdict == verdict)
            .order_by(RowModel.id)
            .limit(limit)
            .execution_options(yield_per=_ROWS_PER_QUERY)
        )
        with self._session.execute(query) as found:
            for model, finding in found:
                yield to_row(model), ROW_FINDING.unpack(finding)

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
        pattern: str | None = None,
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
        if pattern is not None:
            query = query.where(RowModel.pattern == pattern)
        if text:
            query = query.where(RowModel.search.contains(text, autoescape=True))
        return [to_row(model) for model in self._session.scalars(query.order_by(RowModel.id).limit(limit))]

    def list_names(self, batch_id: int) -> list[tuple[int, int, str]]:
        """Return id, number in the sheet and name of all present rows of a batch."""
        query = select(RowModel.id, RowModel.row_number, RowModel.name).where(
            RowModel.batch_id == batch_id, RowModel.is_present
        )
        return [(row_id, number, name) for row_id, number, name in self._session.execute(query)]

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
        return to_row(model)

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

    def known_places(self, batch_id: int) -> list[tuple[ReviewRow, RowContent, dict[str, Any] | None]]:
        """Return the rows that a batch has, with contents and certificates named by a person."""
        query = select(RowModel, RowModel.submitted, RowModel.finding).where(
            RowModel.batch_id == batch_id, RowModel.is_present
        )
        return [
            (
                to_row(model),
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
                .values(is_present=False, queue="", open_fields="", version=RowModel.version + 1)
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


def joined(fields: Collection[Field]) -> str:
    """Return fields as they are stored in one column, each between bars, to be looked for."""
    return "|" + "".join(f"{field.value}|" for field in Field if field in fields) if fields else ""


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
        "open_fields": joined(new.open_fields),
        "recheck": new.recheck.value,
        "submitted": submitted,
        "finding": packed,
        "fingerprint": new.fingerprint,
        "key": new.brought_key,
    }


def to_row(model: RowModel) -> ReviewRow:
    """Return a row as the domain knows it."""
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
        version=model.version,
        brought_key=model.key,
    )
