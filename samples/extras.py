"""What lies in folders besides evidence: covers, ID-card copies, letters of appointment, broken files."""

import random
from collections.abc import Callable
from pathlib import Path

from samples.ornaments import portrait, seal
from samples.paper import Faces, Paper
from samples.people import draw_person
from samples.words import Place


def id_card_copy(faces: Faces, chance: random.Random) -> Paper:
    """Draw both sides of the ID card of nobody, one above the other, as copied on A4."""
    person = draw_person(chance)
    paper = Paper(210, 297, faces)
    for x, y in ((62, 50), (62, 140)):
        paper.box(x, y, 86, 54, line=0.3, colour=(90, 90, 90), fill=(238, 244, 246))
    rows = (
        ("姓名", person.name),
        ("性别", f"{person.gender}　民族　汉"),
        ("出生", f"{person.birth.year}年{person.birth.month}月{person.birth.day}日"),
        ("住址", "某省某市某县某镇某村一组1号"),
    )
    for number, (label, value) in enumerate(rows):
        paper.text(66, 55 + number * 8, label, style="hei", size=2.8, colour=(40, 90, 150))
        paper.text(77, 55 + number * 8, value, style="hei", size=3.2)
    paper.text(66, 96, "公民身份号码", style="hei", size=2.8, colour=(40, 90, 150))
    paper.text(90, 96, person.id_number, style="hei", size=3.8)
    portrait(paper, 120, 56, width=22, height=30, seed=chance.randrange(99))
    paper.text(105, 150, "中华人民共和国", style="song", size=6, align="centre")
    paper.text(105, 160, "居 民 身 份 证", style="hei", size=7, align="centre")
    paper.text(80, 176, "签发机关　某县公安局", style="hei", size=3.4)
    paper.text(80, 184, "有效期限　2010.05.06-2030.05.06", style="hei", size=3.4)
    return paper


def cover(faces: Faces, place: Place, year: int) -> Paper:
    """Draw the cover sheet of a bundle."""
    paper = Paper(210, 297, faces)
    paper.text(105, 80, f"{place.county}{year}年度", style="title", size=10, align="centre")
    paper.text(105, 100, "专业技术职务任职资格", style="title", size=11, align="centre")
    paper.text(105, 120, "证 书 复 印 件", style="title", size=12, align="centre")
    paper.text(105, 220, f"{place.county}人力资源和社会保障局", style="kai", size=6, align="centre")
    return paper


def appointment_letter(faces: Faces, place: Place, name: str, title: str, chance: random.Random) -> Paper:
    """Draw a letter of appointment (聘书): a post, not a title."""
    paper = Paper(260, 184, faces, (253, 246, 236))
    paper.box(8, 8, 244, 168, line=1.2, colour=(170, 40, 40))
    paper.text(130, 26, "聘　书", style="title", size=18, align="centre", colour=(170, 30, 30))
    paper.text(36, 66, f"{name}同志：", style="kai", size=7)
    paper.text(50, 82, f"兹聘任您担任{title}职务，聘期三年，", style="kai", size=7)
    paper.text(36, 98, "自2017年1月1日至2019年12月31日。", style="kai", size=7)
    unit = f"{place.county}教育体育局"
    paper.text(190, 130, unit, style="kai", size=6, align="centre")
    paper.text(190, 142, "二〇一七年一月一日", style="kai", size=6, align="centre")
    paper.picture(170, 116, 38, seal(unit, faces, seed=chance.randrange(10**6)), is_ink=True)
    return paper


def commitment_letter(faces: Faces, place: Place, chance: random.Random) -> Paper:
    """Draw Annex 3, the stamped promise that what is reported is true."""
    paper = Paper(210, 297, faces)
    paper.text(30, 24, "附件3", style="hei", size=5)
    paper.text(105, 44, "承　诺　书", style="title", size=10, align="centre")
    unit = f"{place.county}人力资源和社会保障局"
    lines = (
        "　　我单位郑重承诺：本次上传的职称信息均经逐条核对，",
        "真实、准确、完整，如有不实，愿承担相应责任。",
        f"　　系统账号：{chance.randrange(10**7, 10**8)}",
        "　　经办人：　　　　　　　联系电话：",
    )
    for number, line in enumerate(lines):
        paper.text(28, 74 + number * 12, line, style="fang", size=5.4)
    paper.text(140, 180, unit, style="fang", size=5.4, align="centre")
    paper.text(140, 192, "2021年4月12日", style="fang", size=5.4, align="centre")
    paper.picture(122, 168, 38, seal(unit, faces, seed=chance.randrange(10**6)), is_ink=True)
    return paper


def write_thumbs(path: Path) -> None:
    """Write what Windows leaves in picture folders: the head of a compound document and little else."""
    path.write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "Catalog".encode("utf-16-le") + bytes(2030)
    )


def write_truncated_jpeg(path: Path) -> None:
    """Write a JPEG that ends within its header."""
    path.write_bytes(bytes.fromhex("ffd8ffe000104a46494600010101006000600000ffdb004300") + bytes(40))


def write_broken_pdf(path: Path) -> None:
    """Write a PDF whose body was lost on the way."""
    path.write_bytes(
        b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Ty"
    )


def write_empty(path: Path) -> None:
    """Write a file of no bytes, as failed copies are."""
    path.write_bytes(b"")


BROKEN_FILES: dict[str, Callable[[Path], None]] = {
    "损坏.jpg": write_truncated_jpeg,
    "批复扫描(2).pdf": write_broken_pdf,
    "空文件.jpg": write_empty,
}
"""File name -> what writes it."""
