"""Finding header rows: anywhere in the sheet, one to three rows high, one or several tables side by side."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.fields import Field
from domain.id_numbers import mask_long_numbers
from domain.text import fold, remove_blanks
from ingest.sheets.grid import Grid
from ingest.sheets.labels import QUIET_LABELS, LabelMatch, clean_label, find_field, is_name_label

IDENTIFYING = (Field.ID_NUMBER, Field.CERTIFICATE_NUMBER, Field.TITLE, Field.GRANTED_ON)
"""A title table has a name and at least one of these; a telephone list has none."""

NEEDED = (Field.NAME, *IDENTIFYING)
MIN_FIELDS = 3
_MAX_HEADER_ROWS = 3
_GROUP_SUFFIX = re.compile(r"(?:信息|情况|资料|内容|项目)$")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one table."""

    first_row: int
    last_row: int
    """0-based, inclusive."""

    columns: Mapping[Field, int]
    first_column: int
    last_column: int
    """Extent of the table, inclusive."""

    unknown: tuple[str, ...] = ()
    """Labels that mean nothing to us."""

    rivals: tuple[str, ...] = ()
    """Labels that mean a field for which a better column was found."""

    labels: Mapping[Field, str] | None = None
    """The label of each column as written."""

    def repeats(self, other: "Header") -> bool:
        """Tell whether this is the same header printed again on a further page."""
        return self.columns == other.columns


def find_headers(grid: Grid) -> list[tuple[Header, ...]]:
    """Find all header rows, top to bottom; each gives one header per table side by side."""
    found: list[tuple[Header, ...]] = []
    last = -1
    for row_index, row in grid.cells.items():
        if row_index <= last:
            continue
        if not any(isinstance(value, str) and is_name_label(value) for value in row.values()):
            continue
        headers = _best_headers(grid, row_index, first_allowed=last + 1)
        if headers:
            found.append(headers)
            last = headers[0].last_row
    return found


def label_row_fields(grid: Grid, row_index: int) -> dict[Field, int]:
    """Return the fields of a row that consists of labels only, else nothing.

    Forms break the 18 columns into several label rows; only the first has the name.
    """
    row = grid.cells.get(row_index, {})
    fields: dict[Field, int] = {}
    for column, value in row.items():
        if not isinstance(value, str):
            return {}
        match = find_field(value)
        if match is None and clean_label(value) not in QUIET_LABELS:
            return {}
        if match is not None:
            fields.setdefault(match.field, column)
    return fields


def nearest_labels(grid: Grid, *, max_rows: int = 40) -> tuple[list[str], set[Field]]:
    """Return the row most like a header among the first filled ones: its texts and its fields."""
    best: tuple[int, int, list[str], set[Field]] = (-1, 0, [], set())
    for row in list(grid.cells.values())[:max_rows]:
        texts = [mask_long_numbers(remove_blanks(v))[:20] for v in row.values() if isinstance(v, str)]
        matches = [find_field(v) for v in row.values() if isinstance(v, str)]
        fields = {match.field for match in matches if match}
        if (len(fields), len(texts)) > best[:2]:
            best = (len(fields), len(texts), texts, fields)
    return best[2], best[3]


def _best_headers(grid: Grid, row: int, *, first_allowed: int) -> tuple[Header, ...]:
    """Try the row alone and with its neighbours as group or sub headings; most fields wins."""
    best: tuple[Header, ...] = ()
    best_score = 0.0
    spans = [
        (top, top + height - 1)
        for height in range(1, _MAX_HEADER_ROWS + 1)
        for top in range(row, row - height, -1)
        if top >= first_allowed
    ]
    for top, bottom in spans:
        headers = _headers_of(grid, top, bottom)
        score = sum(len(header.columns) for header in headers) - 0.1 * (bottom - top)
        if score > best_score:
            best, best_score = headers, score
    return tuple(header for header in best if _is_title_header(header))


def _is_title_header(header: Header) -> bool:
    return (
        Field.NAME in header.columns
        and len(header.columns) >= MIN_FIELDS
        and any(name in header.columns for name in IDENTIFYING)
    )


def _headers_of(grid: Grid, top: int, bottom: int) -> tuple[Header, ...]:
    texts = {column: _column_texts(grid, top, bottom, column) for column in _columns_of(grid, top, bottom)}
    matches = {
        column: _match(parts) or _match_under_left_group(grid, top, bottom, column, parts)
        for column, parts in texts.items()
    }
    filled = [column for column, parts in texts.items() if any(parts)]
    if not filled:
        return ()
    blocks = _split_side_by_side(filled, texts, matches)
    return tuple(
        _build_header(top, bottom, block, texts, matches)
        for block in blocks
        if any(matches[column] for column in block)
    )


def _columns_of(grid: Grid, top: int, bottom: int) -> list[int]:
    columns = {column for row in range(top, bottom + 1) for column in grid.cells.get(row, {})}
    for merge in grid.merges:
        # A heading merged over several columns reaches beyond its own first cell.
        if (
            merge.top >= top - 1
            and merge.bottom <= bottom
            and grid.value((merge.top, merge.left)) is not None
        ):
            columns.update(range(merge.left, min(merge.right, merge.left + 100) + 1))
    return sorted(columns)


def _column_texts(grid: Grid, top: int, bottom: int, column: int) -> tuple[str, ...]:
    """Return the header texts of a column from top to bottom, a merged cell only once."""
    parts: list[str] = []
    seen: set[tuple[int, int]] = set()
    for row in range(top, bottom + 1):
        origin = grid.origin(row, column)
        if origin in seen or origin[0] < top:
            continue
        seen.add(origin)
        text = grid.text(origin)
        if row < bottom and _is_title_row(grid, row, bottom):
            continue
        if text:
            parts.append(text)
    return tuple(parts)


def _is_title_row(grid: Grid, row: int, bottom: int) -> bool:
    """A lone heading over most of the table is its title, not the group of some columns."""
    filled = grid.cells.get(row, {})
    if len(filled) != 1:
        return False
    column = next(iter(filled))
    width = sum(1 for c in range(column, column + 100) if grid.origin(row, c) == (row, column))
    return not grid.knows_merges or 2 * width > len(grid.cells.get(bottom, {}))


def _match(parts: Sequence[str]) -> LabelMatch | None:
    """Match group and sub heading together before the sub heading alone: 发证 + 单位 is no employer."""
    if len(parts) == 1:
        return find_field(parts[0])
    cleaned = [clean_label(part) for part in parts]
    for start in range(len(cleaned)):
        *groups, last = cleaned[start:]
        for group in dict.fromkeys(("".join(groups), _GROUP_SUFFIX.sub("", "".join(groups)))):
            match = find_field(group + last)
            if match is not None:
                return match
    return None


def _match_under_left_group(
    grid: Grid, top: int, bottom: int, column: int, parts: Sequence[str]
) -> LabelMatch | None:
    """Try a heading that was typed into the first of several columns and not merged over them."""
    if top == bottom or len(parts) != 1 or not grid.text((bottom, column)) or grid.text((top, column)):
        return None
    filled = [other for other in grid.cells.get(top, {}) if other < column]
    if not filled or _is_title_row(grid, top, bottom):
        return None
    return _match((grid.text((top, max(filled))), parts[0]))


def _split_side_by_side(
    filled: list[int], texts: Mapping[int, tuple[str, ...]], matches: Mapping[int, LabelMatch | None]
) -> list[list[int]]:
    """Cut the columns where the same labels begin anew."""
    names = [
        column for column in filled if (match := matches[column]) is not None and match.field is Field.NAME
    ]
    first_label = clean_label("".join(texts[names[0]])) if names else ""
    starts = [column for column in names if clean_label("".join(texts[column])) == first_label]
    if len(starts) < 2:
        return [filled]
    lead = starts[0] - filled[0]
    edges = [filled[0], *(start - lead for start in starts[1:])]
    blocks: list[list[int]] = []
    for i, edge in enumerate(edges):
        limit = edges[i + 1] if i + 1 < len(edges) else filled[-1] + 1
        blocks.append([column for column in filled if edge <= column < limit])
    counts = [len({m.field for column in block if (m := matches[column])}) for block in blocks]
    return blocks if min(counts) >= MIN_FIELDS else [filled]


def _build_header(
    top: int,
    bottom: int,
    block: list[int],
    texts: Mapping[int, tuple[str, ...]],
    matches: Mapping[int, LabelMatch | None],
) -> Header:
    columns: dict[Field, int] = {}
    unknown: list[str] = []
    rivals: list[str] = []
    for column in block:
        match = matches[column]
        label = remove_blanks("".join(texts[column]))
        if match is None:
            if label and fold(clean_label(label)) not in QUIET_LABELS:
                unknown.append(label[:30])
            continue
        holder = columns.get(match.field)
        if holder is None:
            columns[match.field] = column
            continue
        held = matches[holder]
        if held is not None and match < held:
            columns[match.field] = column
            column = holder
        rivals.append(remove_blanks("".join(texts[column]))[:30])
    labels = {name: remove_blanks("".join(texts[column])) for name, column in columns.items()}
    return Header(top, bottom, columns, block[0], block[-1], tuple(unknown), tuple(rivals), labels)
