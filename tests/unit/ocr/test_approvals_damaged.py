"""Lists on paper that nobody designed for: no header, lost rules, dust, boxes over two columns."""

from dataclasses import replace

import pytest

from domain.fields import Field
from domain.records import ApprovalDocument, PageReading
from ocr.approvals import read_approval
from tests.lists import EM, Sheet, grid, head, padded, paragraph, signature, table

HEADER = ("序号", "姓名", "性别", "工作单位", "评审专业", "资格名称")
WIDTHS = (70, 130, 70, 330, 200, 200)
PEOPLE = (
    ("张伟", "男", "西安市第一中学", "土木工程", "高级工程师"),
    ("李四维", "女", "宝鸡市机械厂有限公司", "机械设计", "工程师"),
    ("原佳红", "女", "陕西省水利设计院", "水工建筑", "助理工程师"),
    ("欧阳修文", "男", "汉中市中心医院", "土木工程", "工程师"),
    ("王登科", "男", "西安市第一中学", "机械设计", "高级工程师"),
    ("张亚中", "女", "宝鸡市机械厂有限公司", "土木工程", "工程师"),
    ("李文学", "男", "陕西省水利设计院", "机械设计", "工程师"),
    ("赵丽", "女", "汉中市中心医院", "水工建筑", "助理工程师"),
)
NAMES = [person[0] for person in PEOPLE]


def rows() -> list[tuple[str, ...]]:
    return [(str(i + 1), padded(p[0]), *p[1:]) for i, p in enumerate(PEOPLE)]


def list_page(*, header: bool = True, ruled: bool = True) -> Sheet:
    sheet = Sheet(2)
    sheet.centre("评审通过人员名单", 180, 36)
    table(sheet, [HEADER, *rows()] if header else rows(), top=240, widths=WIDTHS, ruled=ruled)
    return sheet


def first_page() -> PageReading:
    sheet = Sheet(1)
    head(sheet, title=("关于确认专业技术职务任职", "资格的通知"))
    y = paragraph(sheet, "经评审委员会评审，同意以下8名同志具备相应任职资格。", 530)
    signature(sheet, y + 130)
    return sheet.done()


def names_of(document: ApprovalDocument) -> list[str]:
    return [entry.readings[Field.NAME].value for entry in document.entries]


def values(document: ApprovalDocument, name: Field) -> list[str]:
    return [entry.readings[name].value if name in entry.readings else "" for entry in document.entries]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_list_without_a_header_is_understood_by_what_its_columns_hold(ruled: bool) -> None:
    document = read_approval([first_page(), list_page(header=False, ruled=ruled).done()])

    assert names_of(document) == NAMES
    assert values(document, Field.TITLE) == [person[4] for person in PEOPLE]
    assert values(document, Field.EMPLOYER) == [person[2] for person in PEOPLE]
    assert values(document, Field.GENDER) == [person[1] for person in PEOPLE]


def test_names_that_end_like_places_or_begin_like_labels_are_names() -> None:
    assert names_of(read_approval([list_page().done()])) == NAMES


def test_running_text_names_nobody_by_its_own_words() -> None:
    assert names_of(read_approval([first_page()])) == []


def test_rules_missing_inside_a_column_do_not_run_its_cells_together() -> None:
    page = list_page().done()
    # The rules of the employer column between rows 2 and 6 were not found.
    left, right = (120 + 270) / 1240, (120 + 600) / 1240
    kept = tuple(
        rule
        for rule in page.rules
        if not (
            rule.is_horizontal
            and abs(rule.start[0] - left) < 0.01
            and abs(rule.end[0] - right) < 0.01
            and 340 / 1754 < rule.start[1] < 560 / 1754
        )
    )
    assert len(kept) < len(page.rules)

    document = read_approval([replace(page, rules=kept)])

    assert values(document, Field.EMPLOYER) == [person[2] for person in PEOPLE]


@pytest.mark.parametrize("speck", ["·", ".", "-", "一", ","])
def test_dust_beside_labels_and_values_changes_nothing(speck: str) -> None:
    sheet = list_page()
    for x, y in ((395, 266), (190, 318), (640, 370), (900, 422), (1010, 266)):
        sheet.write(speck, x, y, 12)

    document = read_approval([sheet.done()])

    assert names_of(document) == NAMES
    assert values(document, Field.SPECIALTY) == [person[3] for person in PEOPLE]


def test_a_mouth_read_as_an_empty_box_is_a_mouth() -> None:
    sheet = Sheet(2)
    listed = [list(row) for row in rows()]
    listed[0][4] = "□腔"
    table(sheet, [HEADER, *listed], top=240, widths=WIDTHS)

    assert values(read_approval([sheet.done()]), Field.SPECIALTY)[0] == "口腔"


@pytest.mark.parametrize("speck", ["·", "一", ","])
def test_dust_in_a_grid_of_names_costs_no_name(speck: str) -> None:
    sheet = Sheet(2)
    sheet.write("一、高级工程师（6人）", 170, 200)
    grid(sheet, NAMES[:6], top=260, per_line=3)
    sheet.write(speck, 190 + 4 * EM, 260, 12)

    assert sorted(names_of(read_approval([sheet.done()]))) == sorted(NAMES[:6])


def test_a_box_over_name_and_gender_is_cut_by_what_the_columns_hold() -> None:
    sheet = Sheet(2)
    listed = [list(row) for row in rows()]
    listed[1][1:3] = ["", ""]
    table(sheet, [HEADER, *listed], top=240, widths=WIDTHS)
    # Set tightly: the gap alone does not show where the name ends.
    sheet.write("李四维女", 120 + 70 + 60, 240 + 52 * 2.5)

    document = read_approval([sheet.done()])

    assert names_of(document) == NAMES
    assert values(document, Field.GENDER)[1] == "女"


def test_a_fragment_of_a_name_is_nobody_and_the_count_shows_the_gap() -> None:
    sheet = Sheet(2)
    listed = [list(row) for row in rows()]
    listed[2][1] = "原"
    table(sheet, [HEADER, *listed], top=240, widths=WIDTHS)

    document = read_approval([sheet.done()])

    assert names_of(document) == [name for name in NAMES if name != "原佳红"]
    assert [(check.stated, check.found) for check in document.counts] == [(8, 7)]


def test_a_speciality_stands_behind_the_title_of_a_heading() -> None:
    sheet = Sheet(1)
    sheet.centre("具备任职资格人员名单（共3人）", 120, 36)
    sheet.write("一、经济师　金融（2人）", 170, 200)
    grid(sheet, ["张伟", "李四维"], top=250)
    sheet.write("高级经济师　运输经济（1人）", 170, 320)
    grid(sheet, ["王登科"], top=370)

    document = read_approval([sheet.done()])

    assert names_of(document) == ["张伟", "李四维", "王登科"]
    assert values(document, Field.TITLE) == ["经济师", "经济师", "高级经济师"]
    assert values(document, Field.SPECIALTY) == ["金融", "金融", "运输经济"]
    assert all(check.stated == check.found for check in document.counts)


def test_the_first_of_many_is_left_to_the_file_that_holds_the_list() -> None:
    sheet = Sheet(1)
    head(sheet)
    y = paragraph(sheet, "经评审，同意张伟等22名同志具备相应任职资格。", 530)
    sheet.write("附件：任职资格人员名单", 222, y + 30)

    assert read_approval([sheet.done()]).entries == ()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((("二〇一六年一月五日", 780),), "2016-01-05"),
        ((("2016年1月5", 780),), "2016-01-05"),
        ((("公章", 700), ("2016年1月5日", 800)), "2016-01-05"),
        # Two readings of one line, of which one lost a stroke.
        ((("二〇一二年一月五日", 780), ("二〇一六年一月五日", 790)), "2016-01-05"),
        # Older than what it grants: misread, and no value.
        ((("二〇一二年一月五日", 780),), ""),
        ((("一六年一月五日", 780),), ""),
    ],
)
def test_a_signature_date_under_a_seal_is_true_or_has_no_value(
    parts: tuple[tuple[str, float], ...], expected: str
) -> None:
    sheet = Sheet(1)
    head(sheet)
    y = paragraph(sheet, "经评审，同意张伟同志具备工程师任职资格，任职资格时间从2015年12月28日起算。", 530)
    sheet.write("陕西省人力资源和社会保障厅", 700, y + 130)
    for text, left in parts:
        sheet.write(text, left, y + 180)

    assert read_approval([sheet.done()]).readings[Field.ISSUED_ON].value == expected
