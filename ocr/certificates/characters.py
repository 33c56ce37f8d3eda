"""The characters of a line, one by one: what they fold to and where they stand.

Labels and values are found in *keys*: texts without blanks, folded. Every position in a key leads
back to the line as read, so that a value can be cut out with its polygon and its lattice.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.geometry import Box
from domain.records import TextLine
from domain.text import fold_character, remove_blanks
from ocr.layout import PlacedLine, union_box

_GAP_HEIGHTS = 0.75
"""White between two characters, in text heights, from which it is a gap and not a loose setting.
Chinese text is set solid; a full-width blank (张　三) is one height."""

_SPECKS = frozenset("☑☐□■▢_￣✓√")
"""What recognisers make of specks, underlines and empty room; never part of a label or value."""

_HALF_WIDTH = 0.55
"""Width of a Latin letter or digit in text heights, roughly."""


@dataclass(frozen=True, slots=True, eq=False)
class KeyedLine:
    """A line with its key and the place of each of its characters."""

    placed: PlacedLine
    key: str
    positions: tuple[int, ...]
    """Index in ``line.text`` of each character of the key."""

    lefts: tuple[float, ...]
    """Left edge of each character, page widths."""

    rights: tuple[float, ...]
    gaps: tuple[float, ...]
    """White before each character in text heights; 0 for the first and for solid setting."""

    @property
    def line(self) -> TextLine:
        """The line as read."""
        return self.placed.line

    @property
    def box(self) -> Box:
        """The line's box in page widths."""
        return self.placed.box

    def box_of(self, first: int, last: int) -> Box:
        """Return the box of ``key[first:last]`` in page widths; the whole line's when empty."""
        if first >= last:
            return self.box
        return Box(self.lefts[first], self.box.top, self.rights[last - 1], self.box.bottom)

    def cut(self, first: int, last: int) -> TextLine:
        """Return the part of the line that holds ``key[first:last]``, which must not be empty."""
        return self.line.cut(self.positions[first], self.positions[last - 1] + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """A stretch of one line: ``key[first:last]``."""

    keyed: KeyedLine
    first: int
    last: int

    @property
    def key(self) -> str:
        """The folded text."""
        return self.keyed.key[self.first : self.last]

    @property
    def box(self) -> Box:
        """The box in page widths."""
        return self.keyed.box_of(self.first, self.last)

    def part(self, start: int, end: int) -> "Span":
        """Return ``key[start:end]`` of this span."""
        return Span(self.keyed, self.first + start, self.first + end)


def key_of(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text folded without blanks and specks, and where each character of it comes from."""
    positions = tuple(i for i, c in enumerate(text) if c not in _SPECKS and remove_blanks(c))
    return "".join(_plain(fold_character(text[i])) for i in positions), positions


def _plain(character: str) -> str:
    """Return a Latin letter without its accent, which is a speck above it: Dáte of Approval."""
    if "\u00c0" <= character <= "\u017f":
        base = unicodedata.normalize("NFD", character)[0]
        return base.upper() if base.isascii() and base.isalpha() else character
    return character


def key_line(placed: PlacedLine) -> KeyedLine:
    """Find the key of a line and the places of its characters.

    Places come from the lattice's time steps where these tell; a text layer's characters are
    spread over the line by their usual widths, and its blanks count as gaps.
    """
    key, positions = key_of(placed.text)
    box = placed.box
    path = [step for step in placed.line.lattice.best_path() if step[0] not in _SPECKS]
    height = box.height or 1e-6
    if placed.line.lattice.exact or len(path) != len(key) or not key:
        return _spread(placed, key, positions)
    steps = max(1, placed.line.lattice.steps)
    centres = [box.left + (first + last) / 2 / steps * box.width for _, first, last in path]
    halves = [_usual_width(c) * height / 2 for c in key]
    lefts = [max(box.left, centre - half) for centre, half in zip(centres, halves, strict=True)]
    rights = [min(box.right, centre + half) for centre, half in zip(centres, halves, strict=True)]
    white = [(lefts[i] - rights[i - 1]) / height if i else 0.0 for i in range(len(key))]
    gaps = tuple(
        gap if gap >= _GAP_HEIGHTS else (_GAP_HEIGHTS if _blank_before(positions, i) else 0.0)
        for i, gap in enumerate(white)
    )
    return KeyedLine(placed, key, positions, tuple(lefts), tuple(rights), gaps)


def _spread(placed: PlacedLine, key: str, positions: tuple[int, ...]) -> KeyedLine:
    box, text = placed.box, placed.text.strip()
    offset = len(placed.text) - len(placed.text.lstrip())
    widths = [_usual_width(c) for c in text]
    scale = box.width / (sum(widths) or 1.0)
    starts = [0.0]
    for width in widths:
        starts.append(starts[-1] + width * scale)
    lefts = tuple(box.left + starts[p - offset] for p in positions)
    rights = tuple(box.left + starts[p - offset + 1] for p in positions)
    height = box.height or 1e-6
    gaps = tuple(
        max(_GAP_HEIGHTS, (lefts[i] - rights[i - 1]) / height) if _blank_before(positions, i) else 0.0
        for i in range(len(key))
    )
    return KeyedLine(placed, key, positions, lefts, rights, gaps)


def _usual_width(character: str) -> float:
    return _HALF_WIDTH if ord(character) < 0x2000 and character != "·" else 1.0


def _blank_before(positions: tuple[int, ...], index: int) -> bool:
    return index > 0 and positions[index] - positions[index - 1] > 1


@dataclass(frozen=True, slots=True, eq=False)
class RowText:
    """The lines of one visual row as one text, so that split and merged boxes read alike."""

    lines: tuple[KeyedLine, ...]
    key: str
    origins: tuple[tuple[int, int], ...]
    """For each character: index of its line in ``lines``, index in that line's key."""

    def gap_before(self, index: int) -> float:
        """Return the white before a character in text heights; also between boxes. 99 at the ends."""
        if index <= 0 or index >= len(self.key):
            return 99.0
        line_index, position = self.origins[index]
        line = self.lines[line_index]
        if position > 0:
            return line.gaps[position]
        before = self.lines[self.origins[index - 1][0]]
        height = min(line.box.height, before.box.height) or 1e-6
        # A new box is at least a little gap, even where the detector let boxes touch.
        return max(_GAP_HEIGHTS, (line.box.left - before.box.right) / height)

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the stretches of lines that hold ``key[start:end]``, left to right."""
        found: list[Span] = []
        for line_index, position in self.origins[start:end]:
            line = self.lines[line_index]
            if found and found[-1].keyed is line:
                found[-1] = Span(line, found[-1].first, position + 1)
            else:
                found.append(Span(line, position, position + 1))
        return tuple(found)


def join_row(lines: Sequence[KeyedLine]) -> RowText:
    """Join the lines of a visual row, given left to right."""
    origins = tuple((i, j) for i, line in enumerate(lines) for j in range(len(line.key)))
    return RowText(tuple(lines), "".join(line.key for line in lines), origins)


def box_of_spans(spans: Sequence[Span]) -> Box:
    """Return the box around spans, of which there must be one at least."""
    return union_box(span.box for span in spans)


def split_at_gaps(span: Span, least_heights: float) -> Iterator[Span]:
    """Split a span where the white between two characters is at least so many text heights."""
    start = span.first
    for i in range(span.first + 1, span.last):
        if span.keyed.gaps[i] >= least_heights:
            yield Span(span.keyed, start, i)
            start = i
    yield Span(span.keyed, start, span.last)


def cut_spans(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return the parts of spans that hold ``[start:end]`` of their joined texts."""
    cut: list[Span] = []
    position = 0
    for span in spans:
        length = span.last - span.first
        first, last = max(start - position, 0), min(end - position, length)
        if first < last:
            part = span.part(first, last)
            # Two stretches that touch on one line are one, so that the value is cut as a whole.
            if cut and cut[-1].keyed is part.keyed and cut[-1].last <= part.first:
                part = Span(part.keyed, cut.pop().first, part.last)
            cut.append(part)
        position += length
    return tuple(cut)
