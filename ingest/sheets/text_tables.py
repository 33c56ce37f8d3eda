"""CSV and tab-separated text, whatever it is called."""

import csv
import re
from collections.abc import Iterator
from itertools import islice

import charset_normalizer

from ingest.limits import IngestLimits
from ingest.sheets.errors import DamagedSheetError
from ingest.sheets.grid import Grid, GridBuilder

_DELIMITERS = (",", "\t", ";", "|", "，")
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_PROTECTED = re.compile(r'^="(.*)"$', re.DOTALL)
_SEPARATOR_LINE = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)
_PROBE_LINES = 60
_MAX_DAMAGED_SHARE = 0.001
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode_text(data: bytes) -> str | None:
    """Decode text; ``None`` when the bytes are no text.

    Order: byte order mark, strict UTF-8, UTF-16 by its zero bytes, strict GB18030 (never GB2312: 珺 and 喆
    are outside it), then, if a few bytes are broken, GB18030 or UTF-8 with U+FFFD in their places, which
    the cells report. Last a guess by charset-normalizer, e.g. Big5.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            skip = len(mark) if encoding == "utf-8" else 0
            return _checked(data[skip:].decode(encoding, errors="replace"))
    for encoding in ("utf-8", *_utf16_without_mark(data), "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    candidates = [data.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")]
    best = min(candidates, key=lambda text: text.count("\ufffd"))
    if best.count("\ufffd") <= max(3, _MAX_DAMAGED_SHARE * len(best)) and not _CONTROL.search(best):
        return best
    guess = charset_normalizer.from_bytes(data[: 1 << 20]).best()
    if guess is None or guess.encoding == "ascii":
        return None
    return _checked(data.decode(guess.encoding, errors="replace"))


def read_text_table(text: str, *, name: str, limits: IngestLimits) -> Grid:
    """Read delimited text; row indices are those of the records, as a spreadsheet program counts them.

    Raises:
        DamagedSheetError: Quotes never close or a field is of absurd length.
        SheetTooLargeError: See ``GridBuilder``.
    """
    separator = _SEPARATOR_LINE.match(text)
    delimiter = separator[1] if separator else _guess_delimiter(text)
    if separator:
        text = text[separator.end() :]
    builder = GridBuilder(name, limits)
    for row_index, fields in enumerate(_records(text, delimiter)):
        builder.add_row(row_index, (_unprotect(value) for value in fields))
    return Grid(name, builder.cells, is_text=True, knows_merges=False)


def _checked(text: str) -> str | None:
    return None if _CONTROL.search(text) else text


def _utf16_without_mark(data: bytes) -> tuple[str, ...]:
    sample = data[:4096]
    if len(data) % 2 or b"\x00" not in sample:
        return ()
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    try:
        yield from csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    except csv.Error as error:
        raise DamagedSheetError("文本表格的引号或分隔符不完整") from error


def _guess_delimiter(text: str) -> str:
    """Take the delimiter that cuts most lines into the same number of parts, the more parts the better."""

    def regularity(delimiter: str) -> int:
        try:
            widths = [len(fields) for fields in islice(_records(text, delimiter), _PROBE_LINES)]
        except DamagedSheetError:
            return 0
        most = max(set(widths), key=lambda width: widths.count(width) * (width - 1), default=0)
        return widths.count(most) * (most - 1)

    return max(_DELIMITERS, key=regularity)


def _unprotect(value: str) -> str:
    """Undo ``="0123"``, the trick that keeps Excel from eating leading zeros."""
    match = _PROTECTED.match(value.strip())
    return match[1] if match else value
