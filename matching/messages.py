"""What is said to people: plain Chinese sentences about one row."""

from domain.fields import Field
from domain.findings import FieldFinding, Kind, Status
from domain.id_numbers import IdProblem, mask_id_number
from domain.text import fold
from matching.cause import Cause
from matching.kinds import differing_positions

_KIND_PHRASES: dict[Kind, str] = {
    Kind.HOMOPHONE: "读音相同或相近而字不同",
    Kind.SIMILAR_GLYPH: "字形相近而字不同",
    Kind.MISSING_CHARACTER: "表中少字",
    Kind.EXTRA_CHARACTER: "表中多字",
    Kind.TRANSPOSED_DIGITS: "相邻两位颠倒",
    Kind.ONE_DIGIT: "有一位不同",
    Kind.CHECK_DIGIT: "末位校验码不同",
    Kind.DAY: "日不同",
    Kind.MONTH: "月不同",
    Kind.YEAR: "年份不同",
    Kind.DIFFERENT_VALUE: "内容不同",
}
_ID_PROBLEMS: dict[IdProblem, str] = {
    IdProblem.LENGTH: "位数不对，应为18位",
    IdProblem.CHARACTERS: "含有不该出现的字符",
    IdProblem.PROVINCE: "前两位不是省份代码",
    IdProblem.BIRTH_DATE: "其中的出生日期不存在或不合理",
    IdProblem.CHECK_DIGIT: "校验码不符，至少有一位数字错误",
    IdProblem.LOST_DIGITS: "被表格软件当作数字处理，末几位已丢失，须对照证件重新填写",
}
_SHOWN_DIGITS = 3

TELLING_GAP = 0.02
"""Likenesses nearer to each other than this do not tell two characters apart (``make bench-glyphs``)."""


def describe_mismatch(
    field: Field, finding: FieldFinding, *, sources_disagree: bool, cause: Cause | None = None
) -> str:
    """Say what differs where, and why if that is clear; ID numbers are masked but for the compared digits."""
    label = field.label
    if sources_disagree:
        return (
            f"{label}：证书与批准文件不一致，"
            f"表中为“{_shown(field, finding.submitted)}”，"
            f"证书为“{_shown(field, finding.certificate or '')}”，"
            f"批准文件为“{_shown(field, finding.approval or '')}”，请核对原件。"
        )
    source, read = _source(finding)
    guess = f"，{cause.value}" if cause is not None else ""
    if field is Field.ID_NUMBER:
        return f"{_describe_id(finding.submitted, source, read)}{guess}。"
    phrase = _KIND_PHRASES.get(finding.kind or Kind.DIFFERENT_VALUE, "内容不同") + guess
    return f"{label}与{source}不一致（{phrase}）：表中为“{finding.submitted}”，{source}为“{read}”。"


def describe_shift(field: Field, finding: FieldFinding, other_row: int) -> str:
    """Say that a value belongs to another row."""
    source, read = _source(finding)
    return (
        f"{field.label}疑似错行：表中为“{_shown(field, finding.submitted)}”，"
        f"与第{other_row}行人员的证书一致，"
        f"本人{source}为“{_shown(field, read)}”。"
    )


def describe_doubt(field: Field, finding: FieldFinding, *, cause: Cause | None = None) -> str:
    """Say that paper cannot settle a field, and why if that is clear."""
    label = field.label
    if finding.status is Status.UNVERIFIABLE_CHARACTER:
        return f"{label}“{_shown(field, finding.submitted)}”含有系统不能识别的字，请对照原件人工核对。"
    source, read = _source(finding)
    if finding.certificate is None and finding.approval is None:
        return f"{label}：同版式证书上都有此项，本人证书上未能读出，请对照原件核对。"
    if finding.evidence is not None and finding.evidence.cut_off:
        return (
            f"{label}在{source}上的位置被图片边缘截断：表中为“{_shown(field, finding.submitted)}”，"
            f"读得“{_shown(field, read)}”，请对照原件核对。"
        )
    guess = f"（{cause.value}）" if cause is not None else ""
    seal = "（有印章覆盖）" if finding.evidence is not None and finding.evidence.under_seal else ""
    return (
        f"{label}在{source}上看不清{seal}：表中为“{_shown(field, finding.submitted)}”，"
        f"读得“{_shown(field, read)}”{guess}，请对照原件核对。"
    )


def describe_looks(character: str, likeness: float, rival: str | None, rival_likeness: float) -> str:
    """Say how close the paper's image is to a character that the recogniser cannot write."""
    said = f"“{character}”无法由识别模型写出；图像与“{character}”的字形相似度 {likeness:.2f}"
    if rival is not None:
        said += f"，与最相近的“{rival}”为 {rival_likeness:.2f}"
        if abs(likeness - rival_likeness) < TELLING_GAP:
            said += "，相差很小"
    return f"{said}，请人工核对。"


def describe_missing(field: Field, finding: FieldFinding | None) -> str:
    """Say that a cell is blank, and what paper would fill in."""
    if finding is None or (finding.certificate is None and finding.approval is None):
        return f"{field.label}未填写。"
    source, read = _source(finding)
    return f"{field.label}未填写，{source}上为“{_shown(field, read)}”。"


def describe_unproven(field: Field, submitted: str) -> str:
    """Say that no paper speaks of a field that must be proven."""
    return f"{field.label}“{_shown(field, submitted)}”在证书和批准文件上都没有读到，请对照原件核对。"


def describe_id_problem(problem: IdProblem, number: str) -> str:
    """Say what is wrong with an ID number."""
    return f"证件号码“{mask_id_number(number)}”{_ID_PROBLEMS[problem]}。"


def _describe_id(submitted: str, source: str, read: str) -> str:
    ours, theirs = fold(submitted), fold(read)
    places = differing_positions(ours, theirs)
    if 0 < len(places) <= _SHOWN_DIGITS:
        where = "、".join(str(place) for place in places)
        mine = "、".join(ours[place - 1] for place in places)
        other = "、".join(theirs[place - 1] for place in places)
        return f"证件号码第{where}位与{source}不一致：表中为{mine}，{source}为{other}"
    if len(ours) != len(theirs):
        return (
            f"证件号码与{source}不一致：表中为“{mask_id_number(ours)}”（{len(ours)}位），"
            f"{source}为“{mask_id_number(theirs)}”（{len(theirs)}位）"
        )
    return f"证件号码与{source}不一致：表中为“{mask_id_number(ours)}”，{source}为“{mask_id_number(theirs)}”"


def _source(finding: FieldFinding) -> tuple[str, str]:
    """Return the paper that speaks against the row, and what it says."""
    if finding.certificate is not None and fold(finding.certificate) != fold(finding.submitted):
        return "证书", finding.certificate
    if finding.approval is not None and fold(finding.approval) != fold(finding.submitted):
        return "批准文件", finding.approval
    return "证书", finding.certificate or finding.approval or ""


def _shown(field: Field, value: str) -> str:
    return mask_id_number(fold(value)) if field is Field.ID_NUMBER else value
