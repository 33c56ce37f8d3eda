"""What sentences on a certificate say: 经…评审委员会于…评审通过，张三同志具备…任职资格，特发此证."""

import re
from collections.abc import Callable, Iterator, Mapping

from domain.dates import find_dates
from domain.document_numbers import find_document_numbers
from domain.fields import Field
from domain.id_numbers import parse_id_number
from domain.text import is_han
from domain.titles import find_titles, is_known_title
from ocr.certificates.characters import Span
from ocr.certificates.prose_names import find_names
from ocr.certificates.shapes import is_title_like
from ocr.certificates.text_stream import Stream
from ocr.certificates.vocabulary import (
    GENERAL_TITLE_WORDS,
    LEVEL_WORDS,
    ORGANISATION_END,
)

_TITLE = re.compile(
    r"(?:具[备有]|取得|获得|获|授予|评[为定聘]为?|认定为?|确认为?|晋升为?|通过)了?(?P<title>[^,。;:]{2,40}?)的?(?:专业技术(?:职务)?)?(?:(?:任职)?资格|职称)"
)
_TITLE_SPECIALTY = re.compile(r"^(?P<specialty>.{2,16}?)(?:专业|学科)(?:技术)?(?P<title>.{2,}|)$")
_TITLE_BRACKETED = re.compile(
    r"^[^()]{2,12}?(?:专业|学科)[(](?!正高|副高|高级|中级|初级)(?P<narrow>[^()]{2,12})[)](?P<title>[^()]{2,})$"
)
_SPECIALTY_CLAUSE = re.compile(
    r"(?:^|[,。;:])(?P<specialty>[^,。;:]{2,14}?)(?:专业|学科)[,、]?(?=具[备有]|取得|获得|授予|任职资格)"
)
"""…评审通过，应用数学专业，具备讲师任职资格: the speciality in a clause of its own."""

_WORK = re.compile(
    rf"在(?P<employer>[^,。;:在]{{3,40}}?{ORGANISATION_END})从事(?P<specialty>[^,。;:]{{2,14}}?)(?:专业)?(?:技术)?工作"
)
_TITLE_SERIES = re.compile(r"^(?P<series>.{2,12}?)系列(?:[(]专业[)])?(?P<rest>.*)$")
_TITLE_LEVEL = re.compile(r"[(](?P<level>(?:正高|副高|高|中|初|助理|员)级?)[)]")
_COMMITTEE_END = (
    r"(?:评审委员会|评委会|评审组织|评审组|考核认定小组|考核小组|认定小组|认定委员会|领导小组|委员会)"
)
_COMMITTEE = re.compile(
    rf"(?:经|由|,|通过)(?P<committee>[^,。;:]{{2,60}}?{_COMMITTEE_END})(?=[,于在]|\d|[一二][〇零O一二九]|评审|评定|评议|审定|审议|审核|考核|考评|认定|批准|通过|表决)"
)
_GRANTING = re.compile(
    r"评审|评定|评议|审定|审议|审核|考核|认定|考试|通过|取得|获得|批准|授予|具备|具有|算起|计算|起算|生效|起有效|起享受|确认|之日起|日起|开始"
)
_GRANTED_BY = re.compile(r"^日?[,]?(?:经|由)[^。;]{2,58}(?:评审|评定|审定|认定|考核|委员会)")
_NUMERALS = "0-9〇零一二三四五六七八九十OIL"
_S = r"[,.·'`-]?"
_DAMAGED_DATE = re.compile(
    rf"[{_NUMERALS}]{{1,5}}{_S}年{_S}[{_NUMERALS}]{{1,3}}{_S}月{_S}[{_NUMERALS}]{{1,3}}{_S}日"
)
"""A date as damage leaves it: specks between its parts, numerals missing or doubled."""

_BIRTH_AFTER = re.compile(r"^(?:日)?(?:出)?生")
_ID_AFTER_WORD = re.compile(r"(?:身份证|证件|身份号|社会保障)[^\d]{0,8}(?P<id>\d{14}[\dOIL]{0,3}[\dX]?)")
_ID_ALONE = re.compile(r"(?<![\dA-Z])\d{17}[\dX](?![\dA-Z])")
_NUMBER_PLAIN = re.compile(r"(?:№|(?<![A-Z])NO[.:]?)(?P<number>[A-Z0-9-]{4,}\d)")
_NUMBER_WORD = re.compile(
    r"(?P<number>[㐀-鿿()\d]{0,16}(?:证|资|职|高|中|初|任)字[(]?(?:第|NO[.:]?)?[(]?[A-Z0-9()-]{3,24}(?:号|\b))"
)
_AGENCY_PREFIX = re.compile(r"^.*?(?:根据|依据|按照|遵照|依照|批准文号|文号|经|由|以)")
_EMPLOYER = re.compile(
    rf"(?:^|[,。:;]|兹证明|兹有|授予|系|现在|现任职于)(?P<employer>[^,。;:经]{{3,40}}?{ORGANISATION_END})(?:职工|员工|教师|干部)?$"
)
_EMPLOYED_BY = re.compile(
    r"(?:现?工作单位|所在单位|单位名称):?(?P<place>[^,。;:]{3,40}?)(?=[,。;])|[,。;:](?:系|现系|现在|现为|现任职于|就职于|任职于|工作于|供职于|单位:?)(?P<employer>[^,。;:]{3,40}?)(?:在职|在岗|正式)?(?:职工|员工|教师|干部|工作人员|工作|人员|医生)(?=[,。;])"
)
_SHORTEST_SPECIALTY = 2
_TITLE_LEAD = re.compile(
    "(?:学校|小学|中学|初中|高中|幼儿园|中专|技校|学院|专业|级|副|正|主任|助理|主管|主治|实习|见习|教授)$"
)
"""What belongs to the title behind it and is no speciality."""

_ONE_LEVEL = r"(?<![高中初级员正副])(?<![高中初级员正副][、,.·/和与及或(])"
"""高、中级 and 高级、中级 in headings and in committees' names say of nobody which it is."""

_IN_TITLE_HEADING = re.compile(_ONE_LEVEL + r"(?P<level>正高级|副高级|高级|中级|初级)专业技术")
_STATED_LEVEL = re.compile(
    _ONE_LEVEL
    + r"(?P<level>正高级|副高级|高级|中级|初级|员级|助理级)(?:专业技术)?(?:职务)?(?:任职)?(?:资格|职称)"
)


def read_prose(stream: Stream) -> Mapping[Field, tuple[Span, ...]]:
    """Find the values that sentences give. Fields of which they say nothing are absent."""
    found: dict[Field, tuple[Span, ...]] = {}
    for reader in _READERS:
        for name, start, end in reader(stream):
            if name not in found and start < end:
                found[name] = stream.spans(start, end)
    return found


_Found = Iterator[tuple[Field, int, int]]


def _title(stream: Stream) -> _Found:
    for match in _TITLE.finditer(stream.key):
        start, end = match.span("title")
        text = stream.key[start:end]
        # 授予张三同志高级工程师…, 确认其具备…: the title begins behind the person and the last verb.
        lead = re.match(r"(?:.{2,15}?同志)?(?:你|其|该同志)?(?:已|均)?(?:具[备有]|取得|获得|为)?了?", text)
        if lead:
            start, text = start + lead.end(), text[lead.end() :]
        if not _real_title(text):
            continue
        level = _TITLE_LEVEL.search(text)
        if level:
            yield Field.LEVEL, start + level.start("level"), start + level.end("level")
            if level.end() == len(text):
                text = text[: level.start()]
        series = _TITLE_SERIES.match(text)
        if series and not series["series"].startswith("相应"):
            yield Field.SERIES, start + series.start("series"), start + series.end("series")
            start, text = start + series.start("rest"), series["rest"]
        bracketed = _TITLE_BRACKETED.match(text)
        if bracketed:
            # 新闻专业（广播电视）编辑: what stands in brackets is the narrower speciality.
            yield Field.SPECIALTY, start + bracketed.start("narrow"), start + bracketed.end("narrow")
            start, text = start + bracketed.start("title"), bracketed["title"]
        specialty = _TITLE_SPECIALTY.match(text)
        if specialty and specialty["specialty"] not in GENERAL_TITLE_WORDS:
            yield Field.SPECIALTY, start + specialty.start("specialty"), start + specialty.end("specialty")
            start, text = start + specialty.start("title"), specialty["title"]
        yield from _split_title(text, start)


def _split_title(text: str, start: int) -> _Found:
    lead = _leading_specialty(text)
    if lead:
        yield Field.SPECIALTY, start, start + lead
        start, text = start + lead, text[lead:]
    if text in LEVEL_WORDS:
        yield Field.LEVEL, start, start + len(text)
    elif text and text not in GENERAL_TITLE_WORDS and (is_title_like(text) or find_titles(text)):
        bare = re.match(r"^[(](.+)[)]$", text)
        begin = start + 1 if bare else start
        yield Field.TITLE, begin, begin + len(bare[1] if bare else text)


def _leading_specialty(text: str) -> int:
    """Return how many characters before a title name its speciality: 玉雕 in 玉雕高级工艺美术师.

    Only before a title that is known as a whole, and never the kinds of schools, which are part of
    teachers' titles (中学高级教师).
    """
    if is_known_title(text):
        return 0
    known = [title for title in find_titles(text) if title[2] == len(text)]
    lead = min((start for _, start, _ in known), default=0)
    return lead if lead >= _SHORTEST_SPECIALTY and _TITLE_LEAD.search(text[:lead]) is None else 0


def _real_title(text: str) -> bool:
    """Tell a title from boilerplate such as 持证人具有相应专业技术职务任职资格."""
    return not (
        text in GENERAL_TITLE_WORDS
        or text.startswith(
            ("相应", "本系列", "以上", "所在", "规定", "该", "专业技术", "上述", "何", "申报", "参评")
        )
        or text.endswith(("条件", "申报", "评审"))
        or re.fullmatch(r"[与和及其的之相应专业技术职务任职资格或]+", text) is not None
    )


def _levels(stream: Stream) -> _Found:
    for pattern in (_STATED_LEVEL, _IN_TITLE_HEADING):
        for match in pattern.finditer(stream.key):
            if "委员会" not in stream.key[match.start() : match.end() + 14]:
                yield Field.LEVEL, match.start("level"), match.end("level")


def _specialties(stream: Stream) -> _Found:
    for pattern in (_SPECIALTY_CLAUSE, _WORK):
        for match in pattern.finditer(stream.key):
            if match["specialty"] not in GENERAL_TITLE_WORDS:
                yield Field.SPECIALTY, *match.span("specialty")


def _committee(stream: Stream) -> _Found:
    for match in _COMMITTEE.finditer(stream.key):
        start, end = match.span("committee")
        text = match["committee"]
        # 经2015年12月28日…委员会, 经…文件批准,…: the name begins after the date.
        dates = find_dates(text)
        if dates:
            start, text = start + dates[-1][2], text[dates[-1][2] :]
        inner = re.search(r"^(?:日|.*?出生[)]?,?)?(?:由|经)", text)
        if inner:
            start += inner.end()
        if end - start >= 6 and "本" not in stream.key[start : start + 1]:
            yield Field.COMMITTEE, start, end


def _dates(stream: Stream) -> _Found:
    """Sort the dates of sentences into birth and grant; a date that stands alone is neither."""
    key = stream.key
    dates = _date_places(key)
    for i, (start, end) in enumerate(dates):
        following = key[end : dates[i + 1][0] if i + 1 < len(dates) else end + 60]
        if _BIRTH_AFTER.match(following) or re.search(r"(?:出生于?|生于)$", key[:start]):
            yield Field.BIRTH_DATE, start, end
            continue
        line, first = stream.origins[start]
        last = stream.origins[end - 1][1]
        alone = first == 0 and last == len(line.key) - 1
        clause = re.split(r"[。;]", following)[0][:60]
        before = key[max(0, start - 8) : start]
        led = re.search(r"(?:于|从|自|在|经|由|会|组|[,:])$", before) is not None
        if (
            _GRANTING.match(clause)
            or (led and _GRANTING.search(clause))
            or (not alone and _GRANTED_BY.match(clause))
            or (not alone and first == 0 and re.match(r"^[日,]?(?:经|由|起|[㐀-鿿]{4,40}?委员会)", clause))
        ):
            yield Field.GRANTED_ON, start, end


def _date_places(key: str) -> list[tuple[int, int]]:
    """Return where dates stand, damaged ones too: 二一七年十月十日 has lost a character but is the date."""
    damaged = [match.span() for match in _DAMAGED_DATE.finditer(key)]
    sound = [
        (start, end)
        for _, start, end in find_dates(key)
        if not any(start < last and first < end and last - first > end - start for first, last in damaged)
    ]
    taken = [
        (start, end)
        for start, end in damaged
        if not any(start < last and first < end for first, last in sound)
    ]
    return sorted([*sound, *taken])


def _identity(stream: Stream) -> _Found:
    for match in _ID_AFTER_WORD.finditer(stream.key):
        yield Field.ID_NUMBER, *match.span("id")
    for match in _ID_ALONE.finditer(stream.key):
        if parse_id_number(match[0]).birth_date is not None:
            yield Field.ID_NUMBER, *match.span()


def _numbers(stream: Stream) -> _Found:
    for pattern in (_NUMBER_WORD, _NUMBER_PLAIN):
        for match in pattern.finditer(stream.key):
            start = match.start("number")
            # A number never begins on another line than it ends, whatever stands there.
            line = stream.origins[match.end("number") - 1][0]
            while stream.origins[start][0] is not line:
                start += 1
            yield Field.CERTIFICATE_NUMBER, start, match.end("number")
    for number, start, end in find_document_numbers(stream.key):
        text = stream.key[start:end]
        if ("字" in number.agency and "第" in text) or number.agency.endswith("第"):
            continue
        prefix = _AGENCY_PREFIX.match(number.agency)
        begin = start + (prefix.end() if prefix else 0)
        line = stream.origins[stream.key.index(str(number.year), start)][0]
        while stream.origins[begin][0] is not line:
            begin += 1
        if stream.key[begin] in "()、·":
            begin += 1
        if number.agency and is_han(stream.key[begin]):
            yield Field.APPROVAL_NUMBER, begin, end


def _employer(stream: Stream) -> _Found:
    for match in _WORK.finditer(stream.key):
        yield Field.EMPLOYER, *match.span("employer")
    for match in _EMPLOYED_BY.finditer(stream.key):
        group = "place" if match["place"] else "employer"
        yield Field.EMPLOYER, match.start(group), match.end(group)
    for name, start, _ in find_names(stream):
        if name is not Field.NAME:
            continue
        before = stream.key[max(0, start - 45) : start]
        named = _EMPLOYER.search(before)
        if named and not named["employer"].endswith("委员会"):
            offset = start - len(before)
            yield Field.EMPLOYER, offset + named.start("employer"), offset + named.end("employer")


_READERS: tuple[Callable[[Stream], _Found], ...] = (
    find_names,
    _identity,
    _title,
    _specialties,
    _levels,
    _committee,
    _dates,
    _numbers,
    _employer,
)
