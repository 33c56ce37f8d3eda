"""Certificates on one page: labels beside values, labels above values, a ruled form, a statement."""

from samples.layouts.style import Pen, wrap
from samples.ornaments import border, ground, portrait
from samples.paper import BLACK, Paper


def label_value(pen: Pen) -> list[Paper]:
    """Draw an upright A4 page with spread labels beside their values."""
    paper = pen.paper(210, 297)
    if pen.chance.random() < 0.7:
        ground(paper, pen.chance, colour=pen.style.wave_colour)
    border(paper, pen.chance, colour=pen.style.border_colour)
    _heading(paper, pen, y=34, size=11)
    portrait(paper, 150, 66, width=30, height=42, seed=pen.chance.randrange(99))
    size, step, y = 5.4, 13.0, 70.0
    names = [
        "name",
        "gender",
        "birth_date",
        "id_number",
        "employer",
        *_extra(pen, "series"),
        "specialty",
        "title",
    ]
    names += [*_extra(pen, "level"), "granted_on", *_extra(pen, "committee"), *_extra(pen, "approval_number")]
    names.append("certificate_number")
    label_width = max(
        24.0, max(paper.measure(pen.label(n), style=pen.style.label_style, size=size) for n in names)
    )
    for name in names:
        width = 112.0 if y < 110 else 152.0
        used = pen.row(paper, 28, y, name, label_width=label_width, width=width, size=size)
        y += max(step, used + 5)
    y = max(y + 8, 238)
    _foot(paper, pen, x=112, y=y, size=size)
    return [paper]


def label_above(pen: Pen) -> list[Paper]:
    """Draw a landscape page where a small label stands over each value, in two columns."""
    paper = pen.paper(270, 190)
    ground(paper, pen.chance, colour=pen.style.wave_colour)
    border(paper, pen.chance, colour=pen.style.border_colour)
    _heading(paper, pen, y=18, size=9.5)
    portrait(paper, 22, 46, width=30, height=42, seed=pen.chance.randrange(99))
    columns = (
        ["name", "id_number", "employer", "title", "certificate_number"],
        ["gender", "birth_date", "specialty", "granted_on", *_extra(pen, "level")],
    )
    for x, width, names in ((62, 108, columns[0]), (180, 72, columns[1])):
        y = 44.0
        for name in names:
            pen.label_at(paper, x, y, name, width=0, size=3.4, colon=False)
            used = pen.value_at(paper, x, y + 5.2, name, width=width, size=5.4)
            y += max(19.0, used + 12)
    pen.label_at(paper, 62, 148, "issuer", width=0, size=3.4, colon=False)
    pen.value_at(paper, 62, 153, "issuer", width=108, size=5.2, underline=False)
    pen.label_at(paper, 180, 148, "issued_on", width=0, size=3.4, colon=False)
    pen.value_at(paper, 180, 153, "issued_on", width=72, size=5.2, underline=False)
    pen.stamp(paper, 128, 150)
    return [paper]


def table_form(pen: Pen) -> list[Paper]:
    """Draw a ruled form: label cells and value cells, a photo cell, a cell for the seal."""
    paper = pen.paper(210, 297)
    _heading(paper, pen, y=26, size=9)
    paper.text(
        190,
        42,
        f"{pen.label('certificate_number')}：{pen.value('certificate_number')}",
        style=pen.style.value_style,
        size=4.4,
        align="right",
    )
    left, right, y, height = 22.0, 190.0, 50.0, 14.0
    rows: list[tuple[str, ...]] = [
        ("name", "gender"),
        ("birth_date", *_extra(pen, "level")),
        ("id_number",),
        ("employer",),
        ("specialty", *_extra(pen, "series")),
        ("title",),
        ("granted_on", *_extra(pen, "approval_number")),
    ]
    rows += [("committee",)] if "committee" in pen.style.extras else []
    photo_rows = 3
    for number, names in enumerate(rows):
        end = right - 34 if number < photo_rows else right
        share = (end - left) / len(names)
        for position, name in enumerate(names):
            x = left + position * share
            _cells(paper, pen, x, y, share, height, name)
        y += height
    paper.box(right - 34, 50, 34, photo_rows * height)
    portrait(paper, right - 31, 52, width=28, height=38, seed=pen.chance.randrange(99))
    paper.box(left, y, right - left, 62)
    paper.text(left + 6, y + 7, f"{pen.label('issuer')}（盖章）：", style=pen.style.label_style, size=4.8)
    paper.text(left + 96, y + 26, pen.value("issuer"), style=pen.style.value_style, size=4.8, align="centre")
    paper.text(
        left + 96,
        y + 44,
        f"{pen.label('issued_on')}：{pen.value('issued_on')}",
        style=pen.style.value_style,
        size=4.8,
        align="centre",
    )
    pen.stamp(paper, left + 100, y + 34)
    return [paper]


def statement(pen: Pen) -> list[Paper]:
    """Draw a certificate that says everything in one sentence."""
    paper = pen.paper(260, 184)
    ground(paper, pen.chance, colour=pen.style.wave_colour)
    border(paper, pen.chance, colour=pen.style.border_colour)
    _heading(paper, pen, y=22, size=11)
    v = pen.value
    person = pen.chance.choice(
        ("{name}，{gender}，{birth}生，身份证号{id}，", "{name}同志，{gender}，身份证号码：{id}，")
    )
    body = pen.chance.choice(
        (
            "系{employer}职工。经{committee}于{granted}评审通过，{name}同志具备{specialty}专业{title}任职资格，特发此证。",
            "在{employer}从事{specialty}专业技术工作。经{committee}评审，自{granted}起具备{title}任职资格。特发此证。",
            "工作单位：{employer}。经{committee}{granted}评审，确认具备{specialty}专业{title}任职资格，特颁此证。",
        )
    )
    template = person + body
    values = {
        "name": v("name"),
        "gender": v("gender"),
        "id": v("id_number"),
        "employer": v("employer"),
        "committee": v("committee"),
        "granted": v("granted_on"),
        "specialty": v("specialty"),
        "title": v("title"),
        "birth": v("birth_date") if "{birth}" in template else "",
    }
    size = 6.0
    lines = wrap(paper, "　　" + template.format(**values), style=pen.style.value_style, size=size, width=204)
    for number, line in enumerate(lines):
        paper.text(28, 52 + number * 11.5, line, style=pen.style.value_style, size=size)
    paper.text(
        28,
        150,
        f"{pen.label('certificate_number')}：{v('certificate_number')}",
        style=pen.style.label_style,
        size=4.6,
    )
    paper.text(190, 132, v("issuer"), style=pen.style.value_style, size=5.6, align="centre")
    paper.text(190, 144, v("issued_on"), style=pen.style.value_style, size=5.6, align="centre")
    pen.stamp(paper, 186, 138)
    return [paper]


def provincial(pen: Pen, *, electronic: bool = False) -> list[Paper]:
    """Draw the newer provincial form; ``electronic`` adds what only an electronic certificate says."""
    paper = pen.paper(210, 297)
    border(paper, pen.chance, inset=9, colour=pen.style.border_colour)
    record, style = pen.record, pen.style
    level = ("高级", "中级", "初级")[record.rank]
    paper.text(190, 20, "评审取得", style="hei", size=4.2, align="right", colour=(90, 90, 90))
    paper.text(105, 36, f"{record.place.province}{level}专业技术", style="title", size=9, align="centre")
    paper.text(
        105,
        52,
        "电子职称证书" if electronic else "职称证书",
        style="title",
        size=14,
        align="centre",
        colour=style.heading_colour,
        spacing=3,
    )
    paper.text(
        105,
        76,
        f"此证表明持证人具有相应系列（专业）{level}职称",
        style=style.label_style,
        size=5,
        align="centre",
    )
    portrait(paper, 152, 90, width=28, height=39, seed=pen.chance.randrange(99))
    names = [
        "name",
        "gender",
        "id_number",
        "employer",
        "title",
        "specialty",
        "certificate_number",
        "granted_on",
    ]
    names += ["committee"]
    size, y = 5.2, 94.0
    for name in names:
        width = 120.0 if y < 128 else 155.0
        used = pen.row(paper, 28, y, name, label_width=26, width=width, size=size)
        y += max(13.5, used + 5)
    y = max(y + 4, 232)
    _foot(paper, pen, x=108, y=y, size=5)
    if electronic:
        paper.text(28, 270, "查询网址：http://zscx.example.gov.cn", style="song", size=3.6)
        _code(paper, pen, 28, 238)
    return [paper]


def _heading(paper: Paper, pen: Pen, *, y: float, size: float) -> None:
    text = pen.style.heading
    spacing = min(4.0, max(0.0, (paper.width - 80 - len(text) * size) / len(text)))
    paper.text(
        paper.width / 2,
        y,
        text,
        style="title",
        size=size,
        spacing=spacing,
        align="centre",
        colour=pen.style.heading_colour,
        bold=False,
    )


def _extra(pen: Pen, name: str) -> list[str]:
    return [name] if name in pen.style.extras else []


def _cells(paper: Paper, pen: Pen, x: float, y: float, width: float, height: float, name: str) -> None:
    label_width = min(32.0, width * 0.42)
    paper.box(x, y, label_width, height)
    paper.box(x + label_width, y, width - label_width, height)
    style = pen.style
    label_lines = wrap(paper, pen.label(name), style=style.label_style, size=4.3, width=label_width - 3)
    top = y + (height - len(label_lines) * 5.2) / 2
    for number, line in enumerate(label_lines):
        spacing = 6.0 if len(line) == 2 and len(label_lines) == 1 else 0.0
        paper.text(
            x + label_width / 2,
            top + number * 5.2,
            line,
            style=style.label_style,
            size=4.3,
            spacing=spacing,
            align="centre",
            colour=style.label_colour,
        )
    size = 4.6
    lines = wrap(paper, pen.value(name), style=style.value_style, size=size, width=width - label_width - 4)
    if len(lines) > 2:
        size = 3.8
        lines = wrap(
            paper, pen.value(name), style=style.value_style, size=size, width=width - label_width - 4
        )
    top = y + (height - len(lines) * size * 1.2) / 2
    for number, line in enumerate(lines):
        paper.text(x + label_width + 2, top + number * size * 1.2, line, style=style.value_style, size=size)


def _foot(paper: Paper, pen: Pen, *, x: float, y: float, size: float) -> None:
    """Write issuer and date of issue at the foot, with the seal over them."""
    style = pen.style
    labelled = pen.chance.random() < 0.6
    issuer, day = pen.value("issuer"), pen.value("issued_on")
    if labelled:
        width = paper.text(
            x - 12,
            y,
            f"{pen.label('issuer')}：",
            style=style.label_style,
            size=size,
            colour=style.label_colour,
        )
        for number, line in enumerate(
            wrap(paper, issuer, style=style.value_style, size=size, width=192 - x + 12 - width)
        ):
            paper.text(x - 12 + width, y + number * size * 1.2, line, style=style.value_style, size=size)
        width = paper.text(
            x - 12,
            y + 14,
            f"{pen.label('issued_on')}：",
            style=style.label_style,
            size=size,
            colour=style.label_colour,
        )
        paper.text(x - 12 + width, y + 14, day, style=style.value_style, size=size)
    else:
        centre = x + 32
        paper.text(centre, y, issuer, style=style.value_style, size=size, align="centre", colour=BLACK)
        paper.text(centre, y + 12, day, style=style.value_style, size=size, align="centre", colour=BLACK)
    pen.stamp(paper, x + 30, y + 7)


def _code(paper: Paper, pen: Pen, x: float, y: float) -> None:
    """Draw something that looks like a two-dimensional code and means nothing."""
    cell = 1.0
    for row in range(25):
        for column in range(25):
            corner = ((row < 7 or row > 17) and (column < 7)) or (row < 7 and column > 17)
            ring = corner and (
                row % 18 in (0, 6) or column % 18 in (0, 6) or (2 <= row % 18 <= 4 and 2 <= column % 18 <= 4)
            )
            if ring or (not corner and pen.chance.random() < 0.5):
                paper.box(x + column * cell, y + row * cell, cell, cell, line=0.01, colour=None, fill=BLACK)
