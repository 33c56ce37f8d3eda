"""One photograph of several certificates that lie on a desk, none of them quite straight."""

import random
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from samples.pixels import Pixels, add_noise, uneven_light

_LONGEST_PX = 4000
"""What a telephone's sensor has along its longer side."""

_DESKS = ((112, 84, 58), (150, 140, 128), (74, 60, 52), (186, 172, 150))


def photograph_together(images: Sequence[Image.Image], *, seed: int) -> Image.Image:
    """Return one photograph of several papers.

    Upright papers lie beside each other, wide ones below each other, in the order given: that is the order in
    which they are read.

    Args:
        images: Clean pages, RGB, drawn at one resolution.
        seed: Equal seeds give equal photographs.
    """
    chance = random.Random(seed)
    cv2.setRNGSeed(seed % (2**31))
    beside = images[0].height >= images[0].width
    laid = [_turned(image, chance) for image in images]
    gap = round(0.03 * max(images[0].size))
    sizes = [(sheet.shape[1] + gap, sheet.shape[0] + gap) for sheet, _ in laid]
    wide = sum(w for w, _ in sizes) if beside else max(w for w, _ in sizes)
    high = max(h for _, h in sizes) if beside else sum(h for _, h in sizes)
    size = (wide + 2 * gap, high + 2 * gap)
    scene = _desk(size, chance).astype(np.float32)
    x, y = gap, gap
    for (sheet, mask), (width, height) in zip(laid, sizes, strict=True):
        slack = (size[1] - 2 * gap - height) if beside else (size[0] - 2 * gap - width)
        aside = round(slack * chance.random()) + gap // 2
        left, top = (x + gap // 2, y + aside) if beside else (x + aside, y + gap // 2)
        _lay(scene, sheet, mask, left, top)
        x, y = (x + width, y) if beside else (x, y + height)
    return Image.fromarray(_shoot(np.clip(scene, 0, 255).astype(np.uint8), chance))


def _turned(image: Image.Image, chance: random.Random) -> tuple[Pixels, Pixels]:
    """Return a paper turned by a few degrees and where it is, 0 to 255."""
    degrees = chance.choice((-1, 1)) * chance.uniform(0.8, 7.5)
    turned = image.convert("RGBA").rotate(degrees, Image.Resampling.BILINEAR, expand=True)
    pixels = np.asarray(turned)
    return np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3])


def _desk(size: tuple[int, int], chance: random.Random) -> Pixels:
    """Return a table top: one colour, with a grain that runs along it."""
    draw = np.random.default_rng(chance.randrange(2**31))
    few = draw.normal(0, 1, (max(2, size[1] // 6), max(2, size[0] // 220))).astype(np.float32)
    grain = cv2.resize(few, size, interpolation=cv2.INTER_CUBIC)
    colour = np.array(chance.choice(_DESKS), np.float32)
    wood = colour + chance.uniform(3, 9) * grain[..., None]
    return np.asarray(np.clip(wood, 0, 255), np.uint8)


def _lay(scene: npt.NDArray[np.float32], sheet: Pixels, mask: Pixels, left: int, top: int) -> None:
    """Lay a paper on the scene, with the thin shadow that its edge throws."""
    height, width = mask.shape
    part = scene[top : top + height, left : left + width]
    near = cv2.GaussianBlur(np.roll(mask, (5, 5), (0, 1)), (0, 0), 6).astype(np.float32) / 255
    part *= (1 - 0.45 * near)[..., None]
    share = (mask.astype(np.float32) / 255)[..., None]
    part[:] = part * (1 - share) + sheet * share


def _shoot(scene: Pixels, chance: random.Random) -> Pixels:
    height, width = scene.shape[:2]
    scale = min(1.0, _LONGEST_PX / max(height, width))
    size = (round(width * scale), round(height * scale))
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    reach = 0.025 * min(size)
    # The corners go outwards only: nothing that lies on the desk is cut off.
    away = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    off = np.array([[chance.uniform(0, reach) for _ in "xy"] for _ in range(4)], np.float32)
    target = (source * scale + 0.3 * away * off).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    shot = cv2.warpPerspective(scene, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    shot = cv2.GaussianBlur(shot, (0, 0), chance.uniform(0.5, 0.9))
    shot = cv2.multiply(shot, uneven_light(size, chance), scale=1 / 255)
    cast = [chance.uniform(0.93, 1.0), chance.uniform(0.93, 1.0), chance.uniform(0.86, 0.98)]
    shot = cv2.multiply(shot, (*cast, 1.0))
    return add_noise(np.asarray(shot, np.uint8), chance.uniform(3, 6))
