"""Names in running text: 张三、李四、王五等3人, 张三等12名同志, 张三同志."""

import re
from dataclasses import dataclass
from itertools import pairwise

from domain.fields import Field
from ocr.approvals.names import (
    COMPOUND_SURNAMES,
    MIDDLE_DOT,
    SURNAMES,
    has_surname,
    is_likely_name,
    is_name_shape,
    looks_like_place,
)
from ocr.approvals.wording import (
    Heading,
    find_counts,
    find_titles,
    is_body,
    parse_heading,
    parse_number,
    same_places,
)

_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff〇]"
_SEPARATOR = "、,;"
_TAIL = re.compile(
    r"^(?P<filler>等(?=$|[、,;:。()共计\d各该]|[〇零一二三四五六七八九十百两廿卅]{1,6}[名位人个]|同志|同仁|老师|教师|人员|"
    r"专业技术|技术人员|工程技术|职工|干部|具|取得|获得|评为|晋升|通过|任职|为|已|均|经|的))?"
    r"(?:[(]?(?:共计|共|计)?(?P<count>\d{1,4}|[〇零一二三四五六七八九十百两廿卅]{1,6})(?P<unit>名|位|人|个)[)]?|共计|共|计)?"
    r"(?P<comrade>同志|同仁|老师)?"
)
_VERBS = r"具备|具有|取得|获得|评为|晋升|通过|任职|专业技术|的|为|已|均|经|自|从|资格"
_LEAD = re.compile(
    r"同意|批准|确认|认定|授予|关于|决定|公布了?|其中|给予|如下|以下|评定|核准|认可|评审|研究|人员|名单|同志|通过了?|[:;。,)]"
)
_GRANTS = re.compile(r"具备|具有|取得|获得|评为|晋升|任职资格|专业技术")
_EVERYBODY = re.compile(
    r"^(?:下列|上述|希?望?(?:以上|上列|你们|各位)|以下|全体|各位|有关|相关|其他|该|你|我|此|申报|单位|应|全|各|本"
    # 经 is a surname too, but 经省高等学校教师职务评审委员会 names nobody.
    r"|[经由据报请](?:国家|全|省|市|县|区|州|厅|局|院|校|我|你|本|该|各|有关|相关|研究|评|审|考|公示|上级|专家|个人|单位|人事|人社|党))"
)
_WRONG_COMPANY = re.compile(
    r"联系人|联系电话|监督|抄送|抄报|签发|经办|承办|填表|制表|[审复]核人|负责人|校对|组长|主任委员|委员[:：]|评委[:：]|执行评|专家[:：]|公示期|邮箱"
)
_NEXT_IN_ROW = re.compile(
    rf"(?!等|同志|同仁|老师|{_VERBS})(?:{_HAN}{{2,4}}(?:[(、,;。]|$)|{_HAN}{{1,8}}(?:{MIDDLE_DOT}{_HAN}{{1,8}})+(?:[(、,;。]|$)"
    rf"|[^、,;:。()]{{2,30}}(?:[(][^()]{{1,12}}[)])?:)"
)
"""What follows the remark behind a name where nothing else parts the names: 张三(护理学)李四(化学)."""
_WRONG_TAIL = re.compile(r"^(?:评委|专家|委员|市|县|区|省|局|厅|单位|部门|同志担任)")


@dataclass(frozen=True, slots=True)
class TextName:
    """A name in a text: ``text[start:end]``, with what follows it in brackets."""

    start: int
    end: int
    remark: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class RunningList:
    """Names that one sentence gives."""

    names: tuple[TextName, ...]
    stated: int | None
    start: int
    end: int
    """End of the list itself, its count included."""

    title: tuple[int, int] | None = None
    """The title that the same sentence grants."""


def find_running_lists(text: str, *, announced: bool = False) -> tuple[RunningList, ...]:
    """Find the lists of names in a text without blanks.

    A list counts when something says that people are listed: a count, 同志, an introduction such as 同意,
    or nothing but likely names from end to end.

    Args:
        text: Without blanks.
        announced: A heading above says that people follow.
    """
    folded = same_places(text)
    if len(folded) != len(text):
        return ()
    lists: list[RunningList] = []
    for start, end in _sentences(folded):
        if _WRONG_COMPANY.search(folded[start:end]):
            continue
        lists += _lists_of_sentence(folded, start, end, announced=announced and start == 0)
    return tuple(lists)


def heading_before(text: str, position: int, limit: int = 0) -> tuple[int, Heading] | None:
    """Understand the words before a colon that a list follows: 土木工程专业：张三、李四.

    Args:
        text: Without blanks.
        position: Where the list begins.
        limit: Where the list before it ends.

    Returns:
        (where the heading begins, the heading), or ``None`` when no heading stands there.
    """
    folded = same_places(text)
    if position - limit < 3 or folded[position - 1 : position] != ":":
        return None
    start = max(limit, *(folded.rfind(mark, 0, position - 1) + 1 for mark in "。:;"))
    while start < position and folded[start] in "、,":
        start += 1
    heading = parse_heading(text[start:position])
    return None if heading is None else (start, heading)


def _sentences(text: str) -> list[tuple[int, int]]:
    bounds = [0, *(m.end() for m in re.finditer("[。!?]", text)), len(text) + 1]
    return [(a, b - 1) for a, b in pairwise(bounds) if b - 1 > a]


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    remark: tuple[int, int] | None


def _tokens(text: str, start: int, end: int) -> list[_Token]:
    """Split a sentence at commas; a bracketed remark belongs to the token before it."""
    tokens: list[_Token] = []
    begin, remark, position = start, None, start
    while position <= end:
        character = text[position] if position < end else "、"
        if character == "(" and position < end:
            close = text.find(")", position, end)
            if (
                close > 0
                and close - position <= 26
                and position > begin
                and find_counts(text[position : close + 1]) == ()
            ):
                rest = text[close + 1 : close + 2]
                if rest in (*_SEPARATOR, "", "等", "。", "同", "和", "及") or rest.isdecimal():
                    remark = (position + 1, close)
                elif _NEXT_IN_ROW.match(text, close + 1, end):
                    tokens.append(_Token(begin, close + 1, (position + 1, close)))
                    begin, remark, position = close + 1, None, close + 1
                    continue
        if character in _SEPARATOR and (remark is None or position > remark[1]):
            tokens.append(_Token(begin, position, remark))
            begin, remark = position + 1, None
        position += 1
    return tokens


def _lists_of_sentence(text: str, start: int, end: int, *, announced: bool) -> list[RunningList]:
    tokens = _tokens(text, start, end)
    lists: list[RunningList] = []
    i = 0
    while i < len(tokens):
        group, following = _group_from(
            text, tokens, i, lists[-1].end if lists else start, announced=announced and i == 0
        )
        if group is not None:
            lists.append(group)
        i = max(following, i + 1)
    titled: list[RunningList] = []
    for i, found in enumerate(lists):
        limit = lists[i + 1].start if i + 1 < len(lists) else end
        titles = find_titles(text[found.end : limit])
        title = (found.end + titles[0][1], found.end + titles[0][2]) if titles else None
        titled.append(RunningList(found.names, found.stated, found.start, found.end, title))
    return titled


def _group_from(
    text: str, tokens: list[_Token], first: int, limit: int, *, announced: bool
) -> tuple[RunningList | None, int]:
    """Read the list that begins with one token: (list or none, the next token to look at).

    ``limit`` is where the list before it ends.
    """
    token = tokens[first]
    body_end = token.remark[0] - 1 if token.remark else token.end
    opening = _opening_name(text, token.start, body_end)
    if opening is None:
        return None, first + 1
    begin, name_end, introduced = opening
    introduced = introduced or announced
    # 张三等12名同志具备任职资格(名单附后): what stands in brackets later on is not about 张三.
    remark = token.remark if name_end == body_end else None
    names = [TextName(begin, name_end, remark)]
    # The first name may also be the last: 张三等12名同志.
    rest = remark[1] + 1 if remark else name_end
    count, closed, marked = _tail(text, rest, token.end)
    i = first
    end = closed
    while rest >= token.end and not marked and i + 1 < len(tokens):
        following = tokens[i + 1]
        several = _middle_names(text, following)
        if several is None:
            joined, rest_token = _before_joint(text, following)
            last = _closing_name(text, rest_token)
            if last is not None:
                names += joined
                names.append(last[0])
                count, end, marked = last[1], last[2], last[3]
                i += 1
            break
        names += several
        i += 1
        end = following.end
    begins_next = any(other.start == end for other in tokens[first + 1 :])
    if not begins_next and _WRONG_TAIL.match(text[end : end + 4]):
        return None, i + 1
    last_end = names[-1].remark[1] + 1 if names[-1].remark else names[-1].end
    if len(names) == 1 and not introduced and end <= last_end:
        return None, first + 1
    counted = count == len(names)
    if len(names) == 1 and not marked and rest >= token.end:
        # One person behind a heading is a list too: 助理农艺师（1人）：罗亮.
        before = heading_before(text, begin, limit)
        marked = before is not None and (before[1].stated == 1 or _grants(before[1]))
    if not _is_convincing(text, names, introduced=introduced, marked=marked, counted=counted):
        return None, first + 1
    return RunningList(tuple(names), count, begin, end), i + 1


def _opening_name(text: str, start: int, end: int) -> tuple[int, int, bool] | None:
    """Find the first name of a list in a token that may have an introduction: (start, end, introduced)."""
    leads = [m.end() for m in _LEAD.finditer(text, start, end)]
    for begin in [*reversed(leads), start]:
        token = text[begin:end]
        if _EVERYBODY.match(token):
            continue
        whole = re.match(rf"^(?:{_HAN}{{2,4}}|{_HAN}{{1,8}}(?:{MIDDLE_DOT}{_HAN}{{1,8}})+)$", token)
        if (
            whole
            and is_name_shape(token)
            and (is_likely_name(token) or _is_uncommon(token))
            and not _LEAD.search(token)
        ):
            return begin, end, begin > start
        closing = _name_before_tail(token)
        if closing is not None and not _LEAD.search(token[:closing]):
            return begin, begin + closing, begin > start
    return None


def _name_before_tail(token: str, *, is_listed: bool = False) -> int | None:
    """Return the length of the name at the start of a token such as 王五等3名同志; ``None`` without one."""
    dotted = re.match(rf"^{_HAN}{{1,8}}(?:{MIDDLE_DOT}{_HAN}{{1,8}}?)+(?=等|同志|\d|{_VERBS}|$)", token)
    if dotted:
        return dotted.end()
    for length in (2, 3, 4):
        name, rest = token[:length], token[length:]
        if len(name) < length or not is_name_shape(name):
            continue
        tail = _TAIL.match(rest)
        has_tail = tail is not None and bool(tail["filler"] or tail["comrade"] or tail["count"])
        # Names before it vouch for a last name whose surname was misread (冼 as 洗).
        if has_tail and (is_listed or (has_surname(name) and not looks_like_place(name))):
            return length
        if is_likely_name(name) and re.match(_VERBS, rest):
            return length
    return None


def _tail(text: str, start: int, end: int) -> tuple[int | None, int, bool]:
    """Read what follows the last name: (count, end, whether it says that people were listed)."""
    tail = _TAIL.match(text[start:end])
    if tail is None or not tail.end():
        return None, start, _GRANTS.match(text, start, end) is not None
    count = parse_number(tail["count"]) if tail["count"] else None
    return count, start + tail.end(), True


def _middle_names(text: str, token: _Token) -> list[TextName] | None:
    end = token.remark[0] - 1 if token.remark else token.end
    if token.remark and token.remark[1] + 1 < token.end:
        return None
    name = text[token.start : end]
    if is_name_shape(name) and not (looks_like_place(name) and not has_surname(name)):
        return [TextName(token.start, end, token.remark)]
    for joint in ("和", "及", "与"):
        place = name.find(joint, 2)
        if 0 < place < len(name) - 2 and is_likely_name(name[:place]) and is_likely_name(name[place + 1 :]):
            middle = token.start + place
            return [TextName(token.start, middle), TextName(middle + 1, end, token.remark)]
    return None


def _before_joint(text: str, token: _Token) -> tuple[list[TextName], _Token]:
    """Split 张三丰和李四维3名同志 after the first name: (the first name if any, the rest)."""
    for joint in re.finditer("[和及与]", text[token.start : token.start + 12]):
        middle = token.start + joint.start()
        if is_likely_name(text[token.start : middle]):
            return [TextName(token.start, middle)], _Token(middle + 1, token.end, token.remark)
    return [], token


def _closing_name(text: str, token: _Token) -> tuple[TextName, int | None, int, bool] | None:
    """Read the last name of a list and its tail: (name, count, end, marked)."""
    if token.remark:
        name_end = token.remark[0] - 1
        if not is_name_shape(text[token.start : name_end]):
            return None
        count, end, marked = _tail(text, token.remark[1] + 1, token.end)
        return TextName(token.start, name_end, token.remark), count, end, marked
    length = _name_before_tail(text[token.start : token.end], is_listed=True)
    if length is None:
        return None
    name_end = token.start + length
    count, end, marked = _tail(text, name_end, token.end)
    return TextName(token.start, name_end), count, end, marked


def _is_convincing(
    text: str, names: list[TextName], *, introduced: bool, marked: bool, counted: bool
) -> bool:
    words = [text[name.start : name.end] for name in names]
    likely = sum(is_likely_name(word) or _is_uncommon(word) for word in words)
    if any(is_body(word) and looks_like_place(word) for word in words) and likely < len(words):
        return False
    if len(words) == 1:
        return marked and likely == 1
    if counted and len(words) >= 2:
        return likely >= 0.4 * len(words)
    if marked or introduced:
        return likely >= 0.6 * len(words)
    return len(words) >= 3 and likely >= 0.8 * len(words)


def _grants(heading: Heading) -> bool:
    """Tell whether a heading says a title or an employer: 审核人：李四 is not granted anything."""
    return any(name in (Field.TITLE, Field.LEVEL, Field.EMPLOYER) for name, _, _ in heading.parts)


def _is_uncommon(word: str) -> bool:
    return MIDDLE_DOT in word or word[:1] in SURNAMES or word[:2] in COMPOUND_SURNAMES
