"""Which printed lines belong to which certificate, whether or not its reader understood them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from domain.geometry import Box, polygon_to_box
from domain.records import CandidateRecord, PageReading, TextLine
from ocr.edges import mark_line


def attach_lines(
    records: Sequence[CandidateRecord], pages: Iterable[PageReading]
) -> tuple[CandidateRecord, ...]:
    """Return the records with the lines of their pages.

    On a page that several certificates share, a line counts only where it lies among the readings of
    one of them: a neighbour's number must never speak for another row.

    Args:
        records: The certificates of one file.
        pages: All pages of that file.
    """
    by_number = {page.page_number: page for page in pages}
    lines: list[list[tuple[int, TextLine]]] = [[] for _ in records]
    for number, page in by_number.items():
        present = [
            (i, _box_on_page(record, number))
            for i, record in enumerate(records)
            if record.page_number <= number <= (record.last_page_number or record.page_number)
        ]
        if not present:
            continue
        for line in page.lines:
            owner = _owner(line, present)
            if owner is not None:
                lines[owner].append((number, mark_line(line, page)))
    return tuple(replace(record, lines=tuple(own)) for record, own in zip(records, lines, strict=True))


def _owner(line: TextLine, present: Sequence[tuple[int, Box]]) -> int | None:
    """Return the index of the record that a line belongs to, ``None`` when that is not sure."""
    if len(present) == 1:
        return present[0][0]
    inside = [i for i, box in present if _distance(box, line.box) == 0]
    return inside[0] if len(inside) == 1 else None


def _box_on_page(record: CandidateRecord, page_number: int) -> Box:
    """Return the box around what was read of a record on a page; the whole page without any."""
    boxes = [
        polygon_to_box(reading.place.polygon)
        for reading in record.readings.values()
        if reading.place.page_number == page_number
    ]
    if not boxes:
        return Box(0.0, 0.0, 1.0, 1.0)
    found = boxes[0]
    for box in boxes[1:]:
        found = found.union(box)
    return found


def _distance(region: Box, line: Box) -> float:
    """Return how far a line's centre lies outside a region, in page fractions; 0 inside."""
    x, y = line.centre
    dx = max(region.left - x, 0.0, x - region.right)
    dy = max(region.top - y, 0.0, y - region.bottom)
    return dx + dy
