"""Words of approval documents: counts, headings, names, labels, running lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fields import Field
from ocr.approvals.labels import ColumnRole, match_label
from ocr.approvals.names import is_likely_name, is_name_shape
from ocr.approvals.prose import find_running_lists
from ocr.approvals.wording import Rank, find_counts, find_titles, is_noise, parse_heading, parse_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", 12), ("二十一", 21), ("一百二十", 120), ("一百零八", 108), ("千", 1000), ("好", None), ("两", 2)],
)
def test_reads_counts_in_digits_and_chinese_numerals(text: str, expected: int | None) -> None:
    assert parse_number(text) == expected


def test_finds_counts_of_people_whatever_the_counter() -> None:
    assert [count for count, _, _ in find_counts("张三等21位同志，共35人，十二名")] == [21, 35, 12]


@pytest.mark.parametrize(
    ("text", "parts", "stated", "rank"),
    [
        ("西安市（12人）", {}, 12, Rank.PLAIN),
        (
            "三、农业技术推广专业农艺师（2人）",
            {Field.SPECIALTY: "农业技术推广", Field.TITLE: "农艺师"},
            2,
            Rank.ONE,
        ),
        ("四、经济师金融（2人）", {Field.TITLE: "经济师", Field.SPECIALTY: "金融"}, 2, Rank.ONE),
        ("经济师（金融）（2人）", {Field.TITLE: "经济师", Field.SPECIALTY: "金融"}, 2, Rank.PLAIN),
        ("高级工程师破格（2人）", {Field.TITLE: "高级工程师"}, 2, Rank.PLAIN),
        ("一、高级工程师（35人）", {Field.TITLE: "高级工程师"}, 35, Rank.ONE),
        ("土木工程专业：", {Field.SPECIALTY: "土木工程"}, None, Rank.PLAIN),
        ("（二）西安市第一中学", {Field.EMPLOYER: "西安市第一中学"}, None, Rank.TWO),
        (
            "土木工程专业高级工程师（二十一人）",
            {Field.SPECIALTY: "土木工程", Field.TITLE: "高级工程师"},
            21,
            Rank.PLAIN,
        ),
        ("二、高级专业技术职务任职资格", {Field.LEVEL: "高级"}, None, Rank.ONE),
        ("3.土木工程（3名）", {Field.SPECIALTY: "土木工程"}, 3, Rank.THREE),
        ("省水利厅（5人）", {}, 5, Rank.PLAIN),
        ("陕西建工集团有限公司（5人）", {}, 5, Rank.PLAIN),
    ],
)
def test_understands_headings(text: str, parts: dict[Field, str], stated: int | None, rank: Rank) -> None:
    heading = parse_heading(text)

    assert heading is not None
    assert {name: text[start:end] for name, start, end in heading.parts} == parts
    assert heading.stated == stated
    assert heading.rank is rank


@pytest.mark.parametrize(
    "text",
    [
        "张三",
        "",
        "经研究，同意张三等3人，具备。",
        "二、土木工程专业工程师：张三、李四等2人",
        "关于公布名单的通知（3人）",
    ],
)
def test_other_lines_are_no_headings(text: str) -> None:
    assert parse_heading(text) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("具备高级工程师任职资格", "高级工程师"),
        ("中学二级教师", "中学二级教师"),
        ("高级工程师（教授级）", "高级工程师(教授级)"),
        ("高级畜牧（兽医）师", "高级畜牧(兽医)师"),
        ("农业技术推广研究员", "农业技术推广研究员"),
    ],
)
def test_finds_whole_titles(text: str, title: str) -> None:
    assert [found for found, _, _ in find_titles(text)] == [title]


@pytest.mark.parametrize("text", ["中小学教师职务任职资格", "中等职业学校教师系列", "会计人员"])
def test_the_name_of_a_series_is_no_title(text: str) -> None:
    assert find_titles(text) == ()


@pytest.mark.parametrize("text", ["张三", "欧阳修文", "买买提·吐尔逊", "王建国", "贠勇"])
def test_likely_names(text: str) -> None:
    assert is_likely_name(text)


@pytest.mark.parametrize("text", ["高陵县", "特此通知", "工程师", "合计", "张", "商务厅", "土木工程", "A三"])
def test_what_is_not_a_name(text: str) -> None:
    assert not is_likely_name(text)


@pytest.mark.parametrize("text", ["思想政治", "信息技术", "成本会计", "人力资源"])
def test_a_subject_over_a_grid_of_names_is_no_name(text: str) -> None:
    """Their first characters are rare surnames."""
    assert not is_name_shape(text)


@pytest.mark.parametrize("text", ["成本华", "信息", "方志", "王同志"])
def test_names_that_begin_alike_stay_names(text: str) -> None:
    assert is_name_shape(text)


def test_a_rare_surname_is_a_possible_name_all_the_same() -> None:
    assert is_name_shape("䶮某某")


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("姓 名", Field.NAME),
        ("序号", ColumnRole.SERIAL),
        ("工作单位（全称）", Field.EMPLOYER),
        ("主管部门", ColumnRole.OTHER),
        ("呈报单位", ColumnRole.OTHER),
        ("拟评审资格", Field.TITLE),
        ("现任专业技术职务", ColumnRole.OTHER),
        ("资格取得时间", Field.GRANTED_ON),
        ("参加工作时间", ColumnRole.OTHER),
        ("任教学科", Field.SPECIALTY),
        ("毕业院校及专业", ColumnRole.OTHER),
        ("申报方式", ColumnRole.OTHER),
        ("身份证号码", Field.ID_NUMBER),
        ("评审专亚", Field.SPECIALTY),
    ],
)
def test_understands_labels(label: str, role: Field | ColumnRole) -> None:
    match = match_label(label)

    assert match is not None
    assert match[0] is role


@pytest.mark.parametrize("text", ["西安市第一中学是一所具有悠久历史的学校", "1", "张三", ""])
def test_other_texts_are_no_labels(text: str) -> None:
    assert match_label(text) is None


@pytest.mark.parametrize("text", ["— 2 —", "第2页", "第2页共3页", "2/3"])
def test_page_numbers_are_noise(text: str) -> None:
    assert is_noise(text.replace(" ", ""))


@pytest.mark.parametrize(
    "text",
    [
        "联系人：李明、王芳，电话029-1。",
        "抄送：王建国、张卫东同志。",
        "西安市、宝鸡市、高陵县等3个单位。",
        "经张三、李四、王五等3名评委评审。",
        "申报人具备相应条件。",
        "以下30名同志具备任职资格。",
        "各有关单位、全体同志。",
    ],
)
def test_sentences_without_granted_people(text: str) -> None:
    assert find_running_lists(text) == ()


def test_a_misread_surname_at_the_end_does_not_lose_the_list() -> None:
    text = "道路专业工程师：彭钢学、洗雪晓等2人。"

    (found,) = find_running_lists(text)

    assert [text[name.start : name.end] for name in found.names] == ["彭钢学", "洗雪晓"]


@given(st.text(alphabet="张三李四王五、，。等同志人名（）12·关于同意和具备资格工程师第", max_size=60))
def test_running_lists_lie_inside_the_text_and_never_overlap(text: str) -> None:
    last = 0
    for found in find_running_lists(text):
        for name in found.names:
            assert last <= name.start < name.end <= len(text)
            assert is_name_shape(text[name.start : name.end])
            last = name.end


@given(st.text(max_size=50))
def test_any_text_can_be_tried_as_a_heading(text: str) -> None:
    joined = "".join(text.split())
    heading = parse_heading(joined)

    assert heading is None or all(0 <= a < b <= len(joined) for _, a, b in heading.parts)
