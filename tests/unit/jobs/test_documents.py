"""Pages of one file: which go to the approval, which are certificates."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.fields import Field
from domain.records import PageReading, PaperKind
from jobs import documents
from jobs.documents import read_document
from tests.lists import Sheet, head, padded, paragraph, signature, table

NAMES = ("张伟", "李四维", "王建国", "赵丽华", "孙悦", "周文杰")
HEADER = ("序号", "姓名", "性别", "工作单位", "评审专业", "资格名称")
WIDTHS = (70, 130, 70, 330, 200, 200)


def letter() -> PageReading:
    sheet = Sheet(1)
    head(sheet, title=("关于批准张伟等6名同志具备", "工程师任职资格的通知"))
    y = paragraph(sheet, "经评审委员会评审，同意张伟等6名同志具备工程师任职资格。", 530)
    signature(sheet, y + 130)
    return sheet.done()


def list_page(number: int, names: Sequence[str], *, first: int = 1, header: bool = True) -> PageReading:
    sheet = Sheet(number)
    rows = [
        (str(first + i), padded(name), "男", "西安市第一中学", "土木工程", "工程师")
        for i, name in enumerate(names)
    ]
    table(sheet, [HEADER, *rows] if header else rows, top=160, widths=WIDTHS)
    return sheet.done()


def certificate(number: int) -> PageReading:
    sheet = Sheet(number)
    sheet.centre("专业技术职务任职资格证书", 150, 44)
    for i, line in enumerate(
        (
            "姓　　名：郑爽",
            "性　　别：女",
            "工作单位：宝鸡市机械厂有限公司",
            "专业名称：机械设计",
            "资格名称：工程师",
            "批准日期：2015年12月28日",
            "证书编号：B16-0610858",
            "发证机关：陕西省人力资源和社会保障厅",
            "发证日期：2016年3月1日",
        )
    ):
        sheet.write(line, 200, 300 + 90 * i)
    return sheet.done()


@pytest.fixture
def takes_lists_for_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page after the first look like a certificate by itself: a list has all its labels."""

    def classify(page: PageReading) -> PaperKind:
        return PaperKind.APPROVAL if page.page_number == 1 else PaperKind.CERTIFICATE

    monkeypatch.setattr(documents, "classify_page", classify)
    monkeypatch.setattr(documents, "classify_document", lambda _: PaperKind.APPROVAL)


@pytest.mark.usefixtures("takes_lists_for_certificates")
@pytest.mark.parametrize("last", [2, 1])
def test_list_pages_stay_with_their_approval_and_certificates_behind_them_do_not(last: int) -> None:
    pages = [
        letter(),
        list_page(2, NAMES[:-last]),
        list_page(3, NAMES[-last:], first=len(NAMES) - last + 1, header=False),
        certificate(4),
    ]

    document = read_document(pages)

    (approval,) = document.approvals
    assert [entry.readings[Field.NAME].value for entry in approval.entries] == list(NAMES)
    assert [record.readings[Field.NAME].value for record in document.candidates] == ["郑爽"]
    assert document.candidates[0].page_number == 4


def test_a_certificate_alone_is_no_approval() -> None:
    document = read_document([certificate(1)])

    assert document.approvals == ()
    assert [record.readings[Field.NAME].value for record in document.candidates] == ["郑爽"]


def _codes(page: PageReading) -> tuple[list[str], list[str]]:
    document = read_document([page])
    return [p.code for p in document.problems], [o.code for o in document.others]


def test_a_picture_without_text_a_blank_page_and_a_preview_have_names_of_their_own() -> None:
    blank = PageReading("证书/1.jpg", 1, 1240, 1754, ())

    assert _codes(blank) == ([], ["blank"])
    assert _codes(replace(blank, pictured=0.5)) == ([], ["no_text"])
    assert _codes(replace(blank, pictured=0.5, width_px=100, height_px=100)) == (["too_few_pixels"], [])


def test_a_small_picture_that_was_read_is_no_preview() -> None:
    small = replace(certificate(1), width_px=340, height_px=480)

    assert _codes(small) == ([], [])


def test_half_a_certificate_is_said_to_be_cut_off_and_its_values_are_marked() -> None:
    whole = certificate(1)
    # The picture ends where the person's name does.
    end = max(line.box.right for line in whole.lines if "郑爽" in line.text)
    shown = [line for line in whole.lines if line.box.left < end]
    lines = [replace(line, polygon=tuple((min(1.0, x / end), y) for x, y in line.polygon)) for line in shown]
    half = replace(whole, lines=tuple(lines), width_px=round(whole.width_px * end))

    document = read_document([half])

    assert [problem.code for problem in document.problems] == ["page_cut_off"]
    assert document.others == ()
    (record,) = document.candidates
    assert record.readings[Field.NAME].cut_off
    assert not any(r.cut_off for r in read_document([whole]).candidates[0].readings.values())


def test_a_file_without_pages_holds_nothing() -> None:
    assert read_document([]) == documents.DocumentReading()


def commitment(number: int) -> PageReading:
    sheet = Sheet(number)
    sheet.centre("承 诺 书", 150, 44)
    sheet.write("我单位郑重承诺：所上报的职称信息真实、准确、完整。", 200, 300)
    sheet.write("承诺单位（盖章）：城固县水利局", 500, 500)
    sheet.write("日期：2021年4月12日", 500, 590)
    return sheet.done()


def signature_page(number: int) -> PageReading:
    sheet = Sheet(number)
    sheet.write("承诺单位（盖章）：城固县水利局", 500, 200)
    sheet.write("日期：2021年4月12日", 500, 290)
    return sheet.done()


def test_a_commitment_letter_is_read_and_stays_no_evidence() -> None:
    read = read_document([commitment(1)])

    (letter_read,) = read.letters
    assert letter_read.unit == "城固县水利局"
    assert [other.code for other in read.others] == ["commitment_letter"]
    assert read.candidates == ()
    assert read.approvals == ()


def test_letters_lie_beside_other_papers_with_all_their_pages() -> None:
    read = read_document([certificate(1), commitment(2), signature_page(3), commitment(4)])

    assert [(one.page_number, one.last_page_number) for one in read.letters] == [(2, 3), (4, 4)]
    assert len(read.candidates) == 1
