"""People in lists with columns: rows found by their names and serial numbers, cells by rules or alignment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from domain.fields import Field
from ocr.approvals.cuts import divide
from ocr.approvals.filling import DITTO, MERGEABLE, Band, fill_column
from ocr.approvals.flow import Flow, trim_name
from ocr.approvals.grids import split_names
from ocr.approvals.headers import Column, Header
from ocr.approvals.labels import ColumnRole, match_label
from ocr.approvals.names import MIDDLE_DOT, is_likely_name, is_name_shape
from ocr.approvals.wording import Heading, Rank, is_noise, is_sentence, is_title, parse_heading, same_places
from ocr.tables import Run, StraightPage, row_edges, split_at, visual_rows

_AFTER_LIST = re.compile(
    r"^(?:注|备注|说明|附注|附):|抄送|抄报|主送|印发|联系人|联系电话|监督电话|举报|^附件|特此|填表|制表|经办人|审核人|复核人"
    r"|负责人|盖章|公示期|此页无正文|以下空白|^[(]?(?:19|20)\d\d年\d+月\d+日[)]?$|^[(]?[〇零一二三四五六七八九O]{4}年.{1,3}月.{1,3}日[)]?$"
)
_NOT_A_PERSON = frozenset({"合计", "小计", "总计", "共计", "姓名", "空白", "以下空白", "无"})
_LOOKALIKE_DIGITS = str.maketrans({"l": "1", "I": "1", "|": "1", "O": "0", "o": "0"})


@dataclass(slots=True, eq=False)
class ListedPerson:
    """One person of a list, still as ink."""

    name: tuple[Run, ...]
    y: float
    serial: int | None = None
    cells: dict[Field, tuple[Run, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class SectionLine:
    """A heading inside or between lists."""

    heading: Heading
    flow: Flow
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class ListPart:
    """What one stretch of one page holds of a list."""

    items: tuple[ListedPerson | SectionLine, ...]
    """From the top; side-by-side blocks one after the other."""

    carried: Mapping[Field, tuple[Run, ...]]
    """Ends of cells of the row that the page break divided."""

    serials: tuple[int, ...]
    """Serial numbers seen, with or without a name."""

    @property
    def people(self) -> tuple[ListedPerson, ...]:
        """The people alone."""
        return tuple(item for item in self.items if isinstance(item, ListedPerson))


def list_bottom(page: StraightPage, header: Header, top: float, limit: float) -> float:
    """Return where a list that begins at ``top`` ends: at ``limit`` or before the text that follows it."""
    runs = [r for r in page.runs if top < r.y < limit]
    ruled_end = _ruled_end(page, header, top)
    last = top
    for row in visual_rows(runs, page.em):
        text = "".join(run.text for run in row)
        y = min(run.box.top for run in row)
        if is_noise(text) and not text.isdecimal():
            continue
        if _AFTER_LIST.search(same_places(text)) or _is_prose(row, header, page.em):
            return (last + y) / 2
        if ruled_end is not None and row[0].y > ruled_end and not _looks_like_data(row, header, page.em):
            return ruled_end
        last = max(run.box.bottom for run in row)
    return limit


def read_part(page: StraightPage, header: Header, top: float, bottom: float) -> ListPart:
    """Read the people between two heights of a page, with the columns of a header."""
    em = page.em
    inside = [
        r
        for r in page.runs
        if top < r.y < bottom
        and header.left - 3 * em < r.x < header.right + 3 * em
        and not (is_noise(r.text) and not r.text.isdecimal())
        and (any(c.isalnum() for c in r.text) or r.text in DITTO)
    ]
    sections = _section_lines(page, header, inside)
    taken = {id(run) for line in sections for run in line.flow.runs}
    rest = [run for run in inside if id(run) not in taken]
    items: list[ListedPerson | SectionLine] = []
    carried: dict[Field, tuple[Run, ...]] = {}
    serials: list[int] = []
    edges = [top, *(line.y for line in sections), bottom]
    for i, (upper, lower) in enumerate(pairwise(edges)):
        if i:
            items.append(sections[i - 1])
        runs = [run for run in rest if upper < run.y <= lower]
        for number, block in enumerate(header.blocks):
            people, left_over, seen = _read_block(page, header, block, Band(upper, upper, lower), runs)
            items += people
            serials += seen
            if i == 0 and number == 0:
                carried = left_over
    return ListPart(tuple(items), carried, tuple(serials))


def _ruled_end(page: StraightPage, header: Header, top: float) -> float | None:
    wide = [
        rule.at
        for rule in page.horizontals
        if rule.at > top and rule.length > 0.6 * (header.right - header.left)
    ]
    standing = [rule.end for rule in page.verticals if rule.begin < top + 3 * page.em < rule.end]
    return max([*wide, *standing]) if len(wide) >= 2 and standing else None


def _is_prose(row: Sequence[Run], header: Header, em: float) -> bool:
    widest = max(row, key=lambda r: r.box.width)
    if len(row) > 2 or widest.box.width < 0.5 * (header.right - header.left):
        return False
    inner = [column.right for column in header.columns[:-1]]
    crossed = sum(widest.box.left + em < x < widest.box.right - em for x in inner)
    return crossed >= 2 and is_sentence(widest.text) and len(split_at(widest, inner, em)) <= 1 + crossed // 2


def _looks_like_data(row: Sequence[Run], header: Header, em: float) -> bool:
    inner = [column.right for column in header.columns[:-1]]
    columns = header.columns
    filled: dict[int, str] = {}
    for run in row:
        for place, part in split_at(run, inner, em):
            filled[place] = filled.get(place, "") + part.text
    named = any(columns[i].role is Field.NAME and is_name_shape(text) for i, text in filled.items())
    return named and len(filled) >= 2


def _section_lines(page: StraightPage, header: Header, runs: Sequence[Run]) -> list[SectionLine]:
    lines = []
    for row in visual_rows(runs, page.em):
        gaps = [b.box.left - a.box.right for a, b in pairwise(row)]
        if gaps and max(gaps) > 2 * page.em:
            continue
        flow = Flow(row)
        heading = parse_heading(flow.text)
        if heading is not None and _spans_the_list(page, header, row, heading):
            lines.append(SectionLine(heading, flow, row[0].y))
    return lines


def _spans_the_list(page: StraightPage, header: Header, row: Sequence[Run], heading: Heading) -> bool:
    """Tell a heading row from a cell that happens to stand alone at its height."""
    left, right, y = row[0].box.left, row[-1].box.right, row[0].y
    em = page.em
    text = "".join(run.text for run in row)
    if len(header.blocks) > 1 and is_name_shape(text):
        return False
    crossing = [
        v
        for v in page.verticals
        if left - 3 * em < v.at < right + 3 * em and v.begin < y - 0.3 * em and v.end > y + 0.3 * em
    ]
    walls = [v.at for v in crossing]
    if any(left + 0.5 * em < x < right - 0.5 * em for x in walls):
        return False
    inner = [column.right for column in header.columns[:-1]]
    crossed = sum(left + 0.6 * em < x < right - 0.6 * em for x in inner)
    elsewhere = [v for v in page.verticals if header.left + em < v.at < header.right - em]
    if len(elsewhere) >= 2 and not any(v.begin < y < v.end for v in elsewhere):
        return True
    if heading.stated is not None or heading.rank is not Rank.PLAIN:
        return crossed > 0 or not walls
    return crossed >= 2 or (
        is_title(text) and _column_role(header, (left + right) / 2) not in MERGEABLE and not walls
    )


def _column_role(header: Header, x: float) -> Field | ColumnRole:
    for column in header.columns:
        if column.left <= x <= column.right:
            return column.role
    return ColumnRole.OTHER


def _read_block(
    page: StraightPage, header: Header, block: Sequence[Column], stretch: Band, runs: Sequence[Run]
) -> tuple[list[ListedPerson], dict[Field, tuple[Run, ...]], list[int]]:
    columns = header.columns
    ink: dict[Column, list[Run]] = {column: [] for column in block}
    for run in runs:
        for place, part in divide(run, columns, page.em):
            if columns[place] in ink:
                ink[columns[place]].append(part)
    name_column = next(column for column in block if column.role is Field.NAME)
    serial_column = next((column for column in block if column.role is ColumnRole.SERIAL), None)
    _hand_over_digits(ink, name_column, serial_column)
    bands, names, serials = _find_rows(page, name_column, serial_column, ink, stretch)
    cells: list[dict[Field, tuple[Run, ...]]] = [{} for _ in bands]
    carried: dict[Field, tuple[Run, ...]] = {}
    for column in block:
        if not isinstance(column.role, Field) or column.role is Field.NAME or not ink[column]:
            continue
        placed, left_over = fill_column(page, column, ink[column], bands, stretch)
        for i, value in placed.items():
            cells[i][column.role] = value
        if left_over:
            carried[column.role] = left_over
    people: list[ListedPerson] = []
    for i, band in enumerate(bands):
        for name in names[i]:
            people.append(ListedPerson(name, band.y, serials[i], dict(cells[i])))
    return people, carried, [number for number in serials if number is not None]


def _hand_over_digits(
    ink: dict[Column, list[Run]], name_column: Column, serial_column: Column | None
) -> None:
    """Give digits that stick to a name back to the serial column: 12张三."""
    if serial_column is None:
        return
    kept: list[Run] = []
    for run in ink[name_column]:
        digits = re.match(r"^[\d.、]+", run.text)
        if digits and digits.end() < len(run.indices):
            ink[serial_column].append(run.cut(0, digits.end()))
            kept.append(run.cut(digits.end(), len(run.indices)))
        else:
            kept.append(run)
    ink[name_column] = kept


def _find_rows(
    page: StraightPage,
    name_column: Column,
    serial_column: Column | None,
    ink: Mapping[Column, list[Run]],
    stretch: Band,
) -> tuple[list[Band], list[list[tuple[Run, ...]]], list[int | None]]:
    """Find the rows of a block: where a name or a serial number stands."""
    em = page.em
    edges = row_edges(page, name_column.left, name_column.right, stretch.top - em, stretch.bottom + em)
    marks: list[tuple[float, tuple[Run, ...] | None, int | None]] = []
    for group in _name_groups(ink[name_column], edges, em):
        flow = Flow([run for line in group for run in line])
        start, end = trim_name(flow)
        if start >= end or flow.text in _NOT_A_PERSON or _is_label(flow.text):
            continue
        ys = [run.y for line in group for run in line]
        marks.append(((min(ys) + max(ys)) / 2, flow.part(start, end), None))
    if serial_column is not None:
        for line in visual_rows(ink[serial_column], em):
            number = _serial("".join(run.text for run in line))
            if number is not None:
                marks.append((sum(run.y for run in line) / len(line), None, number))
    rows = _merge_marks(sorted(marks, key=lambda m: m[0]), edges, em)
    ys = [y for y, _, _ in rows]
    bands = [
        Band(
            y,
            max([e for e in edges if e < y], default=(ys[i - 1] + y) / 2 if i else stretch.top),
            min(
                [e for e in edges if e > y],
                default=(ys[i + 1] + y) / 2 if i + 1 < len(ys) else stretch.bottom,
            ),
        )
        for i, y in enumerate(ys)
    ]
    names = [_people_of_cell(name, em) for _, name, _ in rows]
    return bands, names, [number for _, _, number in rows]


def _is_label(text: str) -> bool:
    """Tell whether a name cell repeats the header; 原佳红 is a name although 原 often begins a label."""
    match = match_label(text)
    return match is not None and (match[1] or not is_likely_name(text))


def _serial(text: str) -> int | None:
    digits = same_places(text).lower().translate(_LOOKALIKE_DIGITS).strip(".、,()")
    return int(digits) if digits.isdecimal() and len(digits) <= 5 else None


def _name_groups(runs: Sequence[Run], edges: Sequence[float], em: float) -> list[list[list[Run]]]:
    """Group the lines of a name column into names: by ruled cell, and where a name goes over two lines."""
    groups: list[list[list[Run]]] = []
    for line in visual_rows(runs, em):
        text = "".join(run.text for run in line)
        if groups and _continues_name(groups[-1][-1], line, text, edges, em):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _continues_name(
    before: Sequence[Run], line: Sequence[Run], text: str, edges: Sequence[float], em: float
) -> bool:
    upper = "".join(run.text for run in before)
    y_before, y_line = before[0].y, line[0].y
    if any(y_before < edge < y_line for edge in edges) or y_line - y_before > 2 * em:
        return False
    if same_places(upper).endswith(MIDDLE_DOT) or same_places(text).startswith(MIDDLE_DOT):
        return True
    if MIDDLE_DOT in same_places(upper) and not is_likely_name(text):
        return True
    enclosed = any(e <= y_before for e in edges) and any(e >= y_line for e in edges)
    return enclosed and (len(text) == 1 or len(upper) == 1 or len(upper + text) <= 3)


def _merge_marks(
    marks: Sequence[tuple[float, tuple[Run, ...] | None, int | None]], edges: Sequence[float], em: float
) -> list[tuple[float, tuple[Run, ...] | None, int | None]]:
    """Put a name and the serial number beside it into one row."""
    rows: list[tuple[float, tuple[Run, ...] | None, int | None]] = []
    for y, name, number in marks:
        if rows:
            y_before, name_before, number_before = rows[-1]
            parted = any(y_before < edge < y for edge in edges)
            enclosed = not parted and any(e <= y_before for e in edges) and any(e >= y for e in edges)
            fits = (name is None) != (name_before is None) and (number is None) != (number_before is None)
            if fits and not parted and (y - y_before < 0.75 * em or (enclosed and y - y_before < 1.5 * em)):
                rows[-1] = (
                    y if name else y_before,
                    name or name_before,
                    number if number is not None else number_before,
                )
                continue
        rows.append((y, name, number))
    return rows


def _people_of_cell(name: tuple[Run, ...] | None, em: float) -> list[tuple[Run, ...]]:
    """Return the names of a name cell: usually one, several in a summary by unit."""
    if name is None:
        return []
    flow = Flow(name)
    if len(flow.text) < 2:
        # A fragment of a name is nobody; the row's serial number keeps the gap visible.
        return []
    if is_name_shape(flow.text) or len(flow.text) <= 4:
        return [name]
    several = split_names(name, em)
    return list(several) if len(several) > 1 else [name]
