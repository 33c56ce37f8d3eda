"""Which rows of a mended sheet are rows that the batch had before."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from domain.batches import ReviewRow, RowContent, submitted_values
from domain.fields import Field
from domain.findings import RowFinding, Verdict
from domain.records import SheetTable
from domain.text import fold

Known = tuple[ReviewRow, RowContent, dict[str, Any] | None]
"""A row as the last check left it, with the certificate that a person named for it."""


def named_certificates(
    tables: Sequence[SheetTable], known: Sequence[Known]
) -> dict[tuple[str, str, int], tuple[str, int, int]]:
    """Return the certificates that people named for rows, by the places where these rows stand now.

    Args:
        tables: The sheets' rows, as read for a new check.
        known: The rows of the batch as the last check left them.

    Returns:
        File, page and slot by file, tab and row number.
    """
    if all(link is None for _, _, link in known):
        return {}
    rows = [
        RowContent(row, RowFinding(table.file, table.tab, row.row_number, Verdict.REVIEW, None, None, {}, ()))
        for table in tables
        for row in table.rows
    ]
    named = {}
    for n, k in match_rows(rows, known).items():
        link = known[k][2]
        if link is not None:
            named[_place(rows[n])] = (link["file"], link["page"], link["slot"])
    return named


def match_rows(contents: Sequence[RowContent], known: Sequence[Known]) -> dict[int, int]:
    """Tell which rows of a new check are rows that the batch had before.

    A sheet that was mended may have rows inserted, moved or dropped. Equal rows in equal places come first,
    then equal rows anywhere, then the same person in the same place, then the same person anywhere, then
    what may be the same person with a mended name or number.

    Returns:
        Index in ``known`` by index in ``contents``; each at most once.
    """
    partners: dict[int, int] = {}
    taken: set[int] = set()
    keys: tuple[Callable[[RowContent], object], ...] = (
        lambda c: (_place(c), _values(c)),
        _values,
        lambda c: (_place(c), person) if (person := _person(c)) else None,
        _person,
        lambda c: (_place(c), number) if (number := c.submitted.value(Field.ID_NUMBER)) else None,
        lambda c: (_place(c), fold(name)) if (name := c.submitted.value(Field.NAME)) else None,
        lambda c: c.submitted.value(Field.ID_NUMBER) or None,
    )
    for key in keys:
        waiting: dict[object, list[int]] = defaultdict(list)
        for k, (_, content, _) in enumerate(known):
            if k not in taken and (is_key := key(content)) is not None:
                waiting[is_key].append(k)
        for n, content in enumerate(contents):
            if n in partners:
                continue
            found = key(content)
            candidates = waiting.get(found) if found is not None else None
            if candidates:
                partners[n] = candidates.pop(0)
                taken.add(partners[n])
    return partners


def _place(content: RowContent) -> tuple[str, str, int]:
    finding = content.finding
    return finding.sheet, finding.tab, finding.row_number


def _values(content: RowContent) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((field.value, value) for field, value in submitted_values(content.submitted).items()))


def _person(content: RowContent) -> tuple[str, str] | None:
    name = fold(content.submitted.value(Field.NAME))
    number = content.submitted.value(Field.ID_NUMBER)
    return (name, number) if name and number else None
