"""What the edge of a picture cuts off: a value that goes up to it may go on beyond it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.fields import DATE_FIELDS, Field
from domain.geometry import Polygon, polygon_as_shown
from domain.id_numbers import parse_id_number
from domain.records import ApprovalDocument, CandidateRecord, FieldReading, PageReading, TextLine
from domain.text import fold

_END_HEIGHTS = 0.3
"""White beyond either end of a line, in its heights: less than the margin of any paper. The detector's
boxes reach a third of a height beyond the ink."""

_SIDE_HEIGHTS = 0.1
"""The same above and below: characters that lose a part of their height are misread."""

_LEAST_CUT_LINES = 3
"""So many lines that end at one edge were cut by it; a single one may be a seal or a neighbour's page."""

_WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def touches_edge(polygon: Polygon, page: PageReading) -> bool:
    """Tell whether a text on a page goes up to the edge of the picture."""
    return bool(_edges_of(polygon, page))


def cut_edges(page: PageReading) -> frozenset[str]:
    """Return the edges of a page that cut several of its lines: ``left``, ``right``."""
    if page.from_text_layer:
        return frozenset()
    counts = {"left": 0, "right": 0}
    for line in page.lines:
        for edge in counts.keys() & _edges_of(line.polygon, page):
            counts[edge] += sum(map(str.isalnum, line.text)) > 1
    return frozenset(edge for edge, count in counts.items() if count >= _LEAST_CUT_LINES)


def mark_records(
    records: Sequence[CandidateRecord], pages: Sequence[PageReading]
) -> tuple[CandidateRecord, ...]:
    """Return certificates whose values at the edge of their picture are marked as cut off."""
    by_number = {page.page_number: page for page in pages}
    return tuple(replace(record, readings=_mark(record.readings, by_number)) for record in records)


def mark_approval(document: ApprovalDocument, pages: Sequence[PageReading]) -> ApprovalDocument:
    """Return an approval whose values at the edge of their picture are marked as cut off."""
    by_number = {page.page_number: page for page in pages}
    entries = tuple(replace(entry, readings=_mark(entry.readings, by_number)) for entry in document.entries)
    return replace(document, entries=entries, readings=_mark(document.readings, by_number))


def mark_line(line: TextLine, page: PageReading) -> TextLine:
    """Return a line, marked if the edge of the picture cuts it off."""
    return replace(line, cut_off=True) if touches_edge(line.polygon, page) else line


def _mark(
    readings: Mapping[Field, FieldReading], pages: Mapping[int, PageReading]
) -> dict[Field, FieldReading]:
    return {
        name: replace(reading, cut_off=True) if _is_cut_off(name, reading, pages) else reading
        for name, reading in readings.items()
    }


def _is_cut_off(name: Field, reading: FieldReading, pages: Mapping[int, PageReading]) -> bool:
    page = pages.get(reading.place.page_number)
    if page is None:
        return False
    edges = _edges_of(reading.place.polygon, page)
    return bool(edges - {"left", "right"}) or (bool(edges) and not _is_whole(name, reading))


def _is_whole(name: Field, reading: FieldReading) -> bool:
    """Tell whether a value shows by its form that nothing of it is missing at either end."""
    if name is Field.GENDER:
        return True
    if name is Field.ID_NUMBER:
        return len(reading.value) == 18 and parse_id_number(reading.value).problem is None
    if name in DATE_FIELDS:
        return _WHOLE_DATE.fullmatch(reading.value) is not None and fold(reading.raw).endswith("日")
    return False


def _edges_of(polygon: Polygon, page: PageReading) -> frozenset[str]:
    """Return the edges of the picture that a text goes up to."""
    if page.from_text_layer or len(polygon) != 4:
        return frozenset()
    # The picture's own edges, before its tilt was taken out.
    shown = polygon_as_shown(
        polygon, turn_deg=0, skew_deg=page.skew_deg, width_px=page.width_px, height_px=page.height_px
    )
    corners = [(x * page.width_px, y * page.height_px) for x, y in shown]
    (left_top, right_top, right_bottom, left_bottom) = corners
    height = max(left_bottom[1] - left_top[1], right_bottom[1] - right_top[1])
    width = max(right_top[0] - left_top[0], right_bottom[0] - left_bottom[0])
    if height <= 0 or width <= 0:
        return frozenset()
    # A column of text set down the page ends above and below.
    along, across = (_END_HEIGHTS * min(height, width), _SIDE_HEIGHTS * min(height, width))
    if height > 1.5 * width:
        along, across = across, along
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    found = {
        "left": min(xs) < along,
        "right": max(xs) > page.width_px - along,
        "top": min(ys) < across,
        "bottom": max(ys) > page.height_px - across,
    }
    return frozenset(edge for edge, is_near in found.items() if is_near)
