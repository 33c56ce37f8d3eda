"""Layouts that papers of the field have, each read from a page built by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.fields import Field
from domain.records import CandidateRecord, PageReading
from ocr.certificates import read_certificates
from tests.paper import as_text_layer, jitter, line, page, split_lines

PERSON = {Field.NAME: "李晓燕", Field.GENDER: "女"}


def label_value_with_colons() -> PageReading:
    return page(
        [
            line("专业技术职务任职资格证书", 340, 120, size=46),
            line("姓    名：李晓燕", 150, 300),
            line("性    别：女", 150, 370),
            line("出生年月：1980年3月", 150, 440),
            line("身份证号：610103198003072426", 150, 510),
            line("工作单位：西安市第八中学", 150, 580),
            line("专    业：中学数学", 150, 650),
            line("资格名称：高级教师", 150, 720),
            line("级    别：副高级", 150, 790),
            line("批准日期：2015年12月28日", 150, 860),
            line("证书编号：SX2016001234", 150, 930),
            line("发证机关：陕西省人力资源和社会保障厅", 560, 1200),
            line("发证日期：2016年4月8日", 560, 1270),
        ]
    )


def label_value_without_colons() -> PageReading:
    return page(
        [
            line("职称证书", 500, 120, size=46),
            line("姓名李晓燕", 150, 300),
            line("性别女", 640, 300),
            line("出生日期1980.03.07", 150, 380),
            line("身份证号码610103198003072426", 150, 460),
            line("工作单位西安市第八中学", 150, 540),
            line("评审专业中学数学", 150, 620),
            line("评审资格高级教师", 640, 620),
            line("批准日期2015-12-28", 150, 700),
            line("编号SX2016001234", 150, 900),
            line("西安市人力资源和社会保障局", 640, 1000),
            line("二〇一六年四月八日", 680, 1060),
        ],
        height_px=1240,
    )


def boxes_of_their_own() -> PageReading:
    """Labels split into single characters, values in boxes far away, no colons."""
    rows = [
        (("姓", "名"), "李晓燕"),
        (("性", "别"), "女"),
        (("出生年月",), "1980年03月"),
        (("身 份 证 号",), "610103198003072426"),
        (("工作单位",), "西安市第八中学"),
        (("专", "业"), "中学数学"),
        (("职称名称",), "高级教师"),
        (("认定通过时间",), "2015-12-28"),
        (("证书编号",), "SX2016001234"),
        (("认定单位名称",), "西安市教育局"),
    ]
    lines = [line("陕西省高级专业技术", 380, 100, size=44), line("职称证书", 480, 170, size=60)]
    for i, (labels, value) in enumerate(rows):
        top = 320 + 70 * i
        for j, text in enumerate(labels):
            lines.append(line(text, 160 + 130 * j, top))
        lines.append(line(value, 420, top))
    lines.append(line("发证日期：2016年4月8日", 640, 1200))
    return page(lines)


def labels_above_values() -> PageReading:
    pairs = [
        (("姓名", "李晓燕"), ("性别", "女")),
        (("身份证号码", "610103198003072426"), ("出生年月", "1980年3月")),
        (("工作单位", "西安市第八中学"), ("专业名称", "中学数学")),
        (("任职资格名称", "高级教师"), ("取得资格时间", "二〇一五年十二月二十八日")),
        (("证书号", "SX2016001234"), ("级别", "副高级")),
        (("发证机关", "陕西省人力资源和社会保障厅"), ("发证日期", "2016年4月8日")),
    ]
    lines = [line("职称证书", 480, 100, size=60)]
    for i, row in enumerate(pairs):
        for (label, value), left in zip(row, (150, 760), strict=True):
            lines += [line(label, left, 260 + 130 * i, size=24), line(value, left, 300 + 130 * i, size=34)]
    return page(lines, height_px=1200)


def ruled_table() -> PageReading:
    columns, rows = (100, 290, 620, 800, 1140), (200, 270, 340, 410, 520, 590, 700)
    cells = [
        (0, 0, "姓 名"),
        (0, 1, "李晓燕"),
        (0, 2, "性 别"),
        (0, 3, "女"),
        (1, 0, "身份证号"),
        (1, 1, "610103198003072426"),
        (1, 2, "出生年月"),
        (1, 3, "1980.03"),
        (2, 0, "从事专业"),
        (2, 1, "中学数学"),
        (2, 2, "资格级别"),
        (2, 3, "副高级"),
        (4, 0, "资格名称"),
        (4, 1, "高级教师"),
        (4, 2, "批准时间"),
        (4, 3, "2015.12.28"),
    ]
    lines = [line(text, columns[c] + 12, rows[r] + 18) for r, c, text in cells]
    lines += [line("工作", columns[0] + 60, rows[3] + 18), line("单位", columns[0] + 60, rows[3] + 58)]
    lines += [
        line("西安市雁塔区", columns[1] + 12, rows[3] + 18),
        line("第八中学", columns[1] + 12, rows[3] + 58),
    ]
    lines += [line("评审组织", columns[0] + 12, rows[5] + 40)]
    lines += [line("西安市中小学教师系列高级", columns[1] + 12, rows[5] + 18)]
    lines += [line("评审委员会", columns[1] + 12, rows[5] + 58)]
    lines += [line("专业技术资格证书", 400, 100, size=48), line("证书编号：SX2016001234", 760, 160, size=24)]
    lines += [line("发证单位（章）：西安市教育局", 500, 760), line("发证日期：2016年4月8日", 500, 820)]
    rules = [(100.0, float(y), 1140.0, float(y)) for y in rows]
    # The cells of unit and committee run on over the columns behind them.
    rules += [(float(x), 200.0, float(x), 410.0) for x in columns[2:4]]
    rules += [(float(x), 520.0, float(x), 590.0) for x in columns[2:4]]
    rules += [(float(x), 200.0, float(x), 700.0) for x in (100, 290, 1140)]
    return page(lines, rules=rules, height_px=1100)


def booklet_spread() -> PageReading:
    return page(
        [
            line("照片", 330, 250),
            line("发证机关", 160, 620),
            line("（盖章）", 170, 665),
            line("发证日期：2016年4月8日", 160, 800),
            line("证书编号：SX2016001234", 160, 900),
            line("姓  名", 950, 150),
            line("李晓燕", 1110, 150),
            line("性  别", 1430, 150),
            line("女", 1580, 150),
            line("出生年月", 950, 230),
            line("1980年3月", 1110, 230),
            line("身份证号", 950, 310),
            line("610103198003072426", 1110, 310),
            line("工作单位", 950, 390),
            line("西安市第八中学", 1110, 390),
            line("资格名称", 950, 470),
            line("高级教师", 1110, 470),
            line("专  业", 950, 550),
            line("中学数学", 1110, 550),
            line("评审时间", 950, 630),
            line("2015年12月28日", 1110, 630),
            line("评审委员会", 950, 710),
            line("西安市中小学教师系列高级专业", 1150, 710),
            line("技术职务评审委员会", 1150, 755),
        ],
        width_px=1754,
        height_px=1240,
    )


def bilingual() -> PageReading:
    rows = [
        ("姓    名：", "Full Name", "李晓燕"),
        ("性    别：", "Sex", "女"),
        ("出生年月：", "Date of Birth", "1980.03"),
        ("专    业：", "Speciality", "中学数学"),
        ("资格名称：", "Qualification", "高级教师"),
        ("资格级别：", "Qualification Level", "副高级"),
        ("批准日期：", "Approval Date", "2015.12.28"),
        ("签发单位盖章：", "Issued by", "陕西省人力资源和社会保障厅"),
        ("签发日期：", "Issued on", "2016年04月08日"),
    ]
    lines = []
    for i, (chinese, english, value) in enumerate(rows):
        top = 120 + 105 * i
        lines += [line(chinese, 900, top), line(english, 900, top + 36, size=22), line(value, 1190, top + 18)]
    lines += [line("持证人签名：", 150, 700), line("Signature of the Bearer", 150, 736, size=22)]
    lines += [line("管理号：", 150, 950), line("SX2016001234", 330, 955), line("File No.", 150, 986, size=22)]
    return page(lines, width_px=1754, height_px=1240)


def test_the_second_half_of_a_label_alone_in_its_box_is_no_name() -> None:
    lines = [item for item in bilingual().lines if "姓" not in item.text]
    whole = page([], width_px=1754, height_px=1240)
    half = page([line("名", 990, 120)], width_px=1754, height_px=1240)

    (record,) = read_certificates([replace(whole, lines=(*lines, *half.lines))])

    assert record.readings[Field.NAME].value == "李晓燕"


def statement() -> PageReading:
    return page(
        [
            line("专业技术职务任职资格证书", 340, 120, size=46),
            line("李晓燕，女，1980年3月7日生，身份证号610103198003072426，系", 190, 340),
            line("西安市第八中学教师。经西安市中小学教师系列高级专业技术职务评审委", 130, 400),
            line("员会于2015年12月28日评审通过，李晓燕同志具备中学数学专业高级教师任", 130, 460),
            line("职资格，特发此证。", 130, 520),
            line("陕西省人力资源和社会保障厅", 700, 800),
            line("二〇一六年四月八日", 750, 860),
            line("证书编号：SX2016001234", 130, 1000),
        ],
        height_px=1100,
    )


def statement_addressed() -> PageReading:
    return page(
        [
            line("任职资格证书", 480, 120, size=46),
            line("编号：SX2016001234", 820, 210, size=26),
            line("李晓燕同志：", 130, 320),
            line("经西安市中小学教师系列高级专业技术职务评审委员会", 190, 390),
            line("2015年12月28日评审，你具备高级教师任职资格。", 130, 450),
            line("特发此证", 190, 510),
            line("2016年4月8日", 800, 800),
            line("西安市人力资源和社会保障局（章）", 700, 860),
        ],
        height_px=1100,
    )


def statement_certifying() -> PageReading:
    return page(
        [
            line("证　明", 560, 100, size=50),
            line("兹证明 李晓燕（身份证号610103198003072426）于", 190, 300),
            line("2015年12月28日经西安市中小学教师系列高级专业技术职务评审委员会评审，", 130, 360),
            line("已具备高级教师任职资格。批准文号：陕人社函〔2016〕10号", 130, 420),
            line("证书编号：SX2016001234", 130, 600),
            line("西安市人力资源和社会保障局", 700, 700),
            line("2016年4月8日", 800, 760),
        ],
        height_px=1000,
    )


COMMON = {
    Field.NAME: "李晓燕",
    Field.TITLE: "高级教师",
    Field.GRANTED_ON: "2015-12-28",
    Field.CERTIFICATE_NUMBER: "SX2016001234",
    Field.ISSUED_ON: "2016-04-08",
}
FULL = COMMON | {
    Field.GENDER: "女",
    Field.ID_NUMBER: "610103198003072426",
    Field.EMPLOYER: "西安市第八中学",
    Field.SPECIALTY: "中学数学",
}

LAYOUTS: list[tuple[Callable[[], PageReading], dict[Field, str]]] = [
    (
        label_value_with_colons,
        FULL
        | {Field.BIRTH_DATE: "1980-03", Field.LEVEL: "副高级", Field.ISSUER: "陕西省人力资源和社会保障厅"},
    ),
    (
        label_value_without_colons,
        FULL | {Field.BIRTH_DATE: "1980-03-07", Field.ISSUER: "西安市人力资源和社会保障局"},
    ),
    (boxes_of_their_own, FULL | {Field.BIRTH_DATE: "1980-03", Field.COMMITTEE: "西安市教育局"}),
    (
        labels_above_values,
        FULL
        | {Field.BIRTH_DATE: "1980-03", Field.LEVEL: "副高级", Field.ISSUER: "陕西省人力资源和社会保障厅"},
    ),
    (
        ruled_table,
        FULL
        | {
            Field.EMPLOYER: "西安市雁塔区第八中学",
            Field.BIRTH_DATE: "1980-03",
            Field.COMMITTEE: "西安市中小学教师系列高级评审委员会",
            Field.LEVEL: "副高级",
            Field.ISSUER: "西安市教育局",
        },
    ),
    (
        booklet_spread,
        FULL
        | {Field.COMMITTEE: "西安市中小学教师系列高级专业技术职务评审委员会", Field.BIRTH_DATE: "1980-03"},
    ),
    (
        bilingual,
        COMMON
        | {
            Field.GENDER: "女",
            Field.SPECIALTY: "中学数学",
            Field.LEVEL: "副高级",
            Field.BIRTH_DATE: "1980-03",
            Field.ISSUER: "陕西省人力资源和社会保障厅",
        },
    ),
    (
        statement,
        FULL
        | {
            Field.COMMITTEE: "西安市中小学教师系列高级专业技术职务评审委员会",
            Field.BIRTH_DATE: "1980-03-07",
            Field.ISSUER: "陕西省人力资源和社会保障厅",
        },
    ),
    (
        statement_addressed,
        COMMON
        | {
            Field.COMMITTEE: "西安市中小学教师系列高级专业技术职务评审委员会",
            Field.ISSUER: "西安市人力资源和社会保障局",
        },
    ),
    (
        statement_certifying,
        COMMON
        | {
            Field.ID_NUMBER: "610103198003072426",
            Field.COMMITTEE: "西安市中小学教师系列高级专业技术职务评审委员会",
            Field.APPROVAL_NUMBER: "陕人社函〔2016〕10号",
            Field.ISSUER: "西安市人力资源和社会保障局",
        },
    ),
]
by_layout = pytest.mark.parametrize(
    ("build", "expected"), LAYOUTS, ids=lambda item: getattr(item, "__name__", "")
)


def values(record: CandidateRecord) -> dict[Field, str]:
    """Return the normalised values of a record."""
    return {name: reading.value for name, reading in record.readings.items()}


@by_layout
def test_every_value_is_read_and_nothing_else(
    build: Callable[[], PageReading], expected: dict[Field, str]
) -> None:
    (record,) = read_certificates([build()])

    read = values(record)
    # A level that only the heading or the title sentence gives is allowed everywhere.
    if Field.LEVEL not in expected:
        read.pop(Field.LEVEL, None)
    assert read == expected


@by_layout
@pytest.mark.parametrize("seed", range(6))
def test_boxes_that_jitter_and_break_read_the_same(
    build: Callable[[], PageReading], expected: dict[Field, str], seed: int
) -> None:
    damaged = jitter(split_lines(build(), seed), seed)

    (record,) = read_certificates([damaged])

    read = values(record)
    assert {name: read.get(name) for name in expected} == expected


@by_layout
def test_a_text_layer_reads_like_a_picture(
    build: Callable[[], PageReading], expected: dict[Field, str]
) -> None:
    (record,) = read_certificates([as_text_layer(build())])

    read = values(record)
    assert {name: read.get(name) for name in expected} == expected
    assert all(reading.lattice.exact for reading in record.readings.values())


@by_layout
def test_values_carry_their_own_place_and_lattice(
    build: Callable[[], PageReading], expected: dict[Field, str]
) -> None:
    reading = build()

    (record,) = read_certificates([reading])

    found = record.readings[Field.NAME]
    (box_left, _), (box_right, _) = found.place.polygon[0], found.place.polygon[1]
    assert found.lattice.best_text() == "李晓燕"
    # Three characters of 30 pixels (34 in the layout with labels above), not the whole line.
    assert 0.6 < (box_right - box_left) * reading.width_px / (3 * 30) < 1.4
    assert found.place.file == "paper.jpg"
