"""Paper as it comes: tinted, leaning, speckled, broken over lines and pages."""

import pytest

from domain.fields import Field
from domain.records import CandidateRecord, PageReading
from ocr.certificates import read_certificates
from ocr.layout import place_lines
from ocr.noise import drop_noise
from tests.paper import line, page

PERSON = ("姓名：李晓燕", "性别：女", "身份证号：610103198003072426")


def only(*pages: PageReading) -> CandidateRecord:
    (record,) = read_certificates(pages)
    return record


def value(record: CandidateRecord, name: Field) -> str | None:
    reading = record.readings.get(name)
    return reading.value if reading else None


def statement(*texts: str) -> PageReading:
    """A certificate of sentences, line by line."""
    return page(
        [line("任职资格证书", 450, 120, size=50), *(line(t, 150, 300 + 60 * i) for i, t in enumerate(texts))]
    )


def form(*texts: str) -> PageReading:
    """A certificate of labels, one below the other, with a heading."""
    return page(
        [line("职称证书", 450, 120, size=50), *(line(t, 150, 250 + 60 * i) for i, t in enumerate(texts))]
    )


def test_a_sentence_about_the_named_person_starts_no_second_certificate() -> None:
    record = only(
        page(
            [
                line("专业技术职务任职资格证书", 300, 100, size=46),
                line("姓名", 150, 220),
                line("李晓燕", 300, 220),
                line("性别", 650, 220),
                line("女", 800, 220),
                line("身份证号码", 150, 300),
                line("610103198003072426", 350, 300),
                line("资格名称", 150, 380),
                line("高级教师", 350, 380),
                line("审批文号", 650, 380),
                line("宝市职改发〔2015〕57号", 800, 380),
                line("经评审，该同志符合任职资格条件，同意发给任职资格证书。", 200, 700),
                line("宝鸡市职称改革工作领导小组", 650, 900),
                line("2015年12月28日", 700, 960),
            ]
        )
    )
    assert value(record, Field.NAME) == "李晓燕"
    assert value(record, Field.TITLE) == "高级教师"
    assert value(record, Field.ISSUED_ON) == "2015-12-28"


def test_the_tint_of_security_paper_is_no_text() -> None:
    tint = [
        line("专业技术职务", 30 + 260 * column + 70 * (row % 2), 40 + 90 * row, size=26)
        for row in range(9)
        for column in range(4)
    ]
    first = page([*tint, *(line(text, 300, 490 + 90 * i) for i, text in enumerate(PERSON))], page_number=1)
    second = page(
        [
            line("任职资格：工程师", 150, 200),
            line("专业：工民建", 150, 280),
            line("发证日期：2013年3月20日", 150, 360),
        ],
        page_number=2,
    )
    record = only(first, second)
    assert record.last_page_number == 2
    assert value(record, Field.TITLE) == "工程师"
    assert value(record, Field.SPECIALTY) == "工民建"


def test_a_word_repeated_in_one_column_is_no_tint() -> None:
    column = page([line("工程师", 700, 100 + 50 * i) for i in range(12)])
    assert len(drop_noise(place_lines(column))) == 12


@pytest.mark.parametrize(
    ("last", "below"),
    [("市工程系列中级专业技术职务", "评审委员会"), ("市工程系列中级专业技术职务评", "审委员会")],
)
def test_a_committee_broken_over_two_lines_is_one(last: str, below: str) -> None:
    record = only(
        page(
            [
                line("职称证书", 450, 120, size=50),
                *(line(text, 150, 220 + 70 * i) for i, text in enumerate(PERSON)),
                line(f"评审委员会：宝鸡{last}", 150, 500),
                line(below, 330, 540),
                line("公布文号：宝人社职〔2012〕101号", 150, 640),
            ]
        )
    )
    assert value(record, Field.COMMITTEE) == "宝鸡市工程系列中级专业技术职务评审委员会"


@pytest.mark.parametrize("date", ["2016年5月19日", "2016年5月.19日", "2016年5月19·日", "2016年.5月19日"])
def test_a_date_before_the_committee_is_the_grant_and_specks_do_not_hide_it(date: str) -> None:
    record = only(
        statement(
            "李晓燕．性别女．身份证号610103198003072426，工作单位",
            f"西安市第三商贸公司。{date}经陕西省经济系列中级专业",
            "技术职务任职资格评审委员会评审通过．获得金融",
            "专业经济师任职资格。",
            "特发此证。",
        )
    )
    assert value(record, Field.NAME) == "李晓燕"
    assert value(record, Field.GENDER) == "女"
    assert value(record, Field.EMPLOYER) == "西安市第三商贸公司"
    assert value(record, Field.SPECIALTY) == "金融"
    assert value(record, Field.TITLE) == "经济师"
    assert value(record, Field.GRANTED_ON) == "2016-05-19"
    assert Field.APPROVAL_NUMBER not in record.readings


def test_a_date_with_a_lost_numeral_is_kept_without_a_value() -> None:
    record = only(
        statement(
            "李晓燕同志，女，在眉县中医医院从事放射医学专业技术工作。经陕西省卫生",
            "系列高级专业技术职务评审委员会评审，自二一年十月二十一日起具备副主任",
            "医师任职资格。特发此证。",
        )
    )
    assert value(record, Field.GENDER) == "女"
    assert value(record, Field.EMPLOYER) == "眉县中医医院"
    assert value(record, Field.SPECIALTY) == "放射医学"
    assert record.readings[Field.GRANTED_ON].raw == "二一年十月二十一日"
    assert value(record, Field.GRANTED_ON) == ""


@pytest.mark.parametrize(
    ("said", "specialty", "title"),
    [
        ("取得新闻专业（广播电视）编辑任职资格。", "广播电视", "编辑"),
        ("取得玉雕高级工艺美术师职称。", "玉雕", "高级工艺美术师"),
        ("应用数学专业，具备讲师任职资格。", "应用数学", "讲师"),
        ("取得中学高级教师任职资格。", None, "中学高级教师"),
    ],
)
def test_speciality_and_title_are_told_apart(said: str, specialty: str | None, title: str) -> None:
    record = only(
        statement(
            "兹证明李晓燕·同志已于2014年1月10日通过宝鸡市中级专业",
            f"技术职务评审委员会评审，{said}",
            "身份证号：610103198003072426",
        )
    )
    assert value(record, Field.NAME) == "李晓燕"
    assert value(record, Field.COMMITTEE) == "宝鸡市中级专业技术职务评审委员会"
    assert (value(record, Field.SPECIALTY), value(record, Field.TITLE)) == (specialty, title)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (".工作单位：西安市第八中学", Field.EMPLOYER, "西安市第八中学"),
        ("资格名称Qualificatjon: 高级教师", Field.TITLE, "高级教师"),
        ("批准时间Dáte of Approval : 2018年08月31日", Field.GRANTED_ON, "2018-08-31"),
        ("号：GYMS2018-1037", Field.CERTIFICATE_NUMBER, "GYMS2018-1037"),
        ("王日期：2018年2月9日", Field.ISSUED_ON, "2018-02-09"),
        ("证书编号：第20160192号", Field.CERTIFICATE_NUMBER, "20160192"),
        ("证书号：NO.12008207", Field.CERTIFICATE_NUMBER, "NO.12008207"),
    ],
)
def test_specks_and_torn_labels_do_not_hide_values(text: str, name: Field, expected: str) -> None:
    assert value(only(form(*PERSON, text)), name) == expected


def test_specks_inside_an_id_number_are_no_digits() -> None:
    record = only(form("姓名：李晓燕", "身份证号：61010319800.307242.6", "资格名称：高级教师"))
    assert value(record, Field.ID_NUMBER) == "610103198003072426"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("资格名称：宝鸡市职称改革工作领导小组办公室", Field.TITLE),
        ("发证机关：陕西省", Field.ISSUER),
        ("专业：经济师任职资格", Field.SPECIALTY),
    ],
)
def test_what_cannot_be_a_fields_value_leaves_its_label_empty(text: str, name: Field) -> None:
    record = only(form(*PERSON, text, "证书编号：SX2016001234"))
    assert name not in record.readings
    assert name in record.empty_labels


@pytest.mark.parametrize(
    ("text", "is_electronic"),
    [
        ("本证书为电子证书，与纸质证书具有同等效力", True),
        ("电子职称证书", True),
        ("扫描二维码查验证书真伪", True),
        ("查询网址：http://zscx.example.gov.cn", False),
        ("本证书不是电子证书，涂改无效", False),
    ],
)
def test_electronic_certificates_say_so(text: str, is_electronic: bool) -> None:
    record = only(form(*PERSON, "资格名称：高级教师", text))
    assert value(record, Field.CERTIFICATE_STATUS) == ("电子证书" if is_electronic else None)


def test_labels_side_by_side_above_their_values_stay_two() -> None:
    record = only(
        page(
            [
                line("职称证书", 450, 100, size=50),
                line("姓名", 200, 220),
                line("李晓燕", 200, 260),
                line("任职资格", 200, 360),
                line("批准时间", 700, 360),
                line("高级经济师", 200, 400),
                line("2012.10.23", 700, 400),
            ]
        )
    )
    assert value(record, Field.TITLE) == "高级经济师"
    assert value(record, Field.GRANTED_ON) == "2012-10-23"


def test_a_date_under_a_seal_with_strokes_in_it_is_kept_as_read() -> None:
    record = only(
        page(
            [
                line("职称证书", 450, 100, size=50),
                *(line(text, 150, 220 + 60 * i) for i, text in enumerate(PERSON)),
                line("西安市人力资源和社会保障局", 600, 800),
                line("二〇一五年九月≥日", 650, 850, under_seal=True),
            ]
        )
    )
    assert record.readings[Field.ISSUED_ON].raw == "二〇一五年九月≥日"
    assert value(record, Field.ISSUED_ON) == ""
