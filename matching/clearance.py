"""A bar of an office beside the product's own: it takes rows from the cleared ones and does nothing else.

Thresholds within matching do not only say what is cleared: a number that differs on most certificates becomes
a finding of the table, the proven one of two duplicates is kept. Were an office to move those, a stricter bar
could let another row through. So the bar looks at rows that the product has cleared
(docs/decisions/0026-an-office-may-clear-less.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.findings import BatchResult, Issue, Kind, RowFinding, Status, Verdict
from matching.options import MatchingOptions


@dataclass(frozen=True, slots=True)
class Clearance:
    """What an office asks of a row that nobody looks at."""

    probability: float
    """No value of it is likelier wrong than this, 0 to 1, circumstances counted."""

    link_score: float
    """Its certificate is its own with at least this probability."""


def hold_back(result: BatchResult, bar: Clearance, options: MatchingOptions) -> BatchResult:
    """Put the cleared rows that do not reach a bar before a person.

    Args:
        result: What the product says.
        bar: One that is no stricter than the product's own changes nothing.
        options: The product's own thresholds.
    """
    return replace(result, rows=tuple(_hold_back(row, bar, options) for row in result.rows))


def find_shortfalls(row: RowFinding, bar: Clearance, options: MatchingOptions) -> tuple[Issue, ...]:
    """Return why a cleared row does not reach a bar; nothing for one that does or was not cleared."""
    return tuple(_shortfalls(row, bar, options)) if row.verdict is Verdict.CLEAR else ()


def _hold_back(row: RowFinding, bar: Clearance, options: MatchingOptions) -> RowFinding:
    found = find_shortfalls(row, bar, options)
    return replace(row, verdict=Verdict.REVIEW, issues=(*row.issues, *found)) if found else row


def _shortfalls(row: RowFinding, bar: Clearance, options: MatchingOptions) -> Iterator[Issue]:
    link = row.certificate
    if bar.link_score > options.link_score and link is not None and link.score < bar.link_score:
        yield Issue(
            None,
            Kind.NO_CERTIFICATE,
            f"所附证书属于本行的把握为{_percent(link.score)}，低于本单位自动通过的要求"
            f"{_percent(bar.link_score)}，请核对该证书是否属于本人。",
        )
    if bar.probability >= options.clear_probability:
        return
    for field, found in row.fields.items():
        # Only a match was held against a bar: what a proven number implies has a probability of no weight.
        if found.status is not Status.MATCH or found.probability is None:
            continue
        if found.probability > bar.probability:
            yield Issue(
                field,
                Kind.UNREADABLE,
                f"{field.label}与纸件相符，但填错的可能约为{_percent(found.probability)}，高于本单位自动通过的"
                f"上限{_percent(bar.probability)}，请对照原件核对。",
            )


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"
