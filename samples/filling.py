"""Forms that were printed first and filled in later: by pen or needle printer, on rules, across rules."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from samples.handwriting import FILLINGS
from samples.layouts.style import Pen, Style
from samples.paper import Block, Colour, Item, Paper, Run, Stroke

__all__ = ["FILLINGS", "RULES", "Filling", "fill_in", "style_to_fill"]

RULES = ("none", "under", "through")
_VALUE = "value"
_CELL_HEIGHT = 22.0
"""Boxes up to this height, in millimetres, are cells of a form; larger ones are frames."""
_INKS: dict[str, tuple[Colour, ...]] = {
    "print": ((24, 24, 28),),
    "hand": ((26, 28, 36), (24, 34, 96), (34, 44, 120)),
    "dots": ((52, 52, 58), (70, 68, 84)),
}


@dataclass(frozen=True, slots=True)
class Filling:
    """How the values of a form got on it."""

    by: str = "print"
    """One of ``FILLINGS``."""
    rules: str = "none"
    """One of ``RULES``: printed lines that touch the foot of the values, or go through them."""
    seal_over_value: bool = False
    """A second seal lies half over one of the values."""

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing is to be done."""
        return self == Filling()


def style_to_fill(style: Style, filling: Filling) -> Style:
    """Return the style with its values kept apart from its labels, so that ``fill_in`` finds them."""
    if filling.is_plain:
        return style
    source = style.value_style if filling.by == "print" else filling.by
    return replace(
        style,
        faces={**style.faces, _VALUE: style.faces[source]},
        value_style=_VALUE,
        underline=style.underline and filling.rules == "none",
    )


def fill_in(pen: Pen, papers: Sequence[Paper], layout: str, filling: Filling) -> None:
    """Turn the values of a certificate that was drawn with ``style_to_fill`` into filled-in ones."""
    if filling.is_plain:
        return
    chance = pen.chance
    ink = chance.choice(_INKS[filling.by])
    # Through a sentence of five lines no form draws its rules.
    rules = "under" if layout == "statement" and filling.rules == "through" else filling.rules
    # The sheet lay off by so much when it went through the printer; that holds for all of its lines.
    share = chance.uniform(0.8, 0.98) if rules == "under" else chance.uniform(0.48, 0.8)
    for paper in papers:
        values = {k: r for k, r in enumerate(paper.items) if isinstance(r, Run) and r.style == _VALUE}
        cells = [b for b in paper.items if isinstance(b, Block) and b.height <= _CELL_HEIGHT]
        lines: list[Item] = []
        for index, printed in values.items():
            run = replace(printed, colour=ink, filling=filling.by)
            if rules != "none" and run.text not in pen.record.issuer:
                run = _on_rule(paper, run, cells, share + chance.uniform(-0.06, 0.06), chance, lines)
            paper.items[index] = run
        # Rules were printed first, so the writing lies over them.
        first = min(values, default=0)
        paper.items[first:first] = lines
        if filling.seal_over_value and values:
            _press_over_value(pen, paper, [paper.items[k + len(lines)] for k in values])


def _on_rule(
    paper: Paper,
    run: Run,
    cells: Sequence[Block],
    share: float,
    chance: random.Random,
    lines: list[Item],
) -> Run:
    """Bring a value and a rule together at ``share`` of its height: in a cell the value goes to the rule."""
    cell = next((c for c in cells if c.x <= run.x <= c.x + c.width and c.y <= run.y <= c.y + c.height), None)
    if cell is not None:
        in_cell = [
            r
            for r in paper.items
            if isinstance(r, Run) and r.style == _VALUE and cell.x <= r.x <= cell.x + cell.width
            and cell.y <= r.y <= cell.y + cell.height
        ]  # fmt: skip
        # Two lines moved down would be two lines in the next person's cell.
        return run if len(in_cell) > 1 else replace(run, y=cell.y + cell.height - share * run.size)
    width = paper.measure(run.text, style=run.style, size=run.size, spacing=run.spacing)
    y = run.y + share * run.size
    end = min(run.x + max(width + 6, 40), paper.width - 8)
    lines.append(Stroke(run.x - 1.5, y, max(end, run.x + width), y, chance.choice((0.2, 0.25, 0.35))))
    return run


def _press_over_value(pen: Pen, paper: Paper, runs: Sequence[Item]) -> None:
    """Press a seal so that its rim goes through one of the values that decide."""
    wanted = {pen.printed.get(name) for name in ("name", "id_number", "certificate_number")}
    values = [r for r in runs if isinstance(r, Run)]
    # Dates are printed in words of their own; everything with a year stands for them.
    chosen = [r for r in values if r.text.replace("\u3000", "") in wanted or "年" in r.text] or values
    run = pen.chance.choice(chosen)
    width = paper.measure(run.text, style=run.style, size=run.size)
    shift_x, shift_y = pen.style.seal_shift
    radius = 17.0
    x = run.x + width * pen.chance.uniform(0.3, 0.9) + radius * pen.chance.choice((-0.8, 0.85))
    pen.stamp(
        paper, x - shift_x, run.y + run.size / 2 - shift_y + pen.chance.uniform(-5, 5), diameter=2 * radius
    )
