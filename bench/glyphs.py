"""Look-alikes and characters that the recogniser cannot write: how good table and comparison are.

``make bench-glyphs`` prints

- how much of a hand-made list of look-alikes and of the planted mistakes the table has, against random pairs;
- for characters outside of the recogniser's alphabet, printed in typefaces that the comparison does not draw
  with and damaged, how often what is printed wins: the submitted character or its nearest look-alike.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from cli.wiring import make_options
from domain.geometry import Polygon
from domain.text import is_han
from jobs.character_images import CharacterQuestion, look_at_character
from matching.glyphs import are_similar_glyphs, look_alikes
from matching.messages import TELLING_GAP
from ocr.decode import readable_characters
from ocr.models import ModelStore
from samples.degrade import degrade
from samples.fonts import FONT_SETS, Face, has_character, load
from samples.people import COMMON_GIVEN

_BY_HAND = Path(__file__).with_name("look_alikes_by_hand.txt")
_PAGE = (900, 420)
_MARGIN_PX = 3
_RANDOM_PAIRS = 100_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run both benches; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.glyphs", description=__doc__.splitlines()[0])
    parser.add_argument("--characters", type=int, default=200)
    parser.add_argument("--em", type=int, default=42, help="pixels of a printed character")
    parser.add_argument("--degradations", nargs="+", default=["clean", "copy", "photo"])
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args(argv)
    print_table_recall(arguments.seed)
    print_character_looks(arguments)
    return 0


def print_table_recall(seed: int) -> None:
    """Print the share of known and of random pairs that the table calls alike."""
    from samples.mistakes import _LOOK_ALIKES

    chance = random.Random(seed)
    by_hand = [pair for pair in _pairs(_BY_HAND.read_text("utf-8")) if is_han(pair[0]) and is_han(pair[1])]
    controls = [tuple(chance.sample(COMMON_GIVEN[:1500], 2)) for _ in range(_RANDOM_PAIRS)]
    for name, pairs in (
        ("list by hand", by_hand),
        ("planted mistakes", _pairs(_LOOK_ALIKES)),
        ("random given names", controls),
    ):
        share = sum(are_similar_glyphs(first, second) for first, second in pairs) / len(pairs)
        print(f"{name:>20}: {share:7.2%} of {len(pairs)} pairs are in the table")


def print_character_looks(arguments: argparse.Namespace) -> None:
    """Print how often what is printed wins: the submitted character, and a look-alike in its stead."""
    alphabet = readable_characters(ModelStore(make_options(workers=None, cache=None).model_dir))
    faces = {style: FONT_SETS["held_out"][style][0] for style in ("song", "kai", "hei")}
    chance = random.Random(arguments.seed)
    unwritable = [
        character
        for character in map(chr, range(0x4E00, 0x9FA6))
        if character not in alphabet
        and look_alikes(character)
        and all(has_character(face, character) for face in faces.values())
    ]
    chosen = sorted(chance.sample(unwritable, min(arguments.characters, len(unwritable))))
    print(f"\n{len(chosen)} of {len(unwritable)} characters outside of the alphabet, em {arguments.em} px")
    print("     paper says | submitted: right, clearly right, clearly wrong | a look-alike: the same")
    gaps: dict[bool, list[float]] = {True: [], False: []}
    for how in arguments.degradations:
        for style, face in faces.items():
            here: dict[bool, list[float]] = {True: [], False: []}
            for number, character in enumerate(chosen):
                rival = next((o for o in look_alikes(character) if has_character(face, o)), None)
                for printed in filter(None, (character, rival)):
                    gap = _gap(character, printed, face, how, arguments, seed=arguments.seed + number)
                    if gap is not None:
                        here[printed == character].append(gap)
            print(f"{how:>9} {style:>5} | {_rates(here[True])} | {_rates(here[False])}", flush=True)
            gaps = {is_true: [*gaps[is_true], *here[is_true]] for is_true in gaps}
    print(f"{'all':>15} | {_rates(gaps[True])} | {_rates(gaps[False])}")


def _rates(gaps: Sequence[float]) -> str:
    """Return the shares of what wins at all, by a telling gap, and loses by one."""
    values = np.array(gaps)
    shares = (values > 0).mean(), (values >= TELLING_GAP).mean(), (values <= -TELLING_GAP).mean()
    return " ".join(f"{share:6.1%}" for share in shares) + f" (n={len(values)})"


def _gap(
    character: str, printed: str, face: Face, how: str, arguments: argparse.Namespace, *, seed: int
) -> float | None:
    """Return by how much likeness the printed character beats the others, submitted one included."""
    page, place = Image.new("RGB", _PAGE, "white"), Image.new("RGB", _PAGE, "white")
    left, top = _PAGE[0] // 2 - arguments.em * 3 // 2, _PAGE[1] // 2 - arguments.em // 2
    pen = ImageDraw.Draw(page)
    text, font = f"张{printed}明", load(face, arguments.em)
    pen.text((left, top), text, font=font, fill=(25, 25, 25))
    ImageDraw.Draw(place).rectangle(pen.textbbox((left, top), text, font=font), fill=(0, 0, 0))
    # Equal seeds turn and bend a page equally: a bar at the text's place shows where it went.
    damaged, moved = (np.asarray(degrade(drawn, how, seed=seed).convert("RGB")) for drawn in (page, place))
    polygon = _find_bar(moved)
    question = CharacterQuestion(character, look_alikes(character), polygon, index=1, count=3)
    looks = look_at_character(damaged, question, with_system_faces=False)
    if looks is None:
        return None
    gap = looks.likeness - looks.rival_likeness
    # Another look-alike that beats the printed one is right as well: it is not the submitted character.
    return gap if printed == character else -gap


def _find_bar(page: npt.NDArray[np.uint8]) -> Polygon:
    """Return the place of the black bar in the middle of a page, with the margin of a detector."""
    grey = cv2.GaussianBlur(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), (0, 0), 2)
    height, width = grey.shape
    middle = grey[height // 5 : -height // 5, width // 5 : -width // 5]
    _, dark = cv2.threshold(middle, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark)
    left, top, w, h, _ = max(stats[1:], key=lambda box: box[cv2.CC_STAT_AREA])
    x, y = left + width // 5 - _MARGIN_PX, top + height // 5 - _MARGIN_PX
    right, bottom = (x + w + 2 * _MARGIN_PX) / width, (y + h + 2 * _MARGIN_PX) / height
    return ((x / width, y / height), (right, y / height), (right, bottom), (x / width, bottom))


def _pairs(groups: str) -> list[tuple[str, ...]]:
    return sorted(
        {(first, second) for group in groups.split() for first in group for second in group if first < second}
    )


if __name__ == "__main__":
    sys.exit(main())
