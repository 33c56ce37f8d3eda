"""Whether a text file is a table: the question behind .csv, .xls made of HTML and readme files."""

import re
from collections import Counter
from typing import Literal

TextKind = Literal["table", "html", "mhtml", "rtf", "text"]

_DELIMITERS = "\t,;|"
_LABELS = ("姓名", "证件号码", "身份证", "工作单位", "资格名称", "职称", "授予时间", "证书号码", "证书编号")


_ODD = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x9f\ufffd]")


def decode_text(head: bytes) -> str | None:
    """Decode the beginning of a text file, ``None`` when it is not text.

    A character cut off at the end is left out.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
        head = head[: len(head) // 2 * 2]
    elif head.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        if b"\0" in head:
            return None
        encodings = ["utf-8", "gb18030"]
        # Two-byte UTF-8 is Latin, Greek or Cyrillic; in China the same bytes are GBK.
        if re.search(rb"[\xc2-\xdf][\x80-\xbf]", head) and not re.search(rb"[\xe0-\xf4][\x80-\xbf]{2}", head):
            encodings.reverse()
    for encoding in encodings:
        for cut in range(4):
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError as error:
                if error.end < len(head) - cut - 4:
                    break
            else:
                return text if _is_readable(text) else None
    return None


def _is_readable(text: str) -> bool:
    """Tell text from bytes that decode by accident."""
    odd = len(_ODD.findall(text))
    return odd * 100 <= len(text)


def find_text_kind(text: str, suffix: str) -> TextKind:
    """Tell what a text is.

    Args:
        text: Its beginning.
        suffix: The file's extension, lower case with the dot. A text called .csv counts as a
            table even when no table is seen, so that the sheet reader says what it misses.
    """
    start = text.lstrip("\ufeff \t\r\n")[:2000].lower()
    if start.startswith("{\\rtf"):
        return "rtf"
    if start.startswith("mime-version:") and "multipart/related" in start:
        return "mhtml"
    if "urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "table"
    if re.search(r"<(!doctype html|html|head|body|table|meta)\b", start):
        # Exporters write an HTML table and call it .xls; a saved web page keeps its own name.
        is_page = suffix in {".htm", ".html", ".xhtml"}
        return "table" if re.search(r"<table\b", text, re.IGNORECASE) and not is_page else "html"
    if suffix in {".csv", ".tsv"} or _has_columns(text, start):
        return "table"
    return "text"


def _has_columns(text: str, start: str) -> bool:
    """Tell whether the lines fall into columns of a delimiter."""
    if start.startswith(("{", "[", "<")):
        return False
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    for delimiter in _DELIMITERS:
        for line in lines:
            cells = line.split(delimiter)
            if len(cells) >= 3 and sum(any(label in cell for label in _LABELS) for cell in cells) >= 2:
                return True
        counts = Counter(line.count(delimiter) for line in lines)
        count, times = counts.most_common(1)[0] if counts else (0, 0)
        if count >= 2 and times >= 3 and times * 10 >= len(lines) * 8:
            return True
    return False
