"""Wordings of certificates from several provinces, and what recognisers make of them."""

import pytest

from domain.fields import Field
from domain.geometry import Box
from domain.records import PageReading, TextLine
from ocr.certificates import read_certificates
from tests.paper import jitter, line, page, split_lines

Line = tuple[str, Box, TextLine]


def column(*texts: str, left: float = 130, top: float = 250, step: float = 60) -> list[Line]:
    return [line(text, left, top + step * i) for i, text in enumerate(texts)]


HEADING = line("专业技术职务任职资格证书", 340, 100, size=46)
PROVINCIAL = (
    ("姓　　　名", "李晓燕"),
    ("性　　　别", "女"),
    ("身 份 证 号", "610103198003072426"),
    ("工 作 单 位", "太原市第八中学校"),
    ("职 称 名 称", "二级教师"),
    ("专 业 名 称", "中学数学"),
    ("证 书 编 号", "20201401123456"),
    ("认定通过时间", "2020年8月12日"),
    ("认定单位名称", "太原市教育局"),
)

PAPERS: list[tuple[str, PageReading, dict[Field, str]]] = [
    (
        "provincial-with-set-labels",
        page(
            [
                line("初次认定", 1000, 80, size=24),
                line("山西省初级专业技术", 420, 160, size=44),
                line("职  称  证  书", 440, 240, size=56),
                line("此证表明持证人具有相应系列（专业）初级职称", 300, 340, size=26),
                *column(*(label for label, _ in PROVINCIAL), left=160, top=430, step=70),
                *column(*(value for _, value in PROVINCIAL), left=420, top=430, step=70),
                line("发证日期：2020年9月1日", 640, 1200),
                line("发证单位：（章）", 640, 1260),
                line("太原市人力资源和社会保障局", 700, 1310),
                line("查询网址：http://example.org/zc", 160, 1500, size=22),
            ]
        ),
        {
            Field.NAME: "李晓燕",
            Field.GENDER: "女",
            Field.ID_NUMBER: "610103198003072426",
            Field.EMPLOYER: "太原市第八中学校",
            Field.TITLE: "二级教师",
            Field.SPECIALTY: "中学数学",
            Field.CERTIFICATE_NUMBER: "20201401123456",
            Field.GRANTED_ON: "2020-08-12",
            Field.COMMITTEE: "太原市教育局",
            Field.ISSUED_ON: "2020-09-01",
            Field.ISSUER: "太原市人力资源和社会保障局",
            Field.LEVEL: "初级",
        },
    ),
    (
        "national-exam",
        page(
            [
                line("中华人民共和国", 450, 80, size=44),
                line("专业技术人员职业资格证书", 350, 150, size=46),
                *column(
                    "姓    名：李晓燕",
                    "证件号码：610103198003072426",
                    "性    别：女",
                    "出生年月：1980年03月",
                    "级    别：中级",
                    "批准日期：2015年09月13日",
                    "管 理 号：15210006101030012345",
                    top=400,
                    step=70,
                ),
                line("本证书由中华人民共和国人力资源和社会保障部、财政部", 200, 1000),
                line("批准颁发，表明持证人通过国家统一组织的考试，取得", 200, 1050),
                line("会计专业中级专业技术资格。", 200, 1100),
            ]
        ),
        {
            Field.NAME: "李晓燕",
            Field.ID_NUMBER: "610103198003072426",
            Field.GENDER: "女",
            Field.BIRTH_DATE: "1980-03",
            Field.LEVEL: "中级",
            Field.GRANTED_ON: "2015-09-13",
            Field.CERTIFICATE_NUMBER: "15210006101030012345",
            Field.SPECIALTY: "会计",
        },
    ),
    (
        "sentence-that-breaks-inside-the-date",
        page(
            [
                line("广东省职称证书", 450, 80, size=50),
                line("粤高职证字第1600101012345号", 700, 200, size=24),
                line("李晓燕  于二〇一五年", 600, 400),
                line("十二月，经 广东省建筑工程技术高级", 130, 460),
                line("工程师资格第一评审委员会 评审通过，", 130, 520),
                line("具备 建筑结构设计高级工程师 资格。", 130, 580),
                line("特发此证", 190, 640),
                line("发证机关：广东省人力资源和社会保障厅", 560, 900),
                line("二〇一六年四月八日", 700, 960),
            ],
            height_px=1100,
        ),
        {
            Field.NAME: "李晓燕",
            Field.GRANTED_ON: "2015-12",
            Field.COMMITTEE: "广东省建筑工程技术高级工程师资格第一评审委员会",
            Field.SPECIALTY: "建筑结构设计",
            Field.TITLE: "高级工程师",
            Field.CERTIFICATE_NUMBER: "粤高职证字第1600101012345号",
            Field.ISSUER: "广东省人力资源和社会保障厅",
            Field.ISSUED_ON: "2016-04-08",
        },
    ),
    (
        "several-pairs-on-each-line",
        page(
            [
                HEADING,
                *column(
                    "姓名：李晓燕  性别：女  出生年月：1980.03",
                    "身份证号：610103198003072426  工作单位：西安市第八中学",
                    "任职资格：高级教师  专业：中学数学  级别：副高级",
                    "批准文号：陕人社函〔2016〕10号  批准时间：2015.12.28",
                    "发证机关：西安市教育局 发证日期：2016.4.8 编号：SX2016001234",
                ),
            ],
            height_px=800,
        ),
        {
            Field.NAME: "李晓燕",
            Field.GENDER: "女",
            Field.BIRTH_DATE: "1980-03",
            Field.ID_NUMBER: "610103198003072426",
            Field.EMPLOYER: "西安市第八中学",
            Field.TITLE: "高级教师",
            Field.SPECIALTY: "中学数学",
            Field.LEVEL: "副高级",
            Field.APPROVAL_NUMBER: "陕人社函〔2016〕10号",
            Field.GRANTED_ON: "2015-12-28",
            Field.ISSUER: "西安市教育局",
            Field.ISSUED_ON: "2016-04-08",
            Field.CERTIFICATE_NUMBER: "SX2016001234",
        },
    ),
    (
        "misread-labels-and-labels-of-no-field",
        page(
            [
                HEADING,
                *column(
                    "姓名；阿依古丽·买买提",
                    "性别1女",
                    "身份证号吗：610103198003072426",
                    "工作单拉：西安市职业资格发证中心",
                    "资格名你：高级工程师",
                    "批准日明：2015.12.28",
                    "证书编弓：SX2016001234",
                    "发征机关：职称改革领导小组办公室",
                    "聘任单位：某某厂",
                    "聘任时间：2016年5月1日",
                    "职称初聘文号：陕人社函〔2011〕3号",
                ),
            ],
            height_px=1000,
        ),
        {
            Field.NAME: "阿依古丽·买买提",
            Field.GENDER: "女",
            Field.ID_NUMBER: "610103198003072426",
            Field.EMPLOYER: "西安市职业资格发证中心",
            Field.TITLE: "高级工程师",
            Field.GRANTED_ON: "2015-12-28",
            Field.CERTIFICATE_NUMBER: "SX2016001234",
            Field.ISSUER: "职称改革领导小组办公室",
        },
    ),
    (
        "blanks-filled-in",
        page(
            [
                line("任职资格证书", 500, 100, size=46),
                line("李晓燕", 250, 300, size=34),
                line("同志经", 400, 302),
                line("西安市中小学教师系列高级评审委员会", 520, 300),
                line("评审，于", 130, 360),
                line("2015", 270, 360),
                line("年", 350, 360),
                line("12", 390, 360),
                line("月", 440, 360),
                line("28", 480, 360),
                line("日通过，具备", 530, 360),
                line("高级教师", 740, 360),
                line("任职资格。", 900, 360),
                line("特发此证", 190, 430),
                line("西安市教育局", 800, 600),
                line("2016年 4月 8日", 800, 650),
                line("编号：0012345", 130, 800),
            ],
            height_px=1000,
        ),
        {
            Field.NAME: "李晓燕",
            Field.COMMITTEE: "西安市中小学教师系列高级评审委员会",
            Field.GRANTED_ON: "2015-12-28",
            Field.TITLE: "高级教师",
            Field.ISSUER: "西安市教育局",
            Field.ISSUED_ON: "2016-04-08",
            Field.CERTIFICATE_NUMBER: "0012345",
        },
    ),
    (
        "columns-without-colons-beside-foreign-fields",
        page(
            [
                line("专业技术职务", 430, 100, size=46),
                line("任职资格证书", 430, 170, size=46),
                line("姓名", 150, 300),
                line("李晓燕", 330, 300),
                line("性别", 650, 300),
                line("女", 800, 300),
                line("民族", 950, 300),
                line("汉", 1050, 300),
                line("籍贯", 150, 360),
                line("陕西西安", 330, 360),
                line("学历", 650, 360),
                line("本科", 800, 360),
                *column(
                    "专业技术职务",
                    "任职资格时间",
                    "审批单位",
                    "审批文号",
                    "证书编号",
                    "发证时间",
                    left=150,
                    top=420,
                ),
                *column(
                    "主任医师",
                    "2015年12月28日起",
                    "陕西省人力资源和社会保障厅",
                    "陕人社函〔2016〕10号",
                    "陕1601234",
                    "2016.4",
                    left=400,
                    top=420,
                ),
            ],
            height_px=900,
        ),
        {
            Field.NAME: "李晓燕",
            Field.GENDER: "女",
            Field.TITLE: "主任医师",
            Field.GRANTED_ON: "2015-12-28",
            Field.ISSUER: "陕西省人力资源和社会保障厅",
            Field.APPROVAL_NUMBER: "陕人社函〔2016〕10号",
            Field.CERTIFICATE_NUMBER: "陕1601234",
            Field.ISSUED_ON: "2016-04",
        },
    ),
    (
        "colons-in-boxes-of-their-own",
        page(
            [
                line("职称证书", 500, 100, size=46),
                *column(
                    "姓　名",
                    "身份证号",
                    "现任单位",
                    "取得资格",
                    "取得时间",
                    "登记号",
                    left=150,
                    top=300,
                    step=70,
                ),
                *column(*"：：：：：：", left=300, top=300, step=70),
                *column(
                    "李晓燕",
                    "610103198003072426",
                    "西安市第八中学",
                    "高级教师",
                    "2015-12-28",
                    "A-2016-0099",
                    left=360,
                    top=300,
                    step=70,
                ),
            ],
            height_px=900,
        ),
        {
            Field.NAME: "李晓燕",
            Field.ID_NUMBER: "610103198003072426",
            Field.EMPLOYER: "西安市第八中学",
            Field.TITLE: "高级教师",
            Field.GRANTED_ON: "2015-12-28",
            Field.CERTIFICATE_NUMBER: "A-2016-0099",
        },
    ),
]
each_paper = pytest.mark.parametrize(
    ("reading", "expected"), [pytest.param(paper, values, id=name) for name, paper, values in PAPERS]
)


@each_paper
def test_every_wording_is_understood_and_nothing_is_made_up(
    reading: PageReading, expected: dict[Field, str]
) -> None:
    (record,) = read_certificates([reading])

    assert {name: found.value for name, found in record.readings.items()} == expected


@each_paper
@pytest.mark.parametrize("seed", range(4))
def test_wordings_survive_another_detection(
    reading: PageReading, expected: dict[Field, str], seed: int
) -> None:
    (record,) = read_certificates([jitter(split_lines(reading, seed), seed, amount_px=3)])

    assert {name: found.value for name, found in record.readings.items()} == expected
