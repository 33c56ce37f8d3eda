"""What each kind of paper is taken for, page by page and file by file."""

import pytest

from domain.records import PageReading, PaperKind
from ocr.certificates import read_certificates
from ocr.papers import classify_document, classify_page
from tests.paper import line, page


def _classify_file(pages: list[PageReading]) -> PaperKind:
    return classify_document([classify_page(one) for one in pages])


def paper(*texts: str, size: float = 30, page_number: int = 1) -> PageReading:
    """A page of lines below each other; the first is the heading, set larger."""
    lines = [line(texts[0], 300, 100, size=1.6 * size)] if texts else []
    lines += [line(text, 130, 220 + 60 * i, size=size) for i, text in enumerate(texts[1:])]
    return page(lines, page_number=page_number)


CERTIFICATE = paper(
    "专业技术职务任职资格证书",
    "姓名：李晓燕",
    "性别：女",
    "资格名称：高级教师",
    "批准日期：2015.12.28",
    "证书编号：001",
)
APPROVAL = paper(
    "陕西省人力资源和社会保障厅文件",
    "陕人社函〔2016〕10号",
    "关于批准李晓燕等35名同志具备高级工程师任职资格的通知",
    "各设区市人力资源和社会保障局，省级有关部门：",
    "经陕西省工程系列高级专业技术职务任职资格评审委员会2015年12月28日评审，",
    "李晓燕等35名同志具备高级工程师任职资格。任职资格时间从2015年12月28日算起。",
    "附件：具备高级工程师任职资格人员名单",
    "陕西省人力资源和社会保障厅",
    "2016年1月10日",
)
NAMES = paper(
    "", "张三  李四  王五  赵六", "张　三  李四海  王五洋  赵六一", "钱七  孙八一  周九", page_number=2
)


@pytest.mark.parametrize(
    ("reading", "kind"),
    [
        pytest.param(CERTIFICATE, PaperKind.CERTIFICATE, id="labels"),
        pytest.param(
            paper(
                "职称证书",
                "李晓燕同志：",
                "经西安市中小学教师系列高级职称评审委员会2015年12月28日评审，你具备",
                "高级教师任职资格，特发此证。",
                "西安市教育局",
                "2016年4月8日",
            ),
            PaperKind.CERTIFICATE,
            id="statement-addressed",
        ),
        pytest.param(
            paper(
                "证明",
                "兹证明王建国（身份证号610602197511023713）于2015年12月28日经省工程系列评委会",
                "评审通过，已具备高级工程师任职资格。",
                "发证机关：陕西省人力资源和社会保障厅",
            ),
            PaperKind.CERTIFICATE,
            id="statement-certifying",
        ),
        pytest.param(
            paper(
                "中华人民共和国专业技术人员职业资格证书",
                "会计专业技术资格",
                "姓名：李晓燕",
                "证件号码：610103198003072426",
                "级别：中级",
                "批准日期：2015年09月13日",
                "管理号：15210006101",
            ),
            PaperKind.CERTIFICATE,
            id="national-exam-is-a-title",
        ),
        pytest.param(
            paper(
                "会计专业技术资格",
                "姓名 Full Name 李晓燕",
                "性别 Sex 女",
                "资格名称 Qualification 会计师",
                "签发单位盖章 Issued by",
                "管理号 File No. 15210006101",
            ),
            PaperKind.CERTIFICATE,
            id="bilingual",
        ),
        pytest.param(APPROVAL, PaperKind.APPROVAL, id="approval"),
        pytest.param(
            paper(
                "西安市人力资源和社会保障局",
                "市人社职字〔2015〕33号",
                "关于王建国等12名同志取得中级专业技术资格的批复",
                "市教育局：",
                "你局报来的材料收悉。经研究，同意王建国等12名同志取得一级教师资格。名单如下：",
                "王建国 李晓燕 赵敏 马晓东",
            ),
            PaperKind.APPROVAL,
            id="reply-with-running-names",
        ),
        pytest.param(
            paper(
                "关于2016年度工程系列高级职称评审结果的公示",
                "根据有关规定，现将评审通过人员名单予以公示。公示期5个工作日，",
                "公示期间如有异议，请向省职改办反映。监督电话：029-88888888",
                "张三 李四 王五",
            ),
            PaperKind.PUBLIC_NOTICE,
            id="public-notice",
        ),
        pytest.param(
            paper(
                "陕西省职称改革工作领导小组办公室文件",
                "陕职改办发〔2016〕5号",
                "关于批准张三等20人高级工程师任职资格的通知",
                "各有关单位：",
                "经评审委员会评审，并经公示无异议，现批准张三等20人具备高级工程师任职资格。",
                "附件：名单",
            ),
            PaperKind.APPROVAL,
            id="approval-that-reports-its-notice",
        ),
        pytest.param(
            paper(
                "秦岭市职称改革工作领导小组办公室",
                "秦职改〔2011〕15号",
                "关于批准郑小满等21位同志具备中学高级教师任职资格的通知",
                "各县职改办：",
                "经秦岭市中小学教师专业技术职务评审委员会评审，并按规定公示",
                "无异议，同意郑小满等21位同志具备相应专业技术职务任职资格（名单附",
                "后），任职资格时间从二〇一一年十二月二十八日起计算。",
                "附件：具备任职资格人员名单",
            ),
            PaperKind.APPROVAL,
            id="approval-whose-line-breaks-after-notice",
        ),
        pytest.param(
            paper(
                "姓名 李晓燕",
                "性别 女 民族 汉",
                "出生 1980年3月7日",
                "住址 陕西省西安市雁塔区小寨东路12号",
                "公民身份号码 610103198003072426",
            ),
            PaperKind.ID_CARD,
            id="id-card-front",
        ),
        pytest.param(
            paper(
                "中华人民共和国",
                "居民身份证",
                "签发机关 西安市公安局雁塔分局",
                "有效期限 2010.01.01-2030.01.01",
            ),
            PaperKind.ID_CARD,
            id="id-card-back",
        ),
        pytest.param(
            paper(
                "聘书",
                "兹聘任李晓燕同志为我校高级教师，聘期三年。",
                "2016年9月1日至2019年8月31日",
                "西安市第八中学",
            ),
            PaperKind.APPOINTMENT_LETTER,
            id="appointment",
        ),
        pytest.param(
            paper(
                "职业资格证书",
                "姓名：王建国",
                "证书编号：1561000000301234",
                "职业（工种）及等级：维修电工 三级/高级技能",
                "理论知识考试成绩：85",
                "操作技能考核成绩：82",
                "评定成绩：合格",
                "职业技能鉴定（指导）中心（印）",
            ),
            PaperKind.SKILL_CERTIFICATE,
            id="skill-grade",
        ),
        pytest.param(
            paper(
                "职业技能等级证书",
                "姓名：王建国",
                "职业名称：电工",
                "职业技能等级：四级/中级工",
                "证书编号：S000061010",
            ),
            PaperKind.SKILL_CERTIFICATE,
            id="skill-level-certificate",
        ),
        pytest.param(
            paper(
                "承诺书",
                "本单位郑重承诺：所报送的职称信息真实、准确、完整。",
                "承诺单位（盖章）：",
                "2021年4月20日",
            ),
            PaperKind.COMMITMENT_LETTER,
            id="commitment",
        ),
        pytest.param(
            paper(
                "普通高等学校毕业证书",
                "学生李晓燕，性别女，修完四年制本科教学计划规定的全部课程，",
                "成绩合格，准予毕业。",
            ),
            PaperKind.DIPLOMA,
            id="diploma",
        ),
        pytest.param(
            paper("学士学位证书", "李晓燕，授予理学学士学位。", "证书编号：1069742002001234"),
            PaperKind.DIPLOMA,
            id="degree",
        ),
        pytest.param(paper("专业技术职务任职资格证书"), PaperKind.COVER, id="cover-of-a-booklet"),
        pytest.param(paper("职称证书复印件", "西安市第八中学"), PaperKind.COVER, id="cover-of-a-bundle"),
        pytest.param(paper(), PaperKind.BLANK, id="blank"),
        pytest.param(paper("口"), PaperKind.BLANK, id="speck"),
        pytest.param(
            paper("采购合同", "甲方：西安某某公司", "乙方：宝鸡某某公司", "金额：12000元"),
            PaperKind.OTHER,
            id="other",
        ),
    ],
)
def test_each_paper_is_known_for_what_it_is(reading: PageReading, kind: PaperKind) -> None:
    assert classify_page(reading) is kind


def test_a_certificate_of_the_second_page_kind_is_not_lost() -> None:
    second = paper(
        "",
        "专业：中学数学",
        "任职资格：高级教师",
        "评审时间：2015年12月28日",
        "发证机关：西安市教育局",
        "证书编号：001",
    )

    assert classify_page(second) is PaperKind.CERTIFICATE


def test_the_lists_of_an_approval_belong_to_it() -> None:
    assert _classify_file([APPROVAL, NAMES, NAMES]) is PaperKind.APPROVAL


def test_a_cover_does_not_decide_what_an_approval_is() -> None:
    assert _classify_file([paper("职称材料"), APPROVAL, NAMES]) is PaperKind.APPROVAL


def test_a_notice_stays_a_notice_whatever_its_lists_look_like() -> None:
    notice = paper("关于高级职称评审结果的公示", "现将名单予以公示，公示期为5个工作日。", "如有异议请来电。")

    assert _classify_file([notice, NAMES]) is PaperKind.PUBLIC_NOTICE


def test_one_certificate_among_other_papers_makes_a_certificate_file() -> None:
    id_card = paper("姓名 李晓燕", "民族 汉", "住址 陕西省西安市", "公民身份号码 610103198003072426")

    assert _classify_file([id_card, CERTIFICATE, paper()]) is PaperKind.CERTIFICATE


def test_the_commonest_kind_wins_where_no_page_is_a_certificate() -> None:
    id_card = paper("姓名 李晓燕", "民族 汉", "住址 陕西省西安市", "公民身份号码 610103198003072426")

    assert _classify_file([id_card, id_card, paper("其他材料", "无关内容若干")]) is PaperKind.ID_CARD
    assert _classify_file([paper(), paper()]) is PaperKind.BLANK
    assert _classify_file([]) is PaperKind.BLANK


@pytest.mark.parametrize("people", [1, 3])
def test_a_table_of_people_is_no_certificate(people: int) -> None:
    headings = ("序号", "姓名", "性别", "工作单位", "资格名称", "证书编号")
    names = ("李晓燕", "王建国", "赵芳")
    rows = [headings] + [
        (str(i + 1), names[i], "女", "西安市第八中学", "高级教师", f"SX20160{i}") for i in range(people)
    ]
    cells = [
        line(text, 60 + 180 * c, 100 + 50 * r) for r, row in enumerate(rows) for c, text in enumerate(row)
    ]
    reading = page(cells)
    assert classify_page(reading) is not PaperKind.CERTIFICATE
    assert read_certificates([reading]) == ()


def test_a_table_whose_headings_run_into_each_other_is_no_certificate() -> None:
    headings = (("序号 姓名", 60), ("性别 工作单位", 250), ("资格名称", 600), ("专业", 740), ("级别", 860))
    cells = [line(text, x, 100) for text, x in headings]
    for i, name in enumerate(("李晓燕", "王建国", "赵芳")):
        row = [(str(i + 1), 60), (name, 130), ("女", 250), ("兰州市第二人民医院", 320)]
        row += [("会计师", 600), ("会计", 740), ("中级", 860)]
        cells += [line(text, x, 160 + 50 * i) for text, x in row]
    assert classify_page(page(cells)) is not PaperKind.CERTIFICATE


@pytest.mark.parametrize(
    "texts",
    [
        ("经济系列中级任职资格", "证书复印件", "西安市第三商贸公司"),
        ("中华人民共和国", "专业技术职务任职资格证书", "陕西省人力资源和社会保障厅印制"),
    ],
)
def test_a_heading_that_names_nobody_is_a_cover(texts: tuple[str, ...]) -> None:
    assert classify_page(paper(*texts)) is PaperKind.COVER
    assert read_certificates([paper(*texts)]) == ()
