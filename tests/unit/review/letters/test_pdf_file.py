"""The PDF letter: everything is on it, and its characters are in it."""

from pathlib import Path

import pymupdf
import pytest

from domain.text import fold
from review.letters import write_letter_pdf
from tests.letters import LETTER, letter


def _write(tmp_path: Path, **changes: object) -> pymupdf.Document:
    path = tmp_path / "承诺书.pdf"
    write_letter_pdf(letter(**changes), path)
    return pymupdf.open(path)


def _text(document: pymupdf.Document) -> str:
    return fold("".join(page.get_text() for page in document))


def test_one_page_holds_the_promise_and_all_the_units_data(tmp_path: Path) -> None:
    document = _write(tmp_path)
    text = _text(document)

    assert len(document) == 1
    for value in (
        "承诺书",
        "承诺单位（盖章）：",
        LETTER.unit_name,
        LETTER.addressee,
        LETTER.system_account,
        LETTER.handler,
        LETTER.mobile,
        LETTER.office_phone,
        LETTER.batch_name,
        *LETTER.approval_numbers,
        "128人",
    ):
        assert fold(value) in text
    assert text.count(fold(LETTER.printed_code)) == 2


def test_every_font_is_embedded(tmp_path: Path) -> None:
    document = _write(tmp_path)
    fonts = document[0].get_fonts()

    assert fonts
    assert all(document.extract_font(font[0])[3] for font in fonts)
    assert Path(document.name).stat().st_size < 200_000


def test_rare_characters_of_names_are_printed(tmp_path: Path) -> None:
    text = _text(_write(tmp_path, unit_name="坢垇屽泘涺硷村小学", handler="贠翀堃喆"))

    assert "坢垇屽泘涺硷村小学" in text
    assert "贠翀堃喆" in text
    assert "请手写填入" not in text


@pytest.mark.parametrize("character", ["䶮", "\U00030edd"])
def test_a_character_without_a_glyph_is_left_to_the_pen(tmp_path: Path, character: str) -> None:
    text = _text(_write(tmp_path, handler=f"张{character}"))

    assert "张□" in text
    assert "请手写填入" in text


def test_a_long_list_goes_on_and_every_page_bears_the_code(tmp_path: Path) -> None:
    numbers = tuple(f"汉市职改办字〔{2010 + n % 10}〕{n}号" for n in range(120))
    document = _write(tmp_path, approval_numbers=numbers)

    assert len(document) > 1
    assert all(fold(LETTER.printed_code) in fold(page.get_text()) for page in document)
    last = fold(document[-1].get_text())
    assert fold("承诺单位（盖章）：") in last
    assert "日期:" in last
    assert "等120个" in _text(document)


def test_equal_letters_are_equal_files(tmp_path: Path) -> None:
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    write_letter_pdf(LETTER, first)
    write_letter_pdf(LETTER, second)

    assert first.read_bytes() == second.read_bytes()
