"""Vocabulary of invented offices: places, series, titles, specialities, employers, bodies."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """An office that grants titles, and how its documents are numbered."""

    province: str
    city: str
    county: str
    agency: str
    """Agency word of its document numbers."""
    authority: str
    """Body that signs and seals."""


PLACES = (
    Place("陕西省", "汉中市", "城固县", "城固人社函", "城固县人力资源和社会保障局"),
    Place("陕西省", "安康市", "石泉县", "安市人社函", "安康市人力资源和社会保障局"),
    Place("陕西省", "西安市", "长安区", "陕职改办字", "陕西省职称改革工作领导小组办公室"),
    Place("陕西省", "榆林市", "绥德县", "榆政人社发", "榆林市人力资源和社会保障局"),
    Place("陕西省", "宝鸡市", "眉县", "宝市人社函", "宝鸡市人力资源和社会保障局"),
    Place("陕西省", "西安市", "雁塔区", "陕人社函", "陕西省人力资源和社会保障厅"),
    Place("陕西省", "渭南市", "大荔县", "渭人社发", "渭南市人力资源和社会保障局"),
    Place("陕西省", "延安市", "甘泉县", "延市人社函", "延安市职称改革工作领导小组办公室"),
    Place("山西省", "运城市", "盐湖区", "运人社职字", "运城市人力资源和社会保障局"),
    Place("河南省", "南阳市", "内乡县", "宛职改办", "南阳市职称改革领导小组"),
    Place("甘肃省", "庆阳市", "合水县", "庆人社发", "庆阳市人力资源和社会保障局"),
    Place("陕西省", "商洛市", "商南县", "商政人社函", "商洛市人力资源和社会保障局"),
)


@dataclass(frozen=True, slots=True)
class Series:
    """A title series: titles from senior to junior, specialities, and who employs such people."""

    name: str
    short: str
    titles: tuple[str, str, str]
    specialties: tuple[str, ...]
    employers: tuple[str, ...]


SERIES = (
    Series(
        "工程技术人员",
        "工程",
        ("高级工程师", "工程师", "助理工程师"),
        (
            "建筑工程",
            "机械制造",
            "电气工程",
            "水利工程",
            "道路与桥梁",
            "市政工程",
            "工程测量",
            "地质勘查",
            "化工工艺",
            "采矿工程",
            "计算机应用",
            "通信工程",
            "给排水",
            "暖通空调",
            "工程造价",
            "环境保护",
            "工民建",
        ),
        (
            "{city}建筑设计院",
            "{county}水利工作队",
            "陕西{w}建设集团有限公司",
            "{city}{w}机械有限责任公司",
            "{county}公路管理段",
            "{province}第{n}地质队",
            "{w}化工股份有限公司{city}分公司",
            "{county}市政工程公司",
            "{city}自来水公司",
        ),
    ),
    Series(
        "农业技术人员",
        "农业",
        ("高级农艺师", "农艺师", "助理农艺师"),
        ("农学", "园艺", "植物保护", "土壤肥料", "果树", "蚕桑", "茶学", "种子", "农业技术推广", "蔬菜"),
        (
            "{county}农业技术推广中心",
            "{county}果业技术服务中心",
            "{county}种子管理站",
            "{city}农业科学研究所",
            "{county}植保植检站",
            "{county}{t}镇农业综合服务站",
        ),
    ),
    Series(
        "卫生技术人员",
        "卫生",
        ("副主任医师", "主治医师", "医师"),
        ("内科", "外科", "妇产科", "儿科", "中医内科", "口腔", "麻醉", "放射医学", "眼科", "急诊医学"),
        (
            "{county}人民医院",
            "{city}中心医院",
            "{county}中医医院",
            "{county}{t}镇中心卫生院",
            "{county}妇幼保健院",
            "{city}第{n}医院",
        ),
    ),
    Series(
        "中小学教师",
        "中小学教师",
        ("高级教师", "一级教师", "二级教师"),
        (
            "语文",
            "数学",
            "英语",
            "物理",
            "化学",
            "生物",
            "历史",
            "地理",
            "思想政治",
            "体育",
            "音乐",
            "美术",
            "信息技术",
            "学前教育",
        ),
        (
            "{county}第{n}中学",
            "{county}{t}镇初级中学",
            "{county}{t}镇中心小学",
            "{county}城关小学",
            "{city}{w}中学",
            "{county}幼儿园",
        ),
    ),
    Series(
        "会计人员",
        "会计",
        ("高级会计师", "会计师", "助理会计师"),
        ("会计", "财务管理", "成本会计", "预算会计"),
        ("{county}财政局", "{city}{w}商贸有限公司", "{county}人民医院", "陕西{w}能源有限公司"),
    ),
    Series(
        "图书资料人员",
        "图书资料",
        ("副研究馆员", "馆员", "助理馆员"),
        ("图书", "资料", "古籍整理"),
        ("{county}图书馆", "{city}图书馆", "{city}{w}学院图书馆"),
    ),
    Series(
        "经济人员",
        "经济",
        ("高级经济师", "经济师", "助理经济师"),
        ("工商管理", "人力资源管理", "农业经济", "财政税收", "金融", "建筑经济"),
        (
            "{county}供销合作社",
            "{city}{w}集团有限公司",
            "陕西{w}投资控股有限公司",
            "{county}农村信用合作联社",
        ),
    ),
)

_TOWNS = [
    "柳林",
    "石门",
    "龙亭",
    "原公",
    "桔园",
    "沙河营",
    "双溪",
    "上元观",
    "五堵",
    "二里",
    "天明",
    "老庄",
    "崔家山",
    "小河口",
    "三合",
    "文川",
]
_FIRMS = [
    "秦源",
    "华茂",
    "宏远",
    "天泽",
    "恒信",
    "渭滨",
    "北斗",
    "长岭",
    "金桥",
    "同力",
    "泰和",
    "兴盛",
    "瑞丰",
    "汇通",
    "明珠",
    "未来",
    "三川",
    "龙门",
]
_NUMBERS = "一二三四五六七八九"

LEVEL_WORDS = (("高级", "中级", "初级"), ("副高级", "中级", "助理级"))
"""Two ways to name the levels of the three titles of a series."""

SENIOR, MIDDLE, JUNIOR = range(3)


def draw_employer(chance: random.Random, series: Series, place: Place) -> str:
    """Invent an employer."""
    return chance.choice(series.employers).format(
        province=place.province,
        city=place.city,
        county=place.county,
        t=chance.choice(_TOWNS),
        w=chance.choice(_FIRMS),
        n=chance.choice(_NUMBERS),
    )


def committee_of(series: Series, rank: int, place: Place) -> str:
    """Name the committee that reviews a title."""
    area = place.province if rank == SENIOR else place.city
    level = ("高级", "中级", "初级")[rank]
    return f"{area}{series.short}系列{level}专业技术职务评审委员会"


CERTIFICATE_NAMES = (
    "专业技术职务任职资格证书",
    "专业技术资格证书",
    "职称证书",
    "专业技术职务资格证书",
    "专业技术人员资格证书",
)

LABELS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "姓名", "姓名", "持证人"),
    "gender": ("性别",),
    "birth_date": ("出生年月", "出生日期", "出生年月日"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "employer": ("工作单位", "工作单位", "所在单位", "现工作单位", "单位名称"),
    "series": ("系列", "职称系列", "专业系列"),
    "specialty": ("专业", "专业名称", "评审专业", "从事专业", "申报专业"),
    "title": (
        "资格名称",
        "任职资格",
        "职称名称",
        "专业技术资格名称",
        "专业技术职务任职资格",
        "专业技术资格",
        "评审资格",
    ),
    "level": ("级别", "资格级别", "职称级别", "等级"),
    "granted_on": (
        "授予时间",
        "批准时间",
        "批准日期",
        "评审通过时间",
        "取得资格时间",
        "任职资格时间",
        "通过时间",
        "获得资格日期",
    ),
    "committee": ("评审委员会", "评委会名称", "评审组织", "评审委员会名称"),
    "approval_number": ("批准文号", "审批文号", "公布文号", "文号"),
    "issuer": ("发证机关", "发证单位", "签发单位", "批准单位", "审批部门", "批准机关"),
    "issued_on": ("发证日期", "发证时间", "签发日期", "填发日期", "颁证日期"),
    "certificate_number": ("证书编号", "编号", "证书号", "证号", "管理号", "证书号码"),
}
"""What certificates call things."""
