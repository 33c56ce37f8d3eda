"""The typeface of letters: it comes with the product, because a server may have no fonts at all."""

import io
import lzma
from functools import cache
from pathlib import Path
from threading import Lock

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_FILE = Path(__file__).parent / "font" / "NotoSerifSC-GBK.ttf.xz"
_NAME = "ZhengheSerif"
EMPTY_BOX = "□"
"""Stands for a character that the typeface lacks; people write it in by hand."""

_loading = Lock()


def register_typeface() -> str:
    """Make the typeface known to ``reportlab`` and return its name. Takes about a second once a process."""
    with _loading:
        _typeface()
    return _NAME


def replace_unknown(text: str) -> str:
    """Return the text with an empty box for every character that the typeface lacks."""
    with _loading:
        known = _typeface().face.charToGlyph
    return "".join(c if ord(c) in known else EMPTY_BOX for c in text)


@cache
def _typeface() -> TTFont:
    font = TTFont(_NAME, io.BytesIO(lzma.decompress(_FILE.read_bytes())))
    pdfmetrics.registerFont(font)
    return font
