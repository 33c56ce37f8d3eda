"""How a row is shown, with its fields, history and notes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field as Described

from api.field_views import EvidenceOut, FieldOut, Veil, render_field
from api.texts import Out
from domain.batches import ReviewRow, RowContent
from domain.decisions import Action, CertificateRef, Decision, final_values
from domain.fields import Field
from domain.findings import CertificateLink, Evidence, Kind, Verdict
from domain.way import RecheckState, RowState
from review.export.privacy import RowPrivacy, mask_numbers_in_name, visible
from review.export.wording import KIND_WORDS
from review.standing import RowStanding
from storage.decisions import Note
from storage.store import Store


class LeaseOut(Out):
    """Who has a row."""

    user_id: int
    is_mine: bool
    until: datetime
    token: str | None = Described(description="Only for whoever has it; to be sent with the decision.")


class RowOut(Out):
    """A row of the sheet under review."""

    id: int
    batch_id: int
    run_id: int
    sheet: str
    tab: str
    row_number: int
    name: str
    verdict: Verdict
    state: RowState
    state_label: str
    queue: str = Described(description="review or recheck while it waits for a person, else empty.")
    risk: float
    group: str = Described(description="`field:kind` of the gravest difference.")
    group_label: str
    pattern: str | None = Described(description="Rows with the same can be decided together.")
    recheck: RecheckState
    opinion_of: int | None = Described(description="Who asked for a second opinion.")
    lease: LeaseOut | None
    version: int

    @classmethod
    def from_domain(cls, row: ReviewRow, user_id: int) -> "RowOut":
        """Render a row for a user."""
        lease = None
        if row.lease is not None:
            is_mine = row.lease.user_id == user_id
            lease = LeaseOut(
                user_id=row.lease.user_id,
                is_mine=is_mine,
                until=row.lease.until,
                token=row.lease.token if is_mine else None,
            )
        return cls(
            id=row.id,
            batch_id=row.batch_id,
            run_id=row.run_id,
            sheet=mask_numbers_in_name(row.sheet),
            tab=row.tab,
            row_number=row.row_number,
            name=visible(row.name),
            verdict=Verdict(row.verdict),
            state=row.state,
            state_label=row.state.label,
            queue=row.queue,
            risk=row.risk,
            group=row.group_key,
            group_label=group_label(row.group_key),
            pattern=row.pattern,
            recheck=row.recheck,
            opinion_of=row.opinion_of,
            lease=lease,
            version=row.version,
        )


class DecisionOut(Out):
    """One line of a row's history."""

    id: int
    field: Field | None
    action: Action
    label: str
    value: str | None
    reason: str
    link: dict[str, Any] | None
    undoes: int | None
    by: str
    office: str
    at: datetime
    run_id: int
    bulk_id: str | None
    holds: bool


class NoteOut(Out):
    """A remark on a row."""

    id: int
    kind: str
    text: str
    by: str
    at: datetime


class IssueOut(Out):
    """One sentence about a row."""

    field: Field | None
    kind: Kind
    message: str


class PastCheckOut(Out):
    """What an earlier check said of a row, and what made that verdict."""

    run_id: int
    verdict: Verdict
    fields: list[FieldOut]
    issues: list[IssueOut]
    versions: dict[str, Any] = Described(
        description="Of code, reader, models, curves, options and the office's bar."
    )


class RowDetailOut(RowOut):
    """A row with everything that is known of it."""

    in_full: bool = Described(description="Numbers are shown in full; this was logged.")
    fields: list[FieldOut]
    issues: list[IssueOut]
    certificate: dict[str, Any] | None
    approval: EvidenceOut | None
    row_is_open: bool = Described(description="The row as a whole waits for a decision.")
    decisions: list[DecisionOut]
    notes: list[NoteOut]


def render_detail(
    store: Store,
    row: ReviewRow,
    content: RowContent,
    standing: RowStanding,
    history: Sequence[Decision],
    notes: Sequence[Note],
    *,
    in_full: bool,
) -> RowDetailOut:
    """Render a row with its fields, history and notes."""
    finding = content.finding
    veil = Veil(RowPrivacy(finding), in_full=in_full)
    held = {decision.id for decision in standing.held}
    submitted = {name: cell.value for name, cell in content.submitted.cells.items()}
    final = final_values(submitted, finding, standing.held)
    places = (*(found.evidence for found in finding.fields.values()), finding.approval)
    ids = store.documents.find_ids(row.batch_id, {one.file for one in places if one is not None})

    def place(evidence: Evidence | None) -> EvidenceOut | None:
        if evidence is None:
            return None
        quality = evidence.quality
        return EvidenceOut(
            document_id=ids.get(evidence.file),
            file=veil.name(evidence.file),
            page=evidence.page_number,
            polygon=[(round(x, 5), round(y, 5)) for x, y in evidence.polygon],
            under_seal=evidence.under_seal,
            quality=quality.grade.value if quality is not None else None,
        )

    link = finding.certificate
    shown = RowOut.from_domain(row, store.person.user_id).model_dump()
    return RowDetailOut(
        **shown,
        in_full=in_full,
        fields=[
            render_field(
                name,
                found,
                veil,
                final.get(name, ""),
                place(found.evidence),
                is_open=name in standing.undecided,
            )
            for name, found in finding.fields.items()
        ],
        issues=[
            IssueOut(field=issue.field, kind=issue.kind, message=veil.text(issue.message))
            for issue in finding.issues
        ],
        certificate=_link(link, veil) if link is not None else None,
        approval=place(finding.approval),
        row_is_open=None in standing.undecided,
        decisions=[_decision(line, veil, holds=line.id in held) for line in history],
        notes=[
            NoteOut(id=note.id, kind=note.kind, text=veil.text(note.text), by=note.by, at=note.at)
            for note in notes
        ],
    )


def render_past(run_id: int, content: RowContent, versions: dict[str, Any], *, in_full: bool) -> PastCheckOut:
    """Render what an earlier check said of a row."""
    finding = content.finding
    veil = Veil(RowPrivacy(finding), in_full=in_full)
    return PastCheckOut(
        run_id=run_id,
        verdict=finding.verdict,
        fields=[
            render_field(name, found, veil, found.submitted, None, is_open=False)
            for name, found in finding.fields.items()
        ],
        issues=[
            IssueOut(field=issue.field, kind=issue.kind, message=veil.text(issue.message))
            for issue in finding.issues
        ],
        versions=versions,
    )


def group_label(key: str) -> str:
    """Return a kind of difference in Chinese, ``姓名 · 同音字``."""
    if not key:
        return ""
    field, _, kind = key.partition(":")
    where = "整行" if field == "row" else Field(field).label
    what = KIND_WORDS[Kind(kind)] if kind in set(Kind) else "其他"
    return f"{where} · {what}"


def _decision(line: Decision, veil: Veil, *, holds: bool) -> DecisionOut:
    value = line.value
    if value is not None:
        value = veil.value(line.field, value) if line.field is not None else veil.text(value)
    return DecisionOut(
        id=line.id,
        field=line.field,
        action=line.action,
        label=line.action.label,
        value=value,
        reason=veil.text(line.reason),
        link=_reference(line.link, veil) if line.link is not None else None,
        undoes=line.undoes,
        by=line.decided_by,
        office=line.office,
        at=line.decided_at,
        run_id=line.run_id,
        bulk_id=line.bulk_id,
        holds=holds,
    )


def _link(link: CertificateLink, veil: Veil) -> dict[str, Any]:
    return {
        "file": veil.name(link.file),
        "page": link.page_number,
        "slot": link.slot,
        "score": link.score,
        "weights": {name.value: round(weight, 2) for name, weight in link.weights.items()},
    }


def _reference(link: CertificateRef, veil: Veil) -> dict[str, Any]:
    return {"file": veil.name(link.file), "page": link.page_number, "slot": link.slot}
