"""``findings.jsonl``: the public, stable form of a result (``docs/findings.schema.json``).

Values stand here in full, ID numbers included, because programs compare them; the reports for
people hide them. The file is to be kept like the sheet itself.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.findings import BatchFinding, BatchResult, Evidence, FieldFinding, RowFinding, Verdict
from domain.geometry import Polygon
from domain.records import FileProblem
from review.export.writing import replacing

SCHEMA_VERSION = 1

_WHOLE_PAGE: Polygon = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_FEWEST_CORNERS = 3

# JSON allows these inside a string, but many programs end a line at them.
_LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}


def write_findings(results: Sequence[BatchResult], path: Path) -> None:
    """Write one JSON object a line: the rows of a batch in order, then the batch itself.

    Beyond the public keys a row has ``tab`` and a batch ``other_files`` and ``remarks``; an evidence has
    the ``quality`` of its page where that was measured, and the fields of a row that was not cleared have
    the ``contributions`` to their probability.

    Raises:
        ReportNotWritableError: The file cannot be written.
    """
    with replacing(path) as partial, partial.open("wb") as stream:
        for result in results:
            stream.writelines(map(json_line, finding_objects(result.batch, result.rows)))


def finding_objects(batch: BatchFinding, rows: Iterable[RowFinding]) -> Iterator[dict[str, Any]]:
    """Give the lines of one batch as objects: its rows in order, then the batch itself."""
    for row in rows:
        yield _row_object(batch.batch, row)
    yield _batch_object(batch)


def json_line(content: Mapping[str, Any]) -> bytes:
    """Return one line of a file of JSON objects, its end included.

    Raises:
        ValueError: A number is none.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A file name in no known encoding holds half characters; "\udc80" is their JSON spelling.
    return text.translate(_LINE_ENDS).encode("utf-8", "backslashreplace") + b"\n"


def _row_object(batch: str, row: RowFinding) -> dict[str, Any]:
    link, approval = row.certificate, row.approval
    return {
        "schema": SCHEMA_VERSION,
        "type": "row",
        "batch": batch,
        "sheet": row.sheet,
        "tab": row.tab,
        "row": row.row_number,
        "verdict": row.verdict.value,
        "certificate": link
        and {"file": link.file, "page": link.page_number, "slot": link.slot, "score": _share(link.score)},
        "approval": approval and {"file": approval.file, "page": approval.page_number},
        "fields": {
            field.value: _field_object(finding, with_sum=row.verdict is not Verdict.CLEAR)
            for field, finding in row.fields.items()
        },
        "issues": [
            {
                "field": issue.field.value if issue.field else None,
                "kind": issue.kind.value,
                "message": issue.message,
            }
            for issue in row.issues
        ],
    }


def _field_object(finding: FieldFinding, *, with_sum: bool) -> dict[str, Any]:
    content: dict[str, Any] = {
        "submitted": finding.submitted,
        "certificate": finding.certificate,
        "approval": finding.approval,
        "status": finding.status.value,
        "kind": finding.kind.value if finding.kind else None,
        "probability": None if finding.probability is None else _share(finding.probability),
        "evidence": _evidence_object(finding.evidence) if finding.evidence else None,
    }
    if with_sum and finding.contributions:
        content["contributions"] = [
            {"source": part.source.value, "nats": round(part.nats, 4), "sentence": part.sentence}
            for part in finding.contributions
        ]
    return content


def _evidence_object(evidence: Evidence) -> dict[str, Any]:
    polygon = evidence.polygon if len(evidence.polygon) >= _FEWEST_CORNERS else _WHOLE_PAGE
    content: dict[str, Any] = {
        "file": evidence.file,
        "page": evidence.page_number,
        # Text at the very edge of a skewed page reaches a little beyond it.
        "polygon": [[_share(x), _share(y)] for x, y in polygon],
        "under_seal": evidence.under_seal,
    }
    quality = evidence.quality
    if quality is not None:
        content["quality"] = {
            "grade": quality.grade.value,
            "dpi": round(quality.dpi),
            "doubt": _share(quality.doubt),
        }
    return content


def _batch_object(batch: BatchFinding) -> dict[str, Any]:
    return {
        "schema": SCHEMA_VERSION,
        "type": "batch",
        "batch": batch.batch,
        "approval_number": {
            "sheet": batch.sheet_number,
            "document": batch.document_number,
            "status": batch.approval_number_status.value,
        },
        "orphan_certificates": [
            {"file": orphan.file, "page": orphan.page_number, "slot": orphan.slot, "name": orphan.name}
            for orphan in batch.orphan_certificates
        ],
        "absent_from_sheet": list(batch.absent_from_sheet),
        "absent_from_approval": list(batch.absent_from_approval),
        "duplicate_rows": [list(rows) for rows in batch.duplicate_rows],
        "certificate_used_twice": [
            {"file": used.file, "page": used.page_number, "slot": used.slot, "rows": list(used.rows)}
            for used in batch.certificate_used_twice
        ],
        "unreadable_files": [_file_object(problem) for problem in batch.unreadable_files],
        "other_files": [_file_object(problem) for problem in batch.other_files],
        "remarks": list(batch.remarks),
    }


def _file_object(problem: FileProblem) -> dict[str, str]:
    return {"file": problem.file, "code": problem.code, "message": problem.message}


def _share(number: float) -> float:
    """Hold a number to 0 to 1 and to what a reader can use.

    The number stands first in both calls: then "not a number" stays what it is, and the writer of
    the line refuses it instead of calling it certain.
    """
    return round(min(max(float(number), 0.0), 1.0), 4)
