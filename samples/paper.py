"""A sheet of paper as a list of things drawn on it, in millimetres, and its picture.

The same list is drawn as an image (:func:`draw_image`) or written as a PDF with text
(``samples.pdf_files``), so that both say the same at the same places.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw

from samples.fonts import Face, load, split_by_face
from samples.handwriting import print_with_needles, write_by_hand

Colour: TypeAlias = tuple[int, int, int]
Faces: TypeAlias = dict[str, tuple[Face, ...]]

MM_PER_INCH = 25.4
BLACK: Colour = (24, 24, 28)
_PROBE_PX = 100
_COVERING = 0.35
"""How much of the print under a seal its pigment hides."""
_BASELINE = 0.86
"""Distance from the top of the em square to the baseline, in em; about right for all faces used."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text on one line; ``x`` and ``y`` are the top left corner of its em squares."""

    x: float
    y: float
    text: str
    style: str
    size: float
    """Height of the em square in millimetres."""
    colour: Colour = BLACK
    spacing: float = 0.0
    """Extra distance after each character, in millimetres."""
    bold: bool = False
    filling: str = "print"
    """One of ``handwriting.FILLINGS``: how it got on the paper."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.25
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle, filled or not."""

    x: float
    y: float
    width: float
    height: float
    line: float = 0.25
    colour: Colour | None = BLACK
    fill: Colour | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with transparency, such as a seal."""

    x: float
    y: float
    width: float
    height: float
    image: Image.Image
    is_ink: bool = False
    """Black print shows through it, as through a stamp."""


Item: TypeAlias = Run | Stroke | Block | Picture


@dataclass(slots=True)
class Paper:
    """A page being filled. Later items lie over earlier ones."""

    width: float
    height: float
    faces: Faces
    colour: Colour = (255, 255, 255)
    items: list[Item] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        style: str,
        size: float,
        colour: Colour = BLACK,
        spacing: float = 0.0,
        bold: bool = False,
        align: str = "left",
    ) -> float:
        """Write one line; ``x`` is its left edge, centre or right edge. Returns its width."""
        width = self.measure(text, style=style, size=size, spacing=spacing)
        left = x - {"left": 0.0, "centre": width / 2, "right": width}[align]
        self.items.append(Run(left, y, text, style, size, colour, spacing, bold))
        return width

    def measure(self, text: str, *, style: str, size: float, spacing: float = 0.0) -> float:
        """Return the width that ``text`` will have, in millimetres."""
        units = sum(
            load(face, _PROBE_PX).getlength(part) for part, face in split_by_face(text, self.faces[style])
        )
        return units / _PROBE_PX * size + spacing * max(0, len(text) - 1)

    def line(self, x1: float, y1: float, x2: float, y2: float, **style: object) -> None:
        """Draw a straight line; ``style`` as in :class:`Stroke`."""
        self.items.append(Stroke(x1, y1, x2, y2, **style))  # type: ignore[arg-type]

    def box(self, x: float, y: float, width: float, height: float, **style: object) -> None:
        """Draw a rectangle; ``style`` as in :class:`Block`."""
        self.items.append(Block(x, y, width, height, **style))  # type: ignore[arg-type]

    def picture(self, x: float, y: float, width: float, image: Image.Image, *, is_ink: bool = False) -> None:
        """Lay an image over the paper; the height follows from its shape."""
        self.items.append(Picture(x, y, width, width * image.height / image.width, image, is_ink))

    def place(self, other: "Paper", x: float, y: float) -> None:
        """Copy everything on another paper to this one, shifted."""
        for item in other.items:
            if isinstance(item, Stroke):
                moved: Item = replace(item, x1=item.x1 + x, y1=item.y1 + y, x2=item.x2 + x, y2=item.y2 + y)
            else:
                moved = replace(item, x=item.x + x, y=item.y + y)
            self.items.append(moved)


def draw_image(paper: Paper, *, dpi: int) -> Image.Image:
    """Draw a paper as an RGB image."""
    scale = dpi / MM_PER_INCH
    image = Image.new("RGB", (round(paper.width * scale), round(paper.height * scale)), paper.colour)
    pen = ImageDraw.Draw(image)
    for item in paper.items:
        if isinstance(item, Run) and item.filling != "print":
            _fill_in(image, item, paper.faces, scale)
        elif isinstance(item, Run):
            _draw_run(pen, item, paper.faces, scale)
        elif isinstance(item, Stroke):
            ends = (item.x1 * scale, item.y1 * scale, item.x2 * scale, item.y2 * scale)
            pen.line(ends, fill=item.colour, width=max(1, round(item.width * scale)))
        elif isinstance(item, Block):
            corners = (
                item.x * scale,
                item.y * scale,
                (item.x + item.width) * scale,
                (item.y + item.height) * scale,
            )
            pen.rectangle(
                corners, fill=item.fill, outline=item.colour, width=max(1, round(item.line * scale))
            )
        else:
            size = (max(1, round(item.width * scale)), max(1, round(item.height * scale)))
            overlay = item.image.resize(size, Image.Resampling.BILINEAR)
            corner = (round(item.x * scale), round(item.y * scale))
            if item.is_ink:
                _press(image, overlay, corner)
            else:
                image.paste(overlay, corner, overlay)
    return image


def _press(image: Image.Image, ink: Image.Image, corner: tuple[int, int]) -> None:
    """Lay ink over print: red pigment covers black a little, but mostly lets it through."""
    box = (*corner, corner[0] + ink.width, corner[1] + ink.height)
    under = image.crop(box)
    white = Image.new("RGB", ink.size, (255, 255, 255))
    white.paste(ink, (0, 0), ink)
    through = ImageChops.multiply(under, white)
    covering = under.copy()
    covering.paste(ink, (0, 0), ink)
    image.paste(Image.blend(through, covering, _COVERING), corner)


def _draw_run(pen: ImageDraw.ImageDraw, run: Run, faces: Faces, scale: float) -> None:
    size_px = max(6, round(run.size * scale))
    x, baseline = run.x * scale, (run.y + _BASELINE * run.size) * scale
    stroke = max(1, round(size_px / 45)) if run.bold else 0
    for part, face in split_by_face(run.text, faces[run.style]):
        font = load(face, size_px)
        pieces = part if run.spacing else [part]
        for piece in pieces:
            pen.text((x, baseline), piece, font=font, fill=run.colour, anchor="ls", stroke_width=stroke)
            x += font.getlength(piece) + run.spacing * scale * len(piece)


def _fill_in(image: Image.Image, run: Run, faces: Faces, scale: float) -> None:
    write = write_by_hand if run.filling == "hand" else print_with_needles
    at = (run.x * scale, (run.y + _BASELINE * run.size) * scale)
    size_px = max(6, round(run.size * scale))
    seed = f"{run.x:.2f} {run.y:.2f} {run.text}"
    write(image, run.text, faces[run.style], at=at, size_px=size_px, colour=run.colour, seed=seed)
