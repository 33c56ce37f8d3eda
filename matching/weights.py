"""Fellegi-Sunter weights: how many bits each field gives for or against a pair.

log2(m/u): how much likelier the agreement is for one person's row and paper than for two people's.
Weights come from priors and from the frequency of a value in the batch itself (all rows of one
school share the employer, so it proves nothing there), never from training.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA, Levenshtein

from domain.fields import Field
from domain.records import FieldReading
from domain.text import fold
from matching.agreement import Agreement, compare_values
from matching.compare import likelihood_ratio
from matching.glyphs import are_similar_glyphs
from matching.kinds import differing_positions, parse_iso
from matching.names import name_bits
from matching.options import MatchingOptions
from matching.pronunciation import are_homophones

Values = Mapping[Field, str]
"""Normalised, non-empty values of a row."""

_MAX_NAME_BITS = 20.0
"""Even a unique name may be shared by relatives or mistyped into the wrong row."""
_ID_BITS = {"exact": 20.0, "plausible": 17.0, "near": 12.0, "different": -7.0}
"""A citizen's number is unique; one row in a hundred has a wrong one (log2 0.01 = -6.6)."""
_NAME_DIFFERS = -6.0
"""One row in sixty has a name that shares nothing with the paper (changed names, shifted columns)."""
_NEAR_EDITS = 2
_PLAUSIBLE_RATIO = 4.0
"""The threshold of DESIGN 4: the image may well say the row's value."""


@dataclass(frozen=True, slots=True)
class _Prior:
    """Bits of a field whose values repeat in a batch."""

    most: float
    """Cap of the agreement weight."""

    differs: float


_PRIORS: dict[Field, _Prior] = {
    Field.CERTIFICATE_NUMBER: _Prior(14.0, -3.0),
    Field.EMPLOYER: _Prior(6.0, -1.0),
    Field.TITLE: _Prior(4.0, -2.5),
    Field.SPECIALTY: _Prior(4.0, -1.0),
    Field.GRANTED_ON: _Prior(6.0, -2.0),
    Field.ISSUED_ON: _Prior(5.0, -1.5),
    Field.LEVEL: _Prior(1.0, -1.0),
}
_MAX_CONTEXT_BITS = 8.0
"""Employer, title, speciality and dates go together (one school, one review session): counted as if
independent they would link any two colleagues. All of them together prove no more than this."""

_GENDER_AGREES, _GENDER_DIFFERS = 0.9, -4.0
_BIRTH_FULL, _BIRTH_MONTH, _BIRTH_NEAR, _BIRTH_DIFFERS = 12.0, 8.0, 3.0, -4.0
"""Some 12,000 days and 400 months of birth are about equally common among the employed."""


class ValueShares:
    """How common each value of a field is among the rows of a batch."""

    def __init__(self, rows: Iterable[Values]) -> None:
        counts: dict[Field, Counter[str]] = {field: Counter() for field in _PRIORS}
        self._rows = 0
        for values in rows:
            self._rows += 1
            for field in _PRIORS:
                if field in values:
                    counts[field][fold(values[field])] += 1
        self._counts = counts

    def bits(self, field: Field, value: str) -> float:
        """Return -log2 of the share of rows with this value, at most the field's cap."""
        share = (self._counts[field][fold(value)] + 0.5) / (self._rows + 1)
        return min(_PRIORS[field].most, max(0.0, -math.log2(min(1.0, share))))


def pair_weights(
    values: Values,
    readings: Mapping[Field, FieldReading],
    shares: ValueShares,
) -> dict[Field, float]:
    """Return the bits of every field that both sides have; absent fields count nothing."""
    weights: dict[Field, float] = {}
    for field, reading in readings.items():
        value = values.get(field, "")
        if not value or not reading.value:
            continue
        if field is Field.NAME:
            weights[field] = _name_weight(value, reading)
        elif field is Field.ID_NUMBER:
            weights[field] = _id_weight(value, reading)
        elif field is Field.BIRTH_DATE:
            weights[field] = _birth_weight(value, reading.value)
        elif field is Field.GENDER:
            weights[field] = _GENDER_AGREES if fold(value) == fold(reading.value) else _GENDER_DIFFERS
        elif field in _PRIORS:
            weights[field] = _repeated_weight(field, value, reading, shares)
    if weights.get(Field.ID_NUMBER, 0.0) > 0:
        # The number contains both: counting them again would count one fact twice.
        for implied in (Field.BIRTH_DATE, Field.GENDER):
            if weights.get(implied, 0.0) > 0:
                weights[implied] = 0.0
    return _capped(weights)


def speaks_of_one_person(weights: Mapping[Field, float]) -> bool:
    """Tell whether something personal agrees: name, ID number, certificate number or birth.

    Without it two papers of one school and session look alike, and a row would take a stranger's.
    """
    if any(weights.get(field, 0.0) > 0 for field in (Field.NAME, Field.ID_NUMBER, Field.CERTIFICATE_NUMBER)):
        return True
    birth = weights.get(Field.BIRTH_DATE, 0.0)
    # A month of birth is shared by every 400th; with a name that is nearly the same it is enough.
    return birth >= _BIRTH_FULL or (birth >= _BIRTH_MONTH and weights.get(Field.NAME, -1.0) >= 0)


def _capped(weights: dict[Field, float]) -> dict[Field, float]:
    """Scale what colleagues share down to its cap, so that the weights still add up to the total."""
    context = [
        field for field in _PRIORS if field is not Field.CERTIFICATE_NUMBER and weights.get(field, 0.0) > 0
    ]
    total = sum(weights[field] for field in context)
    if total > _MAX_CONTEXT_BITS:
        for field in context:
            weights[field] *= _MAX_CONTEXT_BITS / total
    return weights


def link_score(bits: float, candidates: int, options: MatchingOptions) -> float:
    """Return the probability that a pair belongs together, 0 to 1."""
    gain = link_gain(bits, candidates, options)
    return 1 / (1 + 2 ** -max(-60.0, min(60.0, gain)))


def link_gain(bits: float, candidates: int, options: MatchingOptions) -> float:
    """Return by how many bits a pair beats "its paper is not here"."""
    return bits - math.log2(max(2, candidates)) + options.paper_prior_bits


def _name_weight(value: str, reading: FieldReading) -> float:
    submitted, read = fold(value), fold(reading.value)
    bits = min(_MAX_NAME_BITS, name_bits(submitted))
    if submitted == read:
        return bits
    if min(len(submitted), len(read)) < 2 or Levenshtein.distance(submitted, read) > 1:
        return _NAME_DIFFERS
    if likelihood_ratio(Field.NAME, value, reading.lattice, reading.value) < _PLAUSIBLE_RATIO:
        return bits - 4.0
    positions = differing_positions(submitted, read)
    alike = bool(positions) and all(
        are_homophones(submitted[p - 1], read[p - 1]) or are_similar_glyphs(submitted[p - 1], read[p - 1])
        for p in positions
    )
    # One other character is as often a brother or a classmate as a slip: it proves nothing.
    return 0.6 * bits - 1.0 if alike else 0.0


def _id_weight(value: str, reading: FieldReading) -> float:
    submitted, read = fold(value), fold(reading.value)
    if submitted == read:
        return _ID_BITS["exact"]
    if OSA.distance(submitted, read, score_cutoff=_NEAR_EDITS) <= _NEAR_EDITS:
        ratio = likelihood_ratio(Field.ID_NUMBER, value, reading.lattice, reading.value)
        return _ID_BITS["plausible" if ratio < _PLAUSIBLE_RATIO else "near"]
    return _ID_BITS["different"]


def _birth_weight(value: str, read: str) -> float:
    ours, theirs = parse_iso(value), parse_iso(read)
    if ours is None or theirs is None:
        return 0.0
    if ours.agrees_with(theirs):
        return _BIRTH_FULL if ours.day is not None and theirs.day is not None else _BIRTH_MONTH
    same_parts = (ours.year == theirs.year) + (ours.month == theirs.month) + (ours.day == theirs.day)
    return _BIRTH_NEAR if same_parts >= 2 else _BIRTH_DIFFERS


def _repeated_weight(field: Field, value: str, reading: FieldReading, shares: ValueShares) -> float:
    agreement = compare_values(field, value, reading.value)
    if agreement >= Agreement.AGREES:
        return shares.bits(field, value)
    if agreement is Agreement.NEAR:
        return 0.0
    if (
        field is Field.CERTIFICATE_NUMBER
        and OSA.distance(fold(value), fold(reading.value), score_cutoff=2) <= 2
    ):
        # Numbers given out in one session follow each other: nearly equal proves nothing.
        return 0.0
    return _PRIORS[field].differs
