"""What a file really is, by its content.

Names decide only where they carry the whole meaning: what operating systems and office programs
drop into folders is never evidence, whatever it holds.
"""

import re
import struct
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from domain.errors import FileProblemError
from ingest.errors import (
    ContentMismatchError,
    EmptyFileError,
    FileAccessError,
    LockFileError,
    ShortcutError,
    SystemFileError,
    TemporaryFileError,
    TextFileError,
    UnknownFormatError,
    UnsupportedArchiveError,
    UnsupportedDocumentError,
)
from ingest.plain_text import decode_text, find_text_kind

HEAD_BYTES = 256 * 1024
"""Enough for the style blocks that office programs write before the first HTML table."""

ZIP_LEAKS = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
    OverflowError,
    LookupError,
    MemoryError,
    struct.error,
)
"""What ``zipfile`` raises on hostile directories; see ``ingest.archives`` for entries."""


class FileKind(StrEnum):
    """What is done with a file."""

    SHEET = "sheet"
    PDF = "pdf"
    IMAGE = "image"
    ARCHIVE = "archive"
    IGNORED = "ignored"
    """Known and no evidence."""
    UNKNOWN = "unknown"
    """Cannot be used, though it may have been meant as evidence."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file is and, for the last two kinds, why it is not used."""

    kind: FileKind
    problem: FileProblemError | None = None


def sniff(path: Path) -> FileKind:
    """Tell what kind of file ``path`` is. A file that cannot be opened is ``UNKNOWN``."""
    return identify(path, path.name).kind


def identify(path: Path, name: str) -> Identity:
    """Tell what a file is, with the reason where it is not used.

    Args:
        path: Where the content lies.
        name: Its path in the batch, forward slashes; the last part and the folders count.
    """
    by_name = find_problem_by_name(name)
    if by_name is not None:
        return Identity(FileKind.IGNORED, by_name)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        return Identity(FileKind.UNKNOWN, FileAccessError(error.strerror or "未知原因"))
    if not head:
        # A hidden empty file (.gitkeep) marks a folder; any other was meant to hold something.
        hidden = PurePosixPath(name).name.startswith(".")
        return Identity(FileKind.IGNORED, SystemFileError()) if hidden else _unknown(EmptyFileError())
    return _identify_content(path, name, head)


_SYSTEM_NAMES = {"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", ".ds_store", ".picasa.ini"}
_SYSTEM_FOLDERS = {"__macosx", "$recycle.bin", "system volume information", ".git", "@eadir", ".trashes"}


def find_problem_by_name(name: str) -> FileProblemError | None:
    """Return why a file of this name is no evidence, ``None`` when the content must decide."""
    *folders, last = PurePosixPath(name.lower()).parts or ("",)
    if last in _SYSTEM_NAMES or last.startswith("._") or any(f in _SYSTEM_FOLDERS for f in folders):
        return SystemFileError()
    if last.startswith(("~$", ".~")) or (last.startswith(".~lock.") and last.endswith("#")):
        return LockFileError()
    if last.endswith((".tmp", ".temp", ".crdownload", ".part", ".swp", ".td", ".xltd")):
        return TemporaryFileError()
    if last.endswith((".lnk", ".url", ".webloc", ".desktop")):
        return ShortcutError()
    return None


def _unknown(problem: FileProblemError) -> Identity:
    return Identity(FileKind.UNKNOWN, problem)


_IMAGE_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
_MAGIC: tuple[tuple[bytes, FileKind | str], ...] = (
    (b"\xff\xd8\xff", FileKind.IMAGE),
    (b"\x89PNG\r\n\x1a\n", FileKind.IMAGE),
    (b"GIF87a", FileKind.IMAGE),
    (b"GIF89a", FileKind.IMAGE),
    (b"II*\x00", FileKind.IMAGE),
    (b"MM\x00*", FileKind.IMAGE),
    (b"II+\x00", FileKind.IMAGE),
    (b"MM\x00+", FileKind.IMAGE),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", FileKind.IMAGE),
    (b"\xff\x4f\xff\x51", FileKind.IMAGE),
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7Z"),
    (b"\x1f\x8b\x08", "GZIP"),
    (b"BZh", "BZIP2"),
    (b"\xfd7zXZ\x00", "XZ"),
    (b"MSCF\x00\x00\x00\x00", "CAB"),
)


def _identify_content(path: Path, name: str, head: bytes) -> Identity:
    """Tell what a file that is not empty is, from its first bytes on."""
    for magic, meaning in _MAGIC:
        if head.startswith(magic):
            if isinstance(meaning, FileKind):
                return Identity(meaning)
            return _unknown(UnsupportedArchiveError(meaning))
    if _is_other_image(head):
        return Identity(FileKind.IMAGE)
    if head[257:262] == b"ustar":
        return _unknown(UnsupportedArchiveError("TAR"))
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _identify_zip(path, head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _identify_compound(path, name)
    if head.startswith((b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00")):
        return Identity(FileKind.SHEET)  # a bare BIFF stream, written by old exporters
    # Readers accept a PDF whose mark stands within the first kilobyte, after a mail or HTTP header.
    # One that lost its beginning is still told by its objects, and often mended.
    if b"%PDF-" in head[:1024] or re.search(rb"(?:^|[\r\n ])\d{1,7} \d{1,5} obj\b.{0,20}<<", head, re.DOTALL):
        return Identity(FileKind.PDF)
    return _identify_text(name, head)


def _is_other_image(head: bytes) -> bool:
    """Recognise the pictures whose mark is not at the very beginning."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return True
    if head[4:8] == b"ftyp":
        length = max(16, min(int.from_bytes(head[:4], "big"), 256))
        brands = {head[8:12], *(head[i : i + 4] for i in range(16, length, 4))}
        return bool(brands & _IMAGE_BRANDS)
    # "BM" begins many a text; the size of the second header tells.
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124}


_OFFICE_PARTS: tuple[tuple[str, str | None], ...] = (
    ("xl/", None),
    ("word/", "Word 文档"),
    ("ppt/", "PowerPoint 演示文稿"),
    ("visio/", "Visio 图"),
    ("ofd.xml", "OFD 版式文件"),
)


def _identify_zip(path: Path, head: bytes) -> Identity:
    """Tell a sheet, another office document and a real archive apart."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()[:5000]]
    except ZIP_LEAKS:
        # Damaged: the names in the first local headers still tell what it was.
        marks = re.findall(rb"PK\x03\x04.{26}([ -~]{3,40})", head, re.DOTALL)
        names = [mark.decode("ascii").lower() for mark in marks]
    is_office = "[content_types].xml" in names
    for part, kind in _OFFICE_PARTS:
        if any(name.startswith(part) for name in names) and (is_office or part == "ofd.xml"):
            return Identity(FileKind.SHEET) if kind is None else _unknown(UnsupportedDocumentError(kind))
    # OpenDocument writes its type, unpacked, as the very first entry.
    mark = re.search(rb"application/vnd\.oasis\.opendocument\.([a-z]+)", head[:200])
    if mark:
        if mark[1] == b"spreadsheet":
            return Identity(FileKind.SHEET)
        return _unknown(UnsupportedDocumentError("OpenDocument 文档"))
    return Identity(FileKind.ARCHIVE)


_STREAMS: tuple[tuple[str, str | None], ...] = (
    ("Workbook", None),
    ("Book", None),
    ("EncryptedPackage", None),
    ("WordDocument", "Word 文档"),
    ("PowerPoint Document", "PowerPoint 演示文稿"),
    ("VisioDocument", "Visio 图"),
)


def _identify_compound(path: Path, name: str) -> Identity:
    """Tell the old office formats apart by the first known stream of their directory.

    The directory lists the streams of the document itself before those of embedded objects. An
    encrypted .xlsx is such a file too; it counts as a sheet, whose reader says what is wrong.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        return _unknown(FileAccessError(error.strerror or "未知原因"))
    shift = int.from_bytes(content[30:32], "little")
    sector = 1 << shift if 7 <= shift <= 16 else 512
    start = (int.from_bytes(content[48:52], "little") + 1) * sector
    found: list[tuple[int, str | None]] = []
    for stream, kind in _STREAMS:
        place = _find_stream(content, stream, start)
        if place is not None:
            found.append((place, kind))
    if not found:
        return _unknown(UnknownFormatError(_suffix(name)))
    kind = min(found, key=lambda item: item[0])[1]
    return Identity(FileKind.SHEET) if kind is None else _unknown(UnsupportedDocumentError(kind))


def _find_stream(content: bytes, stream: str, start: int) -> int | None:
    """Return the offset of a directory entry, searched from the directory's beginning on."""
    wanted = (stream + "\0").encode("utf-16-le")
    for begin in (start, 0):
        place = content.find(wanted, begin)
        while place >= 0:
            if place % 128 == 0:
                return place
            place = content.find(wanted, place + 1)
    return None


def _suffix(name: str) -> str:
    """Return the extension, lower case, ``""`` when there is none worth showing."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if len(suffix) <= 12 else ""


_EVIDENCE_SUFFIXES = {
    *(".pdf", ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".bmp", ".webp", ".heic", ".heif"),
    *(".gif", ".avif", ".jp2", ".xlsx", ".xlsm", ".xls", ".et", ".ods", ".zip", ".rar", ".7z"),
    *(".doc", ".docx", ".wps", ".ofd"),
}


def _identify_text(name: str, head: bytes) -> Identity:
    """Tell tables, other text and rubbish apart."""
    suffix = _suffix(name)
    text = decode_text(head)
    if text is None:
        return _unknown(UnknownFormatError(suffix))
    kind = find_text_kind(text, suffix)
    if kind == "table":
        return Identity(FileKind.SHEET)
    if kind == "rtf":
        return _unknown(UnsupportedDocumentError("RTF 文档"))
    if kind == "mhtml":
        return _unknown(UnsupportedDocumentError("单个文件网页（MHT）"))
    if suffix in _EVIDENCE_SUFFIXES:
        return _unknown(ContentMismatchError(suffix, "网页" if kind == "html" else "文本"))
    return Identity(FileKind.IGNORED, TextFileError())
