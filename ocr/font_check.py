"""Whether a document's text layer says what its pictures show, found out font by font.

A false text layer is the property of a font: its table of characters lies, about everything or about a
digit or two. So for each document lines of a sample of pages are read from the picture until every font
has been seen at work. A character that the picture contradicts and never confirms is a suspect: pages
with it are read from their pictures. A document with more than a few suspects is not believed at all.
"""

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from domain.images import PageImage, Word
from domain.records import TextLine
from domain.script import simplify
from domain.text import fold_character, is_han, remove_blanks

_ENOUGH = 24
"""Different characters of a font; a table that lies about one in ten is found out by then nine times
in ten, and a document has several fonts."""

_MAX_LINES_PER_PAGE = 12
_MIN_LINES_PER_PAGE = 4
"""Of a page that is read at all: layers may be right in the head and wrong in the body."""

_MAX_SUSPECTS = 2
_MAX_SUSPECT_SHARE = 0.03
"""Of the characters seen; with more of them the document is not believed at all."""

_HARMLESS_SHARE = 0.01
"""Of the characters seen: a rare character that the recogniser cannot write (贠) is contradicted each
time. Tables that lie do so about more than one character in a hundred; digits are never harmless."""

_LEAST_LIKENESS = 0.7
"""Of layer and picture, the lower median of a page's sample; below it the layer is another text's."""

_LOOK_THE_SAME = str.maketrans("OIL丨|—一ー〇力口二八工卜夕", "011111110カロニハエトタ")
"""Characters that no reader tells apart without context: a disagreement about them says nothing."""

Character = tuple[str, str]
"""Font key and folded character."""


class Belief(Enum):
    """What is known of the text layer of a page."""

    TRUE = auto()
    FALSE = auto()
    UNKNOWN = auto()
    """A font of the page was never seen at work."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerLine:
    """A line of a text layer with the fonts of its characters."""

    line: TextLine
    characters: tuple[Character, ...]
    """Of ``fold(line.text)``, in order."""


def make_layer_line(line: TextLine, words: Sequence[Word]) -> LayerLine:
    """Return a line that was joined from words."""
    characters = [
        (font, fold_character(character))
        for word in words
        for character, font in zip(word.text, word.fonts or ("",) * len(word.text), strict=True)
        if remove_blanks(character)
    ]
    return LayerLine(line, tuple(characters))


@dataclass(slots=True)
class FontCheck:
    """What pictures have said so far about the fonts of one document."""

    is_false: bool = False
    """The document's layer says other things than its pages."""

    _confirmed: Counter[Character] = field(default_factory=Counter)
    _contradicted: Counter[Character] = field(default_factory=Counter)

    def belief(self, lines: Sequence[LayerLine]) -> Belief:
        """Tell whether a page is to be believed, ``UNKNOWN`` when it must be looked at first."""
        used = {character for line in lines for character in line.characters if _counts(character[1])}
        if not used or self.is_false or used & self._grave_suspects():
            return Belief.FALSE
        known = {font for font, _ in self._confirmed}
        return Belief.TRUE if {font for font, _ in used} <= known else Belief.UNKNOWN

    def look(
        self,
        image: PageImage,
        lines: Sequence[LayerLine],
        read_lines: Callable[[PageImage, Sequence[TextLine]], list[str]],
    ) -> None:
        """Compare some lines of a page with its picture.

        Args:
            image: The page.
            lines: All lines of its text layer.
            read_lines: Reads places of the picture, see ``OcrEngine.read_lines``.
        """
        chosen = self._choose(lines)
        likeness = self._compare(image, chosen, read_lines)
        suspects = self._suspects()
        doubted = [line for line in lines if line not in chosen and suspects & set(line.characters)]
        # A slip of the recogniser is not repeated among other neighbours, a lie of the font is.
        self._compare(image, _cover(doubted, suspects, {}), read_lines)
        # The lower median: half of the sample must not be able to vouch for the other half.
        if likeness and sorted(likeness)[(len(likeness) - 1) // 2] < _LEAST_LIKENESS:
            self.is_false = True
        self.is_false |= len(self._suspects()) > max(_MAX_SUSPECTS, _MAX_SUSPECT_SHARE * self._seen)

    @property
    def _seen(self) -> int:
        return len(self._confirmed.keys() | self._contradicted.keys())

    def _suspects(self) -> set[Character]:
        return {one for one, times in self._contradicted.items() if times > self._confirmed[one]}

    def _grave_suspects(self) -> set[Character]:
        suspects = self._suspects()
        few = len(suspects) <= _HARMLESS_SHARE * self._seen
        return {one for one in suspects if not few or one[1].isascii()}

    def _choose(self, lines: Sequence[LayerLine]) -> list[LayerLine]:
        """Choose lines until every font was seen often enough, digits above all; and some beside."""
        left = {font: _ENOUGH for line in lines for font, _ in line.characters}
        for font, character in self._confirmed:
            if font in left and not character.isascii():
                left[font] -= 1
        wanted = {one for line in lines for one in line.characters if _counts(one[1])}
        chosen = _cover(lines, wanted - self._confirmed.keys(), left)
        beside = [line for line in lines if line not in chosen and len(line.characters) > 2]
        missing = max(0, _MIN_LINES_PER_PAGE - len(chosen))
        step = max(1, len(beside) // max(1, missing))
        return chosen + beside[step // 2 :: step][:missing]

    def _compare(
        self,
        image: PageImage,
        lines: Sequence[LayerLine],
        read_lines: Callable[[PageImage, Sequence[TextLine]], list[str]],
    ) -> list[float]:
        """Note what the picture says about the characters of some lines; return how alike each is."""
        if not lines:
            return []
        likeness = []
        for line, read in zip(lines, read_lines(image, [line.line for line in lines]), strict=True):
            # 焕 in print and 煥 as it is read are one character, as everywhere else.
            ours = simplify("".join(character for _, character in line.characters))
            seen = simplify("".join(map(fold_character, remove_blanks(read))))
            matcher = difflib.SequenceMatcher(
                None, ours.translate(_LOOK_THE_SAME), seen.translate(_LOOK_THE_SAME), autojunk=False
            )
            if len(ours) > 2:
                likeness.append(matcher.ratio())
            for tag, first, last, first_seen, last_seen in matcher.get_opcodes():
                characters = [one for one in line.characters[first:last] if _counts(one[1])]
                if tag == "equal":
                    self._confirmed.update(characters)
                elif tag == "replace" and last - first == last_seen - first_seen:
                    self._contradicted.update(characters)
        return likeness


def _cover(lines: Sequence[LayerLine], wanted: Iterable[Character], left: dict[str, int]) -> list[LayerLine]:
    """Choose few lines that have as many of the wanted characters as can be.

    Args:
        lines: To choose from.
        wanted: Characters that should be seen.
        left: How many of a font are enough, digits and Latin letters aside; all when not given.
    """
    missing = {one for one in wanted if one[1].isascii() or left.get(one[0], 1) > 0}
    open_lines = [(line, set(line.characters)) for line in lines]
    chosen: list[LayerLine] = []
    while missing and open_lines and len(chosen) < _MAX_LINES_PER_PAGE:
        best = max(range(len(open_lines)), key=lambda i: _gain(open_lines[i][1] & missing))
        line, characters = open_lines.pop(best)
        gained = characters & missing
        if not gained:
            break
        chosen.append(line)
        missing -= gained
        for font, character in gained:
            if font in left and not character.isascii():
                left[font] -= 1
        missing = {one for one in missing if one[1].isascii() or left.get(one[0], 1) > 0}
    return chosen


def _gain(characters: set[Character]) -> int:
    # In numbers a single lie changes who is meant.
    return sum(3 if character.isdigit() else 1 for _, character in characters)


def _counts(character: str) -> bool:
    """Tell whether a character says something; marks are read in many ways."""
    return is_han(character) or (character.isascii() and character.isalnum())
