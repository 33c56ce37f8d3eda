"""When two values of a field say the same."""

import pytest

from domain.fields import Field
from matching.agreement import Agreement, compare_values

DIFFERS, NEAR, AGREES, EQUAL = Agreement


@pytest.mark.parametrize(
    ("field", "submitted", "read", "expected"),
    [
        (Field.BIRTH_DATE, "1994-06-12", "1994-06", AGREES),
        (Field.BIRTH_DATE, "1994-06-12", "1994-07", DIFFERS),
        (Field.ID_NUMBER, "61010319850715234x", "61010319850715234X", EQUAL),
        (Field.ID_NUMBER, "610103198507152346", "610103850715234", AGREES),
        (Field.ID_NUMBER, "610103198507152346", "610103198507152347", DIFFERS),
        (Field.CERTIFICATE_NUMBER, "SN-2016-0417", "NO.SN20160417", AGREES),
        (Field.CERTIFICATE_NUMBER, "第0417号", "0417", AGREES),
        (Field.CERTIFICATE_NUMBER, "0417", "0418", DIFFERS),
        (Field.APPROVAL_NUMBER, "陕人社函[2016]10号", "陕人社函〔2016〕10号", EQUAL),
        (Field.APPROVAL_NUMBER, "西理人事[2022]14号", "西安理工人事〔2022〕14号", AGREES),
        (Field.EMPLOYER, "西安市第一中学", "陕西省西安市第一中学", AGREES),
        (Field.EMPLOYER, "西安第一中学", "西安市第一中学", NEAR),
        (Field.EMPLOYER, "西安市第一中学", "西安市第二中学", DIFFERS),
        (Field.EMPLOYER, "西安市第一中学", "西安市第一中学附属小学", DIFFERS),
        (Field.EMPLOYER, "西安市第一中", "西安市第一中学", NEAR),
        (Field.EMPLOYER, "安市第一中学", "西安市第一中学", NEAR),
        (Field.EMPLOYER, "陕西省人民医院", "陕西省第二人民医院", DIFFERS),
        (Field.EMPLOYER, "陕西建工有限公司", "陕西建工有限责任公司", NEAR),
        (Field.EMPLOYER, "陕西建工集团", "陕西建工集团有限公司", AGREES),
        (Field.EMPLOYER, "宝鸡市人民医院", "西安市人民医院", DIFFERS),
        (Field.ISSUER, "西安市人社局", "西安市人力资源和社会保障局", EQUAL),
        (Field.ISSUER, "西安市人力资源和社会保障局", "西安市人力资源和社会保障局职称专用章", EQUAL),
        (Field.ISSUER, "宝鸡市人力资源和社会保障局", "西安市人力资源和社会保障局", DIFFERS),
        (Field.COMMITTEE, "西安市中学教师中级评委会", "西安市中学教师中级评审委员会", EQUAL),
        (Field.COMMITTEE, "西安市中学教师中级评审委员会", "中学教师中级评审委员会", AGREES),
        (Field.COMMITTEE, "西安市中学教师中级职务评审委员会", "西安市中学教师中级评审委员会", AGREES),
        (Field.COMMITTEE, "西安市中学教师中级评审委员会", "西安市中学教师高级评审委员会", DIFFERS),
        (Field.COMMITTEE, "西安市第一评审委员会", "西安市第二评审委员会", DIFFERS),
        (Field.SPECIALTY, "机械", "机械工程", AGREES),
        (Field.SPECIALTY, "数学专业", "数学", AGREES),
        (Field.SPECIALTY, "电气工程", "电子工程", DIFFERS),
        (Field.TITLE, "工程师", "工程师机械制造", AGREES),
        (Field.TITLE, "工程师", "高级工程师机械制造", DIFFERS),
        (Field.LEVEL, "副高级", "高级", AGREES),
        (Field.SERIES, "工程", "工程技术人员", AGREES),
        (Field.SERIES, "工程", "卫生", DIFFERS),
        (Field.GENDER, "男", "女", DIFFERS),
        (Field.NAME, "买买提吐尔逊", "买买提·吐尔逊", AGREES),
    ],
)
def test_values_compare(field: Field, submitted: str, read: str, expected: Agreement) -> None:
    assert compare_values(field, submitted, read) is expected
    assert compare_values(field, read, submitted) is expected


def test_a_leading_group_is_not_its_office() -> None:
    group, office = "陕西省职称改革工作领导小组", "陕西省职称改革工作领导小组办公室"

    assert compare_values(Field.ISSUER, group, office) is Agreement.NEAR
    assert compare_values(Field.ISSUER, office, office) is Agreement.EQUAL
