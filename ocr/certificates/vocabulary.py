"""The words by which a certificate is understood, folded: labels, bounds of values, endings of names.

The labels of fields are those of ``domain.fields``. The rest is from certificates and forms of
several provinces (``docs/glossary.md``) and from the wording that such papers use.
"""

from domain.fields import LABEL_SYNONYMS, Field
from domain.text import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


OTHER_LABELS = _words(
    "民族 籍贯 国籍 年龄 学历 学位 最高学历 学历学位 毕业院校 毕业学校 毕业时间 所学专业 "
    "政治面貌 照片 相片 贴照片处 一寸照片 二寸照片 近期免冠照片 持证人签名 持证人签字 持证人签章 "
    "本人签名 签名 查询网址 查询网站 查询码 查询电话 网址 验证码 校验码 防伪码 二维码 有效期 "
    "有效期至 有效期限 备注 行政职务 现任职务 职务 现任专业技术职务 聘任单位 聘任时间 聘任日期 "
    "聘任职务 聘任期限 聘期 参加工作时间 工作年限 从事本专业年限 住址 家庭住址 通讯地址 地址 "
    "签发人 经办人 审核人 负责人 主任委员 填表人 填发人 打印日期 打印时间 考试时间 考试日期 "
    "考试科目 考试成绩 继续教育 注册号 注册编号 取得方式 取得途径 评审方式 评审类型 申报类型 "
    "申报方式 认定方式 职称初聘文号 初聘文号 聘任文号 初聘时间 档案号 档案编号 说明 注意事项 "
    "证书专用章 钢印 联系人 邮编 邮政编码 评审结果 评审意见 考核结果 序号 单位意见 主管部门 "
    "主管单位 上级主管部门 单位性质 存档单位 工作部门 所在部门 所在地区 地区 年度 批次 监制 "
    "监制单位 印制 变更记录 曾用名 拼音 姓名拼音 打印编号 流水号 证书状态查询 "
    "Signatureofthebearer SignatureofBearer Signature Photo Nationality Website Remarks "
    "Validuntil Education Degree Address Seal Officialseal"
)
"""Printed words that end a value and ask for something that is no field of Annex 2."""


_MORE_ENGLISH = {
    Field.NAME: ("NameofHolder", "HolderName", "NameinFull"),
    Field.ID_NUMBER: ("IDCardNumber", "IdentityCardNo", "IDCard", "IdentityNo", "IDNumbers"),
    Field.BIRTH_DATE: ("BirthDate", "DateofBrith", "Birth", "Born"),
    Field.EMPLOYER: ("Workplace", "PlaceofWork", "Company", "WorkingUnit", "Organization"),
    Field.LEVEL: ("LevelofQualification", "Grade", "Rank", "TitleLevel"),
    Field.SERIES: ("Category",),
    Field.SPECIALTY: ("Major", "Field", "SpecialtyField", "ProfessionalField"),
    Field.TITLE: ("QualificationName", "NameofQualification", "ProfessionalQualification", "TechnicalTitle"),
    Field.GRANTED_ON: ("DateofQualification", "ApprovedDate", "Approvedon", "ConferredDate", "GrantedDate"),
    Field.CERTIFICATE_NUMBER: (
        "CertificateNumber",
        "SerialNo",
        "AdministrationNo",
        "Number",
        "RegistrationNo",
    ),
    Field.ISSUED_ON: ("Issued", "IssuedDate", "IssuingDate", "DateofIssuance", "IssueDay"),
    Field.ISSUER: (
        "IssuedAuthority",
        "IssuingOrganization",
        "IssuingUnit",
        "ApprovedBy",
        "ApprovalAuthority",
    ),
    Field.COMMITTEE: (
        "ReviewCommittee",
        "JudgingCommittee",
        "AppraisalCommittee",
        "ReviewedBy",
        "EvaluatedBy",
    ),
    Field.APPROVAL_NUMBER: ("ApprovalNo", "ApprovalNumber", "DocumentNo", "ApprovalDocumentNo"),
}
_MORE_CHINESE = {
    Field.NAME: ("持证者", "持证者姓名", "证书持有人", "持有人"),
    Field.ID_NUMBER: ("身份证件号", "有效证件号码", "身份证编号", "公民身份证号"),
    Field.EMPLOYER: ("工作单位及部门", "所在工作单位", "任职单位", "现任单位", "所属单位", "就职单位"),
    Field.LEVEL: ("职务级别", "任职资格级别", "资格层级", "职称层级", "专业技术资格级别"),
    Field.SPECIALTY: (
        "任教学科",
        "任教专业",
        "任教科目",
        "任教学科(专业)",
        "执教学科",
        "教授学科",
        "授课学科",
        "从教学科",
        "学科",
        "学科(专业)",
        "职称专业",
        "专业技术专业",
        "专业(学科)",
        "学科专业",
        "任职资格专业",
        "评审专业名称",
    ),
    Field.TITLE: (
        "专业技术任职资格",
        "评审通过资格",
        "评审通过职称",
        "资格(职务)名称",
        "职务资格名称",
        "取得任职资格",
        "获得资格",
        "获得职称",
        "授予资格",
        "授予职称",
        "认定资格",
        "认定职称",
        "评定职称",
        "任职资格(职称)",
        "专业技术职称",
        "专业技术资格(职称)",
        "证书名称",
    ),
    Field.GRANTED_ON: (
        "任职资格取得时间",
        "任职资格批准时间",
        "任职资格起算时间",
        "资格批准时间",
        "资格批准日期",
        "资格授予时间",
        "职称取得时间",
        "取得职称时间",
        "取得任职资格时间",
        "获得职称时间",
        "评审通过年月",
        "认定通过日期",
        "认定日期",
        "评定时间",
        "评定日期",
        "授予年月",
        "批准年月",
        "资格起始时间",
        "公布时间",
    ),
    Field.CERTIFICATE_NUMBER: (
        "证件编号",
        "职称证号",
        "证书管理编号",
        "资格证号",
        "证书序号",
        "证书流水号",
        "管理编号",
    ),
    Field.ISSUED_ON: ("填发时间", "签证日期", "填证日期", "制证日期", "发证年月日", "颁发年月", "签发年月"),
    Field.ISSUER: (
        "批准机构",
        "审批机构",
        "颁证单位",
        "颁证机构",
        "颁发机构",
        "颁发部门",
        "签发机构",
        "发证单位名称",
        "发证机关名称",
        "授予单位",
        "授予机关",
        "填发单位",
        "填发机关",
    ),
    Field.COMMITTEE: (
        "评审委员会全称",
        "评委会全称",
        "评审会名称",
        "评审机构名称",
        "评审委员会(组织)",
        "认定机构",
        "认定组织",
        "评审认定机构",
        "评定组织",
        "评定机构",
        "评审委员会组建单位",
    ),
    Field.APPROVAL_NUMBER: (
        "资格批准文号",
        "评审批准文号",
        "评审文号",
        "批准文件",
        "通过文号",
        "公布文件",
        "批文编号",
    ),
}


_TRADITIONAL = str.maketrans(
    "專業評審員會稱資職術務號發證機關單級別時間準書編碼類頒簽歷齡認獲過從屬領導組織備質華國學圖狀態辦電話聯繫參構經於該館廳縣醫處廠團協條現將與賬師員確晉聘榮為為",
    "专业评审员会称资职术务号发证机关单级别时间准书编码类颁签历龄认获过从属领导组织备质华国学图状态办电话联系参构经于该馆厅县医处厂团协条现将与账师员确晋聘荣为为",
)


def simplify(key: str) -> str:
    """Return a text with the traditional characters of labels and set phrases simplified.

    Of the same length. Some certificates are set in traditional characters, and recognisers confuse
    the two. For finding labels and sentences only: values stay as they are read.
    """
    return key.translate(_TRADITIONAL)


def _collect(english: bool) -> dict[str, Field | None]:
    table: dict[str, Field | None] = {}
    for source in (LABEL_SYNONYMS, _MORE_CHINESE, _MORE_ENGLISH):
        for name, words in source.items():
            for word in words:
                if word.isascii() == english:
                    table.setdefault(fold(word), name)
    for word in OTHER_LABELS:
        if word.isascii() == english:
            table[word] = None
    return table


CHINESE_LABELS = _collect(english=False)
"""Folded Chinese label -> field, ``None`` for a label that is no field of ours."""

ENGLISH_LABELS = _collect(english=True)
"""The same for English labels, upper case, without blanks."""

SHORT_LABELS = _words(
    "单位 专业 学科 资格 职称 级别 等级 系列 文号 编号 身份证 评委会 评审委员会 电话 手机 生日 职务 "
    "说明 年度 批次 地区 签名 地址 网址 备注 学历 学位 年龄 民族 监制 印制 拼音 任职资格 "
    "专业技术资格 专业技术职务 评审组织 评审机构 认定单位 申报人 持证人 持有人 聘期 照片 相片 "
    "钢印 序号 批准文件 公布文件 证书名称 专业技术职称"
)
"""Words that also occur inside values and sentences: labels only before a colon, or standing alone."""

GENERAL_TITLE_WORDS = _words(
    "相应 本 该 此 规定 上述 任职 专业技术 专业技术职务 专业 技术 职务 申报 评审 以上 下列 如下 "
    "有关 从业 执业 资格 职称"
)
"""What stands before 任职资格 in boilerplate that names no title."""

LEVEL_WORDS = _words(
    "正高级 副高级 高级 中级 初级 助理级 员级 正高 副高 高 中 初 初级(助理级) 初级(员级) "
    "高级(正高) 高级(副高)"
)

ORGANISATION_END = (
    "(?:人民政府|委员会|领导小组|办公室|评委会|职改办|人社局|人社厅|协会|学会|总公司|公司|集团|中心|大学|学院|学校|医院|研究院|研究所|设计院"
    "|总局|总队|机构|分局|出版社|银行|图书馆|厅|局|部|处|院|办|厂|所|站|馆|社|队)"
)
"""How the name of a body that issues certificates ends."""

STRONG_BODY_END = (
    "人民政府",
    "委员会",
    "领导小组",
    "办公室",
    "评委会",
    "职改办",
    "协会",
    "学会",
    "厅",
    "局",
    "部",
    "中心",
    "公司",
    "院",
    "集团",
)
"""Endings by which a line is known as the name of an issuing body or committee."""

LABEL_TAILS = {
    "名": Field.NAME,
    "别": Field.GENDER,
    "列": Field.SERIES,
    "业": Field.SPECIALTY,
    "级": Field.LEVEL,
    "称": Field.TITLE,
    "号": Field.CERTIFICATE_NUMBER,
}
"""Second halves of two-character labels set with a wide gap (姓　　名：), the first half not read."""
