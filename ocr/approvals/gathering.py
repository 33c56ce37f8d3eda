"""The people, headings and counts of an approval document, gathered on one way through its stream."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.fields import Field
from ocr.approvals.filling import DITTO, MERGEABLE
from ocr.approvals.flow import Flow
from ocr.approvals.grids import GridName
from ocr.approvals.names import MIDDLE_DOT, has_surname, is_seal_lettering
from ocr.approvals.prose import RunningList, TextName, find_running_lists, heading_before
from ocr.approvals.stream import Footer, Item, LineEntry, NameRow, Paragraph, TablePart
from ocr.approvals.tabular import ListedPerson, SectionLine
from ocr.approvals.wording import (
    Heading,
    find_counts,
    is_body,
    is_institution,
    is_sentence,
    is_title,
    same_places,
)
from ocr.tables import Run


@dataclass(slots=True, eq=False)
class Person:
    """A person found, before it becomes an entry."""

    cells: dict[Field, tuple[Run, ...]]
    source: str
    is_sample: bool = False
    """Named only as the first of many: 张三等21名同志."""


@dataclass(slots=True, eq=False)
class _Section:
    """An open heading."""

    line: SectionLine
    cells: dict[Field, tuple[Run, ...]]
    first: int
    """Number of people found before it."""

    level: tuple[str, frozenset[Field]]


@dataclass(slots=True, eq=False)
class Gathering:
    """People and checks gathered on the way through the stream."""

    people: list[Person] = field(default_factory=list)
    sections: list[_Section] = field(default_factory=list)
    counts: list[tuple[int, int, int, str, int]] = field(default_factory=list)
    """(stated, first person, end, where, page index)"""

    totals: list[tuple[int, str, int]] = field(default_factory=list)
    paragraphs: list[Flow] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def gather(items: Sequence[Item]) -> Gathering:
    """Walk through a document's stream and return everybody it names, with its headings and counts."""
    gathering = Gathering()
    table: list[TablePart] = []
    for item in items:
        if isinstance(item, TablePart):
            if not item.continues and not _same_columns(table, item):
                table = []
            table.append(item)
            _add_part(gathering, table)
            continue
        if isinstance(item, SectionLine):
            _open_section(gathering, item)
        elif isinstance(item, NameRow):
            _add_names(gathering, item.names)
        elif isinstance(item, LineEntry):
            gathering.people.append(Person({**_context(gathering), **item.cells}, "line"))
        elif isinstance(item, Paragraph):
            _add_paragraph(gathering, item)
        elif isinstance(item, Footer):
            gathering.texts.append(item.text)
            _close_sections(gathering, 0)
    _close_sections(gathering, 0)
    return gathering


def _same_columns(table: Sequence[TablePart], part: TablePart) -> bool:
    return bool(table) and [c.role for c in table[-1].header.columns] == [c.role for c in part.header.columns]


def _context(gathering: Gathering) -> dict[Field, tuple[Run, ...]]:
    cells: dict[Field, tuple[Run, ...]] = {}
    for section in gathering.sections:
        cells.update(section.cells)
    return cells


def _open_section(gathering: Gathering, line: SectionLine) -> None:
    text = same_places(line.flow.text)
    page_index = line.flow.runs[0].page_index
    gathering.texts.append(line.flow.text)
    core = text.strip("()")
    if core.startswith(("合计", "总计", "共计", "共")) and line.heading.stated is not None:
        gathering.totals.append((line.heading.stated, line.flow.text, page_index))
        return
    level = _level_of(line.heading, core)
    _close_peers(gathering, level)
    cells = {name: line.flow.part(start, end) for name, start, end in line.heading.parts}
    gathering.sections.append(_Section(line, cells, len(gathering.people), level))


def _level_of(heading: Heading, text: str) -> tuple[str, frozenset[Field]]:
    fields = frozenset(name for name, _, _ in heading.parts)
    if not fields and heading.stated is None and is_body(text.rstrip(":")):
        # An office in the place of an employer: 市水利局：张三　李四 after 西安市第一中学：王五.
        fields = frozenset({Field.EMPLOYER})
    return str(heading.rank), fields


def _close_peers(gathering: Gathering, level: tuple[str, frozenset[Field]]) -> None:
    """Close the open headings that a heading of this level ends."""
    same = next(
        (
            i
            for i, open_ in enumerate(gathering.sections)
            if _is_peer(open_.level, level) or _is_finished(gathering, open_, level)
        ),
        None,
    )
    if same is not None:
        _close_sections(gathering, same)


def _is_peer(open_level: tuple[str, frozenset[Field]], level: tuple[str, frozenset[Field]]) -> bool:
    """Tell whether a heading ends an open one: the same numbering, or unnumbered of the same kind."""
    if open_level[0] != level[0]:
        return False
    return level[0] != "plain" or open_level[1] == level[1] or bool(open_level[1] & level[1])


def _is_finished(gathering: Gathering, section: _Section, level: tuple[str, frozenset[Field]]) -> bool:
    """Tell whether a heading has all the people it announced and another one says the same sort of thing."""
    stated = section.line.heading.stated
    found = len(gathering.people) - section.first
    return stated is not None and found >= stated and bool(section.level[1] & level[1])


def _close_sections(gathering: Gathering, keep: int) -> None:
    for section in gathering.sections[keep:]:
        stated = section.line.heading.stated
        if stated is not None:
            where = section.line.flow.text
            page_index = section.line.flow.runs[0].page_index
            gathering.counts.append((stated, section.first, len(gathering.people), where, page_index))
    del gathering.sections[keep:]


def _add_names(gathering: Gathering, names: Sequence[GridName]) -> None:
    context = _context(gathering)
    for name in names:
        if is_seal_lettering(name.text):
            continue
        cells = dict(context)
        cells[Field.NAME] = name.runs
        if name.remark:
            cells.update(_remark_cells(name.remark))
        gathering.people.append(Person(cells, "grid"))


def _remark_cells(remark: tuple[Run, ...]) -> dict[Field, tuple[Run, ...]]:
    """Understand what stands in brackets behind a name."""
    text = "".join(run.text for run in remark)
    if text in ("男", "女"):
        return {Field.GENDER: remark}
    if is_title(text):
        return {Field.TITLE: remark}
    if is_institution(text) or (len(text) >= 6 and is_body(text)):
        return {Field.EMPLOYER: remark}
    return {}


def _add_paragraph(gathering: Gathering, item: Paragraph) -> None:
    flow = item.flow
    gathering.paragraphs.append(flow)
    gathering.texts.append(flow.text)
    lists = find_running_lists(flow.text, announced=bool(gathering.sections))
    local: dict[Field, tuple[Run, ...]] = {}
    limit = 0
    for found in lists:
        heading = heading_before(flow.text, found.start, limit)
        limit = found.end
        if heading is not None:
            _close_peers(gathering, _level_of(heading[1], flow.text[heading[0] : found.start]))
            local = {name: flow.part(heading[0] + a, heading[0] + b) for name, a, b in heading[1].parts}
        if found.stated is None and _all_named_before(gathering, flow, found):
            # 张三同志的任职资格时间从…: a second mention. Namesakes come with others or with a count.
            continue
        is_sample = found.stated is not None and found.stated > len(found.names)
        first = len(gathering.people)
        for name in found.names:
            cells = {**_context(gathering), **local, **named_cells(flow, found, name)}
            gathering.people.append(Person(cells, "text", is_sample))
        if found.stated is None and heading is not None and heading[1].stated is not None:
            where = flow.text[heading[0] : found.start - 1]
            gathering.counts.append((heading[1].stated, first, len(gathering.people), where, item.page.index))
        if found.stated is not None:
            where = flow.text[max(0, found.end - 20) : found.end]
            page_index = item.page.index
            if is_sample:
                gathering.totals.append((found.stated, where, page_index))
            else:
                gathering.counts.append((found.stated, first, len(gathering.people), where, page_index))
    for count, start, end in find_counts(flow.text):
        before, after = same_places(flow.text)[max(0, start - 6) : start + 2], flow.text[end : end + 8]
        if ("共" in before or "合计" in before) and not lists and "评委" not in after:
            gathering.totals.append((count, flow.text[max(0, start - 12) : end], item.page.index))
    if not lists and is_sentence(flow.text):
        _close_sections(gathering, 0)


def _all_named_before(gathering: Gathering, flow: Flow, found: RunningList) -> bool:
    known = {name_of(person) for person in gathering.people if person.source == "text"}
    return all(flow.text[name.start : name.end] in known for name in found.names)


def named_cells(flow: Flow, found: RunningList, name: TextName) -> dict[Field, tuple[Run, ...]]:
    """Return what running text says of one person: the name, the title granted, the remark behind it."""
    cells = {Field.NAME: flow.part(name.start, name.end)}
    if found.title is not None:
        cells[Field.TITLE] = flow.part(*found.title)
    if name.remark is not None:
        cells.update(_remark_cells(flow.part(*name.remark)))
    return cells


def _add_part(gathering: Gathering, table: Sequence[TablePart]) -> None:
    """Add the last part of a table; cells may go on from the part before."""
    current = table[-1]
    before = [p for p in gathering.people if p.source == "table"][-1:] if len(table) > 1 else []
    if before:
        for name, runs in current.part.carried.items():
            before[0].cells[name] = (*before[0].cells.get(name, ()), *runs)
    start = len(gathering.people)
    for item in current.part.items:
        if isinstance(item, SectionLine):
            _open_section(gathering, item)
        elif not _is_stray(item, current.part.people):
            gathering.people.append(Person({**_context(gathering), **_listed_cells(item)}, "table"))
    rows = gathering.people[start:]
    for name in MERGEABLE & {c.role for c in current.header.columns if isinstance(c.role, Field)}:
        _spread(name, rows, before)
    serials = [s for s in current.part.serials if 0 < s < 10_000]
    if serials:
        _check_serials(gathering, table)


def _is_stray(person: ListedPerson, people: Sequence[ListedPerson]) -> bool:
    """Tell whether a text in the name column is nobody: no surname, and no row of its own.

    Such is what a seal leaves below the last row. A name with a misread surname has a row.
    """
    text = "".join(run.text for run in person.name)
    if is_seal_lettering(text):
        return True
    if has_surname(text) or MIDDLE_DOT in same_places(text):
        return False
    return not _has_row(person) and any(map(_has_row, people))


def _has_row(person: ListedPerson) -> bool:
    """Tell whether something stands beside a name. Merged cells lend their value to whatever is below."""
    return person.serial is not None or bool(person.cells.keys() - MERGEABLE)


def _listed_cells(person: ListedPerson) -> dict[Field, tuple[Run, ...]]:
    return {**person.cells, Field.NAME: person.name}


def _spread(name: Field, rows: Sequence[Person], before: Sequence[Person]) -> None:
    """Give rows without a value that of the rows they were merged with across the page, or of 同上."""
    for i, row in enumerate(rows):
        runs = row.cells.get(name)
        if runs and "".join(r.text for r in runs) in DITTO:
            source = rows[i - 1] if i else (before[0] if before else None)
            if source is not None and name in source.cells:
                row.cells[name] = source.cells[name]
            else:
                del row.cells[name]
    filled = [i for i, row in enumerate(rows) if name in row.cells]
    if before and name in before[0].cells and (not filled or filled[0] > 0) and len(filled) < len(rows):
        for row in rows[: filled[0] if filled else len(rows)]:
            row.cells[name] = before[0].cells[name]


def _check_serials(gathering: Gathering, table: Sequence[TablePart]) -> None:
    """Compare the highest serial number of a table, where numbering is unbroken, with its names."""
    gathering.counts = [c for c in gathering.counts if c[3] != _serial_where(table)]
    serials = [s for part in table for s in part.part.serials]
    names = sum(len(part.part.people) for part in table)
    distinct = set(serials)
    highest = max(distinct)
    if len(distinct) != len(serials) or 1 not in distinct or highest > 2 * len(distinct) + 2:
        return
    end = len(gathering.people)
    page_index = table[0].page.index
    gathering.counts.append((highest, end - names, end, _serial_where(table), page_index))


def _serial_where(table: Sequence[TablePart]) -> str:
    return f"序号（第{table[0].page.page.page_number}页起）"


def name_of(person: Person) -> str:
    """Return a person's name without blanks."""
    return "".join(run.text for run in person.cells[Field.NAME])
