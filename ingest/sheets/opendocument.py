"""What lies in the XML of an .ods and calamine does not tell: hidden rows, merged cells, errors.

Repeated rows and cells are counted, not laid out; repeats without content reach nowhere.
"""

import zipfile
from pathlib import Path
from xml.parsers import expat

from ingest.sheets.errors import DamagedSheetError, EncryptedSheetError
from ingest.sheets.grid import Merge
from ingest.sheets.hidden_parts import HiddenParts
from ingest.sheets.ooxml import check_unpacked_size, parse_xml, read_chunks

_MAX_HIDDEN_ROWS = 1_048_576


def scan_opendocument(path: Path) -> dict[str, HiddenParts]:
    """Scan all tables of an .ods.

    Raises:
        EncryptedSheetError: The manifest says that the content is encrypted.
        DamagedSheetError: A part is missing or broken.
        SheetTooLargeError: Unpacked it is too large, or filled cells lie too far apart.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_unpacked_size(archive)
            _refuse_encryption(archive)
            scan = _ContentScan()
            parse_xml(read_chunks(archive, "content.xml"), start=scan.start, end=scan.end, text=scan.text)
    except (zipfile.BadZipFile, expat.ExpatError, EOFError, KeyError, ValueError, OSError) as error:
        raise DamagedSheetError("OpenDocument 内容不完整") from error
    except (NotImplementedError, RuntimeError) as error:
        raise DamagedSheetError("压缩方式不受支持") from error
    for name, parts in scan.tables.items():
        parts.check_reach(name)
    return scan.tables


def _refuse_encryption(archive: zipfile.ZipFile) -> None:
    if "META-INF/manifest.xml" not in archive.namelist():
        return
    encrypted: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        if name == "encryption-data":
            encrypted.append(name)

    parse_xml(read_chunks(archive, "META-INF/manifest.xml"), start=start)
    if encrypted:
        raise EncryptedSheetError


class _ContentScan:
    """One pass over content.xml."""

    def __init__(self) -> None:
        self.tables: dict[str, HiddenParts] = {}
        self._parts = HiddenParts()
        self._row = 0
        self._column = 0
        self._depth = 0
        self._row_repeat = 1
        self._cell: dict[str, str] = {}
        self._filled = False
        self._shown = ""
        self._ignored = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._depth += 1
            if self._depth == 1:
                self._parts = self.tables.setdefault(attributes.get("table:name", ""), HiddenParts())
                self._row = 0
        elif self._depth != 1:
            return
        elif name == "table-row":
            self._column = 0
            self._row_repeat = _count(attributes, "table:number-rows-repeated")
            if attributes.get("table:visibility", "visible") != "visible":
                last = min(self._row + self._row_repeat, _MAX_HIDDEN_ROWS)
                self._parts.hidden_rows.update(range(self._row, last))
        elif name in ("table-cell", "covered-table-cell"):
            self._cell = attributes
            self._filled = "office:value-type" in attributes and name == "table-cell"
            self._shown = ""
        elif name == "annotation":
            self._ignored += 1

    def text(self, text: str) -> None:
        if self._depth == 1 and not self._ignored and len(self._shown) < 64:
            self._shown += text

    def end(self, name: str) -> None:
        if name == "table":
            self._depth -= 1
        elif self._depth != 1:
            return
        elif name == "annotation":
            self._ignored -= 1
        elif name == "table-row":
            self._row += self._row_repeat
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()

    def _end_cell(self) -> None:
        repeat = _count(self._cell, "table:number-columns-repeated")
        shown = self._shown.strip()
        if self._filled or shown:
            self._parts.reach(self._row, self._column)
            self._parts.reach(self._row + self._row_repeat - 1, self._column + repeat - 1)
            if shown.startswith(("#", "Err:")) and "table:formula" in self._cell:
                self._parts.broken[self._row, self._column] = shown
        height = _count(self._cell, "table:number-rows-spanned")
        width = _count(self._cell, "table:number-columns-spanned")
        if height > 1 or width > 1:
            self._parts.merges.append(
                Merge(self._row, self._column, self._row + height - 1, self._column + width - 1)
            )
        self._column += repeat


def _count(attributes: dict[str, str], name: str) -> int:
    return max(1, int(attributes.get(name, "1")))
