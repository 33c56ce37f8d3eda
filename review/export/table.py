"""Findings as plain lines, for the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.fields import Field
from domain.findings import BatchResult, RowFinding, Verdict
from review.export.batch_notes import batch_notes, shown
from review.export.privacy import RowPrivacy, visible
from review.export.problems import Problem, problems_of
from review.export.wording import (
    BLANK_CELL,
    KIND_WORDS,
    STATUS_WORDS,
    VERDICT_SYMBOLS,
    VERDICT_WORDS,
    agreement_in_words,
    field_words,
    source_words,
)


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One line of the terminal's table; texts are ready to print, ID numbers hidden where not compared."""

    batch: str
    row: str
    """Row number as the spreadsheet shows it; ``""`` for findings about the batch."""

    name: str
    verdict: str
    """With its symbol: ✗ 退回; ``""`` for findings about the batch."""

    field: str
    submitted: str
    paper: str
    why: str


def findings_table(results: Sequence[BatchResult]) -> list[FindingLine]:
    """List what people have to look at: rows in sheet order, then the findings about the batch.

    Cleared rows, corrected spellings and files that are no evidence are left out.
    """
    lines: list[FindingLine] = []
    for result in results:
        batch = shown(result.batch.batch)
        for row in result.rows:
            lines += _row_lines(batch, row)
        lines += [
            FindingLine(
                batch,
                "",
                "" if note.paper else note.subject,
                "",
                note.group,
                note.submitted,
                note.paper or note.file,
                note.message,
            )
            for note in batch_notes(result.batch)
            if note.is_problem
        ]
    return lines


def _row_lines(batch: str, row: RowFinding) -> list[FindingLine]:
    if row.verdict is Verdict.CLEAR:
        return []
    privacy = RowPrivacy(row)
    name = row.fields.get(Field.NAME)
    shown_name = privacy.value(Field.NAME, name.submitted) if name else ""
    verdict = f"{VERDICT_SYMBOLS[row.verdict]} {VERDICT_WORDS[row.verdict]}"
    problems = [problem for problem in problems_of(row) if not problem.is_note]
    if not problems:
        return [FindingLine(batch, str(row.row_number), shown_name, verdict, "", "", "", "需人工核对")]
    return [
        FindingLine(
            batch,
            str(row.row_number),
            shown_name,
            verdict,
            field_words(problem.field),
            _submitted(problem, privacy),
            _paper(problem, privacy),
            reason(problem, privacy),
        )
        for problem in problems
    ]


def reason(problem: Problem, privacy: RowPrivacy) -> str:
    """Say why something is a problem: the issues' sentences, else what the comparison gave."""
    if problem.issues:
        if problem.field is Field.ID_NUMBER:
            return visible("".join(issue.message for issue in problem.issues))
        return "".join(privacy.text(issue.message) for issue in problem.issues)
    if problem.field is None or problem.finding is None:
        return ""
    words = [KIND_WORDS[kind] for kind in problem.kinds] or [STATUS_WORDS[problem.finding.status]]
    return f"{'、'.join(words)}：{agreement_in_words(problem.field, problem.finding)}。"


def _submitted(problem: Problem, privacy: RowPrivacy) -> str:
    if problem.field is None or problem.finding is None:
        return ""
    text = privacy.value(problem.field, problem.finding.submitted, compared=not problem.is_note)
    return text or BLANK_CELL


def _paper(problem: Problem, privacy: RowPrivacy) -> str:
    """Return what the paper says; both papers when they differ."""
    if problem.field is None or problem.finding is None:
        return ""
    sources = (("证书", problem.finding.certificate), ("批文", problem.finding.approval))
    values = [
        (source, privacy.source(problem.field, value, compared=not problem.is_note))
        for source, value in sources
        if value is not None
    ]
    if len({value for _, value in values}) == 1:
        return values[0][1]
    return "　".join(f"{source}：{value}" for source, value in values) or source_words(None)
