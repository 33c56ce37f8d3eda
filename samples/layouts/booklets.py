"""Certificates in booklets: two facing pages, the bilingual examination form, two separate pages, cards."""

from samples.layouts.style import Pen, wrap
from samples.ornaments import ground, portrait
from samples.paper import Paper


def spread(pen: Pen) -> list[Paper]:
    """Draw an open booklet: the person on the left page, the title on the right one."""
    paper = pen.paper(250, 176)
    ground(paper, pen.chance, colour=pen.style.wave_colour)
    for offset in (0.0, 0.8, 1.8):
        paper.line(125 + offset, 0, 125 + offset, 176, width=0.5, colour=(196 + int(offset * 20),) * 3)
    portrait(paper, 47, 16, width=30, height=42, seed=pen.chance.randrange(99))
    if pen.chance.random() < 0.4:
        pen.stamp(paper, 66, 50, diameter=30)
    left = ["name", "gender", "birth_date", "id_number", "employer"]
    right = [*_extra(pen, "series"), "specialty", "title", *_extra(pen, "level"), "granted_on"]
    right += [*_extra(pen, "committee"), *_extra(pen, "approval_number")]
    y = 70.0
    for name in left:
        used = pen.row(paper, 12, y, name, label_width=20, width=106, size=4.6)
        y += max(13.0, used + 5)
    paper.text(
        12,
        152,
        f"{pen.label('certificate_number')}：{pen.value('certificate_number')}",
        style=pen.style.value_style,
        size=4.4,
    )
    y = 22.0
    for name in right:
        used = pen.row(paper, 136, y, name, label_width=22, width=106, size=4.6)
        y += max(13.0, used + 5)
    y = max(y + 2, 122)
    paper.text(
        136,
        y,
        f"{pen.label('issuer')}：",
        style=pen.style.label_style,
        size=4.4,
        colour=pen.style.label_colour,
    )
    paper.text(190, y + 9, pen.value("issuer"), style=pen.style.value_style, size=4.6, align="centre")
    paper.text(190, y + 20, pen.value("issued_on"), style=pen.style.value_style, size=4.6, align="centre")
    pen.stamp(paper, 188, y + 14)
    return [paper]


_ENGLISH = {
    "name": "Full Name",
    "gender": "Sex",
    "birth_date": "Date of Birth",
    "title": "Qualification",
    "level": "Qualification Level",
    "specialty": "Speciality",
    "granted_on": "Approval Date",
}


def bilingual(pen: Pen) -> list[Paper]:
    """Draw the inside of the bilingual booklet; it has no ID number and no employer."""
    paper = pen.paper(246, 172)
    ground(paper, pen.chance, colour=(190, 205, 190))
    paper.line(123, 0, 123, 172, width=0.6, colour=(180, 180, 180))
    portrait(paper, 45, 22, width=30, height=41, seed=pen.chance.randrange(99))
    paper.text(20, 92, "持证人签名：", style="song", size=4.2)
    paper.text(20, 98, "Signature of the Bearer", style="song", size=3.0)
    paper.line(56, 98, 108, 98, width=0.2)
    paper.text(20, 132, "管理号：", style="song", size=4.2)
    paper.text(20, 138, "File No.", style="song", size=3.0)
    paper.text(46, 132, pen.value("certificate_number"), style=pen.style.value_style, size=4.4)
    zh = {
        "name": "姓名",
        "gender": "性别",
        "birth_date": "出生年月",
        "title": "资格名称",
        "level": "资格级别",
        "specialty": "专业",
        "granted_on": "批准日期",
    }
    y = 16.0
    for name in ("name", "gender", "birth_date", "specialty", "title", "level", "granted_on"):
        label = f"{zh[name]}：" if len(zh[name]) > 2 else f"{zh[name][0]}　　{zh[name][1]}："
        paper.text(130, y, label, style="song", size=4.2)
        paper.text(130, y + 5.0, _ENGLISH[name], style="song", size=3.0)
        form = "month_dots" if name == "birth_date" else "dots" if name == "granted_on" else None
        paper.text(162, y + 0.6, pen.value(name, date_form=form), style=pen.style.value_style, size=4.6)
        y += 14.0
    paper.text(130, y + 2, "签发单位盖章：", style="song", size=4.2)
    paper.text(130, y + 7, "Issued by", style="song", size=3.0)
    paper.text(162, y + 4, pen.value("issuer"), style=pen.style.value_style, size=4.0)
    paper.text(130, y + 22, "签发日期：", style="song", size=4.2)
    paper.text(130, y + 27, "Issued on", style="song", size=3.0)
    paper.text(
        162, y + 23, pen.value("issued_on", date_form="arabic_padded"), style=pen.style.value_style, size=4.4
    )
    pen.stamp(paper, 190, y + 10, diameter=36)
    return [paper]


def two_pages(pen: Pen) -> list[Paper]:
    """Draw a certificate over two pages: who on the first one, what on the second one."""
    first, second = pen.paper(148, 210), pen.paper(148, 210)
    portrait(first, 58, 34, width=32, height=44, seed=pen.chance.randrange(99))
    if pen.chance.random() < 0.5:
        pen.stamp(first, 80, 66, diameter=30)
    first.text(
        74, 16, pen.style.heading, style="title", size=7, align="centre", colour=pen.style.heading_colour
    )
    y = 96.0
    for name in ("name", "gender", "birth_date", "id_number", "employer"):
        y += max(15.0, pen.row(first, 18, y, name, label_width=24, width=114, size=5.2) + 5)
    first.text(
        18,
        188,
        f"{pen.label('certificate_number')}：{pen.value('certificate_number')}",
        style=pen.style.value_style,
        size=4.8,
    )
    y = 34.0
    names = [*_extra(pen, "series"), "specialty", "title", *_extra(pen, "level"), "granted_on"]
    for name in (*names, *_extra(pen, "committee"), *_extra(pen, "approval_number")):
        y += max(15.0, pen.row(second, 18, y, name, label_width=26, width=114, size=5.2) + 5)
    y = max(y + 6, 146)
    second.text(18, y, f"{pen.label('issuer')}（章）", style=pen.style.label_style, size=4.8)
    second.text(86, y + 12, pen.value("issuer"), style=pen.style.value_style, size=4.8, align="centre")
    second.text(86, y + 25, pen.value("issued_on"), style=pen.style.value_style, size=4.8, align="centre")
    pen.stamp(second, 84, y + 18)
    for number, paper in enumerate((first, second), 1):
        paper.text(74, 202, f"— {number} —", style="song", size=3.2, align="centre")
    return [first, second]


def card(pen: Pen) -> list[Paper]:
    """Draw a small certificate of which two lie on one A4 page."""
    paper = pen.paper(184, 128)
    paper.box(2, 2, 180, 124, line=0.6, colour=pen.style.border_colour)
    heading = wrap(paper, pen.style.heading, style="title", size=7, width=170)[0]
    paper.text(92, 8, heading, style="title", size=7, align="centre", colour=pen.style.heading_colour)
    portrait(paper, 148, 24, width=24, height=33, seed=pen.chance.randrange(99))
    rows = (
        ("name", "gender"),
        ("birth_date",),
        ("id_number",),
        ("employer",),
        ("specialty", "title"),
        ("granted_on",),
    )
    y = 25.0
    for names in rows:
        width = (130.0 if y < 60 else 164.0) / len(names)
        for position, name in enumerate(names):
            pen.row(paper, 10 + position * width, y, name, label_width=17, width=width - 3, size=4.2)
        y += 10.8
    pen.row(paper, 10, 98, "certificate_number", label_width=17, width=86, size=4.2)
    paper.text(134, 100, pen.value("issuer"), style=pen.style.value_style, size=4.2, align="centre")
    paper.text(134, 110, pen.value("issued_on"), style=pen.style.value_style, size=4.2, align="centre")
    pen.stamp(paper, 132, 104, diameter=34)
    return [paper]


def _extra(pen: Pen, name: str) -> list[str]:
    return [name] if name in pen.style.extras else []
