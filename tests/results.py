"""Builders of results: every argument has a plausible default, so a test names what it is about."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.fields import Field
from domain.findings import (
    BatchFinding,
    BatchResult,
    CertificateLink,
    Evidence,
    FieldFinding,
    Issue,
    Kind,
    OrphanCertificate,
    RowFinding,
    SharedCertificate,
    Status,
    Verdict,
)
from domain.geometry import Box
from domain.id_numbers import check_character
from domain.records import CellValue, FileProblem, SheetRow, SheetTable

SHEET = "汇总信息表.xlsx"
TAB = "Sheet1"
NUMBER = "陕人社函〔2016〕10号"

SUBMITTED: dict[Field, str] = {
    Field.NAME: "张伟",
    Field.GENDER: "男",
    Field.ID_TYPE: "居民身份证",
    Field.ID_NUMBER: "610103198503140019",
    Field.BIRTH_DATE: "1985-03-14",
    Field.EMPLOYER: "西安长河机械有限公司",
    Field.LEVEL: "中级",
    Field.SERIES: "工程技术人员",
    Field.SPECIALTY: "机械制造",
    Field.TITLE: "工程师",
    Field.GRANTED_ON: "2016-05-12",
    Field.CERTIFICATE_NUMBER: "ZG2016040317",
    Field.CERTIFICATE_STATUS: "已办理",
    Field.ISSUED_ON: "2016-07-01",
    Field.ISSUER: "陕西省人力资源和社会保障厅",
    Field.COMMITTEE: "陕西省机械工程中级职称评审委员会",
    Field.PHONE: "13912345678",
}

ON_CERTIFICATE = frozenset(SUBMITTED) - {
    Field.ID_TYPE,
    Field.CERTIFICATE_STATUS,
    Field.PHONE,
    Field.SERIES,
}
IN_APPROVAL = frozenset({Field.NAME, Field.EMPLOYER, Field.TITLE, Field.GRANTED_ON})


def evidence(
    file: str = "证书/0012.jpg", page_number: int = 1, *, top: float = 0.3, under_seal: bool = False
) -> Evidence:
    """Return a place on a certificate."""
    return Evidence(file, page_number, Box(0.3, top, 0.6, top + 0.03).to_polygon(), under_seal)


def finding(
    field: Field = Field.NAME,
    submitted: str | None = None,
    *,
    certificate: str | None = None,
    approval: str | None = None,
    status: Status = Status.MATCH,
    kind: Kind | None = None,
    probability: float | None = 0.001,
    place: Evidence | None = None,
) -> FieldFinding:
    """Return one field's comparison; by default the papers say what was submitted."""
    value = SUBMITTED.get(field, "") if submitted is None else submitted
    return FieldFinding(value, certificate, approval, status, kind, probability, place)


def matching_fields(submitted: Mapping[Field, str] | None = None) -> dict[Field, FieldFinding]:
    """Return the comparisons of a row that is right, as a real check gives them."""
    values = {**SUBMITTED, **(submitted or {})}
    fields: dict[Field, FieldFinding] = {}
    for place, (field, value) in enumerate(values.items()):
        on_certificate = value if field in ON_CERTIFICATE else None
        in_approval = value if field in IN_APPROVAL else None
        is_on_paper = on_certificate is not None or in_approval is not None
        fields[field] = FieldFinding(
            value,
            on_certificate,
            in_approval,
            Status.MATCH if is_on_paper else Status.NOT_ON_DOCUMENT,
            None,
            0.002 if is_on_paper else None,
            evidence(top=0.1 + 0.04 * place) if on_certificate else None,
        )
    return fields


def row_finding(
    row_number: int = 5,
    *,
    verdict: Verdict = Verdict.CLEAR,
    fields: Mapping[Field, FieldFinding] | None = None,
    issues: Sequence[Issue] = (),
    submitted: Mapping[Field, str] | None = None,
    sheet: str = SHEET,
    tab: str = TAB,
    is_linked: bool = True,
) -> RowFinding:
    """Return a row; ``fields`` replaces single comparisons of an otherwise matching row."""
    link = CertificateLink("证书/0012.jpg", 1, 1, 0.998, {Field.NAME: 11.2, Field.ID_NUMBER: 23.9})
    return RowFinding(
        sheet,
        tab,
        row_number,
        verdict,
        link if is_linked else None,
        Evidence("批文.pdf", 2, Box(0.1, row_number / 5000, 0.9, (row_number + 1) / 5000).to_polygon()),
        {**matching_fields(submitted), **(fields or {})},
        tuple(issues),
    )


def homophone_row(row_number: int = 6, *, verdict: Verdict = Verdict.REJECT) -> RowFinding:
    """Return a row in which 张伟 was typed as 张玮."""
    wrong = finding(
        Field.NAME,
        "张玮",
        certificate="张伟",
        approval="张伟",
        status=Status.MISMATCH,
        kind=Kind.HOMOPHONE,
        probability=0.997,
        place=evidence(),
    )
    issue = Issue(Field.NAME, Kind.HOMOPHONE, "姓名填“张玮”，证书和批文都是“张伟”，读音相同。")
    return row_finding(
        row_number,
        verdict=verdict,
        fields={Field.NAME: wrong},
        issues=[issue],
        submitted={Field.NAME: "张玮"},
    )


def batch_finding(batch: str = "2016-工程-中级", **changes: object) -> BatchFinding:
    """Return a batch about which there is nothing to say."""
    return replace(BatchFinding(batch, NUMBER, NUMBER, Status.MATCH), **changes)  # type: ignore[arg-type]


def batch_result(rows: Sequence[RowFinding] | None = None, batch: BatchFinding | None = None) -> BatchResult:
    """Return a result; by default one clear row and one to send back."""
    return BatchResult(
        batch or batch_finding(), tuple(rows) if rows is not None else (row_finding(), homophone_row())
    )


def sheet_table(rows: Sequence[RowFinding], *, file: str = SHEET, tab: str = TAB) -> SheetTable:
    """Return the submitted table that the rows of a result belong to."""
    present = [field for field in Field if any(field in row.fields for row in rows)]
    return SheetTable(
        file,
        tab,
        tuple(
            SheetRow(
                row.row_number,
                {field: CellValue(found.submitted, found.submitted) for field, found in row.fields.items()},
            )
            for row in rows
        ),
        {field: column + 1 for column, field in enumerate(present)},
        NUMBER,
    )


def realistic_result(count: int = 40, *, seed: int = 1, batch: str = "2016-工程-中级") -> BatchResult:
    """Return a batch of invented people with every sort of finding in it."""
    chance = random.Random(seed)  # the same batch every time
    rows = [_realistic_row(4 + place, chance) for place in range(count)]
    return BatchResult(
        batch_finding(
            batch,
            document_number="陕人社函〔2016〕19号",
            approval_number_status=Status.MISMATCH,
            orphan_certificates=(OrphanCertificate("证书/IMG_2231.jpg", 1, 2, "欧阳慧敏"),),
            absent_from_sheet=("欧阳慧敏", "贺兰"),
            absent_from_approval=(9, 17),
            duplicate_rows=((11, 29),),
            certificate_used_twice=(SharedCertificate("证书/合订本.pdf", 7, 1, (11, 29)),),
            unreadable_files=(
                FileProblem("证书/0031.pdf", "encrypted_pdf", "PDF 有打开密码。请去掉密码后重新提交。"),
                FileProblem("扫描/损坏.tif", "broken_image", "图片文件不完整，打不开。请重新扫描。"),
            ),
            other_files=(
                FileProblem("Thumbs.db", "system_file", "系统缩略图文件，不是证据。"),
                FileProblem("身份证/610103198503140019.jpg", "id_card", "身份证复印件，不作为职称证据。"),
            ),
            remarks=("批文标题写 42 人，名单中读到 41 个姓名。", "表格第 33 至 35 行是隐藏行，已一并核对。"),
        ),
        tuple(rows),
    )


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马胡朱郭何林罗高"
_GIVEN = ["建国", "秀英", "慧敏", "磊", "婷婷", "志强", "晓燕", "文博", "雪", "俊杰", "玉兰", "海涛"]
_UNITS = [
    "西安长河机械有限公司",
    "宝鸡市渭滨区水利工作站",
    "汉中市第三中学",
    "陕西秦岭地质勘查院",
    "榆林市榆阳区农业技术推广中心",
]
_TITLES = [("工程师", "中级"), ("高级工程师", "副高级"), ("助理工程师", "助理级"), ("农艺师", "中级")]


def _realistic_row(row_number: int, chance: random.Random) -> RowFinding:
    title, level = chance.choice(_TITLES)
    born = f"{chance.randint(1960, 1990)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    first = f"6101{chance.randint(2, 29):02d}{born.replace('-', '')}{chance.randint(0, 999):03d}"
    number = first + check_character(first)
    file = f"证书/{row_number:04d}.jpg"
    submitted = {
        Field.NAME: chance.choice(_SURNAMES) + chance.choice(_GIVEN),
        Field.GENDER: "男" if int(number[16]) % 2 else "女",
        Field.ID_NUMBER: number,
        Field.BIRTH_DATE: born,
        Field.EMPLOYER: chance.choice(_UNITS),
        Field.LEVEL: level,
        Field.TITLE: title,
        Field.CERTIFICATE_NUMBER: f"ZG2016{chance.randint(0, 999999):06d}",
        Field.PHONE: f"139{chance.randint(0, 99999999):08d}",
    }
    row = row_finding(row_number, submitted=submitted)
    fields = {
        field: replace(found, evidence=found.evidence and replace(found.evidence, file=file))
        for field, found in row.fields.items()
    }
    row = replace(row, fields=fields, certificate=row.certificate and replace(row.certificate, file=file))
    change = chance.choice([*([None] * 5), *_CHANGES])
    return row if change is None else change(row)


def _changed(
    row: RowFinding, field: Field, submitted: str, kind: Kind, message: str, *, verdict: Verdict
) -> RowFinding:
    right = row.fields[field]
    wrong = replace(right, submitted=submitted, status=Status.MISMATCH, kind=kind, probability=0.983)
    fields = {**row.fields, field: wrong}
    return replace(row, verdict=verdict, fields=fields, issues=(*row.issues, Issue(field, kind, message)))


def _wrong_name(row: RowFinding) -> RowFinding:
    name = row.fields[Field.NAME].submitted
    typed = name[:-1] + ("玮" if name[-1] != "玮" else "伟")
    text = f"姓名填“{typed}”，证书和批文都是“{name}”。"
    return _changed(row, Field.NAME, typed, Kind.HOMOPHONE, text, verdict=Verdict.REJECT)


def _short_name(row: RowFinding) -> RowFinding:
    name = row.fields[Field.NAME].submitted
    text = f"姓名填“{name[0]}”，比证书少字。"
    return _changed(row, Field.NAME, name[0], Kind.MISSING_CHARACTER, text, verdict=Verdict.REJECT)


def _wrong_id(row: RowFinding) -> RowFinding:
    number = row.fields[Field.ID_NUMBER].submitted
    typed = number[:8] + number[9] + number[8] + number[10:]
    text = f"身份证号 {typed} 校验码不符，证书上是 {number}。"
    row = _changed(row, Field.ID_NUMBER, typed, Kind.TRANSPOSED_DIGITS, text, verdict=Verdict.REJECT)
    return _wrong_date(row)


def _wrong_date(row: RowFinding) -> RowFinding:
    text = "授予时间填 2015-05-12，证书和批文是 2016-05-12。"
    row = _changed(row, Field.GRANTED_ON, "2015-05-12", Kind.YEAR, text, verdict=Verdict.REJECT)
    place = row.fields[Field.GRANTED_ON].evidence
    sealed = replace(row.fields[Field.GRANTED_ON], evidence=place and replace(place, under_seal=True))
    return replace(row, fields={**row.fields, Field.GRANTED_ON: sealed})


def _unreadable(row: RowFinding) -> RowFinding:
    dim = replace(
        row.fields[Field.CERTIFICATE_NUMBER],
        certificate="ZG20160",
        status=Status.UNREADABLE,
        kind=Kind.UNREADABLE,
        probability=0.47,
    )
    issue = Issue(Field.CERTIFICATE_NUMBER, Kind.UNREADABLE, "证书编号被折痕遮住，请对照原件。")
    fields = {**row.fields, Field.CERTIFICATE_NUMBER: dim}
    return replace(row, verdict=Verdict.REVIEW, fields=fields, issues=(issue,))


def _rare_character(row: RowFinding) -> RowFinding:
    rare = replace(
        row.fields[Field.NAME],
        submitted="贠建国",
        certificate="员建国",
        approval="贠建国",
        status=Status.UNVERIFIABLE_CHARACTER,
        kind=Kind.UNVERIFIABLE_CHARACTER,
        probability=0.5,
    )
    issue = Issue(Field.NAME, Kind.UNVERIFIABLE_CHARACTER, "“贠”不在识别字库内，请看图核对。")
    return replace(row, verdict=Verdict.REVIEW, fields={**row.fields, Field.NAME: rare}, issues=(issue,))


def _no_paper(row: RowFinding) -> RowFinding:
    fields = {
        field: replace(found, certificate=None, evidence=None, status=Status.NOT_ON_DOCUMENT)
        for field, found in row.fields.items()
    }
    issues = (
        Issue(None, Kind.NO_CERTIFICATE, "没有找到此人的证书。请补交证书复印件。"),
        Issue(None, Kind.NOT_IN_APPROVAL, "批文名单中没有此人。请核对是否交错批文。"),
    )
    return replace(row, verdict=Verdict.REVIEW, certificate=None, approval=None, fields=fields, issues=issues)


def _respelled(row: RowFinding) -> RowFinding:
    issue = Issue(Field.NAME, Kind.FORMAT_ONLY, "姓名中间的空格已去掉。")
    name = replace(row.fields[Field.NAME], kind=Kind.FORMAT_ONLY)
    return replace(row, fields={**row.fields, Field.NAME: name}, issues=(issue,))


def _blank_cell(row: RowFinding) -> RowFinding:
    blank = replace(
        row.fields[Field.ISSUED_ON],
        submitted="",
        status=Status.MISSING,
        kind=Kind.MISSING_VALUE,
        probability=None,
    )
    issue = Issue(Field.ISSUED_ON, Kind.MISSING_VALUE, "发证日期未填，证书上是 2016-07-01。")
    return replace(
        row, verdict=Verdict.REVIEW, fields={**row.fields, Field.ISSUED_ON: blank}, issues=(issue,)
    )


_CHANGES = [
    _wrong_name,
    _short_name,
    _wrong_id,
    _wrong_date,
    _unreadable,
    _rare_character,
    _no_paper,
    _respelled,
    _blank_cell,
]
