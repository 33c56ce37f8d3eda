"""What comparisons look like for true and for false values: the raw material of the curves."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.calibration_mutations import Mutator
from bench.calibration_pages import ReadBatch
from bench.scoring import same_file
from domain.fields import Field
from domain.records import CandidateRecord, FieldReading, SheetRow
from matching.agreement import Agreement
from matching.approvals import link_approvals, pair_documents
from matching.calibration import GROUPS, Look, condition_of
from matching.compare import look_at
from matching.link import link_papers, row_values
from matching.options import MatchingOptions
from matching.status import CONTRADICTING_FIELDS

_OPTIONS = MatchingOptions()


@dataclass(frozen=True, slots=True)
class Sample:
    """One value compared with one reading."""

    reading: int
    """Number of the reading; its true value and its false ones share it."""

    field: str
    group: str
    condition: str | None
    is_wrong: bool
    kind: str
    """``true``, or how the value is false."""

    share: float
    """1 for a true value; those of a reading's false values add up to 1."""

    cell: str
    agreement: int
    ratio: float | None
    """``None`` when the image cannot say the value at all."""

    confidence: float
    under_seal: bool
    source: str
    """``certificate`` or ``approval``."""

    degradation: str


def take_samples(batches: Sequence[ReadBatch], *, seed: int) -> Iterator[Sample]:
    """Compare the true value and false ones with every recognised reading of a right link.

    Left out are text layers (nothing is recognised there), fields that the paper does not have, and
    damaged cells.
    """
    pools: dict[Field, list[str]] = {}
    for batch in batches:
        for _, row in _rows(batch):
            for field, value in row_values(row).items():
                pools.setdefault(field, []).append(value)
    mutator = Mutator(pools, seed)
    number = 0
    for batch in batches:
        for row, source, degradation, field, reading in _readings(batch):
            cell = row.cells.get(field)
            if cell is None or not cell.value or cell.problem or reading.lattice.exact:
                continue
            number += 1
            key = f"{batch.truth['batch']} {row.row_number} {field} {source}"
            quality = batch.qualities.get((reading.place.file, reading.place.page_number))
            condition = condition_of(
                quality.grade if quality is not None else None, under_seal=reading.under_seal
            )
            about = (number, field.value, GROUPS[field].value, condition.value if condition else None)
            rest = (source, degradation)
            look = look_at(field, cell.value, reading, _OPTIONS)
            yield _sample(about, look, reading, rest, kind="true", share=1.0)
            for false in mutator.false_values(field, cell.value, key=key):
                look = look_at(field, false.text, reading, _OPTIONS)
                yield _sample(about, look, reading, rest, kind=false.kind, share=false.share)


def write_samples(samples: Iterable[Sample], path: Path) -> list[Sample]:
    """Write samples as JSON lines and return them."""
    kept = list(samples)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(sample), ensure_ascii=False) + "\n" for sample in kept)
    return kept


def _sample(
    about: tuple[int, str, str, str | None],
    look: Look,
    reading: FieldReading,
    rest: tuple[str, str],
    *,
    kind: str,
    share: float,
) -> Sample:
    ratio = None if look.ratio == float("inf") else round(look.ratio, 3)
    return Sample(
        *about,
        kind != "true",
        kind,
        round(share, 6),
        look.cell.value,
        int(look.agreement if look.is_legible else Agreement.DIFFERS),
        ratio,
        round(reading.confidence, 4),
        reading.under_seal,
        *rest,
    )


def _rows(batch: ReadBatch) -> list[tuple[int, SheetRow]]:
    return list(enumerate(row for table in batch.tables for row in table.rows))


def _readings(batch: ReadBatch) -> Iterator[tuple[SheetRow, str, str, Field, FieldReading]]:
    """Yield the readings of rightly linked certificates, and of the lines of the approval."""
    truth = batch.truth
    places = {int(row["row"]): row["certificate"] for row in truth["rows"]}
    printed = {(c["file"], c["page"], c["slot"]): c for c in truth["certificates"]}
    rows = [row for _, row in _rows(batch)]
    links = link_papers([row_values(r) for r in rows], [c.readings for c in batch.candidates], _OPTIONS)
    names: dict[int, str] = {}
    for i, row in enumerate(rows):
        link, place = links.get(i), places.get(row.row_number)
        if link is None or place is None or not _is_at(batch.candidates[link.paper], place):
            continue
        certificate = batch.candidates[link.paper]
        known = printed[place["file"], place["page"], place["slot"]]
        name = certificate.readings.get(Field.NAME)
        if name is not None and name.value:
            names[i] = name.value
        for field, reading in certificate.readings.items():
            if field.value in known["fields"]:
                yield row, "certificate", known["degradation"], field, reading
    if len(batch.tables) != 1:
        return
    table = batch.tables[0]
    documents = pair_documents(batch.tables, batch.approvals, _OPTIONS)
    approvals = link_approvals(table, documents[0], names, _OPTIONS)
    for i, row in enumerate(table.rows):
        line = approvals.entry_of(i)
        for field, reading in line[1].readings.items() if line is not None else ():
            # The other values come from headings, are often somebody else's, and are seldom asked.
            if field not in CONTRADICTING_FIELDS:
                continue
            yield row, "approval", str(truth["approval"]["form"]), field, reading


def _is_at(candidate: CandidateRecord, place: dict[str, Any]) -> bool:
    return (candidate.page_number, candidate.slot) == (place["page"], place["slot"]) and same_file(
        candidate.file, place["file"]
    )
