"""Lists whose heading stands in the line of the names, and committees that a text names or only means."""

import pytest

from domain.fields import Field
from domain.records import ApprovalDocument
from ocr.approvals import read_approval
from ocr.approvals.labelled import begins_with_label
from ocr.approvals.prose import find_running_lists, heading_before
from tests.lists import Sheet, head, paragraph, signature


def read_lines(*lines: str) -> ApprovalDocument:
    """Read a document whose list is these lines."""
    sheet = Sheet(1)
    head(sheet, title=("关于公布任职资格的通知",))
    for i, line in enumerate(lines):
        sheet.write(line, 190, 500 + 46 * i)
    signature(sheet, 600 + 46 * len(lines))
    return read_approval([sheet.done(seed=5)])


def read_text(text: str) -> ApprovalDocument:
    """Read a document whose body is one paragraph."""
    sheet = Sheet(1)
    head(sheet, title=("关于公布任职资格的通知",))
    signature(sheet, paragraph(sheet, text, 500) + 100)
    return read_approval([sheet.done(seed=5)])


def people_of(document: ApprovalDocument, *fields: Field) -> list[tuple[str, ...]]:
    return [
        tuple(e.readings[f].value if f in e.readings else "" for f in (Field.NAME, *fields))
        for e in document.entries
    ]


def test_names_set_apart_by_blanks_belong_to_the_employer_before_the_colon() -> None:
    document = read_lines(
        "西安市第一中学：张　伟　李四维　王　五", "宝鸡市第二中学：欧阳修文　陈建国", "市水利局：刘洋　赵丽华"
    )

    assert people_of(document, Field.EMPLOYER) == [
        ("张伟", "西安市第一中学"),
        ("李四维", "西安市第一中学"),
        ("王五", "西安市第一中学"),
        ("欧阳修文", "宝鸡市第二中学"),
        ("陈建国", "宝鸡市第二中学"),
        ("刘洋", ""),
        ("赵丽华", ""),
    ]


def test_names_go_on_below_the_line_that_begins_with_their_title() -> None:
    document = read_lines(
        "高级工程师（8人）：张　伟　李四维　王　五　陈建国　刘　洋",
        "赵丽华　孙　悦　周　杰",
        "工程师（1人）：褚卫平",
    )

    assert [title for _, title in people_of(document, Field.TITLE)] == ["高级工程师"] * 8 + ["工程师"]
    assert [(check.stated, check.found) for check in document.counts] == [(8, 8), (1, 1)]


def test_an_employer_before_its_names_without_a_colon() -> None:
    document = read_lines("西安市第一中学　张　伟　李四维　王　五", "宝鸡市第二中学　欧阳修文　陈建国")

    assert [name for (name,) in people_of(document)] == ["张伟", "李四维", "王五", "欧阳修文", "陈建国"]


def test_nothing_but_their_brackets_parts_the_names() -> None:
    document = read_lines(
        "副教授",
        "辽海医药职业学院：张远朋（应用数学）黄斌（马克思主义理",
        "论）张曦晶（马克思主义理论）",
        "辽东师范学院：侯伟琰（汉语言文学）沈保海（机械电子工程）",
        "讲师",
        "辽海职业技术学院：韦子斌（应用数学）",
    )

    assert people_of(document, Field.EMPLOYER, Field.TITLE) == [
        ("张远朋", "辽海医药职业学院", "副教授"),
        ("黄斌", "辽海医药职业学院", "副教授"),
        ("张曦晶", "辽海医药职业学院", "副教授"),
        ("侯伟琰", "辽东师范学院", "副教授"),
        ("沈保海", "辽东师范学院", "副教授"),
        ("韦子斌", "辽海职业技术学院", "讲师"),
    ]


def test_one_person_behind_a_heading_is_a_list_and_ends_the_heading_before() -> None:
    document = read_lines("高级农艺师（1人）：张伟", "助理农艺师：李四维。", "农艺师（2人）：王五、陈建国。")

    assert people_of(document, Field.TITLE) == [
        ("张伟", "高级农艺师"),
        ("李四维", "助理农艺师"),
        ("王五", "农艺师"),
        ("陈建国", "农艺师"),
    ]
    assert all(check.stated == check.found for check in document.counts)


@pytest.mark.parametrize(
    "line",
    [
        "主任委员：张伟　李四维",
        "评审委员会：张伟　李四维　王五",
        "联系人：张伟　李四维",
        "审核人：张伟",
        "经办人：李四维　　负责人：王五",
        "抄送：张伟　李四维",
        "校对：张伟",
    ],
)
def test_people_behind_other_headings_are_granted_nothing(line: str) -> None:
    assert read_lines("高级教师：陈建国　刘洋", line).entries[2:] == ()


@pytest.mark.parametrize(
    "text",
    [
        "经省高等学校教师等职务评审委员会2011年9月28日评审通过，批准19名同志具备教授、讲师资格。",
        "由市高等职业学校等单位推荐。",
        "经市中等专业学校评审组评审。",
    ],
)
def test_the_wording_of_a_procedure_names_nobody(text: str) -> None:
    assert find_running_lists(text) == ()


def test_each_list_has_the_heading_right_before_it() -> None:
    text = "省农科院：张伟（语文）李四维（数学）市第一中学：王五（英语）。"
    lists = find_running_lists(text)

    headings = [
        heading_before(text, found.start, limit)
        for found, limit in zip(lists, [0, *(f.end for f in lists)], strict=False)
    ]

    assert [[text[n.start : n.end] for n in found.names] for found in lists] == [["张伟", "李四维"], ["王五"]]
    assert [heading and heading[0] for heading in headings] == [0, text.index("市第一中学")]


@pytest.mark.parametrize(
    "text",
    [
        "经有关",
        "经相应系列",
        "经各级",
        "经省高级",
        "由市中级",
        "经本级职称",
        "经你单位",
        "经省教师、卫生等系列",
    ],
)
def test_a_kind_of_committee_is_no_committee(text: str) -> None:
    document = read_text(f"{text}评审委员会评审，同意李四维、王五2名同志具备相应资格。")

    assert Field.COMMITTEE not in document.readings
    assert len(document.entries) == 2


def test_of_several_committees_none_stands_for_everybody() -> None:
    document = read_text("经省工程系列评委会和省农业系列评委会评审，同意李四维、王五2名同志具备相应资格。")

    assert Field.COMMITTEE not in document.readings


@pytest.mark.parametrize(
    "name", ["甘肃省高等学校教师职务评审委员会", "陕西省工程系列高级职称评审委员会", "省农业技术评审委员会"]
)
def test_a_committee_with_a_name_is_read(name: str) -> None:
    document = read_text(f"经{name}评审，同意李四维、王五2名同志具备相应资格。")

    assert document.readings[Field.COMMITTEE].value == name


def test_those_to_whom_a_document_goes_employ_nobody() -> None:
    document = read_lines("省教育厅，各有关高等学校：", "教授：张伟　李四维")

    assert people_of(document, Field.EMPLOYER) == [("张伟", ""), ("李四维", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("辽东师范学院：张三", True),
        ("教师（3人）：张三", True),
        ("二、辽东师范学院：张三", True),
        ("（二）辽东师范学院：张三", True),
        ("张三、李四：", False),
        ("二、辽东师范学院：", False),
    ],
)
def test_lines_that_begin_with_a_heading(text: str, expected: bool) -> None:
    assert begins_with_label(text) is expected


def test_a_list_that_its_count_closes_may_fill_its_line() -> None:
    names = [
        f"{surname}小{given}" for surname, given in zip("郑孙林何高罗梁宋", "满佳宁禾舟帆岚棠", strict=True)
    ]
    full = f"成本会计专业：{'、'.join(names)}（8人）"

    document = read_lines(
        "一、高级会计师（10人）", full, "财务管理专业:冯一禾（1人）", "审计专业：邓林（1人）"
    )

    found = people_of(document, Field.SPECIALTY)
    assert found == [
        *((name, "成本会计") for name in names),
        ("冯一禾", "财务管理"),
        ("邓林", "审计"),
    ]
    assert all(check.stated == check.found for check in document.counts)


def test_a_numbered_unit_with_one_whole_name_in_its_full_line_is_no_person_of_its_own() -> None:
    document = read_lines(
        "一、甘肃省交通规划勘察设计院：唐宝敏、石杰明等2人；",
        "二、甘肃省建设投资集团第一建筑工程有限责任公司兰州分公司：吴宇军、黄",
        "杰隆等2人；",
    )

    names = [name for (name,) in people_of(document)]
    assert names == ["唐宝敏", "石杰明", "吴宇军", "黄杰隆"]


def test_what_follows_a_list_in_brackets_is_not_about_its_first_name() -> None:
    text = (
        "同意郑小满等21名同志具备相应专业技术职务任职资格（名单附后），任职资格时间从2014年11月20日起计算。"
    )

    (found,) = find_running_lists(text)

    assert [text[name.start : name.end] for name in found.names] == ["郑小满"]
    assert found.stated == 21


@pytest.mark.parametrize("end", ["韩福同志。", "韩福等4名同志。", "韩福。"])
def test_the_last_of_a_list_is_no_comrade_by_name(end: str) -> None:
    text = f"道路运输专业（4人）：余树亮、高聪军、陈晓素、{end}"

    (found,) = find_running_lists(text)

    assert [text[name.start : name.end] for name in found.names][-1] == "韩福"


def test_a_closing_wish_names_nobody() -> None:
    assert find_running_lists("望以上同志珍惜荣誉，再接再厉，作出新的贡献。") == ()


def test_a_count_in_brackets_ends_a_list() -> None:
    lists = [
        find_running_lists(text) for text in ("审计专业：郑小满、孙林（2人）", "审计专业：孙林（共1人）")
    ]

    assert [(len(found.names), found.stated) for (found,) in lists] == [(2, 2), (1, 1)]
