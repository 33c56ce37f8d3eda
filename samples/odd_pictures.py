"""Pictures that are no certificates, or only half of one: each must get a named result at a bounded cost."""

import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.degrade import degrade
from samples.fonts import FONT_SETS
from samples.layouts import LAYOUTS, Pen
from samples.layouts.style import draw_style
from samples.office import draw_office
from samples.paper import draw_image

_DPI = 150
_SEED = 417
_HUGE_PX = 20_000
_NAME = "欧阳翠英"


def write_blank_page(path: Path) -> None:
    """Write the scan of an empty sheet."""
    degrade(Image.new("RGB", (1240, 1754), "white"), "scan", seed=_SEED).save(path, quality=80)


def write_selfie(path: Path) -> None:
    """Write a portrait photograph of nobody: a face, hair, shoulders, a soft room behind."""
    width, height = 1080, 1440
    image = _soft_ground((width, height), (188, 176, 160), (120, 130, 140))
    pen = ImageDraw.Draw(image)
    pen.ellipse((140, 1010, 940, 1900), fill=(70, 84, 120))
    pen.rounded_rectangle((450, 880, 630, 1120), 60, fill=(214, 168, 140))
    pen.ellipse((300, 250, 780, 980), fill=(48, 38, 34))
    pen.ellipse((330, 330, 750, 960), fill=(226, 182, 154))
    pen.pieslice((320, 270, 760, 720), 180, 360, fill=(48, 38, 34))
    for x in (440, 640):
        pen.ellipse((x - 48, 570, x + 48, 622), fill=(246, 244, 242))
        pen.ellipse((x - 22, 572, x + 22, 618), fill=(60, 40, 30))
        pen.arc((x - 60, 510, x + 60, 590), 200, 340, fill=(50, 38, 32), width=10)
    pen.line((540, 610, 524, 730, 560, 736), fill=(190, 140, 116), width=8)
    pen.chord((460, 770, 620, 870), 10, 170, fill=(176, 70, 76))
    soft = cv2.GaussianBlur(np.asarray(image), (0, 0), 2.4)
    degrade(Image.fromarray(soft), "scan", seed=_SEED).save(path, quality=80)


def write_landscape(path: Path) -> None:
    """Write a holiday picture: sky, hills, a field with grain."""
    draw = np.random.default_rng(_SEED)
    width, height = 1600, 1200
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    sky = (1 - rows) * np.array([92, 146, 214], np.float32) + rows * np.array([224, 230, 236], np.float32)
    scene = np.broadcast_to(sky, (height, width, 3)).copy()
    columns = np.arange(width)
    for level, colour in ((560, (96, 120, 130)), (680, (74, 104, 82)), (820, (104, 130, 64))):
        waves = np.zeros(width)
        for _ in range(5):
            waves += draw.uniform(10, 46) * np.sin(columns / draw.uniform(50, 260) + draw.uniform(0, 6))
        below = np.arange(height)[:, None] > (level + waves)[None, :]
        texture = draw.normal(0, 16, (height, width, 1)).astype(np.float32)
        scene = np.where(below[..., None], np.array(colour, np.float32) + texture, scene)
    grain = draw.normal(0, 5, (height, width, 1))
    Image.fromarray(np.clip(scene + grain, 0, 255).astype(np.uint8)).save(path, quality=80)


def write_upside_down(path: Path, certificate: Image.Image) -> None:
    """Write a certificate that was laid on the glass upside down; no tag says so."""
    certificate.transpose(Image.Transpose.ROTATE_180).save(path, quality=80)


def write_half(path: Path, certificate: Image.Image) -> None:
    """Write the left half of a certificate: labels are there, most values are cut off."""
    certificate.crop((0, 0, round(certificate.width * 0.42), certificate.height)).save(path, quality=80)


def write_tiny(path: Path, certificate: Image.Image) -> None:
    """Write a certificate as a picture of 100 by 100 pixels, as a preview is."""
    certificate.resize((100, 100), Image.Resampling.BOX).save(path)


def write_huge(path: Path) -> None:
    """Write a colour picture of 20,000 by 20,000 pixels, band by band: 1.2 GB unpacked, little on disk."""
    with path.open("wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        _chunk(out, b"IHDR", struct.pack(">IIBBBBB", _HUGE_PX, _HUGE_PX, 8, 2, 0, 0, 0))
        # One band of rows is packed once and repeated: a full flush makes it forget what came before.
        white = b"\x00" + b"\xff" * (3 * _HUGE_PX)
        ruled = b"\x00" + (b"\xff" * 2400 + b"\x18" * 600) * (_HUGE_PX // 1000)
        band = ruled * 40 + white * 360
        packer = zlib.compressobj(9, wbits=-15)
        packed = packer.compress(band) + packer.flush(zlib.Z_FULL_FLUSH)
        end = packer.flush()
        total = 1
        _chunk(out, b"IDAT", b"\x78\xda")
        for _ in range(_HUGE_PX // 400):
            total = zlib.adler32(band, total)
            _chunk(out, b"IDAT", packed)
        _chunk(out, b"IDAT", end + struct.pack(">I", total))
        _chunk(out, b"IEND", b"")


_FOREIGN: dict[str, Callable[[Path], None]] = {
    "空白页.jpg": write_blank_page,
    "自拍.jpg": write_selfie,
    "风景.jpg": write_landscape,
    "超大.png": write_huge,
}
_MADE_OF_CERTIFICATES: dict[str, Callable[[Path, Image.Image], None]] = {
    "倒置.jpg": write_upside_down,
    "半张.jpg": write_half,
    "缩略图.png": write_tiny,
}
ODD_PICTURES = (*_FOREIGN, *_MADE_OF_CERTIFICATES)
"""File names."""


def write_odd_pictures(folder: Path, certificate: Image.Image | None = None) -> None:
    """Write all odd pictures into a folder.

    Args:
        folder: Where to.
        certificate: An upright page to make some of them from; without it one is drawn.

    Raises:
        MissingFontError: There is no certificate, and a font package is not installed.
    """
    page = (certificate or _draw_certificate()).convert("RGB")
    for name, write in _FOREIGN.items():
        write(folder / name)
    for name, make in _MADE_OF_CERTIFICATES.items():
        make(folder / name, page)


def _chunk(out: BinaryIO, kind: bytes, content: bytes) -> None:
    check = zlib.crc32(kind + content)
    out.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check))


def _draw_certificate() -> Image.Image:
    chance = random.Random(_SEED)
    office = draw_office(chance, employers=4)
    style = draw_style(chance, FONT_SETS["samples"])
    record = office.draw_record(chance, name=_NAME)
    (paper,) = LAYOUTS["label_value"](Pen(record, style, chance))
    return degrade(draw_image(paper, dpi=_DPI), "scan", seed=_SEED)


def _soft_ground(
    size: tuple[int, int], one: tuple[int, int, int], other: tuple[int, int, int]
) -> Image.Image:
    down = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None]
    ground = (1 - down) * np.array(one, np.float32) + down * np.array(other, np.float32)
    return Image.fromarray(np.broadcast_to(ground, (size[1], size[0], 3)).astype(np.uint8))
