"""Commitment letters in wordings of many offices: what they say, and whether a seal is on them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from domain.dates import PartialDate
from domain.geometry import Box
from domain.images import PageImage
from domain.letter_codes import format_letter_code, make_letter_code
from domain.records import PageReading, PaperKind, SealMark
from ocr.letters import continues_letter, mark_seals, read_letter
from ocr.papers import classify_page
from tests.paper import line, page

UNIT = "城固县人力资源和社会保障局"
CODE = make_letter_code("batch-17", "9f2c")


def letter(*rows: str | Sequence[tuple[str, float]], title: str = "承诺书") -> PageReading:
    """Return a page with a heading and rows below each other; a row is a text or texts with their lefts."""
    lines = [line(title, 500, 180, size=48)]
    for number, row in enumerate(rows):
        pieces = [(row, 180.0)] if isinstance(row, str) else row
        lines += [line(text, left, 320 + 60 * number, size=28) for text, left in pieces]
    return page(lines)


OWN = letter(
    f"根据陕人社函〔2021〕107号文件要求，我单位（{UNIT}）",
    "组织填报并审核了职称信息，现郑重承诺如下：",
    "四、以本单位系统账号上报的全部信息由我单位负责；账号由专人",
    [("单位名称", 180), (UNIT, 420)],
    [("系统账号", 180), ("610722001", 420), ("经办人", 720), ("贠琪", 900)],
    [("手机号码", 180), ("13991612345", 420), ("办公电话", 720), ("0916-7212345", 900)],
    [("数据校验码", 180), (format_letter_code(CODE), 420)],
    "承诺单位（盖章）：",
    "日期：　2021 年　4 月　12 日",
)


def test_the_products_own_form_is_read_whole() -> None:
    read = read_letter([OWN])

    assert classify_page(OWN) is PaperKind.COMMITMENT_LETTER
    assert (read.title, read.unit, read.account, read.handler) == ("承诺书", UNIT, "610722001", "贠琪")
    assert (read.mobile, read.office_phone) == ("13991612345", "0916-7212345")
    assert read.signed_on == PartialDate(2021, 4, 12)
    assert read.has_date
    assert read.codes == (CODE,)
    assert not read.is_personal


@pytest.mark.parametrize(
    ("paper", "unit"),
    [
        pytest.param(
            letter("本单位郑重承诺：所报信息真实。", f"承诺单位（盖章）：{UNIT}", "2021年4月12日"),
            UNIT,
            id="label",
        ),
        pytest.param(
            letter(
                f"{UNIT}郑重承诺：所报信息真实、准确。", "单位（公章）：", "2021年4月12日", title="承诺函"
            ),
            UNIT,
            id="the-unit-promises-by-name",
        ),
        pytest.param(
            letter("我单位郑重承诺：所报信息真实。", [(f"{UNIT}（公章）", 600)], [("2021年4月12日", 700)]),
            UNIT,
            id="signature-above-the-date",
        ),
        pytest.param(
            letter("汉中市人力资源和社会保障局：", "我单位郑重承诺：所报信息真实。", "2021年4月12日"),
            "",
            id="the-addressee-promises-nothing",
        ),
    ],
)
def test_the_unit_is_the_one_that_promises(paper: PageReading, unit: str) -> None:
    assert read_letter([paper]).unit == unit


@pytest.mark.parametrize(
    ("row", "signed_on", "is_blank"),
    [
        pytest.param("日期：　　年　　月　　日", None, True, id="left-open"),
        pytest.param("日期：2021年　　月　　日", PartialDate(2021), False, id="year-printed"),
        pytest.param("签署日期：2021年4月12日", PartialDate(2021, 4, 12), False, id="labelled"),
        pytest.param("二〇二一年四月十二日", PartialDate(2021, 4, 12), False, id="in-characters"),
        pytest.param("日期：2021年4月141", None, False, id="illegible"),
    ],
)
def test_the_date_of_the_signature(row: str, signed_on: PartialDate | None, is_blank: bool) -> None:
    paper = letter("我单位郑重承诺：2010年1月1日以来的信息真实、准确。", "承诺单位（盖章）：", row)

    read = read_letter([paper])

    assert read.signed_on == signed_on
    assert (read.date_text == "") is is_blank


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("诚信承诺书", "本单位现作出如下承诺：根据《关于做好职称信息采集工作的通知》要求，如实填报。"),
        ("承 诺 函", "我局郑重承诺，报送的初、中级职称信息均与批准文件、资格证书一致，并已公示。"),
        ("职称信息采集诚信承诺⇒", "本单位现作出如下承诺：根据《关于做好采集工作的通知》如实填报。"),
        ("附件3：承诺书", "我校承诺如下：现将任职资格人员名单如实上报。"),
    ],
)
def test_letters_in_other_words_are_letters(title: str, body: str) -> None:
    assert classify_page(letter(body, "经办人：马忠", title=title)) is PaperKind.COMMITMENT_LETTER


def test_a_persons_promise_is_told_from_a_units() -> None:
    personal = letter("本人郑重承诺：所提交的材料真实。", "承诺人（签名）：马忠", "2021年4月12日")

    assert read_letter([personal]).is_personal


def test_a_notice_that_asks_for_letters_is_none() -> None:
    notice = page(
        [
            line("汉中市人力资源和社会保障局文件", 300, 150, size=44),
            line("汉人社函〔2021〕33号", 480, 260),
            line("关于报送承诺书的通知", 420, 340, size=40),
            line("各县区人力资源和社会保障局：", 180, 440),
            line("请各单位于4月20日前上传盖章的承诺书，郑重承诺内容真实。", 180, 500),
        ]
    )

    assert classify_page(notice) is PaperKind.APPROVAL


def test_a_second_page_goes_on_with_the_letter() -> None:
    second = replace(letter("2021年4月12日", title="承诺单位（盖章）："), page_number=2)
    first = letter("我单位郑重承诺：所报信息真实。")
    read = read_letter([first, second])

    assert continues_letter(second)
    assert not continues_letter(first)
    assert (read.page_number, read.last_page_number) == (1, 2)
    assert read.signed_on == PartialDate(2021, 4, 12)


def test_a_seal_on_any_page_counts_and_a_page_not_looked_at_leaves_it_open() -> None:
    mark = SealMark(Box(0.5, 0.7, 0.7, 0.85), is_grey=False)

    assert read_letter([OWN]).has_seal is None
    assert read_letter([replace(OWN, seals=())]).has_seal is False
    assert read_letter([replace(OWN, seals=()), replace(OWN, seals=(mark,))]).has_seal is True
    assert read_letter([replace(OWN, seals=()), OWN]).has_seal is None


def test_only_letters_are_looked_at_for_seals() -> None:
    certificate = page([line("职称证书", 500, 200, size=48), line("姓名：马忠", 200, 400)])
    image = PageImage(np.full((1754, 1240, 3), 250, np.uint8), 150.0)

    def fail() -> PageImage:
        raise AssertionError("the picture of a certificate is not needed")

    assert mark_seals(fail, certificate) is certificate
    assert mark_seals(lambda: image, OWN).seals == ()
