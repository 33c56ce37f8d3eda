"""Batches: made, checked, watched."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.dependencies import ActorDep, NowDep, ServicesDep
from api.errors import current_state_as, errors
from api.idempotency import OnceDep
from api.pagination import PageDep, PageOut
from api.stores import ReadStoreDep, StoreDep, ViewerDep
from api.texts import Id, IdQuery, In, Line, Out, masked_problem
from api.versions import IfMatchDep, set_etag
from bootstrap.services import Services
from domain.accounts import Actor
from domain.batches import Batch, Priority, Progress
from domain.findings import Status
from domain.way import BatchState
from review.batches import change_batch, create_batch, list_batches, start_check, stop_check, withdraw_batch
from review.export.privacy import mask_numbers_in_name
from review.pass_on import CHINA, deadline_kind
from storage.store import Store

router = APIRouter(prefix="/batches", tags=["batches"], dependencies=[ViewerDep])

_TICK_SECONDS = 0.5
_EVENT = {
    "type": "object",
    "properties": {"event": {"enum": ["progress", "done"]}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
_LONGEST_STREAM_SECONDS = 900.0


class BatchIn(In):
    """A batch to be made."""

    name: Line = Field(title="批次名称", examples=["碑林区2016年第1批"])
    period_id: int | None = Field(
        default=None, title="报送时段", ge=1, le=2**63 - 1, description="Reporting period."
    )
    is_bulk: bool = Field(default=False, description="Nobody waits for it: after all interactive work.")


class BatchChangeIn(In):
    """What changes of a batch; what is left out stays."""

    name: Line | None = Field(default=None, title="批次名称")
    period_id: int | None = Field(default=None, title="报送时段", ge=1, le=2**63 - 1)


class ProgressOut(Out):
    """How far a batch is."""

    files: int
    files_done: int
    files_failed: int
    pages: int
    pages_done: int
    rows: int
    rows_by_state: dict[str, int]

    @classmethod
    def from_domain(cls, progress: Progress) -> "ProgressOut":
        """Render how far a batch is."""
        return cls(
            files=progress.files,
            files_done=progress.files_done,
            files_failed=progress.files_failed,
            pages=progress.pages,
            pages_done=progress.pages_done,
            rows=progress.rows,
            rows_by_state=dict(progress.rows_by_state),
        )


class BatchOut(Out):
    """A batch."""

    id: int
    name: str
    state: BatchState
    state_label: str
    owner_id: int
    owner_name: str
    holder_id: int
    holder_name: str
    period_id: int | None
    period_label: str | None
    deadline: date | None = Field(description="For the office that holds it.")
    days_left: int | None = Field(description="Negative when the deadline has passed.")
    is_bulk: bool
    check_problem: dict[str, str] | None = Field(description="Code and sentence, when the last check failed.")
    counts: dict[str, int] = Field(description="Rows by state, as of the last change of state.")
    created_at: datetime
    passed_at: datetime | None
    version: int

    @classmethod
    def from_domain(cls, batch: Batch, store: Store) -> "BatchOut":
        """Render a batch."""
        holder = store.offices.get(batch.holder_id)
        period = store.periods.get(batch.period_id) if batch.period_id is not None else None
        kind = deadline_kind(store, holder)
        today = store.now.astimezone(CHINA).date()
        is_open = batch.state not in (BatchState.PASSED, BatchState.ACCEPTED, BatchState.WITHDRAWN)
        return cls(
            id=batch.id,
            name=mask_numbers_in_name(batch.name),
            state=batch.state,
            state_label=batch.state.label,
            owner_id=batch.owner_id,
            owner_name=store.offices.get(batch.owner_id).name,
            holder_id=batch.holder_id,
            holder_name=holder.name,
            period_id=batch.period_id,
            period_label=period.label if period else None,
            deadline=period.deadline_for(kind) if period and is_open else None,
            days_left=period.days_left(kind, today) if period and is_open else None,
            is_bulk=batch.priority is Priority.BULK,
            check_problem=dict(batch.check_problem) if batch.check_problem else None,
            counts=dict(batch.counts),
            created_at=batch.created_at,
            passed_at=batch.passed_at,
            version=batch.version,
        )


class RunOut(Out):
    """A finished check and what made its verdicts."""

    id: int
    revision: int
    started_at: datetime
    finished_at: datetime
    seconds: float
    versions: dict[str, Any] = Field(
        description="Of code, reader, models, curves, options and the office's bar."
    )


class BatchFindingOut(Out):
    """What a check found about the batch as a whole."""

    run: RunOut
    sheet_number: str
    document_number: str
    approval_number_status: Status
    number_decision: dict[str, Any] | None
    orphan_certificates: list[dict[str, Any]]
    absent_from_sheet: list[str]
    absent_from_approval: list[int]
    duplicate_rows: list[list[int]]
    certificate_used_twice: list[dict[str, Any]]
    unreadable_files: list[dict[str, str]]
    other_files: list[dict[str, str]]
    remarks: list[str]


@router.post(
    "", status_code=201, response_model=BatchOut, summary="Make a batch", responses=errors(401, 403, 404, 409)
)
def post_batch(body: BatchIn, store: StoreDep, once: OnceDep) -> Response:
    """Make an empty draft of the own office."""
    priority = Priority.BULK if body.is_bulk else Priority.INTERACTIVE

    def act() -> BatchOut:
        return BatchOut.from_domain(
            create_batch(store, body.name, period_id=body.period_id, priority=priority), store
        )

    return once.answer(201, act, version=lambda batch: batch.version)


@router.get("", summary="Batches", responses=errors(401, 403))
def get_batches(
    store: ReadStoreDep,
    page: PageDep,
    state: Annotated[list[BatchState] | None, Query()] = None,
    holder_id: IdQuery = None,
    period_id: IdQuery = None,
    text: Annotated[str, Query(title="查找的内容", max_length=100, description="Part of the name.")] = "",
) -> PageOut[BatchOut]:
    """List the batches that the office may see, newest first."""
    found = list_batches(
        store,
        before_id=page.after_id() or None,
        limit=page.fetch,
        states=state or (),
        holder_id=holder_id,
        period_id=period_id,
        text=text.replace("\0", ""),
    )
    return page.of(found, lambda batch: BatchOut.from_domain(batch, store), lambda batch: (batch.id,))


@router.get("/{batch_id}", summary="One batch", responses=errors(401, 403, 404))
def get_batch(batch_id: Id, store: ReadStoreDep, response: Response) -> BatchOut:
    """Return a batch."""
    batch = store.batches.get(batch_id)
    set_etag(response, batch.version)
    return BatchOut.from_domain(batch, store)


@router.patch("/{batch_id}", summary="Rename a batch, set its period", responses=errors(401, 403, 404, 409))
def patch_batch(
    batch_id: Id, body: BatchChangeIn, store: StoreDep, seen: IfMatchDep, response: Response
) -> BatchOut:
    """Change name or period of an own batch that has not been passed on."""
    with current_state_as(lambda batch: BatchOut.from_domain(batch, store)):
        batch = change_batch(store, batch_id, name=body.name, period_id=body.period_id, expected_version=seen)
    set_etag(response, batch.version)
    return BatchOut.from_domain(batch, store)


@router.post(
    "/{batch_id}/check",
    status_code=202,
    response_model=BatchOut,
    summary="Check a batch",
    responses=errors(401, 403, 404, 409),
)
def post_check(batch_id: Id, store: StoreDep, services: ServicesDep, once: OnceDep) -> Response:
    """Compare rows and paper as soon as all files are read. Accepted means that it will be done."""
    return once.answer(202, lambda: BatchOut.from_domain(start_check(store, services.jobs, batch_id), store))


@router.post("/{batch_id}/stop", summary="Stop a check", responses=errors(401, 403, 404, 409))
def post_stop(batch_id: Id, store: StoreDep) -> BatchOut:
    """Take back the wish for a check; what was read stays read."""
    return BatchOut.from_domain(stop_check(store, batch_id), store)


@router.post("/{batch_id}/withdraw", summary="Give a batch up", responses=errors(401, 403, 404, 409))
def post_withdraw(batch_id: Id, store: StoreDep) -> BatchOut:
    """Give up an own batch that has not been accepted; nothing of it is removed."""
    return BatchOut.from_domain(withdraw_batch(store, batch_id), store)


@router.get("/{batch_id}/progress", summary="How far a batch is", responses=errors(401, 403, 404))
def get_progress(batch_id: Id, store: ReadStoreDep) -> ProgressOut:
    """Return how many files, pages and rows are done."""
    store.batches.get(batch_id)
    return ProgressOut.from_domain(store.batches.progress(batch_id))


@router.get(
    "/{batch_id}/finding", summary="What the check found about the batch", responses=errors(401, 403, 404)
)
def get_finding(batch_id: Id, store: ReadStoreDep) -> BatchFindingOut | None:
    """Return the latest check's word on the batch as a whole; null before the first."""
    batch = store.batches.get(batch_id)
    if batch.run_id is None:
        return None
    run, found = store.batches.get_run(batch.run_id)
    return BatchFindingOut(
        run=RunOut(
            id=run.id,
            revision=run.revision,
            started_at=run.started_at,
            finished_at=run.finished_at,
            seconds=run.seconds,
            versions=run.versions,
        ),
        sheet_number=found.sheet_number,
        document_number=found.document_number,
        approval_number_status=found.approval_number_status,
        number_decision=dict(batch.number_decision) if batch.number_decision else None,
        orphan_certificates=[
            {
                "file": mask_numbers_in_name(one.file),
                "page": one.page_number,
                "slot": one.slot,
                "name": one.name,
            }
            for one in found.orphan_certificates
        ],
        absent_from_sheet=list(found.absent_from_sheet),
        absent_from_approval=list(found.absent_from_approval),
        duplicate_rows=[list(group) for group in found.duplicate_rows],
        certificate_used_twice=[
            {
                "file": mask_numbers_in_name(one.file),
                "page": one.page_number,
                "slot": one.slot,
                "rows": list(one.rows),
            }
            for one in found.certificate_used_twice
        ],
        unreadable_files=[masked_problem(one) for one in found.unreadable_files],
        other_files=[masked_problem(one) for one in found.other_files],
        remarks=[mask_numbers_in_name(remark) for remark in found.remarks],
    )


@router.get(
    "/{batch_id}/events",
    summary="Progress as it happens (server-sent events)",
    response_class=EventSourceResponse,
    responses={
        **errors(401, 403, 404),
        200: {"content": {"text/event-stream": {"schema": _EVENT}}, "description": "Events"},
    },
)
async def get_events(
    batch_id: Id, request: Request, actor: ActorDep, services: ServicesDep, now: NowDep
) -> EventSourceResponse:
    """Send `progress` events while work is under way, and one `done` at its end; then ask again when needed.

    The data of each is `{"state": ..., "progress": {...}, "version": ...}`.
    """
    first = await run_in_threadpool(_look, services, actor, batch_id, now)
    return EventSourceResponse(_events(services, actor, batch_id, request, first), ping=15)


async def _events(
    services: Services, actor: Actor, batch_id: int, request: Request, first: tuple[dict[str, Any], bool]
) -> AsyncIterator[ServerSentEvent]:
    shown, is_busy = first
    waited = 0.0
    yield _event("progress", shown)
    while is_busy and waited < _LONGEST_STREAM_SECONDS and not await request.is_disconnected():
        await asyncio.sleep(_TICK_SECONDS)
        waited += _TICK_SECONDS
        now = services.database.clock()
        seen, is_busy = await run_in_threadpool(_look, services, actor, batch_id, now)
        if seen != shown:
            shown = seen
            yield _event("progress", shown)
    if not is_busy:
        yield _event("done", shown)


def _look(services: Services, actor: Actor, batch_id: int, now: datetime) -> tuple[dict[str, Any], bool]:
    with services.database.read() as session:
        store = Store(session, actor, now)
        batch = store.batches.get(batch_id)
        progress = store.batches.progress(batch_id)
    shown = {
        "state": batch.state.value,
        "version": batch.version,
        "progress": ProgressOut.from_domain(progress).model_dump(mode="json"),
    }
    return shown, batch.state is BatchState.CHECKING or progress.files_done < progress.files


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)
