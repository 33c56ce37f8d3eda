"""What is on a certificate besides its text: seals, borders, portraits, printed grounds."""

import math
import random
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.fonts import load, split_by_face
from samples.paper import Colour, Faces, Paper

_SEAL_PX = 460


def seal(text: str, faces: Faces, *, middle: str = "", seed: int = 0) -> Image.Image:
    """Return a round red seal with ``text`` along its rim, as RGBA with uneven ink."""
    key = tuple(faces["song"])
    clean = _clean_seal(text, middle, key)
    chance = np.random.default_rng(seed)
    red = np.array([chance.integers(190, 226), chance.integers(18, 60), chance.integers(25, 60)])
    strength = float(chance.uniform(0.55, 0.86))
    ink = cv2.resize(
        chance.uniform(0.65, 1.0, (24, 24)).astype(np.float32), clean.size, interpolation=cv2.INTER_CUBIC
    )
    alpha = np.asarray(clean, dtype=np.float32) * ink * strength
    pixels = np.empty((*alpha.shape, 4), np.uint8)
    pixels[..., :3] = red
    pixels[..., 3] = np.clip(alpha, 0, 255)
    image = Image.fromarray(pixels, "RGBA")
    return image.rotate(float(chance.uniform(-14, 14)), Image.Resampling.BILINEAR)


@lru_cache(maxsize=64)
def _clean_seal(text: str, middle: str, faces: tuple[object, ...]) -> Image.Image:
    size = _SEAL_PX
    mask = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(mask)
    pen.ellipse((6, 6, size - 7, size - 7), outline=255, width=12)
    centre = size / 2
    star = [
        (
            centre + math.sin(math.pi * k / 5) * r,
            centre - math.cos(math.pi * k / 5) * r,
        )
        for k in range(10)
        for r in ((62 if k % 2 == 0 else 24),)
    ]
    pen.polygon(star, fill=255)
    letter = min(62, round(3.9 * size / max(8, len(text) + 4)))
    sweep = min(290.0, 22.0 * len(text))
    step = sweep / max(1, len(text) - 1)
    for position, character in enumerate(text):
        angle = -sweep / 2 + step * position
        tile = Image.new("L", (letter * 2, letter * 2), 0)
        _put(ImageDraw.Draw(tile), character, letter, (letter, letter), faces)
        tile = tile.rotate(-angle, Image.Resampling.BICUBIC)
        radius = centre - 22 - letter * 0.62
        x = centre + math.sin(math.radians(angle)) * radius - letter
        y = centre - math.cos(math.radians(angle)) * radius - letter
        mask.paste(255, (round(x), round(y)), tile)
    if middle:
        width = 40
        for position, character in enumerate(middle):
            x = centre + (position - (len(middle) - 1) / 2) * (width + 4)
            _put(pen, character, width, (x, centre + 108), faces)
    return mask


def _put(
    pen: ImageDraw.ImageDraw,
    character: str,
    size: int,
    centre: tuple[float, float],
    faces: tuple[object, ...],
) -> None:
    ((_, face),) = split_by_face(character, faces)  # type: ignore[arg-type]
    pen.text(centre, character, font=load(face, size), fill=255, anchor="mm", stroke_width=1)


def border(paper: Paper, chance: random.Random, *, inset: float = 7.0, colour: Colour) -> None:
    """Draw a decorated frame: parallel lines, a chain of small figures, corner pieces."""
    width, height = paper.width - 2 * inset, paper.height - 2 * inset
    paper.box(inset, inset, width, height, line=0.9, colour=colour)
    paper.box(inset + 1.8, inset + 1.8, width - 3.6, height - 3.6, line=0.3, colour=colour)
    if chance.random() < 0.6:
        step, side = 4.2, 1.5
        for k in range(int(width / step)):
            for y in (inset + 3.0, inset + height - 3.0 - side):
                paper.box(inset + 2.6 + k * step, y, side, side, line=0.25, colour=colour)
        for k in range(int(height / step)):
            for x in (inset + 3.0, inset + width - 3.0 - side):
                paper.box(x, inset + 2.6 + k * step, side, side, line=0.25, colour=colour)
        paper.box(inset + 5.6, inset + 5.6, width - 11.2, height - 11.2, line=0.3, colour=colour)


def ground(paper: Paper, chance: random.Random, *, colour: Colour) -> None:
    """Lay a pale pattern of waves over the paper, as security printing does."""
    lines = chance.randrange(10, 16)
    image = _waves(lines, colour, round(paper.width), round(paper.height))
    paper.picture(0, 0, paper.width, image)


@lru_cache(maxsize=16)
def _waves(lines: int, colour: Colour, width: int, height: int) -> Image.Image:
    scale = 4
    image = Image.new("RGBA", (width * scale, height * scale), (*colour, 0))
    pen = ImageDraw.Draw(image)
    x = np.arange(0, width * scale, 6)
    for k in range(lines * 3):
        base = height * scale * k / (lines * 3)
        y = base + 9 * np.sin(x / 37.0 + k) + 5 * np.sin(x / 13.0 + 2.2 * k)
        pen.line([(float(a), float(b)) for a, b in zip(x, y, strict=True)], fill=(*colour, 70), width=1)
    return image


def portrait(
    paper: Paper, x: float, y: float, *, width: float = 25.0, height: float = 35.0, seed: int
) -> None:
    """Put a passport photo in its place: nobody's grey shape before a plain ground."""
    chance = random.Random(seed)
    paper.picture(x, y, width, _portrait(chance.randrange(4), round(width * 6), round(height * 6)))
    paper.box(x, y, width, height, line=0.2, colour=(120, 120, 120))


@lru_cache(maxsize=32)
def _portrait(variant: int, width: int, height: int) -> Image.Image:
    ground_colour = ((205, 60, 60), (90, 140, 200), (225, 228, 232), (170, 190, 215))[variant]
    image = Image.new("RGBA", (width, height), (*ground_colour, 255))
    pen = ImageDraw.Draw(image)
    centre = width / 2
    pen.ellipse(
        (centre - width * 0.5, height * 0.68, centre + width * 0.5, height * 1.3), fill=(70, 74, 84, 255)
    )
    pen.ellipse(
        (centre - width * 0.2, height * 0.2, centre + width * 0.2, height * 0.64), fill=(168, 158, 150, 255)
    )
    pen.pieslice(
        (centre - width * 0.22, height * 0.14, centre + width * 0.22, height * 0.5),
        180,
        360,
        fill=(50, 48, 48, 255),
    )
    return image
