"""Pages for the speed bench, with every line that is printed on them.

Certificates and dense lists in equal parts, each in equal parts clean, scanned, copied and photographed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from samples.degrade import degrade
from samples.fonts import FONT_SETS
from samples.layouts import LAYOUTS, Pen
from samples.layouts.style import draw_style
from samples.office import Office, draw_office
from samples.paper import Faces, Paper, Run, draw_image
from samples.records import TitleRecord
from samples.written_dates import write_date

_DPI = 200
_QUALITY = 85
_DAMAGES = ("clean", "scan", "copy", "photo")
_LONG, _SHORT = 297.0, 210.0
_WIDE_GAP = 1.2
"""From here on, in em, what stands left and right of a gap counts as two lines."""

_COLUMNS = {
    "serial": ("序号", 10.0),
    "name": ("姓名", 18.0),
    "gender": ("性别", 10.0),
    "birth_date": ("出生年月", 20.0),
    "employer": ("工作单位", 50.0),
    "specialty": ("专业", 24.0),
    "title": ("资格名称", 26.0),
    "certificate_number": ("证书编号", 30.0),
}
"""Field -> heading and width in millimetres."""


@dataclass(frozen=True, slots=True)
class SpeedPage:
    """One page image and what is printed on it.

    A line is one run of print without a wide gap: a cell, a label, a value, a line of running text. Blanks
    are left out. Lettering of seals and lone colons do not count. A reader that joins a label with its value
    reads both lines, so a bench should look for each line within what was read, and do without lines of
    one character.
    """

    path: Path
    kind: str
    """``certificate`` or ``list``."""
    degradation: str
    lines: tuple[str, ...]


def write_speed_pages(out: Path, *, seed: int, pages: int, font_set: str = "held_out") -> list[SpeedPage]:
    """Write pages as JPEG, A4 at 200 dpi (a photo has a margin around it).

    Args:
        out: Folder to write to; it is made if it is not there.
        seed: Equal seeds give equal pages.
        pages: How many; multiples of 16 have every layout of list under every degradation.
        font_set: Key of ``FONT_SETS``.

    Raises:
        MissingFontError: A font package is not installed.
    """
    out.mkdir(parents=True, exist_ok=True)
    chance = random.Random(f"speed pages {seed}")
    faces = FONT_SETS[font_set]
    made = []
    for number in range(pages):
        kind = ("certificate", "list")[number % 2]
        damage = _DAMAGES[number // 2 % len(_DAMAGES)]
        if kind == "certificate":
            names = list(LAYOUTS)
            paper = draw_certificate_page(names[number // 2 % len(names)], faces, chance)
        else:
            draw = (draw_table_page, draw_grid_page)[number // 8 % 2]
            paper = draw(faces, chance)
        image = degrade(draw_image(paper, dpi=_DPI), damage, seed=chance.randrange(2**31))
        path = out / f"{number + 1:05d}-{kind}-{damage}.jpg"
        image.save(path, quality=_QUALITY, dpi=(_DPI, _DPI))
        made.append(SpeedPage(path, kind, damage, tuple(printed_lines(paper))))
    return made


def printed_lines(paper: Paper) -> Iterator[str]:
    """Yield the text lines of a paper without blanks, cut where a gap is wide, in the order of drawing."""
    for item in paper.items:
        if not isinstance(item, Run):
            continue
        if item.spacing > _WIDE_GAP * item.size:
            yield from (c for c in item.text if c.isalnum())
            continue
        # One wide blank is a gap of one em and belongs to a padded name; two part a line.
        for part in item.text.replace("\u3000\u3000", "\n").split("\n"):
            line = "".join(part.split())
            if any(c.isalnum() for c in line):
                yield line


def draw_certificate_page(layout: str, faces: Faces, chance: random.Random) -> Paper:
    """Draw a certificate, or two where they are small, on a page as scanners see them."""
    office = draw_office(chance, employers=6)
    style = draw_style(chance, faces)
    count = 2 if layout == "card" else 1
    drawn = [LAYOUTS[layout](Pen(office.draw_record(chance), style, chance)) for _ in range(count)]
    papers = [paper for one in drawn for paper in one]
    first = papers[0]
    if first.height > _SHORT:
        return first
    if layout == "card":
        page, places = Paper(_SHORT, _LONG, faces), [(12.0, 10.0), (12.0, 14.0 + first.height)]
    elif len(papers) == 2:
        page, places = Paper(_LONG, _SHORT, faces), [(0.0, 0.0), (first.width + 1, 0.0)]
    else:
        page = Paper(_LONG, _SHORT, faces)
        places = [(chance.uniform(3, _LONG - first.width - 3), chance.uniform(3, _SHORT - first.height - 3))]
    for paper, (x, y) in zip(papers, places, strict=True):
        page.box(x, y, paper.width, paper.height, line=0.2, colour=(205, 205, 205), fill=paper.colour)
        page.place(paper, x, y)
    return page


def _people(office: Office, chance: random.Random, count: int) -> list[TitleRecord]:
    return [office.draw_record(chance) for _ in range(count)]


def draw_table_page(faces: Faces, chance: random.Random) -> Paper:
    """Draw a ruled table of 25 to 40 people in six to eight columns."""
    office = draw_office(chance, employers=10)
    people = _people(office, chance, chance.randrange(25, 41))
    dropped = chance.sample(("birth_date", "specialty", "certificate_number", "gender"), chance.randrange(3))
    columns = {name: known for name, known in _COLUMNS.items() if name not in dropped}
    room = 192.0 / sum(width for _, width in columns.values())
    paper = Paper(_SHORT, _LONG, faces)
    paper.text(
        105,
        16,
        f"{people[0].place.county}专业技术职务任职资格人员名单",
        style="title",
        size=5.6,
        align="centre",
    )
    style = chance.choice(("fang", "song", "kai"))
    height = min(8.6, (_LONG - 46) / (len(people) + 1))
    y = 28.0
    rows: list[dict[str, str]] = [{name: heading for name, (heading, _) in columns.items()}]
    rows += [_cells(person, number) for number, person in enumerate(people, 1)]
    for position, row in enumerate(rows):
        x = 9.0
        for name, (_, natural) in columns.items():
            width = natural * room
            paper.box(x, y, width, height, line=0.2)
            cell = row[name]
            size = 3.5
            used = paper.measure(cell, style=style, size=size)
            size *= min(1.0, (width - 1.4) / used)
            face = style if position else "hei"
            paper.text(x + width / 2, y + (height - size) / 2, cell, style=face, size=size, align="centre")
            x += width
        y += height
    return paper


def _cells(person: TitleRecord, number: int) -> dict[str, str]:
    cells = {name: person.text(name) for name in _COLUMNS if name != "serial"}
    return cells | {"serial": str(number), "birth_date": write_date(person.person.birth, "month_dots")}


def draw_grid_page(faces: Faces, chance: random.Random) -> Paper:
    """Draw names in columns under headings."""
    paper = Paper(_SHORT, _LONG, faces)
    office = draw_office(chance, employers=8)
    columns = chance.choice((5, 6, 7))
    paper.text(
        105, 18, f"{office.template.place.county}任职资格人员名单", style="title", size=6.0, align="centre"
    )
    y, group = 34.0, 0
    while y < 250:
        group += 1
        people = _people(office, chance, chance.randrange(12, 40))
        paper.text(20, y, f"{group}．{people[0].employer}（{len(people)}人）", style="hei", size=4.6)
        y += 8.6
        for start in range(0, len(people), columns):
            if y > 272:
                break
            for k, person in enumerate(people[start : start + columns]):
                name = person.person.name
                shown = f"{name[0]}\u3000{name[1]}" if len(name) == 2 else name
                paper.text(26 + k * 160 / columns, y, shown, style="fang", size=4.6)
            y += 8.0
        y += 3.0
    paper.text(105, 284, f"— {chance.randrange(2, 9)} —", style="song", size=3.8, align="centre")
    return paper
