"""PDF files: papers written as text, and pictures of papers wrapped up as a scanner does it."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from samples.fonts import Face, face_path, split_by_face
from samples.paper import Block, Paper, Picture, Run, Stroke

_POINTS_PER_MM = 72 / 25.4
_BASELINE = 0.86

# Otherwise every file carries the second in which it was made, and no corpus could be made again.
rl_config.invariant = 1


def write_text_pdf(path: Path, papers: Sequence[Paper]) -> None:
    """Write papers as a PDF with a true text layer."""
    canvas = Canvas(str(path), pageCompression=1)
    for paper in papers:
        canvas.setPageSize((paper.width * _POINTS_PER_MM, paper.height * _POINTS_PER_MM))
        # A PDF has no such ink: stamps go beneath the print, which looks the same.
        for item in sorted(paper.items, key=lambda i: not (isinstance(i, Picture) and i.is_ink)):
            _draw(canvas, paper, item)
        canvas.showPage()
    canvas.save()


def write_scanned_pdf(
    path: Path, images: Sequence[Image.Image], *, dpi: int, quality: int, hidden: Sequence[Paper] = ()
) -> None:
    """Write one JPEG per page and nothing else, or with the text of papers over it that nobody sees."""
    canvas = Canvas(str(path), pageCompression=1)
    for number, image in enumerate(images):
        width, height = (side / dpi * 72 for side in image.size)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(io.BytesIO(jpeg_bytes(image, quality=quality))), 0, 0, width, height)
        for item in hidden[number].items if hidden else ():
            if isinstance(item, Run):
                _draw_run(canvas, hidden[number], item, hidden=True)
        canvas.showPage()
    canvas.save()


def jpeg_bytes(image: Image.Image, *, quality: int) -> bytes:
    """Return an image as a JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _draw(canvas: Canvas, paper: Paper, item: Run | Stroke | Block | Picture) -> None:
    def up(y: float) -> float:
        return (paper.height - y) * _POINTS_PER_MM

    if isinstance(item, Run):
        _draw_run(canvas, paper, item)
    elif isinstance(item, Stroke):
        canvas.setStrokeColorRGB(*(c / 255 for c in item.colour))
        canvas.setLineWidth(item.width * _POINTS_PER_MM)
        canvas.line(item.x1 * _POINTS_PER_MM, up(item.y1), item.x2 * _POINTS_PER_MM, up(item.y2))
    elif isinstance(item, Block):
        if item.colour:
            canvas.setStrokeColorRGB(*(c / 255 for c in item.colour))
        if item.fill:
            canvas.setFillColorRGB(*(c / 255 for c in item.fill))
        canvas.setLineWidth(item.line * _POINTS_PER_MM)
        sides = (item.width * _POINTS_PER_MM, item.height * _POINTS_PER_MM)
        canvas.rect(
            item.x * _POINTS_PER_MM,
            up(item.y + item.height),
            *sides,
            stroke=int(item.colour is not None),
            fill=int(item.fill is not None),
        )
    else:
        # Drawn at print resolution, a seal of 460 px would make every page heavy for no gain.
        sides = (item.width * _POINTS_PER_MM, item.height * _POINTS_PER_MM)
        canvas.drawImage(
            ImageReader(item.image), item.x * _POINTS_PER_MM, up(item.y + item.height), *sides, mask="auto"
        )


def _draw_run(canvas: Canvas, paper: Paper, run: Run, *, hidden: bool = False) -> None:
    x = run.x
    baseline = (paper.height - run.y - _BASELINE * run.size) * _POINTS_PER_MM
    size = run.size * _POINTS_PER_MM
    for part, face in split_by_face(run.text, paper.faces[run.style], as_text=True):
        name = _font_name(face)
        text = canvas.beginText(x * _POINTS_PER_MM, baseline)
        text.setFont(name, size)
        text.setFillColorRGB(*(c / 255 for c in run.colour))
        if hidden:
            # Number 3 of the PDF standard: neither filled nor stroked.
            text.setTextRenderMode(3)
        text.setCharSpace(run.spacing * _POINTS_PER_MM)
        text.textOut(part)
        canvas.drawText(text)
        x += pdfmetrics.stringWidth(part, name, size) / _POINTS_PER_MM + run.spacing * len(part)


def _font_name(face: Face) -> str:
    path = face_path(face)
    name = f"{path.stem}-{face.index}"
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, str(path), subfontIndex=face.index))
    return name
