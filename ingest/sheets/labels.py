"""The words of header cells: which field does a label mean?

The labels of paper and sheet are one table, ``domain.fields.LABEL_SYNONYMS``; here are the ones that only
sheets use, and the ways in which header cells dress them up: blanks, hints in brackets, asterisks,
numbering, a second language, modifiers in front.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from domain.fields import LABEL_SYNONYMS, Field
from domain.text import fold

SHEET_SYNONYMS: dict[Field, tuple[str, ...]] = {
    Field.NAME: (
        "名字",
        "人员名称",
        "姓名(中文)",
        "参评人",
        "参评人姓名",
        "被评审人",
        "职工姓名",
        "本人姓名",
    ),
    Field.GENDER: ("男女", "性别代码"),
    Field.ID_TYPE: ("证件名称", "有效证件类型", "身份证明类型"),
    Field.ID_NUMBER: (
        "有效证件号码",
        "有效证件号",
        "身份证件号",
        "身份证编号",
        "二代身份证号",
        "二代身份证号码",
        "第二代身份证号码",
        "居民身份证",
        "公民身份证号",
        "证件编号",
        "身份号码",
        "身份证明号码",
    ),
    Field.BIRTH_DATE: ("生年月日", "出生", "出生日", "生日期"),
    Field.EMPLOYER: (
        "用人单位",
        "用人单位名称",
        "所属单位",
        "现单位",
        "现所在单位",
        "现工作单位名称",
        "工作单位全称",
        "单位全称",
        "任职单位",
        "人员单位",
        "呈报单位",
        "推荐单位",
    ),
    Field.LEVEL: (
        "层级",
        "层次",
        "职称层级",
        "职称层次",
        "资格层次",
        "职称档次",
        "任职资格级别",
        "任职资格等级",
    ),
    Field.SERIES: ("职称系列名称", "资格系列", "评审系列名称", "专业技术职务系列", "专业技术资格系列"),
    Field.SPECIALTY: (
        "职称专业",
        "资格专业名称",
        "专业(学科)",
        "学科",
        "任职资格专业",
        "评审学科",
        "学科专业",
    ),
    Field.TITLE: (
        "职称资格名称",
        "专业技术职称",
        "专业技术职称名称",
        "任职资格(职称)",
        "获得职称",
        "获得资格",
        "现有职称",
        "现职称",
        "职称资格",
        "授予资格",
        "授予职称",
        "专技职务任职资格",
        "现任专业技术职务",
        "现专业技术职务任职资格",
    ),
    Field.GRANTED_ON: (
        "授予年月",
        "授予资格时间",
        "取得职称时间",
        "取得职称日期",
        "职称取得时间",
        "职称取得日期",
        "获得职称时间",
        "职称获得时间",
        "职称授予时间",
        "资格授予时间",
        "资格授予日期",
        "资格批准时间",
        "资格获得时间",
        "资格通过时间",
        "任职资格取得时间",
        "任职资格批准时间",
        "职称批准时间",
        "职称评审通过时间",
        "批准年月",
        "取得年月",
        "通过年月",
        "获批时间",
        "评定时间",
        "评定日期",
    ),
    Field.CERTIFICATE_NUMBER: (
        "职称证书号码",
        "资格证号",
        "资格证书号码",
        "资格证编号",
        "职称证编号",
        "职称证号",
        "证书编码",
        "证书证号",
        "证书流水号",
    ),
    Field.CERTIFICATE_STATUS: ("办理状态", "证书办理", "办理情况", "证书发放状态", "证书领取状态"),
    Field.ISSUED_ON: (
        "证书发证日期",
        "证书发证时间",
        "证书签发日期",
        "证书颁发日期",
        "证书颁发时间",
        "发放日期",
        "办证日期",
        "办证时间",
    ),
    Field.ISSUER: (
        "发证机关名称",
        "发证机构名称",
        "发证单位名称",
        "颁发机构",
        "颁证单位",
        "颁证机构",
        "签发机构",
    ),
    Field.COMMITTEE: (
        "评审委员会全称",
        "评审委员会(评委会)名称",
        "评审机构名称",
        "评委会全称",
        "评审会名称",
        "评审委员会(认定机构)",
        "评审(认定)单位",
    ),
    Field.PHONE: ("本人电话", "联系手机", "手机电话", "联系人电话", "本人联系电话", "电话号码", "联系号码"),
    Field.APPROVAL_NUMBER: (
        "批准文件文号",
        "职称批准文号",
        "职称批文号",
        "批文",
        "批准文件",
        "评审文号",
        "资格批准文号",
    ),
}

QUIET_LABELS = frozenset(fold(label) for label in ("序号", "序", "顺序号", "编序", "备注", "说明", "序列"))
"""Columns that say nothing about a title and are left out without a word."""

SERIAL_LABELS = frozenset(fold(label) for label in ("编号", "No", "No.", "号", "序号", "顺序号"))
"""Labels under which plain counting numbers are only a serial number."""

_WEAK_LABELS = (
    "编号", "单位", "资格", "职称", "No", "文号", "登记号", "Name", "Title", "Unit", "身份证", "学科",
    "层次", "出生", "号", "电话",
)  # fmt: skip
_WEAK = frozenset(fold(label) for label in _WEAK_LABELS)
_MODIFIERS = (
    "现任", "现", "本人", "申报人", "申报", "持证人", "职称证书", "资格证书", "职称", "资格",
    "证书信息", "证书", "专业技术资格", "专业技术职务任职资格", "专业技术职务", "专业技术职称",
    "专业技术", "任职资格", "所在", "人员", "个人", "取得", "获得", "有效", "评审信息", "评审", "认定",
    "通过", "职工", "批准", "授予", "证件信息", "证件", "基本信息", "职称信息", "资格信息",
)  # fmt: skip
_NUMBERING = re.compile(r"^(?:\(?\d{1,2}\)?[.、:]|[一二三四五六七八九十]{1,3}、)")
_BRACKETS = re.compile(r"\([^()]*\)")
_EDGES = "*※★☆△▲◆■#:-.、,;_\"'/·!?。＊✱"
_ALTERNATIVES = re.compile(r"[/、或;|\\]")
_LATIN_TAIL = re.compile(r"^([\u3400-\u9fff]+)[A-Z.·/ ]+$")
_LATIN_HEAD = re.compile(r"^[A-Z.·/ ]+([\u3400-\u9fff]+)$")


@dataclass(frozen=True, slots=True, order=True)
class LabelMatch:
    """How well a label names a field; smaller is better."""

    cost: int
    field: Field


def clean_label(text: str) -> str:
    """Return a header cell without blanks, hints in brackets, marks and numbering, folded."""
    folded = fold(text)
    bare = folded
    while (shorter := _BRACKETS.sub("", bare)) != bare:
        bare = shorter
    bare = bare.split("(", 1)[0] if "(" in bare and not bare.startswith("(") else bare
    bare = _NUMBERING.sub("", bare.strip(_EDGES)).strip(_EDGES)
    # A label that stands in brackets as a whole: （姓名）.
    return bare or folded.strip("()" + _EDGES)


def find_field(text: str) -> LabelMatch | None:
    """Tell which field a header cell names, ``None`` when none or when it names several."""
    if len(text) > 80:
        return None
    folded = fold(text)
    exact = _synonyms().get(folded.strip(_EDGES))
    return exact or _find_clean(clean_label(text))


def is_name_label(text: str) -> bool:
    """Tell whether a cell is the label of the name column; cheap enough for every cell."""
    if len(text) > 60 or not ("名" in text or "人" in text or "ame" in text or "AME" in text):
        return False
    match = find_field(text)
    return match is not None and match.field is Field.NAME


@lru_cache(maxsize=8192)
def _find_clean(label: str) -> LabelMatch | None:
    synonyms = _synonyms()
    found = synonyms.get(label)
    if found is not None:
        return found
    for pattern in (_LATIN_TAIL, _LATIN_HEAD):
        bilingual = pattern.match(label)
        if bilingual and bilingual[1] in synonyms:
            return synonyms[bilingual[1]]
    parts = [part for part in _ALTERNATIVES.split(label) if part]
    if len(parts) > 1:
        matches = [_find_clean(part) for part in parts]
        fields = {match.field for match in matches if match}
        if len(fields) == 1 and all(matches):
            best = min(match for match in matches if match)
            return LabelMatch(best.cost + 50, best.field)
        return None
    return _without_modifier(label)


def _without_modifier(label: str) -> LabelMatch | None:
    """职称证书发证日期 is 发证日期; 所学专业 is not 专业, because 所学 is no harmless modifier."""
    for modifier in _MODIFIERS:
        if label.startswith(modifier) and len(label) > len(modifier) + 1:
            found = _find_clean(label[len(modifier) :])
            if found is not None:
                return LabelMatch(found.cost + 200, found.field)
    return None


@cache
def _synonyms() -> dict[str, LabelMatch]:
    table: dict[str, LabelMatch] = {}
    for source, offset in ((LABEL_SYNONYMS, 0), (SHEET_SYNONYMS, 40)):
        for field, labels in source.items():
            for rank, label in enumerate(labels):
                folded = fold(label)
                cost = offset + rank + (100 if folded in _WEAK else 0)
                table.setdefault(folded, LabelMatch(cost, field))
    return table
