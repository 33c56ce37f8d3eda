"""Headers of lists of people: which column holds what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.fields import Field
from ocr.approvals.labels import ColumnRole, Role, holds_several, is_known_label, known_cuts, match_label
from ocr.approvals.names import is_likely_name
from ocr.tables import Run, StraightPage, boundary_between, segments, visual_rows


@dataclass(frozen=True, slots=True)
class Label:
    """One understood label of a header."""

    role: Role
    is_sure: bool
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list, in straightened units."""

    role: Role
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a list and what it says about the columns."""

    top: float
    bottom: float
    blocks: tuple[tuple[Column, ...], ...]
    """Blocks that stand side by side, each with a name column; columns from the left."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of all blocks."""
        return tuple(column for block in self.blocks for column in block)

    @property
    def left(self) -> float:
        """Left edge of the list."""
        return self.columns[0].left

    @property
    def right(self) -> float:
        """Right edge of the list."""
        return self.columns[-1].right


def find_headers(page: StraightPage) -> tuple[Header, ...]:
    """Find the header rows of lists on a page, from the top."""
    headers: list[Header] = []
    for row in visual_rows(page.runs, page.em):
        parts = [part for run in row for part in _label_parts(run, page.em)]
        labels = _row_labels(_join_split_labels(parts))
        if not _is_header(labels):
            continue
        top, bottom = min(a.top for a in labels), max(a.bottom for a in labels)
        if headers and top < headers[-1].bottom:
            continue
        header = _build_header(page, *_header_band(page, labels, top, bottom))
        if header is not None:
            headers.append(header)
    return tuple(headers)


def _label_parts(run: Run, em: float) -> list[Run]:
    """Split a run into labels: at wide gaps, or where one box holds several known labels."""
    run = _without_specks(run)
    if match_label(run.text) is not None and len(run.text) <= 8 and not holds_several(run.text):
        return [run]
    cuts = known_cuts(run.text)
    if cuts:
        return [run.cut(a, b) for a, b in cuts]
    return segments(run, em)


def _join_split_labels(parts: Sequence[Run]) -> list[tuple[str, Run, Run]]:
    """Join neighbours such as 姓 and 名 into one label: (text, first run, last run)."""
    joined: list[tuple[str, Run, Run]] = []
    i = 0
    while i < len(parts):
        for size in (4, 3, 2):
            group = parts[i : i + size]
            text = "".join(p.text for p in group)
            if len(group) == size and max(len(p.text) for p in group) <= 2 and is_known_label(text):
                # 性别 级别 must not be read as one label because their joint text happens to be known.
                if size > 1 and all(is_known_label(p.text) for p in group):
                    continue
                joined.append((text, group[0], group[-1]))
                i += size
                break
        else:
            joined.append((parts[i].text, parts[i], parts[i]))
            i += 1
    return joined


def _row_labels(parts: Iterable[tuple[str, Run, Run]]) -> list[Label]:
    labels = []
    for text, first, last in parts:
        match = match_label(text)
        if match is not None:
            labels.append(
                Label(
                    *match,
                    first.box.left,
                    last.box.right,
                    min(first.box.top, last.box.top),
                    max(first.box.bottom, last.box.bottom),
                )
            )
    return labels


def _is_header(labels: Sequence[Label]) -> bool:
    roles = {label.role for label in labels}
    sure = sum(label.is_sure for label in labels)
    if Field.NAME in roles:
        return len(labels) >= 2 and sure >= 1
    return (len(roles) >= 4 and sure >= 3) or (len(roles) >= 3 and ColumnRole.SERIAL in roles and sure >= 3)


def _header_band(
    page: StraightPage, labels: Sequence[Label], top: float, bottom: float
) -> tuple[float, float]:
    """Widen the heights of a header row to its ruled cell, or to labels broken over two lines."""
    middle, em = (top + bottom) / 2, page.em
    long_rules = sorted(r.at for r in page.horizontals if r.length > 12 * em)
    above = [y for y in long_rules if y <= middle]
    below = [y for y in long_rules if y >= middle]
    upper = above[-1] if above and middle - above[-1] < 5 * em else top - 0.9 * em
    lower = below[0] if below and below[0] - middle < 5 * em else bottom + 0.35 * em
    # When the rule below the header was not found, the next one lies below the first person.
    for label in labels:
        for run in page.runs:
            over = min(run.box.right, label.right) - max(run.box.left, label.left)
            if label.role is Field.NAME and over > 0 and bottom < run.y < lower and len(run.text) > 1:
                lower = min(lower, (bottom + run.box.top) / 2 if run.box.top > bottom else bottom)
    return upper, lower


def _build_header(page: StraightPage, top: float, bottom: float) -> Header | None:
    em = page.em
    inside = [run for run in page.runs if top <= run.y <= bottom and not _is_speck(run.text)]
    parts = [part for run in inside for part in _label_parts(run, em)]
    cells = _stack_cells(parts, em)
    labels = _row_labels(_join_split_cells(cells))
    labels = _settle_roles(labels)
    if not any(label.role is Field.NAME for label in labels):
        labels = _guess_name_column(page, labels, cells, bottom)
    if not any(label.role is Field.NAME for label in labels):
        return None
    everything = sorted(
        [*labels, *_unknown_cells(cells, labels)], key=lambda label: (label.left + label.right) / 2
    )
    columns = _columns(page, everything, top, bottom)
    return Header(top, max(label.bottom for label in labels), divide_blocks(columns))


def _without_specks(run: Run) -> Run:
    """Cut off dots that dust left before or behind a label."""
    text = run.text
    first = next((i for i, c in enumerate(text) if c.isalnum()), 0)
    last = next(
        (i for i in range(len(text), 0, -1) if text[i - 1].isalnum() or text[i - 1] in ")）"), len(text)
    )
    return run.cut(first, last) if first < last else run


def _is_speck(text: str) -> bool:
    return text == "一" or not any(c.isalnum() for c in text)


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    runs: tuple[Run, ...]
    """From the top."""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def left(self) -> float:
        return min(run.box.left for run in self.runs)

    @property
    def right(self) -> float:
        return max(run.box.right for run in self.runs)


def _stack_cells(parts: Sequence[Run], em: float) -> list[_Cell]:
    """Put labels that are broken over several lines together: 工作 above 单位."""
    cells: list[list[Run]] = []
    for part in sorted(parts, key=lambda r: r.y):
        for cell in cells:
            last = cell[-1]
            shared = min(part.box.right, last.box.right) - max(part.box.left, last.box.left)
            if shared > 0.5 * min(part.box.width, last.box.width) and part.y - last.y > 0.5 * em:
                cell.append(part)
                break
        else:
            cells.append([part])
    return sorted((_Cell(tuple(cell)) for cell in cells), key=lambda c: (c.left + c.right) / 2)


def _join_split_cells(cells: Sequence[_Cell]) -> list[tuple[str, Run, Run]]:
    single = [cell for cell in cells if len(cell.runs) == 1]
    joined = _join_split_labels([cell.runs[0] for cell in single])
    for cell in cells:
        if len(cell.runs) > 1:
            widest = min(cell.runs, key=lambda r: r.box.left), max(cell.runs, key=lambda r: r.box.right)
            text = cell.text
            if match_label(text) is None:
                # A group label over two columns (专业技术资格 over 系列 | 名称): the lowest line counts.
                text = cell.runs[-1].text
            joined.append((text, *widest))
    return joined


def _settle_roles(labels: Sequence[Label]) -> list[Label]:
    """Let every field be claimed once per block: the known spelling wins, then the first."""
    names = max(1, sum(label.role is Field.NAME for label in labels))
    settled = list(labels)
    for role in {label.role for label in labels if isinstance(label.role, Field)}:
        claims = [i for i, label in enumerate(settled) if label.role is role]
        if len(claims) <= names:
            continue
        ranked = sorted(claims, key=lambda i: (not settled[i].is_sure, settled[i].left))
        for i in ranked[names:]:
            label = settled[i]
            settled[i] = Label(ColumnRole.OTHER, False, label.left, label.right, label.top, label.bottom)
    return settled


def _guess_name_column(
    page: StraightPage, labels: Sequence[Label], cells: Sequence[_Cell], bottom: float
) -> list[Label]:
    """Take the column below whose label most texts are likely names for the name column."""
    best: tuple[float, _Cell] | None = None
    for cell in cells:
        if any(abs((label.left + label.right) - (cell.left + cell.right)) < 1 for label in labels):
            continue
        below = [
            run.text
            for run in page.runs
            if run.y > bottom and run.box.left < cell.right and run.box.right > cell.left
        ]
        likely = sum(is_likely_name(text) for text in below)
        if likely >= 2 and likely / len(below) >= 0.5 and (best is None or likely > best[0]):
            best = (likely, cell)
    if best is None:
        return list(labels)
    cell = best[1]
    box = cell.runs[0].box
    return [*labels, Label(Field.NAME, False, cell.left, cell.right, box.top, box.bottom)]


def _unknown_cells(cells: Sequence[_Cell], labels: Sequence[Label]) -> list[Label]:
    unknown = []
    for cell in cells:
        middle = (cell.left + cell.right) / 2
        if not any(label.left - 1 <= middle <= label.right + 1 for label in labels):
            box = cell.runs[0].box
            unknown.append(Label(ColumnRole.OTHER, False, cell.left, cell.right, box.top, box.bottom))
    return unknown


def _columns(page: StraightPage, labels: Sequence[Label], top: float, bottom: float) -> list[Column]:
    em = page.em
    rules = [r.at for r in page.verticals if r.begin <= bottom + em and r.end >= bottom + 0.5 * em]
    reach = page.height if not rules else max(r.end for r in page.verticals)
    ink = [(x - 0.5 * em, x + 0.5 * em) for run in page.runs if bottom < run.y < reach for x in run.centres]
    edges = [_outer_edge(rules, labels[0].left, ink, left=True)]
    roles: list[Role] = []
    for label, following in pairwise(labels):
        between = sorted(x for x in rules if label.right - 2 <= x <= following.left + 2)
        roles.append(label.role)
        if len(between) >= 2 and between[-1] - between[0] > 1.5 * em:
            # A ruled column without a label of its own.
            edges += [between[0], between[-1]]
            roles.append(ColumnRole.OTHER)
        else:
            edges.append(boundary_between(label.right, following.left, verticals=between, ink=ink))
    roles.append(labels[-1].role)
    edges.append(_outer_edge(rules, labels[-1].right, ink, left=False))
    return [Column(role, a, b) for role, a, b in zip(roles, edges, edges[1:], strict=False)]


def _outer_edge(
    rules: Sequence[float], label_edge: float, ink: Sequence[tuple[float, float]], *, left: bool
) -> float:
    """Return where a list begins or ends: the next rule outside, or the outermost ink."""
    if left:
        outside = [x for x in rules if x <= label_edge + 2]
        return max(outside) if outside else min([label_edge, *(a for a, _ in ink)])
    outside = [x for x in rules if x >= label_edge - 2]
    return min(outside) if outside else max([label_edge, *(b for _, b in ink)])


def divide_blocks(columns: Sequence[Column]) -> tuple[tuple[Column, ...], ...]:
    """Divide columns into blocks that each have one name column."""
    names = [i for i, column in enumerate(columns) if column.role is Field.NAME]
    if len(names) < 2:
        return (tuple(columns),)
    first = columns[0].role
    starts = [i for i, column in enumerate(columns) if column.role is first]
    if len(starts) != len(names):
        starts = [i - 1 if i > 0 and columns[i - 1].role is ColumnRole.SERIAL else i for i in names]
        starts[0] = 0
    elif any(
        not a <= name < b for name, a, b in zip(names, starts, [*starts[1:], len(columns)], strict=True)
    ):
        starts = [0, *names[1:]]
    bounds = [*starts, len(columns)]
    return tuple(tuple(columns[a:b]) for a, b in pairwise(bounds))
