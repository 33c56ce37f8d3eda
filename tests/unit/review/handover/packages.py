"""Builders of hand-over packages, and of packages that somebody has tampered with."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from domain.audit import GENESIS, AuditEntry, seal
from domain.decisions import Action, CertificateRef
from domain.fields import Field
from domain.findings import RowFinding
from domain.way import BatchState
from ingest.limits import IngestLimits
from review.export.findings import finding_objects
from review.handover import (
    HANDOVER_LIMITS,
    Count,
    CropFile,
    EscapeRate,
    GateResult,
    HandedBatch,
    HandedDecision,
    HandedRow,
    HandedTable,
    HandoverContents,
    HandoverError,
    OfficeRef,
    OpenedHandover,
    OriginalFile,
    StateChange,
    from_bytes,
    read_handover,
    write_handover,
)
from tests.results import NUMBER, SHEET, SUBMITTED, TAB, batch_finding, homophone_row, row_finding

NOON = datetime(2026, 3, 5, 4, 0, 0, tzinfo=UTC)
COUNTY = OfficeRef("610122", "示例县人力资源和社会保障局")
CITY = OfficeRef("610100", "示例市人力资源和社会保障局")
SCAN = b"%PDF-1.4 a scan"


def jpeg(colour: str = "white") -> bytes:
    """Return a small picture."""
    stream = io.BytesIO()
    Image.new("RGB", (40, 12), colour).save(stream, "JPEG")
    return stream.getvalue()


def row(number: int = 5, **values: str) -> HandedRow:
    """Return a row; ``values`` by the names of fields."""
    return HandedRow(
        f"row-{number}",
        SHEET,
        TAB,
        number,
        "cleared",
        {**SUBMITTED, **{Field(name): value for name, value in values.items()}},
        CertificateRef("证书/0012.jpg", 1, 1),
    )


def decision(key: str = "d1", **changes: Any) -> HandedDecision:  # noqa: ANN401 - of a dataclass
    """Return a decision about the name in row 6."""
    made = HandedDecision(
        key,
        "row-6",
        Field.NAME,
        Action.PAPER_RIGHT,
        None,
        "证书和批文一致",
        None,
        None,
        "li",
        COUNTY,
        NOON,
        ("d1-1.jpg",),
    )
    return replace(made, **changes)


def log(length: int = 4) -> tuple[AuditEntry, ...]:
    """Return the entries of one batch out of a log that tells of two."""
    entries: list[AuditEntry] = []
    for place in range(2 * length):
        entries.append(
            seal(
                seq=place + 1,
                at=NOON + timedelta(minutes=place),
                actor="li",
                office=COUNTY.code,
                action="row.decide",
                object=f"batch/{place % 2}",
                detail={"row": place},
                previous=entries[-1].hash if entries else GENESIS,
            )
        )
    return tuple(entry for entry in entries if entry.object == "batch/0")


def original(content: bytes = SCAN, *names: str) -> OriginalFile:
    """Return a file of the batch."""
    digest = hashlib.sha256(content).hexdigest()
    return OriginalFile(digest, len(content), names or ("批文.pdf",), from_bytes(content))


def batch(**changes: Any) -> HandedBatch:  # noqa: ANN401 - of a dataclass
    """Return a batch that a county hands to its city."""
    made = HandedBatch(
        "42",
        "2016-工程-中级",
        COUNTY,
        CITY,
        "2016—2017年度",
        BatchState.PASSED,
        (
            StateChange(BatchState.DRAFT, NOON - timedelta(days=2), "li", COUNTY),
            StateChange(BatchState.IN_REVIEW, NOON - timedelta(days=1), "li", COUNTY),
            StateChange(BatchState.PASSED, NOON, "wang", COUNTY, "材料齐全"),
        ),
        (
            GateResult("rows_undecided", True, "每一行都有决定。"),
            GateResult("letter_missing", True, "承诺书已盖章上传。"),
        ),
        (Count("cleared", "机器通过", 1), Count("decided", "人工决定", 1)),
        EscapeRate(1, 1, 0, 0.95, 0.95, "抽查 1 行，没有发现错误；漏检率不高于 95%。"),
    )
    return replace(made, **changes)


def contents(**changes: Any) -> HandoverContents:  # noqa: ANN401 - of a dataclass
    """Return everything of a small batch with a corrected row."""
    findings: tuple[RowFinding, ...] = (row_finding(5), homophone_row(6))
    made = HandoverContents(
        batch(),
        (HandedTable(NUMBER, (row(5), row(6))),),
        tuple(finding_objects(batch_finding(), findings)),
        (decision(),),
        (CropFile("d1-1.jpg", from_bytes(jpeg())),),
        (original(), original(jpeg("red"), "证书/0012.jpg", "证书/副本.jpg")),
        log(),
        NOON + timedelta(hours=1),
        "证核 0.1.0",
    )
    return replace(made, **changes)


def package(folder: Path, *, with_originals: bool = True, **changes: Any) -> Path:  # noqa: ANN401
    """Write a package."""
    path = folder / "移交包.zip"
    write_handover(contents(**changes), path, with_originals=with_originals)
    return path


Files = dict[str, bytes]


def files_of(path: Path) -> Files:
    """Return what a zip holds."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path: Path, files: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> Path:
    """Write a zip with these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, content)
    return path


def forge(path: Path, alter: Callable[[Files], None]) -> Path:
    """Alter a package and make its manifest anew, as somebody would who knows the format."""
    files = files_of(path)
    alter(files)
    manifest = json.loads(files.pop("manifest.json"))
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest["files"] = [
        {"path": name, "size": len(files[name]), "sha256": listed[name]}
        for name in sorted(listed, key=str.encode)
    ]
    for key, left_out in (("package_id", ""), ("contents_id", "交接单.html")):
        text = "".join(
            f"{listed[name]}  {name}\n" for name in sorted(listed, key=str.encode) if name != left_out
        )
        manifest[key] = hashlib.sha256(text.encode()).hexdigest()
    files["manifest.json"] = json.dumps(manifest, ensure_ascii=False).encode()
    return rewrite(path, files)


def edit_lines(files: Files, name: str, edit: Callable[[list[dict[str, Any]]], None]) -> None:
    """Alter the objects of a file of lines."""
    objects = [json.loads(line) for line in files[name].decode().splitlines()]
    edit(objects)
    files[name] = "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects).encode()


def edit_document(files: Files, name: str, edit: Callable[[dict[str, Any]], None]) -> None:
    """Alter one JSON object."""
    content = json.loads(files[name])
    edit(content)
    files[name] = json.dumps(content, ensure_ascii=False).encode()


Edit = Callable[[dict[str, Any]], None]


def open_package(path: Path, limits: IngestLimits = HANDOVER_LIMITS) -> OpenedHandover:
    """Open a package in a folder beside it."""
    work = path.parent / "work"
    work.mkdir(exist_ok=True)
    return read_handover(path, work_dir=work, limits=limits)


def refused(path: Path, error: type[HandoverError], limits: IngestLimits = HANDOVER_LIMITS) -> HandoverError:
    """Return the very error with which a package is refused."""
    with pytest.raises(error) as caught:
        open_package(path, limits)
    assert type(caught.value) is error
    assert str(caught.value).endswith("。")
    return caught.value
