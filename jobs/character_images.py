"""One character on paper held against drawings: of the submitted character and of those that look like it.

Runs in a worker process, since the page has to be decoded again.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Polygon, cut_polygon
from ingest.glyph_images import render_characters
from ocr.glyph_compare import character_similarity

_LINE_PX = 64
"""Height to which a line is brought before its characters are compared."""

_ROOM = 0.5
"""Of a character's width on either side: places are known only by their share of the value."""

_ROOM_ABOVE = 0.12
_LEAST_WIDTH, _MOST_WIDTH = 0.35, 4.0
"""Of a character's room, in heights of the value: outside of it the value is no single line of text."""

_DRAWING_PX = 96


@dataclass(frozen=True, slots=True)
class CharacterQuestion:
    """One character on paper that has to be looked at."""

    character: str
    rivals: tuple[str, ...]
    """Characters that it may be instead."""

    polygon: Polygon
    """The place of the whole value, in fractions of the page as shown."""

    index: int
    count: int
    """The character is number ``index`` (from 0) of the ``count`` characters of the value."""


@dataclass(frozen=True, slots=True)
class CharacterLooks:
    """How close the paper's image is to a character and to its nearest rival."""

    character: str
    likeness: float
    rival: str | None
    rival_likeness: float


def look_at_character(
    pixels: npt.NDArray[np.uint8], question: CharacterQuestion, *, with_system_faces: bool = True
) -> CharacterLooks | None:
    """Compare one character with drawings; ``None`` where no typeface has it or the place is no line."""
    if not _is_line(pixels, question):
        return None
    drawings = render_characters(
        (question.character, *question.rivals), size_px=_DRAWING_PX, with_system_faces=with_system_faces
    )
    if not drawings[question.character]:
        return None
    picture = cut_place(pixels, question.polygon, index=question.index, count=question.count)
    likeness = character_similarity(picture, drawings, line_height_px=_LINE_PX)
    own = likeness.pop(question.character)
    rival = max(likeness, key=likeness.__getitem__, default=None)
    return CharacterLooks(question.character, own, rival, likeness[rival] if rival is not None else 0.0)


def cut_place(
    pixels: npt.NDArray[np.uint8], polygon: Polygon, *, index: int, count: int
) -> npt.NDArray[np.uint8]:
    """Cut the place of a character out of a page, upright, with some room around it.

    Args:
        pixels: Shape (height, width, 3), RGB.
        polygon: Of the whole value, from its own top left, clockwise, in page fractions.
        index: Which character, from 0.
        count: Of how many.
    """
    height, width = pixels.shape[:2]
    part = cut_polygon(polygon, (index - _ROOM) / count, (index + 1 + _ROOM) / count)
    corners = np.array([[x * width, y * height] for x, y in part], dtype=np.float32)
    rise = (corners[3] - corners[0]) * _ROOM_ABOVE, (corners[2] - corners[1]) * _ROOM_ABOVE
    corners += np.stack([-rise[0], -rise[1], rise[1], rise[0]])
    tall = float(np.linalg.norm(corners[3] - corners[0])) or 1.0
    wide = float(np.linalg.norm(corners[1] - corners[0])) or 1.0
    out_height = round(_LINE_PX * (1 + 2 * _ROOM_ABOVE))
    out_width = min(6 * out_height, max(8, round(wide * out_height / tall)))
    target = np.array([[0, 0], [out_width, 0], [out_width, out_height], [0, out_height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    cut = cv2.warpPerspective(
        pixels, matrix, (out_width, out_height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cut, dtype=np.uint8)


def _is_line(pixels: npt.NDArray[np.uint8], question: CharacterQuestion) -> bool:
    height, width = pixels.shape[:2]
    corners = np.array([[x * width, y * height] for x, y in question.polygon])
    if len(corners) != 4:
        return False
    wide = float(np.linalg.norm(corners[1] - corners[0])) / question.count
    tall = float(np.linalg.norm(corners[3] - corners[0]))
    return tall > 0 and _LEAST_WIDTH <= wide / tall <= _MOST_WIDTH
