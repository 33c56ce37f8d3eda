"""From the recogniser's probabilities to text, confidence and lattice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.lattice import BLANK, Lattice
from domain.text import fold, fold_character, is_han
from ocr.models import RECOGNISER, ModelStore, read_alphabet

KEPT_PER_STEP = 8
"""Alternatives kept per time step; all others share ``FLOOR_LOG_PROBABILITY`` of the lattice."""

_LEAST_PROBABILITY = 1e-5
_BEADS = frozenset("0ODCUQ口日")
"""Besides every sign that is neither letter nor digit."""

_LEAST_BEADS = 5
"""Characters: a shorter row of noughts may be a number."""

_CODE_SPACE = 0x110000
"""Above every character's code."""

_CERTAIN = 0.9999
"""A step this sure of one character keeps no alternatives: looking for them among 18,710 classes costs
more than anything else outside the networks, and what is left lies near the floor."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedLine:
    """What the recogniser makes of one crop."""

    text: str
    confidence: float
    lattice: Lattice

    @property
    def best_text(self) -> str:
        """The best reading, folded."""
        return self.lattice.best_text()


class Decoder:
    """Knows the recogniser's alphabet; keeps nothing between calls."""

    def __init__(self, alphabet: Sequence[str]) -> None:
        self._characters = np.array(alphabet, dtype=object)
        # A blank between characters counts as nothing, like the CTC blank.
        self._codes = np.array(
            [ord(fold_character(c)) if c.strip() else BLANK for c in alphabet], dtype=np.int32
        )

    @property
    def readable(self) -> frozenset[str]:
        """Every folded character that can come out at all."""
        return frozenset(chr(code) for code in self._codes.tolist() if code != BLANK)

    def decode(self, probabilities: npt.NDArray[np.float32]) -> DecodedLine:
        """Decode one line.

        Args:
            probabilities: Shape (steps, classes); class 0 is "no character". Padding steps included:
                they are blank.
        """
        best = probabilities.argmax(axis=1)
        changes = np.concatenate([[True], best[1:] != best[:-1]])
        kept = changes & (best != 0)
        text = "".join(self._characters[best[kept]]).strip()
        visible = kept & (self._codes[best] != BLANK)
        confidence = float(probabilities[visible, best[visible]].mean()) if visible.any() else 0.0
        return DecodedLine(text, confidence, self._lattice(probabilities, best))

    def _lattice(self, probabilities: npt.NDArray[np.float32], best: npt.NDArray[np.intp]) -> Lattice:
        steps = len(probabilities)
        codes = np.full((steps, KEPT_PER_STEP), -1, dtype=np.int32)
        logs = np.full((steps, KEPT_PER_STEP), -np.inf, dtype=np.float32)
        peaks = probabilities[np.arange(steps), best]
        codes[:, 0] = self._codes[best]
        logs[:, 0] = np.log(np.minimum(peaks, 1.0))
        open_steps = np.flatnonzero(peaks < _CERTAIN)
        rows = probabilities[open_steps]
        # Few entries lie above the bound, so one pass over the large array is all that is needed.
        at = np.flatnonzero(rows > _LEAST_PROBABILITY)
        at_step, at_class = np.divmod(at, probabilities.shape[1])
        # Characters that fold to one count as one.
        keys, places = np.unique(at_step * _CODE_SPACE + self._codes[at_class], return_inverse=True)
        values = np.bincount(places, weights=rows.ravel()[at], minlength=len(keys))
        step_of, code_of = np.divmod(keys, _CODE_SPACE)
        order = np.lexsort((-values, step_of))
        step_of, code_of, values = step_of[order], code_of[order], values[order]
        rank = np.arange(len(order)) - np.searchsorted(step_of, step_of)
        kept = rank < KEPT_PER_STEP
        target = open_steps[step_of[kept]], rank[kept]
        codes[target] = code_of[kept]
        logs[target] = np.log(np.minimum(values[kept], 1.0))
        return Lattice(codes, logs)


def readable_characters(store: ModelStore) -> frozenset[str]:
    """Return what ``Decoder.readable`` would, without loading a model."""
    return Decoder(read_alphabet(store.model_dir(RECOGNISER))).readable


def is_meaningful(text: str) -> bool:
    """Tell whether a text holds any letter, digit or Chinese character."""
    return any(is_han(c) or c.isalnum() for c in text)


def is_print(text: str) -> bool:
    """Tell whether a text is meaningful and no row of beads of a border, which are read as noughts."""
    folded = fold(text)
    if len(folded) >= _LEAST_BEADS and all(c in _BEADS or not c.isalnum() for c in folded):
        return False
    return is_meaningful(text)
