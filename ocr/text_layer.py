"""A PDF's text layer as lines, where it says what the picture says."""

import difflib
from collections.abc import Sequence
from itertools import pairwise

from domain.geometry import polygon_to_box
from domain.images import PageImage, Word
from domain.lattice import Lattice
from domain.records import PageReading, TextLine
from domain.text import fold
from ocr.engine import OcrEngine
from ocr.rules import find_rules

_SAMPLE_LINES = 4
_LEAST_SAMPLE_CHARACTERS = 3
_LEAST_LIKENESS = 0.7
"""Of layer and picture, the lower median of the sample: a misread character or two in a line is
the engine's, another text is the layer's."""

_CELL_GAP = 1.2
"""In line heights: a wider gap separates table cells, not words."""

_WORD_GAP = 0.25


def read_text_layer(
    image: PageImage, words: Sequence[Word], engine: OcrEngine, *, file: str, page_number: int
) -> PageReading | None:
    """Return the page as its text layer says it, or ``None`` when the layer cannot be trusted.

    Scans carry invisible or foreign layers, fonts carry wrong tables: a few lines are read from the
    picture and compared. Sideways layers are left to the engine, which turns the page.
    """
    level = [word for word in words if _is_level(word)]
    if not level or len(level) < 0.9 * len(words):
        return None
    lines = words_to_lines(level, image.width_px / image.height_px)
    if not _is_true(image, lines, engine):
        return None
    grey = image.pixels.min(axis=2)
    return PageReading(
        file=file,
        page_number=page_number,
        width_px=image.width_px,
        height_px=image.height_px,
        lines=tuple(lines),
        rules=find_rules(grey),
        from_text_layer=True,
    )


def words_to_lines(words: Sequence[Word], aspect: float) -> list[TextLine]:
    """Join words into lines; a gap wider than ``_CELL_GAP`` heights begins a new line.

    Args:
        words: Level words, any order.
        aspect: Page width over height, to compare widths with heights.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda item: polygon_to_box(item.polygon).centre[1]):
        box = polygon_to_box(word.polygon)
        if rows:
            last = polygon_to_box(rows[-1][-1].polygon)
            overlap = min(box.bottom, last.bottom) - max(box.top, last.top)
            if overlap > 0.5 * min(box.height, last.height):
                rows[-1].append(word)
                continue
        rows.append([word])
    lines = []
    for row in rows:
        row.sort(key=lambda item: polygon_to_box(item.polygon).left)
        run: list[Word] = []
        for word in row:
            if run and _gap(run[-1], word, aspect) > _CELL_GAP:
                lines.append(_join(run, aspect))
                run = []
            run.append(word)
        lines.append(_join(run, aspect))
    return lines


def _gap(before: Word, after: Word, aspect: float) -> float:
    """Return the gap between two words in line heights."""
    first, second = polygon_to_box(before.polygon), polygon_to_box(after.polygon)
    return (second.left - first.right) * aspect / max(1e-6, min(first.height, second.height))


def _join(run: Sequence[Word], aspect: float) -> TextLine:
    text = run[0].text
    box = polygon_to_box(run[0].polygon)
    for before, word in pairwise(run):
        text += (" " if _gap(before, word, aspect) > _WORD_GAP else "") + word.text
        box = box.union(polygon_to_box(word.polygon))
    return TextLine(text, box.to_polygon(), 1.0, Lattice.of_text(text))


def _is_level(word: Word) -> bool:
    (left, top), (right, top_right), *_ = word.polygon
    return right > left and abs(top_right - top) < abs(right - left)


def _is_true(image: PageImage, lines: Sequence[TextLine], engine: OcrEngine) -> bool:
    worthy = [line for line in lines if len(fold(line.text)) >= _LEAST_SAMPLE_CHARACTERS]
    if not worthy:
        return False
    # Spread over the page: a layer may be right in the head and wrong in the body.
    step = max(1, len(worthy) // _SAMPLE_LINES)
    sample = worthy[step // 2 :: step][:_SAMPLE_LINES]
    likeness = sorted(
        difflib.SequenceMatcher(None, fold(line.text), fold(read), autojunk=False).ratio()
        for line, read in zip(sample, engine.read_lines(image, sample), strict=True)
    )
    # The lower median: half of the sample must not be able to vouch for the other half.
    return likeness[(len(likeness) - 1) // 2] >= _LEAST_LIKENESS
