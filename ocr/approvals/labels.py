"""Labels over the columns of lists, in their many spellings."""

import re
from enum import StrEnum
from functools import cache, lru_cache

from domain.fields import LABEL_SYNONYMS, Field
from domain.text import fold

_PARENTHESES = re.compile(r"\([^()]*\)?")


class ColumnRole(StrEnum):
    """Columns that hold no field of a record."""

    SERIAL = "serial"
    OTHER = "other"


Role = Field | ColumnRole

_LIST_FIELDS = (
    Field.NAME,
    Field.GENDER,
    Field.ID_TYPE,
    Field.ID_NUMBER,
    Field.BIRTH_DATE,
    Field.EMPLOYER,
    Field.LEVEL,
    Field.SERIES,
    Field.SPECIALTY,
    Field.TITLE,
    Field.GRANTED_ON,
    Field.CERTIFICATE_NUMBER,
    Field.COMMITTEE,
    Field.PHONE,
)
_LABELS: dict[str, Role] = {fold(label): name for name in _LIST_FIELDS for label in LABEL_SYNONYMS[name]}
_LIST_LABELS: dict[str, Role] = {
    "序号": ColumnRole.SERIAL,
    "编号": ColumnRole.SERIAL,
    "顺序号": ColumnRole.SERIAL,
    "序": ColumnRole.SERIAL,
    "NO": ColumnRole.SERIAL,
    "NO.": ColumnRole.SERIAL,
    "性別": Field.GENDER,
    "姓名": Field.NAME,
    "学科": Field.SPECIALTY,
    "任教学科": Field.SPECIALTY,
    "申报学科": Field.SPECIALTY,
    "评审学科": Field.SPECIALTY,
    "专业(学科)": Field.SPECIALTY,
    "民族": ColumnRole.OTHER,
    "年龄": ColumnRole.OTHER,
    "备注": ColumnRole.OTHER,
    "学历": ColumnRole.OTHER,
    "学位": ColumnRole.OTHER,
    "人数": ColumnRole.OTHER,
    "地市": ColumnRole.OTHER,
    "区县": ColumnRole.OTHER,
    "县区": ColumnRole.OTHER,
}
_SYNONYMS = _LABELS | _LIST_LABELS
# The first rule that matches decides: what a column is *not* comes before what its words also mean.
_RULES: tuple[tuple[re.Pattern[str], Role], ...] = tuple(
    (re.compile(pattern), role)
    for pattern, role in (
        (
            r"文号|备注|说明|学历|学位|毕业|民族|政治|籍贯|年龄|工龄|年限|方式|类型|性质|人数",
            ColumnRole.OTHER,
        ),
        (
            r"票|得分|成绩|结果|意见|签名|签字|方向|行政职务|参加工作|所属|地区|市县|区划|组建",
            ColumnRole.OTHER,
        ),
        (r"(?:^|[^发体])(?:现任|原|现有|已有|现职|现专业技术|聘任|受聘|现聘|行政)", ColumnRole.OTHER),
        (r"(?:主管|呈报|推荐|上级|归口|报送|上报|隶属).*(?:单位|部门)", ColumnRole.OTHER),
        (r"姓名|人员名|申报人$", Field.NAME),
        (r"性别", Field.GENDER),
        (r"身份证|证件号|公民身份", Field.ID_NUMBER),
        (r"出生|生日", Field.BIRTH_DATE),
        (r"电话|手机|联系", ColumnRole.OTHER),
        (r"发证|签发|颁发|颁证|公示|入职|任教时间", ColumnRole.OTHER),
        (r"证书.*号|管理号|^证号", Field.CERTIFICATE_NUMBER),
        (r"(?:取得|授予|资格|批准|通过|评审|任职|起算|认定|获得|审批).*(?:时间|日期|年月)", Field.GRANTED_ON),
        (r"时间|日期|年月", ColumnRole.OTHER),
        (r"评委会|评审委员会|评审机构|评审组织", Field.COMMITTEE),
        (r"单位|^.{0,3}学校$|^.{0,3}部门$", Field.EMPLOYER),
        (r"级别|等级", Field.LEVEL),
        (r"系列", Field.SERIES),
        (r"专业技术|专业资格|资格|职称|技术职务", Field.TITLE),
        (r"专业|学科", Field.SPECIALTY),
    )
)


@lru_cache(maxsize=16384)
def match_label(text: str) -> tuple[Role, bool] | None:
    """Understand a label.

    Args:
        text: The label; blanks do not matter.

    Returns:
        The column's role and whether the label is spelled as known; ``None`` for any other text.
    """
    folded = fold(text).strip(":*.、,")
    bare = _PARENTHESES.sub("", folded) or folded
    for label in (folded, bare):
        if label in _SYNONYMS:
            return _SYNONYMS[label], True
    if not 2 <= len(bare) <= 14 or any(c.isdigit() for c in bare) or re.search(r"[,。;:]", bare):
        return None
    for pattern, role in _RULES:
        if pattern.search(bare):
            return role, False
    return _one_wrong_character(bare)


def is_known_label(text: str) -> bool:
    """Tell whether a text is a label in a known spelling."""
    return fold(text) in _SYNONYMS


def holds_several(text: str) -> bool:
    """Tell whether a text is several known labels one after the other."""
    cuts = known_cuts(text)
    return cuts is not None and len(cuts) > 1


@lru_cache(maxsize=16384)
def known_cuts(text: str) -> tuple[tuple[int, int], ...] | None:
    """Divide a text wholly into known labels, with as few as possible; ``None`` when it cannot be."""
    folded = fold(text)
    if len(folded) != len(text) or len(text) > 60:
        return None
    best: list[tuple[tuple[int, int], ...] | None] = [()] + [None] * len(folded)
    for end in range(1, len(folded) + 1):
        for begin in range(max(0, end - 14), end):
            before = best[begin]
            if before is None or folded[begin:end] not in _SYNONYMS or end - begin < 2:
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = (*before, (begin, end))
    return best[-1]


@cache
def _by_length() -> dict[int, list[tuple[str, Role]]]:
    by_length: dict[int, list[tuple[str, Role]]] = {}
    for label, role in _SYNONYMS.items():
        by_length.setdefault(len(label), []).append((label, role))
    return by_length


def _one_wrong_character(text: str) -> tuple[Role, bool] | None:
    roles = {
        role
        for label, role in _by_length().get(len(text), ())
        if len(text) >= 3 and sum(a != b for a, b in zip(label, text, strict=True)) == 1
    }
    if len(roles) == 1:
        return roles.pop(), False
    short: dict[str, Role] = {"姓": Field.NAME, "性": Field.GENDER, "序": ColumnRole.SERIAL}
    if len(text) == 2 and text[0] in short:
        return short[text[0]], False
    return None
