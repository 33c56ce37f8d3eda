"""Approval documents: masthead, number, body, and a list of people as table, name grid or running text."""

import random
from dataclasses import dataclass

from samples.approval_lists import LISTS, write_running_text
from samples.bad_lists import write_lines, write_unruled_table, write_wrapped_table
from samples.official_document import BODY, LEFT, RIGHT, ApprovalText, Writer, opening
from samples.ornaments import seal
from samples.paper import Faces, Paper
from samples.written_dates import write_date

__all__ = [
    "APPROVAL_LAYOUTS",
    "BAD_APPROVAL_LAYOUTS",
    "ApprovalText",
    "DrawnApproval",
    "draw_approval",
    "fields_listed_by",
]

APPROVAL_LAYOUTS = ("table", "grid", "running", "paired_table")

BAD_APPROVAL_LAYOUTS = ("unruled_table", "wrapped_table", "lines")
"""Lists that no ruling holds together."""

_BAD_LISTS = {
    "unruled_table": write_unruled_table,
    "wrapped_table": write_wrapped_table,
    "lines": write_lines,
}
_EVERYTHING = frozenset({"name", "gender", "employer", "specialty", "title"})
_RED = (200, 20, 24)
_LISTED_FIELDS = {
    "table": _EVERYTHING,
    "paired_table": frozenset({"name", "employer", "title"}),
    "grid": frozenset({"name", "title"}),
    "running": frozenset({"name", "specialty", "title"}),
    **dict.fromkeys(BAD_APPROVAL_LAYOUTS, _EVERYTHING),
}


@dataclass(slots=True)
class DrawnApproval:
    """The pages, and on which page (1-based) each name stands."""

    papers: list[Paper]
    pages: dict[str, int]
    """ID number of the person -> page number."""


def fields_listed_by(layout: str) -> frozenset[str]:
    """Return the fields that a layout says of every person."""
    return _LISTED_FIELDS[layout]


def draw_approval(text: ApprovalText, faces: Faces, chance: random.Random) -> DrawnApproval:
    """Draw an approval document in its layout.

    Raises:
        ValueError: The layout is unknown or nobody is approved.
    """
    if not text.people:
        raise ValueError("an approval needs people")
    writer = Writer(faces)
    pages: dict[str, int] = {}
    _first_page(writer, text, chance)
    if text.layout == "running":
        write_running_text(writer, text, pages, chance)
        _sign(writer, text, chance)
    else:
        _body(writer, text, chance)
        _sign(writer, text, chance)
        writer.new_page()
        writer.paragraph("附件", style="hei", indent=False)
        writer.centred(_list_heading(text), style="title", size=6.4)
        writer.y += 4
        (LISTS | _BAD_LISTS)[text.layout](writer, text, pages, chance)
    for number, paper in enumerate(writer.papers, 1):
        paper.text(105, 280, f"— {number} —", style="song", size=4, align="centre")
    return DrawnApproval(writer.papers, pages)


def _first_page(writer: Writer, text: ApprovalText, chance: random.Random) -> None:
    writer.new_page(34)
    masthead = text.authority + chance.choice(("文件", ""))
    size = min(13.0, 160 / len(masthead))
    writer.paper.text(105, 30, masthead, style="title", size=size, colour=_RED, align="centre", spacing=0.6)
    writer.paper.text(105, 56, text.number, style="fang", size=BODY, align="centre")
    writer.paper.line(LEFT, 65, RIGHT, 65, width=0.7, colour=_RED)
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


def _body(writer: Writer, text: ApprovalText, chance: random.Random) -> None:
    first, count, title = text.people[0].person.name, len(text.people), _common_title(text)
    writer.paragraph(f"{opening(text, chance)}同意{first}等{count}名同志具备{title}任职资格。")
    writer.paragraph(f"任职资格时间从{write_date(text.reviewed_on, 'arabic')}算起。")
    writer.paragraph("请各单位按照有关规定做好聘任工作。")
    writer.y += 4
    writer.paragraph(f"附件：{_list_heading(text)}")


def _list_heading(text: ApprovalText) -> str:
    return f"{_common_title(text)}任职资格人员名单"


def _sign(writer: Writer, text: ApprovalText, chance: random.Random) -> None:
    writer.y += 14
    writer.room(40)
    writer.paper.text(142, writer.y, text.authority, style="fang", size=BODY, align="centre")
    form = chance.choice(("arabic", "arabic", "numerals"))
    writer.paper.text(
        142, writer.y + 10, write_date(text.signed_on, form), style="fang", size=BODY, align="centre"
    )
    image = seal(text.authority, writer.faces, seed=chance.randrange(10**6))
    writer.paper.picture(122, writer.y - 12, 40, image, is_ink=True)
    writer.y += 34
