"""Whether two ways of writing an organisation mean one body.

Sheets and papers abbreviate, seals add 专用章, bodies are renamed. What separates bodies are the
ordinals (第一/第二), the level words of committees and the kind of unit at the end: those are never
dropped.
"""

import re
from enum import IntEnum

from rapidfuzz.distance import Levenshtein

from domain.text import fold


class Likeness(IntEnum):
    """How two names of bodies compare."""

    DIFFERENT = 0
    NEAR = 1
    """A small difference that a person should look at: 有限公司 for 有限责任公司."""
    SAME = 2
    """The same body, written more or less fully."""
    EQUAL = 3


_SEAL_WORDS = re.compile(
    r"\((?:章|盖章|印章|公章|签章|印)\)|(?:职称|资格|证书|评审|业务)*专用章$|(?:公章|印章|盖章)$"
)
_EXPANSIONS = (
    ("人社", "人力资源和社会保障"),
    ("人力资源社会保障", "人力资源和社会保障"),
    ("职改办", "职称改革工作领导小组办公室"),
    ("职称改革领导小组", "职称改革工作领导小组"),
    ("职称改革办公室", "职称改革工作领导小组办公室"),
    ("高评委", "高级评审委员会"),
    ("中评委", "中级评审委员会"),
    ("初评委", "初级评审委员会"),
    ("评委会", "评审委员会"),
    ("卫计委", "卫生和计划生育委员会"),
    ("卫健委", "卫生健康委员会"),
    ("住建", "住房和城乡建设"),
)
_ORDINALS = re.compile(r"第?([零〇一二三四五六七八九十百\d]+)")
_REGION = re.compile(r"^(.{2,5}?)[省市县区州盟]")
_LEVEL_WORDS = re.compile(r"(正高级?|副高级?|高级|中级|初级)")
_WEIGHTY = frozenset("零〇一二三四五六七八九十百0123456789东西南北中上下大小男女老新副正高初")
"""Characters that tell two bodies of one family apart; an abbreviation may not drop them."""
_HIGHER_UNIT = re.compile(r"[省市县区镇乡州盟旗]$|(?:公司|集团|总厂|大学|学院|厅|局|委员会)$")
"""What a name may be introduced by: a region or the unit above."""
_LEGAL_TAIL = re.compile(r"(?:股份)?(?:有限)?(?:责任)?(?:公司|集团)$")
_COMMITTEE_WORDS = re.compile(
    r"(?:专业技术|专业|职务|职称|任职|资格|系列|评审|评议|委员会|工作|领导小组|办公室)"
)
_OFFICE = "办公室"
_MIN_LENGTH = 4
_MIN_ABBREVIATION_SHARE = 0.5
_NEAR_SHARE = 0.2
"""At most one differing character in five: one misprint in a short name, two in a long one."""


def compare_employers(submitted: str, read: str) -> Likeness:
    """Compare two employers; 第一 and 第二 differ, 陕西省西安市第一中学 is 西安市第一中学."""
    ours, theirs = _plain(submitted), _plain(read)
    if ours == theirs:
        return Likeness.EQUAL
    short, long = sorted((ours, theirs), key=len)
    if _is_same_employer(short, long):
        return Likeness.SAME
    return _near(ours, theirs)


def compare_offices(submitted: str, read: str) -> Likeness:
    """Compare two offices or committees: seal text, office names and suffixes are written freely.

    One inside the other is agreement, and so is an abbreviation; but 中级 against 高级 or one city
    against another never is.
    """
    ours, theirs = _plain(submitted), _plain(read)
    if ours == theirs:
        return Likeness.EQUAL
    if not _words_agree(_LEVEL_WORDS, ours, theirs) or not _words_agree(_ORDINALS, ours, theirs):
        return Likeness.DIFFERENT
    short, long = sorted((ours, theirs), key=len)
    if long.endswith(short + _OFFICE):
        # A leading group and its office are two bodies, however often one is written for the other.
        return Likeness.NEAR
    core_ours, core_theirs = _COMMITTEE_WORDS.sub("", ours), _COMMITTEE_WORDS.sub("", theirs)
    if core_ours == core_theirs and len(core_ours) >= 2:
        return Likeness.SAME
    short, long = sorted((ours, theirs), key=len)
    if len(short) >= _MIN_LENGTH and short in long:
        # A paper of which the seal hides an end says the rest; a sheet that lacks one character is wrong.
        return Likeness.NEAR if short == ours and len(long) - len(short) == 1 else Likeness.SAME
    # An abbreviation leaves words out; 农业行业 for 农业系列 puts another word in.
    (core, short), (long_core, long) = sorted(
        ((core_ours, ours), (core_theirs, theirs)), key=lambda b: len(b[0])
    )
    is_abbreviated = len(core) >= 2 and len(core) >= _MIN_ABBREVIATION_SHARE * len(long_core)
    if is_abbreviated and _is_subsequence(core, long_core) and _is_subsequence(short, long):
        return Likeness.SAME
    return _near(ours, theirs)


def _plain(text: str) -> str:
    text = _SEAL_WORDS.sub("", fold(text)).strip("·,.;:\"'")
    for short, full in _EXPANSIONS:
        if full not in text:
            text = text.replace(short, full)
    return text


def _is_same_employer(short: str, long: str) -> bool:
    if len(short) < _MIN_LENGTH:
        return False
    dropped = _dropped_characters(short, long)
    if dropped is None:
        return False
    if long.endswith(short):
        # A higher unit or region before the name: 陕西省西安市第一中学. 安市中学 has lost a character.
        return len(dropped) >= 2 and bool(_HIGHER_UNIT.search("".join(dropped)))
    if long.startswith(short):
        # Only the legal form may be missing at the end; 附属小学 is another body.
        return bool(_LEGAL_TAIL.fullmatch("".join(dropped))) and not short.endswith("公司")
    if len(dropped) < 2 or any(character in _WEIGHTY for character in dropped):
        return False
    if "公司" in long and "公司" in short:
        return False
    return len(short) >= _MIN_ABBREVIATION_SHARE * len(long) and short[0] == long[0]


def _near(ours: str, theirs: str) -> Likeness:
    """Tell a slip or another legal form from another body."""
    if _ordinals(ours) == _ordinals(theirs) and _words_agree(_REGION, ours, theirs):
        if _LEGAL_TAIL.sub("", ours) == _LEGAL_TAIL.sub("", theirs):
            return Likeness.NEAR
        longest = max(len(ours), len(theirs))
        if Levenshtein.distance(ours, theirs) <= max(1, int(_NEAR_SHARE * longest)):
            return Likeness.NEAR
    return Likeness.DIFFERENT


def _ordinals(text: str) -> tuple[str, ...]:
    return tuple(match[1] for match in _ORDINALS.finditer(text))


def _words_agree(pattern: re.Pattern[str], ours: str, theirs: str) -> bool:
    """Tell whether the two have the same words of a kind, or one of them has none."""
    mine = {match[1].rstrip("级") for match in pattern.finditer(ours)}
    other = {match[1].rstrip("级") for match in pattern.finditer(theirs)}
    return not mine or not other or mine == other


def _is_subsequence(short: str, long: str) -> bool:
    return _dropped_characters(short, long) is not None


def _dropped_characters(short: str, long: str) -> list[str] | None:
    """Return the characters of ``long`` that ``short`` leaves out; ``None`` if it does more than that."""
    if short and short in long:
        start = long.index(short)
        return list(long[:start] + long[start + len(short) :])
    dropped: list[str] = []
    place = 0
    for character in long:
        if place < len(short) and short[place] == character:
            place += 1
        else:
            dropped.append(character)
    return dropped if place == len(short) else None
