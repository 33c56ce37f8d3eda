"""Builders of approval documents as an engine would have read them: tables, name grids, text."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.geometry import Box
from domain.records import PageReading, Rule, TextLine
from tests.paper import read_lattice

WIDTH, HEIGHT = 1240, 1754
EM = 26


@dataclass
class Sheet:
    """One page under construction; lengths in pixels."""

    number: int = 1
    lines: list[TextLine] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    lean: float = 0.0
    """Downward slope of the whole page, as of a scan put in askew."""

    def write(self, text: str, left: float, middle: float, em: float = EM) -> None:
        """Write a text whose vertical middle lies at ``middle``; full-width blanks take room."""
        width = width_of(text, em)

        def corner(x: float, y: float) -> tuple[float, float]:
            return (x / WIDTH, (y + self.lean * x) / HEIGHT)

        box = Box(left, middle - 0.6 * em, left + width, middle + 0.6 * em)
        polygon = tuple(corner(x, y) for x, y in box.to_polygon())
        self.lines.append(TextLine(text.replace("\u3000", " "), polygon, 0.98, read_lattice(text, em)))

    def centre(self, text: str, middle: float, em: float = EM) -> None:
        """Write a centred line."""
        self.write(text, (WIDTH - width_of(text, em)) / 2, middle, em)

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a ruling line."""
        self.rules.append(
            Rule((x1 / WIDTH, (y1 + self.lean * x1) / HEIGHT), (x2 / WIDTH, (y2 + self.lean * x2) / HEIGHT))
        )

    def done(self, *, seed: int | None = None) -> PageReading:
        """Return the page; with a seed, lines come in any order and stand a little off."""
        lines = list(self.lines)
        if seed is not None:
            chance = random.Random(seed)
            lines = [_shaken(line, chance) for line in lines]
            chance.shuffle(lines)
        return PageReading("批复.pdf", self.number, WIDTH, HEIGHT, tuple(lines), tuple(self.rules))


def width_of(text: str, em: float = EM) -> float:
    """Return the printed width of a text in pixels."""
    return sum(em * (0.5 if ord(c) < 0x2000 else 1.0) for c in text)


def _shaken(line: TextLine, chance: random.Random) -> TextLine:
    dx, dy = chance.uniform(-2, 2) / WIDTH, chance.uniform(-2, 2) / HEIGHT
    polygon = tuple((x + dx, y + dy) for x, y in line.polygon)
    return TextLine(line.text, polygon, line.confidence, line.lattice)


def head(
    sheet: Sheet,
    *,
    number: str = "陕人社函〔2016〕10号",
    title: Sequence[str] = ("关于批准张三等同志具备", "高级工程师任职资格的通知"),
) -> None:
    """Write masthead, number and title at the top of a page."""
    sheet.centre("陕西省人力资源和社会保障厅文件", 150, 44)
    if number:
        sheet.centre(number, 250)
    for i, part in enumerate(title):
        sheet.centre(part, 350 + 50 * i, 36)


def paragraph(sheet: Sheet, text: str, top: float, *, columns: int = 34) -> float:
    """Write running text with an indented first line; return where the next line goes."""
    y, first, rest = top, text[: columns - 2], text[columns - 2 :]
    sheet.write(first, 170 + 2 * EM, y)
    while rest:
        y += 46
        sheet.write(rest[:columns], 170, y)
        rest = rest[columns:]
    return y + 46


def signature(sheet: Sheet, top: float, *, date: str = "二〇一六年一月五日") -> None:
    """Write the signing body and the date."""
    sheet.write("陕西省人力资源和社会保障厅", 700, top)
    sheet.write(date, 780, top + 50)


def table(
    sheet: Sheet,
    rows: Sequence[Sequence[str]],
    *,
    top: float,
    widths: Sequence[float],
    left: float = 120,
    pitch: float = 52,
    ruled: bool = True,
    merged: Sequence[tuple[int, int, int]] = (),
    seed: int | None = None,
) -> float:
    """Write rows of cells, centred; a line break in a cell makes two lines.

    Args:
        sheet: The page.
        rows: Texts of the cells; an empty text leaves a cell blank.
        top: Upper edge.
        widths: Of the columns.
        left: Left edge.
        pitch: Height of a row.
        ruled: Whether ruling lines are drawn.
        merged: (column, first row, last row): one cell whose text is that of its first row.
        seed: Merges some neighbouring boxes and splits some names, as detectors do.

    Returns:
        The lower edge.
    """
    edges = [left]
    for width in widths:
        edges.append(edges[-1] + width)
    covered = {(c, r) for c, first, last in merged for r in range(first + 1, last + 1)}
    spans = {(c, first): last for c, first, last in merged}
    chance = random.Random(seed)
    for r, row in enumerate(rows):
        boxes: list[tuple[float, float, str]] = []
        for c, text in enumerate(row):
            if not text or (c, r) in covered:
                continue
            last = spans.get((c, r), r)
            middle = top + pitch * (r + last + 1) / 2
            parts = text.split("\n")
            for i, part in enumerate(parts):
                y = middle + (i - (len(parts) - 1) / 2) * 1.25 * EM
                x = (edges[c] + edges[c + 1] - width_of(part)) / 2
                if len(parts) == 1 and last == r:
                    boxes.append((x, y, part))
                else:
                    sheet.write(part, x, y)
        for x, y, text in _merge_and_split(boxes, chance) if seed is not None else boxes:
            sheet.write(text, x, y)
    bottom = top + pitch * len(rows)
    if ruled:
        for x in edges:
            sheet.rule(x, top, x, bottom)
        for r in range(len(rows) + 1):
            for c in range(len(widths)):
                if (c, r) not in covered:
                    sheet.rule(edges[c], top + pitch * r, edges[c + 1], top + pitch * r)
    return bottom


def _merge_and_split(
    boxes: Sequence[tuple[float, float, str]], chance: random.Random
) -> list[tuple[float, float, str]]:
    done: list[tuple[float, float, str]] = []
    for x, y, text in boxes:
        if done and done[-1][1] == y and chance.random() < 0.12:
            px, py, before = done[-1]
            blank = (x - px - width_of(before)) / EM
            if 0.5 <= blank <= 6:
                done[-1] = (px, py, before + "\u3000" * int(blank) + (" " if blank % 1 >= 0.5 else "") + text)
                continue
        if "\u3000" in text and chance.random() < 0.5:
            first, second = text.split("\u3000", 1)
            done += [(x, y, first), (x + width_of(first) + EM, y, second)]
            continue
        done.append((x, y, text))
    return done


def grid(
    sheet: Sheet, names: Sequence[str], *, top: float, per_line: int = 6, left: float = 190, slot: float = 4.5
) -> float:
    """Write padded names in columns; return where the next line goes."""
    y = top
    for i in range(0, len(names), per_line):
        for c, name in enumerate(names[i : i + per_line]):
            sheet.write(padded(name), left + c * slot * EM, y)
        y += 46
    return y


def padded(name: str) -> str:
    """Return a two-character name with a full-width blank between, others as they are."""
    return f"{name[0]}\u3000{name[1]}" if len(name) == 2 else name
