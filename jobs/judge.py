"""From everything that was read of a batch to its result, places as a viewer shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.findings import BatchFinding, BatchResult, Evidence, RowFinding, Status
from domain.geometry import Polygon, polygon_as_shown
from domain.records import FileProblem, PageReading, SheetTable
from jobs.certificate_lines import attach_lines
from jobs.documents import DocumentReading
from matching.batch import match_batch
from matching.named import PaperPlace, RowPlace
from matching.options import MatchingOptions

_NO_SHEET = (
    "批次中没有可用的汇总信息表，无法逐行核对。请上传附件2（.xlsx/.xls/.ods/.csv），表头至少含姓名列。"
)


@dataclass(frozen=True, slots=True)
class Material:
    """What was read of a batch."""

    name: str
    tables: tuple[SheetTable, ...]
    readings: Mapping[str, Sequence[PageReading]]
    """Pages by file, in order."""

    documents: Mapping[str, DocumentReading]
    """What each of these files holds."""

    problems: tuple[FileProblem, ...] = ()
    """Files and pages that should be evidence and could not be read."""

    ignored: tuple[FileProblem, ...] = ()
    named: Mapping[RowPlace, PaperPlace] = field(default_factory=dict)
    """Certificates that a person named for rows."""


def judge(material: Material, *, alphabet: frozenset[str], options: MatchingOptions) -> BatchResult:
    """Compare the rows with the paper.

    Args:
        material: What was read.
        alphabet: Characters that the recogniser can write.
        options: Thresholds.
    """
    documents = material.documents.values()
    result = match_batch(
        material.name,
        material.tables,
        [
            record
            for name, document in material.documents.items()
            for record in attach_lines(document.candidates, material.readings[name])
        ],
        [approval for document in documents for approval in document.approvals],
        alphabet=alphabet,
        options=options,
        qualities={
            (page.file, page.page_number): page.quality
            for pages in material.readings.values()
            for page in pages
            if page.quality is not None
        },
        named=material.named,
    )
    return _show_evidence(BatchResult(_with_files(result.batch, material), result.rows), material.readings)


def judge_without_sheet(material: Material) -> BatchResult:
    """Return what can be said where no sheet could be read: what each file is, and no row."""
    nothing = BatchFinding(
        batch=material.name,
        sheet_number="",
        document_number="",
        approval_number_status=Status.MISSING,
        remarks=(_NO_SHEET,),
    )
    return BatchResult(_with_files(nothing, material), ())


def _with_files(finding: BatchFinding, material: Material) -> BatchFinding:
    documents = material.documents.values()
    return replace(
        finding,
        unreadable_files=(*material.problems, *(p for document in documents for p in document.problems)),
        other_files=(*material.ignored, *(o for document in documents for o in document.others)),
    )


def _show_evidence(result: BatchResult, readings: Mapping[str, Sequence[PageReading]]) -> BatchResult:
    """Turn every place from the upright page to the page as a viewer shows it."""
    pages = {(page.file, page.page_number): page for file in readings.values() for page in file}

    def shown(evidence: Evidence | None) -> Evidence | None:
        if evidence is None:
            return None
        page = pages.get((evidence.file, evidence.page_number))
        if page is None:
            return evidence
        polygon: Polygon = polygon_as_shown(
            evidence.polygon,
            turn_deg=page.turn_deg,
            skew_deg=page.skew_deg,
            width_px=page.width_px,
            height_px=page.height_px,
        )
        return replace(evidence, polygon=polygon)

    def shown_row(row: RowFinding) -> RowFinding:
        fields = {name: replace(field, evidence=shown(field.evidence)) for name, field in row.fields.items()}
        return replace(row, fields=fields, approval=shown(row.approval))

    return BatchResult(result.batch, tuple(shown_row(row) for row in result.rows))
