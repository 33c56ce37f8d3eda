"""The wording of approval documents: counts, titles, levels, headings."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from domain.dates import cjk_to_number
from domain.fields import Field
from domain.text import fold, is_han
from domain.titles import is_known_title, series_of_words

_RANKS = (
    "正高级|教授级高级|研究员级高级|教授级|副高级|高级|中级|初级|助理|副主任|主任|主治|主管|主检|国家级|特级|"
    "[一二三四]级|副|中学|小学|幼儿园|中专|技校|正"
)
_WORK = (
    "农业技术推广研究员|农业技术员|实习指导教师|研究实习员|研究馆员|研究员|人力资源管理师|知识产权师|工艺美术师|工艺美术员|"
    "舞台技术员|舞台技师|舞美设计师|艺术创意设计师|播音员主持人|播音指导|播音员|国际商务师|运动防护师|司法鉴定人|船舶电子员|"
    "飞行通信员|飞行机械员|工程师|技术员|农艺师|畜牧[(]?兽医[)]?师|畜牧师|兽医师|农经师|法医师|[(]中[)]医师|中医师|医师|药师|"
    "中药师|护师|技师|医士|药士|护士|技士|教授|讲师|助教|教员|教师|记者|编辑|编审|馆员|管理员|教练|译审|翻译|会计师|会计员|"
    "统计师|统计员|经济师|经济员|审计师|审计员|实验师|实验员|演员|演奏员|编剧|导演|指挥|作曲|作词|摄影师|摄像师|美术师|"
    "文学创作|演出监督|舞台技术|录音师|剪辑师|公证员|律师|船长|驾驶员|轮机长|轮机员|引航员|飞行员|领航员|政工师|政工员|校对"
)
_TITLE = re.compile(rf"(?:{_RANKS})*(?:{_WORK})(?:[(](?:教授级|研究员级|正高级|副高级|高级|中级)[)])?")
_LEVEL = re.compile(r"正高级|副高级|助理级|员级|高级|中级|初级")
_LEVEL_ALONE = re.compile(
    r"(?P<level>正高级|副高级|助理级|员级|高级|中级|初级)"
    r"(?:专业技术)?(?:职务|职称|资格|技术职务)?(?:任职资格|资格)?(?:人员|名单)*$"
)
_CJK = "〇零一二三四五六七八九十百千两廿卅"
_COUNT = re.compile(
    rf"[(]?(?:共|计|共计|合计|总计|等)?(?P<count>\d{{1,4}}|[{_CJK}]{{1,7}})(?P<unit>名|位|人|个)(?:同志|人员|教师)?[)]?"
)
_ENUMERATOR = re.compile(
    r"^(?:(?P<one>[一二三四五六七八九十]{1,3}[、.,·])|(?P<two>[(][一二三四五六七八九十]{1,3}[)]、?)"
    r"|(?P<three>\d{1,2}[.、·](?!\d))|(?P<four>[(]\d{1,2}[)])|(?P<five>第[一二三四五六七八九十]{1,2}[类组批部分、]*))"
)
_INSTITUTION = re.compile(
    r"(?:学校|中学|小学|大学|学院|医院|公司|研究院|研究所|设计院|幼儿园|卫生院|卫生室|中心|高中|初中|厂|站|馆|台|矿|完小|职教中心|保健院|党校)$"
)
_BODY = re.compile(
    r"(?:省|市|县|区|州|局|厅|委|办|院|校|所|司|团|社|处|队|直|单位|部门|系统|盟|旗|镇|乡|街道|集团|协会|学会|部|会|企业)$"
)
_ADDRESSEES = re.compile("集团|各|有关|相关|所属|直属|,")
"""What no employer's name holds, but the line of those to whom a document goes does: 各有关高等学校."""
_SPECIALTY = re.compile(
    r"(?:^|.*?(?:专业技术)?(?:职务|资格|职称|系列)(?:任职资格)?|[():、])(?P<name>(?:(?!专业)[^():、]){2,14})专业(?!技术)"
)
_AFTER_TITLE = re.compile(r"[(\-—:]?(?P<name>[^()]{2,12})[)]?$")
_NO_SPECIALTY = re.compile(
    "人员|名单|晋升|破格|通过|正常|[合总小共]计|[男女]|批$|其中|评审|认定|考核|转评|资格|年度|情况|结果"
)
_NOISE = re.compile(r"^[-·.~_|一]*(?:第?\d{1,3}页?(?:[,/]?共\d{1,3}页)?|\d{1,3}/\d{1,3})?[-·.~_|一]*$")
_SENTENCE = re.compile(r"[。;!?!]|[,].*[,]")

_MOST_BEFORE = 8
"""Characters of a series that may stand before the word that looks like a title: 中等职业学校 + 教师."""


class Rank(StrEnum):
    """How deep in the order of headings a heading stands, told by its enumerator."""

    ONE = "one"
    TWO = "two"
    THREE = "three"
    FOUR = "four"
    FIVE = "five"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that holds for the people listed below it."""

    parts: tuple[tuple[Field, int, int], ...]
    """(field, start, end) of what it says; positions in the text without blanks."""

    stated: int | None
    """How many people it announces."""

    rank: Rank


def parse_number(text: str) -> int | None:
    """Read a count in digits or Chinese numerals up to 9999 (一百二十一)."""
    if text.isdecimal():
        return int(text)
    total, rest = 0, text.replace("两", "二").replace("零", "").replace("〇", "")
    for unit, size in (("千", 1000), ("百", 100)):
        if unit in rest:
            head, _, rest = rest.partition(unit)
            digit = cjk_to_number(head) if head else 1
            if digit is None:
                return None
            total += digit * size
    if rest:
        last = cjk_to_number(rest)
        if last is None:
            return None
        total += last
    return total or None


def find_counts(text: str) -> tuple[tuple[int, int, int], ...]:
    """Find counts of people (35人, 二十一位同志) in a text without blanks: (count, start, end)."""
    found = []
    for match in _COUNT.finditer(same_places(text)):
        number = parse_number(match["count"])
        if number is not None:
            found.append((number, *match.span()))
    return tuple(found)


def find_titles(text: str) -> tuple[tuple[str, int, int], ...]:
    """Find names of titles in a text without blanks: (title, start, end)."""
    folded = same_places(text)
    return tuple(
        (match[0], *match.span()) for match in _TITLE.finditer(folded) if not _names_series(folded, match)
    )


def _names_series(folded: str, match: re.Match[str]) -> bool:
    """Tell whether what looks like a title ends the name of a series: 小学教师 in 中小学教师职务任职资格."""
    start, end = match.span()
    return not is_known_title(match[0]) and any(
        series_of_words(folded[begin:end]) for begin in range(max(0, start - _MOST_BEFORE), start + 1)
    )


def is_title(text: str) -> bool:
    """Tell whether a text without blanks is a title and nothing else."""
    return _TITLE.fullmatch(same_places(text)) is not None


def is_level(text: str) -> bool:
    """Tell whether a text without blanks is a level and nothing else."""
    return _LEVEL.fullmatch(same_places(text)) is not None


def is_institution(text: str) -> bool:
    """Tell whether a text ends like an employer: a school, hospital, company."""
    return _INSTITUTION.search(same_places(text)) is not None


def is_body(text: str) -> bool:
    """Tell whether a text ends like any place, office or institution."""
    folded = same_places(text)
    return _INSTITUTION.search(folded) is not None or _BODY.search(folded) is not None


def is_noise(text: str) -> bool:
    """Tell whether a line is only a page number or a stroke."""
    return _NOISE.match(same_places(text)) is not None


def is_sentence(text: str) -> bool:
    """Tell whether a line belongs to running text rather than to a list or heading."""
    folded = same_places(text)
    return _SENTENCE.search(folded) is not None or len(folded) > 45


def same_places(text: str) -> str:
    """Fold a text that holds no blanks; positions stay."""
    folded = fold(text)
    return folded if len(folded) == len(text) else text


def enumerator_end(text: str) -> int:
    """Return where the number before a heading ends (一、 of 一、高级工程师), 0 without one.

    Args:
        text: Folded.
    """
    match = _ENUMERATOR.match(text)
    return match.end() if match else 0


@lru_cache(maxsize=4096)
def parse_heading(text: str) -> Heading | None:
    """Understand a line as a heading over people, or return ``None``.

    Such as ``西安市（12人）``, ``一、高级工程师（35人）``, ``土木工程专业：``. A place or an office over a
    list is the office that reported the people, not their employer: only a school, hospital, company or the
    like becomes ``Field.EMPLOYER``.

    Args:
        text: The line without blanks.
    """
    folded = same_places(text)
    if re.search(r"同意|确认|经.{2,40}评审|,.*同志", folded):
        return None
    if not folded or is_sentence(text) or len(folded) > 40 or folded.startswith(("关于", "附件", "注:")):
        return None
    start, rank = 0, Rank.PLAIN
    enumerator = _ENUMERATOR.match(folded)
    if enumerator:
        start = enumerator.end()
        rank = Rank(str(enumerator.lastgroup))
    stated, end = _trailing_count(folded, start)
    while end > start and folded[end - 1] in ":,(、-·共计等":
        end -= 1
    parts = _heading_parts(folded, start, end)
    core = folded[start:end]
    if ":" in core:
        # Names follow in the same line: running text with an introduction.
        return None
    marked = stated is not None or enumerator is not None or folded.endswith(":")
    plain_enough = is_title(core) or _LEVEL_ALONE.match(core) or core.endswith("专业") or is_body(core)
    if not core and stated is None:
        return None
    if not (marked or plain_enough):
        return None
    if enumerator is not None and stated is None and not parts and not is_body(core):
        return None
    return Heading(parts, stated, rank)


def _trailing_count(folded: str, start: int) -> tuple[int | None, int]:
    counts = [c for c in find_counts(folded) if c[1] >= start]
    if not counts:
        return None, len(folded)
    number, begin, end = counts[-1]
    if folded[end:].strip(":、.,)") not in ("", "名单", "如下", "人员名单"):
        return None, len(folded)
    return number, begin


def _heading_parts(folded: str, start: int, end: int) -> tuple[tuple[Field, int, int], ...]:
    core = folded[start:end]
    parts: list[tuple[Field, int, int]] = []
    titles = find_titles(core)
    level = _LEVEL_ALONE.match(core)
    if level:
        parts.append((Field.LEVEL, start, start + level.end("level")))
    elif titles and not is_institution(core):
        _, begin, stop = titles[-1]
        parts.append((Field.TITLE, start + begin, start + stop))
    specialty = _SPECIALTY.search(core)
    if specialty is None and titles and not level:
        specialty = _AFTER_TITLE.match(core, titles[-1][2])
        if specialty and not _is_bare_specialty(specialty["name"]):
            specialty = None
    if specialty:
        begin, stop = specialty.span("name")
        if not any(b < start + stop and start + begin < e for _, b, e in parts):
            parts.append((Field.SPECIALTY, start + begin, start + stop))
    if not parts and is_institution(core) and not _ADDRESSEES.search(core) and len(core) >= 4:
        parts.append((Field.EMPLOYER, start, end))
    elif not parts and _is_bare_specialty(core):
        parts.append((Field.SPECIALTY, start, end))
    return tuple(parts)


def _is_bare_specialty(core: str) -> bool:
    """Tell whether a heading without the word 专业 names one all the same: 土木工程（3人）."""
    return (
        2 <= len(core) <= 12
        and all(map(is_han, core))
        and not is_body(core)
        and _NO_SPECIALTY.search(core) is None
    )
