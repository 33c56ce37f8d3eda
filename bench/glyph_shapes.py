"""How alike the drawn shapes of characters are, for every pair of thousands.

Three views of a pair are compared, and the best one counts:

- *whole*: the two characters, each stretched so that its strokes lie evenly in one square;
- *shared part*: the same side of both (left, right, top, bottom), weighed with the ink it holds: 峰 锋;
- *contained*: the whole of one is a side of the other, weighed with the ink of that side: 令 伶.

A view is the mean over the typefaces that have it, two of them at least: what looks alike in one typeface
only is not alike on paper of unknown print.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.glyph_compare import edge_planes
from samples.fonts import Face, has_character, load

Images = npt.NDArray[np.uint8]
Vectors = npt.NDArray[np.float32]

SIDE_PX = 64
_DRAWN_PX = 96
_INK_PX = 56
_INK_LEVEL = 96
_EVENNESS = 1.0
"""Uniform density added to the strokes': 0 spreads them fully, much leaves them where they are."""

_LEAST_SHARE = 0.12
_MOST_CROSSED_PX = 2.5
"""Ink that a cut between two sides may cross: the touch of two strokes, not a stroke's width."""

_LEAST_PART_LIKENESS = 0.6
_MIN_FACES = 2
_BLOCK = 1024
_SIDES = ("left", "right", "top", "bottom")


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """One typeface's characters as vectors; a missing character or side is a zero vector."""

    whole: Vectors
    """Shape (N, D), of length 1."""

    has_whole: npt.NDArray[np.bool_]
    sides: dict[str, Vectors]
    shares: dict[str, Vectors]
    """Shape (N,): the part of the character's ink on that side, 0 where it has no such side."""


def describe_shapes(characters: Sequence[str], face: Face) -> Shapes:
    """Draw and describe characters in one typeface."""
    known = np.array([has_character(face, character) for character in characters])
    images = np.zeros((len(characters), SIDE_PX, SIDE_PX), dtype=np.uint8)
    for i in np.flatnonzero(known):
        images[i] = _draw(characters[i], face)
    whole = _vectors(images, known)
    sides: dict[str, Vectors] = {}
    shares: dict[str, Vectors] = {}
    for first, second, is_across in (("left", "right", True), ("top", "bottom", False)):
        upright = images if is_across else images.transpose(0, 2, 1)
        cuts, crossed = _cut_between(upright)
        is_first = np.arange(SIDE_PX)[None, None, :] < cuts[:, :, None]
        for name, mask in ((first, is_first), (second, ~is_first)):
            part = np.where(mask, upright, 0).astype(np.uint8)
            ink = np.maximum((upright > _INK_LEVEL).sum((1, 2)), 1)
            share = (part > _INK_LEVEL).sum((1, 2)) / ink
            found = known & (crossed <= _MOST_CROSSED_PX) & (np.abs(share - 0.5) < 0.5 - _LEAST_SHARE)
            sides[name] = _vectors(part if is_across else part.transpose(0, 2, 1), found)
            shares[name] = np.where(found, share, 0).astype(np.float32)
    return Shapes(whole, known, sides, shares)


def like_pairs(faces: Sequence[Shapes], least: float) -> dict[tuple[int, int], float]:
    """Return every pair whose likeness is at least ``least``: (smaller index, larger index) to likeness."""
    count = len(faces[0].whole)
    found: dict[tuple[int, int], float] = {}
    for begin in range(0, count, _BLOCK):
        rows = np.arange(begin, min(begin + _BLOCK, count))
        likeness = likeness_block(faces, rows, np.arange(count))
        at_row, at_column = np.nonzero(likeness >= least)
        for row, column in zip(rows[at_row].tolist(), at_column.tolist(), strict=True):
            if row < column:
                found[row, column] = float(likeness[row - begin, column])
    return found


def likeness_block(
    faces: Sequence[Shapes], rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]
) -> Vectors:
    """Return the likeness of some characters with others, shape (rows, columns), at most 1."""
    total = np.zeros((len(rows), len(columns)), dtype=np.float32)
    seen = np.zeros_like(total)
    for face in faces:
        total += face.whole[rows] @ face.whole[columns].T
        seen += np.outer(face.has_whole[rows], face.has_whole[columns])
    best = np.where(seen >= _MIN_FACES, total / np.maximum(seen, 1), 0)
    for side in _SIDES:
        _raise_by_part(best, faces, (side, rows), (side, columns))
        _raise_by_part(best, faces, (side, rows), (None, columns))
        _raise_by_part(best, faces, (None, rows), (side, columns))
    return best


def _raise_by_part(
    best: Vectors,
    faces: Sequence[Shapes],
    ours: tuple[str | None, npt.NDArray[np.int64]],
    theirs: tuple[str | None, npt.NDArray[np.int64]],
) -> None:
    total = np.zeros_like(best)
    seen = np.zeros_like(best)
    for face in faces:
        mine, other = _view(face, *ours), _view(face, *theirs)
        total += mine[0] @ other[0].T
        seen += np.outer(mine[1] > 0, other[1] > 0)
    at_row, at_column = np.nonzero((seen >= _MIN_FACES) & (total >= _LEAST_PART_LIKENESS * seen))
    share = np.minimum(_mean_share(faces, *ours)[at_row], _mean_share(faces, *theirs)[at_column])
    likeness = total[at_row, at_column] / seen[at_row, at_column] * share
    best[at_row, at_column] = np.maximum(best[at_row, at_column], likeness)


def _view(face: Shapes, side: str | None, places: npt.NDArray[np.int64]) -> tuple[Vectors, Vectors]:
    if side is None:
        return face.whole[places], face.has_whole[places].astype(np.float32)
    return face.sides[side][places], face.shares[side][places]


def _mean_share(faces: Sequence[Shapes], side: str | None, places: npt.NDArray[np.int64]) -> Vectors:
    if side is None:
        return np.ones(len(places), dtype=np.float32)
    shares = np.stack([face.shares[side][places] for face in faces])
    return np.asarray(shares.sum(0) / np.maximum((shares > 0).sum(0), 1), dtype=np.float32)


def _draw(character: str, face: Face) -> Images:
    """Draw a character so that its ink fills the square's longer side."""
    mask = load(face, _DRAWN_PX).getmask(character, mode="L")
    drawn = np.array(mask, dtype=np.uint8).reshape(mask.size[1], mask.size[0])
    ink = _crop_to_ink(drawn)
    scale = _INK_PX / max(ink.shape)
    return _centred(
        cv2.resize(ink, _size(ink.shape[1] * scale, ink.shape[0] * scale), interpolation=cv2.INTER_AREA)
    )


def _vectors(images: Images, found: npt.NDArray[np.bool_]) -> Vectors:
    """Describe images by blurred ink and by the direction of their edges, mean taken out."""
    vectors = np.zeros((len(images), 2 * 16 * 16), dtype=np.float32)
    for i in np.flatnonzero(found):
        even = _spread_strokes(images[i]).astype(np.float32) / np.float32(255)
        ink = cv2.resize(cv2.GaussianBlur(even, (0, 0), 2.2), (16, 16), interpolation=cv2.INTER_AREA)
        vectors[i] = np.concatenate([ink.ravel(), _edge_directions(even).ravel()])
    for half in (slice(0, 256), slice(256, 512)):
        part = vectors[found, half] - vectors[found, half].mean(0)
        part /= np.linalg.norm(part, axis=1, keepdims=True) + 1e-6
        vectors[found, half] = part / np.sqrt(2)
    return vectors


def _edge_directions(even: Vectors) -> Vectors:
    """Return how much edge runs in each of four directions, shape (4, 8, 8)."""
    planes = [cv2.resize(p, (8, 8), interpolation=cv2.INTER_AREA) for p in edge_planes(even, blur_px=3.0)]
    return np.asarray(np.sqrt(np.stack(planes)), dtype=np.float32)


def _spread_strokes(image: Images) -> Images:
    """Stretch an image so that strokes lie evenly: 氵 and 马 then leave the same room for what follows."""
    ink = _crop_to_ink(image)
    height, width = ink.shape
    longest = max(height, width)
    square = cv2.resize(ink, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_LINEAR)
    steps = np.linspace(0, 1, _INK_PX)
    edges = np.arange(SIDE_PX + 1) - 0.5
    across = np.interp(steps, _stroke_shares(square, axis=1), edges).astype(np.float32)
    down = np.interp(steps, _stroke_shares(square, axis=0), edges).astype(np.float32)
    spread = cv2.remap(
        square, np.tile(across, (_INK_PX, 1)), np.tile(down[:, None], (1, _INK_PX)), cv2.INTER_LINEAR
    )
    # Half of the proportions is kept: 日 is not 曰, but print varies.
    size = _size(_INK_PX * np.sqrt(width / longest), _INK_PX * np.sqrt(height / longest))
    return _centred(cv2.resize(spread, size, interpolation=cv2.INTER_AREA))


def _stroke_shares(square: Images, *, axis: int) -> npt.NDArray[np.float64]:
    """Return the part of the strokes before each column (axis 1) or row (axis 0), from 0 to 1."""
    ink = (square > _INK_LEVEL).astype(np.float32)
    crossed = np.abs(np.diff(ink, axis=1 - axis, prepend=0)).sum(1 - axis) / 2
    begun = np.abs(np.diff(ink, axis=axis, prepend=0)).sum(1 - axis) / 2
    density = cv2.GaussianBlur((crossed + begun).reshape(-1, 1).astype(np.float32), (0, 0), 2.0).ravel()
    density = density / density.sum() + _EVENNESS / len(density)
    shares = np.concatenate([[0.0], np.cumsum(density, dtype=np.float64)])
    return np.asarray(shares / shares[-1], dtype=np.float64)


def _cut_between(images: Images) -> tuple[npt.NDArray[np.int64], Vectors]:
    """Find the path from top to bottom that crosses least ink.

    Returns:
        Its column in every row, shape (N, rows), and the ink crossed in pixels, shape (N,).
    """
    ink = (images > _INK_LEVEL).astype(np.float32)
    count = len(ink)
    columns = np.arange(SIDE_PX)
    price = np.abs(columns - 0.42 * SIDE_PX).astype(np.float32) * 0.002
    price[: SIDE_PX // 5] = price[SIDE_PX * 3 // 4 :] = 1e3
    steps = np.zeros((count, SIDE_PX, SIDE_PX), dtype=np.int8)
    cost = ink[:, 0] + price
    for row in range(1, SIDE_PX):
        padded = np.pad(cost, ((0, 0), (2, 2)), constant_values=1e6)
        options = np.stack([padded[:, k : k + SIDE_PX] + 0.02 * abs(k - 2) for k in range(5)])
        steps[:, row] = options.argmin(0) - 2
        cost = options.min(0) + ink[:, row] + price
    path = np.zeros((count, SIDE_PX), dtype=np.int64)
    path[:, -1] = at = cost.argmin(1)
    for row in range(SIDE_PX - 1, 0, -1):
        at = at + steps[np.arange(count), row, at]
        path[:, row - 1] = at
    crossed = np.take_along_axis(ink, path[:, :, None], 2)[:, :, 0].sum(1)
    return path, crossed


def _crop_to_ink(image: Images) -> Images:
    rows, columns = np.nonzero(image > _INK_LEVEL)
    return image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _centred(image: Images) -> Images:
    square = np.zeros((SIDE_PX, SIDE_PX), dtype=np.uint8)
    top, left = (SIDE_PX - image.shape[0]) // 2, (SIDE_PX - image.shape[1]) // 2
    square[top : top + image.shape[0], left : left + image.shape[1]] = image
    return square


def _size(width: float, height: float) -> tuple[int, int]:
    return max(8, min(SIDE_PX, round(width))), max(8, min(SIDE_PX, round(height)))
