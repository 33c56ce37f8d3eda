"""Builders of PDFs and pictures, good and bad, for the tests of intake."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pikepdf
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.batch import BatchFile
from ingest.limits import IngestLimits
from ingest.pages import Page, count_pages, load_page
from ingest.sniff import sniff

LIMITS = IngestLimits()
FONT = "STSong-Light"


def batch_file(tmp_path: Path, content: bytes, name: str = "f") -> BatchFile:
    """Write a file and recognise it."""
    path = tmp_path / name
    path.write_bytes(content)
    return BatchFile(name, path, sniff(path), len(content), "0" * 64)


def load_all(file: BatchFile, limits: IngestLimits) -> list[Page]:
    """Load every page of a file."""
    return [load_page(file, i, limits=limits) for i in range(count_pages(file, limits=limits))]


def picture(width_px: int = 400, height_px: int = 600) -> Image.Image:
    """Return a picture of which every corner differs: red, green, blue, black, on grey noise."""
    noise = np.random.default_rng(5).integers(90, 220, (height_px // 8, width_px // 8), dtype=np.uint8)
    image = Image.fromarray(noise).resize((width_px, height_px), Image.Resampling.BICUBIC).convert("RGB")
    w, h = width_px // 4, height_px // 4
    image.paste((255, 0, 0), (0, 0, w, h))
    image.paste((0, 255, 0), (width_px - w, 0, width_px, h))
    image.paste((0, 0, 255), (0, height_px - h, w, height_px))
    image.paste((0, 0, 0), (width_px - w, height_px - h, width_px, height_px))
    return image


def corners(pixels: npt.NDArray[np.uint8]) -> list[str]:
    """Name the corners: top left, top right, bottom left, bottom right."""
    height, width = pixels.shape[:2]
    y, x = height // 10, width // 10
    places = [(y, x), (y, width - 1 - x), (height - 1 - y, x), (height - 1 - y, width - 1 - x)]
    names: dict[tuple[int, ...], str] = {
        (1, 0, 0): "red",
        (0, 1, 0): "green",
        (0, 0, 1): "blue",
        (0, 0, 0): "black",
        (1, 1, 1): "white",
    }
    return [names.get(tuple(int(v > 127) for v in pixels[p]), "?") for p in places]


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the file of a picture."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def drawn_pdf(draw: Callable[[Canvas], None], size: tuple[float, float] = (595, 842)) -> bytes:
    """Return a one-page PDF drawn by a function."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    canvas.setFont(FONT, 14)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scan_pdf(
    data: bytes,
    filter_name: str | None,
    *,
    size_px: tuple[int, int] = (400, 600),
    page: tuple[float, float] = (200, 300),
    place: tuple[float, ...] | None = None,
    colour: str = "/DeviceRGB",
    bits: int = 8,
    rotate: int = 0,
    image_keys: dict[str, pikepdf.Object] | None = None,
    page_keys: dict[str, pikepdf.Object] | None = None,
) -> bytes:
    """Return a PDF of one picture; ``place`` is the matrix that puts it on the page."""
    with pikepdf.new() as pdf:
        stream = pikepdf.Stream(pdf, data)
        stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        stream.Width, stream.Height = size_px
        stream.BitsPerComponent, stream.ColorSpace = bits, pikepdf.Name(colour)
        if filter_name:
            stream.Filter = pikepdf.Name(filter_name)
        for key, value in (image_keys or {}).items():
            stream[key] = value
        leaf = pdf.add_blank_page(page_size=page)
        leaf.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=stream))
        leaf.obj.Rotate = rotate
        for key, value in (page_keys or {}).items():
            leaf.obj[key] = value
        matrix = " ".join(f"{v:g}" for v in place or (page[0], 0, 0, page[1], 0, 0))
        leaf.obj.Contents = pikepdf.Stream(pdf, f"q {matrix} cm /I Do Q".encode())
        buffer = io.BytesIO()
        pdf.save(buffer, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return buffer.getvalue()
