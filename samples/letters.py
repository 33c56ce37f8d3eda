"""Commitment letters (承诺书) as offices write them: filled in with a pen or in print, stamped or not."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from samples.layouts.style import wrap
from samples.ornaments import seal
from samples.paper import Faces, Paper, Run, draw_image
from samples.people import draw_person
from samples.words import PLACES

_LEFT, _RIGHT = 28.0, 182.0
_SEAL_MM = 42.0
_INK = (26, 34, 92)


@dataclass(frozen=True, slots=True)
class LetterText:
    """What a letter says. ``written_on`` is empty where the date was not filled in."""

    unit: str
    account: str
    handler: str
    mobile: str
    office_phone: str
    written_on: str


def draw_text(chance: random.Random, *, is_dated: bool = True) -> LetterText:
    """Invent a unit and who answers for it."""
    place = chance.choice(PLACES)
    year, month, day = 2021, chance.randrange(4, 7), chance.randrange(1, 29)
    return LetterText(
        unit=f"{place.county}{chance.choice(('人力资源和社会保障局', '教育体育局', '水利局', '人民医院'))}",
        account=f"{chance.choice(('sx', 'zc', ''))}{chance.randrange(10**6, 10**7)}",
        handler=draw_person(chance).name,
        mobile=f"1{chance.choice('3578')}{chance.randrange(10**9):09d}",
        office_phone=f"09{chance.randrange(10, 20)}-{chance.randrange(2 * 10**6, 9 * 10**6)}",
        written_on=f"{year}年{month}月{day}日" if is_dated else "",
    )


def draw_letter(faces: Faces, text: LetterText, layout: str) -> Paper:
    """Draw a letter without its stamp.

    Args:
        faces: Of the print.
        text: What it says.
        layout: One of ``LAYOUTS``.
    """
    return LAYOUTS[layout](faces, text)


def stamp(
    page: Image.Image, unit: str, faces: Faces, *, dpi: int, at: tuple[float, float], seed: int
) -> Image.Image:
    """Return a printed page with a round red seal pressed upon it.

    Args:
        page: The page as printed.
        unit: The lettering of the seal.
        faces: Of the lettering.
        dpi: Resolution of the page.
        at: The seal's middle, in millimetres from the top left.
        seed: Equal seeds give equal seals.
    """
    paper = _as_paper(page, faces, dpi)
    corner = (at[0] - _SEAL_MM / 2, at[1] - _SEAL_MM / 2)
    paper.picture(*corner, _SEAL_MM, seal(unit, faces, seed=seed), is_ink=True)
    return draw_image(paper, dpi=dpi)


def write_on(
    page: Image.Image, texts: list[tuple[float, float, str]], faces: Faces, *, dpi: int
) -> Image.Image:
    """Return a printed page on which a pen has filled in texts; their places in millimetres."""
    paper = _as_paper(page, faces, dpi)
    paper.items += [_by_hand(x, y, text) for x, y, text in texts]
    return draw_image(paper, dpi=dpi)


def _as_paper(page: Image.Image, faces: Faces, dpi: int) -> Paper:
    width, height = (side / dpi * 25.4 for side in page.size)
    paper = Paper(width, height, faces)
    paper.picture(0, 0, width, page.convert("RGBA"))
    return paper


def _by_hand(x: float, y: float, text: str) -> Run:
    return Run(x, y, text, "hand", 6.4, _INK, filling="hand")


def _sincerity(faces: Faces, text: LetterText) -> Paper:
    """诚信承诺书: lines to fill in with a pen, the unit's name printed above the date."""
    paper = Paper(210, 297, faces)
    paper.text(_LEFT, 22, "附件3：", style="hei", size=5)
    paper.text(105, 36, "职称信息采集诚信承诺书", style="title", size=8.4, align="centre")
    y = _body(
        paper,
        58,
        (
            "　　为做好全省职称信息采集工作，根据《关于做好职称信息补充采集工作的通知》"
            "（陕人社函〔2021〕107号）要求，本单位现作出如下承诺：",
            "　　1．对照2010年1月1日以来的评审通过文件逐一核实，采集上报的数据真实有效，"
            "纸质材料与电子数据一致。",
            "　　2．严格遵守保密规定，不泄露个人信息。",
            "　　3．如出现弄虚作假，本单位愿承担一切后果。",
        ),
    )
    y += 8
    for label, value in (
        ("系统账号：", text.account),
        ("经办人（签字）：", text.handler),
        ("手　　机：", text.mobile),
        ("办公电话：", text.office_phone),
    ):
        width = paper.text(_LEFT + 10, y, label, style="fang", size=5.4)
        start = _LEFT + 12 + width
        paper.line(start, y + 7, start + 62, y + 7, width=0.25)
        paper.items.append(_by_hand(start + 4, y - 1, value))
        y += 13
    paper.text(140, y + 16, f"{text.unit}（公章）", style="fang", size=5.4, align="centre")
    paper.text(112, y + 30, text.written_on or "　　　年　　月　　日", style="fang", size=5.4)
    return paper


def _undertaking(faces: Faces, text: LetterText) -> Paper:
    """承诺函: the unit promises by name, its data in one small table, labels above values."""
    paper = Paper(210, 297, faces)
    paper.text(105, 30, "承 诺 函", style="hei", size=9, align="centre")
    y = _body(
        paper,
        54,
        (
            "省人力资源和社会保障厅：",
            f"　　{text.unit}郑重承诺：此次通过职称系统报送的初、中级职称人员信息，均由我单位与批准文件、"
            "资格证书原件核对无误，并已公示。我单位对信息的真实性、完整性负责，如有虚假，依规处理。",
            "　　特此承诺。",
        ),
    )
    y += 6
    column = (_RIGHT - _LEFT) / 2
    for row in (
        (("账　　号", text.account), ("经 办 人", text.handler)),
        (("移动电话", text.mobile), ("固定电话", text.office_phone)),
    ):
        for number, (label, value) in enumerate(row):
            left = _LEFT + number * column
            paper.box(left, y, 28, 12)
            paper.box(left + 28, y, column - 28, 12)
            paper.text(left + 14, y + 3.4, label, style="song", size=5, align="centre")
            paper.text(left + 31, y + 3.4, value, style="song", size=5)
        y += 12
    paper.text(110, y + 22, "单位（盖章）：", style="song", size=5.4)
    paper.text(
        110, y + 40, "签署日期：" + (text.written_on or "　　　年　　月　　日"), style="song", size=5.4
    )
    return paper


def _body(paper: Paper, y: float, paragraphs: tuple[str, ...]) -> float:
    for paragraph in paragraphs:
        for line in wrap(paper, paragraph, style="fang", size=5.4, width=_RIGHT - _LEFT):
            paper.text(_LEFT, y, line, style="fang", size=5.4)
            y += 9.6
    return y


LAYOUTS: dict[str, Callable[[Faces, LetterText], Paper]] = {
    "sincerity": _sincerity,
    "undertaking": _undertaking,
}
"""Wordings that are not the product's own."""

SEAL_AT: dict[str, tuple[float, float]] = {"sincerity": (140.0, 222.0), "undertaking": (150.0, 180.0)}
"""Middle of the stamp for each layout, in millimetres."""
