"""A PDF's text layer as lines, where it says what the picture says."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.geometry import polygon_to_box
from domain.images import PageImage, Word
from domain.lattice import Lattice
from domain.records import PageReading, Rule, TextLine
from ocr.engine import OcrEngine
from ocr.font_check import Belief, FontCheck, LayerLine, make_layer_line
from ocr.rules import find_rules

_CELL_GAP = 1.2
"""In line heights: a wider gap separates table cells, not words."""

_WORD_GAP = 0.25


def read_text_layer(
    words: Sequence[Word],
    rules: Sequence[Rule] | None,
    check: FontCheck,
    render: Callable[[], PageImage],
    load_engine: Callable[[], OcrEngine],
    *,
    size_px: tuple[int, int],
    file: str,
    page_number: int,
) -> PageReading | None:
    """Return the page as its text layer says it, or ``None`` when the layer cannot be trusted.

    Sideways layers are left to the engine, which turns the page.

    Args:
        words: Of the layer.
        rules: Ruling lines; ``None`` when they are to be found in the picture.
        check: What is known about the fonts of the document; a page with a font that nobody has seen
            at work is looked at, and what is seen is added.
        render: Returns the picture; called only when it is needed.
        load_engine: Returns the engine; called only when it is needed.
        size_px: Width and height of the picture.
        file: Name of the document.
        page_number: 1-based.
    """
    lines = layer_lines(words, size_px)
    if not lines:
        return None
    belief = check.belief(lines)
    if belief is Belief.UNKNOWN:
        check.look(render(), lines, load_engine().read_lines)
        belief = check.belief(lines)
    if belief is not Belief.TRUE:
        return None
    return PageReading(
        file=file,
        page_number=page_number,
        width_px=size_px[0],
        height_px=size_px[1],
        lines=tuple(line.line for line in lines),
        rules=tuple(rules) if rules is not None else find_rules(_darkest(render())),
        from_text_layer=True,
    )


def look_at_layer(
    words: Sequence[Word],
    check: FontCheck,
    render: Callable[[], PageImage],
    engine: OcrEngine,
    *,
    size_px: tuple[int, int],
) -> None:
    """Compare a page of the document's sample with its picture."""
    lines = layer_lines(words, size_px)
    if lines:
        check.look(render(), lines, engine.read_lines)


def layer_lines(words: Sequence[Word], size_px: tuple[int, int]) -> list[LayerLine]:
    """Return the lines of a layer; none of one that is not level."""
    level = [word for word in words if _is_level(word)]
    if not level or len(level) < 0.9 * len(words):
        return []
    aspect = size_px[0] / size_px[1]
    return [make_layer_line(_join(run, aspect), run) for run in _runs(level, aspect)]


def _darkest(image: PageImage) -> npt.NDArray[np.uint8]:
    red, green, blue = (image.pixels[:, :, channel] for channel in range(3))
    darkest: npt.NDArray[np.uint8] = np.minimum(np.minimum(red, green), blue)
    return darkest


def words_to_lines(words: Sequence[Word], aspect: float) -> list[TextLine]:
    """Join words into lines; a gap wider than ``_CELL_GAP`` heights begins a new line.

    Args:
        words: Level words, any order.
        aspect: Page width over height, to compare widths with heights.
    """
    return [_join(run, aspect) for run in _runs(words, aspect)]


def _runs(words: Sequence[Word], aspect: float) -> list[list[Word]]:
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
    runs = []
    for row in rows:
        row.sort(key=lambda item: polygon_to_box(item.polygon).left)
        run: list[Word] = []
        for word in row:
            if run and _gap(run[-1], word, aspect) > _CELL_GAP:
                runs.append(run)
                run = []
            run.append(word)
        runs.append(run)
    return runs


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
