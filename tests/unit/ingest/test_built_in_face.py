"""The carried typeface: what it must have for documents and comparisons."""

import io
from itertools import product

import pytest
from reportlab.pdfbase.ttfonts import TTFont

from ingest.built_in_face import built_in_cjk_face


@pytest.fixture(scope="module")
def known() -> set[str]:
    return {chr(code) for code in TTFont("carried", io.BytesIO(built_in_cjk_face())).face.charToGlyph}


def test_every_han_character_of_gb2312_is_there(known: set[str]) -> None:
    places = product(range(0xB0, 0xF8), range(0xA1, 0xFF))
    characters = {bytes(place).decode("gb2312", errors="ignore") for place in places} - {""}

    assert len(characters) == 6763
    assert characters <= known


def test_every_unified_han_character_of_gbk_is_there(known: set[str]) -> None:
    places = product(range(0x81, 0xFF), range(0x40, 0xFF))
    characters = {bytes(place).decode("gbk", errors="ignore") for place in places}

    assert {c for c in characters if len(c) == 1 and "\u4e00" <= c <= "\u9fff"} <= known


def test_printable_ascii_and_chinese_punctuation_are_there(known: set[str]) -> None:
    assert {chr(code) for code in range(0x20, 0x7F)} <= known
    assert set("，。、；：？！“”‘’（）〔〕《》—…·　□") <= known
