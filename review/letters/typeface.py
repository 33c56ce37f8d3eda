"""The typeface of letters: the one that a library carries, because a server may have no fonts at all."""

import io
from functools import cache
from threading import Lock

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from ingest.built_in_face import built_in_cjk_face

_NAME = "ZhengheSans"
EMPTY_BOX = "□"
"""Stands for a character that the typeface lacks; people write it in by hand."""

_loading = Lock()


def register_typeface() -> str:
    """Make the typeface known to ``reportlab`` and return its name."""
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
    font = TTFont(_NAME, io.BytesIO(built_in_cjk_face()))
    pdfmetrics.registerFont(font)
    return font
