"""What copiers, scanners and telephones do to paper."""

import random
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]

DEGRADATIONS = ("clean", "scan", "copy", "photo")


def degrade(image: Image.Image, how: str, *, seed: int) -> Image.Image:
    """Return the page as it comes out of a flat scan, a photocopy or a telephone.

    Args:
        image: The clean page, RGB.
        how: One of ``DEGRADATIONS``; ``clean`` returns the page as it is.
        seed: Equal seeds give equal damage.
    """
    chance = random.Random(seed)
    # A random number generator in compiled code: a page of noise costs milliseconds.
    cv2.setRNGSeed(seed % (2**31))
    pixels = np.asarray(image)
    steps: dict[str, Callable[[Pixels, random.Random], Pixels]] = {
        "clean": lambda same, _: same,
        "scan": _scan,
        "copy": _copy,
        "photo": _photo,
    }
    return Image.fromarray(steps[how](pixels, chance))


def _noise(shape: tuple[int, ...], sigma: float) -> npt.NDArray[np.int16]:
    noise = np.empty(shape, np.int16)
    cv2.randn(noise, (0,), (sigma,))
    return noise


def _add_noise(pixels: Pixels, sigma: float) -> Pixels:
    noise = _noise(pixels.shape[:2], sigma)
    if pixels.ndim == 3:
        noise = cv2.merge([noise] * 3)
    return np.asarray(cv2.add(pixels, noise, dtype=cv2.CV_8U), np.uint8)


def _turn(pixels: Pixels, degrees: float, ground: int) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(
        pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(ground, ground, ground)
    )
    return np.asarray(turned, np.uint8)


def _scan(pixels: Pixels, chance: random.Random) -> Pixels:
    turned = _turn(pixels, chance.uniform(-1.4, 1.4), chance.randrange(238, 256))
    soft = cv2.GaussianBlur(turned, (0, 0), chance.uniform(0.4, 0.8))
    toned = cv2.convertScaleAbs(soft, alpha=chance.uniform(0.9, 0.99), beta=chance.uniform(0, 14))
    return _add_noise(toned, chance.uniform(2, 6))


def _copy(pixels: Pixels, chance: random.Random) -> Pixels:
    """A grey photocopy: hard contrast, toner dust, streaks of the drum, a dark edge."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    grey = _turn(grey, chance.uniform(-1.6, 1.6), 235)
    grey = cv2.GaussianBlur(grey, (0, 0), chance.uniform(0.6, 1.1))
    grey = _add_noise(grey, chance.uniform(8, 16))
    middle, slope = chance.uniform(150, 188), chance.uniform(2.0, 4.0)
    table = np.clip((np.arange(256) - middle) * slope + 128, 12, 246).astype(np.uint8)
    copied = table[grey]
    height, width = copied.shape
    for _ in range(chance.randrange(0, 4)):
        left, shade = chance.randrange(width - 3), chance.randrange(120, 215)
        streak = copied[:, left : left + chance.randrange(1, 3)]
        np.minimum(streak, shade, out=streak)
    for _ in range(chance.randrange(20, 120)):
        x, y = chance.randrange(width), chance.randrange(height)
        cv2.circle(copied, (x, y), chance.choice((0, 1, 1, 2)), chance.randrange(20, 110), -1)
    if chance.random() < 0.4:
        edge = chance.randrange(4, 26)
        copied[:, :edge] = chance.randrange(20, 90)
    return copied


def _photo(pixels: Pixels, chance: random.Random) -> Pixels:
    """A telephone above a desk: perspective, shadow, a little blur, colour cast, sensor noise."""
    height, width = pixels.shape[:2]
    margin = round(0.05 * min(height, width))
    canvas_size = (width + 2 * margin, height + 2 * margin)

    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    target = np.array(
        [
            [x + margin * chance.uniform(0.25, 1.75), y + margin * chance.uniform(0.25, 1.75)]
            for x, y in source
        ],
        np.float32,
    )
    desk = chance.choice(((96, 84, 70), (150, 140, 128), (60, 62, 66), (178, 182, 184)))
    matrix = cv2.getPerspectiveTransform(source, target)
    shot = cv2.warpPerspective(
        pixels, matrix, canvas_size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=desk
    )
    shot = cv2.GaussianBlur(shot, (0, 0), chance.uniform(0.5, 1.1))
    shot = cv2.multiply(shot, _light(canvas_size, chance), scale=1 / 255)
    cast = [chance.uniform(0.93, 1.0), chance.uniform(0.93, 1.0), chance.uniform(0.86, 0.98)]
    shot = cv2.multiply(shot, (*cast, 1.0))
    return _add_noise(shot, chance.uniform(3, 7))


def _light(size: tuple[int, int], chance: random.Random) -> Pixels:
    """Return an uneven light over the picture, 255 at its brightest, with one soft shadow."""
    small = np.full((40, 30), 255.0, np.float32)
    rows, columns = np.mgrid[0:40, 0:30].astype(np.float32)
    direction = chance.uniform(0, 2 * np.pi)
    slope = (rows / 40 - 0.5) * np.sin(direction) + (columns / 30 - 0.5) * np.cos(direction)
    small *= 0.9 + 0.16 * slope
    if chance.random() < 0.6:
        centre = (chance.uniform(-5, 35), chance.uniform(-5, 45))
        distance = np.hypot(columns - centre[0], rows - centre[1])
        small *= 1 - chance.uniform(0.12, 0.34) * np.exp(-((distance / chance.uniform(8, 16)) ** 2))
    light = cv2.resize(np.clip(small, 60, 255).astype(np.uint8), size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.merge([light] * 3), np.uint8)
