"""Batches and their checks."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from domain.accounts import Actor
from domain.batches import Batch, DocumentState, Priority, Progress
from domain.errors import NotFoundError
from domain.findings import BatchFinding
from domain.way import LOCKED, BatchState
from storage.codec import BATCH_FINDING
from storage.models import BatchModel, DocumentModel, OfficeModel, RowModel, RunModel
from storage.scope import visible_batches
from storage.sessions import Session


class BatchNotFoundError(NotFoundError):
    """No such batch, or none of this office."""

    code = "batch_not_found"

    def __init__(self, batch_id: int) -> None:
        super().__init__(f"没有编号为 {batch_id} 的批次，或者它不属于您的单位。请返回批次列表重新选择。")


class Batches:
    """The batches that one actor may see."""

    def __init__(self, session: Session, actor: Actor | None) -> None:
        """Narrow all queries to an actor; ``None`` is the service itself."""
        self._session = session
        self._actor = actor

    def add(
        self,
        name: str,
        *,
        owner_id: int,
        owner_path: str,
        period_id: int | None,
        priority: Priority,
        by: int,
        at: datetime,
        key: str | None = None,
    ) -> Batch:
        """Make an empty draft; ``key`` names it when it comes from another installation."""
        model = BatchModel(
            name=name,
            owner_id=owner_id,
            holder_id=owner_id,
            owner_path=owner_path,
            period_id=period_id,
            state=BatchState.DRAFT.value,
            priority=int(priority),
            created_by=by,
            created_at=at,
            counts={},
            has_left=False,
            revision=0,
            key=key or secrets.token_hex(16),
            version=1,
        )
        self._session.add(model)
        self._session.flush()
        return _to_batch(model)

    def get(self, batch_id: int, *, lock: bool = False) -> Batch:
        """Return a batch.

        Args:
            batch_id: Which.
            lock: Keep others from changing it until the transaction ends.

        Raises:
            BatchNotFoundError: There is none, or it is not for this actor.
        """
        query = select(BatchModel).where(BatchModel.id == batch_id, visible_batches(self._actor))
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        model = self._session.scalars(query).one_or_none()
        if model is None:
            raise BatchNotFoundError(batch_id)
        return _to_batch(model)

    def find_id(self, key: str) -> int | None:
        """Return the number of the batch with a key, whoever may see it."""
        return self._session.scalar(select(BatchModel.id).where(BatchModel.key == key))

    def list_page(
        self,
        *,
        before_id: int | None,
        limit: int,
        states: Sequence[BatchState] = (),
        holder_id: int | None = None,
        owner_path: str | None = None,
        period_id: int | None = None,
        text: str = "",
    ) -> list[Batch]:
        """Return batches, newest first."""
        query = select(BatchModel).where(visible_batches(self._actor))
        if before_id is not None:
            query = query.where(BatchModel.id < before_id)
        if states:
            query = query.where(BatchModel.state.in_([state.value for state in states]))
        if holder_id is not None:
            query = query.where(BatchModel.holder_id == holder_id)
        if owner_path is not None:
            query = query.where(BatchModel.owner_path.startswith(owner_path, autoescape=True))
        if period_id is not None:
            query = query.where(BatchModel.period_id == period_id)
        if text:
            query = query.where(BatchModel.name.contains(text, autoescape=True))
        query = query.order_by(BatchModel.id.desc()).limit(limit)
        return [_to_batch(model) for model in self._session.scalars(query)]

    def change(self, batch_id: int, **values: Any) -> Batch:  # noqa: ANN401 - columns of the table
        """Set columns of a batch and raise its version."""
        self._session.flush()
        self._session.execute(
            update(BatchModel)
            .where(BatchModel.id == batch_id)
            .values(version=BatchModel.version + 1, **values)
            .execution_options(synchronize_session=False)
        )
        model = self._session.get_one(BatchModel, batch_id, populate_existing=True)
        return _to_batch(model)

    def set_counts(self, batch_id: int, counts: Mapping[str, int]) -> None:
        """Keep how many rows are in each state; follows from the rows, so the version stays."""
        self._session.execute(
            update(BatchModel)
            .where(BatchModel.id == batch_id)
            .values(counts=dict(counts))
            .execution_options(synchronize_session=False)
        )
        self._session.expire_all()

    def progress(self, batch_id: int) -> Progress:
        """Return how far the files and rows of a batch are."""
        files = self._session.execute(
            select(
                DocumentModel.state,
                func.count(),
                func.coalesce(func.sum(DocumentModel.pages), 0),
                func.coalesce(func.sum(DocumentModel.pages_done), 0),
            )
            .where(DocumentModel.batch_id == batch_id, DocumentModel.active_name.is_not(None))
            .group_by(DocumentModel.state)
        ).all()
        rows = self.count_rows(batch_id)
        return Progress(
            files=sum(n for _, n, _, _ in files),
            files_done=sum(n for state, n, _, _ in files if DocumentState(state).is_finished),
            files_failed=sum(n for state, n, _, _ in files if state == "failed"),
            pages=sum(int(pages or 0) for _, _, pages, _ in files),
            pages_done=sum(int(done or 0) for _, _, _, done in files),
            rows=sum(rows.values()),
            rows_by_state=rows,
        )

    def count_rows(self, batch_id: int) -> dict[str, int]:
        """Return how many present rows of a batch are in each state."""
        self._session.flush()
        query = (
            select(RowModel.state, func.count())
            .where(RowModel.batch_id == batch_id, RowModel.is_present)
            .group_by(RowModel.state)
        )
        return dict(self._session.execute(query).all())

    def list_at_owner(self, office_path: str) -> list[tuple[int, int]]:
        """Return owner and period of the batches of an office and those below it that were not handed on."""
        query = (
            select(BatchModel.owner_id, BatchModel.period_id)
            .join(OfficeModel, OfficeModel.id == BatchModel.owner_id)
            .where(
                OfficeModel.path.startswith(office_path, autoescape=True),
                BatchModel.holder_id == BatchModel.owner_id,
                BatchModel.period_id.is_not(None),
                BatchModel.state.not_in([state.value for state in LOCKED]),
            )
        )
        return [(owner, period) for owner, period in self._session.execute(query) if period is not None]

    def totals_below(self, office_path: str) -> list[tuple[int, str, int, dict[str, int]]]:
        """Return, for an office and all below it, how many batches and rows are in which state.

        Numbers only: drafts of other offices are counted but never named.

        Returns:
            Owner office id, batch state, number of batches, rows by state.
        """
        query = (
            select(BatchModel.owner_id, BatchModel.state, BatchModel.counts)
            .join(OfficeModel, OfficeModel.id == BatchModel.owner_id)
            .where(OfficeModel.path.startswith(office_path, autoescape=True))
        )
        totals: dict[tuple[int, str], tuple[int, dict[str, int]]] = {}
        for owner_id, state, counts in self._session.execute(query):
            number, sums = totals.get((owner_id, state), (0, {}))
            for name, count in (counts or {}).items():
                sums[name] = sums.get(name, 0) + count
            totals[owner_id, state] = (number + 1, sums)
        return [(owner, state, number, sums) for (owner, state), (number, sums) in sorted(totals.items())]

    # -- checks ----------------------------------------------------------------------------------

    def add_run(
        self,
        batch_id: int,
        revision: int,
        *,
        versions: Mapping[str, Any],
        documents: Sequence[int],
        finding: BatchFinding,
        started_at: datetime,
        finished_at: datetime,
    ) -> int | None:
        """Store a finished check; return its id, ``None`` when that revision has one already."""
        known = self._session.scalar(
            select(RunModel.id).where(RunModel.batch_id == batch_id, RunModel.revision == revision)
        )
        if known is not None:
            return None
        model = RunModel(
            batch_id=batch_id,
            revision=revision,
            versions=dict(versions),
            documents=list(documents),
            finding=BATCH_FINDING.pack(finding),
            started_at=started_at,
            finished_at=finished_at,
            seconds=(finished_at - started_at).total_seconds(),
        )
        self._session.add(model)
        self._session.flush()
        return model.id

    def get_run(self, run_id: int) -> tuple[RunModel, BatchFinding]:
        """Return a check and what it found about the batch."""
        model = self._session.get_one(RunModel, run_id)
        return model, BATCH_FINDING.unpack(model.finding)


def _to_batch(model: BatchModel) -> Batch:
    return Batch(
        id=model.id,
        name=model.name,
        owner_id=model.owner_id,
        holder_id=model.holder_id,
        owner_path=model.owner_path,
        state=BatchState(model.state),
        revision=model.revision,
        run_id=model.run_id,
        period_id=model.period_id,
        counts=model.counts or {},
        check_problem=model.check_problem,
        number_decision=model.number_decision,
        letter_decision=model.letter_decision,
        priority=Priority(model.priority),
        has_left=model.has_left,
        created_by=model.created_by,
        created_at=model.created_at,
        passed_at=model.passed_at,
        key=model.key,
        package_id=model.package_id,
        version=model.version,
    )
