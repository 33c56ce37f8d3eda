"""What a recogniser saw, alternatives included.

A recogniser gives a probability for every character at every time step of a line. A lattice keeps
the best few per step. With it one can ask not only "what does the line say" but "how likely is
this line if it says X": the CTC forward score of X. The difference between the score of the best
reading and that of X is a log-likelihood ratio, the product's measure of disagreement.

Characters are stored folded (``domain.text.fold_character``) and blanks count as nothing, so
full-width forms and gaps between characters never make a difference.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.text import fold

BLANK = 0
"""Code of "no character here" in ``Lattice.codes``."""

FLOOR_LOG_PROBABILITY = float(np.log(1e-6))
"""Log probability of a character that is not among the kept ones of a step.

The kept few hold nearly all of a step's mass; what is left is spread over some 18,000 characters.
"""

CERTAIN_LOG_PROBABILITY = 0.0

_FLOOR_PROBABILITY = 1e-6

_SURE_LOG_PROBABILITY = -600.0
"""From here on sums of probabilities are exact enough: a path that a double loses lies below -700."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Character probabilities per time step, sparse."""

    codes: npt.NDArray[np.int32]
    """Shape (steps, k): Unicode code points, ``BLANK`` for no character, -1 for an unused place."""

    log_probabilities: npt.NDArray[np.float32]
    """Shape (steps, k), natural logarithm; ``-inf`` where ``codes`` is -1. Best first."""

    exact: bool = False
    """The text is known, not recognised (a text layer): every other text is impossible."""

    def __post_init__(self) -> None:
        """Hold the two arrays to one shape."""
        if self.codes.shape != self.log_probabilities.shape or self.codes.ndim != 2:
            raise ValueError(f"shapes {self.codes.shape} and {self.log_probabilities.shape}")

    def __reduce__(self) -> tuple[Callable[..., "Lattice"], tuple[bytes, bytes, tuple[int, ...], bool]]:
        """Go between processes as plain bytes: pickling small arrays one by one takes three times as long."""
        codes = np.ascontiguousarray(self.codes, np.int32).tobytes()
        logs = np.ascontiguousarray(self.log_probabilities, np.float32).tobytes()
        return _from_bytes, (codes, logs, self.codes.shape, self.exact)

    @property
    def steps(self) -> int:
        """Number of time steps."""
        return int(self.codes.shape[0])

    @staticmethod
    def of_text(text: str) -> "Lattice":
        """Return the lattice of a text that is known exactly, e.g. from a text layer.

        Steps alternate: blank, character, blank, character, ..., blank.
        """
        folded = fold(text)
        codes = np.zeros((2 * len(folded) + 1, 1), dtype=np.int32)
        for i, character in enumerate(folded):
            codes[2 * i + 1, 0] = ord(character)
        return Lattice(codes, np.zeros(codes.shape, dtype=np.float32), exact=True)

    def best_text(self) -> str:
        """Return the most likely character of every step, repeats and blanks collapsed, folded."""
        return "".join(character for character, _, _ in self.best_path())

    def best_path(self) -> tuple[tuple[str, int, int], ...]:
        """Return (character, first step, last step exclusive) for each character of the best text."""
        path: list[tuple[str, int, int]] = []
        previous = BLANK
        for step, code in enumerate(self.codes[:, 0].tolist() if self.steps else []):
            if code > BLANK:
                if code == previous:
                    character, first, _ = path[-1]
                    path[-1] = (character, first, step + 1)
                else:
                    path.append((chr(code), step, step + 1))
            previous = code
        return tuple(path)

    def cut(self, first: int, last: int) -> "Lattice":
        """Return the part that holds the characters ``first`` to ``last`` (exclusive) of ``best_text``.

        The cut lies half-way between neighbouring characters, so the blank steps around a
        character, where a missed character would show, stay with it.
        """
        path = self.best_path()
        if first >= last or first >= len(path):
            return Lattice(self.codes[:0], self.log_probabilities[:0], self.exact)
        last = min(last, len(path))
        begin = 0 if first == 0 else (path[first - 1][2] + path[first][1] + 1) // 2
        end = self.steps if last == len(path) else (path[last - 1][2] + path[last][1] + 1) // 2
        return Lattice(self.codes[begin:end], self.log_probabilities[begin:end], self.exact)

    def join(self, other: "Lattice") -> "Lattice":
        """Return this lattice followed by ``other``: a value that is broken over two lines."""
        k = max(self.codes.shape[1], other.codes.shape[1])
        return Lattice(
            np.concatenate([_widen(self.codes, k, -1), _blank_row(k, -1, BLANK), _widen(other.codes, k, -1)]),
            np.concatenate(
                [
                    _widen(self.log_probabilities, k, -np.inf),
                    _blank_row(k, -np.inf, 0.0).astype(np.float32),
                    _widen(other.log_probabilities, k, -np.inf),
                ]
            ).astype(np.float32),
            self.exact and other.exact,
        )

    def log_likelihood(self, text: str) -> float:
        """Return the log probability that the recogniser assigns to exactly this text.

        CTC forward algorithm over the sparse steps; characters that a step does not keep get
        ``FLOOR_LOG_PROBABILITY``. ``-inf`` when the text cannot fit into the steps, or when the
        lattice is exact and says something else.
        """
        return self.log_likelihoods([text])[0]

    def log_likelihoods(self, texts: Sequence[str]) -> list[float]:
        """Return ``log_likelihood`` of each text: in one pass over the steps, much cheaper than apart."""
        folded = [fold(text) for text in texts]
        if self.exact:
            best = self.best_text()
            return [CERTAIN_LOG_PROBABILITY if text == best else -np.inf for text in folded]
        if self.steps == 0:
            return [CERTAIN_LOG_PROBABILITY if not text else -np.inf for text in folded]
        if not folded:
            return []
        states = _lay_out_states(folded)
        emissions = self._emissions(states)
        # A character may follow the character before it directly, unless the two are equal.
        may_skip = np.zeros(states.shape, dtype=bool)
        may_skip[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
        totals = [
            float(total)
            for total in _sum_paths(emissions, may_skip, [2 * len(text) for text in folded]).tolist()
        ]
        for i, text in enumerate(folded):
            if totals[i] < _SURE_LOG_PROBABILITY and _least_steps(text) <= self.steps:
                last = 2 * len(text) + 1
                totals[i] = _sum_log_paths(np.log(emissions[:, i, :last]), may_skip[i, :last])
        return totals

    def log_likelihood_ratio(self, text: str) -> float:
        """Return how much better the best reading explains the line than ``text`` does.

        Natural logarithm, 0 or more: 0 when ``text`` is the best reading, 4 when the line is 55
        times likelier to say something else. ``inf`` when ``text`` is impossible.
        """
        best = self.log_likelihood(self.best_text())
        return max(0.0, best - self.log_likelihood(text))

    def _emissions(self, states: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        """Return probabilities, shape (steps, *states)."""
        distinct, inverse = np.unique(states, return_inverse=True)
        kept = np.exp(self.log_probabilities, dtype=np.float64)
        hits = self.codes[:, :, None] == distinct
        # Folding can make two characters of one step the same; then both speak for it.
        table = np.matmul(kept[:, None, :], hits)[:, 0]
        np.maximum(table, _FLOOR_PROBABILITY, out=table)
        emissions: npt.NDArray[np.float64] = table[:, inverse.reshape(states.shape)]
        return emissions


def _lay_out_states(texts: Sequence[str]) -> npt.NDArray[np.int32]:
    """Return blank, character, blank, ..., blank for each text, filled up; shape (texts, states)."""
    states = np.full((len(texts), 2 * max(map(len, texts)) + 1), BLANK, dtype=np.int32)
    for i, text in enumerate(texts):
        states[i, 1 : 2 * len(text) : 2] = [ord(character) for character in text]
    return states


def _sum_paths(
    emissions: npt.NDArray[np.float64], may_skip: npt.NDArray[np.bool_], last_states: Sequence[int]
) -> npt.NDArray[np.float64]:
    """Return the log of the sum over all paths of each text, ``-inf`` where it is too small for a double.

    Args:
        emissions: Probabilities, shape (steps, texts, states).
        may_skip: Shape (texts, states): the state may follow the last but one.
        last_states: Index of the last blank of each text; what stands behind it is filling.
    """
    alpha = np.zeros(emissions.shape[1:])
    alpha[:, :2] = emissions[0, :, :2]
    skips = may_skip[:, 2:].astype(np.float64)
    skipped = np.empty_like(skips)
    for step in emissions[1:]:
        np.multiply(alpha[:, :-2], skips, out=skipped)
        alpha[:, 1:] += alpha[:, :-1]
        alpha[:, 2:] += skipped
        alpha *= step
    texts = np.arange(len(alpha))
    last = np.array(last_states)
    before = np.where(last > 0, alpha[texts, last - 1], 0.0)
    with np.errstate(divide="ignore"):
        totals: npt.NDArray[np.float64] = np.log(alpha[texts, last] + before)
    return totals


def _sum_log_paths(emissions: npt.NDArray[np.float64], may_skip: npt.NDArray[np.bool_]) -> float:
    """Return the same of one text where a double cannot hold the sum; logarithms, (steps, states)."""
    alpha = np.full(emissions.shape[1], -np.inf)
    alpha[:2] = emissions[0, :2]
    for step in emissions[1:]:
        shifted = np.logaddexp(alpha[1:], alpha[:-1])
        skipped = np.where(may_skip[2:], alpha[:-2], -np.inf)
        alpha = np.concatenate([alpha[:1], shifted])
        alpha[2:] = np.logaddexp(alpha[2:], skipped)
        alpha = alpha + step
    return float(np.logaddexp.reduce(alpha[-2:]))


def _least_steps(text: str) -> int:
    """Return how many steps a text needs: equal neighbours have a blank between them."""
    return len(text) + sum(one == other for one, other in pairwise(text))


def _widen(array: npt.NDArray[np.generic], k: int, filler: float) -> npt.NDArray[np.generic]:
    missing = k - array.shape[1]
    return np.pad(array, ((0, 0), (0, missing)), constant_values=filler) if missing else array


def _blank_row(k: int, filler: float, first: float) -> npt.NDArray[np.generic]:
    row = np.full((1, k), filler)
    row[0, 0] = first
    return row


def _from_bytes(codes: bytes, logs: bytes, shape: tuple[int, ...], exact: bool) -> Lattice:
    return Lattice(
        np.frombuffer(codes, np.int32).reshape(shape),
        np.frombuffer(logs, np.float32).reshape(shape),
        exact,
    )
