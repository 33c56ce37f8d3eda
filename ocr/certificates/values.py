"""Values in the form in which they are compared. Never repairs what paper says."""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from domain.dates import find_dates, find_lost_zero, restore_lost_point, restore_lost_zero
from domain.document_numbers import find_document_numbers
from domain.fields import DATE_FIELDS, Field
from domain.geometry import Polygon, polygon_to_box
from domain.lattice import Lattice
from domain.records import FieldReading, Place, TextLine
from domain.text import fold, remove_blanks
from ocr.certificates.characters import Span
from ocr.certificates.shapes import CJK_NUMERALS, ID_LENGTHS, ID_SPECKS

_DATE_REST = re.compile(rf"[0-9{CJK_NUMERALS}年月日]")
_ID_FIXES = str.maketrans(
    {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "B": "8"}
)
_HOLE = 1.6
"""Steps between characters of a date beyond this multiple of the usual one mean a lost character.
Measured on sealed dates: sound ones stay below 1.35, with 一 lost they have 1.8 to 2."""

_FULL_DATE_DASHES = 2


def normalise_value(field: Field, raw: str) -> str:
    """Bring a value as read into the form in which values are compared.

    Returns:
        Dates as ISO, possibly partial; ID and certificate numbers folded; gender 男 or 女; other
        texts without blanks. Empty when the text cannot be understood as such a value, in particular
        for a date of which digits are lost (二〇五年).
    """
    if field in DATE_FIELDS:
        return _normalise_date(raw)
    text = remove_blanks(raw)
    if field is Field.GENDER:
        match = re.search("[男女]", text)
        return match[0] if match else ""
    if field is Field.ID_NUMBER:
        return _normalise_id(fold(text))
    if field is Field.CERTIFICATE_NUMBER:
        return fold(text)
    if field is Field.APPROVAL_NUMBER:
        found = find_document_numbers(text)
        whole = len(found) == 1 and found[0][1:] == (0, len(fold(text)))
        return str(found[0][0]) if whole else text
    if field is Field.NAME:
        if len(text) == 1:
            # Of 郑锦成 only 成 was found: a part of a name is no other name.
            return ""
        return "".join("·" if fold(c) == "·" else c for c in text)
    return text


def _normalise_date(text: str) -> str:
    # 2016 03 11, and 2016.03 11 with a point too faint to see: the blank parts the numbers.
    folded = fold(re.sub(r"(?<=\d)[\s\u3000]+(?=\d)", ".", text.strip()))
    folded = restore_lost_point(restore_lost_zero(folded))
    # Specks beside 年, 月 and 日 stand for no digit.
    folded = re.sub(r"[.·,'`-]+(?=[年月日])|(?<=[年月])[.·,'`-]+(?=.)", "", folded)
    dates = find_dates(folded)
    if len({found for found, _, _ in dates}) != 1:
        return ""
    date, start, end = dates[0]
    # Digits beside the date are lost or gained ones: 2015年128日, 2015年12月日. Such a text proves no date.
    rest = folded[:start] + "|" + folded[end:]
    if len(dates) == 1 and _DATE_REST.search(rest):
        return ""
    if date.day is not None and re.search(rf"月[{CJK_NUMERALS}]+$", folded[start:end]):
        # A day in Chinese numerals ends with 日; without it digits may be lost too (三月十 of 三月十一日).
        return ""
    if date.month is None and re.search(r"\d\d年?[./-]", folded[start:]):
        return ""
    return str(date)


def _has_hole(span: Span) -> bool:
    """Tell whether a date in Chinese numerals has room for a character that was not read.

    A seal swallows 一 and leaves its room: in 三月十 日 the step from 十 to 日 is twice the usual one.
    Numerals and 年月日 are of one width, so an uneven step is a lost character.
    """
    line = span.keyed
    if line.line.lattice.exact or not re.fullmatch(rf"[{CJK_NUMERALS}O0年月日]+", span.key):
        return False
    centres = [(line.lefts[i] + line.rights[i]) / 2 for i in range(span.first, span.last)]
    steps = [after - before for before, after in pairwise(centres)]
    if len(steps) < 5:
        return False
    usual = median(steps)
    # The room that 〇 has left in 二一六年 is filled with it.
    filled = find_lost_zero(span.key)
    wide = [i for i, step in enumerate(steps) if step > _HOLE * usual and i != filled]
    # Room after 年 and after 月 alike is how the date is set.
    behind_units = [i for i in wide if span.key[i] in "年月"]
    return len(wide) > len(behind_units) or len(behind_units) == 1


def _normalise_id(key: str) -> str:
    bare = key.translate(ID_SPECKS)
    if len(bare) in ID_LENGTHS:
        key = bare
    if len(key) not in ID_LENGTHS:
        return key
    if len(key) == 15:
        return key.translate(_ID_FIXES)
    return key[:17].translate(_ID_FIXES) + (key[17] if key[17] == "X" else key[17].translate(_ID_FIXES))


def make_reading(
    field: Field, spans: Sequence[Span], *, file: str, page_number: int, doubt: float = 1.0
) -> FieldReading:
    """Make a reading of a value from its stretches, which are joined in the order given.

    Args:
        field: Which field.
        spans: At least one; none empty.
        file: Path in the batch.
        page_number: 1-based.
        doubt: Factor on the confidence for a label that was not read exactly.
    """
    parts = [span.keyed.cut(span.first, span.last) for span in spans]
    raw = "".join(part.text for part in parts)
    weights = [len(span.key) for span in spans]
    confidence = sum(p.confidence * w for p, w in zip(parts, weights, strict=True)) / sum(weights)
    value = normalise_value(field, raw)
    if field is not Field.BIRTH_DATE and re.search(r"0\d月$", fold(raw)) and field in DATE_FIELDS:
        # Whoever prints 03月 prints the day as well: it is lost.
        value = ""
    if field in DATE_FIELDS and value and any(_has_hole(span) for span in spans):
        value = ""
    sealed = any(part.under_seal for part in parts)
    if sealed and field in (Field.ISSUED_ON, Field.GRANTED_ON) and value.count("-") < _FULL_DATE_DASHES:
        # The day may well stand under the seal: what is left proves no month.
        value = ""
    lattice = parts[0].lattice
    for part in parts[1:]:
        lattice = lattice.join(part.lattice)
    return FieldReading(
        raw=raw,
        value=value,
        confidence=confidence * doubt,
        place=Place(file, page_number, _polygon(parts)),
        lattice=lattice,
        under_seal=sealed,
        seconds=_seconds(parts),
    )


def _polygon(parts: Sequence[TextLine]) -> Polygon:
    if len(parts) == 1:
        return parts[0].polygon
    box = polygon_to_box(tuple(point for part in parts for point in part.polygon))
    return box.to_polygon()


def _seconds(parts: Sequence[TextLine]) -> tuple[Lattice, ...]:
    if all(part.second is None for part in parts):
        return ()
    lattices = [(part.second or part).lattice for part in parts]
    joined = lattices[0]
    for lattice in lattices[1:]:
        joined = joined.join(lattice)
    return (joined,)
