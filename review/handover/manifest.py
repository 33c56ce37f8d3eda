"""``manifest.json``: every file of a package with its hash, and the two numbers made of them."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.audit import format_utc
from review.handover.objects import SCHEMA, Reader

FORMAT = "zhenghe-handover"
MANIFEST = "manifest.json"
ANNEX2 = "附件2.xlsx"
COVER = "交接单.html"
BATCH = "batch.json"
ROWS = "rows.jsonl"
FINDINGS = "findings.jsonl"
DECISIONS = "decisions.jsonl"
ORIGINALS = "originals.jsonl"
AUDIT = "audit.jsonl"
FIXED_FILES = frozenset({ANNEX2, COVER, BATCH, ROWS, FINDINGS, DECISIONS, ORIGINALS, AUDIT})
CROPS_FOLDER = "crops/"
ORIGINALS_FOLDER = "originals/"

_HASH = re.compile(r"[0-9a-f]{64}")
_CROP = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,120}\.jpg")


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file of a package."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says that it holds."""

    producer: str
    created_at: datetime
    files: Mapping[str, PackedFile]
    """By path; the manifest itself is not among them."""

    @property
    def package_id(self) -> str:
        """The sha256 of the list of all files: names this very package."""
        return list_hash(self.files.values())

    @property
    def contents_id(self) -> str:
        """The same without the cover, which prints it: what a person signs for."""
        return list_hash(file for file in self.files.values() if file.path != COVER)


def list_hash(files: Iterable[PackedFile]) -> str:
    """Return the sha256 of a list of files, written as ``sha256sum`` writes it, paths in order of bytes."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path.encode()):
        digest.update(f"{file.sha256}  {file.path}\n".encode())
    return digest.hexdigest()


def manifest_object(manifest: Manifest) -> dict[str, Any]:
    """Return ``manifest.json``."""
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "producer": manifest.producer,
        "created_at": format_utc(manifest.created_at),
        "package_id": manifest.package_id,
        "contents_id": manifest.contents_id,
        "files": [
            {"path": file.path, "size": file.size_bytes, "sha256": file.sha256}
            for file in sorted(manifest.files.values(), key=lambda file: file.path.encode())
        ],
    }


def read_manifest(content: Mapping[str, Any]) -> tuple[Manifest, str, str]:
    """Read a manifest of the known schema.

    Returns:
        The manifest, and the package's and the contents' id as it states them.

    Raises:
        ValueError: Something in it cannot be so.
    """
    reader = Reader(content)
    listed = reader.each("files", _packed_file)
    files = {file.path: file for file in listed}
    if len(files) < len(listed):
        raise ValueError("同一个文件列了两次")
    manifest = Manifest(reader.text("producer"), reader.time("created_at"), files)
    return manifest, reader.text("package_id"), reader.text("contents_id")


def is_known_path(path: str) -> bool:
    """Tell whether a file of this name belongs into a package."""
    if path.startswith(CROPS_FOLDER):
        return is_crop_name(path.removeprefix(CROPS_FOLDER))
    if path.startswith(ORIGINALS_FOLDER):
        return is_hash(path.removeprefix(ORIGINALS_FOLDER))
    return path in FIXED_FILES


def is_crop_name(name: str) -> bool:
    """Tell whether a crop may be called so."""
    return _CROP.fullmatch(name) is not None


def is_hash(text: str) -> bool:
    """Tell whether a text is a sha256 in hexadecimal, lower case."""
    return _HASH.fullmatch(text) is not None


def _packed_file(reader: Reader) -> PackedFile:
    file = PackedFile(reader.text("path"), reader.number("size"), reader.text("sha256"))
    if not is_hash(file.sha256):
        raise ValueError("sha256 不是 64 位十六进制数")
    return file
