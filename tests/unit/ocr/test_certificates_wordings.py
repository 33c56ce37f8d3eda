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
    (
        "number-broken-in-a-sentence",
        page(
            [
                line("浙江省高、中级专业技术职务", 340, 60, size=40),
                line("任职资格证书", 440, 130, size=56),
                line("李晓燕，女，1980年3月7日出生，身份证号码610103198", 330, 250),
                line("003072426，工作单位：越州市市政工程有限公司。经越州", 280, 310),
                line("市建设工程专业中级工程师资格评审委员会评审，于2018年12", 280, 370),
                line("月8日取得工程造价专业工程师任职资格。", 280, 430),
                line("证书编号", 60, 500),
                line("特发此证。", 300, 500),
                line("Z33182204063", 60, 550),
                line("浙江省人力资源和社会保障厅", 700, 660),
                line("二〇一九年三月二十七日", 720, 720),
            ],
            height_px=860,
        ),
        {
            Field.NAME: "李晓燕",
            Field.GENDER: "女",
            Field.BIRTH_DATE: "1980-03-07",
            Field.ID_NUMBER: "610103198003072426",
            Field.EMPLOYER: "越州市市政工程有限公司",
            Field.COMMITTEE: "越州市建设工程专业中级工程师资格评审委员会",
            Field.GRANTED_ON: "2018-12-08",
            Field.SPECIALTY: "工程造价",
            Field.TITLE: "工程师",
            Field.CERTIFICATE_NUMBER: "Z33182204063",
            Field.ISSUER: "浙江省人力资源和社会保障厅",
            Field.ISSUED_ON: "2019-03-27",
        },
    ),
    (
        "labels-above-and-a-committee",
        page(
            [
                line("专业技术职务资格证书", 300, 100, size=46),
                *column("姓名", "李晓燕", "所在单位", "齐河湾市图书馆", left=120, top=260, step=45),
                *column("专业技术资格", "馆员", left=120, top=480, step=38),
                *column("评审委员会", left=120, top=545),
                *column("齐河湾市文博图档专业中级职务评审委员会", left=120, top=590),
                line("资格取得时间", 120, 680),
                line("发证时间", 640, 680),
                line("2016年12月17日", 120, 725),
                line("2017年4月10日", 630, 700, size=34, under_seal=True),
                line("证书编号", 120, 800),
                line("鲁T16C595518", 120, 845),
                line("齐河湾市人力资源和社会保障局（印）", 600, 920, under_seal=True),
            ],
            height_px=1100,
        ),
        {
            Field.NAME: "李晓燕",
            Field.EMPLOYER: "齐河湾市图书馆",
            Field.TITLE: "馆员",
            Field.COMMITTEE: "齐河湾市文博图档专业中级职务评审委员会",
            Field.GRANTED_ON: "2016-12-17",
            Field.ISSUED_ON: "2017-04-10",
            Field.CERTIFICATE_NUMBER: "鲁T16C595518",
            Field.ISSUER: "齐河湾市人力资源和社会保障局",
        },
    ),
    (
        "two-bodies-at-the-foot",
        page(
            [
                line("专业技术职务任职资格证书", 340, 100, size=46),
                line("李晓燕同志具备中学一级教师任职资格，特发此证。", 200, 300),
                line("滨河市中小学教师职务评审委员会", 200, 700),
                line("滨河市人事局", 760, 700),
                line("二〇〇八年三月十二日", 720, 760),
            ],
            height_px=900,
        ),
        {
            Field.NAME: "李晓燕",
            Field.TITLE: "中学一级教师",
            Field.COMMITTEE: "滨河市中小学教师职务评审委员会",
            Field.ISSUER: "滨河市人事局",
            Field.ISSUED_ON: "2008-03-12",
        },
    ),
    (
        "a-subject-taught-and-a-broken-committee",
        page(
            [
                *column(
                    "姓  名 李晓燕",
                    "工作单位 临津县第三高级中学",
                    "任教学科 英语",
                    "任职资格 中学高级教师",
                    "授予时间 2013年11月24日",
                    "评审组织 河南省中小学教师高级专业技术职务",
                    left=650,
                    top=120,
                    step=70,
                ),
                line("评审委员会", 800, 512),
                line("领", 980, 515, under_seal=True),
                line("滨河市职称改革领导小组办公室", 760, 600, under_seal=True),
                line("证书编号：豫职证字111300812号", 80, 500),
                line("发证日期：2014年3月18日", 80, 580),
            ],
            height_px=800,
        ),
        {
            Field.NAME: "李晓燕",
            Field.EMPLOYER: "临津县第三高级中学",
            Field.SPECIALTY: "英语",
            Field.TITLE: "中学高级教师",
            Field.GRANTED_ON: "2013-11-24",
            Field.COMMITTEE: "河南省中小学教师高级专业技术职务评审委员会",
            Field.ISSUER: "滨河市职称改革领导小组办公室",
            Field.CERTIFICATE_NUMBER: "豫职证字111300812号",
            Field.ISSUED_ON: "2014-03-18",
        },
    ),
    (
        "a-sentence-beside-a-form",
        page(
            [
                line("李晓燕同志经辽宁省高等学", 130, 120),
                line("校教师高级职务评审委员会评审，", 70, 180),
                line("确认具备副教授任职资格，自20", 70, 240),
                line("11年9月28日起有效，特发此证。", 70, 300),
                line("辽宁省人力资源和社会保障厅", 150, 560),
                line("二〇一一年十二月十二日", 170, 620),
                *column(
                    "姓名 李晓燕",
                    "性别 女",
                    "单位名称 辽东工程技术学院",
                    "从事专业 汉语言文学",
                    "证号 辽高校证第201101471号",
                    left=560,
                    top=125,
                    step=61,
                ),
            ],
            height_px=800,
        ),
        {
            Field.NAME: "李晓燕",
            Field.GENDER: "女",
            Field.EMPLOYER: "辽东工程技术学院",
            Field.SPECIALTY: "汉语言文学",
            Field.TITLE: "副教授",
            Field.COMMITTEE: "辽宁省高等学校教师高级职务评审委员会",
            Field.GRANTED_ON: "2011-09-28",
            Field.CERTIFICATE_NUMBER: "辽高校证第201101471号",
            Field.ISSUER: "辽宁省人力资源和社会保障厅",
            Field.ISSUED_ON: "2011-12-12",
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


FRONT = (
    ("姓名", "李晓燕"),
    ("性别", "女"),
    ("出生年月", "1980年3月"),
    ("公民身份号码", "610103198003072426"),
    ("工作单位", "陇源县种子管理站"),
)


def front(name: str = "李晓燕", page_number: int = 1) -> PageReading:
    pairs = [("姓名", name), *FRONT[1:]]
    return page(
        [
            *column(*(label for label, _ in pairs), left=130, top=300),
            *column(*(value for _, value in pairs), left=430, top=300),
            line("证号：甘职字第120214号", 130, 700),
        ],
        page_number=page_number,
    )


def back(name: str = "李晓燕", page_number: int = 2, title: str = "高级农艺师") -> PageReading:
    return page(
        [
            line("经甘肃省农业技术系列高级职务任职", 200, 120),
            line(f"资格评审委员会评审通过，批准{name}同", 130, 180),
            line("志具备", 130, 240),
            line(title, 400, 320, size=46),
            line("专业技术职务任职资格。", 130, 420),
            line("批准时间：2012年10月30日", 130, 500),
            line("发证机关（章）", 560, 800),
            line("二〇一三年一月十五日", 500, 880),
        ],
        page_number=page_number,
    )


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([front(), back()], id="front-first"),
        pytest.param([back(page_number=1), front(page_number=2)], id="back-first"),
        pytest.param([front("张晓燕"), back("張晓燕")], id="read-as-a-traditional-character"),
        pytest.param([front(), page([], page_number=2), back(page_number=3)], id="blank-sheet-between"),
        pytest.param([front(), back(), back(page_number=3)], id="back-copied-twice"),
    ],
)
def test_pages_that_both_name_their_person_are_one_certificate(pages: list[PageReading]) -> None:
    (record,) = read_certificates(pages)

    assert record.readings[Field.ID_NUMBER].value == "610103198003072426"
    assert record.readings[Field.TITLE].value == "高级农艺师"
    assert record.readings[Field.GRANTED_ON].value == "2012-10-30"
    assert record.page_number == 1


def test_two_booklets_in_one_file_stay_two() -> None:
    pages = [front(), back(), front("王小明", 3), back("王小明", 4)]

    records = read_certificates(pages)

    assert [(r.readings[Field.NAME].value, r.page_number, r.last_page_number) for r in records] == [
        ("李晓燕", 1, 2),
        ("王小明", 3, 4),
    ]


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([front(), back("李晓雁")], id="another-name"),
        pytest.param([back(page_number=1), back(page_number=2, title="农艺师")], id="another-title"),
    ],
)
def test_pages_that_contradict_each_other_are_not_joined(pages: list[PageReading]) -> None:
    assert len(read_certificates(pages)) == 2


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("任课门类英语", "临津县第三高级中学"),
        ("高中英语教研组", "临津县第三高级中学高中英语教研组"),
        ("第二校区", "临津县第三高级中学第二校区"),
    ],
)
def test_a_complete_employer_goes_on_only_with_a_part_of_it(below: str, expected: str) -> None:
    lines = [
        HEADING,
        line("姓　　名：李晓燕", 130, 250),
        line("工作单位：临津县第三高级中学", 130, 310),
        line(below, 280, 350),
        line("任职资格：中学高级教师", 130, 420),
    ]

    (record,) = read_certificates([page(lines, height_px=800)])

    assert record.readings[Field.EMPLOYER].value == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "李晓燕同志，工作单位：越州市政工程公司，经越州市工程师资格评审委员会评审，于2018年12月8日取得工程师任职资格。",
        "李晓燕，女，单位名称：越州市政工程公司；经越州市工程师资格评审委员会评审通过，具备工程师任职资格。",
    ],
)
@pytest.mark.parametrize("width", range(18, 31, 2))
def test_an_employer_in_a_sentence_holds_nothing_else_wherever_the_lines_break(
    sentence: str, width: int
) -> None:
    rows = [sentence[i : i + width] for i in range(0, len(sentence), width)]

    (record,) = read_certificates([page([HEADING, *column(*rows, step=50)], height_px=800)])

    assert record.readings[Field.EMPLOYER].value == "越州市政工程公司"
    assert record.readings[Field.COMMITTEE].value == "越州市工程师资格评审委员会"


@pytest.mark.parametrize(
    "heading", ["高、中级专业技术资格证书", "高级、中级专业技术职务证书", "初中级专业技术职务任职资格证书"]
)
def test_a_heading_for_several_levels_gives_none(heading: str) -> None:
    lines = [line(heading, 200, 100, size=46), line("李晓燕同志具备工程师任职资格。", 200, 300)]

    (record,) = read_certificates([page(lines, height_px=800)])

    assert Field.LEVEL not in record.readings
