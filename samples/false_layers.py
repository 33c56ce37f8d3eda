"""PDF files whose text is not what one sees: a hidden layer that says something else, codes that lie."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
from PIL import Image

from samples.paper import Item, Paper, Run
from samples.pdf_files import write_scanned_pdf, write_text_pdf
from samples.people import COMMON_GIVEN

LAYERS = ("hidden", "lying")
_SHARE = 0.6
"""Of the lines that are falsified."""

_LIES = (0.1, 0.6)
"""Of the characters that a font lies about: in one everything is odd, in another a digit or two."""


def falsify(papers: Sequence[Paper], chance: random.Random) -> list[Paper]:
    """Return the papers with one character changed in most lines, as bad text recognition leaves them."""
    return [replace(paper, items=[_falsified(item, chance) for item in paper.items]) for paper in papers]


def write_hidden_layer_pdf(
    path: Path, images: Sequence[Image.Image], layer: Sequence[Paper], *, dpi: int, quality: int
) -> None:
    """Write scanned pages with the text of other papers over them, which nobody sees."""
    write_scanned_pdf(path, images, dpi=dpi, quality=quality, hidden=layer)


def write_lying_pdf(path: Path, papers: Sequence[Paper], *, seed: int) -> None:
    """Write papers as text that looks right and is copied out wrong: the fonts' ToUnicode tables lie."""
    write_text_pdf(path, papers)
    chance = random.Random(seed)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        share = chance.choice(_LIES)
        for number in range(1, len(document.objects)):
            font = document.objects[number]
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                table = font["/ToUnicode"].read_bytes().decode("latin-1")
                font["/ToUnicode"].write(_lie(table, share, chance).encode("latin-1"))
        document.save(path, deterministic_id=True)


def _falsified(item: Item, chance: random.Random) -> Item:
    if not isinstance(item, Run) or chance.random() > _SHARE:
        return item
    places = [k for k, c in enumerate(item.text) if c.isdigit() or "一" <= c <= "龥"]
    if not places:
        return item
    place = chance.choice(places)
    choices = "0123456789" if item.text[place].isdigit() else COMMON_GIVEN[:300]
    other = chance.choice([c for c in choices if c != item.text[place]])
    return replace(item, text=item.text[:place] + other + item.text[place + 1 :])


def _lie(table: str, share: float, chance: random.Random) -> str:
    """Change a share of the characters that a ToUnicode table names into others that are as likely."""

    def lie(found: re.Match[str]) -> str:
        character = chr(int(found[0][1:-1], 16))
        if chance.random() > share or not (character.isdigit() or "一" <= character <= "龥"):
            return found[0]
        choices = "0123456789" if character.isdigit() else COMMON_GIVEN[:300]
        return f"<{ord(chance.choice([c for c in choices if c != character])):04X}>"

    # Codes have two digits, what they stand for has four.
    return re.sub(r"<[0-9A-Fa-f]{4}>", lie, table)
