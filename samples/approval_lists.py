"""Lists of approved people: ruled tables, name grids under headings, running text.

Each function writes its list and notes for every person (by ID number) on which page the name stands.
"""

import random
from collections.abc import Callable, Sequence
from itertools import groupby

from samples.layouts.style import wrap
from samples.official_document import BODY, BOTTOM, LEADING, LEFT, RIGHT, ApprovalText, Writer, opening
from samples.paper import Paper
from samples.records import TitleRecord
from samples.written_dates import write_date

_NUMERALS = "一二三四五六七八九"


def _padded(name: str) -> str:
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


def _sections(text: ApprovalText) -> list[tuple[str, list[TitleRecord]]]:
    def key(record: TitleRecord) -> tuple[int, str]:
        return record.rank, record.title

    return [(title, list(group)) for (_, title), group in groupby(sorted(text.people, key=key), key=key)]


def _grid(writer: Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random) -> None:
    """Names in columns under headings with counts; a second level of headings by speciality or place."""
    columns = chance.choice((5, 6, 7))
    if any(len(r.person.name) > 3 for r in text.people):
        columns = min(columns, 6)
    by = chance.choice(("specialty", "employer_place", "none"))
    for position, (title, people) in enumerate(_sections(text)):
        writer.room(26)
        writer.paragraph(f"{_NUMERALS[position]}、{title}（{len(people)}人）", style="hei", indent=False)
        groups: Sequence[tuple[str, list[TitleRecord]]] = [("", people)]
        if by == "specialty":
            ordered = sorted(people, key=lambda r: r.specialty)
            groups = [(name, list(g)) for name, g in groupby(ordered, key=lambda r: r.specialty)]
        elif by == "employer_place":
            ordered = sorted(people, key=lambda r: r.employer)
            groups = [(name, list(g)) for name, g in groupby(ordered, key=lambda r: r.employer)]
        for heading, members in groups:
            writer.room(20)
            if heading:
                writer.paragraph(f"{heading}（{len(members)}人）", style="kai", size=5.0)
            for start in range(0, len(members), columns):
                writer.room(LEADING)
                for k, record in enumerate(members[start : start + columns]):
                    x = LEFT + 6 + k * (RIGHT - LEFT - 6) / columns
                    writer.paper.text(x, writer.y, _padded(record.person.name), style="fang", size=BODY)
                    pages[record.person.id_number] = writer.page
                writer.y += LEADING
            writer.y += 1.5
        writer.y += 4


def write_running_text(
    writer: Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random
) -> None:
    """Write paragraphs, one for each speciality and title, with all names in a row."""
    sections = _sections(text)
    writer.paragraph(f"{opening(text, chance)}同意以下{len(text.people)}名同志具备相应专业技术职务任职资格：")
    position = 0
    for title, people in sections:
        ordered = sorted(people, key=lambda r: r.specialty)
        for specialty, group in groupby(ordered, key=lambda r: r.specialty):
            members = list(group)
            names = "、".join(r.person.name for r in members)
            head = f"{position + 1}．" if position > 8 else f"{_NUMERALS[position]}、"
            lead = f"{head}{specialty}专业{title}："
            count = f"等{len(members)}人" if len(members) > 1 else "1人"
            page_of = writer.paragraph(f"{lead}{names}{count}。")
            place = 2 + len(lead)
            for record in members:
                pages[record.person.id_number] = page_of[place]
                place += len(record.person.name) + 1
            position += 1
    writer.paragraph(f"以上同志任职资格时间从{write_date(text.reviewed_on, 'arabic')}起计算。")


def _table(writer: Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random) -> None:
    """A ruled table over several pages: the header is repeated, the unit cell spans the people of a unit."""
    heads = ["序号", "姓名", "性别", "工作单位", "专业", "资格名称", "备注"]
    widths = [11.0, 21.0, 11.0, 50.0, 24.0, 28.0, 9.0]
    if chance.random() < 0.4:
        heads[4:6] = ["申报专业", "任职资格"]
    people = sorted(text.people, key=lambda r: (r.employer, r.rank))
    height = chance.choice((8.4, 9.2, 10.0))
    left = 105 - sum(widths) / 2
    edges = [left + sum(widths[:k]) for k in range(len(widths) + 1)]

    def header() -> None:
        for k, head in enumerate(heads):
            writer.paper.box(edges[k], writer.y, widths[k], height + 1)
            writer.paper.text(
                edges[k] + widths[k] / 2, writer.y + 2.4, head, style="hei", size=4.2, align="centre"
            )
        writer.y += height + 1

    header()
    serial = 0
    rest = [(unit, list(group)) for unit, group in groupby(people, key=lambda r: r.employer)]
    for unit, members in rest:
        while members:
            fits = int((BOTTOM - writer.y) / height)
            if fits < 1:
                writer.new_page()
                header()
                continue
            block, members = members[:fits], members[fits:]
            _centred_cell(writer.paper, unit, edges[3], writer.y, widths[3], height * len(block))
            for record in block:
                serial += 1
                cells = {
                    0: str(serial),
                    1: _padded(record.person.name),
                    2: record.person.gender,
                    4: record.specialty,
                    5: record.title,
                    6: "",
                }
                for k, cell in cells.items():
                    writer.paper.box(edges[k], writer.y, widths[k], height)
                    size = 4.0 if len(cell) * 4.0 <= widths[k] - 1 else (widths[k] - 1) / len(cell)
                    writer.paper.text(
                        edges[k] + widths[k] / 2,
                        writer.y + (height - size) / 2,
                        cell,
                        style="fang",
                        size=size,
                        align="centre",
                    )
                pages[record.person.id_number] = writer.page
                writer.y += height


def _centred_cell(paper: Paper, text: str, x: float, y: float, width: float, height: float) -> None:
    paper.box(x, y, width, height)
    size = 4.0
    lines = wrap(paper, text, style="fang", size=size, width=width - 2)
    if len(lines) * size * 1.1 > height:
        size = 3.4
        lines = wrap(paper, text, style="fang", size=size, width=width - 2)
    top = y + (height - len(lines) * size * 1.1) / 2
    for number, line in enumerate(lines):
        paper.text(x + width / 2, top + number * size * 1.1, line, style="fang", size=size, align="centre")


def _paired_table(writer: Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random) -> None:
    """Two blocks of a table side by side: the left one is filled first, page by page."""
    heads = ("序号", "姓名", "工作单位", chance.choice(("资格名称", "任职资格")))
    widths = (11.0, 19.0, 37.0, 22.0)
    people = sorted(text.people, key=lambda r: (r.rank, r.employer))
    height = 11.0
    serial = 0
    while people:
        fits = int((BOTTOM - writer.y) / height) - 1
        if fits < 1:
            writer.new_page()
            continue
        block, people = people[: 2 * fits], people[2 * fits :]
        half = min(fits, -(-len(block) // 2)) if not people else fits
        top = writer.y
        for side in range(2):
            left = 105 - sum(widths) + side * sum(widths)
            rows = [heads]
            for record in block[side * half : (side + 1) * half]:
                serial += 1
                rows.append((str(serial), _padded(record.person.name), record.employer, record.title))
                pages[record.person.id_number] = writer.page
            for number, row in enumerate(rows):
                x = left
                for cell, width in zip(row, widths, strict=True):
                    _centred_cell(writer.paper, cell, x, top + number * height, width, height)
                    x += width
        writer.y = top + (half + 1) * height
        if people:
            writer.new_page()


LISTS: dict[str, Callable[[Writer, ApprovalText, dict[str, int], random.Random], None]] = {
    "table": _table,
    "grid": _grid,
    "paired_table": _paired_table,
}
"""Layout -> what writes an annexed list; running text is written by ``write_running_text``."""
