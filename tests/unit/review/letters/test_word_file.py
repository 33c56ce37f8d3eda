"""The Word letter: the same words, in faces that official documents are set in."""

import zipfile
from pathlib import Path

import docx
from docx.oxml.ns import qn

from review.letters import write_letter_docx
from review.letters.letter import PROMISES, form_of
from tests.letters import LETTER, letter


def test_it_says_what_the_pdf_says(tmp_path: Path) -> None:
    path = tmp_path / "承诺书.docx"
    write_letter_docx(LETTER, path)
    document = docx.Document(str(path))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]

    assert paragraphs[0] == "承　诺　书"
    assert f"{LETTER.addressee}：" in paragraphs
    assert all(promise in paragraphs for promise in PROMISES)
    assert "承诺单位（盖章）：" in paragraphs
    for row in form_of(LETTER):
        for label, value in row:
            assert label in cells
            assert value in cells
    assert LETTER.printed_code in document.sections[0].footer.paragraphs[0].text


def test_every_run_names_a_chinese_face_and_the_file_its_substitutes(tmp_path: Path) -> None:
    path = tmp_path / "承诺书.docx"
    write_letter_docx(LETTER, path)
    document = docx.Document(str(path))

    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            fonts = run._element.get_or_add_rPr().find(qn("w:rFonts"))
            assert fonts.get(qn("w:eastAsia")) in {"方正小标宋简体", "仿宋_GB2312"}
    table = zipfile.ZipFile(path).read("word/fontTable.xml").decode("utf-8")
    assert '<w:altName w:val="仿宋"/>' in table
    assert '<w:altName w:val="宋体"/>' in table


def test_marks_of_markup_in_names_are_text(tmp_path: Path) -> None:
    path = tmp_path / "承诺书.docx"
    write_letter_docx(letter(unit_name="甲<乙>&丙公司"), path)

    assert any("甲<乙>&丙公司" in p.text for p in docx.Document(str(path)).paragraphs)
