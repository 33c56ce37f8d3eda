"""The fields of a title record: the columns of Annex 2 and the labels found on paper.

Source of the columns: the notice 陕人社函〔2021〕107号, Annex 2. Source of the synonyms: forms,
certificates and HR systems of several provinces (see ``docs/glossary.md``). Sheets and paper use
the same words, so both readers use this one table.
"""

from enum import StrEnum


class Field(StrEnum):
    """A field of a title record. The values are public (``findings.jsonl``) and never change."""

    NAME = "name"
    GENDER = "gender"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    BIRTH_DATE = "birth_date"
    EMPLOYER = "employer"
    LEVEL = "level"
    SERIES = "series"
    SPECIALTY = "specialty"
    TITLE = "title"
    GRANTED_ON = "granted_on"
    CERTIFICATE_NUMBER = "certificate_number"
    CERTIFICATE_STATUS = "certificate_status"
    ISSUED_ON = "issued_on"
    ISSUER = "issuer"
    COMMITTEE = "committee"
    PHONE = "phone"
    APPROVAL_NUMBER = "approval_number"

    @property
    def label(self) -> str:
        """The official Chinese name, as printed in Annex 2."""
        return OFFICIAL_LABELS[self]


OFFICIAL_LABELS: dict[Field, str] = {
    Field.NAME: "姓名",
    Field.GENDER: "性别",
    Field.ID_TYPE: "证件类型",
    Field.ID_NUMBER: "证件号码",
    Field.BIRTH_DATE: "出生日期",
    Field.EMPLOYER: "工作单位",
    Field.LEVEL: "级别",
    Field.SERIES: "职称系列",
    Field.SPECIALTY: "专业",
    Field.TITLE: "资格名称",
    Field.GRANTED_ON: "授予时间",
    Field.CERTIFICATE_NUMBER: "证书号码",
    Field.CERTIFICATE_STATUS: "证书办理状态",
    Field.ISSUED_ON: "发证日期",
    Field.ISSUER: "发证机构",
    Field.COMMITTEE: "评审委员会名称",
    Field.PHONE: "联系电话",
    Field.APPROVAL_NUMBER: "批准文号",
}

DATE_FIELDS = frozenset({Field.BIRTH_DATE, Field.GRANTED_ON, Field.ISSUED_ON})

LABEL_SYNONYMS: dict[Field, tuple[str, ...]] = {
    Field.NAME: ("姓名", "持证人", "持证人姓名", "申报人", "申报人姓名", "人员姓名", "FullName", "Name"),
    Field.GENDER: ("性别", "Sex", "Gender"),
    Field.ID_TYPE: ("证件类型", "证件类别", "证件种类", "身份证件类型"),
    Field.ID_NUMBER: (
        "证件号码",
        "身份证号",
        "身份证号码",
        "公民身份号码",
        "公民身份证号码",
        "居民身份证号",
        "居民身份证号码",
        "身份证件号码",
        "身份证",
        "证件号",
        "社会保障号",
        "社会保障号码",
        "IDNo",
        "IDNumber",
        "IDCardNo",
    ),
    Field.BIRTH_DATE: ("出生日期", "出生年月", "出生年月日", "出生时间", "生日", "DateofBirth", "Birthdate"),
    Field.EMPLOYER: (
        "工作单位",
        "现工作单位",
        "所在单位",
        "单位名称",
        "申报单位",
        "单位",
        "所在单位名称",
        "工作单位名称",
        "WorkUnit",
        "Employer",
        "Unit",
    ),
    Field.LEVEL: (
        "级别",
        "资格级别",
        "等级",
        "职称等级",
        "职称级别",
        "资格等级",
        "专业技术职务级别",
        "评审级别",
        "申报级别",
        "QualificationLevel",
        "Level",
    ),
    Field.SERIES: (
        "职称系列",
        "系列",
        "专业系列",
        "申报系列",
        "评审系列",
        "系列名称",
        "专业技术系列",
        "Series",
    ),
    Field.SPECIALTY: (
        "专业",
        "专业名称",
        "从事专业",
        "现从事专业",
        "评审专业",
        "申报专业",
        "资格专业",
        "专业类别",
        "所学专业及从事专业",
        "Speciality",
        "Specialty",
        "Profession",
    ),
    Field.TITLE: (
        "资格名称",
        "职称名称",
        "任职资格",
        "任职资格名称",
        "专业技术资格名称",
        "专业技术资格",
        "专业技术职务任职资格",
        "专业技术职务",
        "专业技术职务名称",
        "专业技术职务资格",
        "评审资格",
        "职称",
        "取得资格",
        "取得职称",
        "评定资格",
        "申报职称",
        "具备资格",
        "具备任职资格",
        "评审职称",
        "通过资格",
        "资格",
        "Qualification",
        "Title",
        "ProfessionalTitle",
    ),
    Field.GRANTED_ON: (
        "授予时间",
        "授予日期",
        "评审通过时间",
        "评审通过日期",
        "认定通过时间",
        "认定时间",
        "批准日期",
        "批准时间",
        "取得资格时间",
        "取得资格日期",
        "获得资格时间",
        "获得资格日期",
        "资格取得时间",
        "资格时间",
        "审批时间",
        "审批日期",
        "任职资格时间",
        "通过时间",
        "通过日期",
        "取得时间",
        "取得日期",
        "获取时间",
        "获得时间",
        "评审时间",
        "评审日期",
        "任职时间",
        "资格起算时间",
        "生效日期",
        "ApprovalDate",
        "DateofApproval",
        "DateofConferment",
    ),
    Field.CERTIFICATE_NUMBER: (
        "证书号码",
        "证书编号",
        "编号",
        "管理号",
        "证书号",
        "职称证书号",
        "职称证书编号",
        "资格证书编号",
        "资格证书号",
        "证号",
        "证书管理号",
        "证书登记号",
        "登记号",
        "FileNo",
        "CertificateNo",
        "No",
        "CertNo",
    ),
    Field.CERTIFICATE_STATUS: ("证书办理状态", "证书状态", "办证状态", "证书办理情况", "是否领取"),
    Field.ISSUED_ON: (
        "发证日期",
        "发证时间",
        "签发日期",
        "填发日期",
        "颁证日期",
        "颁发日期",
        "发证年月",
        "制发日期",
        "签发时间",
        "颁发时间",
        "颁证时间",
        "Issuedon",
        "IssueDate",
        "DateofIssue",
    ),
    Field.ISSUER: (
        "发证机构",
        "发证机关",
        "发证单位",
        "签发单位",
        "签发单位盖章",
        "审批单位",
        "审批部门",
        "审批机关",
        "批准单位",
        "批准机关",
        "颁证机关",
        "颁发机关",
        "颁发单位",
        "签发机关",
        "批准部门",
        "发证部门",
        "Issuedby",
        "Issuer",
        "IssuingAuthority",
    ),
    Field.COMMITTEE: (
        "评审委员会名称",
        "评审委员会",
        "评委会名称",
        "评委会",
        "评审组织",
        "评审机构",
        "认定单位名称",
        "认定单位",
        "评审单位",
        "评审组织名称",
        "组建单位",
        "AppraisedBy",
        "EvaluationCommittee",
        "Committee",
    ),
    Field.PHONE: ("联系电话", "联系方式", "电话", "手机", "手机号", "手机号码", "移动电话"),
    Field.APPROVAL_NUMBER: (
        "批准文号",
        "审批文号",
        "公布文号",
        "通过文件号",
        "任职文号",
        "文号",
        "批文号",
        "批复文号",
        "发文字号",
        "文件号",
        "批文文号",
        "资格文号",
        "职称文号",
        "评审通过文号",
        "专业技术职务任职资格通过文件号",
        "公布文件号",
        "批准文件号",
    ),
}
"""Every spelling of a label; blanks and colons removed. English ones without blanks."""
