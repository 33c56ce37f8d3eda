"""A batch as a package tells it, written beside the database so that the transaction is short."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from domain.audit import AuditEntry, entry_from_object
from domain.batches import (
    ORIGINAL_NOT_HERE,
    Batch,
    Document,
    Holding,
    ReviewRow,
    Transfer,
)
from domain.decisions import CertificateRef, Decision, open_items
from domain.fields import Field
from domain.findings import Evidence, RowFinding
from domain.geometry import Polygon
from review.export.findings import finding_objects, json_line
from review.final_rows import FinalRow, TableNumbers, final_rows
from review.handover import HandedBatch, HandedDecision, HandedRow, HandedTable, OfficeRef, OriginalFile
from review.handover.lines import Lines
from review.handover.manifest import AUDIT, FINDINGS, ROWS
from review.handover.objects import read_row, row_object
from review.handover_of_batch.summary import summarise
from storage.store import Store

CROPS_SEEN = "crops"
"""Key in what was seen of a decision that a package brought: hashes of its cuts of the paper."""

_MOST_PLACES = 4
"""Of one decision about a whole row."""


@dataclass
class Spooled:
    """Everything of a batch but its files."""

    batch: HandedBatch
    tables: tuple[HandedTable, ...]
    findings: Lines[dict[str, object]]
    audit: Lines[AuditEntry]
    decisions: list[HandedDecision] = field(default_factory=list)
    """Oldest first; without the cuts that are still to be made."""

    brought_crops: dict[str, str] = field(default_factory=dict)
    """Names of cuts that are in the store of files, with their hashes there."""

    cuts: dict[tuple[str, int], list[tuple[str, Polygon]]] = field(default_factory=dict)
    """What to cut: by name and page of the file, for which decision."""

    documents: dict[str, Document] = field(default_factory=dict)
    """By name."""


def spool_batch(store: Store, batch: Batch, step: Transfer, folder: Path) -> Spooled:
    """Write rows, findings and log of a batch into a folder.

    Args:
        store: Of a transaction that reads.
        batch: It was handed over with ``step``.
        step: By whom, to whom.
        folder: Existing and empty; must outlive the result.
    """
    writer = _Writer(store, batch, folder)
    writer.write_rows()
    with (folder / AUDIT).open("wb") as stream:
        stream.writelines(json_line(entry.to_object()) for entry in store.log.lines_of_batch(batch.id))
    spooled = Spooled(
        summarise(store, batch, step),
        writer.tables(),
        Lines(FINDINGS, folder / FINDINGS, dict),
        Lines(AUDIT, folder / AUDIT, entry_from_object),
        [made for _, made in sorted(writer.decisions, key=lambda pair: pair[0])],
        writer.brought_crops,
        writer.cuts,
        {document.name: document for document in store.documents.list_page(batch.id)},
    )
    here = {
        name for name, document in spooled.documents.items() if document.problem_code != ORIGINAL_NOT_HERE
    }
    spooled.cuts = {place: cuts for place, cuts in spooled.cuts.items() if place[0] in here}
    return spooled


class _Writer:
    """Goes over the rows once."""

    def __init__(self, store: Store, batch: Batch, folder: Path) -> None:
        self._store, self._batch, self._folder = store, batch, folder
        assert batch.run_id is not None, "what was handed over was checked"
        _, self._finding = store.batches.get_run(batch.run_id)
        self._offices: dict[str, OfficeRef] = {}
        self._tables: dict[str, int] = {}
        self.decisions: list[tuple[int, HandedDecision]] = []
        self.brought_crops: dict[str, str] = {}
        self.cuts: dict[tuple[str, int], list[tuple[str, Polygon]]] = defaultdict(list)

    def write_rows(self) -> None:
        with (self._folder / FINDINGS).open("wb") as stream:
            stream.writelines(map(json_line, finding_objects(self._finding, self._rows())))

    def tables(self) -> tuple[HandedTable, ...]:
        if not self._tables:
            return (HandedTable(TableNumbers.of(self._store, self._batch).settled, ()),)
        return tuple(
            HandedTable(number, Lines(ROWS, self._place(table), lambda content: read_row(content)[1]))
            for number, table in self._tables.items()
        )

    def _rows(self) -> Iterator[RowFinding]:
        for final in final_rows(self._store, self._batch):
            self._add_row(final)
            keys = {line.id: line.key for line in final.history}
            holding = {line.id for line in final.held}
            for line in final.history:
                self.decisions.append((line.id, self._handed(line, final.row, keys)))
                if CROPS_SEEN not in line.seen and line.id in holding:
                    self._want_cuts(line, final.content.finding)
            yield final.content.finding

    def _add_row(self, final: FinalRow) -> None:
        row, values = final.row, final.values
        table = self._tables.setdefault(final.number, len(self._tables))
        link = final.content.finding.certificate
        handed = HandedRow(
            row.key,
            row.sheet,
            row.tab,
            row.row_number,
            row.state.value,
            values,
            CertificateRef(link.file, link.page_number, link.slot) if link is not None else None,
            {n: final.submitted.get(n) for n in values if final.submitted.get(n) != values[n]},
            row.fingerprint,
            row.recheck.value,
        )
        with self._place(table).open("ab") as stream:
            stream.write(json_line(row_object(handed, table=table)))

    def _place(self, table: int) -> Path:
        return self._folder / f"rows-{table}.jsonl"

    def _handed(self, line: Decision, row: ReviewRow, keys: Mapping[int, str]) -> HandedDecision:
        return HandedDecision(
            line.key,
            row.key,
            line.field,
            line.action,
            line.value,
            line.reason,
            line.link,
            keys[line.undoes] if line.undoes is not None else None,
            line.decided_by,
            self._office(line),
            line.decided_at,
            tuple(map(self._brought, _hashes(line.seen.get(CROPS_SEEN)))),
            {key: value for key, value in line.seen.items() if key != CROPS_SEEN},
        )

    def _office(self, line: Decision) -> OfficeRef:
        if line.origin is not None:
            return OfficeRef(line.origin.office_code, line.origin.office_name)
        if line.office not in self._offices:
            office = self._store.offices.find_by_code(line.office)
            self._offices[line.office] = OfficeRef(line.office, office.name if office else line.office)
        return self._offices[line.office]

    def _brought(self, sha256: str) -> str:
        name = crop_name(sha256)
        self.brought_crops[name] = sha256
        return name

    def _want_cuts(self, line: Decision, finding: RowFinding) -> None:
        for place in _places(finding, line.field):
            self.cuts[place.file, place.page_number].append((line.key, place.polygon))


def crop_name(sha256: str) -> str:
    """Return the name of a cut in a package: equal cuts are one."""
    return f"{sha256}.jpg"


def list_originals(documents: Mapping[str, Document]) -> list[OriginalFile]:
    """Return the files of a batch, each content once, without a way to it.

    A zip that was unpacked is left out: what was in it is there.
    """
    inner = {document.archive_id for document in documents.values()}
    by_hash: dict[str, list[Document]] = defaultdict(list)
    for document in documents.values():
        if Holding.ARCHIVE not in document.holds or document.id not in inner:
            by_hash[document.sha256].append(document)
    return [
        OriginalFile(
            sha256,
            same[0].size_bytes,
            tuple(document.name for document in same),
            kind=same[0].kind,
            holds=tuple(holding.value for holding in same[0].holds),
            pages=same[0].pages,
        )
        for sha256, same in by_hash.items()
    ]


def _places(finding: RowFinding, name: Field | None) -> list[Evidence]:
    """Return what a person was shown for a decision."""
    names = [name] if name is not None else sorted(open_items(finding) - {None}, key=str)
    found = [finding.fields.get(known) for known in names if known is not None]
    places = [known.evidence for known in found if known is not None and known.evidence is not None]
    return places[:_MOST_PLACES]


def _hashes(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
