"""``read_sheets``: from a file of any kind to its title tables."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from domain.records import SheetTable
from ingest.limits import MIB, IngestLimits
from ingest.sheets.biff import scan_biff
from ingest.sheets.errors import (
    DamagedSheetError,
    EmptySheetError,
    NotASheetError,
    NotATitleSheetError,
    SheetTooLargeError,
)
from ingest.sheets.forms import is_sideways, read_forms
from ingest.sheets.grid import Grid
from ingest.sheets.headers import NEEDED, nearest_labels
from ingest.sheets.html_tables import declared_charset, looks_like_html, read_html_tables
from ingest.sheets.ooxml import scan_ooxml
from ingest.sheets.opendocument import scan_opendocument
from ingest.sheets.tables import read_tables
from ingest.sheets.text_tables import decode_text, read_text_table
from ingest.sheets.workbooks import read_workbook

_MAX_TEXT_BYTES = 256 * MIB
_MAX_LISTED = 24
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", " PDF 文件"),
    (b"\xff\xd8\xff", "图片（JPEG）"),
    (b"\x89PNG", "图片（PNG）"),
    (b"II*\x00", "图片（TIFF）"),
    (b"MM\x00*", "图片（TIFF）"),
    (b"GIF8", "图片（GIF）"),
    (b"Rar!", "压缩包（RAR）"),
    (b"7z\xbc\xaf", "压缩包（7z）"),
    (b"{\\rtf", "文字文档（RTF）"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BIFF = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)


def read_sheets(path: Path, *, file: str, limits: IngestLimits) -> tuple[SheetTable, ...]:
    """Read every title table of a sheet file; what the file is, its content says, not its name.

    Args:
        path: The file.
        file: Its path inside the batch, forward slashes; goes into the tables.
        limits: Bytes, rows and cells that a sheet may have.

    Returns:
        At least one table with at least one row, in the order of the workbook.

    Raises:
        EncryptedSheetError: It wants a password.
        DamagedSheetError: It breaks off or is malformed.
        SheetTooLargeError: It is beyond the limits.
        EmptySheetError: It holds nothing, or a header without persons.
        NotASheetError: It is a picture, a PDF, a text document.
        NotATitleSheetError: It holds tables, but none with the columns of Annex 2.
    """
    try:
        size_bytes = path.stat().st_size
        if size_bytes > limits.max_file_bytes:
            raise SheetTooLargeError(f"文件有 {size_bytes // MIB} MB", f"{limits.max_file_bytes // MIB} MB")
        grids = _read_grids(path, limits=limits)
    except OSError as error:
        raise DamagedSheetError("文件打不开") from error
    return _tables_of(grids, file=file)


def _read_grids(path: Path, *, limits: IngestLimits) -> list[Grid]:
    with path.open("rb") as opened:
        head = opened.read(16)
    if not head:
        raise EmptySheetError("文件是空的（0 字节）")
    for magic, really in _OTHER_KINDS:
        if head.startswith(magic):
            raise NotASheetError(really)
    if head[4:8] == b"ftyp":
        raise NotASheetError("图片或视频（HEIC、MP4）")
    if head.startswith(_ZIP):
        return _read_zip_workbook(path, limits=limits)
    if head.startswith((_OLE, *_OLD_BIFF)):
        return _read_old_workbook(path, limits=limits)
    return _read_text_file(path, limits=limits)


def _read_zip_workbook(path: Path, *, limits: IngestLimits) -> list[Grid]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
            mimetype = archive.read("mimetype") if "mimetype" in archive.namelist() else b""
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise DamagedSheetError("压缩包不完整") from error
    if any(name.endswith("workbook.bin") for name in names):
        raise NotASheetError("二进制工作簿（.xlsb），请用表格软件另存为 .xlsx")
    if b"opendocument" in mimetype and b"spreadsheet" not in mimetype:
        raise NotASheetError("文字或演示文档（OpenDocument）")
    if b"spreadsheet" in mimetype or ("content.xml" in names and "[content_types].xml" not in names):
        return read_workbook(path, scan_opendocument(path), limits=limits)
    if any(name.startswith("word/") for name in names):
        raise NotASheetError("Word 文档")
    if any(name.startswith("ppt/") for name in names):
        raise NotASheetError("演示文稿")
    if "[content_types].xml" not in names and not any(name.endswith("workbook.xml") for name in names):
        raise NotASheetError("压缩包")
    return read_workbook(path, scan_ooxml(path), limits=limits)


def _read_old_workbook(path: Path, *, limits: IngestLimits) -> list[Grid]:
    data = path.read_bytes()
    # Workbooks older than Excel 5 have no container; calamine says what it can make of them.
    hidden = scan_biff(data) if data.startswith(_OLE) else {}
    return read_workbook(path, hidden, limits=limits)


def _read_text_file(path: Path, *, limits: IngestLimits) -> list[Grid]:
    if path.stat().st_size > _MAX_TEXT_BYTES:
        raise SheetTooLargeError("文本表格过大", f"{_MAX_TEXT_BYTES // MIB} MB")
    data = path.read_bytes()
    text = decode_text(data)
    if text is None:
        raise NotASheetError("无法识别的二进制数据")
    if not text.strip():
        raise EmptySheetError("文件里没有任何文字")
    if looks_like_html(text):
        charset = declared_charset(data)
        if charset == "gb18030":
            text = data.decode("gb18030", errors="replace")
        return [read_html_tables(text, name="Sheet1", limits=limits)]
    return [read_text_table(text, name="Sheet1", limits=limits)]


def _tables_of(grids: Sequence[Grid], *, file: str) -> tuple[SheetTable, ...]:
    filled = [grid for grid in grids if grid.cells]
    if not filled:
        raise EmptySheetError("表格里没有任何内容")
    tables: list[SheetTable] = []
    strangers: list[str] = []
    headers_seen = False
    for grid in filled:
        found = read_tables(grid, file=file)
        if not found and not is_sideways(grid):
            found = read_forms(grid, file=file)
        headers_seen = headers_seen or bool(found)
        used = [table for table in found if table.rows]
        tables.extend(used)
        if not used:
            strangers.append(grid.name)
    if not tables and headers_seen:
        raise EmptySheetError("找到了表头，但下面没有一条人员记录")
    if not tables:
        raise _not_understood(filled)
    return _with_strangers(tables, strangers)


def _not_understood(filled: Sequence[Grid]) -> NotATitleSheetError:
    best = max(filled, key=lambda grid: (len(nearest_labels(grid)[1]), -filled.index(grid)))
    texts, fields = nearest_labels(best)
    missing = [name.label for name in NEEDED if name not in fields]
    if any(is_sideways(grid) for grid in filled):
        detail = "表格是横着排的，每人占一列；请改成每人一行。"
    elif len(fields) >= 2:
        detail = f"工作表“{best.name}”里最像表头的一行缺少{'、'.join(missing)}。"
    else:
        detail = f"工作表“{best.name}”里没有像表头的一行。"
    looked_for = [name.label for name in NEEDED[:1]] + [
        "、".join(name.label for name in NEEDED[1:]) + "（后四项至少要有一项）"
    ]
    return NotATitleSheetError(looked_for=looked_for, found=texts[:_MAX_LISTED], detail=detail)


def _with_strangers(tables: list[SheetTable], strangers: Sequence[str]) -> tuple[SheetTable, ...]:
    if strangers:
        listed = "、".join(f"“{name}”" for name in strangers[:_MAX_LISTED])
        remark = f"工作表{listed}里没有职称人员，没有核对。"
        tables[0] = replace(tables[0], remarks=(*tables[0].remarks, remark))
    return tuple(tables)
