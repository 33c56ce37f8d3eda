"""Lists that no ruling holds together: tables of blanks only, cells over two lines, lines that run on."""

import random

from samples.layouts.style import wrap
from samples.official_document import BOTTOM, LEFT, RIGHT, ApprovalText, Writer
from samples.records import TitleRecord

_SIZE = 4.2
_LINE = 6.2
_COLUMNS = (
    ("序号", 12.0),
    ("姓名", 20.0),
    ("性别", 12.0),
    ("工作单位", 54.0),
    ("专业", 26.0),
    ("任职资格", 30.0),
)
"""Headings and widths in millimetres."""


def write_unruled_table(
    writer: Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random
) -> None:
    """Write a table without rules, one line for each person; long cells are set smaller."""
    _write_table(writer, text, pages, chance, wrapped=False)


def write_wrapped_table(
    writer: Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random
) -> None:
    """Write a table without rules in which long cells go on in a second line."""
    _write_table(writer, text, pages, chance, wrapped=True)


def write_lines(writer: Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random) -> None:
    """Write a numbered line about each person; most of them do not fit and run on below."""
    mark = chance.choice(("，", "，", "　"))
    hanging = chance.choice((0.0, 9.0))
    wordy = chance.random() < 0.7
    for number, record in enumerate(_people(text), 1):
        said = mark.join((record.person.name, record.person.gender, *_said_of(record, wordy=wordy)))
        width = RIGHT - LEFT
        whole = f"{number}．{said}"
        first = wrap(writer.paper, whole, style="fang", size=4.8, width=width)[0]
        rest = whole[len(first) :]
        more = wrap(writer.paper, rest, style="fang", size=4.8, width=width - hanging) if rest else []
        writer.room(8.2 * (1 + len(more)))
        pages[record.person.id_number] = writer.page
        writer.paper.text(LEFT, writer.y, first, style="fang", size=4.8)
        for line in more:
            writer.y += 8.2
            writer.paper.text(LEFT + hanging, writer.y, line, style="fang", size=4.8)
        writer.y += 8.2


def _said_of(record: TitleRecord, *, wordy: bool) -> tuple[str, str, str]:
    if not wordy:
        return record.employer, f"{record.specialty}专业", f"{record.title}任职资格"
    return (
        f"现在{record.employer}工作",
        f"从事{record.specialty}专业",
        f"具备{record.title}任职资格",
    )


def _people(text: ApprovalText) -> list[TitleRecord]:
    return sorted(text.people, key=lambda r: (r.rank, r.employer))


def _write_table(
    writer: Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random, *, wrapped: bool
) -> None:
    # In narrow columns more of the cells need a second line.
    narrow = chance.uniform(0.62, 0.8) if wrapped else 1.0
    widths = [width * (narrow if position >= 3 else 1.0) for position, (_, width) in enumerate(_COLUMNS)]
    left = 105 - sum(widths) / 2
    edges = [left + sum(widths[:k]) for k in range(len(widths))]

    def heading() -> None:
        for edge, (name, _) in zip(edges, _COLUMNS, strict=True):
            writer.paper.text(edge, writer.y, name, style="hei", size=_SIZE)
        writer.y += _LINE + 2

    heading()
    for serial, record in enumerate(_people(text), 1):
        cells = (
            str(serial),
            record.person.name,
            record.person.gender,
            record.employer,
            record.specialty,
            record.title,
        )
        blocks = []
        for cell, width in zip(cells, widths, strict=True):
            size, lines = _SIZE, [cell]
            if wrapped:
                lines = wrap(writer.paper, cell, style="fang", size=size, width=width - 2)
            else:
                size *= min(1.0, (width - 2) / writer.paper.measure(cell, style="fang", size=size))
            blocks.append((size, lines))
        height = _LINE * max(len(lines) for _, lines in blocks)
        if writer.y + height > BOTTOM:
            writer.new_page()
            heading()
        for edge, (size, lines) in zip(edges, blocks, strict=True):
            for number, line in enumerate(lines):
                writer.paper.text(edge, writer.y + number * _LINE, line, style="fang", size=size)
        pages[record.person.id_number] = writer.page
        writer.y += height + (1.6 if wrapped else 1.0)
