"""The columns of a list on its later pages."""

from collections.abc import Sequence
from dataclasses import replace

from domain.fields import Field
from ocr.approvals.headers import Column, Header
from ocr.approvals.labels import ColumnRole
from ocr.approvals.names import has_surname, is_name_shape
from ocr.tables import Run, StraightPage, places_of_parts


def refit_header(page: StraightPage, header: Header, limit: float) -> Header:
    """Move the columns of another page's header onto this page: scans differ by a small shift.

    Args:
        page: The page that goes on with the list.
        header: The header of the list, from the page before.
        limit: The list ends above it on this page, thousandths of the width.
    """
    edges = [header.left, *(column.right for column in header.columns)]
    walls = sorted(v.at for v in page.verticals if v.length > 3 * page.em)
    if len(walls) == len(edges):
        return _with_edges(header, walls)
    runs = [run for run in page.runs if 0 < run.y < limit]
    best, best_score = 0.0, float("-inf")
    for shift in sorted((s * 4.0 for s in range(-15, 16)), key=abs):
        moved = [edge + shift for edge in edges]
        score = -0.004 * abs(shift)
        if walls:
            score -= sum(min(min(abs(edge - wall) for wall in walls), 20.0) for edge in moved) / 20
        score += _fit(header, moved, runs, page.em) / max(1, len(runs))
        if score > best_score:
            best, best_score = shift, score
    moved = [edge + best for edge in edges]
    snapped = [_snap(edge, walls, 1.2 * page.em) for edge in moved]
    return _with_edges(header, snapped if snapped == sorted(set(snapped)) else moved)


def _snap(edge: float, walls: Sequence[float], reach: float) -> float:
    nearest = min(walls, key=lambda wall: abs(wall - edge), default=edge)
    return nearest if abs(nearest - edge) <= reach else edge


def _fit(header: Header, edges: Sequence[float], runs: Sequence[Run], em: float) -> float:
    """Count runs that stand where their kind belongs, less those that stick over an edge."""
    inner = edges[1:-1]
    score = 0.0
    for run in runs:
        score -= 0.5 * sum(run.box.left + 0.4 * em < edge < run.box.right - 0.4 * em for edge in inner)
        text = run.text
        for place, first, last in places_of_parts(run, inner, em):
            role, part = header.columns[place].role, text[first:last]
            if role is Field.NAME and is_name_shape(part) and has_surname(part):
                score += 1.0
            elif role is ColumnRole.SERIAL and part.isdecimal():
                score += 0.5
    return score


def _with_edges(header: Header, edges: Sequence[float]) -> Header:
    columns = [
        Column(column.role, a, b) for column, a, b in zip(header.columns, edges[:-1], edges[1:], strict=True)
    ]
    blocks: list[tuple[Column, ...]] = []
    for block in header.blocks:
        blocks.append(tuple(columns[: len(block)]))
        columns = columns[len(block) :]
    return replace(header, top=0.0, bottom=0.0, blocks=tuple(blocks))
