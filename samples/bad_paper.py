"""What offices really hand in: copies of copies, faded print, folds, crooked sheets, bad photographs.

Lengths are in pixels at the 200 dpi at which pages are drawn.
"""

import random

import cv2
import numpy as np
import numpy.typing as npt

from samples.pixels import Pixels, add_noise, turn, uneven_light

LOWRES_SCALE = 0.5
_LOWRES_QUALITY = 35

Field = npt.NDArray[np.float32]


def copy_of_copy(pixels: Pixels, chance: random.Random) -> Pixels:
    """A photocopy of a photocopy: black or white, broken strokes, dust that grew, streaks of two drums."""
    grey = turn(_without_red(pixels), chance.uniform(-1.2, 1.2), 240)
    # The first copy: the print spreads a little, its dust becomes part of the original.
    grey = cv2.GaussianBlur(grey, (0, 0), chance.uniform(0.6, 0.85))
    grey = add_noise(np.asarray(grey, np.uint8), chance.uniform(5, 9))
    grey = _curve(grey, middle=chance.uniform(160, 190), slope=chance.uniform(1.7, 2.4))
    _dust(grey, chance, count=chance.randrange(60, 200), largest=2)
    # The second one: enlarged by a hair, turned again, cut to black and white by a drum that is not even.
    zoom = chance.uniform(0.98, 1.02)
    grey = cv2.GaussianBlur(_zoomed(turn(grey, chance.uniform(-1.4, 1.4), 240), zoom), (0, 0), 0.7)
    grey = add_noise(np.asarray(grey, np.uint8), chance.uniform(8, 14))
    limit = 148 + chance.uniform(-8, 12) + 26 * _clouds(grey.shape[:2], chance, cells=5)
    copied = np.where(grey > limit, 255, 0).astype(np.uint8)
    _streaks(copied, chance)
    _dust(copied, chance, count=chance.randrange(150, 500), largest=2)
    _dust(copied, chance, count=chance.randrange(3, 12), largest=5)
    _dark_edges(copied, chance)
    # The scanner that read it for this batch leaves edges grey.
    return np.asarray(cv2.GaussianBlur(copied, (0, 0), 0.5), np.uint8)


def faded(pixels: Pixels, chance: random.Random) -> Pixels:
    """Faint print of a needle printer with a tired ribbon: rows of dots, a pin that no longer strikes."""
    ink = 255.0 - cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    height, width = ink.shape
    # Nine needles stand 1/72 inch apart; the sheet moves on by eight of them.
    pitch = 200 / 72 * chance.uniform(0.95, 1.05)
    rows = np.arange(height, dtype=np.float32)
    strokes = 0.7 + 0.3 * np.cos(2 * np.pi * rows / pitch)
    pass_height = pitch * 8
    dead = (rows + chance.uniform(0, pass_height)) % pass_height < pitch * 0.75
    strokes[dead] *= chance.uniform(0.05, 0.4)
    ribbon = 0.75 + 0.25 * _clouds((height, width), chance, cells=7)
    left = chance.uniform(0.34, 0.52)
    ground = chance.uniform(222, 240)
    page = ground - ink * strokes[:, None] * ribbon * left
    page += 4 * _clouds((height, width), chance, cells=9)
    soft = cv2.GaussianBlur(np.clip(page, 0, 255).astype(np.uint8), (0, 0), chance.uniform(0.4, 0.6))
    turned_page = turn(np.asarray(soft, np.uint8), chance.uniform(-1.2, 1.2), round(ground))
    return np.asarray(cv2.merge([add_noise(turned_page, chance.uniform(3, 5))] * 3), np.uint8)


def folded(pixels: Pixels, chance: random.Random) -> Pixels:
    """A sheet that lay folded in a file: one to three lines where the print is worn and a shade begins."""
    page = pixels
    for axis in chance.choice(((0,), (0,), (1,), (0, 1), (0, 0))):
        page = _fold(page, axis, chance)
    page = turn(page, chance.uniform(-1.4, 1.4), chance.randrange(232, 250))
    soft = cv2.GaussianBlur(page, (0, 0), chance.uniform(0.5, 0.8))
    return add_noise(np.asarray(soft, np.uint8), chance.uniform(2, 5))


def skewed(pixels: Pixels, chance: random.Random) -> Pixels:
    """A sheet laid crookedly on the glass, by up to 10 degrees; the lid is grey around it."""
    degrees = chance.choice((-1, 1)) * chance.uniform(2.5, 10)
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    across, down = abs(float(matrix[0, 0])), abs(float(matrix[0, 1]))
    size = (round(width * across + height * down), round(width * down + height * across))
    matrix[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    lid = chance.choice((250, 244, 226, 190))
    laid = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(lid,) * 3)
    soft = cv2.GaussianBlur(laid, (0, 0), chance.uniform(0.4, 0.8))
    return add_noise(np.asarray(soft, np.uint8), chance.uniform(2, 6))


def turned(pixels: Pixels, chance: random.Random) -> Pixels:
    """A scan that lies on its side or on its head, and no tag that says so."""
    soft = cv2.GaussianBlur(turn(pixels, chance.uniform(-1.2, 1.2), 246), (0, 0), chance.uniform(0.4, 0.8))
    page = add_noise(np.asarray(soft, np.uint8), chance.uniform(2, 6))
    return np.ascontiguousarray(np.rot90(page, chance.choice((1, 2, 3))))


def shadow_photo(pixels: Pixels, chance: random.Random) -> Pixels:
    """A photograph taken in a hurry: from the side, in one's own shadow, moved, a lamp on the gloss."""
    height, width = pixels.shape[:2]
    margin = round(0.07 * min(height, width))
    size = (width + 2 * margin, height + 2 * margin)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    target = source + margin
    # One edge is farther away than the other, so it is shorter; the rest is an unsteady hand.
    far, share = chance.randrange(4), chance.uniform(0.05, 0.1)
    ends = (far, (far + 1) % 4)
    for end, other in (ends, ends[::-1]):
        target[end] += share * (source[other] - source[end])
    target += np.array([[chance.uniform(-0.6, 0.6) * margin for _ in "xy"] for _ in range(4)], np.float32)
    desk = chance.choice(((96, 84, 70), (150, 140, 128), (60, 62, 66), (120, 88, 60)))
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    shot = cv2.warpPerspective(
        pixels, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=desk
    )
    shot = _moved(np.asarray(shot, np.uint8), chance)
    light = uneven_light(size, chance).astype(np.float32) / 255 * _shadow(size, chance)[..., None]
    lit = shot.astype(np.float32) * light
    lit += _glare(size, chance)[..., None]
    lit *= np.array([chance.uniform(0.95, 1.0), chance.uniform(0.93, 1.0), chance.uniform(0.82, 0.95)])
    return add_noise(np.clip(lit, 0, 255).astype(np.uint8), chance.uniform(5, 9))


def lowres(pixels: Pixels, chance: random.Random) -> Pixels:
    """What is left after a messenger: 100 dpi, packed so hard that the blocks show."""
    page = turn(pixels, chance.uniform(-1.0, 1.0), 248)
    page = add_noise(np.asarray(page, np.uint8), chance.uniform(2, 4))
    size = tuple(round(side * LOWRES_SCALE) for side in page.shape[1::-1])
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    _, packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _LOWRES_QUALITY])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def black_seal(pixels: Pixels, chance: random.Random) -> Pixels:
    """A grey scan of paper whose red seal has become as dark as the print under it."""
    grey = _without_red(pixels)
    grey = turn(grey, chance.uniform(-1.4, 1.4), 243)
    grey = cv2.GaussianBlur(grey, (0, 0), chance.uniform(0.5, 0.8))
    grey = _curve(np.asarray(grey, np.uint8), middle=chance.uniform(138, 158), slope=chance.uniform(1.3, 1.8))
    return add_noise(grey, chance.uniform(3, 6))


def _without_red(pixels: Pixels) -> Pixels:
    """Return the page in grey as a lamp without red light shows it: red becomes dark."""
    return np.asarray(np.minimum(pixels[..., 1], pixels[..., 2]), np.uint8)


def _curve(grey: Pixels, *, middle: float, slope: float) -> Pixels:
    table = np.clip((np.arange(256) - middle) * slope + 128, 14, 250).astype(np.uint8)
    return np.asarray(table[grey], np.uint8)


def _clouds(shape: tuple[int, int], chance: random.Random, *, cells: int) -> Field:
    """Return something between -1 and 1 that changes slowly over the page."""
    draw = np.random.default_rng(chance.randrange(2**31))
    few = draw.uniform(-1, 1, (cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(few, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _zoomed(grey: Pixels, zoom: float) -> Pixels:
    height, width = grey.shape
    matrix = np.array([[zoom, 0, width * (1 - zoom) / 2], [0, zoom, height * (1 - zoom) / 2]])
    return np.asarray(cv2.warpAffine(grey, matrix, (width, height), borderValue=(240,)), np.uint8)


def _dust(grey: Pixels, chance: random.Random, *, count: int, largest: int) -> None:
    height, width = grey.shape
    for _ in range(count):
        centre = (chance.randrange(width), chance.randrange(height))
        axes = (chance.randrange(largest + 1), chance.randrange(largest + 1))
        cv2.ellipse(grey, centre, axes, chance.randrange(180), 0, 360, chance.choice((0, 0, 0, 255)), -1)


def _streaks(grey: Pixels, chance: random.Random) -> None:
    """Draw what a scratched drum leaves from top to bottom: broken black hairs, white ones."""
    height, width = grey.shape
    for _ in range(chance.randrange(2, 7)):
        left, thick = chance.randrange(width - 3), chance.randrange(1, 3)
        shade = chance.choice((0, 0, 255))
        y = 0
        while y < height:
            length = chance.randrange(30, 600)
            grey[y : y + length, left : left + thick] = shade
            y += length + chance.randrange(10, 400)


def _dark_edges(grey: Pixels, chance: random.Random) -> None:
    """Blacken where the lid did not close: ragged, on one or two sides."""
    height, width = grey.shape
    for side in chance.sample(range(4), chance.randrange(1, 3)):
        length = height if side % 2 == 0 else width
        deep = chance.randrange(5, 32)
        ragged = deep * (0.8 + 0.3 * _clouds((length, 1), chance, cells=9)[:, 0])
        near = np.arange(grey.shape[1] if side % 2 == 0 else grey.shape[0])
        mask = near[None, :] < ragged[:, None]
        if side >= 2:
            mask = mask[:, ::-1]
        grey[mask if side % 2 == 0 else mask.T] = 0


def _fold(pixels: Pixels, axis: int, chance: random.Random) -> Pixels:
    """Fold along a row (axis 0) or a column (axis 1), half the time right through print."""
    page = pixels if axis == 0 else np.ascontiguousarray(pixels.transpose(1, 0, 2))
    height, width = page.shape[:2]
    place = height * chance.choice((1 / 3, 1 / 2, 2 / 3)) + chance.uniform(-0.03, 0.03) * height
    if chance.random() < 0.5:
        ink = (page.min(axis=2) < 110).mean(axis=1)
        inked = np.flatnonzero(ink > np.quantile(ink, 0.75))
        inside = inked[(inked > height * 0.15) & (inked < height * 0.85)]
        place = float(chance.choice(inside.tolist())) if len(inside) else place
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    line = place + (columns - width / 2) * np.tan(np.radians(chance.uniform(-0.7, 0.7)))
    line += 1.2 * _clouds((1, width), chance, cells=24)
    away = rows - line
    # The far part lies a little shifted, and close to the line the paper rises and looks shorter.
    shift = np.where(away > 0, chance.uniform(-2.5, 2.5), 0).astype(np.float32)
    squeeze = (chance.uniform(1.5, 4) * np.sign(away) * np.exp(-((away / 9) ** 2))).astype(np.float32)
    bent = cv2.remap(
        page, columns + shift, rows + squeeze, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    lit = chance.choice((-1, 1))
    shade = np.where(away * lit > 0, np.exp(-np.abs(away) / chance.uniform(25, 90)), 0)
    bent *= (1 - chance.uniform(0.1, 0.24) * shade)[..., None]
    # On the line itself the toner has come off, in flakes.
    flakes = np.random.default_rng(chance.randrange(2**31)).random((height // 2 + 1, width // 2 + 1))
    flakes = cv2.resize(flakes.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    worn = np.exp(-((away / chance.uniform(1.6, 3.2)) ** 2)) * (flakes > 0.3)
    bent += (chance.uniform(0.75, 0.98) * worn)[..., None] * (246 - bent)
    dark = np.exp(-(((away - lit * 3) / 1.4) ** 2)) * chance.uniform(10, 45)
    result = np.clip(bent - dark[..., None], 0, 255).astype(np.uint8)
    return result if axis == 0 else np.ascontiguousarray(result.transpose(1, 0, 2))


def _moved(pixels: Pixels, chance: random.Random) -> Pixels:
    """Blur along the way that the hand moved, by a few pixels."""
    length = chance.randrange(3, 8)
    kernel = np.zeros((9, 9), np.float32)
    angle = chance.uniform(0, np.pi)
    half = length / 2
    for step in np.linspace(-half, half, 40):
        kernel[round(4 + step * np.sin(angle)), round(4 + step * np.cos(angle))] += 1
    shot = cv2.filter2D(pixels, -1, kernel / kernel.sum())
    return np.asarray(cv2.GaussianBlur(shot, (0, 0), chance.uniform(0.5, 0.8)), np.uint8)


def _shadow(size: tuple[int, int], chance: random.Random) -> Field:
    """Return the shadow of a hand and its telephone, 1 where none falls; its edge is soft but there."""
    small = (size[0] // 8 + 1, size[1] // 8 + 1)
    mask = np.zeros(small[::-1], np.uint8)
    corner = np.array([chance.uniform(0.2, 0.8) * small[0], chance.uniform(0.3, 0.7) * small[1]])
    angle = chance.uniform(0, 2 * np.pi)
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    wide, long = max(small) * chance.uniform(0.18, 0.4), max(small) * 2
    edge = [corner - across * wide, corner + across * wide]
    edge += [edge[1] + along * long, edge[0] + along * long]
    cv2.fillConvexPoly(mask, np.array(edge).round().astype(np.int32), 255)
    soft = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), chance.uniform(3, 10))
    shade = 1 - chance.uniform(0.35, 0.6) * cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(shade, np.float32)


def _glare(size: tuple[int, int], chance: random.Random) -> Field:
    """Return the light that the gloss throws back, in grey levels to be added; in one photo of two, none."""
    small = (size[0] // 8 + 1, size[1] // 8 + 1)
    if chance.random() < 0.5:
        return np.zeros(size[::-1], np.float32)
    rows, columns = np.mgrid[0 : small[1], 0 : small[0]].astype(np.float32)
    x, y = chance.uniform(0.1, 0.9) * small[0], chance.uniform(0.1, 0.9) * small[1]
    wide, high = (chance.uniform(0.06, 0.16) * min(small) for _ in "xy")
    spot = np.exp(-((((columns - x) / wide) ** 2 + ((rows - y) / high) ** 2) ** 1.4))
    bright = chance.uniform(110, 230) * cv2.resize(spot, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(bright, np.float32)
