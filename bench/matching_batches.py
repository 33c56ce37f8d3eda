"""Invented batches of any size for the bench of matching: rows, certificates and lists with lattices.

The lattices look like a recogniser's: a few steps for each character of which one or two are peaks,
a few places a step, most of them unused. Some characters are in doubt, some readings are wrong, some
lie under seals with a second reading beside them. Rows have the usual slips; a few certificates and
list lines are missing, and a few belong to nobody. A batch is many tables of one school district and
session each, because that is how 100,000 rows would come.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.document_numbers import parse_document_number
from domain.fields import Field
from domain.geometry import Box
from domain.id_numbers import check_character
from domain.lattice import Lattice
from domain.records import (
    ApprovalDocument,
    ApprovalEntry,
    CandidateRecord,
    CellValue,
    FieldReading,
    PaperKind,
    Place,
    SheetRow,
    SheetTable,
    TextLine,
)
from domain.text import fold, is_han
from matching.name_statistics import GIVEN_CHARACTERS_BY_POWER, SURNAMES_BY_POWER

ROWS_PER_TABLE = 2_000
_KEPT_PER_STEP = 4
"""The recogniser keeps eight and uses four; a lattice of 100,000 papers must fit into memory."""
_DOUBTFUL_SHARE = 0.06
"""Of characters: others are possible besides the one read."""
_MISREAD_SHARE = 0.004
"""Of characters: the true one is only the second best."""
_SEALED_SHARE = 0.08
_WRONG_ROW_SHARE = 0.05
_MISSING_SHARE = 0.02
_TITLES = (
    ("一级教师", "中级", "中小学教师"),
    ("高级教师", "副高级", "中小学教师"),
    ("工程师", "中级", "工程技术"),
    ("高级工程师", "副高级", "工程技术"),
    ("助理馆员", "助理级", "图书资料"),
    ("主治医师", "中级", "卫生技术"),
)
_BOX = Box(0.1, 0.1, 0.9, 0.13).to_polygon()
_SIMILAR_DIGITS = {"0": "6", "1": "7", "3": "8", "5": "6", "6": "8", "8": "3", "7": "1"}
_LINE_WORDS = ("陕西省专业技术职务任职资格证书", "中华人民共和国", "钢印", "贴照片处", "持证人签名")


@dataclass(frozen=True, slots=True)
class MatchingBatch:
    """What ``matching.match_batch`` is given."""

    tables: tuple[SheetTable, ...]
    candidates: tuple[CandidateRecord, ...]
    approvals: tuple[ApprovalDocument, ...]


def make_batch(rows: int) -> MatchingBatch:
    """Make a batch; the same number of rows gives the same batch."""
    source = random.Random(rows)
    tables, candidates, approvals = [], [], []
    for start in range(0, rows, ROWS_PER_TABLE):
        size = min(ROWS_PER_TABLE, rows - start)
        number = f"陕人社函〔2016〕{start // ROWS_PER_TABLE + 10}号"
        people = [_person(source, start + i, start // ROWS_PER_TABLE) for i in range(size)]
        values = _slid(source, [_submitted(source, person) for person in people])
        sheet = tuple(
            SheetRow(i + 4, {field: CellValue(value, value) for field, value in row.items()})
            for i, row in enumerate(values)
        )
        tables.append(SheetTable("表.xlsx", f"表{number}", sheet, {}, number, parse_document_number(number)))
        candidates += [_certificate(source, p) for p in people if source.random() > _MISSING_SHARE]
        candidates += [_certificate(source, _person(source, rows + start + i, 0)) for i in range(size // 100)]
        approvals.append(_approval(source, people, number))
    source.shuffle(candidates)
    return MatchingBatch(tuple(tables), tuple(candidates), tuple(approvals))


def _person(source: random.Random, number: int, district: int) -> dict[Field, str]:
    surname = _drawn(source, SURNAMES_BY_POWER)
    given = "".join(_drawn(source, GIVEN_CHARACTERS_BY_POWER) for _ in range(source.choice((1, 2, 2))))
    birth = f"{source.randint(1955, 1992)}-{source.randint(1, 12):02d}-{source.randint(1, 28):02d}"
    gender = source.choice("男女")
    digits = f"6101{district % 90 + 10}" + birth.replace("-", "")
    digits += f"{source.randint(0, 499) * 2 + (gender == '男'):03d}"
    title, level, series = source.choice(_TITLES)
    return {
        Field.NAME: surname + given,
        Field.GENDER: gender,
        Field.ID_NUMBER: digits + check_character(digits),
        Field.BIRTH_DATE: birth,
        Field.EMPLOYER: f"西安市第{district * 40 + source.randint(1, 40)}中学",
        Field.TITLE: title,
        Field.LEVEL: level,
        Field.SERIES: series,
        Field.GRANTED_ON: "2016-12-28",
        Field.ISSUED_ON: "2017-03-15",
        Field.CERTIFICATE_NUMBER: f"SN2016{number:06d}",
    }


def _drawn(source: random.Random, by_power: Mapping[int, str]) -> str:
    powers = [power for power in by_power if power > 0]
    weights = [2.0**power * len(by_power[power]) for power in powers]
    return source.choice(by_power[source.choices(powers, weights)[0]])


def _submitted(source: random.Random, person: Mapping[Field, str]) -> dict[Field, str]:
    values = dict(person)
    if source.random() >= _WRONG_ROW_SHARE:
        return values
    field = source.choice(
        (Field.NAME, Field.GRANTED_ON, Field.ID_NUMBER, Field.CERTIFICATE_NUMBER, Field.EMPLOYER, Field.TITLE)
    )
    value = values[field]
    if field is Field.NAME:
        values[field] = value[:-1] + _drawn(source, GIVEN_CHARACTERS_BY_POWER)
    elif field is Field.GRANTED_ON:
        values[field] = source.choice(("2015-12-28", "2016-12-23", "2016-11-28"))
    elif field in (Field.ID_NUMBER, Field.CERTIFICATE_NUMBER):
        place = source.randrange(8, len(value))
        values[field] = value[:place] + source.choice("0123456789") + value[place + 1 :]
    elif field is Field.EMPLOYER:
        values[field] = value.replace("中学", "小学")
    else:
        values[field] = source.choice(_TITLES)[0]
    return values


def _slid(source: random.Random, rows: list[dict[Field, str]]) -> list[dict[Field, str]]:
    """Shift one column of a few rows down, as a deleted cell does."""
    if len(rows) >= 50:
        start = source.randrange(len(rows) - 20)
        for i in range(start, start + 6):
            rows[i] = {**rows[i], Field.ID_NUMBER: rows[i + 1][Field.ID_NUMBER]}
    return rows


def _certificate(source: random.Random, person: Mapping[Field, str]) -> CandidateRecord:
    sealed = source.random() < _SEALED_SHARE
    readings: dict[Field, FieldReading] = {}
    for field, value in person.items():
        printed = _as_printed(value) if field in (Field.GRANTED_ON, Field.ISSUED_ON) else value
        under_seal = sealed and field in (Field.ISSUED_ON, Field.GRANTED_ON, Field.EMPLOYER)
        readings[field] = _reading(source, value, printed, under_seal=under_seal)
    lines = [
        TextLine(f"{field.label}{reading.raw}", _BOX, reading.confidence, reading.lattice)
        for field, reading in readings.items()
    ]
    lines += [TextLine(words, _BOX, 0.99, readings[Field.NAME].lattice) for words in _LINE_WORDS]
    if source.random() < _MISSING_SHARE:
        readings.pop(source.choice((Field.EMPLOYER, Field.ISSUED_ON, Field.BIRTH_DATE, Field.ID_NUMBER)))
    return CandidateRecord("证书.pdf", 1, 1, readings, lines=tuple((1, line) for line in lines))


def _as_printed(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def _reading(source: random.Random, value: str, printed: str, *, under_seal: bool) -> FieldReading:
    lattice, certainty, is_misread = _lattice(source, printed, noise=4.0 if under_seal else 1.0)
    read = lattice.best_text() if is_misread else value
    if is_misread and printed != value:
        read = ""
    seconds = (_lattice(source, printed, noise=2.0)[0],) if under_seal else ()
    return FieldReading(
        lattice.best_text(), read, certainty, Place("证书.pdf", 1, _BOX), lattice, under_seal, seconds
    )


def _lattice(source: random.Random, text: str, *, noise: float) -> tuple[Lattice, float, bool]:
    """Return what a recogniser sees of a text, its confidence, and whether it reads another one."""
    folded = fold(text)
    widths = [5 if is_han(character) else 3 for character in folded]
    codes = np.full((sum(widths) + 2, _KEPT_PER_STEP), -1, dtype=np.int32)
    codes[:, 0] = 0
    probabilities = np.zeros(codes.shape, dtype=np.float32)
    probabilities[:, 0] = 0.9999
    certainty, is_misread, step = 0.0, False, 1
    for character, width in zip(folded, widths, strict=True):
        peak = step + width // 2
        sure = 0.995
        others = [(ord(character), sure), (0, 0.004)]
        drawn = source.random()
        if drawn < (_DOUBTFUL_SHARE + _MISREAD_SHARE) * noise:
            sure = source.uniform(0.5, 0.95)
            other = _alike(source, character)
            wrong = drawn < _MISREAD_SHARE * noise
            is_misread |= wrong
            pair = (other, character) if wrong else (character, other)
            rest = 1.0 - sure
            others = [(ord(pair[0]), sure), (ord(pair[1]), 0.7 * rest), (0, 0.2 * rest)]
            others += [(ord(_alike(source, character)), 0.05 * rest)]
            codes[peak - 1, 1], probabilities[peak - 1, :2] = ord(pair[0]), (0.8, 0.2)
        for place, (code, probability) in enumerate(others):
            codes[peak, place], probabilities[peak, place] = code, probability
        certainty += sure
        step += width
    with np.errstate(divide="ignore"):
        logs = np.log(probabilities)
    return Lattice(codes, logs), certainty / max(1, len(folded)), is_misread


def _alike(source: random.Random, character: str) -> str:
    if character in _SIMILAR_DIGITS:
        return _SIMILAR_DIGITS[character]
    return source.choice("0123456789") if character.isdigit() else _drawn(source, GIVEN_CHARACTERS_BY_POWER)


def _approval(source: random.Random, people: list[dict[Field, str]], number: str) -> ApprovalDocument:
    present = [person for person in people if source.random() > _MISSING_SHARE / 2]
    entries = []
    for person in present:
        fields = (Field.NAME, Field.EMPLOYER, Field.TITLE)
        entries.append(
            ApprovalEntry({f: _reading(source, person[f], person[f], under_seal=False) for f in fields})
        )
    stated = _reading(source, "2016-12-28", "2016年12月28日", under_seal=False)
    return ApprovalDocument(
        f"批复{number}.pdf",
        PaperKind.APPROVAL,
        "通知",
        parse_document_number(number),
        None,
        {Field.GRANTED_ON: stated},
        tuple(entries),
    )
