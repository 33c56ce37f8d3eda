"""What a person's name looks like, when nothing but its shape and place can tell.

Surnames only tip the balance where a text could also be something else; a name in a column headed
姓名 is accepted whatever its first character.
"""

import re
from functools import lru_cache

from domain.text import fold_character, is_han

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙朱马胡郭何高罗林郑梁谢宋唐韩许冯邓曹彭曾肖田董袁于潘蒋杜蔡余程魏叶吕丁苏任沈姚姜卢崔钟谭汪范陆金石廖贾夏付方韦邹白熊孟秦邱尹江薛闫侯段雷"
    "史龙陶顾贺黎郝毛邵龚万钱武严戴孔向覃常汤莫康文温牛代赖洪葛施邢安樊齐乔易庞倪伍鲁聂章岳颜殷翟申耿欧庄左焦兰关俞柳甘祝傅包尚毕舒宁曲梅童阮纪季苗单裴符谷凌成霍盛詹"
    "冉路骆辛靳柯涂蓝柴管翁祁鲍喻游蒙华蒲房滕屈饶解艾牟候时尤阳穆司吉车项缪芦农卓窦褚娄古景宫戚连费党冷卜晏米席柏卫宗岑佟边瞿麦桂沙臧全闵普姬和师苟邬卞应桑隋栾仇商刁"
    "简荣寇郎丛仲明查巫占甄巩虞丘佘苑迟麻池阎敖封鞠谈惠匡官荆郁胥冀乐南邝栗储原燕班楚鄢谌劳皮蔺奚闻粟满楼盘海伊位阚冼强仝索郜巴花玉盖帅凡屠豆权廉阿禹丰井练祖朴平漆国"
    "支狄卿计晋初相宣门云敬厉区来浦戈芮伏晁雍都薄邸鹿母修亓岩容赫阙羊辜裘杭宿鲜况印逯战隆邰诸慕茹达银嵇亢那危刀公才字湛戎宾萧茅居於勾干小尉揭但扎衣布束信展昝元利阴智"
    "呼富衡檀保拉由奉习幸腾户荀植闭尧渠钮哈虎巨贡雒青冶郗逄蹇旷昌弓操铁鄂税年扈谯庹矫娜竺木未步靖斯黑多东訾濮别藏水山轩种贝乌琚蔚宛尼侍咸从过茆菅暴化畅巢买续加寿泮宝"
    "扶綦历经么德毋后格凤招仵资庾自伦汝蒯要英台央先生冒随双邴粱隗依顿贲延郇员果玄扬眭回西郄滑洛鱼圣汲籍纳糜缑泽拓怀赛昂宦言皇宇刚仉戢密拜竹同永春寻崇其雪塔开弋忻零纵"
    "撒郏红钦念望郅励亚可义闪仪香光磨承秋律禚思法太火远梦老苍拥松牙行庆苌秀千静丹喜越萨朵子美朋类冬牧贠"
)
"""Single-character surnames of more than 8 in a million people, and 贠 of Shaanxi."""

_COMPOUND_SURNAMES_TEXT = (
    "欧阳 上官 皇甫 令狐 司徒 诸葛 司马 宇文 呼延 乐正 鲜于 公玉 南荣 赫连 东方 仲长 "
    "慕容 宗政 濮阳 夏侯 段干 闻人 公孙 谷梁 申屠 亓官 端木 公祖 南宫 巫马 公伯 公西 "
    "南门 公仲 长孙 尉迟 轩辕 钟离 梁丘 第五 公良 司空 仲孙 东里 褚师 公山 左丘 西门 "
    "公羊 子书 公冶 漆雕 东郭 子桑 公坚 公上 万俟 澹台 司寇 达奚 公仪 颛孙 子车 "
)
COMPOUND_SURNAMES = frozenset(_COMPOUND_SURNAMES_TEXT.split())

MIDDLE_DOT = "·"

_WORDS_TEXT = (
    "姓名 合计 小计 总计 共计 累计 备注 序号 性别 单位 专业 级别 职称 资格 名单 附件 "
    "附表 附 特此 通知 特此通知 同志 人员 高级 中级 初级 正高级 副高级 正高 副高 男 女 "
    "汉族 回族 以上 以下 其他 其它 盖章 签字 签名 签章 公章 编号 文件 文号 主送 抄送 "
    "印发 报送 批复 公告 公示 决定 日期 电话 地址 邮编 说明 情况 内容 结果 通过 同意 "
    "工作单位 资格名称 评审专业 申报专业 申报职称 工程师 教师 讲师 教授 医师 药师 护师 "
    "技师 会计师 经济师 统计师 审计师 农艺师 高级教师 一级教师 二级教师 三级教师 助理 全省 "
    "全市 省直 市直 区直 县直 有关单位 本科 大专 专科 硕士 博士 学士 研究生 中专 高中 "
    "大学 正常 破格 转评 初定 认定 评审 计划 教育 卫生 工程 农业 土木 机械 电气 语文 "
    "数学 英语 物理 化学 生物 历史 地理 政治 体育 音乐 美术 学前 思品 科学 会计 经济 "
    "统计 审计 档案 图书 印章 专用章 承办 签发人 无 是 否 职务 学历 学位 年龄 民族 "
    "籍贯 汇总 完毕 以下空白 此页无正文 秘密 特急 水利 建筑 交通 地质 测绘 环保 林业 "
    "任职 任职资格 畜牧 兽医 内科 外科 儿科 妇科 护理 检验 影像 中医 药学 中药 "
    "思想政治 思想品德 信息技术 通用技术 劳动技术 心理健康 综合实践 学前教育 特殊教育 幼儿教育 小学教育 "
    "成本会计 财务会计 管理会计 预算会计 财务管理 工商管理 人力资源 市场营销 电子商务 工程造价 安全工程 "
    "信息工程 通信工程 电子信息 电气工程 金融工程 水利工程 公路工程 "
)
_WORDS = frozenset(_WORDS_TEXT.split())

_PLACE_OR_BODY = re.compile(
    r"(?:[省市县区镇乡村厅局部院校所站司厂队社委办处组室馆台]|中心|集团|大学|中学|小学|专业|系列|名单|资格|人员)$"
)
_SEAL = re.compile("(?:业务|财务|职称|审批|评审)?专用章?|用章|[公印]?章")
_SHAPE = re.compile(r"^[^\W\d_A-Za-z]+$")


@lru_cache(maxsize=16384)
def is_name_shape(text: str) -> bool:
    """Tell whether a text without blanks could be a name: 2 to 4 characters, or parts joined by a dot."""
    if text in _WORDS:
        return False
    folded = "".join(fold_character(c) for c in text)
    if MIDDLE_DOT in folded:
        parts = folded.split(MIDDLE_DOT)
        return 3 <= len(folded) <= 20 and all(part and all(map(is_han, part)) for part in parts)
    if len(folded) == 4 and folded.endswith("同志"):
        # 韩福同志 at the end of a list; 王同志 may be a name.
        return False
    return 2 <= len(folded) <= 4 and all(map(is_han, folded))


def has_surname(text: str) -> bool:
    """Tell whether a text begins with a known surname."""
    return text[:1] in SURNAMES or text[:2] in COMPOUND_SURNAMES


@lru_cache(maxsize=16384)
def is_likely_name(text: str) -> bool:
    """Tell whether a text is a name although no column says so."""
    if not is_name_shape(text):
        return False
    if MIDDLE_DOT in "".join(fold_character(c) for c in text):
        return True
    if len(text) == 4 and text[:2] not in COMPOUND_SURNAMES:
        # 张王李四: two surnames and a given name; rarer than any four-character word.
        return text[0] in SURNAMES and text[1] in SURNAMES and not _PLACE_OR_BODY.search(text)
    return has_surname(text) and not looks_like_place(text)


def is_seal_lettering(text: str) -> bool:
    """Tell whether a text is a piece of what every official seal says: 专用章, 公章."""
    return _SEAL.fullmatch(text) is not None


def looks_like_place(text: str) -> bool:
    """Tell whether a short text ends like a place, a body or a kind of work (高陵县, 商务厅)."""
    return len(text) > 2 and _PLACE_OR_BODY.search(text) is not None
