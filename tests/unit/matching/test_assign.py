"""One-to-one assignment."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from matching.assign import assign


def test_the_sum_decides_not_the_best_single_pair() -> None:
    assert assign({(0, 0): 10, (0, 1): 9, (1, 0): 9}) == {0: 1, 1: 0}


def test_pairs_without_gain_stay_apart() -> None:
    assert assign({(0, 0): -1, (1, 1): 0, (2, 2): 0.5}) == {2: 2}


def test_nothing_to_assign() -> None:
    assert assign({}) == {}


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 3)), st.floats(-5, 5, allow_nan=False), max_size=12
    )
)
def test_assignment_is_the_best_there_is(gains: dict[tuple[int, int], float]) -> None:
    chosen = assign(gains)

    assert len(set(chosen.values())) == len(chosen)
    total = sum(gains[pair] for pair in chosen.items())
    best = max(
        sum(max(0.0, gains.get((row, paper), 0.0)) for row, paper in enumerate(papers))
        for papers in itertools.permutations(range(4))
    )
    assert abs(total - best) < 1e-9


def test_a_huge_knot_of_rivals_is_solved_all_the_same() -> None:
    gains = {(row, paper): 1.0 + (row == paper) for row in range(2100) for paper in (row, 0, 1)}

    assert len(assign(gains)) == 2100
