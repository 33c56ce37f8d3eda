"""Making a hand-over package."""

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from domain.audit import AuditEntry, ChainBreak, verify_segment
from domain.fields import Field
from review.export.annex2 import Annex2Table, write_annex2
from review.export.findings import json_line
from review.export.writing import ReportNotWritableError, replacing
from review.handover.contents import Contained, HandedTable, HandoverContents, from_path
from review.handover.cover import render_cover
from review.handover.errors import HandoverChainBrokenError, HandoverNotWritableError, HandoverSourceError
from review.handover.manifest import (
    ANNEX2,
    AUDIT,
    BATCH,
    COVER,
    CROPS_FOLDER,
    DECISIONS,
    FINDINGS,
    MANIFEST,
    ORIGINALS,
    ORIGINALS_FOLDER,
    ROWS,
    Manifest,
    is_crop_name,
    list_hash,
    manifest_object,
)
from review.handover.objects import SCHEMA, batch_object, decision_object, original_object, row_object
from review.handover.packing import Packer

JPEG = b"\xff\xd8\xff"


def write_handover(contents: HandoverContents, path: Path, *, with_originals: bool = False) -> Manifest:
    """Write a hand-over package; ID and telephone numbers stand in it in full.

    Everything goes through piece by piece; what grows with the batch is only the list of its files. Equal
    contents give equal bytes (with one version of the compressing library; the package's id depends on none).

    Args:
        contents: What is handed over.
        path: Where to; an older package is replaced when the new one is whole.
        with_originals: Pack the original files. Without them the package still lists names and hashes, so
            that files which come by another way can be told to be the same.

    Returns:
        The manifest: what was packed, and the package's id for the log.

    Raises:
        HandoverSourceError: An original or a crop cannot be read or is not what it was.
        HandoverChainBrokenError: The log segment does not hold.
        HandoverNotWritableError: The place is read-only or full.
        ValueError: The contents contradict each other.
    """
    with (
        replacing(path, HandoverNotWritableError) as partial,
        zipfile.ZipFile(partial, "w", compresslevel=6) as archive,
    ):
        return _pack(contents, Packer(archive), with_originals=with_originals)


def _pack(contents: HandoverContents, packer: Packer, *, with_originals: bool) -> Manifest:
    _pack_annex2(contents, packer)
    contained = Contained([0] * len(contents.tables))
    packer.add_lines(ROWS, _row_lines(contents.tables, contained))
    contained.findings = packer.add_lines(FINDINGS, map(json_line, contents.findings))
    wanted: set[str] = set()
    contained.decisions = packer.add_lines(DECISIONS, _decision_lines(contents, wanted))
    contained.crops = _pack_crops(contents, packer)
    lost = wanted - {name.removeprefix(CROPS_FOLDER) for name in packer.files}
    if lost:
        raise ValueError(f"decisions name crops that are not there: {sorted(lost)[:3]}")
    _pack_originals(contents, packer, contained, with_originals=with_originals)
    contained.audit = _pack_audit(contents, packer)
    packer.add_document(BATCH, _batch_file(contents, contained))
    contents_id = list_hash(packer.files.values())
    cover = render_cover(contents, contained, contents_id, packer.files[ANNEX2].sha256)
    packer.add_bytes(COVER, cover)
    manifest = Manifest(contents.producer, contents.created_at, dict(packer.files))
    packer.add_document(MANIFEST, manifest_object(manifest))
    return manifest


def _pack_annex2(contents: HandoverContents, packer: Packer) -> None:
    tables = [
        Annex2Table(table.approval_number, contents.batch.owner.name, _Values(table))
        for table in contents.tables
    ]
    with tempfile.TemporaryDirectory(prefix="handover-") as folder:
        sheet = Path(folder) / "annex2.xlsx"
        try:
            write_annex2(tables, sheet, masked=False, created_at=contents.created_at)
        except ReportNotWritableError as error:
            raise HandoverNotWritableError(ANNEX2, error.reason) from error
        packer.add_stored(ANNEX2, from_path(sheet), name=ANNEX2)


class _Values:
    """The values of a table's rows, one after the other."""

    def __init__(self, table: HandedTable) -> None:
        self._table = table

    def __iter__(self) -> Iterator[Mapping[Field, str]]:
        return (row.values for row in self._table.rows)


def _row_lines(tables: tuple[HandedTable, ...], contained: Contained) -> Iterator[bytes]:
    for place, table in enumerate(tables):
        for row in table.rows:
            contained.rows[place] += 1
            yield json_line(row_object(row, table=place))


def _decision_lines(contents: HandoverContents, wanted: set[str]) -> Iterator[bytes]:
    for decision in contents.decisions:
        wanted.update(decision.crops)
        yield json_line(decision_object(decision))


def _pack_crops(contents: HandoverContents, packer: Packer) -> int:
    count = 0
    for crop in contents.crops:
        if not is_crop_name(crop.name):
            raise ValueError(f"not the name of a crop: {crop.name}")
        packer.add_stored(CROPS_FOLDER + crop.name, crop.open, name=crop.name, begins_with=JPEG)
        count += 1
    return count


def _pack_originals(
    contents: HandoverContents, packer: Packer, contained: Contained, *, with_originals: bool
) -> None:
    """Pack the originals, then their list; in one pass over them, since they may be many."""
    with tempfile.TemporaryFile() as listed:
        for original in contents.originals:
            listed.write(json_line(original_object(original)))
            contained.originals += 1
            if with_originals:
                name = original.names[0] if original.names else original.sha256
                if original.open is None:
                    raise HandoverSourceError(name)
                packed = packer.add_stored(ORIGINALS_FOLDER + original.sha256, original.open, name=name)
                if (packed.sha256, packed.size_bytes) != (original.sha256, original.size_bytes):
                    raise HandoverSourceError(name)
                contained.originals_packed += 1
        listed.seek(0)
        packer.add_lines(ORIGINALS, listed)


def _pack_audit(contents: HandoverContents, packer: Packer) -> int:
    with packer.adding(AUDIT) as sink:

        def written() -> Iterator[AuditEntry]:
            for entry in contents.audit:
                sink.write(json_line(entry.to_object()))
                yield entry

        verified = verify_segment(written())
    if isinstance(verified, ChainBreak):
        raise HandoverChainBrokenError(verified.message, is_own=True)
    return verified


def _batch_file(contents: HandoverContents, contained: Contained) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        **batch_object(contents.batch),
        "tables": [
            {"approval_number": table.approval_number, "rows": rows}
            for table, rows in zip(contents.tables, contained.rows, strict=True)
        ],
        "contains": {
            "findings": contained.findings,
            "decisions": contained.decisions,
            "crops": contained.crops,
            "originals": contained.originals,
            "originals_packed": contained.originals_packed,
            "audit": contained.audit,
        },
    }
