"""Make ``matching/similar_glyphs.txt``: which characters look alike, and how much (``make glyphs``).

All Chinese characters of GBK and of the recogniser's dictionary are drawn in three typefaces and compared
with each other (``bench.glyph_shapes``). Takes five to ten minutes on two cores.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.glyph_shapes import describe_shapes, like_pairs
from cli.wiring import make_options
from domain.text import fold_character, is_han
from ocr.decode import readable_characters
from ocr.models import ModelStore
from samples.fonts import Face, has_character

TABLE = Path(__file__).resolve().parent.parent / "matching" / "similar_glyphs.txt"

FACES = (
    Face("opentype/noto/NotoSerifCJK-Regular.ttc", "fonts-noto-cjk", 2, "cff"),
    Face("truetype/wqy/wqy-zenhei.ttc", "fonts-wqy-zenhei"),
    Face("truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", "fonts-lxgw-wenkai"),
)
"""Song, hei and kai with nearly all of the characters."""

LEAST_LIKENESS = 0.55
_BEST_COMMON, _BEST_OF_ALL = 6, 3
"""Of a rare character so many look-alikes are kept, from the common characters and from all."""


def main() -> int:
    """Write the table; return the exit status."""
    common = frozenset(_decodable("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF)))
    characters = list_characters()
    print(f"{len(characters)} characters, {len(FACES)} typefaces", flush=True)
    shapes = [describe_shapes(characters, face) for face in FACES]
    pairs = {
        (characters[first], characters[second]): likeness
        for (first, second), likeness in like_pairs(shapes, LEAST_LIKENESS).items()
    }
    kept = choose_pairs(pairs, common)
    TABLE.write_text(format_table(kept, len(characters)), encoding="utf-8", newline="\n")
    print(f"{len(pairs)} pairs from {LEAST_LIKENESS} on, {len(kept)} kept, {TABLE.stat().st_size:,} bytes")
    return 0


def list_characters() -> list[str]:
    """Return the Chinese characters of GBK and of the recogniser that two typefaces have, folded, sorted."""
    options = make_options(workers=None, cache=None)
    readable = readable_characters(ModelStore(options.model_dir))
    wanted = {*_decodable("gbk", range(0x81, 0xFF), range(0x40, 0xFF)), *filter(is_han, readable)}
    return sorted(
        character
        for character in {fold_character(c) for c in wanted}
        if sum(has_character(face, character) for face in FACES) > 1
    )


def choose_pairs(
    pairs: Mapping[tuple[str, str], float], common: frozenset[str]
) -> dict[tuple[str, str], float]:
    """Keep every pair of common characters, and for each rare character its best few."""
    kept = {pair for pair in pairs if pair[0] in common and pair[1] in common}
    of_rare: dict[str, list[tuple[float, str, tuple[str, str]]]] = defaultdict(list)
    for pair, likeness in pairs.items():
        for own, other in (pair, pair[::-1]):
            if own not in common:
                of_rare[own].append((-likeness, other, pair))
    for alike in of_rare.values():
        alike.sort()
        kept.update(pair for _, _, pair in alike[:_BEST_OF_ALL])
        kept.update([pair for _, other, pair in alike if other in common][:_BEST_COMMON])
    return {pair: pairs[pair] for pair in sorted(kept)}


def format_table(pairs: Mapping[tuple[str, str], float], characters: int) -> str:
    """Write the table: each character, then after every grade in hundredths the characters so alike."""
    faces = ", ".join(Path(face.path).stem for face in FACES)
    by_grade: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (first, second), likeness in pairs.items():
        by_grade[first][min(99, round(100 * likeness))].append(second)
    lines = [
        f"# make glyphs (python -m bench.glyph_table): {len(pairs)} pairs of {characters} characters; {faces}"
    ]
    lines += [
        first
        + "".join(f"{grade}{''.join(sorted(alike))}" for grade, alike in sorted(grades.items(), reverse=True))
        for first, grades in sorted(by_grade.items())
    ]
    return "\n".join(lines) + "\n"


def _decodable(encoding: str, leads: Iterable[int], trails: Iterable[int]) -> list[str]:
    """Return the Chinese characters of a two-byte encoding."""
    found = []
    trails = list(trails)
    for lead in leads:
        for trail in trails:
            character = bytes([lead, trail]).decode(encoding, "ignore")
            if len(character) == 1 and is_han(character) and character != "〇":
                found.append(character)
    return found


if __name__ == "__main__":
    sys.exit(main())
