"""The best one-to-one assignment over a whole batch."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

_MAX_SIDE = 2000
"""Sides of a component that are solved exactly: 2,000 x 2,000 takes about a second."""
_KEPT_PER_ROW = 5


def assign(gains: Mapping[tuple[int, int], float]) -> dict[int, int]:
    """Choose pairs so that the sum of gains is greatest, each index used at most once per side.

    A pair that gains nothing (0 or less) is never chosen: staying alone is always an option. Pairs
    that are not connected through shared indices are solved apart, so thousands of rows with a few
    rivals each cost little more than reading them.

    Args:
        gains: Bits by which a pair (row, paper) beats staying alone.

    Returns:
        Paper index by row index.
    """
    useful = {pair: gain for pair, gain in gains.items() if gain > 0}
    chosen: dict[int, int] = {}
    for component in _components(useful):
        if len(component) == 1:
            row, paper = component[0]
            chosen[row] = paper
            continue
        chosen.update(_solve(component, useful))
    return chosen


def _solve(component: list[tuple[int, int]], gains: Mapping[tuple[int, int], float]) -> dict[int, int]:
    rows = sorted({row for row, _ in component})
    papers = sorted({paper for _, paper in component})
    if max(len(rows), len(papers)) > _MAX_SIDE:
        return _solve_pruned(component, gains)
    row_places = {row: i for i, row in enumerate(rows)}
    paper_places = {paper: i for i, paper in enumerate(papers)}
    matrix = np.zeros((len(rows), len(papers)))
    for row, paper in component:
        matrix[row_places[row], paper_places[paper]] = gains[row, paper]
    picked_rows, picked_papers = linear_sum_assignment(matrix, maximize=True)
    return {
        rows[i]: papers[j]
        for i, j in zip(picked_rows.tolist(), picked_papers.tolist(), strict=True)
        if matrix[i, j] > 0
    }


def _solve_pruned(component: list[tuple[int, int]], gains: Mapping[tuple[int, int], float]) -> dict[int, int]:
    """Keep the few best of each row; what is still one piece is taken greedily, best pair first."""
    by_row: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pair in component:
        by_row[pair[0]].append(pair)
    kept = [
        pair for pairs in by_row.values() for pair in sorted(pairs, key=lambda p: -gains[p])[:_KEPT_PER_ROW]
    ]
    pieces = _components({pair: gains[pair] for pair in kept})
    if len(pieces) > 1:
        chosen: dict[int, int] = {}
        for piece in pieces:
            chosen.update(_solve(piece, gains))
        return chosen
    chosen = {}
    used: set[int] = set()
    for row, paper in sorted(kept, key=lambda p: -gains[p]):
        if row not in chosen and paper not in used:
            chosen[row] = paper
            used.add(paper)
    return chosen


def _components(gains: Mapping[tuple[int, int], float]) -> list[list[tuple[int, int]]]:
    """Group pairs that hang together through rows or papers."""
    parents: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        parents.setdefault(node, node)
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for row, paper in gains:
        parents[root(("row", row))] = root(("paper", paper))
    groups: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for row, paper in sorted(gains):
        groups[root(("row", row))].append((row, paper))
    return list(groups.values())
