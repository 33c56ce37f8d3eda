"""Approval documents of every form that DOMAIN 7 names, read from hand-made pages."""

import random

import pytest

from domain.document_numbers import DocumentNumber
from domain.fields import Field
from domain.records import ApprovalDocument, ApprovalEntry, PaperKind
from ocr.approvals import read_approval
from tests.lists import EM, Sheet, grid, head, padded, paragraph, signature, table

_NAMES_TEXT = (
    "张伟 李四维 王五 欧阳修文 陈建国 刘洋 赵丽华 孙悦 周杰 吴倩文 郑爽 "
    "冯晓刚 褚卫平 卫青 蒋介明 沈从 韩雪梅 杨洋 朱自清 秦岭 尤丽 许文强 "
    "何平 吕布凡 施耐 张三丰 孔明 曹植文 严宽 华佗 "
)
NAMES = _NAMES_TEXT.split()
UNITS = ("西安市第一中学", "宝鸡市机械厂有限公司", "陕西省水利设计院", "汉中市中心医院")
WIDTHS = (70, 130, 70, 330, 200, 200)
HEADER = ("序号", "姓名", "性别", "工作单位", "评审专业", "资格名称")


def names_of(document: ApprovalDocument) -> list[str]:
    return [entry.readings[Field.NAME].value for entry in document.entries]


def value(entry: ApprovalEntry, name: Field) -> str | None:
    reading = entry.readings.get(name)
    return reading.value if reading else None


def person_row(i: int) -> tuple[str, ...]:
    name = NAMES[i]
    return (
        str(i + 1),
        padded(name),
        "男女"[i % 2],
        UNITS[i % 4],
        ("土木工程", "机械设计")[i % 2],
        ("高级工程师", "工程师")[i % 2],
    )


def first_page(count: int = 20) -> Sheet:
    sheet = Sheet(1)
    head(sheet, title=(f"关于批准{NAMES[0]}等{count}名同志具备", "专业技术职务任职资格的通知"))
    sheet.write("各市人力资源和社会保障局，省级各有关部门：", 170, 480)
    y = paragraph(
        sheet,
        "经陕西省工程系列高级专业技术职务任职资格评审委员会评审，公示无异议，现批准"
        f"{NAMES[0]}等{count}名同志具备相应专业技术职务任职资格，任职资格时间从2015年12月28日起算。",
        530,
    )
    sheet.write("附件：专业技术职务任职资格人员名单", 222, y + 30)
    signature(sheet, y + 130)
    sheet.write("— 1 —", 580, 1680)
    return sheet


def full_document(
    *, ruled: bool = True, seed: int | None = None, header_again: bool = True
) -> ApprovalDocument:
    second, third = Sheet(2), Sheet(3)
    second.centre("附件", 120)
    second.centre("专业技术职务任职资格人员名单", 180, 36)
    rows = [person_row(i) for i in range(20)]
    table(second, [HEADER, *rows[:12]], top=240, widths=WIDTHS, ruled=ruled, seed=seed)
    later = [HEADER, *rows[12:]] if header_again else rows[12:]
    table(third, later, top=120, widths=WIDTHS, ruled=ruled, seed=seed)
    third.write("— 3 —", 580, 1680)
    pages = [first_page().done(seed=seed), second.done(seed=seed), third.done(seed=seed)]
    return read_approval(pages)


def test_reads_what_the_document_says_of_itself() -> None:
    document = full_document()

    assert document.kind is PaperKind.APPROVAL
    assert document.number == DocumentNumber("陕人社函", 2016, 10)
    assert document.number_reading is not None
    assert document.number_reading.value == "陕人社函〔2016〕10号"
    assert document.title == "关于批准张伟等20名同志具备专业技术职务任职资格的通知"
    assert document.readings[Field.GRANTED_ON].value == "2015-12-28"
    assert document.readings[Field.ISSUED_ON].value == "2016-01-05"
    assert document.readings[Field.ISSUER].value == "陕西省人力资源和社会保障厅"
    assert document.readings[Field.COMMITTEE].value == "陕西省工程系列高级专业技术职务任职资格评审委员会"


@pytest.mark.parametrize("header_again", [True, False])
@pytest.mark.parametrize("ruled", [True, False])
def test_reads_a_table_over_two_pages(ruled: bool, header_again: bool) -> None:
    document = full_document(ruled=ruled, header_again=header_again)

    assert names_of(document) == NAMES[:20]
    for i, entry in enumerate(document.entries):
        _, _, gender, employer, specialty, title = person_row(i)
        assert value(entry, Field.GENDER) == gender
        assert value(entry, Field.EMPLOYER) == employer
        assert value(entry, Field.SPECIALTY) == specialty
        assert value(entry, Field.TITLE) == title
        assert value(entry, Field.GRANTED_ON) == "2015-12-28"
    assert [entry.page_number for entry in document.entries] == [2] * 12 + [3] * 8


@pytest.mark.parametrize("seed", range(12))
def test_reads_the_table_through_merged_split_and_shaken_boxes(seed: int) -> None:
    document = full_document(ruled=seed % 2 == 0, seed=seed, header_again=seed % 3 == 0)

    assert names_of(document) == NAMES[:20]
    wrong = [
        (value(entry, name), expected)
        for i, entry in enumerate(document.entries)
        for name, expected in zip(
            (Field.GENDER, Field.EMPLOYER, Field.SPECIALTY, Field.TITLE), person_row(i)[2:], strict=True
        )
        if value(entry, name) != expected
    ]
    assert wrong == []


def test_every_name_has_a_place_and_lattice_of_its_own() -> None:
    document = full_document(seed=3)

    for entry in document.entries:
        reading = entry.readings[Field.NAME]
        assert reading.lattice.best_text() == reading.value
        assert reading.lattice.log_likelihood_ratio(reading.value) == pytest.approx(0.0)
        xs = [x for x, _ in reading.place.polygon]
        # 120 + 70 px is where the name column begins, 130 px its width.
        assert min(xs) >= 185 / 1240
        assert max(xs) <= 325 / 1240


def test_counts_are_checked_against_title_and_serial_numbers() -> None:
    document = full_document()

    assert {(check.stated, check.found) for check in document.counts} == {(20, 20)}


def test_a_lost_name_shows_in_the_counts() -> None:
    sheet = Sheet(1)
    head(sheet, title=("关于批准张伟等6名同志具备", "高级工程师任职资格的通知"))
    rows = [list(person_row(i)) for i in range(6)]
    rows[3][1] = ""
    table(sheet, [HEADER, *rows], top=500, widths=WIDTHS, ruled=False)

    document = read_approval([sheet.done()])

    assert len(document.entries) == 5
    assert {(check.stated, check.found) for check in document.counts} == {(6, 5)}
    assert value(document.entries[2], Field.EMPLOYER) == UNITS[2]
    assert value(document.entries[3], Field.EMPLOYER) == UNITS[0]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_merged_unit_cell_holds_for_all_its_rows(ruled: bool) -> None:
    sheet = Sheet(1)
    head(sheet)
    rows = [(str(i + 1), padded(NAMES[i]), UNITS[0] if i < 5 else UNITS[1], "高级工程师") for i in range(8)]
    merged = [(2, 1, 5), (2, 6, 8)]
    table(
        sheet,
        [("序号", "姓名", "工作单位", "资格名称"), *rows],
        top=520,
        widths=(80, 160, 400, 240),
        ruled=ruled,
        merged=merged,
    )

    document = read_approval([sheet.done()])

    assert [value(e, Field.EMPLOYER) for e in document.entries] == [UNITS[0]] * 5 + [UNITS[1]] * 3


def test_a_unit_cell_goes_on_over_the_page_break() -> None:
    header = ("序号", "姓名", "工作单位", "资格名称")
    first, second = Sheet(1), Sheet(2)
    head(first)
    rows = [(str(i + 1), NAMES[i], UNITS[0], "高级工程师") for i in range(4)]
    table(first, [header, *rows], top=520, widths=(80, 160, 400, 240), merged=[(2, 1, 4)])
    later = [
        ("5", NAMES[4], "", "高级工程师"),
        ("6", NAMES[5], "", "高级工程师"),
        ("7", NAMES[6], UNITS[1], "高级工程师"),
    ]
    table(second, later, top=120, widths=(80, 160, 400, 240), merged=[(2, 0, 1)])

    document = read_approval([first.done(), second.done()])

    assert names_of(document) == NAMES[:7]
    assert [value(e, Field.EMPLOYER) for e in document.entries] == [UNITS[0]] * 6 + [UNITS[1]]


def test_a_row_that_the_page_break_divides_is_put_together() -> None:
    header = ("序号", "姓名", "工作单位", "资格名称")
    widths = (80, 160, 400, 240)
    first, second = Sheet(1), Sheet(2)
    head(first)
    rows = [("1", NAMES[0], UNITS[0], "高级工程师"), ("2", NAMES[1], "陕西省西安市雁塔区", "高级工程师")]
    table(first, [header, *rows], top=520, widths=widths)
    table(
        second,
        [("", "", "大雁塔小学", ""), ("3", NAMES[2], UNITS[1], "高级工程师")],
        top=120,
        widths=widths,
    )

    document = read_approval([first.done(), second.done()])

    assert names_of(document) == NAMES[:3]
    assert value(document.entries[1], Field.EMPLOYER) == "陕西省西安市雁塔区大雁塔小学"
    assert value(document.entries[2], Field.EMPLOYER) == UNITS[1]


@pytest.mark.parametrize("ruled", [True, False])
def test_wrapped_cells_are_joined(ruled: bool) -> None:
    sheet = Sheet(1)
    head(sheet)
    rows = [
        ("1", "张　伟", "陕西省西安市雁塔区\n大雁塔第一小学", "高级工程师"),
        ("2", "买买提·\n吐尔逊", "宝鸡市机械厂", "高级工程师"),
        ("3", "王五", "汉中市南郑区高台镇\n中心小学", "高级工程师"),
    ]
    table(
        sheet,
        [("序号", "姓名", "工作\n单位", "资格名称"), *rows],
        top=520,
        widths=(80, 160, 400, 240),
        pitch=90,
        ruled=ruled,
    )

    document = read_approval([sheet.done()])

    assert names_of(document) == ["张伟", "买买提·吐尔逊", "王五"]
    assert [value(e, Field.EMPLOYER) for e in document.entries] == [
        "陕西省西安市雁塔区大雁塔第一小学",
        "宝鸡市机械厂",
        "汉中市南郑区高台镇中心小学",
    ]


@pytest.mark.parametrize("ruled", [True, False])
def test_two_blocks_side_by_side(ruled: bool) -> None:
    sheet = Sheet(1)
    head(sheet)
    rows = [
        (str(i + 1), padded(NAMES[i]), "工程师", str(i + 7), padded(NAMES[i + 6]), "高级工程师")
        for i in range(6)
    ]
    header = ("序号", "姓名", "资格名称") * 2
    table(sheet, [header, *rows], top=520, widths=(70, 150, 220) * 2, ruled=ruled)

    document = read_approval([sheet.done()])

    assert sorted(names_of(document)) == sorted(NAMES[:12])
    titles = {e.readings[Field.NAME].value: value(e, Field.TITLE) for e in document.entries}
    assert titles[NAMES[0]] == "工程师"
    assert titles[NAMES[7]] == "高级工程师"


def test_section_rows_inside_a_table_give_the_title() -> None:
    sheet = Sheet(1)
    head(sheet, title=("关于公布2015年度工程系列", "专业技术职务任职资格人员名单的通知"))
    header = ("序号", "姓名", "工作单位")
    widths = (100, 200, 600)
    bottom = table(sheet, [header], top=500, widths=widths)
    for title, names in (("高级工程师（3人）", NAMES[:3]), ("工程师（2人）", NAMES[3:5])):
        sheet.centre(title, bottom + 26)
        sheet.rule(120, bottom, 1020, bottom)
        rows = [(str(i + 1), padded(n), UNITS[i]) for i, n in enumerate(names)]
        bottom = table(sheet, rows, top=bottom + 52, widths=widths)

    document = read_approval([sheet.done()])

    assert names_of(document) == NAMES[:5]
    assert [value(e, Field.TITLE) for e in document.entries] == ["高级工程师"] * 3 + ["工程师"] * 2
    assert (3, 3) in {(c.stated, c.found) for c in document.counts}


def grid_document(seed: int | None = None, *, per_line: int = 6, lean: float = 0.0) -> ApprovalDocument:
    sheet = Sheet(2, lean=lean)
    sheet.centre("附件", 110)
    sheet.centre("2015年度工程系列任职资格人员名单", 170, 36)
    sheet.write("一、高级工程师（17人）", 190, 250)
    sheet.write("西安市（12人）", 190, 300)
    y = grid(sheet, NAMES[:12], top=350, per_line=per_line)
    sheet.write("宝鸡市（5人）", 190, y)
    y = grid(sheet, NAMES[12:17], top=y + 50, per_line=per_line)
    sheet.write("二、工程师（7人）", 190, y)
    grid(sheet, NAMES[17:24], top=y + 50, per_line=per_line)
    sheet.write("抄送：省委组织部，各市职改办。", 190, 1500)
    return read_approval([first_page(24).done(seed=seed), sheet.done(seed=seed)])


@pytest.mark.parametrize("per_line", [4, 6])
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_reads_a_grid_of_padded_names_under_headings(seed: int | None, per_line: int) -> None:
    document = grid_document(seed, per_line=per_line)

    assert names_of(document) == NAMES[:24]
    assert [value(e, Field.TITLE) for e in document.entries] == ["高级工程师"] * 17 + ["工程师"] * 7
    assert all(check.stated == check.found for check in document.counts)
    assert {check.stated for check in document.counts} == {24, 17, 12, 5, 7}


def test_a_leaning_page_is_read_all_the_same() -> None:
    assert names_of(grid_document(lean=0.02)) == NAMES[:24]


def test_a_line_of_names_in_one_box() -> None:
    sheet = Sheet(1)
    head(sheet)
    sheet.write("土木工程专业（8人）", 190, 520)
    sheet.write("张　伟　李四维　王　五　陈建国", 190, 570)
    sheet.write("刘　洋　赵丽华　孙　悦　周　杰", 190, 616)

    document = read_approval([sheet.done()])

    assert names_of(document) == ["张伟", "李四维", "王五", "陈建国", "刘洋", "赵丽华", "孙悦", "周杰"]
    assert {value(e, Field.SPECIALTY) for e in document.entries} == {"土木工程"}


def test_a_remark_behind_a_name_is_no_part_of_it() -> None:
    sheet = Sheet(1)
    head(sheet)
    sheet.write("西安市（4人）", 190, 520)
    sheet.write("张　伟（女）　李四维　阿依古丽·买买提　王　五", 190, 570)

    document = read_approval([sheet.done()])

    assert names_of(document) == ["张伟", "李四维", "阿依古丽·买买提", "王五"]
    assert value(document.entries[0], Field.GENDER) == "女"


def running_document(
    text: str, title: tuple[str, ...] = ("关于张三等同志任职资格的批复",)
) -> ApprovalDocument:
    sheet = Sheet(1)
    head(sheet, title=title)
    sheet.write("西安市人力资源和社会保障局：", 170, 480)
    y = paragraph(sheet, text, 530)
    signature(sheet, y + 100)
    sheet.write("联系人：李明 电话：029-87654321", 170, y + 250)
    sheet.write("抄送：王建国、张卫东、刘志强同志。", 170, y + 300)
    return read_approval([sheet.done()])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("经研究，同意张三、李四维、王五等3人具备高级工程师任职资格。", ["张三", "李四维", "王五"]),
        ("同意张三、李四维、欧阳修文、王五具备高级工程师任职资格。", ["张三", "李四维", "欧阳修文", "王五"]),
        (
            "经评审委员会评审，同意张三（西安市第一中学）、李四维（宝鸡市机械厂）2位同志具备工程师任职资格。",
            ["张三", "李四维"],
        ),
        (
            "同意买买提·吐尔逊、张三丰和李四维3名同志取得农艺师任职资格。",
            ["买买提·吐尔逊", "张三丰", "李四维"],
        ),
        ("同意王小明同志具备高级工程师任职资格。", ["王小明"]),
        (
            "西安市、宝鸡市、咸阳市、高陵县等4个单位报来的材料收悉。同意王小明同志具备工程师任职资格。",
            ["王小明"],
        ),
    ],
)
def test_reads_names_in_running_text(text: str, expected: list[str]) -> None:
    title = ("关于王小明同志任职资格的批复",) if expected == ["王小明"] else ("关于张三等同志任职资格的批复",)
    if expected[0].startswith("买买提"):
        title = ("关于专业技术职务任职资格的批复",)

    document = running_document(text, title)

    assert names_of(document) == expected


def test_each_sentence_grants_its_own_title() -> None:
    document = running_document("同意张三、李四维具备高级工程师任职资格，王五、赵丽华具备工程师任职资格。")

    assert [value(e, Field.TITLE) for e in document.entries] == ["高级工程师"] * 2 + ["工程师"] * 2


def test_an_employer_in_brackets_belongs_to_its_name() -> None:
    document = running_document(
        "同意张三（西安市第一中学）、李四维（宝鸡市机械厂）2位同志具备工程师任职资格。"
    )

    assert [value(e, Field.EMPLOYER) for e in document.entries] == ["西安市第一中学", "宝鸡市机械厂"]


def test_a_title_that_names_the_only_person() -> None:
    sheet = Sheet(1)
    head(sheet, title=("关于王小明同志具备高级教师任职资格的批复",))
    sheet.write("你单位报来的材料收悉。经研究，同意该同志任职资格。", 170, 500)

    document = read_approval([sheet.done()])

    assert names_of(document) == ["王小明"]
    assert value(document.entries[0], Field.TITLE) == "高级教师"


def test_reads_people_given_one_a_line() -> None:
    sheet = Sheet(1)
    head(sheet, title=("关于公布中小学教师任职资格的通知",))
    for i in range(4):
        sheet.write(f"{i + 1}. {padded(NAMES[i])}　　{UNITS[0]}　　高级教师", 190, 520 + 50 * i)

    document = read_approval([sheet.done()])

    assert names_of(document) == NAMES[:4]
    assert {value(e, Field.EMPLOYER) for e in document.entries} == {UNITS[0]}
    assert {value(e, Field.TITLE) for e in document.entries} == {"高级教师"}


def test_an_exported_list_with_many_columns() -> None:
    header = (
        "姓名",
        "身份证号",
        "工作单位",
        "申报职称",
        "级别",
        "现从事专业",
        "申报方式",
        "最高学历",
        "证书编号",
    )
    widths = (90, 260, 250, 130, 70, 130, 90, 80, 140)
    rows = [
        (
            NAMES[i],
            f"61010319800101{i}0{i}X",
            "陕西省水利设计院",
            "高级工程师",
            "高级",
            "水利工程",
            "正常申报",
            "本科",
            f"A0{i}",
        )
        for i in range(5)
    ]
    sheet = Sheet(1)
    head(sheet)
    table(sheet, [header, *rows], top=520, widths=[w * 0.98 for w in widths], left=10)

    document = read_approval([sheet.done()])

    assert names_of(document) == NAMES[:5]
    for i, entry in enumerate(document.entries):
        assert value(entry, Field.ID_NUMBER) == f"61010319800101{i}0{i}X"
        assert value(entry, Field.TITLE) == "高级工程师"
        assert value(entry, Field.LEVEL) == "高级"
        assert value(entry, Field.SPECIALTY) == "水利工程"
        assert value(entry, Field.CERTIFICATE_NUMBER) == f"A0{i}"


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("2015年度高级职称评审通过人员名单公示", "现予以公示。", PaperKind.PUBLIC_NOTICE),
        (
            "关于2015年度高级工程师评审结果的通知",
            "现将评审通过人员予以公示，公示期为5个工作日，如有异议请反映，监督电话029-1。",
            PaperKind.PUBLIC_NOTICE,
        ),
        ("关于批准张伟等同志任职资格的通知", "经评审并公示无异议，现予批准。", PaperKind.APPROVAL),
        (
            "关于批准张伟等同志任职资格的通知",
            "评审结果已在网站公示，公示期满未收到异议，现予批准。",
            PaperKind.APPROVAL,
        ),
    ],
)
def test_a_public_notice_is_no_approval(title: str, body: str, kind: PaperKind) -> None:
    sheet = Sheet(1)
    head(sheet, title=(title,))
    paragraph(sheet, body, 500)

    assert read_approval([sheet.done()]).kind is kind


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("陕人社函〔2016〕10号", DocumentNumber("陕人社函", 2016, 10)),
        ("西安理工人事〔2022】14号", DocumentNumber("西安理工人事", 2022, 14)),
        ("陕职改办字[2012] 第007号", DocumentNumber("陕职改办字", 2012, 7)),
        ("宝人社发（2014）3 号", DocumentNumber("宝人社发", 2014, 3)),
        ("宁职称办2017年5号文", DocumentNumber("宁职称办", 2017, 5)),
        ("陕人社函12016〕10号", DocumentNumber("陕人社函", 2016, 10)),
    ],
)
def test_reads_the_number_however_it_is_written(printed: str, expected: DocumentNumber) -> None:
    sheet = Sheet(1)
    head(sheet, number=printed)
    paragraph(sheet, "根据陕人社发〔2009〕99号文件精神，现通知如下。", 500)

    assert read_approval([sheet.done()]).number == expected


def test_a_number_beside_the_signer_of_the_document() -> None:
    sheet = Sheet(1)
    head(sheet, number="")
    sheet.write("陕人社发〔2016〕25号", 200, 250)
    sheet.write("签发人：张三", 850, 250)

    document = read_approval([sheet.done()])

    assert document.number == DocumentNumber("陕人社发", 2016, 25)


def test_a_number_that_is_only_referred_to_is_not_the_documents_own() -> None:
    sheet = Sheet(1)
    head(sheet, number="")
    paragraph(
        sheet, "根据《关于职称评审工作的若干意见》（陕人社发〔2009〕99号）精神，经研究，现批准名单如下。", 500
    )

    assert read_approval([sheet.done()]).number is None


def test_a_damaged_date_gives_no_value() -> None:
    sheet = Sheet(1)
    head(sheet)
    signature(sheet, 900, date="二〇五年一月五日")

    reading = read_approval([sheet.done()]).readings[Field.ISSUED_ON]

    assert reading.value == ""
    assert reading.raw == "二〇五年一月五日"


def test_the_date_of_the_document_is_not_taken_for_the_date_of_the_titles() -> None:
    sheet = Sheet(1)
    head(sheet)
    signature(sheet, 900)

    assert Field.GRANTED_ON not in read_approval([sheet.done()]).readings


def test_totals_and_signatures_under_a_table_are_nobody() -> None:
    sheet = Sheet(1)
    head(sheet)
    rows = [person_row(i) for i in range(3)]
    bottom = table(sheet, [HEADER, *rows, ("", "合计", "", "3人", "", "")], top=520, widths=WIDTHS)
    sheet.write("填表人：张小红　　审核人：李大明", 190, bottom + 60)
    signature(sheet, bottom + 160)

    assert names_of(read_approval([sheet.done()])) == NAMES[:3]


def test_what_a_seal_leaves_in_the_name_column_is_nobody() -> None:
    sheet = Sheet(1)
    head(sheet)
    rows = [person_row(i) for i in range(3)]
    bottom = table(sheet, [HEADER, *rows], top=520, widths=WIDTHS, ruled=False)
    sheet.write("社会", 120 + WIDTHS[0] + 10, bottom + 30)
    sheet.write("专用章", 120 + WIDTHS[0] + 10, bottom + 70)

    assert names_of(read_approval([sheet.done()])) == NAMES[:3]


def test_namesakes_in_a_list_stay_two_people() -> None:
    sheet = Sheet(1)
    head(sheet)
    rows = [("1", "张伟", UNITS[0]), ("2", "李四维", UNITS[1]), ("3", "张伟", UNITS[2])]
    table(sheet, [("序号", "姓名", "工作单位"), *rows], top=520, widths=(100, 200, 600))

    assert names_of(read_approval([sheet.done()])) == ["张伟", "李四维", "张伟"]


@pytest.mark.parametrize(
    "header", [("序号", "姓各", "工作单位"), ("序号", "姓 名", "工怍单位"), ("序号姓名工作单位",)]
)
def test_headers_with_a_wrong_character_or_in_one_box(header: tuple[str, ...]) -> None:
    sheet = Sheet(1)
    head(sheet)
    rows = [(str(i + 1), padded(NAMES[i]), UNITS[i % 4]) for i in range(5)]
    widths = (100, 200, 600)
    if len(header) == 1:
        sheet.write("序号　　姓名　　　　　　　　　　　工作单位", 144, 546)
        table(sheet, rows, top=572, widths=widths, ruled=False)
    else:
        table(sheet, [header, *rows], top=520, widths=widths, ruled=False)

    document = read_approval([sheet.done()])

    assert names_of(document) == NAMES[:5]
    assert [value(e, Field.EMPLOYER) for e in document.entries] == [UNITS[i % 4] for i in range(5)]


def test_rows_without_any_list_give_nobody() -> None:
    sheet = Sheet(1)
    head(sheet, title=("关于召开会议的通知",))
    paragraph(sheet, "定于本周召开会议，请各单位按时参加，不得缺席。特此通知。", 500)
    signature(sheet, 700)

    document = read_approval([sheet.done()])

    assert document.entries == ()


def test_random_scraps_never_raise() -> None:
    chance = random.Random(7)
    words = [
        "张三",
        "、",
        "（12人）",
        "一、",
        "姓名",
        "序号",
        "2016年",
        "关于",
        "的通知",
        "·",
        "高级工程师",
        "—",
        "A1",
        "陕〔2016〕1号",
    ]
    for _ in range(60):
        sheet = Sheet(1)
        for _ in range(chance.randint(0, 25)):
            text = "".join(chance.choices(words, k=chance.randint(1, 4)))
            sheet.write(text, chance.uniform(0, 1100), chance.uniform(0, 1700), chance.uniform(8, 2 * EM))
        read_approval([sheet.done(seed=1)])


def test_no_pages_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        read_approval([])


def test_titles_that_only_the_series_names_are_not_guessed() -> None:
    sheet = Sheet(1)
    head(sheet, title=(f"关于确认{NAMES[0]}等3名同志", "中小学教师职务任职资格的通知"))
    y = paragraph(
        sheet,
        f"经市中小学教师职务评审委员会评审通过，确认{NAMES[0]}等3名同志具备相应教师职务任职资格，"
        "任职资格时间从2014年9月18日起算。",
        530,
    )
    signature(sheet, y + 130)

    document = read_approval([sheet.done()])

    assert Field.TITLE not in document.readings
    assert document.readings[Field.GRANTED_ON].value == "2014-09-18"
