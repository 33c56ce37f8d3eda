"""People in lists with columns: rows found by their names and serial numbers, cells by rules or alignment."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.fields import Field
from ocr.approvals.flow import Flow, trim_name
from ocr.approvals.grids import split_names
from ocr.approvals.headers import Column, ColumnRole, Header, match_label
from ocr.approvals.names import MIDDLE_DOT, is_likely_name, is_name_shape
from ocr.approvals.wording import Heading, Rank, is_noise, is_sentence, is_title, parse_heading, same_places
from ocr.tables import Run, StraightPage, row_edges, split_at, visual_rows

MERGEABLE = frozenset(
    {
        Field.EMPLOYER,
        Field.TITLE,
        Field.LEVEL,
        Field.SPECIALTY,
        Field.SERIES,
        Field.GRANTED_ON,
        Field.COMMITTEE,
    }
)
"""Columns whose cells are often merged over several people."""

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
    touches_top: bool = False
    """First row of its part of the page: a merged cell may have begun before."""


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


@dataclass(frozen=True, slots=True)
class _Band:
    """The heights of one row."""

    y: float
    top: float
    bottom: float


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
    ]
    sections = _section_lines(page, header, inside)
    taken = {id(run) for line in sections for run in line.flow.runs}
    rest = [run for run in inside if id(run) not in taken]
    items: list[ListedPerson | SectionLine] = []
    carried: dict[Field, tuple[Run, ...]] = {}
    serials: list[int] = []
    edges = [top, *(line.y for line in sections), bottom]
    for i, (upper, lower) in enumerate(itertools.pairwise(edges)):
        if i:
            items.append(sections[i - 1])
        runs = [run for run in rest if upper < run.y <= lower]
        for number, block in enumerate(header.blocks):
            people, left_over, seen = _read_block(page, header, block, _Band(upper, upper, lower), runs)
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
        gaps = [b.box.left - a.box.right for a, b in itertools.pairwise(row)]
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
    page: StraightPage, header: Header, block: Sequence[Column], stretch: _Band, runs: Sequence[Run]
) -> tuple[list[ListedPerson], dict[Field, tuple[Run, ...]], list[int]]:
    columns = header.columns
    inner = [column.right for column in columns[:-1]]
    ink: dict[Column, list[Run]] = {column: [] for column in block}
    for run in runs:
        for place, part in split_at(run, inner, page.em):
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
        placed, left_over = _fill_column(page, column, ink[column], bands, stretch)
        for i, value in placed.items():
            cells[i][column.role] = value
        if left_over:
            carried[column.role] = left_over
    people: list[ListedPerson] = []
    for i, band in enumerate(bands):
        for name in names[i]:
            people.append(ListedPerson(name, band.y, serials[i], dict(cells[i]), touches_top=i == 0))
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
    stretch: _Band,
) -> tuple[list[_Band], list[list[tuple[Run, ...]]], list[int | None]]:
    """Find the rows of a block: where a name or a serial number stands."""
    em = page.em
    edges = row_edges(page, name_column.left, name_column.right, stretch.top - em, stretch.bottom + em)
    marks: list[tuple[float, tuple[Run, ...] | None, int | None]] = []
    for group in _name_groups(ink[name_column], edges, em):
        flow = Flow([run for line in group for run in line])
        start, end = trim_name(flow)
        if start >= end or flow.text in _NOT_A_PERSON or match_label(flow.text) is not None:
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
        _Band(
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
    if is_name_shape(flow.text) or len(flow.text) <= 4:
        return [name]
    several = split_names(name, em)
    return list(several) if len(several) > 1 else [name]


def _fill_column(
    page: StraightPage, column: Column, runs: Sequence[Run], bands: Sequence[_Band], stretch: _Band
) -> tuple[dict[int, tuple[Run, ...]], tuple[Run, ...]]:
    """Give every row its part of a column: (row -> ink, ink that belongs to the row before the page)."""
    em = page.em
    lines = visual_rows(runs, em)
    edges = row_edges(page, column.left, column.right, stretch.top - em, stretch.bottom + em)
    if not bands:
        return {}, _flat(lines)
    inner = [e for e in edges if bands[0].y < e < bands[-1].y]
    is_ruled = bool(inner) or (len(edges) >= 2 and len(bands) <= 2) or _cell_spans_all(edges, bands)
    if is_ruled:
        return _fill_ruled(column, lines, edges, bands, em)
    placed, early = _fill_by_alignment(lines, bands, em)
    if column.role in MERGEABLE and len(placed) < 0.7 * len(bands):
        grouped = _fill_by_groups(lines, bands, em)
        if grouped is not None:
            return grouped, ()
    return placed, early


def _cell_spans_all(edges: Sequence[float], bands: Sequence[_Band]) -> bool:
    """Tell whether one ruled cell holds the whole column while the names are ruled apart."""
    return (
        len(edges) >= 2
        and edges[0] < bands[0].y
        and edges[-1] > bands[-1].y
        and all(a.bottom <= b.top + 1 for a, b in itertools.pairwise(bands))
    )


def _fill_ruled(
    column: Column,
    lines: Sequence[Sequence[Run]],
    edges: Sequence[float],
    bands: Sequence[_Band],
    em: float,
) -> tuple[dict[int, tuple[Run, ...]], tuple[Run, ...]]:
    placed: dict[int, tuple[Run, ...]] = {}
    early: tuple[Run, ...] = ()
    limits = [float("-inf"), *edges, float("inf")]
    for upper, lower in itertools.pairwise(limits):
        inside = [line for line in lines if upper < line[0].y <= lower]
        rows = [i for i, band in enumerate(bands) if upper < band.y <= lower]
        if not inside:
            continue
        if not rows:
            if lower <= bands[0].y:
                early += _flat(inside)
            continue
        if len(rows) > 1 and (
            column.role not in MERGEABLE or _aligned(inside, [bands[i].y for i in rows], em)
        ):
            part, _ = _fill_by_alignment(inside, [bands[i] for i in rows], em)
            placed.update({rows[i]: value for i, value in part.items()})
        else:
            placed.update(dict.fromkeys(rows, _flat(inside)))
    return placed, early


def _aligned(lines: Sequence[Sequence[Run]], ys: Sequence[float], em: float) -> bool:
    """Tell whether a rule is missing: every row has a line of its own at its height."""
    return len(lines) == len(ys) and all(
        abs(line[0].y - y) < 0.4 * em for line, y in zip(lines, ys, strict=True)
    )


def _flat(lines: Sequence[Sequence[Run]]) -> tuple[Run, ...]:
    return tuple(run for line in lines for run in line)


def _fill_by_alignment(
    lines: Sequence[Sequence[Run]], bands: Sequence[_Band], em: float
) -> tuple[dict[int, tuple[Run, ...]], tuple[Run, ...]]:
    """Give each row up to five consecutive lines so that each cell lies level with its row.

    A cell is centred on its row or begins level with it. Lines that fit no row stay out; those above the
    first row are returned separately.
    """
    ys = [sum(run.y for run in line) / len(line) for line in lines]
    skip, absent, most = 1.3, 0.6, 5
    costs: dict[tuple[int, int], float] = {(0, 0): 0.0}
    back: dict[tuple[int, int], tuple[tuple[int, int], int]] = {}

    def offer(state: tuple[int, int], cost: float, origin: tuple[int, int], used: int) -> None:
        if cost < costs.get(state, float("inf")):
            costs[state] = cost
            back[state] = (origin, used)

    for i in range(len(bands) + 1):
        for j in range(len(ys) + 1):
            cost = costs.get((i, j))
            if cost is None:
                continue
            if j < len(ys):
                offer((i, j + 1), cost + skip, (i, j), 0)
            if i == len(bands):
                continue
            offer((i + 1, j), cost + absent, (i, j), 0)
            for used in range(1, min(most, len(ys) - j) + 1):
                part = ys[j : j + used]
                if part[-1] - part[0] > 2.2 * em * (used - 1):
                    break
                off = min(abs(sum(part) / used - bands[i].y), abs(part[0] - bands[i].y) + 0.15 * em) / em
                offer((i + 1, j + used), cost + off + 0.05 * (used - 1), (i, j), used)
    placed: dict[int, tuple[Run, ...]] = {}
    state = (len(bands), len(ys))
    covered: set[int] = set()
    while state != (0, 0):
        origin, used = back[state]
        if used:
            placed[origin[0]] = _flat(lines[origin[1] : origin[1] + used])
            covered.update(range(origin[1], origin[1] + used))
        state = origin
    early = [line for k, line in enumerate(lines) if k not in covered and ys[k] < bands[0].y - 0.6 * em]
    return placed, _flat(early)


def _fill_by_groups(
    lines: Sequence[Sequence[Run]], bands: Sequence[_Band], em: float
) -> dict[int, tuple[Run, ...]] | None:
    """Spread sparse values over the rows they were merged for, or return ``None`` when they do not fit.

    Without rules a merged cell shows only in that its text stands in the middle of its rows, or level with
    the first of them.
    """
    cells: list[list[Sequence[Run]]] = []
    for line in lines:
        if cells and line[0].y - cells[-1][-1][0].y < 1.75 * em:
            cells[-1].append(line)
        else:
            cells.append([line])
    middles = [(cell[0][0].y + cell[-1][0].y) / 2 for cell in cells]
    ys = [band.y for band in bands]
    level = [min(range(len(ys)), key=lambda i: abs(ys[i] - m)) for m in middles]
    placed: dict[int, tuple[Run, ...]] = {}
    centred = _centred_groups(middles, ys, em)
    if centred is not None:
        for cell, (first, last) in zip(cells, centred, strict=True):
            placed.update(dict.fromkeys(range(first, last), _flat(cell)))
        return placed
    if all(abs(ys[i] - m) < 0.7 * em for i, m in zip(level, middles, strict=True)) and level[0] == 0:
        for cell, first, last in zip(cells, level, [*level[1:], len(ys)], strict=True):
            placed.update(dict.fromkeys(range(first, last), _flat(cell)))
        return placed
    return None


def _centred_groups(middles: Sequence[float], ys: Sequence[float], em: float) -> list[tuple[int, int]] | None:
    """Divide all rows into runs of which each is centred on one of the middles; ``None`` if impossible.

    The first and the last run may be cut off by the page and lose rows on one side only.
    """
    states: dict[int, tuple[float, list[tuple[int, int]]]] = {0: (0.0, [])}
    for number, middle in enumerate(middles):
        following: dict[int, tuple[float, list[tuple[int, int]]]] = {}
        for first, (cost, groups) in states.items():
            for last in range(first + 1, len(ys) + 1):
                off = abs((ys[first] + ys[last - 1]) / 2 - middle)
                if off > 0.75 * em:
                    continue
                total = cost + off
                if last not in following or total < following[last][0]:
                    following[last] = (total, [*groups, (first, last)])
        if number == 0:
            # Rows of a group that began on the page before.
            for first in range(1, len(ys)):
                for last in range(first + 1, len(ys) + 1):
                    off = abs((ys[first] + ys[last - 1]) / 2 - middle)
                    total = off + 2 * em
                    if off <= 0.5 * em and (last not in following or total < following[last][0]):
                        following[last] = (total, [(first, last)])
        states = following
    finished = states.get(len(ys))
    return finished[1] if finished else None
