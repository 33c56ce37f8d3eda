"""Opening a hand-over package: nothing is given out before all of it has been proven."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from domain.audit import AuditEntry, ChainBreak, entry_from_object, verify_segment
from domain.findings import Status, Verdict
from ingest.archives import is_unsafe_name
from ingest.limits import MIB, IngestLimits
from review.export.findings import SCHEMA_VERSION
from review.handover.contents import (
    CropFile,
    HandedBatch,
    HandedRow,
    HandedTable,
    HandoverContents,
    OriginalFile,
    from_path,
)
from review.handover.errors import (
    HandoverChainBrokenError,
    HandoverContentError,
    HandoverHashMismatchError,
    HandoverWorkspaceError,
)
from review.handover.lines import Lines, parse_object
from review.handover.manifest import (
    ANNEX2,
    AUDIT,
    BATCH,
    COVER,
    CROPS_FOLDER,
    DECISIONS,
    FINDINGS,
    ORIGINALS,
    ORIGINALS_FOLDER,
    ROWS,
    Manifest,
    is_hash,
)
from review.handover.objects import (
    Reader,
    check_schema,
    read_batch,
    read_decision,
    read_field,
    read_original,
    read_row,
)
from review.handover.unpacking import unpack_verified
from review.handover.writing import JPEG

HANDOVER_LIMITS = IngestLimits(max_files=200_000, max_file_bytes=2048 * MIB, max_unpacked_bytes=65_536 * MIB)
"""A batch of 20,000 rows has about 20,000 originals, 40 GiB, and at most a few crops a row."""


@dataclass(frozen=True, slots=True)
class OpenedHandover:
    """A package that was proven whole; its files lie in the folder that it was unpacked into."""

    manifest: Manifest
    contents: HandoverContents
    """Reads from the unpacked files, anew each time it is gone through."""

    annex2: Path
    cover: Path
    """A web page that strangers wrote: hand it out as a download, never show it as a page of one's own."""


def read_handover(path: Path, *, work_dir: Path, limits: IngestLimits = HANDOVER_LIMITS) -> OpenedHandover:
    """Unpack a package, prove it, and open it.

    Proven is: the package is whole and holds nothing else; every line is what the format says; decisions,
    rows, crops and originals belong together; the log segment was not altered. Not proven is who made it: the
    contents' id on the signed cover does that.

    Args:
        path: The zip.
        work_dir: An existing empty folder for what is unpacked; the caller removes it, also after an error.
        limits: Files and bytes that the package may have.

    Raises:
        HandoverError: It cannot be used; the class says why.
    """
    manifest, places = unpack_verified(path, work_dir, limits)
    try:
        contents = _open(manifest, places)
    except OSError as error:
        raise HandoverWorkspaceError(error.strerror or type(error).__name__) from error
    return OpenedHandover(manifest, contents, places[ANNEX2], places[COVER])


def _open(manifest: Manifest, places: Mapping[str, Path]) -> HandoverContents:
    batch, numbers, counts, contained = _read_batch_file(places[BATCH])
    rows = Lines(ROWS, places[ROWS], read_row)
    findings = Lines(FINDINGS, places[FINDINGS], _finding)
    decisions = Lines(DECISIONS, places[DECISIONS], read_decision)
    audit = Lines(AUDIT, places[AUDIT], _audit_entry)
    crops = {
        path.removeprefix(CROPS_FOLDER): place
        for path, place in places.items()
        if path.startswith(CROPS_FOLDER)
    }
    keys = _check_rows(rows, counts)
    _check_count(FINDINGS, sum(1 for _ in findings), contained.number("findings"))
    _check_decisions(decisions, keys, crops, contained.number("decisions"))
    _check_crops(crops, contained.number("crops"))
    originals = _read_originals(manifest, places, contained)
    _check_audit(audit, contained.number("audit"))
    return HandoverContents(
        batch,
        _tables(places[ROWS], numbers, counts),
        findings,
        decisions,
        tuple(CropFile(name, from_path(place)) for name, place in crops.items()),
        originals,
        audit,
        manifest.created_at,
        manifest.producer,
    )


def _tables(place: Path, numbers: tuple[str, ...], counts: tuple[int, ...]) -> tuple[HandedTable, ...]:
    """Return the tables; their rows lie one table after the other."""
    tables: list[HandedTable] = []
    before = 0
    for number, count in zip(numbers, counts, strict=True):
        rows = Lines(ROWS, place, lambda content: read_row(content)[1], skip=before, most=count)
        tables.append(HandedTable(number, rows))
        before += count
    return tuple(tables)


def _read_batch_file(place: Path) -> tuple[HandedBatch, tuple[str, ...], tuple[int, ...], "_Stated"]:
    """Return the batch, the approval numbers and sizes of its tables, and what it says that it contains."""
    try:
        content = parse_object(place.read_bytes())
        check_schema(content)
        reader = Reader(content)
        tables = reader.each("tables", lambda r: (r.text("approval_number"), r.number("rows")))
        if not tables:
            raise ValueError("没有表格")  # noqa: TRY301 - said like the rest
        return (
            read_batch(content),
            tuple(number for number, _ in tables),
            tuple(rows for _, rows in tables),
            _Stated(reader.object("contains")),
        )
    except ValueError as error:
        raise HandoverContentError(BATCH, str(error)[:200]) from error


class _Stated:
    """The counts that ``batch.json`` states."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        names = ("findings", "decisions", "crops", "originals", "originals_packed", "audit")
        reader = Reader(content)
        self._numbers = {name: reader.number(name) for name in names}

    def number(self, name: str) -> int:
        return self._numbers[name]


def _check_rows(rows: Lines[tuple[int, HandedRow]], counts: tuple[int, ...]) -> set[str]:
    keys: set[str] = set()
    found = [0] * len(counts)
    last = 0
    for number, (table, row) in enumerate(rows, start=1):
        if row.key in keys:
            raise HandoverContentError(ROWS, f"行“{row.key[:40]}”出现了两次", line=number)
        if not last <= table < len(counts):
            raise HandoverContentError(ROWS, "表格的序号不对", line=number)
        keys.add(row.key)
        found[table] += 1
        last = table
    _check_count(ROWS, sum(found), sum(counts))
    if tuple(found) != counts:
        raise HandoverContentError(ROWS, "各表格的人数与 batch.json 不符")
    return keys


def _check_decisions(decisions: Lines[Any], rows: set[str], crops: Mapping[str, Path], stated: int) -> None:
    seen: set[str] = set()
    for number, decision in enumerate(decisions, start=1):
        reason = ""
        if decision.key in seen:
            reason = "同一个决定出现了两次"
        elif decision.row not in rows:
            reason = f"没有它所说的行“{decision.row[:40]}”"
        elif decision.undoes is not None and decision.undoes not in seen:
            reason = "它所撤销的决定不在前面"
        elif not all(name in crops for name in decision.crops):
            reason = "缺少它的依据截图"
        if reason:
            raise HandoverContentError(DECISIONS, reason, line=number)
        seen.add(decision.key)
    _check_count(DECISIONS, len(seen), stated)


def _check_crops(crops: Mapping[str, Path], stated: int) -> None:
    for name, place in crops.items():
        with place.open("rb") as stream:
            if stream.read(len(JPEG)) != JPEG:
                raise HandoverContentError(CROPS_FOLDER + name, "不是 JPEG 图片")
    _check_count(CROPS_FOLDER, len(crops), stated)


def _read_originals(
    manifest: Manifest, places: Mapping[str, Path], contained: _Stated
) -> tuple[OriginalFile, ...]:
    """Return the originals with a way to their content where it was packed."""
    lines = Lines(ORIGINALS, places[ORIGINALS], read_original)
    originals: list[OriginalFile] = []
    hashes: set[str] = set()
    names: set[str] = set()
    for number, original in enumerate(lines, start=1):
        if not is_hash(original.sha256) or original.sha256 in hashes:
            raise HandoverContentError(ORIGINALS, "哈希值不对或重复", line=number)
        bad = [name for name in original.names if is_unsafe_name(name) or not name or name in names]
        if bad or not original.names:
            raise HandoverContentError(ORIGINALS, "文件名为空、重复或指向批次以外", line=number)
        hashes.add(original.sha256)
        names.update(original.names)
        originals.append(_with_content(original, manifest, places))
    _check_count(ORIGINALS, len(originals), contained.number("originals"))
    packed = sum(original.open is not None for original in originals)
    in_folder = sum(path.startswith(ORIGINALS_FOLDER) for path in places)
    if in_folder != packed:
        raise HandoverContentError(ORIGINALS, "有的原件没有列出")
    _check_count(ORIGINALS_FOLDER, packed, contained.number("originals_packed"))
    if packed not in (0, len(originals)):
        raise HandoverContentError(ORIGINALS_FOLDER, "原件不齐")
    return tuple(originals)


def _with_content(original: OriginalFile, manifest: Manifest, places: Mapping[str, Path]) -> OriginalFile:
    path = ORIGINALS_FOLDER + original.sha256
    if path not in places:
        return original
    packed = manifest.files[path]
    if (packed.sha256, packed.size_bytes) != (original.sha256, original.size_bytes):
        raise HandoverHashMismatchError(path)
    return replace(original, open=from_path(places[path]))


def _check_audit(audit: Lines[AuditEntry], stated: int) -> None:
    verified = verify_segment(audit)
    if isinstance(verified, ChainBreak):
        raise HandoverChainBrokenError(verified.message)
    _check_count(AUDIT, verified, stated)


def _check_count(name: str, found: int, stated: int) -> None:
    if found != stated:
        raise HandoverContentError(name, f"有 {found} 条，batch.json 说有 {stated} 条")


def _audit_entry(content: dict[str, Any]) -> AuditEntry:
    try:
        return entry_from_object(content)
    except ValueError as error:
        raise ValueError("不是操作日志的一条记录") from error


def _finding(content: dict[str, Any]) -> dict[str, Any]:
    """Check the frame of a line of ``findings.jsonl``; the rest is for whoever uses it."""
    if content.get("schema") != SCHEMA_VERSION:
        raise ValueError(f"schema 应为 {SCHEMA_VERSION}")
    reader = Reader(content)
    reader.text("batch")
    kind = reader.text("type")
    if kind == "row":
        reader.text("sheet")
        reader.number("row", least=1)
        reader.one_of("verdict", Verdict)
        fields = Reader(reader.object("fields"))
        for name in reader.object("fields"):
            read_field(name)
            Reader(fields.object(name)).one_of("status", Status)
    elif kind != "batch":
        raise ValueError(f"type 的值“{kind[:40]}”没有定义")
    return content
