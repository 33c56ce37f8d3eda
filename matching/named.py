"""Certificates that a person named for rows."""

from collections.abc import Mapping, Sequence

from domain.records import CandidateRecord, SheetTable

RowPlace = tuple[str, str, int]
"""Sheet file, tab and row number."""

PaperPlace = tuple[str, int, int]
"""File, page number and slot of a certificate."""


def named_pairs(
    tables: Sequence[SheetTable],
    places: Sequence[tuple[int, int]],
    candidates: Sequence[CandidateRecord],
    named: Mapping[RowPlace, PaperPlace],
) -> dict[int, int]:
    """Return indices of certificates by index of the row, for places that the batch holds.

    A certificate that is named for several rows counts for the first of them.

    Args:
        tables: Those of the batch.
        places: Of each row, its table and its index there.
        candidates: Every certificate found.
        named: What the person said.
    """
    if not named:
        return {}
    papers = {(found.file, found.page_number, found.slot): j for j, found in enumerate(candidates)}
    pairs: dict[int, int] = {}
    for n, (t, i) in enumerate(places):
        table = tables[t]
        paper = papers.get(named.get((table.file, table.tab, table.rows[i].row_number), ("", 0, 0)))
        if paper is not None and paper not in pairs.values():
            pairs[n] = paper
    return pairs
