"""What lies in the records of an .xls and calamine does not tell: hidden rows, errors, formats, passwords.

Records as in MS-XLS; only BIFF8 (Excel 97 and later, WPS) is looked into.
"""

import struct
from collections.abc import Iterator

from ingest.sheets.compound_file import CompoundFile
from ingest.sheets.errors import DamagedSheetError, EncryptedSheetError, NotASheetError
from ingest.sheets.hidden_parts import HiddenParts
from ingest.sheets.number_formats import NumberFormat, builtin_number_format, parse_number_format

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _DATE1904 = 0x809, 0x0A, 0x2F, 0x85, 0x22
_FORMAT, _XF, _ROW, _COLINFO = 0x41E, 0xE0, 0x208, 0x7D
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _FORMULA, _BOOLERR = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0x06, 0x205
_CELLS = frozenset((_NUMBER, _RK, _LABELSST, _LABEL, _FORMULA, _BOOLERR))
_HIDDEN_ROW = 0x20
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def scan_biff(data: bytes) -> dict[str, HiddenParts]:
    """Scan all worksheets of an .xls.

    Raises:
        EncryptedSheetError: The workbook, .xls or .xlsx, is encrypted.
        NotASheetError: The compound file is a Word document or the like.
        DamagedSheetError: There is no workbook in it, or it breaks off.
        SheetTooLargeError: Filled cells lie too far apart.
    """
    try:
        stream = _workbook_stream(CompoundFile(data))
        found = _scan_workbook(stream)
    except (struct.error, ValueError, IndexError) as error:
        raise DamagedSheetError("内部结构不完整") from error
    for name, parts in found.items():
        parts.check_reach(name)
    return found


def _workbook_stream(container: CompoundFile) -> bytes:
    names = container.names
    if "EncryptedPackage" in names:
        raise EncryptedSheetError
    if "WordDocument" in names:
        raise NotASheetError("Word 文档")
    if "PowerPoint Document" in names:
        raise NotASheetError("演示文稿")
    stream = container.read("Workbook") or container.read("Book")
    if not stream:
        raise ValueError("no workbook stream")
    return stream


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream, its end excluded; a cut-off record ends it too."""
    place = start
    depth = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        body = stream[place + 4 : place + 4 + length]
        if len(body) < length:
            return
        place += 4 + length
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        if depth <= 1:
            yield kind, body


def _scan_workbook(stream: bytes) -> dict[str, HiddenParts]:
    codes: dict[int, str] = {}
    style_formats: list[int] = []
    sheets: list[tuple[str, int]] = []
    uses_1904 = False
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise EncryptedSheetError
        if kind == _BOF and struct.unpack_from("<H", body)[0] != 0x600:
            return {}
        if kind == _DATE1904:
            uses_1904 = body[:1] == b"\x01"
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _long_text(body[2:])
        elif kind == _XF:
            style_formats.append(struct.unpack_from("<2xH", body)[0])
        elif kind == _BOUNDSHEET and body[5] == 0:
            sheets.append((_short_text(body[6:]), struct.unpack_from("<I", body)[0]))
    formats: dict[int, NumberFormat] = {}
    for style, format_id in enumerate(style_formats):
        code = codes.get(format_id)
        parsed = parse_number_format(code) if code is not None else builtin_number_format(format_id)
        if parsed is not None:
            formats[style] = parsed
    found: dict[str, HiddenParts] = {}
    for name, offset in sheets:
        found[name] = _scan_sheet(stream, offset, formats)
        found[name].uses_1904 = uses_1904
    return found


def _scan_sheet(stream: bytes, offset: int, formats: dict[int, NumberFormat]) -> HiddenParts:
    parts = HiddenParts()
    for kind, body in _records(stream, offset):
        if kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", body)
            if flags & _HIDDEN_ROW:
                parts.hidden_rows.add(row)
        elif kind == _COLINFO:
            first, last, options = struct.unpack_from("<HH4xH", body)
            if options & 1:
                parts.hidden_columns.update(range(first, min(last, 255) + 1))
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", body)
            for i in range((len(body) - 6) // 6):
                _note_cell(parts, row, first + i, struct.unpack_from("<H", body, 4 + 6 * i)[0], formats)
        elif kind in _CELLS:
            row, column, style = struct.unpack_from("<HHH", body)
            _note_cell(parts, row, column, style, formats if kind in (_NUMBER, _RK, _FORMULA) else {})
            error = _error_code(kind, body)
            if error is not None:
                parts.broken[row, column] = _ERRORS.get(error, "#?")
    return parts


def _note_cell(
    parts: HiddenParts, row: int, column: int, style: int, formats: dict[int, NumberFormat]
) -> None:
    parts.reach(row, column)
    if style in formats:
        parts.formats[row, column] = formats[style]


def _error_code(kind: int, body: bytes) -> int | None:
    if kind == _BOOLERR and body[7]:
        return body[6]
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None


def _short_text(body: bytes) -> str:
    return _characters(body[2:], body[0], wide=bool(body[1] & 1))


def _long_text(body: bytes) -> str:
    return _characters(body[3:], struct.unpack_from("<H", body)[0], wide=bool(body[2] & 1))


def _characters(body: bytes, count: int, *, wide: bool) -> str:
    if wide:
        return body[: 2 * count].decode("utf-16-le", errors="replace")
    return body[:count].decode("latin-1")
