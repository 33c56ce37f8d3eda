"""What a file is, by its content."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from PIL import Image

from ingest.plain_text import decode_text, find_text_kind
from ingest.sniff import FileKind, identify, sniff


def _image(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (20, 30), "white").save(buffer, kind)
    return buffer.getvalue()


def _zip(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _xlsx() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def _xls() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("表")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _ods() -> bytes:
    buffer = io.BytesIO()
    OpenDocumentSpreadsheet().write(buffer)
    return buffer.getvalue()


def _odt() -> bytes:
    buffer = io.BytesIO()
    OpenDocumentText().write(buffer)
    return buffer.getvalue()


def _compound(stream: str) -> bytes:
    """Build the skeleton of an old office file with one stream."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30] = 9
    root = "Root Entry\0".encode("utf-16-le").ljust(128, b"\0")
    return bytes(header) + root + (stream + "\0").encode("utf-16-le").ljust(128, b"\0") + bytes(256)


_TYPES = "[Content_Types].xml"
_TABLE = "姓名,性别,证件号码\n张三,男,610103199001010015\n李四,女,610103199001010023\n"

CASES: list[tuple[str, bytes, FileKind, str | None]] = [
    ("a.xlsx", _xlsx(), FileKind.SHEET, None),
    ("a.jpg", _xlsx(), FileKind.SHEET, None),
    ("a.xls", _xls(), FileKind.SHEET, None),
    ("a.et", _compound("Workbook"), FileKind.SHEET, None),
    ("a.xlsx", _compound("EncryptedPackage"), FileKind.SHEET, None),
    ("a.ods", _ods(), FileKind.SHEET, None),
    ("a.csv", _TABLE.encode(), FileKind.SHEET, None),
    ("a.txt", _TABLE.encode("gb18030"), FileKind.SHEET, None),
    ("a.txt", _TABLE.replace(",", "\t").encode("utf-16"), FileKind.SHEET, None),
    ("a.xls", "<html><body><table><tr><td>姓名".encode("gb18030"), FileKind.SHEET, None),
    ("a.pdf", b"%PDF-1.4\n%%EOF", FileKind.PDF, None),
    ("scan", b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.7\n", FileKind.PDF, None),
    ("a.pdf", b"\n7 0 obj\n<< /Type /Page >>\nendobj", FileKind.PDF, None),
    ("a.jpg", _image("JPEG"), FileKind.IMAGE, None),
    ("a.pdf", _image("PNG"), FileKind.IMAGE, None),
    ("a", _image("BMP"), FileKind.IMAGE, None),
    ("a", _image("TIFF"), FileKind.IMAGE, None),
    ("a", _image("WEBP"), FileKind.IMAGE, None),
    ("a", _image("GIF"), FileKind.IMAGE, None),
    ("a.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", FileKind.IMAGE, None),
    ("a.heic", b"\0\0\0\x1cftypXXXX\0\0\0\0mif1heic", FileKind.IMAGE, None),
    ("a.zip", _zip(**{"张三.jpg": b"x"}), FileKind.ARCHIVE, None),
    ("a.zip", _zip(), FileKind.ARCHIVE, None),
    ("a.docx", _zip(**{_TYPES: b"", "word/document.xml": b""}), FileKind.UNKNOWN, "unsupported_document"),
    ("a.pptx", _zip(**{_TYPES: b"", "ppt/x.xml": b""}), FileKind.UNKNOWN, "unsupported_document"),
    ("a.ofd", _zip(**{"OFD.xml": b"", "Doc_0/x.xml": b""}), FileKind.UNKNOWN, "unsupported_document"),
    ("a.odt", _odt(), FileKind.UNKNOWN, "unsupported_document"),
    ("a.doc", _compound("WordDocument"), FileKind.UNKNOWN, "unsupported_document"),
    ("a.rtf", b"{\\rtf1 x}", FileKind.UNKNOWN, "unsupported_document"),
    ("a.rar", b"Rar!\x1a\x07\x01\0", FileKind.UNKNOWN, "unsupported_archive"),
    ("a.zip", b"7z\xbc\xaf\x27\x1c", FileKind.UNKNOWN, "unsupported_archive"),
    ("a.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42", FileKind.UNKNOWN, "unknown_format"),
    ("a.jpg", bytes(5000), FileKind.UNKNOWN, "unknown_format"),
    ("a.jpg", b"", FileKind.UNKNOWN, "empty_file"),
    ("a.jpg", b"<html><body>404 Not Found", FileKind.UNKNOWN, "content_mismatch"),
    ("a.pdf", "请到系统下载".encode(), FileKind.UNKNOWN, "content_mismatch"),
    ("说明.txt", "本批材料共三人，请查收。\n谢谢。".encode("gb18030"), FileKind.IGNORED, "text_file"),
    ("truth.json", b'{"a": [1, 2, 3], "b": 1}', FileKind.IGNORED, "text_file"),
    ("sub/Thumbs.db", _compound("Workbook"), FileKind.IGNORED, "system_file"),
    ("desktop.ini", b"[.ShellClassInfo]", FileKind.IGNORED, "system_file"),
    (".DS_Store", b"\0\0\0\1Bud1", FileKind.IGNORED, "system_file"),
    ("__MACOSX/._a.jpg", b"\0\5\x16\7", FileKind.IGNORED, "system_file"),
    (".gitkeep", b"", FileKind.IGNORED, "system_file"),
    ("~$汇总表.xlsx", b"\4user", FileKind.IGNORED, "lock_file"),
    (".~lock.汇总表.ods#", b",user", FileKind.IGNORED, "lock_file"),
    ("~WRL0001.tmp", _compound("WordDocument"), FileKind.IGNORED, "temporary_file"),
    ("证书.lnk", b"L\0\0\0", FileKind.IGNORED, "shortcut"),
]


@pytest.mark.parametrize(("name", "content", "kind", "code"), CASES)
def test_content_decides(tmp_path: Path, name: str, content: bytes, kind: FileKind, code: str | None) -> None:
    path = tmp_path / "content"
    path.write_bytes(content)
    identity = identify(path, name)
    assert identity.kind is kind
    assert (identity.problem.code if identity.problem else None) == code


def test_word_with_an_embedded_workbook_is_word(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    embedded = ("Workbook\0").encode("utf-16-le").ljust(128, b"\0")
    path.write_bytes(_compound("WordDocument") + embedded)
    assert sniff(path) is FileKind.UNKNOWN


def test_xlsx_without_its_end_is_still_a_sheet(tmp_path: Path) -> None:
    """The sheet reader then says that it is damaged; as an archive it would be said wrongly."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(_zip(**{_TYPES: b"", "xl/workbook.xml": b"x" * 100})[:-60])
    assert sniff(path) is FileKind.SHEET


def test_missing_file_is_unknown(tmp_path: Path) -> None:
    identity = identify(tmp_path / "none.pdf", "none.pdf")
    assert identity.problem is not None
    assert identity.problem.code == "file_access"


def test_refusals_say_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"Rar!\x1a\x07\x01\0")
    problem = identify(path, "材料.rar").problem
    assert problem is not None
    assert problem.message == "这是 RAR 压缩包，不能直接读取。请先解压，或改用 ZIP 格式后再提交。"


def test_prose_with_a_few_commas_is_no_table() -> None:
    text = "Dear all, please find enclosed, as asked, three files.\nRegards, Li\nPS: none"
    assert find_text_kind(text, ".txt") == "text"


def test_character_cut_at_the_end_is_left_out() -> None:
    content = ("证" * 10).encode("gb18030")[:-1]
    assert decode_text(content) == "证" * 9


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([".txt", ".csv", ".jpg", ""]))
def test_any_text_gets_a_kind(content: bytes, suffix: str) -> None:
    text = decode_text(content)
    assert text is None or find_text_kind(text, suffix) in {"table", "html", "mhtml", "rtf", "text"}
