"""Which paper belongs to which row: blocked, weighted, assigned one to one over the whole batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.fields import Field
from domain.records import FieldReading, SheetRow
from matching.assign import assign
from matching.block import paired_by_parts, paired_exactly, paired_nearly
from matching.options import MatchingOptions
from matching.weights import (
    Values,
    ValueShares,
    link_gain,
    link_score,
    pair_weights,
    speaks_of_one_person,
)

Readings = Mapping[Field, FieldReading]


@dataclass(frozen=True, slots=True)
class Link:
    """A row and its paper."""

    paper: int
    """Index of the paper."""

    score: float
    """Probability that the two belong together, 0 to 1."""

    weights: Mapping[Field, float]
    """Bits per field."""

    is_shared: bool = False
    """Another row has the same paper with better reason."""


def row_values(row: SheetRow) -> Values:
    """Return the non-empty normalised values of a row."""
    return {field: cell.value for field, cell in row.cells.items() if cell.value}


def link_papers(
    rows: Sequence[Values], papers: Sequence[Readings], options: MatchingOptions
) -> dict[int, Link]:
    """Link rows with papers, at most one paper a row and one row a paper.

    Pairs with a whole name or number in common come first, and those that agree in everything are
    settled. The rest is assigned anew with everything that sounds or looks alike, and what is left
    over on both sides is compared all with all, so that a row with several wrong fields still meets
    its paper. A paper may belong to nobody.

    Returns:
        Link by row index; rows without a paper are left out.
    """
    if not rows or not papers:
        return {}
    shares = ValueShares(rows)
    texts = [_paper_values(readings) for readings in papers]
    number = max(len(rows), len(papers))
    limit = options.max_block_pairs
    exact = paired_exactly(rows, texts, max_pairs_per_key=limit)
    first = _link_pairs(rows, papers, exact, shares, number, options)
    links = {i: link for i, link in first.items() if _is_settled(link, options)}

    open_rows, open_papers = _spare(rows, papers, links)
    pairs = {
        (open_rows[i], open_papers[j])
        for i, j in paired_nearly(
            [rows[i] for i in open_rows], [texts[j] for j in open_papers], max_pairs_per_key=limit
        )
    }
    still_open = set(open_rows), set(open_papers)
    pairs |= {(i, j) for i, j in exact if i in still_open[0] and j in still_open[1]}
    links |= _link_pairs(rows, papers, pairs, shares, number, options)

    spare_rows, spare_papers = _spare(rows, papers, links)
    if spare_rows and spare_papers:
        leftovers = _leftover_pairs(rows, texts, spare_rows, spare_papers, options)
        number = max(len(spare_rows), len(spare_papers))
        links |= _link_pairs(rows, papers, leftovers, shares, number, options)
    return links


def link_named(
    rows: Sequence[Values], papers: Sequence[Readings], named: Mapping[int, int], options: MatchingOptions
) -> dict[int, Link]:
    """Link as usual, but for rows whose paper a person has named: there is no doubt about those links.

    Args:
        rows: Values of the rows.
        papers: Readings of the papers.
        named: Index of the paper by index of the row; such rows and papers are nobody else's.
        options: Thresholds.

    Returns:
        As ``link_papers``; the weights of a named link say what speaks for and against it all the same.
    """
    if not named:
        return link_papers(rows, papers, options)
    taken = set(named.values())
    free_rows = [i for i in range(len(rows)) if i not in named]
    free_papers = [j for j in range(len(papers)) if j not in taken]
    links = {
        free_rows[i]: replace(link, paper=free_papers[link.paper])
        for i, link in link_papers(
            [rows[i] for i in free_rows], [papers[j] for j in free_papers], options
        ).items()
    }
    shares = ValueShares(rows)
    for i, j in named.items():
        links[i] = Link(j, 1.0, pair_weights(rows[i], papers[j], shares))
    return links


def _spare(
    rows: Sequence[Values], papers: Sequence[Readings], links: Mapping[int, Link]
) -> tuple[list[int], list[int]]:
    """Return the indices of rows and papers without a link."""
    taken = {link.paper for link in links.values()}
    return [i for i in range(len(rows)) if i not in links], [j for j in range(len(papers)) if j not in taken]


def _is_settled(link: Link, options: MatchingOptions) -> bool:
    """Tell whether no rival can come: sure, by name and something else, and nothing speaks against it."""
    positive = sum(weight > 0 for weight in link.weights.values())
    return (
        link.score >= options.settled_score
        and positive >= 2
        and link.weights.get(Field.NAME, 0.0) > 0
        and min(link.weights.values()) >= 0
    )


def find_shared(
    rows: Sequence[Values],
    papers: Sequence[Readings],
    links: Mapping[int, Link],
    options: MatchingOptions,
) -> dict[int, Link]:
    """Find rows without a paper that claim, with good reason, a paper that another row has.

    Name and number must speak for it. A row of the same person whose title and date both differ is
    another title of that person: its certificate is missing, not used twice.
    """
    spare = [i for i in range(len(rows)) if i not in links]
    if not spare:
        return {}
    shares = ValueShares(rows)
    owned = sorted({link.paper for link in links.values()})
    pairs = paired_exactly(
        [rows[i] for i in spare],
        [_paper_values(papers[j]) for j in owned],
        max_pairs_per_key=options.max_block_pairs,
    )
    claims: dict[int, Link] = {}
    for i, j in sorted(pairs):
        row, paper = spare[i], owned[j]
        weights = pair_weights(rows[row], papers[paper], shares)
        namesake = weights.get(Field.ID_NUMBER, 0.0) < 0
        if namesake or _is_other_title(weights) or weights.get(Field.NAME, 0.0) <= 0:
            continue
        total = sum(weights.values())
        gain = link_gain(total, len(papers), options)
        if gain < options.shared_certificate_bits:
            continue
        if row not in claims or total > sum(claims[row].weights.values()):
            claims[row] = Link(paper, link_score(total, len(papers), options), weights, is_shared=True)
    return claims


def _is_other_title(weights: Mapping[Field, float]) -> bool:
    return weights.get(Field.TITLE, 0.0) < 0 and weights.get(Field.GRANTED_ON, -1.0) < 0


def _paper_values(readings: Readings) -> Values:
    return {field: reading.value for field, reading in readings.items() if reading.value}


def _link_pairs(
    rows: Sequence[Values],
    papers: Sequence[Readings],
    pairs: set[tuple[int, int]],
    shares: ValueShares,
    candidates: int,
    options: MatchingOptions,
) -> dict[int, Link]:
    weights = {(i, j): pair_weights(rows[i], papers[j], shares) for i, j in sorted(pairs)}
    totals = {pair: sum(fields.values()) for pair, fields in weights.items() if speaks_of_one_person(fields)}
    gains = {pair: link_gain(total, candidates, options) for pair, total in totals.items()}
    return {
        row: Link(paper, link_score(totals[row, paper], candidates, options), weights[row, paper])
        for row, paper in assign(gains).items()
    }


def _leftover_pairs(
    rows: Sequence[Values],
    papers: Sequence[Values],
    spare_rows: Sequence[int],
    spare_papers: Sequence[int],
    options: MatchingOptions,
) -> set[tuple[int, int]]:
    if len(spare_rows) * len(spare_papers) <= options.max_leftover_pairs:
        return {(i, j) for i in spare_rows for j in spare_papers}
    pairs = paired_by_parts(
        [rows[i] for i in spare_rows],
        [papers[j] for j in spare_papers],
        max_pairs_per_key=options.max_block_pairs,
    )
    return {(spare_rows[i], spare_papers[j]) for i, j in pairs}
