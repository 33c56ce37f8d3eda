"""Documents with a text layer, from their pages to what a worker answers."""

import io
import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from domain.images import PageImage
from domain.records import PageReading, TextLine
from ingest.pages import load_page
from jobs.text_layers import TextLayers
from tests.unit.ingest.paper_files import FONT, LIMITS, batch_file

NAMES = "王李张刘陈杨黄赵吴周徐孙朱马胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"


class _Engine:
    """Reads what the layer says, with some characters exchanged."""

    alphabet: frozenset[str] = frozenset()
    version = "fake"

    def __init__(self, seen: dict[int, int] | None = None) -> None:
        self._seen = seen or {}
        self.lines_read = 0

    def read_page(self, image: PageImage, *, file: str, page_number: int) -> PageReading:
        raise AssertionError("not asked for")

    def read_lines(self, image: PageImage, polygons: Sequence[TextLine]) -> list[str]:
        self.lines_read += len(polygons)
        return [line.text.translate(self._seen) for line in polygons]


def _list_pages(pages: int) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for page in range(pages):
        canvas.setFont(FONT, 14)
        for row in range(20):
            start = (page * 7 + row * 3) % 45
            canvas.drawString(
                80, 760 - 30 * row, f"{row + 1}.{NAMES[start : start + 6]}2016年12月{row + 10}日"
            )
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _read_all(tmp_path: Path, engine: _Engine, pages: int) -> list[PageReading | None]:
    file = batch_file(tmp_path, _list_pages(pages))
    layers = TextLayers(LIMITS, lambda: engine)
    return [layers.read(file, load_page(file, i, limits=LIMITS), i) for i in range(pages)]


def test_a_true_layer_costs_a_sample_however_long_the_document(tmp_path: Path) -> None:
    short, long = _Engine(), _Engine()

    assert all(_read_all(tmp_path / "short", short, 5))
    assert all(_read_all(tmp_path / "long", long, 40))
    assert 0 < long.lines_read <= 2 * short.lines_read


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(str.maketrans("王李张刘陈", "玉季弛列阵"), id="some-characters"),
        pytest.param(str.maketrans("6", "8"), id="one-digit"),
        pytest.param({ord(c): "某" for c in NAMES}, id="all"),
    ],
)
def test_a_lying_font_sends_its_pages_to_ocr(tmp_path: Path, seen: dict[int, int]) -> None:
    assert _read_all(tmp_path / "lying", _Engine(seen), 6) == [None] * 6


def test_what_one_process_found_out_costs_another_nothing(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "long", _list_pages(8))
    check = TextLayers(LIMITS, _Engine).check(file)
    assert check is not None
    engine = _Engine()
    layers = TextLayers(LIMITS, lambda: engine)

    layers.adopt(file, pickle.loads(pickle.dumps(check)))

    assert all(layers.read(file, load_page(file, i, limits=LIMITS), i) for i in range(8))
    assert engine.lines_read == 0


def test_a_lie_that_one_process_found_out_is_believed_by_no_other(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "lying", _list_pages(6))
    check = TextLayers(LIMITS, lambda: _Engine(str.maketrans("6", "8"))).check(file)
    assert check is not None
    layers = TextLayers(LIMITS, _Engine)

    layers.adopt(file, pickle.loads(pickle.dumps(check)))

    assert [layers.read(file, load_page(file, i, limits=LIMITS), i) for i in range(6)] == [None] * 6


def test_a_scan_has_nothing_to_check(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "long", b"\xff\xd8\xff\xe0" + b"0" * 100)

    assert TextLayers(LIMITS, _Engine).check(file) is None


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> None:
    for name in ("short", "long", "lying"):
        (tmp_path / name).mkdir()
