"""English repetitions of labels on bilingual forms: 姓名 / Full Name."""

from collections.abc import Sequence
from dataclasses import replace

from domain.geometry import Box
from ocr.certificates.characters import KeyedLine, Span
from ocr.certificates.label_words import is_english_label
from ocr.certificates.labels import Label
from ocr.layout import is_beside, overlap

_LETTERS_OF_A_WORD = 2
"""A line of so many Latin letters and hardly a digit is English print: values have digits."""


def is_english(line: KeyedLine) -> bool:
    """Tell whether a line is an English label or heading: Latin letters without digits."""
    key = line.key
    if any(not c.isascii() for c in key) or sum(c.isdigit() for c in key) > max(1, len(key) // 4):
        return False
    letters = sum(c.isalpha() for c in key)
    if letters < 2 or line.box.width < line.box.height:
        return False
    return letters >= _LETTERS_OF_A_WORD or is_english_label(key) is not None


def widen_by_twins(
    labels: Sequence[Label], english: Sequence[KeyedLine]
) -> tuple[list[Label], list[KeyedLine]]:
    """Widen Chinese labels by their English twins, so that a value between the two is beside them."""
    twins: list[KeyedLine] = []
    widened: list[Label] = []
    for label in labels:
        near = [line for line in english if line not in twins and _is_twin(label, line)]
        if near:
            twin = min(near, key=lambda line: _distance(label.box, line.box))
            twins.append(twin)
            # The twin widens the label downwards or upwards only: values may stand right behind it.
            box = Box(
                label.box.left,
                min(label.box.top, twin.box.top),
                max(label.box.right, twin.box.right) if is_beside(label.box, twin.box) else label.box.right,
                max(label.box.bottom, twin.box.bottom),
            )
            label = replace(label, box=box)
        widened.append(label)
    return widened, twins


def _is_twin(label: Label, line: KeyedLine) -> bool:
    named = is_english_label(line.key)
    same = label.field is not None and named == label.field
    reach = 2.0 * max(line.box.height, label.spans[0].keyed.box.height)
    above = -overlap(label.box.top, label.box.bottom, line.box.top, line.box.bottom)
    aside = -overlap(label.box.left, label.box.right, line.box.left, line.box.right)
    if same:
        return above < reach and aside < reach
    # An English line that is misread is still the twin when it stands right below and starts alike.
    lined_up = abs(line.box.left - label.box.left) < 1.5 * line.box.height
    return named is None and 0 < above < 0.6 * reach and lined_up and line.box.top > label.box.top


def _distance(first: Box, second: Box) -> float:
    (x0, y0), (x1, y1) = first.centre, second.centre
    return abs(x0 - x1) + abs(y0 - y1)


def english_label(line: KeyedLine) -> Label:
    """Return an English line as a label of its own."""
    span = Span(line, 0, len(line.key))
    return Label(is_english_label(line.key), line.key, (span,), line.box, True, True, -1, 0, 0)
