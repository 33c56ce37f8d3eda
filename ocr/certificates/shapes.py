"""What a value of each field looks like: which part of a text may be one, and how surely."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from domain.dates import find_dates
from domain.document_numbers import parse_document_number
from domain.fields import Field
from domain.text import is_han
from ocr.certificates.vocabulary import LEVEL_WORDS, STRONG_BODY_END, simplify

_EDGES = " \t:;,.。、·-_=~*'\"|/\\!?☑☐✓√□■◇◆★☆^`"
CJK_NUMERALS = "〇零一二三四五六七八九十廿卅元"
_DATE_CHARACTERS = re.compile(rf"[0-9OIL{CJK_NUMERALS}年月日号./-]+")
_ID_RUN = re.compile(r"[0-9OQDIL|ZSBX*](?:[.·,'`-]?[0-9OQDIL|ZSBX*]){7,}")
"""Specks may stand between the digits."""

_LEAST_ID_DIGITS = 6
ID_SPECKS = str.maketrans("", "", ".·,'`-")
ID_LENGTHS = (15, 18)
_NAME = re.compile(r"[^\W\d_A-Z](?:[^\W\d_A-Z]|·){0,19}")
_NUMBER = re.compile(
    r"[㐀-鿿]{0,8}[(](?:19|20)\d\d[)][㐀-鿿]{1,10}第[A-Z0-9][A-Z0-9-]+号?"
    r"|[㐀-鿿(]{0,16}[A-Z0-9][A-Z0-9()/·.-]*(?:[㐀-鿿()]{1,4}[A-Z0-9][A-Z0-9()/·.-]*){0,3}号?|[〇零一二三四五六七八九]{4,12}号?"
)
"""Words, then letters and digits, perhaps with 字第 or the like between them: 陕职证字第2016001号; or the
year first: (2012)秦会职字第0256号."""

_FRAMED_NUMBER = re.compile(r"第[.·,]?(?P<number>[0-9]{4,})号")
_HALVES_OF_LABELS = frozenset("姓名性别")
_NAME_END = re.compile(r"[·,.]?(?:同志|先生|女士|同学|老师)$")
_NUMBERISH = re.compile(r"[0-9〇一二三四五六七八九]")
_TITLE_WORD = re.compile(
    r"(?:师|员|教授|讲师|助教|研究员|实习员|编审|编辑|记者|译审|翻译|医士|药士|护士|技士|教练|指导|播音|馆员|经济|会计|士|家|演|作曲|指挥|编剧|设计|政工)(?:[(].{1,12}[)])?$"
)
_SEAL_REMARK = re.compile(r"[(]?(?:盖章|公章|签章|印章)[)]?$|[(][章印][)]?$")
"""（盖章） behind a body's name, or in the place where it would stand."""

UNFINISHED_BODY = re.compile(
    r"[㐀-鿿]{4,}(?:专业技术|职务|职称|资格|系列|专业|[正副高中初]级|人员|评审?(?:委员?)?)$"
)
"""How the first line of a committee's name ends when 评审委员会 stands on the next."""

_SEAL_LEGEND = re.compile(r"(?<=评审委员会)(?!办公室)[㐀-鿿]{1,3}$")
"""What a seal beside the end of a committee's name leaves behind it."""

_NO_SPECIALTY = re.compile(r"任职资格|技术资格|证书|评审|委员会|同志|[。;]|(?:19|20)\d\d年")
_NO_EMPLOYER = re.compile(
    r"(?:评审委员|评委)会|评审组|评审[,通]|[,。;](?:经|于)|于(?:19|20|二〇|一九)\d?|任职资格|职称改革|特发此证|^(?:系列|专业|职务|资格|职称)"
)
"""The rest of a sentence, which names the committee and what was granted."""

_NO_TITLE = re.compile(
    r"(?:领导小组|办公室|委员会|人民政府|[厅局])$|^(?:专?业?技术)?职务?专?$|^专?业?技术?(?:职务?)?专?业?$"
    r"|^(?:专业|技术|职务|任职|资格|职称|名称)+$"
)
"""Bodies, pieces of a heading, and the label's own words, which a background repeats all over the paper."""

_NO_BODY = re.compile(r"^[㐀-鿿]{1,4}[省市县区]$|^[\d年月日.-]+$")
_LEAST_BODY = 4
"""Characters in the shortest name of a body that issues; less is a piece of a seal."""

TEXT_FIELDS = frozenset(
    {Field.EMPLOYER, Field.TITLE, Field.SPECIALTY, Field.COMMITTEE, Field.ISSUER, Field.SERIES}
)
"""Fields whose values are free text and may go over several lines."""

_SENTENCE = re.compile(
    r"^(?:经(?![济营贸管])|兹|特发|此证|本证|该同志|根据|依据|按照|系(?!列|统)|于[12])|[。]|特发此证|同志[:,]|通过评审|评审通过"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How far a text may be a field's value."""

    start: int
    """The value is ``key[start:end]``."""

    end: int
    fitness: float
    """0: cannot be this field's value; 1: hardly anything else."""


_HEADING = re.compile(r"^(?:证书?|书)$|(?:资格|职称|职务|技术)证书?$")
"""The heading of the certificate, which stands below words that are labels elsewhere."""

_NOTHING = Shape(0, 0, 0.0)


def shape_value(field: Field, key: str) -> Shape:
    """Find the part of a text that can be a value of the field.

    Args:
        field: The field that the label names.
        key: Folded text without blanks.
    """
    key = simplify(key)
    start, end = _trim(key)
    if start >= end:
        return _NOTHING
    special = _SHAPES.get(field)
    inner = special(key[start:end]) if special else _shape_text(field, key[start:end])
    return Shape(inner.start + start, inner.end + start, inner.fitness) if inner.fitness > 0 else _NOTHING


def _trim(key: str) -> tuple[int, int]:
    start, end = 0, len(key)
    while start < end and (key[start] in _EDGES or (key[start] == ")" and "(" not in key[:start])):
        start += 1
    while end > start and (key[end - 1] in _EDGES or (key[end - 1] == "(")):
        end -= 1
    return start, end


def _shape_gender(key: str) -> Shape:
    match = re.search(r"[男女]", key)
    if match is None:
        return _NOTHING
    return Shape(*match.span(), 1.0 if len(key) <= 2 or match.start() == 0 else 0.4)


def _shape_id(key: str) -> Shape:
    if re.match(r"[1IL|]\d{17}[\dX]$", key):
        # Nineteen characters: the first is the colon.
        return Shape(1, 19, 0.9)
    runs = [m for m in _ID_RUN.finditer(key) if sum(c.isdigit() for c in m[0]) >= _LEAST_ID_DIGITS]
    if not runs:
        return _NOTHING
    best = max(runs, key=lambda m: len(m[0]))
    return Shape(*best.span(), 1.0 if len(best[0]) >= 14 else 0.6)


def _shape_date(key: str) -> Shape:
    dates = find_dates(key)
    if dates:
        _, start, end = dates[0]
        # What is left of digits behind it belongs to it: 201511/27 is a damaged date, not 2015-11.
        tail = re.match(rf"(?:[./-]?[0-9{CJK_NUMERALS}年月日])*", key[end:])
        end += tail.end() if tail else 0
        return Shape(start, end, 1.0 if start == 0 else 0.7)
    # A damaged date is still the date's place on the paper: it is kept as raw text.
    runs = [
        m
        for m in _DATE_CHARACTERS.finditer(key)
        if _NUMBERISH.search(m[0]) and re.search(r"[年月日]|\d{4}", m[0])
    ]
    if not runs:
        return _NOTHING
    best = max(runs, key=lambda m: len(m[0]))
    return Shape(*best.span(), 0.6)


def _shape_name(key: str) -> Shape:
    # A colon may be read as a stroke: 姓名1张三.
    lead = re.match(r"[1IL|](?=[㐀-鿿])", key)
    offset = 1 if lead else 0
    match = _NAME.match(key, offset)
    if match is None:
        return _NOTHING
    name = _NAME_END.sub("", match[0])
    if not any(is_han(c) for c in name) or name in _HALVES_OF_LABELS:
        return _NOTHING
    if len(name) > 4 and "·" not in name:
        # Names without a dot of more than six characters are no names (transliterations have dots).
        return Shape(offset, offset + len(name), 0.35) if len(name) <= 6 else _NOTHING
    return Shape(offset, offset + len(name), 0.9 if len(name) >= 2 else 0.5)


def _shape_number(key: str) -> Shape:
    framed = _FRAMED_NUMBER.fullmatch(key)
    if framed:
        # 第 and 号 are printed around the blank for the number.
        return Shape(*framed.span("number"), 1.0)
    match = _NUMBER.match(key)
    if match is None or sum(c.isdigit() or c in CJK_NUMERALS for c in match[0]) < 2:
        return _NOTHING
    if re.search(r"年\d{1,2}月|评审|公司", match[0]):
        return _NOTHING
    plain = sum(c.isascii() and c.isalnum() for c in match[0]) / len(match[0])
    return Shape(0, match.end(), 0.5 + plain / 2)


def _shape_level(key: str) -> Shape:
    match = re.match(r"[^,。;:]{1,12}", key)
    if match is None or match[0].isascii():
        return _NOTHING
    known = match[0] in LEVEL_WORDS or re.search(r"级|[高中初]$", match[0]) is not None
    return Shape(0, match.end(), 0.9 if known else (0.3 if len(match[0]) <= 8 else 0.0))


def _shape_approval_number(key: str) -> Shape:
    if parse_document_number(key) is not None:
        return Shape(0, len(key), 1.0)
    return Shape(0, len(key), 0.5) if re.search(r"\d{2,}|\d号", key) else _NOTHING


def _shape_phone(key: str) -> Shape:
    match = re.search(r"[\d()-]{7,18}", key)
    return Shape(*match.span(), 0.9) if match else _NOTHING


def _shape_text(field: Field, key: str) -> Shape:
    han = sum(is_han(c) for c in key)
    if han == 0 or len(key) == 1:
        return _NOTHING
    if _SENTENCE.search(key) and field is not Field.COMMITTEE:
        return Shape(0, len(key), 0.15)
    fitness = 0.7 if han >= 2 else 0.4
    if _HEADING.search(key) or _is_implausible(field, key):
        return _NOTHING
    if field is Field.TITLE:
        fitness = 0.9 if _TITLE_WORD.search(key) else 0.5
    if _shape_date(key).fitness >= 0.7 and han - len(re.findall("[年月日]", key)) < 4:
        return _NOTHING
    end = len(key)
    remark = _SEAL_REMARK.search(key)
    if remark:
        end = remark.start()
        if end == 0:
            return _NOTHING
    if field in (Field.ISSUER, Field.COMMITTEE):
        legend = _SEAL_LEGEND.search(key[:end]) if field is Field.COMMITTEE else None
        end = legend.start() if legend else end
        fitness = _body_fitness(field, key[:end])
    return Shape(0, end, fitness)


def _body_fitness(field: Field, key: str) -> float:
    if key.endswith(STRONG_BODY_END):
        return 0.9
    return 0.6 if field is Field.COMMITTEE and UNFINISHED_BODY.search(key) else 0.4


def is_title_like(key: str) -> bool:
    """Tell whether a text ends as titles end."""
    return _TITLE_WORD.search(simplify(key)) is not None


def _is_implausible(field: Field, key: str) -> bool:
    """Tell whether a text cannot be a value of the field: the ruins of a heading, another label's value."""
    if field is Field.EMPLOYER:
        return _NO_EMPLOYER.search(key) is not None
    if field is Field.SPECIALTY:
        return _NO_SPECIALTY.search(key) is not None
    if field is Field.TITLE:
        return _NO_TITLE.search(key) is not None
    if field in (Field.ISSUER, Field.COMMITTEE):
        return len(key) < _LEAST_BODY or _NO_BODY.search(key) is not None
    return False


_SHAPES: dict[Field, Callable[[str], Shape]] = {
    Field.GENDER: _shape_gender,
    Field.ID_NUMBER: _shape_id,
    Field.BIRTH_DATE: _shape_date,
    Field.GRANTED_ON: _shape_date,
    Field.ISSUED_ON: _shape_date,
    Field.NAME: _shape_name,
    Field.CERTIFICATE_NUMBER: _shape_number,
    Field.LEVEL: _shape_level,
    Field.APPROVAL_NUMBER: _shape_approval_number,
    Field.PHONE: _shape_phone,
}
