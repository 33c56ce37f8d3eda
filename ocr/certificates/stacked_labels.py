"""Labels that are broken over several lines, one above the other."""

from collections.abc import Sequence

from domain.text import is_han
from ocr.certificates.characters import KeyedLine, Span, box_of_spans
from ocr.certificates.labels import Label
from ocr.certificates.vocabulary import CHINESE_LABELS, simplify
from ocr.layout import Grid, overlap


def find_stacked_labels(lines: Sequence[KeyedLine], grid: Grid) -> tuple[Label, ...]:
    """Find labels that are broken over two or three short lines, one above the other (工作 / 单位).

    Two lines that are labels by themselves are one label only inside one ruled cell.
    """
    short = [line for line in lines if 1 <= len(line.key) <= 8 and is_han(line.key[0])]
    labels: list[Label] = []
    used: set[int] = set()
    for upper in sorted(short, key=lambda line: line.box.top):
        chain = [upper]
        while id(upper) not in used and len(chain) < 4:
            below = _next_below(chain[-1], short)
            if below is None or id(below) in used:
                break
            chain.append(below)
            word = simplify("".join(line.key for line in chain)).rstrip(":;")
            if word in CHINESE_LABELS and (_not_two_labels(chain) or _one_cell(chain, grid)):
                spans = tuple(Span(line, 0, len(line.key)) for line in chain)
                labels.append(
                    Label(CHINESE_LABELS[word], word, spans, box_of_spans(spans), True, True, -1, 0, 0)
                )
                used.update(id(line) for line in chain)
                break
    return tuple(labels)


def _not_two_labels(chain: Sequence[KeyedLine]) -> bool:
    if any(line.key.rstrip(":;") != line.key for line in chain[:-1]):
        return False
    labels = [simplify(line.key).rstrip(":;") in CHINESE_LABELS for line in chain]
    # 身份证 / 号码 and 专业技术 / 资格名称: a whole label on one of the lines, but never on each.
    return not all(labels)


def _one_cell(chain: Sequence[KeyedLine], grid: Grid) -> bool:
    cells = [grid.cell_of(line.box) for line in chain]
    return cells[0] is not None and all(cell == cells[0] for cell in cells)


def _next_below(line: KeyedLine, lines: Sequence[KeyedLine]) -> KeyedLine | None:
    found = [
        other
        for other in lines
        if other is not line
        and other.box.top > line.box.centre[1]
        and other.box.top - line.box.bottom < 0.8 * line.box.height
        and overlap(other.box.left, other.box.right, line.box.left, line.box.right)
        > 0.5 * min(other.box.width, line.box.width)
    ]
    return min(found, key=lambda other: other.box.top) if found else None
