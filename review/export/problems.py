"""What a person has to look at in one row: differing fields and issues, brought together."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.fields import Field
from domain.findings import BatchResult, Evidence, FieldFinding, Issue, Kind, RowFinding, Status, Verdict

_OPEN_STATUSES = (Status.MISMATCH, Status.UNVERIFIABLE_CHARACTER, Status.MISSING, Status.UNREADABLE)
_ORDER = {status: place for place, status in enumerate(_OPEN_STATUSES)}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about a row: a field that does not prove itself, or an issue of the whole row."""

    field: Field | None
    """``None`` for the whole row."""

    finding: FieldFinding | None
    """The comparison of ``field``; ``None`` for the whole row or a field that was not compared."""

    issues: tuple[Issue, ...]
    is_note: bool
    """Worth listing, but nobody has to act: a corrected format, or anything on a cleared row."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of difference and issue, each once, that of the comparison first."""
        own = [self.finding.kind] if self.finding and self.finding.kind else []
        return tuple(dict.fromkeys([*own, *(issue.kind for issue in self.issues)]))

    @property
    def evidence(self) -> Evidence | None:
        """Where to look, when the paper has a place for it."""
        return self.finding.evidence if self.finding else None


def problems_of(row: RowFinding) -> tuple[Problem, ...]:
    """Return what is to be said about a row, gravest first, notes last.

    A field is listed when its comparison did not end in a match (a field that the paper does not
    carry alone is nothing to say), when its spelling was corrected, or when an issue names it. Every
    issue is in exactly one problem.
    """
    by_field: dict[Field, list[Issue]] = {}
    whole_row: list[Problem] = []
    is_clear = row.verdict is Verdict.CLEAR
    for issue in row.issues:
        if issue.field is None:
            is_note = is_clear or issue.kind is Kind.FORMAT_ONLY
            whole_row.append(Problem(None, None, (issue,), is_note))
        else:
            by_field.setdefault(issue.field, []).append(issue)
    fields = [
        problem
        for field in Field
        if (problem := _field_problem(row, field, tuple(by_field.get(field, ())))) is not None
    ]
    problems = sorted([*fields, *whole_row], key=_gravity)
    return tuple(problems)


def is_open(row: RowFinding, field: Field) -> bool:
    """Tell whether a person has to look at this very field of the row."""
    return any(problem.field is field and not problem.is_note for problem in problems_of(row))


def evidence_to_show(results: Sequence[BatchResult]) -> tuple[Evidence, ...]:
    """List the places of which the report wants a picture, each once.

    These are the fields in question of every row that was not cleared, and the row's line in the
    approval document.
    """
    wanted: dict[Evidence, None] = {}
    for result in results:
        for row in result.rows:
            if row.verdict is Verdict.CLEAR:
                continue
            for problem in problems_of(row):
                if problem.evidence is not None and not problem.is_note:
                    wanted[problem.evidence] = None
            if row.approval is not None:
                wanted[row.approval] = None
    return tuple(wanted)


def _field_problem(row: RowFinding, field: Field, issues: tuple[Issue, ...]) -> Problem | None:
    finding = row.fields.get(field)
    is_differing = finding is not None and finding.status in _OPEN_STATUSES
    is_respelled = finding is not None and finding.kind is Kind.FORMAT_ONLY
    if not (issues or is_differing or is_respelled):
        return None
    only_spelling = not is_differing and all(issue.kind is Kind.FORMAT_ONLY for issue in issues)
    return Problem(field, finding, issues, row.verdict is Verdict.CLEAR or only_spelling)


def _gravity(problem: Problem) -> tuple[bool, bool, int]:
    """Order by: notes last, whole-row issues before fields, then by status."""
    status = problem.finding.status if problem.finding else None
    return problem.is_note, problem.field is not None, _ORDER.get(status, len(_ORDER)) if status else -1
