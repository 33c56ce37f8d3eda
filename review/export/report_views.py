"""What ``report.html`` shows, as plain values: texts ready for people, numbers hidden, differences marked."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.fields import Field
from domain.findings import BatchResult, Evidence, FieldFinding, RowFinding, Status, Verdict
from review.export.batch_notes import BatchNote, approval_number_words, batch_notes, shown
from review.export.differences import Mark, Piece, compare_texts, unmarked
from review.export.privacy import RowPrivacy
from review.export.problems import Problem, problems_of
from review.export.table import reason
from review.export.waterfall import Waterfall, build_waterfall, quality_in_words
from review.export.wording import (
    BLANK_CELL,
    KIND_WORDS,
    STATUS_WORDS,
    VERDICT_SYMBOLS,
    VERDICT_WORDS,
    agreement_in_words,
    field_words,
    percent,
    probability_in_words,
)


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One source's value for a field."""

    source: str
    """表格, 证书 or 批文."""

    pieces: tuple[Piece, ...]
    is_absent: bool = False
    """``pieces`` are words about a value that is not there."""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where to look."""

    evidence: Evidence
    file: str
    page: str
    has_picture: bool
    quality: str
    """How well the page can be read, in words; ``""`` when that was not measured."""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One thing to look at."""

    field: str
    labels: tuple[str, ...]
    tone: str
    """``mismatch``, ``doubt`` or ``note``; chooses colour and sign."""

    values: tuple[ValueLine, ...]
    agreement: str
    probability: str
    reason: str
    place: PlaceView | None
    waterfall: Waterfall | None
    """How the probability comes about; ``None`` for notes and where no paper was compared."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the sheet."""

    key: str
    """Unique in the report."""

    number: int
    name: str
    summary: str
    """Unit and title, to recognise the person by."""

    verdict: str
    symbol: str
    verdict_words: str
    labels: tuple[str, ...]
    kinds: str
    fields: str
    search: str
    problems: tuple[ProblemView, ...]
    certificate: str
    approval: PlaceView | None
    table: str


@dataclass(frozen=True, slots=True)
class BatchView:
    """One batch."""

    name: str
    counts: Mapping[str, int]
    total: int
    sheet_number: str
    document_number: str
    number_status: str
    number_words: str
    notes: Mapping[str, tuple[BatchNote, ...]]
    """By group, gravest first."""

    open_rows: tuple[RowView, ...]
    clear_rows: tuple[RowView, ...]
    details: Mapping[str, list[list[str]]]
    """Every field of every row by row key: field, 表格, 证书, 批文, outcome, probability, weight."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole report."""

    batches: tuple[BatchView, ...]
    counts: Mapping[Verdict, int]
    kinds: Mapping[str, int]
    """Rows with each kind, for the filter."""

    fields: frozenset[str]
    open_rows: int


def build_report(results: Sequence[BatchResult], pictured: Collection[Evidence]) -> ReportView:
    """Turn results into what the page shows.

    Args:
        results: One per batch, in the order in which they are shown.
        pictured: The places of which there is a picture.
    """
    batches = tuple(_batch_view(index, result, pictured) for index, result in enumerate(results))
    kinds: Counter[str] = Counter()
    fields: set[str] = set()
    for batch in batches:
        for row in batch.open_rows:
            kinds.update(row.kinds.split())
            fields.update(row.fields.split())
    return ReportView(
        batches,
        {verdict: sum(batch.counts[verdict.value] for batch in batches) for verdict in Verdict},
        kinds,
        frozenset(fields),
        sum(len(batch.open_rows) for batch in batches),
    )


def _batch_view(index: int, result: BatchResult, pictured: Collection[Evidence]) -> BatchView:
    batch = result.batch
    with_table = len({(row.sheet, row.tab) for row in result.rows}) > 1
    rows = [
        _row_view(f"b{index}r{place}", row, pictured, with_table=with_table)
        for place, row in enumerate(result.rows)
    ]
    notes: dict[str, list[BatchNote]] = {}
    for note in batch_notes(batch):
        notes.setdefault(note.group, []).append(note)
    return BatchView(
        shown(batch.batch),
        {verdict.value: sum(row.verdict is verdict for row in result.rows) for verdict in Verdict},
        len(rows),
        shown(batch.sheet_number) or "（无）",
        shown(batch.document_number) or "（无）",
        batch.approval_number_status.value,
        approval_number_words(batch),
        {group: tuple(listed) for group, listed in notes.items()},
        tuple(row for row in rows if row.verdict != Verdict.CLEAR.value),
        tuple(row for row in rows if row.verdict == Verdict.CLEAR.value),
        {view.key: _details(row) for view, row in zip(rows, result.rows, strict=True)},
    )


def _row_view(key: str, row: RowFinding, pictured: Collection[Evidence], *, with_table: bool) -> RowView:
    privacy = RowPrivacy(row)
    problems = problems_of(row)
    open_problems = [problem for problem in problems if not problem.is_note]
    texts = {
        field: privacy.value(field, row.fields[field].submitted)
        for field in (Field.NAME, Field.EMPLOYER, Field.TITLE, Field.CERTIFICATE_NUMBER)
        if field in row.fields
    }
    link = row.certificate
    certificate = ""
    if link is not None:
        where = f"{shown(link.file)} 第{link.page_number}页第{link.slot}件"
        certificate = f"{where}（匹配把握 {percent(link.score)}）"
    summary = [texts.get(Field.EMPLOYER, ""), texts.get(Field.TITLE, "")]
    if with_table:
        summary.append(shown(f"{row.sheet} {row.tab}".strip()))
    return RowView(
        key,
        row.row_number,
        texts.get(Field.NAME, "") or BLANK_CELL,
        "　".join(part for part in summary if part),
        row.verdict.value,
        VERDICT_SYMBOLS[row.verdict],
        VERDICT_WORDS[row.verdict],
        tuple(dict.fromkeys(label for problem in open_problems for label in _short_labels(problem))),
        " ".join(dict.fromkeys(kind.value for problem in open_problems for kind in problem.kinds)),
        " ".join(problem.field.value for problem in open_problems if problem.field),
        " ".join([*texts.values(), shown(link.file) if link else "", str(row.row_number)]).casefold(),
        tuple(_problem_view(problem, privacy, pictured) for problem in problems),
        certificate,
        _place(row.approval, pictured),
        shown(f"{row.sheet} {row.tab}".strip()),
    )


def _short_labels(problem: Problem) -> list[str]:
    prefix = "" if problem.field is None else f"{field_words(problem.field)} "
    return [prefix + label for label in _labels(problem)]


def _labels(problem: Problem) -> tuple[str, ...]:
    if problem.kinds:
        return tuple(dict.fromkeys(KIND_WORDS[kind] for kind in problem.kinds))
    return (STATUS_WORDS[problem.finding.status],) if problem.finding else ()


def _problem_view(problem: Problem, privacy: RowPrivacy, pictured: Collection[Evidence]) -> ProblemView:
    field, finding = problem.field, problem.finding
    values: tuple[ValueLine, ...] = ()
    agreement = probability = ""
    if field is not None and finding is not None:
        values = _values(field, finding, privacy, compared=not problem.is_note)
        agreement = agreement_in_words(field, finding)
        probability = "" if problem.is_note else probability_in_words(finding.probability)
    return ProblemView(
        field_words(field),
        _labels(problem),
        _tone(problem),
        values,
        agreement,
        probability,
        reason(problem, privacy) if problem.issues else "",
        _place(problem.evidence, pictured),
        build_waterfall(finding) if finding is not None and not problem.is_note else None,
    )


def _tone(problem: Problem) -> str:
    if problem.is_note:
        return "note"
    if problem.finding is None or problem.finding.status is Status.MISMATCH:
        return "mismatch"
    return "doubt"


def _values(
    field: Field, finding: FieldFinding, privacy: RowPrivacy, *, compared: bool
) -> tuple[ValueLine, ...]:
    """Return the submitted value over those on paper, differing characters marked.

    Each paper is marked against the sheet; the sheet against the first paper that differs.
    """
    submitted = privacy.value(field, finding.submitted, compared=compared)
    own_pieces = unmarked(submitted)
    papers: list[ValueLine] = []
    for source, value in (("证书", finding.certificate), ("批文", finding.approval)):
        text = privacy.source(field, value, compared=compared)
        if not value or not compared or not submitted:
            papers.append(ValueLine(source, unmarked(text), is_absent=not value))
            continue
        marked, pieces = compare_texts(submitted, text)
        if all(piece.mark is Mark.SAME for piece in own_pieces):
            own_pieces = marked
        papers.append(ValueLine(source, pieces))
    own = ValueLine("表格", own_pieces or unmarked(BLANK_CELL), is_absent=not submitted)
    return (own, *papers)


def _place(evidence: Evidence | None, pictured: Collection[Evidence]) -> PlaceView | None:
    if evidence is None:
        return None
    page = f"第{evidence.page_number}页" + ("，印章下" if evidence.under_seal else "")
    quality = quality_in_words(evidence.quality)
    return PlaceView(evidence, shown(evidence.file), page, evidence in pictured, quality)


def _details(row: RowFinding) -> list[list[str]]:
    privacy = RowPrivacy(row)
    weights = row.certificate.weights if row.certificate else {}
    lines = []
    for field in Field:
        finding = row.fields.get(field)
        if finding is None or not (finding.submitted or finding.certificate or finding.approval):
            continue
        lines.append(
            [
                field.label,
                privacy.value(field, finding.submitted),
                privacy.source(field, finding.certificate),
                privacy.source(field, finding.approval),
                STATUS_WORDS[finding.status],
                "" if finding.probability is None else percent(finding.probability),
                f"{weights[field]:+.1f}" if field in weights else "",
            ]
        )
    return lines
