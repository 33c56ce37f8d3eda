"""Builders: every argument has a plausible default, so a test names only what it is about."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from domain.document_numbers import parse_document_number
from domain.fields import Field
from domain.id_numbers import check_character
from domain.lattice import Lattice
from domain.records import (
    ApprovalDocument,
    ApprovalEntry,
    CandidateRecord,
    CellValue,
    CountCheck,
    FieldReading,
    PaperKind,
    Place,
    SheetRow,
    SheetTable,
)
from domain.text import fold

WHOLE_PAGE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.2), (0.1, 0.2))
PERSON: Mapping[Field, str] = {
    Field.NAME: "靳晓鸥",
    Field.GENDER: "女",
    Field.ID_NUMBER: "610103198507152346",
    Field.BIRTH_DATE: "1985-07-15",
    Field.EMPLOYER: "西安市第一中学",
    Field.LEVEL: "中级",
    Field.SERIES: "中小学教师",
    Field.SPECIALTY: "数学",
    Field.TITLE: "一级教师",
    Field.GRANTED_ON: "2016-12-28",
    Field.CERTIFICATE_NUMBER: "SN20160417",
    Field.ISSUED_ON: "2017-03-06",
    Field.ISSUER: "西安市人力资源和社会保障局",
    Field.COMMITTEE: "西安市中学教师中级评审委员会",
}
"""One invented person; ``person`` makes others."""


def id_number(
    birth: str = "1985-07-15", *, gender: str = "女", serial: int = 11, area: str = "610103"
) -> str:
    """Return a valid ID number of an invented birth; ``serial`` is 0 to 499."""
    digits = area + birth.replace("-", "") + f"{serial * 2 + (gender == '男'):03d}"
    return digits + check_character(digits)


def person(number: int = 0, **fields: str) -> dict[Field, str]:
    """Return the true record of one of many invented people who share school and session."""
    surnames, first, second = (
        "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨",
        "晓志文海建国春玉明秀",
        "鸥琛璇岚骏颖昊涵霖哲",
    )
    name = surnames[number % 16] + first[number // 16 % 10] + second[number // 160 % 10]
    day, month, year = number % 28 + 1, number // 28 % 12 + 1, 1970 + number % 23
    birth = f"{year}-{month:02d}-{day:02d}"
    gender = "男" if number % 2 else "女"
    record = {
        **PERSON,
        Field.NAME: name,
        Field.GENDER: gender,
        Field.BIRTH_DATE: birth,
        Field.ID_NUMBER: id_number(birth, gender=gender, serial=number % 500),
        Field.CERTIFICATE_NUMBER: f"SN2016{number * 7 % 100000:05d}",
    }
    return {**record, **{Field(key): value for key, value in fields.items()}}


def noisy_lattice(text: str, alternatives: Mapping[int, Mapping[str, float]] | None = None) -> Lattice:
    """Return the lattice of a recogniser that is sure but at the given characters.

    Args:
        text: The best reading.
        alternatives: By index into the folded text, other characters with their probabilities; the
            read character gets the rest.
    """
    folded = fold(text)
    k = 1 + max((len(others) for others in (alternatives or {}).values()), default=1)
    codes = np.full((2 * len(folded) + 1, k), -1, dtype=np.int32)
    logs = np.full(codes.shape, -np.inf, dtype=np.float32)
    codes[:, 0], logs[:, 0] = 0, np.log(0.999)
    for i, character in enumerate(folded):
        others = (alternatives or {}).get(i, {})
        step = 2 * i + 1
        codes[step, 0] = ord(character)
        logs[step, 0] = np.log(max(1e-6, 0.998 - sum(others.values())))
        for place, (other, probability) in enumerate(others.items(), start=1):
            codes[step, place] = ord(other) if other else 0
            logs[step, place] = np.log(probability)
    return Lattice(codes, logs)


def reading(
    value: str,
    *,
    raw: str | None = None,
    lattice: Lattice | None = None,
    confidence: float = 0.98,
    exact: bool = False,
    under_seal: bool = False,
    seconds: tuple[Lattice, ...] = (),
    file: str = "证书/1.jpg",
    page_number: int = 1,
) -> FieldReading:
    """Return a value as a recogniser (or, with ``exact``, a text layer) gives it."""
    text = raw if raw is not None else value
    if lattice is None:
        lattice = Lattice.of_text(text) if exact else noisy_lattice(text)
    place = Place(file, page_number, WHOLE_PAGE)
    return FieldReading(text, value, 1.0 if exact else confidence, place, lattice, under_seal, seconds)


def certificate(
    values: Mapping[Field, str] = PERSON,
    *,
    file: str = "证书/1.jpg",
    slot: int = 1,
    exact: bool = False,
    without: Iterable[Field] = (),
    empty_labels: Iterable[Field] = (),
    **readings: FieldReading | str,
) -> CandidateRecord:
    """Return a certificate that says ``values``; keyword arguments exchange single readings."""
    left_out = set(without) | set(empty_labels)
    found = {
        field: reading(value, file=file, exact=exact)
        for field, value in values.items()
        if field not in left_out
    }
    for key, given in readings.items():
        found[Field(key)] = reading(given, file=file, exact=exact) if isinstance(given, str) else given
    return CandidateRecord(file, 1, slot, found, frozenset(empty_labels))


def sheet_row(
    values: Mapping[Field, str] = PERSON,
    *,
    row_number: int = 4,
    cells: Mapping[Field, CellValue] | None = None,
    **fields: str,
) -> SheetRow:
    """Return a row that says ``values``; keyword arguments exchange single cells."""
    merged = {**values, **{Field(key): value for key, value in fields.items()}}
    return SheetRow(row_number, {**{f: CellValue(v, v) for f, v in merged.items()}, **(cells or {})})


def sheet_table(
    rows: Sequence[SheetRow],
    *,
    number: str = "陕人社函〔2016〕10号",
    tab: str = "Sheet1",
    file: str = "汇总表.xlsx",
) -> SheetTable:
    """Return a table with these rows."""
    columns = {field: i for i, field in enumerate(rows[0].cells)} if rows else {}
    return SheetTable(file, tab, tuple(rows), columns, number, parse_document_number(number))


def sheet_of(people: Sequence[Mapping[Field, str]], **changes: str) -> SheetTable:
    """Return a table of people from row 4 on; ``changes`` go into the first row."""
    rows = [sheet_row(values, row_number=4 + i) for i, values in enumerate(people)]
    if changes:
        rows[0] = sheet_row(
            {**people[0], **{Field(key): value for key, value in changes.items()}}, row_number=4
        )
    return sheet_table(rows)


def certificates_of(people: Sequence[Mapping[Field, str]]) -> list[CandidateRecord]:
    """Return one certificate a person, each on a page of its own."""
    return [certificate(values, file=f"证书/{i + 1}.jpg") for i, values in enumerate(people)]


def approval_entry(name: str | FieldReading, *, exact: bool = True, **fields: str) -> ApprovalEntry:
    """Return a line of an approval list."""
    given = reading(name, exact=exact, file="批复.pdf", page_number=2) if isinstance(name, str) else name
    others = {
        Field(key): reading(value, exact=exact, file="批复.pdf", page_number=2)
        for key, value in fields.items()
    }
    return ApprovalEntry({Field.NAME: given, **others})


def approval(
    names: Sequence[str | ApprovalEntry],
    *,
    number: str | None = "陕人社函〔2016〕10号",
    kind: PaperKind = PaperKind.APPROVAL,
    counts: Sequence[tuple[int, int]] = (),
    file: str = "批复.pdf",
    exact: bool = True,
    **fields: str,
) -> ApprovalDocument:
    """Return an approval that lists these names."""
    entries = tuple(approval_entry(n, exact=exact) if isinstance(n, str) else n for n in names)
    return ApprovalDocument(
        file,
        kind,
        "关于任职资格的通知",
        parse_document_number(number) if number else None,
        reading(number, file=file, exact=exact) if number else None,
        {Field(key): reading(value, file=file, exact=exact) for key, value in fields.items()},
        entries,
        tuple(CountCheck(stated, found, "标题", 1) for stated, found in counts),
    )


def approval_of(people: Sequence[Mapping[Field, str]]) -> ApprovalDocument:
    """Return an approval that lists everybody."""
    return approval([values[Field.NAME] for values in people])
