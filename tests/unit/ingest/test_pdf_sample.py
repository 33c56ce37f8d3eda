"""Which pages of a document are looked at, and how pages of a proven document are read."""

import io
from pathlib import Path

import pymupdf
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from domain.images import Word
from ingest.pages import Page, load_page, sample_pages
from ingest.pdf_sample import choose_sample
from tests.unit.ingest.paper_files import FONT, LIMITS, batch_file, drawn_pdf

OTHER_FONT = "MSung-Light"
SENTENCE = "关于批准张三等十二名同志具备高级工程师任职资格的通知"


def _document(pages: int, *, other_font_on: int | None = None, blank: frozenset[int] = frozenset()) -> bytes:
    for name in (FONT, OTHER_FONT):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for i in range(pages):
        if i not in blank:
            canvas.setFont(OTHER_FONT if i == other_font_on else FONT, 14)
            canvas.drawString(80, 700, SENTENCE)
            canvas.drawString(80, 640, f"张三　李四光　第{i}页")
            canvas.line(80, 600, 400, 600)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _sample(content: bytes) -> tuple[int, ...]:
    with pymupdf.open(stream=content, filetype="pdf") as document:
        return choose_sample(document)


def test_the_page_with_another_font_is_in_the_sample() -> None:
    assert 17 in _sample(_document(30, other_font_on=17))


def test_the_sample_is_spread_over_the_document() -> None:
    sample = _sample(_document(40))

    assert len(sample) == 4
    assert max(sample) - min(sample) >= 20


def test_pages_without_text_stand_for_nothing() -> None:
    assert _sample(_document(6, blank=frozenset({0, 1, 2, 5}))) == (3, 4)


def test_a_picture_has_no_sample(tmp_path: Path) -> None:
    content = b"\xff\xd8\xff\xe0" + b"0" * 100

    assert sample_pages(batch_file(tmp_path, content), limits=LIMITS) == ()


def test_words_know_the_font_of_every_character(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, 700, SENTENCE)
        canvas.setFont("Helvetica", 14)
        canvas.drawString(80, 600, "SN2016000123")

    words = _words(load_page(batch_file(tmp_path, drawn_pdf(draw)), 0, limits=LIMITS))

    assert all(len(word.fonts) == len(word.text) for word in words)
    assert [len(set(word.fonts)) for word in words] == [1, 1]
    assert words[0].fonts[0] != words[1].fonts[0]


def test_a_page_of_a_proven_document_is_read_without_the_second_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = batch_file(tmp_path, _document(12))
    load_page(file, 0, limits=LIMITS)
    monkeypatch.setattr("ingest.pdf_documents.OpenPdf.find_plumber_page", _refuse)

    page = load_page(file, 7, limits=LIMITS)

    assert [word.text for word in _words(page)] == [SENTENCE, "张三", "李四光", "第7页"]
    assert page.rules is not None
    assert [rule.is_horizontal for rule in page.rules] == [True]


def test_a_picture_of_a_text_page_is_rendered_when_asked_for(tmp_path: Path) -> None:
    page = load_page(batch_file(tmp_path, _document(1)), 0, limits=LIMITS)

    image = page.image

    assert (image.width_px, image.height_px) == (page.width_px, page.height_px)
    assert image.pixels.min() < 100


def _words(page: Page) -> tuple[Word, ...]:
    assert page.words is not None
    return page.words


def _refuse(*_: object) -> None:
    raise AssertionError("not asked for")
