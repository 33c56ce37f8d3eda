"""What copiers, scanners and telephones do to paper."""

import random
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from samples import bad_paper
from samples.desk import photograph_together
from samples.pixels import Pixels, add_noise, turn, uneven_light

DEGRADATIONS = ("clean", "scan", "copy", "photo")

BAD_DEGRADATIONS = (
    "copy2",
    "faded",
    "fold",
    "skew",
    "turned",
    "shadow_photo",
    "lowres",
    "blackseal",
    "desk",
)
"""What offices hand in besides; see ``bad_paper``. Certificates on a ``desk`` lie together in one photo."""

PHOTOS = frozenset({"photo", "shadow_photo", "desk"})
FLAT = frozenset({"scan", "copy", *BAD_DEGRADATIONS} - PHOTOS)
"""What lay on the glass of a scanner or copier."""


def dpi_after(how: str, dpi: int) -> int:
    """Return the resolution of a page drawn at ``dpi`` once it has been degraded."""
    return round(dpi * bad_paper.LOWRES_SCALE) if how == "lowres" else dpi


def degrade(image: Image.Image, how: str, *, seed: int) -> Image.Image:
    """Return the page as it comes out of a flat scan, a photocopy or a telephone.

    Args:
        image: The clean page, RGB.
        how: One of ``DEGRADATIONS`` or ``BAD_DEGRADATIONS``; ``clean`` returns the page as it is.
        seed: Equal seeds give equal damage.
    """
    if how == "desk":
        return photograph_together([image], seed=seed)
    chance = random.Random(seed)
    # A random number generator in compiled code: a page of noise costs milliseconds.
    cv2.setRNGSeed(seed % (2**31))
    pixels = np.asarray(image)
    steps: dict[str, Callable[[Pixels, random.Random], Pixels]] = {
        "clean": lambda same, _: same,
        "scan": _scan,
        "copy": _copy,
        "photo": _photo,
        "copy2": bad_paper.copy_of_copy,
        "faded": bad_paper.faded,
        "fold": bad_paper.folded,
        "skew": bad_paper.skewed,
        "turned": bad_paper.turned,
        "shadow_photo": bad_paper.shadow_photo,
        "lowres": bad_paper.lowres,
        "blackseal": bad_paper.black_seal,
    }
    return Image.fromarray(steps[how](pixels, chance))


def _scan(pixels: Pixels, chance: random.Random) -> Pixels:
    turned = turn(pixels, chance.uniform(-1.4, 1.4), chance.randrange(238, 256))
    soft = cv2.GaussianBlur(turned, (0, 0), chance.uniform(0.4, 0.8))
    toned = cv2.convertScaleAbs(soft, alpha=chance.uniform(0.9, 0.99), beta=chance.uniform(0, 14))
    return add_noise(toned, chance.uniform(2, 6))


def _copy(pixels: Pixels, chance: random.Random) -> Pixels:
    """A grey photocopy: hard contrast, toner dust, streaks of the drum, a dark edge."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    grey = turn(grey, chance.uniform(-1.6, 1.6), 235)
    grey = cv2.GaussianBlur(grey, (0, 0), chance.uniform(0.6, 1.1))
    grey = add_noise(grey, chance.uniform(8, 16))
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
    shot = cv2.multiply(shot, uneven_light(canvas_size, chance), scale=1 / 255)
    cast = [chance.uniform(0.93, 1.0), chance.uniform(0.93, 1.0), chance.uniform(0.86, 0.98)]
    shot = cv2.multiply(shot, (*cast, 1.0))
    return add_noise(shot, chance.uniform(3, 7))
