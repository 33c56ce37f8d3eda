"""How the time of a whole batch grows with its rows: ``python -m bench.matching``.

Invented people who share a school and a session, one row in twenty with an error, certificates in
another order. Prints a table and the exponent of growth, and writes ``bench/out/matching.json``.
"""

import json
import math
import random
import time
from pathlib import Path

import numpy as np

from domain.document_numbers import parse_document_number
from domain.fields import Field
from domain.findings import Verdict
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
)
from domain.text import fold
from matching import match_batch
from matching.name_statistics import GIVEN_CHARACTERS_BY_POWER, SURNAMES_BY_POWER

SIZES = (200, 2_000, 6_000, 20_000)
NUMBER = "陕人社函〔2016〕10号"
_PLACE = Place("证书.pdf", 1, ((0.1, 0.1), (0.9, 0.1), (0.9, 0.2), (0.1, 0.2)))


def main() -> None:
    """Measure every size and print the table."""
    measured = []
    for size in SIZES:
        seconds, clear = _measure(size)
        measured.append({"rows": size, "seconds": round(seconds, 2), "clear": clear})
        print(f"{size:>7} rows x {size:>7} certificates  {seconds:7.2f} s  {clear} clear")
    first, last = measured[1], measured[-1]
    exponent = math.log(last["seconds"] / first["seconds"]) / math.log(last["rows"] / first["rows"])
    print(f"exponent from {first['rows']} to {last['rows']} rows: {exponent:.2f}")
    out = Path("bench/out")
    out.mkdir(parents=True, exist_ok=True)
    (out / "matching.json").write_text(
        json.dumps({"sizes": measured, "exponent": round(exponent, 3)}, indent=2), encoding="utf-8"
    )


def _measure(size: int) -> tuple[float, int]:
    source = random.Random(size)
    people = [_person(source, i) for i in range(size)]
    rows = [_row(source, values, i) for i, values in enumerate(people)]
    table = SheetTable("表.xlsx", "Sheet1", tuple(rows), {}, NUMBER, parse_document_number(NUMBER))
    papers = [_certificate(values) for values in people]
    source.shuffle(papers)
    entries = tuple(ApprovalEntry({Field.NAME: _reading(values[Field.NAME])}) for values in people)
    document = ApprovalDocument(
        "批复.pdf", PaperKind.APPROVAL, "通知", parse_document_number(NUMBER), None, {}, entries
    )
    started = time.perf_counter()
    result = match_batch("bench", [table], papers, [document], alphabet=frozenset())
    taken = time.perf_counter() - started
    return taken, sum(row.verdict is Verdict.CLEAR for row in result.rows)


def _person(source: random.Random, number: int) -> dict[Field, str]:
    surname = _drawn(source, SURNAMES_BY_POWER)
    given = "".join(_drawn(source, GIVEN_CHARACTERS_BY_POWER) for _ in range(source.choice((1, 2, 2))))
    birth = f"{source.randint(1955, 1992)}-{source.randint(1, 12):02d}-{source.randint(1, 28):02d}"
    gender = source.choice("男女")
    digits = "610103" + birth.replace("-", "") + f"{source.randint(0, 499) * 2 + (gender == '男'):03d}"
    return {
        Field.NAME: surname + given,
        Field.GENDER: gender,
        Field.ID_NUMBER: digits + check_character(digits),
        Field.BIRTH_DATE: birth,
        Field.EMPLOYER: f"西安市第{source.randint(1, 40)}中学",
        Field.TITLE: "一级教师",
        Field.LEVEL: "中级",
        Field.GRANTED_ON: "2016-12-28",
        Field.CERTIFICATE_NUMBER: f"SN2016{number:06d}",
    }


def _drawn(source: random.Random, by_power: dict[int, str]) -> str:
    powers = [power for power in by_power if power > 0]
    weights = [2.0**power * len(by_power[power]) for power in powers]
    return source.choice(by_power[source.choices(powers, weights)[0]])


def _row(source: random.Random, values: dict[Field, str], number: int) -> SheetRow:
    submitted = dict(values)
    if source.random() < 0.05:
        if source.random() < 0.5:
            submitted[Field.NAME] = submitted[Field.NAME][:-1] + _drawn(source, GIVEN_CHARACTERS_BY_POWER)
        else:
            submitted[Field.GRANTED_ON] = "2015-12-28"
    return SheetRow(number + 4, {field: CellValue(value, value) for field, value in submitted.items()})


def _certificate(values: dict[Field, str]) -> CandidateRecord:
    return CandidateRecord("证书.pdf", 1, 1, {field: _reading(value) for field, value in values.items()})


def _reading(value: str) -> FieldReading:
    """Return a reading with one alternative a character, as a recogniser gives it."""
    folded = fold(value)
    codes = np.zeros((4 * len(folded) + 1, 2), dtype=np.int32)
    codes[:, 1] = -1
    logs = np.full(codes.shape, -np.inf, dtype=np.float32)
    logs[:, 0] = np.log(0.99)
    for i, character in enumerate(folded):
        codes[4 * i + 2, 0] = ord(character)
    return FieldReading(value, value, 0.98, _PLACE, Lattice(codes, logs))


if __name__ == "__main__":
    main()
