"""When the text layer of a PDF page is believed."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from domain.geometry import polygon_to_box
from domain.images import Word
from ingest.pages import load_page
from tests.unit.ingest.paper_files import FONT, LIMITS, batch_file, drawn_pdf

SENTENCE = "关于批准张三等十二名同志具备高级工程师任职资格的通知"


def _words(tmp_path: Path, content: bytes) -> tuple[Word, ...] | None:
    return load_page(batch_file(tmp_path, content), 0, limits=LIMITS).words


def _texts(tmp_path: Path, draw: Callable[[Canvas], None]) -> list[str] | None:
    words = _words(tmp_path, drawn_pdf(draw))
    return None if words is None else [word.text for word in words]


def _sentence(canvas: Canvas) -> None:
    canvas.drawString(80, 700, SENTENCE)


def _white(mode: str, size: tuple[int, int]) -> ImageReader:
    buffer = io.BytesIO()
    Image.new(mode, size, (255,) * 3 + ((90,) if mode == "RGBA" else ())).save(buffer, "PNG")
    return ImageReader(buffer)


def test_name_grid_and_table_cells_come_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        _sentence(canvas)
        canvas.drawString(80, 660, "张　三　李四光")
        for x, text in (
            (80, "1"),
            (110, "张三"),
            (160, "西安理工大学"),
            (250, "机械设计"),
            (310, "高级工程师"),
        ):
            canvas.drawString(x, 600, text)

    assert _texts(tmp_path, draw) == [
        *(SENTENCE, "张", "三", "李四光", "1", "张三", "西安理工大学", "机械设计", "高级工程师"),
    ]


def test_text_that_fills_its_cell_is_split_at_the_rule(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        _sentence(canvas)
        canvas.drawString(80, 600, "西安理工大学")
        canvas.drawString(80 + 6 * 14 + 1, 600, "机械设计")
        canvas.line(80 + 6 * 14 + 0.5, 590, 80 + 6 * 14 + 0.5, 620)

    texts = _texts(tmp_path, draw)
    assert texts is not None
    assert texts[1:] == ["西安理工大学", "机械设计"]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (50, 100, 595, 800)])
def test_words_stand_where_their_ink_is(tmp_path: Path, rotate: int, crop: tuple[int, ...] | None) -> None:
    """A page turned by /Rotate holds its text turned the other way, as printers write it."""

    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 450)
        canvas.rotate(rotate)
        canvas.drawString(-170, 20, SENTENCE)

    with pikepdf.open(io.BytesIO(drawn_pdf(draw))) as pdf:
        pdf.pages[0].obj.Rotate = rotate
        if crop:
            pdf.pages[0].obj.CropBox = pikepdf.Array(crop)
        buffer = io.BytesIO()
        pdf.save(buffer)
    page = load_page(batch_file(tmp_path, buffer.getvalue()), 0, limits=LIMITS)
    assert page.words is not None
    assert [word.text for word in page.words] == [SENTENCE]
    rows, columns = (page.image.pixels.min(axis=2) < 128).nonzero()
    box = polygon_to_box(page.words[0].polygon)
    assert box.left == pytest.approx(columns.min() / page.image.width_px, abs=0.01)
    assert box.right == pytest.approx(columns.max() / page.image.width_px, abs=0.01)
    assert box.top - 0.01 < rows.min() / page.image.height_px
    assert rows.max() / page.image.height_px < box.bottom + 0.01


def test_hidden_text_is_no_word(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        _sentence(canvas)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(80, 600, "王五白字看不见")
        canvas.setFillColorRGB(0, 0, 0)
        text = canvas.beginText(80, 560)
        text.setTextRenderMode(3)
        text.textOut("王五透明看不见")
        canvas.drawText(text)
        text = canvas.beginText(80, 540)
        text.setTextRenderMode(0)
        canvas.drawText(text)
        canvas.drawString(80, 900, "王五在纸外")
        canvas.drawString(80, 500, "王五被白块盖住")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(70, 490, 200, 40, stroke=0, fill=1)

    assert _texts(tmp_path, draw) == [SENTENCE]


def test_invisible_layer_over_a_scan_is_not_believed(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(_white("RGB", (60, 80)), 0, 0, 595, 842)
        text = canvas.beginText(80, 560)
        text.setTextRenderMode(3)
        text.textOut(SENTENCE)
        canvas.drawText(text)

    assert _texts(tmp_path, draw) is None


def test_header_over_a_scanned_body_leaves_the_page_to_ocr(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        _sentence(canvas)
        canvas.drawImage(_white("RGB", (60, 80)), 60, 60, 475, 500)

    assert _texts(tmp_path, draw) is None


def test_picture_over_a_name_leaves_the_page_to_ocr_and_a_seal_does_not(tmp_path: Path) -> None:
    def draw(canvas: Canvas, mode: str) -> None:
        _sentence(canvas)
        canvas.drawImage(_white(mode, (10, 10)), 100, 690, 60, 40, mask="auto")

    assert _texts(tmp_path, lambda canvas: draw(canvas, "RGB")) is None
    assert _texts(tmp_path, lambda canvas: draw(canvas, "RGBA")) == [SENTENCE]


def test_text_printed_twice_for_boldness_counts_once(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        _sentence(canvas)
        canvas.drawString(80.3, 700, SENTENCE)

    assert _texts(tmp_path, draw) == [SENTENCE]


def test_different_text_in_one_place_leaves_the_page_to_ocr(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        _sentence(canvas)
        canvas.drawString(80, 600, "张三丰")
        canvas.drawString(80, 600, "李四光")

    assert _texts(tmp_path, draw) is None


def test_outlined_text_beside_a_page_number_leaves_the_page_to_ocr(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(250, 40, "第一页共十二页附件一")
        for number in range(200):
            path = canvas.beginPath()
            x, y = 80 + number % 20 * 20, 700 - number // 20 * 30
            path.moveTo(x, y)
            for i in range(4):
                path.curveTo(x + i, y + 3, x + 5, y + i, x + 9, y + 9)
            canvas.drawPath(path, stroke=0, fill=1)

    assert _texts(tmp_path, draw) is None


def test_sideways_text_leaves_the_page_to_ocr(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.drawString(100, -300, SENTENCE)

    assert _texts(tmp_path, draw) is None


@pytest.mark.parametrize("text", ["12", "Page 1 of 12, printed by scanner"])
def test_next_to_nothing_is_no_text_layer(tmp_path: Path, text: str) -> None:
    assert _texts(tmp_path, lambda canvas: canvas.drawString(80, 700, text)) is None


def test_lying_character_map_is_not_believed(tmp_path: Path) -> None:
    """A /ToUnicode map that turns one name's character into the private use area, or to nothing."""
    for target in ("E000", "FFFD"):
        with pikepdf.open(io.BytesIO(drawn_pdf(_sentence))) as pdf:
            fonts = pdf.pages[0].obj.Resources.Font
            font = next(f for f in fonts.values() if f.get("/BaseFont") == f"/{FONT}")
            entry = f"<{ord('张'):04X}> <{target}>"
            font.ToUnicode = pikepdf.Stream(
                pdf,
                b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> "
                b"endcodespacerange 1 beginbfchar " + entry.encode() + b" endbfchar endcmap end",
            )
            buffer = io.BytesIO()
            pdf.save(buffer)
        words = _words(tmp_path, buffer.getvalue())
        assert words is None
