"""Fonts from Debian packages: which are there, which characters they really have.

Several of the faces were made for traditional characters, so every character is looked up before it is
drawn, and a run that a face cannot write is written by another one. An empty box is never drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_SHARE = Path("/usr/share/fonts")
_NEVER_A_CHARACTER = "\U000ffffd"
_PROBE_PX = 24


@dataclass(frozen=True, slots=True)
class Face:
    """One font file (and the index of the font in a collection)."""

    path: str
    package: str
    index: int = 0
    outlines: str = "truetype"
    """``truetype`` can go into a PDF as text; ``cff`` can only be drawn."""


_GBSN = Face("truetype/arphic-gbsn00lp/gbsn00lp.ttf", "fonts-arphic-gbsn00lp")
_GKAI = Face("truetype/arphic-gkai00mp/gkai00mp.ttf", "fonts-arphic-gkai00mp")
_UMING = Face("truetype/arphic/uming.ttc", "fonts-arphic-uming")
_UKAI = Face("truetype/arphic/ukai.ttc", "fonts-arphic-ukai")
_CWFS = Face("truetype/cwtex/cwfs.ttf", "fonts-cwtex-fs")
_WENKAI = Face("truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", "fonts-lxgw-wenkai")
_WENKAI_LIGHT = Face("truetype/lxgw-wenkai/LXGWWenKai-Light.ttf", "fonts-lxgw-wenkai")
_MICROHEI = Face("truetype/wqy/wqy-microhei.ttc", "fonts-wqy-microhei")
_ZENHEI = Face("truetype/wqy/wqy-zenhei.ttc", "fonts-wqy-zenhei")
_NOTO_SANS = Face("opentype/noto/NotoSansCJK-Regular.ttc", "fonts-noto-cjk", 2, "cff")
_NOTO_SERIF = Face("opentype/noto/NotoSerifCJK-Regular.ttc", "fonts-noto-cjk", 2, "cff")
_NOTO_SERIF_BOLD = Face("opentype/noto/NotoSerifCJK-Bold.ttc", "fonts-noto-cjk", 2, "cff")
_CNS_SUNG = Face("truetype/cns11643/TW-Sung-98_1.ttf", "fonts-cns11643-sung")
_HANA = Face("truetype/hanazono/HanaMinA.ttf", "fonts-hanazono")

FONT_SETS: dict[str, dict[str, tuple[Face, ...]]] = {
    "samples": {
        "song": (_GBSN,),
        "kai": (_GKAI,),
        "hei": (_MICROHEI, _NOTO_SANS),
        "fang": (_GBSN, _CWFS),
        "title": (_NOTO_SERIF_BOLD, _GBSN),
        "hand": (_WENKAI, _GKAI),
        "dots": (_GBSN,),
    },
    "held_out": {
        "song": (_UMING, _NOTO_SERIF),
        "kai": (_UKAI, _WENKAI),
        "hei": (_ZENHEI,),
        "fang": (_CNS_SUNG, _UMING),
        "title": (_ZENHEI, _UMING),
        "hand": (_WENKAI_LIGHT, _UKAI),
        "dots": (_UMING,),
    },
}
"""Styles of print and the faces that stand for them; no face is the first choice in both sets."""

_LAST_RESORTS = (_UMING, _NOTO_SERIF, _HANA)


class MissingFontError(Exception):
    """A font file is not installed; the text names the Debian package."""


def face_path(face: Face) -> Path:
    """Return the file of a face.

    Raises:
        MissingFontError: Its package is not installed.
    """
    path = _SHARE / face.path
    if not path.is_file():
        raise MissingFontError(f"字体文件 {path} 不存在，请先安装：apt-get install {face.package}")
    return path


@lru_cache(maxsize=512)
def load(face: Face, size_px: int) -> ImageFont.FreeTypeFont:
    """Return a face at a size in pixels.

    Raises:
        MissingFontError: Its package is not installed.
    """
    return ImageFont.truetype(
        face_path(face), size_px, index=face.index, layout_engine=ImageFont.Layout.BASIC
    )


@lru_cache(maxsize=65536)
def has_character(face: Face, character: str) -> bool:
    """Tell whether the face draws ``character`` as something else than its empty box or nothing."""
    if character in " \u3000\u00a0":
        return True
    font = load(face, _PROBE_PX)
    mask = font.getmask(character)
    if not mask.size[0] or mask.getbbox() is None:
        return False
    box = font.getmask(_NEVER_A_CHARACTER)
    return mask.size != box.size or bytes(mask) != bytes(box)


def split_by_face(text: str, faces: Sequence[Face], *, as_text: bool = False) -> list[tuple[str, Face]]:
    """Split a run of text so that each part can be written by its face.

    The first face that has all characters writes everything; otherwise the best one writes what it can and
    single characters come from others, as word processors do it.

    Args:
        text: What is to be written.
        faces: In order of preference.
        as_text: Only faces that can be embedded in a PDF.

    Raises:
        MissingFontError: A package is not installed.
        ValueError: No installed font has one of the characters.
    """
    usable = [f for f in (*faces, *_LAST_RESORTS) if not as_text or f.outlines == "truetype"]
    for face in usable[:-1]:
        if all(has_character(face, c) for c in text):
            return [(text, face)]
    first = usable[0]
    if sum(not has_character(first, c) for c in text) * 3 > len(text):
        usable = [*usable[1:], first]
    parts: list[tuple[str, Face]] = []
    for character in text:
        able = [f for f in usable if has_character(f, character)]
        if not able:
            raise ValueError(f"no installed font has {character!r} (U+{ord(character):04X})")
        face = able[0]
        if parts and parts[-1][1] == face:
            parts[-1] = (parts[-1][0] + character, face)
        else:
            parts.append((character, face))
    return parts
