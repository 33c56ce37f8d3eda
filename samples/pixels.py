"""What all damage to pictures is made of: grain, turning, uneven light."""

import random

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def _noise(shape: tuple[int, ...], sigma: float) -> npt.NDArray[np.int16]:
    noise = np.empty(shape, np.int16)
    cv2.randn(noise, (0,), (sigma,))
    return noise


def add_noise(pixels: Pixels, sigma: float) -> Pixels:
    """Return the picture with the grain of a sensor; ``sigma`` in grey levels."""
    noise = _noise(pixels.shape[:2], sigma)
    if pixels.ndim == 3:
        noise = cv2.merge([noise] * 3)
    return np.asarray(cv2.add(pixels, noise, dtype=cv2.CV_8U), np.uint8)


def turn(pixels: Pixels, degrees: float, ground: int) -> Pixels:
    """Return the picture turned about its middle, of equal size, with ``ground`` where nothing was."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(
        pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(ground, ground, ground)
    )
    return np.asarray(turned, np.uint8)


def uneven_light(size: tuple[int, int], chance: random.Random) -> Pixels:
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
