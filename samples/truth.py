"""The truth about a batch, as ``truth.json``."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from samples.approvals import DrawnApproval
from samples.certificate_files import DrawnCertificate
from samples.plans import BatchPlan
from samples.planting import Entry
from samples.records import TitleRecord


@dataclass(frozen=True, slots=True)
class BatchTruth:
    """Everything that is known about a batch that was written."""

    plan: BatchPlan
    sheet: str
    rows: Sequence[int]
    """1-based sheet row of each entry."""
    entries: Sequence[Entry]
    places: Sequence[dict[str, Any]]
    """File, page and slot of each certificate."""
    certificates: Sequence[DrawnCertificate]
    approval_file: str
    approval_number: str
    approval: DrawnApproval
    approved: Sequence[TitleRecord]
    orphans: Sequence[int]
    """Indices of certificates."""
    absent_from_sheet: Sequence[str]
    other_files: Sequence[str]


def truth_json(truth: BatchTruth) -> dict[str, Any]:
    """Return the content of ``truth.json``."""
    rows = sorted(
        (_row(truth, row, entry) for row, entry in zip(truth.rows, truth.entries, strict=True)),
        key=lambda r: int(r["row"]),
    )
    return {
        "schema": 1,
        "batch": truth.plan.name,
        **_bad_paper(truth.plan),
        "sheet": truth.sheet,
        "pages": _count_pages(truth),
        "rows": rows,
        "certificates": [
            {
                **place,
                "layout": drawn.layout,
                "degradation": drawn.degradation,
                "name": drawn.printed["name"],
                "fields": drawn.printed,
            }
            for place, drawn in zip(truth.places, truth.certificates, strict=True)
        ],
        "approval": {
            "file": truth.approval_file,
            "number": truth.approval_number,
            "names": [r.person.name for r in truth.approved],
            "layout": truth.plan.approval_layout,
            "form": truth.plan.approval_form,
        },
        "batch_findings": {
            "approval_number": truth.plan.number,
            "orphan_certificates": [
                {**truth.places[k], "name": truth.certificates[k].printed["name"]} for k in truth.orphans
            ],
            "absent_from_sheet": list(truth.absent_from_sheet),
            "absent_from_approval": [r["row"] for r in rows if r["approval"] is None],
            "duplicate_rows": [pair for pair, _ in _pairs(truth, "duplicate_row")],
            "certificate_used_twice": [
                {**truth.places[first.certificate], "rows": pair}
                for pair, first in _pairs(truth, "certificate_used_twice")
                if first.certificate is not None
            ],
            "unreadable_files": list(truth.plan.broken),
            "other_files": list(truth.other_files),
        },
    }


def _bad_paper(plan: BatchPlan) -> dict[str, Any]:
    """Say how values were filled in and whether text layers lie; nothing about ordinary paper."""
    if plan.filling.is_plain and not plan.false_layers:
        return {}
    return {"paper": {**asdict(plan.filling), "false_layers": plan.false_layers}}


def _row(truth: BatchTruth, row: int, entry: Entry) -> dict[str, Any]:
    page = truth.approval.pages.get(entry.record.person.id_number)
    listed = page is not None and not entry.is_borrower
    return {
        "row": row,
        "clean": not entry.planted,
        "certificate": truth.places[entry.certificate] if entry.certificate is not None else None,
        "approval": {"file": truth.approval_file, "page": page} if listed else None,
        "planted": entry.planted,
        "formatted": entry.formatted,
    }


def _pairs(truth: BatchTruth, kind: str) -> list[tuple[list[int], Entry]]:
    """Find rows that belong together: (rows, the true one's entry)."""
    marked = [
        (row, entry)
        for row, entry in zip(truth.rows, truth.entries, strict=True)
        if any(p["kind"] == kind for p in entry.planted)
    ]
    found = []
    for _, first in marked:
        if any(p["kind"] == kind and p.get("secondary") for p in first.planted):
            found.append((sorted(row for row, entry in marked if entry.record is first.record), first))
    return found


def _count_pages(truth: BatchTruth) -> int:
    last_pages = {(p["file"], p["page"]) for p in truth.places}
    second_pages = sum(len(c.papers) - 1 for c in truth.certificates)
    papers = sum(name.endswith(".jpg") for name in truth.other_files)
    return len(last_pages) + second_pages + len(truth.approval.papers) + papers
