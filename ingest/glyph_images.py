"""Pictures of single characters, to be compared with paper.

One typeface is always there: the one that pymupdf carries. Faces of the system (song and kai, the two styles
that certificates are filled in with) are drawn as well where they are installed.
"""

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import ImageFont

from ingest.built_in_face import built_in_cjk_face

Glyph = npt.NDArray[np.uint8]
"""Shape (height, width), cropped to the ink; 255 is ink, 0 is paper."""

_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
_SYSTEM_FACES = (
    # Song and kai; of each style the first that is installed. The number is that of the font in a collection.
    (("simsun.ttc", 0), ("NotoSerifCJK-Regular.ttc", 2), ("uming.ttc", 0), ("gbsn00lp.ttf", 0)),
    (("simkai.ttf", 0), ("LXGWWenKai-Regular.ttf", 0), ("ukai.ttc", 0), ("gkai00mp.ttf", 0)),
)
_NEVER_A_CHARACTER = "\U0010ffff"
_LEAST_INK = 96


def render_characters(
    characters: Iterable[str], *, size_px: int, with_system_faces: bool = True
) -> dict[str, tuple[Glyph, ...]]:
    """Draw each character once in every typeface that has it.

    Args:
        characters: Single characters.
        size_px: Side of the em square.
        with_system_faces: Whether to draw with installed typefaces too.

    Returns:
        By character; empty for a character that no typeface has.
    """
    faces = [_carried_face(size_px)]
    if with_system_faces:
        faces += _system_faces(size_px)
    return {
        character: tuple(glyph for face in faces if (glyph := _draw(face, character)) is not None)
        for character in characters
    }


def _draw(face: ImageFont.FreeTypeFont, character: str) -> Glyph | None:
    """Return the ink of a character; ``None`` when the face would draw its empty box or nothing."""
    mask = face.getmask(character, mode="L")
    box = face.getmask(_NEVER_A_CHARACTER, mode="L")
    if not mask.size[0] or (mask.size == box.size and bytes(mask) == bytes(box)):
        return None
    drawn = np.array(mask, dtype=np.uint8).reshape(mask.size[1], mask.size[0])
    rows, columns = np.nonzero(drawn > _LEAST_INK)
    if not len(rows):
        return None
    return np.ascontiguousarray(drawn[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])


@lru_cache(maxsize=1)
def _carried_face(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(built_in_cjk_face()), size_px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _system_faces(size_px: int) -> list[ImageFont.FreeTypeFont]:
    installed = {
        path.name: path for folder in _FOLDERS if folder.is_dir() for path in folder.rglob("*.tt[fc]")
    }
    return [face for style in _SYSTEM_FACES if (face := _first_face(style, installed, size_px)) is not None]


def _first_face(
    style: Sequence[tuple[str, int]], installed: dict[str, Path], size_px: int
) -> ImageFont.FreeTypeFont | None:
    for name, index in style:
        if name not in installed:
            continue
        try:
            return ImageFont.truetype(
                installed[name], size_px, index=index, layout_engine=ImageFont.Layout.BASIC
            )
        except OSError:
            # A font file that cannot be opened is no reason to stop; the carried face is always there.
            continue
    return None
