"""What a recogniser saw, alternatives included.

A recogniser gives a probability for every character at every time step of a line. A lattice keeps
the best few per step. With it one can ask not only "what does the line say" but "how likely is
this line if it says X": the CTC forward score of X. The difference between the score of the best
reading and that of X is a log-likelihood ratio, the product's measure of disagreement.

Characters are stored folded (``domain.text.fold_character``) and blanks count as nothing, so
full-width forms and gaps between characters never make a difference.
"""

from dataclasses import dataclass

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
        target = [ord(c) for c in fold(text)]
        if self.exact:
            return CERTAIN_LOG_PROBABILITY if fold(text) == self.best_text() else -np.inf
        if self.steps == 0:
            return CERTAIN_LOG_PROBABILITY if not target else -np.inf
        states = np.full(2 * len(target) + 1, BLANK, dtype=np.int32)
        states[1::2] = target
        emissions = self._emissions(states)
        # A character may follow the character before it directly, unless the two are equal.
        may_skip = np.zeros(len(states), dtype=bool)
        may_skip[3::2] = states[3::2] != states[1:-2:2]

        alpha = np.full(len(states), -np.inf)
        alpha[: min(2, len(states))] = emissions[0, : min(2, len(states))]
        for step in range(1, self.steps):
            shifted = np.logaddexp(alpha[1:], alpha[:-1])
            skipped = np.where(may_skip[2:], alpha[:-2], -np.inf)
            alpha = np.concatenate([alpha[:1], shifted])
            alpha[2:] = np.logaddexp(alpha[2:], skipped)
            alpha = alpha + emissions[step]
        return float(np.logaddexp.reduce(alpha[-2:]))

    def log_likelihood_ratio(self, text: str) -> float:
        """Return how much better the best reading explains the line than ``text`` does.

        Natural logarithm, 0 or more: 0 when ``text`` is the best reading, 4 when the line is 55
        times likelier to say something else. ``inf`` when ``text`` is impossible.
        """
        best = self.log_likelihood(self.best_text())
        return max(0.0, best - self.log_likelihood(text))

    def _emissions(self, states: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        """Return log probabilities, shape (steps, states)."""
        distinct, inverse = np.unique(states, return_inverse=True)
        table = np.full((self.steps, len(distinct)), -np.inf)
        for place in range(self.codes.shape[1]):
            hits = self.codes[:, place, None] == distinct[None, :]
            steps, columns = np.nonzero(hits)
            # Folding can make two characters of one step the same; then both speak for it.
            table[steps, columns] = np.logaddexp(table[steps, columns], self.log_probabilities[steps, place])
        table = np.maximum(table, FLOOR_LOG_PROBABILITY)
        emissions: npt.NDArray[np.float64] = table[:, inverse]
        return emissions


def _widen(array: npt.NDArray[np.generic], k: int, filler: float) -> npt.NDArray[np.generic]:
    missing = k - array.shape[1]
    return np.pad(array, ((0, 0), (0, missing)), constant_values=filler) if missing else array


def _blank_row(k: int, filler: float, first: float) -> npt.NDArray[np.generic]:
    row = np.full((1, k), filler)
    row[0, 0] = first
    return row
