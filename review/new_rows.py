"""A row as it is stored: what follows from its content and from where it stands."""

from collections.abc import Callable

from domain.batches import NewRow, RowContent
from domain.fields import Field
from domain.records import SheetRow
from domain.text import fold
from review.standing import RowStanding, group_of, pattern_of, risk_of

Initials = Callable[[str], str]
"""Spells a name with the first letters of its pronunciation, for searching."""


def new_row(
    content: RowContent,
    fingerprint: str,
    standing: RowStanding,
    initials: Initials,
    *,
    known_id: int | None = None,
    brought_key: str | None = None,
) -> NewRow:
    """Return a row to be stored; the risk of its group is left open until all rows are known.

    Args:
        content: What was submitted and found.
        fingerprint: Of the finding.
        standing: With the row's decisions.
        initials: For searching.
        known_id: Of the row that it was before.
        brought_key: Names the row in hand-over packages, when one brought it.
    """
    finding = content.finding
    return NewRow(
        known_id=known_id,
        content=content,
        state=standing.state,
        recheck=standing.recheck,
        queue=standing.queue,
        risk=round(risk_of(finding), 6),
        group_key=group_of(finding),
        group_risk=0.0,
        pattern=pattern_of(finding),
        fingerprint=fingerprint,
        search=_search_text(content.submitted, initials),
        open_fields=standing.open_fields,
        brought_key=brought_key,
    )


def _search_text(submitted: SheetRow, initials: Initials) -> str:
    """Return what a row is found by."""
    name = submitted.value(Field.NAME)
    searched = (
        name,
        initials(name),
        submitted.value(Field.EMPLOYER),
        submitted.value(Field.CERTIFICATE_NUMBER),
        submitted.value(Field.TITLE),
    )
    return " ".join(fold(text).lower() for text in searched if text)
