"""The way of a batch between offices: gate, letter, passing, accepting, sending back."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field as Described
from pydantic import StringConstraints

from api.attachment import attachment
from api.batches import BatchOut
from api.error_forms import GateItemOut
from api.errors import errors
from api.idempotency import OnceDep
from api.stores import ReadStoreDep, StoreDep, ViewerDep
from api.texts import Id, In, Out, Paragraph, Printed
from domain.accounts import Permission
from domain.batches import Batch, Transfer
from review.access import require
from review.changes import ChangeKind, ValueChange
from review.escape_rate import EscapeEstimate, estimate_escapes
from review.export.privacy import mask_numbers_in_name
from review.gate import find_missing
from review.letter_of_batch import Handler, letter_for, uploaded_letters
from review.letters import write_letter_docx, write_letter_pdf
from review.letters.check import SEAL_TO_BE_SEEN
from review.pass_on import accept, confirm_letter, confirm_number, pass_on, send_back
from review.snapshots import changes_since_last
from storage.store import Store

router = APIRouter(prefix="/batches/{batch_id}", tags=["way"], dependencies=[ViewerDep])

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=30, pattern=r"^[0-9 +()转-]*$")]


class EscapeOut(Out):
    """What the random re-check proves."""

    cleared: int
    checked: int
    errors: int
    waiting: int
    upper_bound: float | None = Described(description="Of the share of wrong rows among those cleared.")
    confidence: float
    sentence: str

    @classmethod
    def from_domain(cls, estimate: EscapeEstimate) -> "EscapeOut":
        """Render the result of a re-check."""
        return cls(
            cleared=estimate.cleared,
            checked=estimate.checked,
            errors=estimate.errors,
            waiting=estimate.waiting,
            upper_bound=estimate.upper_bound,
            confidence=estimate.confidence,
            sentence=estimate.sentence,
        )


class GateOut(Out):
    """Whether a batch may be passed on, and what the re-check of its cleared rows says."""

    is_open: bool
    missing: list[GateItemOut]
    recheck: EscapeOut


class LetterProblemOut(Out):
    """What keeps a letter from being the right one."""

    code: str
    message: str


class UploadedLetterOut(Out):
    """A commitment letter among the batch's files."""

    document_id: int
    name: str
    page: int
    problems: list[LetterProblemOut]


class LetterOut(Out):
    """The commitment letter: the code that the present data needs, and the letters that were uploaded."""

    code: str
    people: int
    approval_numbers: list[str]
    uploaded: list[UploadedLetterOut]
    hint: str


class TransferOut(Out):
    """One step between offices."""

    id: int
    step: str = Described(description="pass, accept, send_back or import.")
    from_office_id: int
    from_office_name: str
    to_office_id: int
    to_office_name: str
    by_user_id: int
    by: str
    at: datetime
    reason: str
    row_reasons: dict[int, str]
    days_late: int | None
    escape_bound: float | None

    @classmethod
    def from_domain(cls, transfer: Transfer, store: Store) -> "TransferOut":
        """Render a step."""
        return cls(
            id=transfer.id,
            step=transfer.step,
            from_office_id=transfer.from_office_id,
            from_office_name=store.offices.get(transfer.from_office_id).name,
            to_office_id=transfer.to_office_id,
            to_office_name=store.offices.get(transfer.to_office_id).name,
            by_user_id=transfer.by_user_id,
            by=store.accounts.get(transfer.by_user_id).display_name,
            at=transfer.at,
            reason=transfer.reason,
            row_reasons=dict(transfer.row_reasons),
            days_late=transfer.days_late,
            escape_bound=transfer.escape_bound,
        )


class StepOut(Out):
    """A batch after a step."""

    batch: BatchOut
    transfer: TransferOut

    @classmethod
    def from_domain(cls, step: tuple[Batch, Transfer], store: Store) -> "StepOut":
        """Render what a step made of the batch."""
        batch, transfer = step
        return cls(
            batch=BatchOut.from_domain(batch, store), transfer=TransferOut.from_domain(transfer, store)
        )


class ChangeOut(Out):
    """One difference between two states of a batch."""

    kind: ChangeKind
    row_id: int | None
    row_number: int
    name: str
    field: str | None
    before: str | None
    after: str | None
    sentence: str

    @classmethod
    def from_domain(cls, change: ValueChange) -> "ChangeOut":
        """Render a difference."""
        return cls(
            kind=change.kind,
            row_id=int(change.row_key) if change.row_key.isdigit() else None,
            row_number=change.row_number,
            name=change.name,
            field=change.field.value if change.field else None,
            before=change.before,
            after=change.after,
            sentence=change.sentence,
        )


class SendBackIn(In):
    """Why a batch goes back."""

    reason: str = Described(default="", title="退回的理由", max_length=1000)
    rows: dict[int, str] = Described(
        title="各行退回的理由",
        default_factory=dict,
        max_length=20_000,
        description="Reason by row id, beside rows marked already.",
    )


class NumberIn(In):
    """What a verifier saw of 批准文号 that differ."""

    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = Described(
        title="批准文号"
    )
    reason: Paragraph = Described(title="理由")


class LetterConfirmIn(In):
    """A letter that a verifier found in order by eye."""

    document_id: int = Described(ge=1, le=2**63 - 1)
    reason: Paragraph = Described(title="理由")


@router.get("/gate", summary="What is missing before a batch is passed on", responses=errors(401, 403, 404))
def get_gate(batch_id: Id, store: ReadStoreDep) -> GateOut:
    """Name everything that keeps the caller from passing the batch on."""
    batch = store.batches.get(batch_id)
    missing = find_missing(store, batch, store.person)
    return GateOut(
        is_open=not missing,
        missing=[GateItemOut.from_domain(item) for item in missing],
        recheck=EscapeOut.from_domain(estimate_escapes(store, batch)),
    )


@router.post("/pass", response_model=StepOut, summary="Pass a batch on", responses=errors(401, 403, 404, 409))
def post_pass(batch_id: Id, store: StoreDep, once: OnceDep) -> Response:
    """Hand a batch to the next office; 409 `gate_closed` names what is missing."""
    return once.answer(200, lambda: StepOut.from_domain(pass_on(store, batch_id), store))


@router.post(
    "/accept", response_model=StepOut, summary="Accept a batch", responses=errors(401, 403, 404, 409)
)
def post_accept(batch_id: Id, store: StoreDep, once: OnceDep) -> Response:
    """Take a batch over; its rows are locked from now on."""
    return once.answer(200, lambda: StepOut.from_domain(accept(store, batch_id), store))


@router.post(
    "/send-back", response_model=StepOut, summary="Send a batch back", responses=errors(401, 403, 404, 409)
)
def post_send_back(batch_id: Id, body: SendBackIn, store: StoreDep, once: OnceDep) -> Response:
    """Give a batch back to the office that passed it on, with reasons."""

    def act() -> StepOut:
        rows = {row: text.replace("\0", "") for row, text in body.rows.items() if 0 < row < 2**63}
        step = send_back(store, batch_id, body.reason.replace("\0", ""), rows)
        return StepOut.from_domain(step, store)

    return once.answer(200, act)


@router.get("/transfers", summary="The way of a batch so far", responses=errors(401, 403, 404))
def get_transfers(batch_id: Id, store: ReadStoreDep) -> list[TransferOut]:
    """List the steps of a batch between offices, oldest first."""
    store.batches.get(batch_id)
    return [TransferOut.from_domain(step, store) for step in store.transfers.list_of_batch(batch_id)]


@router.get("/changes", summary="What changed since it was last handed on", responses=errors(401, 403, 404))
def get_changes(batch_id: Id, store: ReadStoreDep) -> list[ChangeOut]:
    """List what changed, value by value, since the batch was last handed on."""
    batch = store.batches.get(batch_id)
    return [ChangeOut.from_domain(change) for change in changes_since_last(store, batch)]


@router.get("/letter", summary="The commitment letter's standing", responses=errors(401, 403, 404))
def get_letter(batch_id: Id, store: ReadStoreDep) -> LetterOut:
    """Return the code that the present data needs, and what is wrong with the letters that were uploaded."""
    batch = store.batches.get(batch_id)
    letter = letter_for(store, batch)
    return LetterOut(
        code=letter.printed_code,
        people=letter.people_count,
        approval_numbers=list(letter.approval_numbers),
        uploaded=[
            UploadedLetterOut(
                document_id=one.document.id,
                name=mask_numbers_in_name(one.document.name),
                page=one.reading.page_number,
                problems=[
                    LetterProblemOut(code=problem.code, message=problem.sentence) for problem in one.problems
                ],
            )
            for one in uploaded_letters(store, batch)
        ],
        hint=SEAL_TO_BE_SEEN,
    )


@router.get(
    "/letter.{form}",
    summary="The commitment letter as a file",
    response_class=Response,
    responses={**errors(401, 403, 404), 200: {"content": {_DOCX: {}, "application/pdf": {}}}},
)
def get_letter_file(
    batch_id: Id,
    form: Annotated[str, Described(pattern="^(docx|pdf)$", examples=["pdf"])],
    store: StoreDep,
    handler: Annotated[Printed, Query(title="经办人")] = "",
    mobile: Annotated[Phone, Query(title="手机")] = "",
    office_phone: Annotated[Phone, Query(title="办公电话")] = "",
) -> Response:
    """Make the letter (Annex 3 of the notice), to be printed, stamped, scanned and uploaded."""
    require(store.person, Permission.EXPORT)
    batch = store.batches.get(batch_id)
    letter = letter_for(store, batch, Handler(handler, mobile, office_phone))
    with tempfile.TemporaryDirectory(prefix="zhenghe-") as folder:
        path = Path(folder) / f"letter.{form}"
        if form == "docx":
            write_letter_docx(letter, path)
        else:
            write_letter_pdf(letter, path)
        content = path.read_bytes()
    store.log.append(store.actor, "letter.made", f"batch/{batch_id}", batch_id=batch_id, code=letter.code)
    return Response(
        content,
        media_type=_DOCX if form == "docx" else "application/pdf",
        headers=attachment(f"承诺书 {batch.name}", f".{form}", f"letter-{batch_id}.{form}"),
    )


@router.post("/letter/confirm", summary="Confirm a letter by eye", responses=errors(401, 403, 404, 409))
def post_letter_confirm(batch_id: Id, body: LetterConfirmIn, store: StoreDep) -> BatchOut:
    """Record that a verifier found a letter right that could not be read in full."""
    return BatchOut.from_domain(confirm_letter(store, batch_id, body.document_id, body.reason), store)


@router.post("/approval-number", summary="Settle differing 批准文号", responses=errors(401, 403, 404, 409))
def post_number(batch_id: Id, body: NumberIn, store: StoreDep) -> BatchOut:
    """Record which number is right, as a verifier saw it on the paper, and why."""
    return BatchOut.from_domain(confirm_number(store, batch_id, body.value, body.reason), store)
