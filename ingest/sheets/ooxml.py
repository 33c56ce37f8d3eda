"""What lies in the XML of an .xlsx and calamine does not tell: hidden rows, error cells, formats.

The same pass measures how far the filled cells reach, whatever the workbook declares, and reads every
byte that calamine will read, so that a zip bomb or a broken member ends here.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from ingest.sheets.errors import DamagedSheetError, SheetTooLargeError
from ingest.sheets.grid import FORMULA_WITHOUT_VALUE
from ingest.sheets.hidden_parts import HiddenParts
from ingest.sheets.number_formats import NumberFormat, builtin_number_format, parse_number_format

MIB = 1024 * 1024
MAX_PART_BYTES = 768 * MIB
"""Of all parts together, unpacked. Two million ordinary cells are about 120 MiB of XML."""

_CHUNK_BYTES = 1 * MIB
_REFERENCE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")


def scan_ooxml(path: Path) -> dict[str, HiddenParts]:
    """Scan all worksheets of an .xlsx.

    Raises:
        DamagedSheetError: A part is missing, broken, or has a document type declaration.
        SheetTooLargeError: Unpacked it is too large, or filled cells lie too far apart.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _scan_archive(archive)
    except (zipfile.BadZipFile, expat.ExpatError, EOFError, KeyError, ValueError, OSError) as error:
        raise DamagedSheetError(_reason(error)) from error
    except (NotImplementedError, RuntimeError) as error:
        raise DamagedSheetError("压缩方式不受支持") from error


def _reason(error: Exception) -> str:
    if isinstance(error, expat.ExpatError):
        return "内部的 XML 不完整"
    return "内部缺少必要的部分" if isinstance(error, KeyError) else "压缩包不完整"


def parse_xml(
    chunks: Generator[bytes, None, None],
    *,
    start: Callable[[str, dict[str, str]], None] | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run handlers over XML; names come without their namespace.

    Raises:
        expat.ExpatError: Not well-formed.
        ValueError: It declares a document type; entity bombs live there and no workbook needs one.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise ValueError("document type declaration")

    parser.StartDoctypeDeclHandler = refuse
    if start is not None:
        parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    # A half-read member would keep the whole package open.
    with closing(chunks):
        for chunk in chunks:
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def read_chunks(archive: zipfile.ZipFile, name: str) -> Generator[bytes, None, None]:
    """Unpack one member piece by piece.

    Raises:
        BadZipFile: The data cannot be unpacked, or its checksum is wrong (known at the end only).
    """
    with archive.open(name) as member:
        try:
            while chunk := member.read(_CHUNK_BYTES):
                yield chunk
        except zlib.error as error:
            raise zipfile.BadZipFile(str(error)) from error


def check_unpacked_size(archive: zipfile.ZipFile) -> None:
    """Refuse a package that unpacks to too much; members cannot yield more than they declare.

    Raises:
        SheetTooLargeError: The sum is above ``MAX_PART_BYTES``.
    """
    xml_bytes = sum(
        info.file_size
        for info in archive.infolist()
        if info.filename.lower().endswith((".xml", ".rels", ".bin"))
    )
    if xml_bytes > MAX_PART_BYTES:
        raise SheetTooLargeError(f"文件解压后有 {xml_bytes // MIB} MB", f"{MAX_PART_BYTES // MIB} MB")


def _scan_archive(archive: zipfile.ZipFile) -> dict[str, HiddenParts]:
    check_unpacked_size(archive)
    names = {info.filename.lower(): info.filename for info in archive.infolist()}
    workbook = _workbook_part(archive, names)
    targets = _relation_targets(archive, names, workbook)
    formats = _style_formats(archive, names, workbook)
    for name in names.values():
        # Whatever calamine will unpack must end where it says it ends.
        if name.lower().endswith("sharedstrings.xml"):
            for _ in read_chunks(archive, name):
                pass
    sheets, uses_1904 = _list_sheets(archive, workbook)
    found: dict[str, HiddenParts] = {}
    for sheet_name, relation in sheets:
        target = names.get(targets.get(relation, "").lower())
        if target is None or "worksheet" not in target.lower():
            continue
        parts = _WorksheetScan(formats).run(read_chunks(archive, target))
        parts.uses_1904 = uses_1904
        parts.check_reach(sheet_name)
        found[sheet_name] = parts
    return found


def _workbook_part(archive: zipfile.ZipFile, names: dict[str, str]) -> str:
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    root = names.get("_rels/.rels")
    if root is not None:
        parse_xml(read_chunks(archive, root), start=start)
    return names[(found[0] if found else "xl/workbook.xml").lower()]


def _relation_targets(archive: zipfile.ZipFile, names: dict[str, str], workbook: str) -> dict[str, str]:
    folder = PurePosixPath(workbook).parent
    targets: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else str(folder / target)
            targets[attributes.get("Id", "")] = full

    relations = names.get(f"{folder}/_rels/{PurePosixPath(workbook).name}.rels".lower())
    if relations is not None:
        parse_xml(read_chunks(archive, relations), start=start)
    return targets


def _list_sheets(archive: zipfile.ZipFile, workbook: str) -> tuple[list[tuple[str, str]], bool]:
    sheets: list[tuple[str, str]] = []
    uses_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal uses_1904
        if name == "workbookPr":
            uses_1904 = attributes.get("date1904", "").lower() in ("1", "true", "on")
        elif name == "sheet":
            relation = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            sheets.append((attributes.get("name", ""), relation))

    parse_xml(read_chunks(archive, workbook), start=start)
    return sheets, uses_1904


def _style_formats(archive: zipfile.ZipFile, names: dict[str, str], workbook: str) -> dict[int, NumberFormat]:
    """Return the formats that matter, by cell style index."""
    styles = names.get(str(PurePosixPath(workbook).parent / "styles.xml").lower())
    if styles is None:
        return {}
    codes: dict[int, str] = {}
    format_ids: list[int] = []
    inside_cell_formats = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside_cell_formats
        if name == "numFmt":
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside_cell_formats = True
        elif name == "xf" and inside_cell_formats:
            format_ids.append(int(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        nonlocal inside_cell_formats
        if name == "cellXfs":
            inside_cell_formats = False

    parse_xml(read_chunks(archive, styles), start=start, end=end)
    found: dict[int, NumberFormat] = {}
    for index, format_id in enumerate(format_ids):
        parsed = (
            parse_number_format(codes[format_id]) if format_id in codes else builtin_number_format(format_id)
        )
        if parsed is not None:
            found[index] = parsed
    return found


class _WorksheetScan:
    """One pass over one worksheet part."""

    def __init__(self, formats: dict[int, NumberFormat]) -> None:
        self._formats = formats
        self._parts = HiddenParts()
        self._row = -1
        self._column = -1
        self._cell_type = ""
        self._style = 0
        self._has_formula = False
        self._has_value = False
        self._inside_value = False
        self._value = ""

    def run(self, chunks: Generator[bytes, None, None]) -> HiddenParts:
        parse_xml(chunks, start=self._start, end=self._end, text=self._text)
        return self._parts

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
            if attributes.get("hidden") in ("1", "true"):
                self._parts.hidden_rows.add(self._row)
        elif name in ("v", "t"):
            self._inside_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self._parts.hidden_columns.update(range(first - 1, min(last, 16_384)))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        match = _REFERENCE.match(attributes.get("r", ""))
        if match:
            self._row, self._column = int(match[2]) - 1, column_index(match[1])
        else:
            self._column += 1
        self._cell_type = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._has_formula = self._has_value = False
        self._value = ""

    def _text(self, text: str) -> None:
        if self._inside_value:
            self._has_value = True
            if self._cell_type == "e":
                self._value += text

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self._inside_value = False
        elif name == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        position = (self._row, self._column)
        if self._cell_type == "e" and self._has_value:
            self._parts.broken[position] = self._value
        elif self._has_formula and not self._has_value and self._cell_type != "str":
            self._parts.broken[position] = FORMULA_WITHOUT_VALUE
        if not self._has_value:
            return
        self._parts.reach(*position)
        if self._cell_type in ("n", "d") and self._style in self._formats:
            self._parts.formats[position] = self._formats[self._style]


def column_index(letters: str) -> int:
    """Return the 0-based column of ``A``, ``Z``, ``AA``."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
