"""When two values of a field say the same: the meaning of each field, texts only."""

import re
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache

from domain.dates import PartialDate
from domain.document_numbers import parse_document_number
from domain.fields import DATE_FIELDS, Field
from domain.script import simplify
from domain.text import fold
from domain.titles import (
    find_titles,
    levels_agree,
    series_of_words,
    title_meanings,
    titles_agree,
)
from matching.bodies import Likeness, compare_employers, compare_offices
from matching.kinds import parse_iso


class Agreement(IntEnum):
    """How a submitted value compares with a text on paper."""

    DIFFERS = 0
    NEAR = 1
    """A difference that only names of bodies have: small, perhaps meant the same."""
    AGREES = 2
    """The same in other words, or as far as the less precise one goes."""
    EQUAL = 3


_SPECIALTY_TAIL = re.compile(r"(?:专业|类|方向|学科|\(.*?\))+$")
_GENERIC_REST = re.compile(r"(?:工程|技术|学|科|专业|管理)*")
_NUMBER_FRAME = re.compile(r"^(?:NO\.?|№|编号:?|证书?号?:?)?第?(.*?)号?$")
_LEVEL_ENDING = re.compile(
    r"(?:高级|中级|初级|助理|主任|主管|主治|正|副|特级|首席|[一二三四五]级|教授级|研究员级)$"
)
_LIKENESS = {
    Likeness.DIFFERENT: Agreement.DIFFERS,
    Likeness.NEAR: Agreement.NEAR,
    Likeness.SAME: Agreement.AGREES,
    Likeness.EQUAL: Agreement.EQUAL,
}


@lru_cache(maxsize=65536)
def compare_values(field: Field, submitted: str, read: str) -> Agreement:
    """Compare two normalised, non-empty values of a field."""
    submitted, read = simplify(submitted), simplify(read)
    if fold(submitted) == fold(read):
        return Agreement.EQUAL
    if field in DATE_FIELDS:
        return _compare_dates(submitted, read)
    if field is Field.EMPLOYER:
        return _LIKENESS[compare_employers(submitted, read)]
    if field in (Field.ISSUER, Field.COMMITTEE):
        return _LIKENESS[compare_offices(submitted, read)]
    rule = _RULES.get(field)
    return Agreement.AGREES if rule is not None and rule(submitted, read) else Agreement.DIFFERS


def _compare_dates(submitted: str, read: str) -> Agreement:
    ours, theirs = parse_iso(submitted), parse_iso(read)
    if ours is None or theirs is None or not ours.agrees_with(theirs):
        return Agreement.DIFFERS
    return Agreement.AGREES


def coarsen(date: PartialDate, like: PartialDate) -> PartialDate:
    """Return ``date`` with no more parts than ``like`` has."""
    if like.month is None:
        return PartialDate(date.year)
    return PartialDate(date.year, date.month) if like.day is None else date


def _same_title(submitted: str, read: str) -> bool:
    if titles_agree(submitted, read):
        return True
    ours, theirs = _listed_title(submitted), _listed_title(read)
    return ours is not None and theirs is not None and titles_agree(ours, theirs)


def _listed_title(text: str) -> str | None:
    """Return the one listed title in a text: 工程师 in 工程师(机械)专业; ``None`` if there is none."""
    if title_meanings(text):
        return text
    folded = fold(text)
    found = find_titles(folded)
    if len(found) != 1 or _LEVEL_ENDING.search(folded[: found[0][1]]):
        return None
    return found[0][0]


def _same_series(submitted: str, read: str) -> bool:
    ours, theirs = series_of_words(submitted), series_of_words(read)
    if ours and theirs:
        return bool(ours & theirs)
    return _contains(fold(submitted), fold(read))


def _same_specialty(submitted: str, read: str) -> bool:
    ours, theirs = (_SPECIALTY_TAIL.sub("", fold(text)) for text in (submitted, read))
    if ours == theirs:
        return True
    short, long = sorted((ours, theirs), key=len)
    return len(short) >= 2 and long.startswith(short) and bool(_GENERIC_REST.fullmatch(long[len(short) :]))


def _same_id_number(submitted: str, read: str) -> bool:
    """A 15-digit number of the first generation is the new one without century and check character."""
    short, long = sorted((fold(submitted), fold(read)), key=len)
    return (len(short), len(long)) == (15, 18) and long[:6] + long[8:17] == short and long[6:8] == "19"


def _same_number(submitted: str, read: str) -> bool:
    return number_core(submitted) == number_core(read)


def number_core(text: str) -> str:
    """Return a certificate number without its frame (第…号, No.) and separators, folded."""
    matched = _NUMBER_FRAME.match(fold(text))
    return (matched[1] if matched else fold(text)).replace("-", "").replace("·", "").replace(".", "")


def _same_document_number(submitted: str, read: str) -> bool:
    ours, theirs = parse_document_number(submitted), parse_document_number(read)
    return ours is not None and theirs is not None and ours.agrees_with(theirs)


def _same_name(submitted: str, read: str) -> bool:
    return fold(submitted).replace("·", "") == fold(read).replace("·", "")


def _contains(submitted: str, read: str) -> bool:
    short, long = sorted((submitted, read), key=len)
    return len(short) >= 2 and short in long


_RULES: dict[Field, Callable[[str, str], bool]] = {
    Field.TITLE: _same_title,
    Field.LEVEL: levels_agree,
    Field.SERIES: _same_series,
    Field.SPECIALTY: _same_specialty,
    Field.ID_NUMBER: _same_id_number,
    Field.CERTIFICATE_NUMBER: _same_number,
    Field.APPROVAL_NUMBER: _same_document_number,
    Field.NAME: _same_name,
}
