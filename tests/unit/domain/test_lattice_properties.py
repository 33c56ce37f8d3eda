"""The lattice against brute force, and the sense of its cuts and joins."""

import pickle
from itertools import product
from math import exp, inf, isinf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.lattice import BLANK, FLOOR_LOG_PROBABILITY, Lattice
from domain.text import fold

ALPHABET = "甲乙丙"
TEXTS = st.text(ALPHABET, max_size=4)


@st.composite
def lattices(draw: st.DrawFn, max_steps: int = 5) -> Lattice:
    """Small lattices of random distributions over blank and three characters, two or three kept per step."""
    steps = draw(st.integers(1, max_steps))
    k = draw(st.integers(2, 3))
    codes = np.full((steps, k), -1, dtype=np.int32)
    logs = np.full((steps, k), -np.inf, dtype=np.float32)
    for step in range(steps):
        kept = draw(st.permutations([BLANK, *map(ord, ALPHABET)]))[: draw(st.integers(1, k))]
        weights = sorted((draw(st.floats(0.01, 1)) for _ in kept), reverse=True)
        codes[step, : len(kept)] = kept
        logs[step, : len(kept)] = np.log(np.array(weights) / sum(weights))
    return Lattice(codes, logs)


def _brute_force(lattice: Lattice, text: str) -> float:
    """Sum the probabilities of all paths that collapse into ``text``."""
    symbols = sorted({BLANK, *map(ord, text)})
    total = 0.0
    for path in product(symbols, repeat=lattice.steps):
        collapsed = [s for i, s in enumerate(path) if s != BLANK and (i == 0 or s != path[i - 1])]
        if collapsed == [ord(c) for c in text]:
            total += exp(sum(_emission(lattice, step, symbol) for step, symbol in enumerate(path)))
    return log(total) if total else -inf


def _emission(lattice: Lattice, step: int, symbol: int) -> float:
    places = np.nonzero(lattice.codes[step] == symbol)[0]
    if len(places) == 0:
        return FLOOR_LOG_PROBABILITY
    return max(FLOOR_LOG_PROBABILITY, float(np.logaddexp.reduce(lattice.log_probabilities[step, places])))


@settings(max_examples=60, deadline=None)
@given(lattices(), TEXTS)
def test_likelihood_is_the_sum_over_all_alignments(lattice: Lattice, text: str) -> None:
    expected = _brute_force(lattice, text)
    found = lattice.log_likelihood(text)
    if isinf(expected):
        assert found == expected
    else:
        assert found == pytest.approx(expected, abs=1e-5)


@given(lattices(max_steps=8), TEXTS)
def test_ratio_is_never_negative_and_zero_for_the_best_reading(lattice: Lattice, text: str) -> None:
    assert lattice.log_likelihood_ratio(lattice.best_text()) == 0
    assert lattice.log_likelihood_ratio(text) >= 0


def test_equal_characters_of_one_step_speak_together() -> None:
    """Folding makes full-width and half-width the same character."""
    codes = np.array([[ord("A"), ord("A"), BLANK]], dtype=np.int32)
    lattice = Lattice(codes, np.log(np.array([[0.5, 0.3, 0.2]], dtype=np.float32)))
    assert lattice.log_likelihood("A") == pytest.approx(log(0.8), abs=1e-5)


@given(lattices(max_steps=8), st.integers(0, 4), st.integers(0, 5))
def test_a_cut_holds_the_characters_between(lattice: Lattice, first: int, length: int) -> None:
    assert lattice.cut(first, first + length).best_text() == lattice.best_text()[first : first + length]


@given(lattices(max_steps=8), st.integers(0, 4))
def test_two_cuts_share_all_steps(lattice: Lattice, place: int) -> None:
    count = len(lattice.best_text())
    place = min(place, count)
    if 0 < place < count:
        assert lattice.cut(0, place).steps + lattice.cut(place, count).steps == lattice.steps


@given(lattices(), lattices())
def test_a_join_reads_both_after_each_other(one: Lattice, other: Lattice) -> None:
    joined = one.join(other)
    assert joined.best_text() == one.best_text() + other.best_text()
    assert joined.steps == one.steps + 1 + other.steps


@given(st.text(max_size=12))
def test_a_known_text_is_certain_and_every_other_impossible(text: str) -> None:
    lattice = Lattice.of_text(text)
    assert lattice.best_text() == fold(text)
    assert lattice.log_likelihood(text) == 0
    assert lattice.log_likelihood_ratio(text + "某") == inf
    assert lattice.join(Lattice.of_text("某")).log_likelihood(text + "某") == 0


def test_a_text_that_cannot_fit_is_impossible() -> None:
    lattice = Lattice(np.array([[ord("甲")]], dtype=np.int32), np.zeros((1, 1), dtype=np.float32))
    assert lattice.log_likelihood("甲乙") == -inf
    assert lattice.log_likelihood_ratio("甲甲") == inf


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="shapes"):
        Lattice(np.zeros((2, 1), dtype=np.int32), np.zeros((1, 2), dtype=np.float32))


@given(lattices(max_steps=8), st.lists(TEXTS, max_size=6))
def test_texts_asked_together_are_as_likely_as_apart(lattice: Lattice, texts: list[str]) -> None:
    together = lattice.log_likelihoods(texts)

    assert together == pytest.approx([lattice.log_likelihood(text) for text in texts], abs=1e-9)


@pytest.mark.parametrize(("steps", "length"), [(60, 55), (200, 60), (120, 1), (40, 41)])
def test_texts_far_from_the_image_are_weighed_exactly(steps: int, length: int) -> None:
    """Their probability is too small for a double: 10 to the power of -330 and less."""
    codes = np.zeros((steps, 2), dtype=np.int32)
    codes[:, 1] = -1
    codes[::2, 0] = [ord("甲") + i for i in range((steps + 1) // 2)]
    lattice = Lattice(codes, np.where(codes < 0, -np.inf, np.log(0.99)).astype(np.float32))
    text = "".join(chr(ord("龥") - i // 2) for i in range(length - 1)) + "甲"

    assert lattice.log_likelihood(text) == pytest.approx(_forward(lattice, text), abs=1e-6)


def _forward(lattice: Lattice, text: str) -> float:
    """The CTC forward algorithm, step by step and state by state."""
    states = [BLANK]
    for character in text:
        states += [ord(character), BLANK]
    scores = [_emission(lattice, 0, state) if i < 2 else -inf for i, state in enumerate(states)]
    for step in range(1, lattice.steps):
        before = scores
        scores = []
        for i, state in enumerate(states):
            ways = before[max(0, i - 1) : i + 1]
            if i > 1 and state not in (BLANK, states[i - 2]):
                ways = [*ways, before[i - 2]]
            scores.append(float(np.logaddexp.reduce(ways)) + _emission(lattice, step, state))
    return float(np.logaddexp.reduce(scores[-2:]))


@given(lattices(), st.booleans())
def test_a_lattice_comes_whole_from_another_process(lattice: Lattice, exact: bool) -> None:
    sent = Lattice(lattice.codes[:, ::-1], lattice.log_probabilities[:, ::-1], exact)

    come = pickle.loads(pickle.dumps(sent))

    assert np.array_equal(come.codes, sent.codes)
    assert np.array_equal(come.log_probabilities, sent.log_probabilities)
    assert come.exact is exact


def test_a_lattice_without_steps_comes_whole_too() -> None:
    empty = Lattice.of_text("张三").cut(2, 2)

    assert pickle.loads(pickle.dumps(empty)).codes.shape == empty.codes.shape
