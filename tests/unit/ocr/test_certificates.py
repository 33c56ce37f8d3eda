"""Whole files: several certificates on a page, one over two pages, other papers in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fields import Field
from domain.geometry import Box
from domain.lattice import Lattice
from domain.records import CandidateRecord, TextLine
from ocr.certificates import read_certificates
from tests.paper import jitter, line, page, split_lines

Line = tuple[str, Box, TextLine]
PEOPLE = (
    ("李晓燕", "女", "610103198003072426", "高级教师", "SX2016001234"),
    ("王建国", "男", "610202197511023713", "高级工程师", "SX2016001235"),
    ("欧阳明", "男", "610303198201012219", "助理工程师", "SX2016001236"),
    ("赵敏", "女", "610404198604152621", "工程师", "SX2016001237"),
    ("马晓东", "男", "610502197901193915", "馆员", "SX2016001238"),
    ("陈静", "女", "610602198807072723", "经济师", "SX2016001239"),
)


def card(person: int, left: float, top: float, *, size: float = 20) -> list[Line]:
    """A card with labels and values, 560 by 400 pixels at size 20."""
    name, gender, number, title, certificate = PEOPLE[person]
    step = 2 * size
    return [
        line("专业技术资格证书", left + 8 * size, top, size=1.5 * size),
        line(f"姓  名：{name}", left, top + 1.5 * step, size=size),
        line(f"性别：{gender}", left + 15 * size, top + 1.5 * step, size=size),
        line(f"身份证号：{number}", left, top + 2.5 * step, size=size),
        line(f"资格名称：{title}", left, top + 3.5 * step, size=size),
        line("批准日期：2015年12月28日", left, top + 4.5 * step, size=size),
        line(f"证书编号：{certificate}", left, top + 5.5 * step, size=size),
        line("西安市人力资源和社会保障局", left + 12 * size, top + 7 * step, size=size),
        line("2016年4月8日", left + 15 * size, top + 8 * step, size=size),
    ]


def statement_certificate(person: int, left: float, top: float) -> list[Line]:
    name, _, _, title, certificate = PEOPLE[person]
    return [
        line("职称证书", left + 350, top, size=40),
        line(f"{name}同志：", left, top + 100),
        line(
            f"经评审委员会于2015年12月28日评审通过，具备{title}任职资格，特发此证。",
            left + 30,
            top + 160,
            size=24,
        ),
        line("西安市人力资源和社会保障局", left + 500, top + 300),
        line("2016年4月8日", left + 580, top + 350),
        line(f"编号：{certificate}", left, top + 420),
    ]


def who(records: tuple[CandidateRecord, ...]) -> list[tuple[int, int, str, str]]:
    """Return page, slot, name and title of each record."""
    return [
        (r.page_number, r.slot, r.readings[Field.NAME].value, r.readings[Field.TITLE].value) for r in records
    ]


def expected(*people: int) -> list[tuple[int, int, str, str]]:
    return [(1, i + 1, PEOPLE[p][0], PEOPLE[p][3]) for i, p in enumerate(people)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "places",
    [
        pytest.param([(150, 100), (150, 900)], id="two-below-each-other"),
        pytest.param([(150, 100), (150, 640), (150, 1180)], id="three-below-each-other"),
        pytest.param([(40, 100), (650, 100), (40, 900), (650, 900)], id="two-by-two"),
        pytest.param(
            [(40, 60), (650, 60), (40, 600), (650, 600), (40, 1150), (650, 1150)], id="two-by-three"
        ),
        pytest.param([(40, 300), (650, 300)], id="side-by-side"),
        pytest.param([(40, 100), (650, 100), (300, 900)], id="two-above-one"),
        pytest.param([(40, 100), (650, 130), (40, 560), (650, 590)], id="staggered"),
    ],
)
def test_certificates_on_one_page_come_out_one_by_one_in_reading_order(
    places: list[tuple[float, float]], seed: int
) -> None:
    lines = [item for i, (left, top) in enumerate(places) for item in card(i, left, top)]

    records = read_certificates([jitter(split_lines(page(lines), seed), seed, amount_px=2)])

    assert who(records) == expected(*range(len(places)))
    for i, record in enumerate(records):
        assert record.readings[Field.ID_NUMBER].value == PEOPLE[i][2]
        assert record.readings[Field.CERTIFICATE_NUMBER].value == PEOPLE[i][4]
        assert record.readings[Field.ISSUED_ON].value == "2016-04-08"


def test_two_statements_on_one_page_are_two_certificates() -> None:
    records = read_certificates(
        [page([*statement_certificate(0, 150, 100), *statement_certificate(1, 150, 950)])]
    )

    assert who(records) == expected(0, 1)


def test_certificates_of_different_forms_share_a_page() -> None:
    records = read_certificates([page([*card(0, 150, 100, size=28), *statement_certificate(1, 150, 1000)])])

    assert who(records) == expected(0, 1)


def spread(person: int, top: float) -> list[Line]:
    """A booklet's two facing pages."""
    name, gender, number, title, certificate = PEOPLE[person]
    return [
        line("发证日期：2016年4月8日", 90, top + 300),
        line(f"证书编号：{certificate}", 90, top + 360),
        line("姓名", 680, top),
        line(name, 840, top),
        line("性别", 680, top + 60),
        line(gender, 840, top + 60),
        line("身份证号", 680, top + 120),
        line(number, 840, top + 120),
        line("资格名称", 680, top + 180),
        line(title, 840, top + 180),
        line("批准日期", 680, top + 240),
        line("2015年12月28日", 840, top + 240),
    ]


def test_two_booklet_spreads_below_each_other_keep_their_halves_together() -> None:
    records = read_certificates([page([*spread(0, 150), *spread(1, 1000)])])

    assert who(records) == expected(0, 1)
    assert [r.readings[Field.CERTIFICATE_NUMBER].value for r in records] == [PEOPLE[0][4], PEOPLE[1][4]]
    assert all(r.readings[Field.ISSUED_ON].value == "2016-04-08" for r in records)


def id_card(person: int, left: float, top: float) -> list[Line]:
    name, gender, number, _, _ = PEOPLE[person]
    return [
        line(f"姓名 {name}", left, top),
        line(f"性别 {gender} 民族 汉", left, top + 50),
        line("出生 1980年3月7日", left, top + 100),
        line("住址 陕西省西安市雁塔区小寨路12号", left, top + 150),
        line(f"公民身份号码 {number}", left, top + 240),
    ]


def test_an_id_card_copied_above_the_certificate_is_left_alone() -> None:
    records = read_certificates([page([*id_card(0, 200, 100), *card(0, 200, 900, size=28)])])

    assert who(records) == expected(0)
    assert records[0].readings[Field.CERTIFICATE_NUMBER].value == PEOPLE[0][4]
    assert records[0].readings[Field.NAME].place.polygon[0][1] > 0.5


def test_a_page_that_is_only_an_id_card_gives_nothing() -> None:
    assert read_certificates([page(id_card(0, 200, 100))]) == ()


def first_page(person: int, number: int) -> list[Line]:
    name, gender, identity, _, _ = PEOPLE[person]
    return [
        line("照片", 500, 300),
        line(f"姓名：{name}", 200, 900),
        line(f"性别：{gender}", 200, 980),
        line(f"身份证号：{identity}", 200, 1060),
        line("工作单位：西安市第八中学", 200, 1140),
    ]


def second_page(person: int, number: int) -> list[Line]:
    _, _, _, title, certificate = PEOPLE[person]
    return [
        line("专业：中学数学", 200, 300),
        line(f"任职资格：{title}", 200, 380),
        line("评审时间：2015年12月28日", 200, 460),
        line("发证机关：西安市人力资源和社会保障局", 200, 700),
        line("发证日期：2016年4月8日", 200, 780),
        line(f"证书编号：{certificate}", 200, 1000),
    ]


def test_a_certificate_over_two_pages_is_one_record() -> None:
    pages = [page(first_page(0, 1), page_number=1), page(second_page(0, 2), page_number=2)]

    (record,) = read_certificates(pages)

    assert (record.page_number, record.last_page_number) == (1, 2)
    assert record.readings[Field.NAME].value == "李晓燕"
    assert record.readings[Field.TITLE].value == "高级教师"
    assert record.readings[Field.TITLE].place.page_number == 2


def test_two_certificates_over_two_pages_each() -> None:
    builders = (first_page, second_page)
    pages = [page(builders[i % 2](i // 2, i), page_number=i + 1) for i in range(4)]

    records = read_certificates(pages)

    assert [(r.page_number, r.last_page_number, r.readings[Field.TITLE].value) for r in records] == [
        (1, 2, "高级教师"),
        (3, 4, "高级工程师"),
    ]


def test_the_title_page_may_come_before_the_name_page() -> None:
    pages = [page(second_page(0, 1), page_number=1), page(first_page(0, 2), page_number=2)]

    (record,) = read_certificates(pages)

    assert (record.page_number, record.last_page_number) == (1, 2)
    assert record.readings[Field.NAME].value == "李晓燕"


def test_whole_certificates_on_following_pages_stay_apart() -> None:
    pages = [page(card(i, 150, 200, size=28), page_number=i + 1) for i in range(3)]

    records = read_certificates(pages)

    assert [(r.page_number, r.slot, r.last_page_number) for r in records] == [
        (1, 1, None),
        (2, 1, None),
        (3, 1, None),
    ]


def test_other_papers_between_certificates_give_nothing() -> None:
    letter = [
        line("承诺书", 500, 200, size=48),
        line("本单位郑重承诺：所报送的职称信息真实、准确。", 200, 400),
        line("单位（盖章）：", 700, 900),
        line("2021年4月20日", 700, 980),
    ]
    pages = [
        page(id_card(0, 200, 100), page_number=1),
        page(card(0, 150, 200, size=28), page_number=2),
        page(letter, page_number=3),
    ]

    (record,) = read_certificates(pages)

    assert record.page_number == 2


def test_an_empty_page_and_an_empty_file_give_nothing() -> None:
    assert read_certificates([page([])]) == ()
    assert read_certificates([]) == ()


def test_a_form_of_another_kind_gives_nothing() -> None:
    order = [
        line("采购合同", 500, 100, size=40),
        line("单位名称：西安某某公司", 150, 300),
        line("联系电话：029-88888888", 150, 380),
        line("地址：西安市雁塔区", 150, 460),
    ]

    assert read_certificates([page(order)]) == ()


def test_a_label_without_a_legible_value_is_named() -> None:
    lines = [item for item in card(0, 150, 200, size=28) if "批准日期" not in item[0]]
    lines.append(line("批准日期：", 150, 200 + 4.5 * 56, size=28))

    (record,) = read_certificates([page(lines)])

    assert record.empty_labels == {Field.GRANTED_ON}
    assert Field.GRANTED_ON not in record.readings


def test_a_lost_digit_leaves_the_date_without_a_value() -> None:
    lines = [item for item in card(0, 150, 200, size=28) if "批准日期" not in item[0]]
    lines.append(line("批准日期：二〇五年十二月二十八日", 150, 200 + 4.5 * 56, size=28))

    (record,) = read_certificates([page(lines)])

    assert record.readings[Field.GRANTED_ON].raw == "二〇五年十二月二十八日"
    assert record.readings[Field.GRANTED_ON].value == ""


def test_a_value_over_two_lines_has_a_joined_lattice() -> None:
    lines = [
        line("职称证书", 500, 100, size=50),
        line("姓名：李晓燕", 150, 250),
        line("工作单位：西安市雁塔区教育局直属机关第一", 150, 330),
        line("幼儿园", 300, 372),
        line("资格名称：一级教师", 150, 460),
        line("证书编号：SX2016001234", 150, 540),
    ]

    (record,) = read_certificates([page(lines)])

    employer = record.readings[Field.EMPLOYER]
    assert employer.value == "西安市雁塔区教育局直属机关第一幼儿园"
    assert employer.lattice.best_text() == employer.value
    assert employer.lattice.log_likelihood_ratio(employer.value) == 0


def test_second_readings_and_seals_are_passed_on() -> None:
    text, box, reading = line("姓名：李晓燕", 150, 250, under_seal=True)
    other = TextLine("姓名：李晓艳", reading.polygon, 0.6, Lattice.of_text("姓名：李晓艳"))
    sealed = TextLine(text, reading.polygon, 0.9, reading.lattice, True, other)
    lines = [item for item in card(0, 150, 200, size=28) if "姓" not in item[0]]

    (record,) = read_certificates([page([*lines, (text, box, sealed)])])

    name = record.readings[Field.NAME]
    assert name.under_seal
    assert [lattice.best_text() for lattice in name.seconds] == ["李晓艳"]


_SCRAPS = st.sampled_from(
    [
        "姓名：",
        "姓",
        "名",
        "李晓燕",
        "性别",
        "女",
        "身份证号",
        "610103198003072426",
        "工作单位：某厂",
        "评审委员会",
        "资格名称",
        "Full Name",
        "No. 123456",
        "李晓燕同志：",
        "经某评审委员会评审，具备工程师任职资格。",
        "二〇一六年四月八日",
        "2016年",
        "发证机关（章）",
        "职称证书",
        "（",
        "：",
        "年 月 日",
        "陕人社函〔2016〕10号",
        "□□□",
        "某市人力资源和社会保障局",
    ]
)


@given(st.lists(st.tuples(_SCRAPS, st.integers(0, 1000), st.integers(0, 1700)), max_size=30))
def test_any_scatter_of_lines_is_read_without_an_error(scraps: list[tuple[str, int, int]]) -> None:
    reading = page([line(text, x, y, under_seal=y % 3 == 0) for text, x, y in scraps])

    for slot, record in enumerate(read_certificates([reading]), start=1):
        assert record.slot == slot
        assert record.readings
        assert not record.empty_labels & record.readings.keys()
