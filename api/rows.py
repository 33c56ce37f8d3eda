"""Rows under review: looked at, taken, decided."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field as Described

from api.dependencies import ServicesDep
from api.errors import current_state_as, errors
from api.idempotency import OnceDep
from api.pagination import PageDep, PageOut
from api.row_views import PastCheckOut, RowDetailOut, RowOut, group_label, render_detail, render_past
from api.stores import ReadStoreDep, StoreDep, ViewerDep
from api.texts import Id, In, Out, Paragraph
from api.versions import IfMatchDep, set_etag
from domain.batches import ReviewRow, RowContent
from domain.decisions import Action, CertificateRef, NewDecision
from domain.fields import Field
from domain.findings import Verdict
from domain.text import fold
from domain.way import RecheckState, RowState
from review.decide import decide, decide_pattern, reopen, undo
from review.leases import MOST_TAKEN, release_row, renew_lease, take_row, take_rows
from review.remarks import add_note, ask_opinion, look_at_row, look_at_taken, withdraw_opinion
from review.standing import stand
from storage.past_findings import past_findings
from storage.store import Store

router = APIRouter(tags=["review"], dependencies=[ViewerDep])

Token = Annotated[str, Described(pattern="^[0-9a-f]{32}$", examples=["0" * 32])]
RecordId = Annotated[int, Described(ge=1, le=2**63 - 1)]


class LinkIn(In):
    """A certificate of the batch."""

    document_id: RecordId | None = Described(default=None, description="Its file.")
    file: str | None = Described(
        default=None, min_length=1, max_length=400, description="Its file by name, without `document_id`."
    )
    page: int = Described(ge=1, le=100_000)
    slot: int = Described(ge=1, le=1000)


class DecisionIn(In):
    """One decision."""

    action: Action
    field: Field | None = Described(default=None, description="Null for the row as a whole.")
    value: str | None = Described(
        default=None, title="另填的内容", max_length=500, description="Only with `other_value`."
    )
    reason: str = Described(default="", title="理由", max_length=1000)
    link: LinkIn | None = Described(default=None, description="Only with `link_other`.")

    def to_domain(self, store: Store) -> NewDecision:
        """Return the decision as use cases take it."""
        link = None
        if self.link is not None:
            file = self.link.file or ""
            if self.link.document_id is not None:
                # Names are shown without the numbers in them, so a page may know only this.
                file = store.documents.get(self.link.document_id).name
            link = CertificateRef(file, self.link.page, self.link.slot)
        value = self.value.replace("\0", "") if self.value is not None else None
        return NewDecision(self.action, self.field, value, self.reason.replace("\0", "").strip(), link)


class DecisionsIn(In):
    """What a verifier decided of one row, all at once."""

    decisions: list[DecisionIn] = Described(min_length=1, max_length=30)
    lease: Token | None = Described(default=None, description="The lease's token, when the row was taken.")


class UndoIn(In):
    """Which decision is taken back."""

    decision_id: RecordId
    lease: Token | None = None


class ReasonIn(In):
    """Why."""

    reason: Paragraph = Described(title="理由")


class NoteIn(In):
    """A remark."""

    text: Paragraph = Described(title="填写的文字")


class LeaseIn(In):
    """A lease."""

    lease: Token


class TakeIn(In):
    """What a verifier wants to work on."""

    batch_id: RecordId | None = Described(default=None, description="All batches in review if left out.")
    queue: Annotated[str, Described(pattern="^(review|recheck)$")] = "review"
    group: str | None = Described(default=None, max_length=80, description="Only this kind of difference.")
    field: Field | None = Described(
        default=None, description="Only rows whose gravest difference is in this field."
    )
    count: int = Described(
        default=1, ge=1, le=MOST_TAKEN, description="Rows held already count, but for those in `without`."
    )
    without: list[RecordId] = Described(
        default=[], max_length=1000, description="Rows not to be given: skipped, or in hand already."
    )
    row_id: RecordId | None = Described(
        default=None, description="This row and no other; without a lease when it waits for nobody."
    )


class BulkIn(In):
    """One decision for all rows that share a difference."""

    pattern: Token
    action: Action
    value: str | None = Described(default=None, title="另填的内容", max_length=500)
    reason: str = Described(default="", title="理由", max_length=1000)
    expected: int = Described(ge=1, le=1_000_000, description="How many rows were shown.")


class BulkOut(Out):
    """What became of a bulk decision."""

    bulk_id: str
    decided: list[int]
    left_out: list[int] = Described(description="Rows that somebody else works on.")


class GroupOut(Out):
    """A kind of difference in the queue."""

    group: str
    label: str
    count: int
    risk: float


class WaitingFieldOut(Out):
    """A field that waits in the queue."""

    field: Field
    label: str
    count: int = Described(description="Rows; one that waits for several fields counts for each.")


class PatternOut(Out):
    """A difference that several rows share."""

    pattern: str
    count: int
    example: RowOut


class NoteIdOut(Out):
    """The number of what was added."""

    id: int


@router.get("/batches/{batch_id}/rows", summary="Rows of a batch", responses=errors(401, 403, 404))
def get_rows(
    batch_id: Id,
    store: StoreDep,
    page: PageDep,
    state: RowState | None = None,
    verdict: Verdict | None = None,
    group: Annotated[str | None, Query(max_length=80)] = None,
    recheck: RecheckState | None = None,
    pattern: Annotated[
        str | None, Query(pattern="^[0-9a-f]{32}$", description="Rows that share this difference.")
    ] = None,
    text: Annotated[
        str,
        Query(title="查找的内容", max_length=100, description="Name, initials, employer, number or title."),
    ] = "",
) -> PageOut[RowOut]:
    """List rows in the order of the first check. That the list was opened is logged."""
    store.batches.get(batch_id)
    if page.cursor is None:
        store.log.append(
            store.person, "rows.listed", f"batch/{batch_id}", batch_id=batch_id, searched=bool(text)
        )
    found = store.rows.list_page(
        batch_id,
        after_id=page.after_id(),
        limit=page.fetch,
        state=state,
        verdict=verdict.value if verdict else None,
        group_key=group.replace("\0", "") if group else None,
        recheck=recheck,
        pattern=pattern,
        text=fold(text.replace("\0", "")).lower(),
    )
    user = store.person.user_id
    return page.of(found, lambda row: RowOut.from_domain(row, user), lambda row: (row.id,))


@router.get("/batches/{batch_id}/queue", summary="What waits, by kind", responses=errors(401, 403, 404))
def get_queue(
    batch_id: Id,
    store: ReadStoreDep,
    queue: Annotated[str, Query(pattern="^(review|recheck)$")] = "review",
) -> list[GroupOut]:
    """List kinds of difference that wait for a person, gravest first."""
    store.batches.get(batch_id)
    return [
        GroupOut(group=key, label=group_label(key), count=count, risk=risk)
        for key, count, risk in store.queue.count_groups(batch_id, queue)
    ]


@router.get(
    "/batches/{batch_id}/queue/fields", summary="What waits, by field", responses=errors(401, 403, 404)
)
def get_queue_fields(batch_id: Id, store: ReadStoreDep) -> list[WaitingFieldOut]:
    """List the fields that wait for a person, so that one can be looked at over all rows."""
    store.batches.get(batch_id)
    return [
        WaitingFieldOut(field=field, label=field.label, count=count)
        for field, count in store.queue.count_fields(batch_id).items()
    ]


@router.get(
    "/batches/{batch_id}/patterns",
    summary="Differences that several rows share",
    responses=errors(401, 403, 404),
)
def get_patterns(batch_id: Id, store: ReadStoreDep) -> list[PatternOut]:
    """List differences that can be decided together, the most frequent first."""
    store.batches.get(batch_id)
    user = store.person.user_id
    return [
        PatternOut(pattern=pattern, count=count, example=RowOut.from_domain(store.rows.get(one), user))
        for pattern, count, one in store.queue.count_patterns(batch_id)
    ]


@router.post(
    "/batches/{batch_id}/bulk",
    status_code=201,
    response_model=BulkOut,
    summary="Decide many rows alike",
    responses=errors(401, 403, 404, 409),
)
def post_bulk(batch_id: Id, body: BulkIn, store: StoreDep, once: OnceDep) -> Response:
    """Decide all waiting rows that share a difference; refused when their number is another by now."""

    def act() -> BulkOut:
        new = NewDecision(body.action, None, body.value, body.reason.strip())
        bulk_id, done, left_out = decide_pattern(store, batch_id, body.pattern, new, expected=body.expected)
        return BulkOut(bulk_id=bulk_id, decided=done, left_out=left_out)

    return once.answer(201, act)


@router.post("/review/take", summary="Take the next rows", responses=errors(401, 403, 404, 409))
def post_take(body: TakeIn, store: StoreDep) -> list[RowDetailOut]:
    """Give the next rows of the queue to the caller for a while, those held already first."""
    if body.row_id is not None:
        rows = [take_row(store, body.row_id)]
    else:
        rows = take_rows(
            store,
            batch_id=body.batch_id,
            queue=body.queue,
            group_key=body.group,
            field=body.field,
            count=body.count,
            without=body.without,
        )
    return [_show(store, row, look_at_taken(store, row)) for row in rows]


@router.get("/rows/{row_id}", summary="One row", responses=errors(401, 403, 404))
def get_row(
    row_id: Id,
    store: StoreDep,
    response: Response,
    in_full: Annotated[bool, Query(description="Show ID and telephone numbers in full.")] = False,
) -> RowDetailOut:
    """Return a row with its fields, history and notes. That it was looked at is logged."""
    row, content = look_at_row(store, row_id, in_full=in_full)
    set_etag(response, row.version)
    return _show(store, row, content, in_full=in_full)


@router.get("/rows/{row_id}/checks", summary="What earlier checks said", responses=errors(401, 403, 404))
def get_row_checks(
    row_id: Id,
    store: StoreDep,
    in_full: Annotated[bool, Query(description="Show ID and telephone numbers in full.")] = False,
) -> list[PastCheckOut]:
    """Return what earlier checks said of a row where the present one says something else, oldest first."""
    look_at_row(store, row_id, in_full=in_full)
    return [
        render_past(run_id, content, store.batches.get_run(run_id)[0].versions, in_full=in_full)
        for run_id, content in past_findings(store.session, row_id)
    ]


@router.post(
    "/rows/{row_id}/decisions",
    status_code=201,
    response_model=RowDetailOut,
    summary="Decide a row",
    responses=errors(401, 403, 404, 409),
)
def post_decisions(
    row_id: Id, body: DecisionsIn, store: StoreDep, services: ServicesDep, seen: IfMatchDep, once: OnceDep
) -> Response:
    """Record decisions on one row, together or not at all."""

    def act() -> RowDetailOut:
        news = [one.to_domain(store) for one in body.decisions]
        with current_state_as(lambda row: RowOut.from_domain(row, store.person.user_id)):
            done = decide(store, services.jobs, row_id, news, version=seen, lease_token=body.lease)
        return _show(store, done.row, done.content)

    return once.answer(201, act, version=lambda row: row.version)


@router.post("/rows/{row_id}/undo", summary="Take a decision back", responses=errors(401, 403, 404, 409))
def post_undo(
    row_id: Id, body: UndoIn, store: StoreDep, services: ServicesDep, seen: IfMatchDep, response: Response
) -> RowDetailOut:
    """Take back one decision that holds, as if it had not been made; both stay in the history."""
    with current_state_as(lambda row: RowOut.from_domain(row, store.person.user_id)):
        done = undo(store, services.jobs, row_id, body.decision_id, version=seen, lease_token=body.lease)
    set_etag(response, done.row.version)
    return _show(store, done.row, done.content)


@router.post("/rows/{row_id}/reopen", summary="Reopen a row", responses=errors(401, 403, 404, 409))
def post_reopen(
    row_id: Id, body: ReasonIn, store: StoreDep, services: ServicesDep, seen: IfMatchDep, response: Response
) -> RowDetailOut:
    """End all decisions of a row, so that it waits again."""
    with current_state_as(lambda row: RowOut.from_domain(row, store.person.user_id)):
        done = reopen(store, services.jobs, row_id, body.reason, version=seen)
    set_etag(response, done.row.version)
    return _show(store, done.row, done.content)


@router.post(
    "/rows/{row_id}/notes", status_code=201, summary="Note something", responses=errors(401, 403, 404)
)
def post_note(row_id: Id, body: NoteIn, store: StoreDep) -> NoteIdOut:
    """Add a remark to a row; remarks are never altered."""
    return NoteIdOut(id=add_note(store, row_id, body.text))


@router.post(
    "/rows/{row_id}/opinion", summary="Ask for a second opinion", responses=errors(401, 403, 404, 409)
)
def post_opinion(row_id: Id, body: NoteIn, store: StoreDep) -> RowOut:
    """Leave a row to another verifier, with a question."""
    return RowOut.from_domain(ask_opinion(store, row_id, body.text), store.person.user_id)


@router.delete(
    "/rows/{row_id}/opinion", summary="Take the question back", responses=errors(401, 403, 404, 409)
)
def delete_opinion(row_id: Id, store: StoreDep) -> RowOut:
    """Take back the own wish for a second opinion."""
    return RowOut.from_domain(withdraw_opinion(store, row_id), store.person.user_id)


@router.post("/rows/{row_id}/lease", summary="Keep a row", responses=errors(401, 403, 404, 409))
def post_lease(row_id: Id, body: LeaseIn, store: StoreDep) -> RowOut:
    """Let a lease run anew."""
    return RowOut.from_domain(renew_lease(store, row_id, body.lease), store.person.user_id)


@router.post(
    "/rows/{row_id}/release", status_code=204, summary="Put a row back", responses=errors(401, 403, 404, 409)
)
def post_release(row_id: Id, body: LeaseIn, store: StoreDep) -> None:
    """Put a row back into the queue without a decision."""
    release_row(store, row_id, body.lease)


def _show(store: Store, row: ReviewRow, content: RowContent, *, in_full: bool = False) -> RowDetailOut:
    history = store.decisions.history(row.id)
    standing = stand(content, row.fingerprint, history, row.recheck)
    return render_detail(
        store, row, content, standing, history, store.decisions.notes(row.id), in_full=in_full
    )
