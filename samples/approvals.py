"""Approval documents: masthead, number, body, and a list of people as table, name grid or running text."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from samples.layouts.style import wrap
from samples.ornaments import seal
from samples.paper import Faces, Paper
from samples.records import TitleRecord
from samples.written_dates import write_date

APPROVAL_LAYOUTS = ("table", "grid", "running")
_RED = (200, 20, 24)
_LEFT, _RIGHT, _BOTTOM = 28.0, 182.0, 268.0
_BODY = 5.3
_LEADING = 9.6


@dataclass(frozen=True, slots=True)
class ApprovalText:
    """What an approval document says."""

    number: str
    authority: str
    committee: str
    reviewed_on: date
    signed_on: date
    people: tuple[TitleRecord, ...]
    layout: str


@dataclass(slots=True)
class DrawnApproval:
    """The pages, and on which page (1-based) each name stands."""

    papers: list[Paper]
    pages: dict[str, int]
    """ID number of the person -> page number."""


@dataclass(slots=True)
class _Writer:
    """Writes downwards and takes a new sheet when one is full."""

    faces: Faces
    papers: list[Paper] = field(default_factory=list)
    y: float = 0.0

    @property
    def paper(self) -> Paper:
        return self.papers[-1]

    @property
    def page(self) -> int:
        return len(self.papers)

    def new_page(self, y: float = 32.0) -> None:
        self.papers.append(Paper(210, 297, self.faces))
        self.y = y

    def room(self, height: float) -> bool:
        """Make room; tell whether a new page was begun."""
        if self.y + height <= _BOTTOM:
            return False
        self.new_page()
        return True

    def paragraph(
        self, text: str, *, style: str = "fang", size: float = _BODY, indent: bool = True
    ) -> list[int]:
        """Write a paragraph. Returns the page of each line of it."""
        pages = []
        lines = wrap(
            self.paper, ("　　" if indent else "") + text, style=style, size=size, width=_RIGHT - _LEFT
        )
        for line in lines:
            self.room(_LEADING)
            self.paper.text(_LEFT, self.y, line, style=style, size=size)
            pages.append(self.page)
            self.y += _LEADING
        return pages

    def centred(self, text: str, *, style: str, size: float) -> None:
        for line in wrap(self.paper, text, style=style, size=size, width=_RIGHT - _LEFT - 6):
            self.room(size * 1.5)
            self.paper.text(105, self.y, line, style=style, size=size, align="centre")
            self.y += size * 1.5


def draw_approval(text: ApprovalText, faces: Faces, chance: random.Random) -> DrawnApproval:
    """Draw an approval document in its layout.

    Raises:
        ValueError: The layout is unknown or nobody is approved.
    """
    if not text.people:
        raise ValueError("an approval needs people")
    writer = _Writer(faces)
    pages: dict[str, int] = {}
    _first_page(writer, text, chance)
    if text.layout == "running":
        _running(writer, text, pages, chance)
        _sign(writer, text, chance)
    else:
        _body(writer, text, chance)
        _sign(writer, text, chance)
        writer.new_page()
        writer.paragraph("附件", style="hei", indent=False)
        writer.centred(_list_heading(text), style="title", size=6.4)
        writer.y += 4
        {"table": _table, "grid": _grid}[text.layout](writer, text, pages, chance)
    for number, paper in enumerate(writer.papers, 1):
        paper.text(105, 280, f"— {number} —", style="song", size=4, align="centre")
    return DrawnApproval(writer.papers, pages)


def _first_page(writer: _Writer, text: ApprovalText, chance: random.Random) -> None:
    writer.new_page(34)
    masthead = text.authority + chance.choice(("文件", ""))
    size = min(13.0, 160 / len(masthead))
    writer.paper.text(105, 30, masthead, style="title", size=size, colour=_RED, align="centre", spacing=0.6)
    writer.paper.text(105, 56, text.number, style="fang", size=_BODY, align="centre")
    writer.paper.line(_LEFT, 65, _RIGHT, 65, width=0.7, colour=_RED)
    writer.y = 76
    first, count, title = text.people[0].person.name, len(text.people), _common_title(text)
    counter = chance.choice(("名", "位", ""))
    who = f"{first}等{count}{counter}同志" if counter else f"{first}等{count}人"
    form = chance.choice(
        (
            "关于批准{w}具备{t}任职资格的通知",
            "关于公布{w}{t}任职资格的通知",
            "关于{w}{t}任职资格的批复",
            "关于确认{w}{t}任职资格的通知",
        )
    )
    writer.centred(form.format(w=who, t=title), style="title", size=7.0)
    writer.y += 6
    writer.paragraph(
        chance.choice(("各县（区）人力资源和社会保障局，市级有关部门：", "各有关单位：", "你单位：")),
        indent=False,
    )


def _common_title(text: ApprovalText) -> str:
    titles = list(dict.fromkeys(p.title for p in text.people))
    return titles[0] if len(titles) == 1 else "专业技术职务"


def _opening(text: ApprovalText, chance: random.Random) -> str:
    reviewed = write_date(text.reviewed_on, "arabic")
    return chance.choice(
        (
            f"经{text.committee}于{reviewed}评审通过，",
            f"经{text.committee}评审，并报经我单位审核，",
            f"根据职称评审工作有关规定，经{text.committee}评审通过，",
        )
    )


def _body(writer: _Writer, text: ApprovalText, chance: random.Random) -> None:
    first, count, title = text.people[0].person.name, len(text.people), _common_title(text)
    writer.paragraph(f"{_opening(text, chance)}同意{first}等{count}名同志具备{title}任职资格。")
    writer.paragraph(f"任职资格时间从{write_date(text.reviewed_on, 'arabic')}算起。")
    writer.paragraph("请各单位按照有关规定做好聘任工作。")
    writer.y += 4
    writer.paragraph(f"附件：{_list_heading(text)}")


def _list_heading(text: ApprovalText) -> str:
    return f"{_common_title(text)}任职资格人员名单"


def _sign(writer: _Writer, text: ApprovalText, chance: random.Random) -> None:
    writer.y += 14
    writer.room(40)
    writer.paper.text(142, writer.y, text.authority, style="fang", size=_BODY, align="centre")
    form = chance.choice(("arabic", "arabic", "numerals"))
    writer.paper.text(
        142, writer.y + 10, write_date(text.signed_on, form), style="fang", size=_BODY, align="centre"
    )
    image = seal(text.authority, writer.faces, seed=chance.randrange(10**6))
    writer.paper.picture(122, writer.y - 12, 40, image)
    writer.y += 34


def _padded(name: str) -> str:
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


def _sections(text: ApprovalText) -> list[tuple[str, list[TitleRecord]]]:
    def key(record: TitleRecord) -> tuple[int, str]:
        return record.rank, record.title

    return [(title, list(group)) for (_, title), group in groupby(sorted(text.people, key=key), key=key)]


def _grid(writer: _Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random) -> None:
    """Names in columns under headings with counts; a second level of headings by speciality or place."""
    columns = chance.choice((5, 6, 7))
    by = chance.choice(("specialty", "employer_place", "none"))
    numerals = "一二三四五六七八九"
    for position, (title, people) in enumerate(_sections(text)):
        writer.room(26)
        writer.paragraph(f"{numerals[position]}、{title}（{len(people)}人）", style="hei", indent=False)
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
                writer.room(_LEADING)
                for k, record in enumerate(members[start : start + columns]):
                    x = _LEFT + 6 + k * (_RIGHT - _LEFT - 6) / columns
                    writer.paper.text(x, writer.y, _padded(record.person.name), style="fang", size=_BODY)
                    pages[record.person.id_number] = writer.page
                writer.y += _LEADING
            writer.y += 1.5
        writer.y += 4


def _running(writer: _Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random) -> None:
    sections = _sections(text)
    writer.paragraph(
        f"{_opening(text, chance)}同意以下{len(text.people)}名同志具备相应专业技术职务任职资格："
    )
    numerals = "一二三四五六七八九"
    position = 0
    for title, people in sections:
        ordered = sorted(people, key=lambda r: r.specialty)
        for specialty, group in groupby(ordered, key=lambda r: r.specialty):
            members = list(group)
            names = "、".join(r.person.name for r in members)
            head = f"{position + 1}．" if position > 8 else f"{numerals[position]}、"
            line_pages = writer.paragraph(
                f"{head}{specialty}专业{title}：{names}{'等' if len(members) > 1 else ''}{len(members)}人。"
            )
            for record in members:
                # A paragraph seldom spans pages; names are found by how far into it they stand.
                share = names.index(record.person.name) / max(1, len(names))
                pages[record.person.id_number] = line_pages[
                    min(len(line_pages) - 1, int(share * len(line_pages)))
                ]
            position += 1
    writer.paragraph(f"以上同志任职资格时间从{write_date(text.reviewed_on, 'arabic')}起计算。")


def _table(writer: _Writer, text: ApprovalText, pages: dict[str, int], chance: random.Random) -> None:
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
            fits = int((_BOTTOM - writer.y) / height)
            if fits < 1:
                writer.new_page()
                header()
                continue
            block, members = members[:fits], members[fits:]
            _unit_cell(writer.paper, unit, edges[3], writer.y, widths[3], height * len(block))
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


def _unit_cell(paper: Paper, unit: str, x: float, y: float, width: float, height: float) -> None:
    paper.box(x, y, width, height)
    size = 4.0
    lines = wrap(paper, unit, style="fang", size=size, width=width - 2)
    if len(lines) * size * 1.1 > height:
        size = 3.4
        lines = wrap(paper, unit, style="fang", size=size, width=width - 2)
    top = y + (height - len(lines) * size * 1.1) / 2
    for number, line in enumerate(lines):
        paper.text(x + width / 2, top + number * size * 1.1, line, style="fang", size=size, align="centre")
