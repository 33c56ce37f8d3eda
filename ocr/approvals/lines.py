"""People given one a line without columns: 1. 张三 西安市第一中学 高级教师."""

import re
from collections.abc import Sequence

from domain.dates import parse_date
from domain.fields import Field
from domain.text import is_han
from ocr.approvals.flow import Flow
from ocr.approvals.names import has_surname, is_likely_name, is_name_shape
from ocr.approvals.wording import is_body, is_institution, is_level, is_title, same_places
from ocr.tables import Run, segments

_SERIAL = re.compile(r"^(?:[(]?(?P<number>\d{1,4})[).、,]?)(?=\D|$)")
_PROSE = re.compile("同意|批准|同志|具备|评审|通知|如下|[。；]|等\\d")
_PUNCTUATION = re.compile(r"[,;:()、\t]")
_ID_NUMBER = re.compile(r"^(?:\d[\d*X]{13,17}|\d{6}\*+[\dX]*)$")


def read_line_entry(row: Sequence[Run], em: float) -> tuple[int | None, dict[Field, tuple[Run, ...]]] | None:
    """Read one person from a line, or return ``None`` when it holds none.

    A line counts when it has exactly one likely name and an employer, title or ID number beside it.

    Returns:
        (serial number if any, field -> ink).
    """
    if _PROSE.search("".join(run.text for run in row)):
        return None
    tokens = _join_padded(
        [token for run in row for part in segments(run, em, gap=0.45) for token in _split(part)]
    )
    if not 2 <= len(tokens) <= 14:
        return None
    serial: int | None = None
    cells: dict[Field, tuple[Run, ...]] = {}
    for place, token in enumerate(tokens):
        flow = Flow(token)
        begin = 0
        number = _SERIAL.match(same_places(flow.text)) if place == 0 else None
        if number:
            serial = int(number["number"])
            begin = number.end()
            if begin >= len(flow.text):
                continue
        text = flow.text[begin:]
        name = _field_of(text, named=Field.NAME in cells, numbered=serial is not None)
        if is_likely_name(text) and Field.NAME in cells:
            return None
        if name is not None and name not in cells:
            cells[name] = flow.part(begin, len(flow.text))
        elif name is None and len(text) > 24:
            return None
    proof = {Field.EMPLOYER, Field.TITLE, Field.ID_NUMBER}
    if Field.NAME not in cells or not proof & cells.keys():
        return None
    return serial, cells


def _split(run: Run) -> list[Run]:
    """Split a run at punctuation; 1.张三 stays whole."""
    text = same_places(run.text)
    parts: list[Run] = []
    begin = 0
    for match in _PUNCTUATION.finditer(text):
        if match.start() <= 4 and text[: match.start()].strip("(").isdecimal():
            continue
        if match.start() > begin:
            parts.append(run.cut(begin, match.start()))
        begin = match.end()
    if begin < len(text):
        parts.append(run.cut(begin, len(text)))
    return parts


def _field_of(text: str, *, named: bool, numbered: bool) -> Field | None:
    folded = same_places(text)
    checks: tuple[tuple[bool, Field], ...] = (
        (folded in ("男", "女"), Field.GENDER),
        (_ID_NUMBER.match(folded) is not None, Field.ID_NUMBER),
        (is_title(folded), Field.TITLE),
        (is_level(folded), Field.LEVEL),
        (
            not named and (is_likely_name(text) or (numbered and is_name_shape(text) and has_surname(text))),
            Field.NAME,
        ),
        (is_institution(folded) or (len(folded) >= 5 and is_body(folded)), Field.EMPLOYER),
        (folded.endswith("专业") and len(folded) > 3, Field.SPECIALTY),
        (parse_date(text) is not None, Field.GRANTED_ON),
    )
    for holds, name in checks:
        if holds:
            return None if name is Field.GRANTED_ON else name
    return None


def _join_padded(tokens: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Put 张 and 三 together again: two lone characters side by side are a padded name."""
    joined: list[tuple[Run, ...]] = []
    for token in tokens:
        before = joined[-1] if joined else ()
        lone = len(token.text) == 1 and is_han(token.text)
        if (
            lone
            and len(before) == 1
            and len(before[0].text.lstrip("0123456789.、")) == 1
            and before[0].text[-1:] not in "男女"
        ):
            joined[-1] = (*before, token)
        else:
            joined.append((token,))
    return joined
