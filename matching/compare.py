"""One submitted value against one reading: how strongly does the paper speak against it?

Equal and equivalent texts need no lattice. For a different text the question is not "what was
read" but "how much likelier is the image if it says something else than the row": the
log-likelihood ratio of ``domain.lattice``, in nats. What such a look is worth as evidence was
measured (``calibration``); the rules here say only which looks may not be trusted alone.
"""

import math
from dataclasses import dataclass

from domain.dates import find_dates, renderings
from domain.fields import DATE_FIELDS, Field
from domain.findings import Kind
from domain.lattice import Lattice
from domain.records import FieldReading, Grade
from domain.script import simplify, simplify_lattice
from domain.text import fold
from matching.agreement import Agreement, coarsen, compare_values
from matching.calibration import (
    DAMAGED_CELLS,
    DIFFERING_CELLS,
    Cell,
    Condition,
    Look,
    condition_of,
    measured_nats,
)
from matching.kinds import name_difference, parse_iso
from matching.options import MatchingOptions

SOFT_FIELDS = frozenset({Field.EMPLOYER, Field.ISSUER, Field.COMMITTEE})
"""Names of bodies: by themselves they never prove a row wrong."""

_NUMBERS = frozenset({Field.ID_NUMBER, Field.CERTIFICATE_NUMBER, Field.PHONE})
_SECOND_READ_FIELDS = frozenset(
    {Field.NAME, Field.ID_NUMBER, Field.CERTIFICATE_NUMBER, Field.GENDER} | DATE_FIELDS
)
_TEXT_FIELDS = frozenset({Field.NAME, Field.EMPLOYER, Field.SPECIALTY, Field.ISSUER, Field.COMMITTEE})
_MIN_FRAGMENT = 2
_DATE_CHARACTERS = frozenset("0123456789〇零一二三四五六七八九十年月日-./")
_AGREED_RATIO = 1.0
"""Below it a second reading says the submitted value as well as any other."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What one paper says about one submitted value."""

    look: Look
    nats: float
    """Evidence that the submitted value is wrong, natural logarithm; negative speaks for it."""

    reading: FieldReading
    kind: Kind | None = None
    """What the difference looks like; ``None`` when the values agree."""

    is_unverifiable: bool = False
    """The submitted value has a character that the recogniser cannot read, and nothing else differs."""

    is_plain: bool = False
    """The image itself leaves no doubt that it says something else."""

    is_doubtful: bool = False
    """The paper may have been misread here: it never clears a row without another paper."""

    condition: Condition | None = None
    """State of the paper around the reading; ``None`` when it is not known."""

    @property
    def agreement(self) -> Agreement:
        """How the two texts compare; what the image may well say counts as agreeing."""
        return Agreement.AGREES if self.look.fits else self.look.agreement

    @property
    def cell(self) -> Cell:
        """What the comparison looks like, in one word."""
        return self.look.cell

    @property
    def is_legible(self) -> bool:
        """Tell whether the paper was understood, or may well say the submitted value."""
        return self.look.is_legible or self.look.fits

    @property
    def is_split(self) -> bool:
        """Tell whether two images of the same ink say different things."""
        return self.look.is_split

    @property
    def is_damaged(self) -> bool:
        """Tell whether ink or wear, not the recogniser's choice among characters, is what leaves doubt."""
        return self.cell in DAMAGED_CELLS and not self.look.fits

    @property
    def supports(self) -> bool:
        """Tell whether the paper says the submitted value."""
        return self.agreement >= Agreement.AGREES and not self.is_split

    @property
    def proves(self) -> bool:
        """Tell whether the paper was understood and says the submitted value."""
        return self.supports and self.look.is_legible and not self.is_unverifiable

    @property
    def is_exact(self) -> bool:
        """Tell whether the paper's text is known rather than recognised."""
        return self.reading.lattice.exact


def compare_reading(
    field: Field,
    submitted: str,
    reading: FieldReading,
    *,
    alphabet: frozenset[str],
    options: MatchingOptions,
    grade: Grade | None = None,
) -> Comparison:
    """Compare a non-empty submitted value with a reading of the same field.

    Args:
        field: What both are.
        submitted: The normalised value of the cell.
        reading: What the paper says.
        alphabet: Characters that the recogniser can write; empty means all.
        options: Thresholds.
        grade: How well the page can be read, where that was measured.
    """
    look = look_at(field, submitted, reading, options)
    condition = condition_of(grade, under_seal=reading.under_seal)
    if look.is_legible and look.agreement < Agreement.AGREES:
        return _differing(field, submitted, reading, look, alphabet, condition, options)
    doubtful = look.is_split or not (look.is_legible or look.fits)
    nats = _weigh(field, reading, look, condition, options)
    return Comparison(look, nats, reading, is_doubtful=doubtful, condition=condition)


def look_at(field: Field, submitted: str, reading: FieldReading, options: MatchingOptions) -> Look:
    """Return what can be seen of a comparison, before anything is concluded from it."""
    if reading.cut_off:
        # What was read may be a part only: it says neither that the value is right nor that it is wrong.
        ratio = likelihood_ratio(field, submitted, reading.lattice, reading.raw)
        return Look(Agreement.DIFFERS, ratio, reading.confidence, is_legible=False)
    if not reading.value:
        # Asked all the same: 二〇?五年 may still say the submitted date nearly as well.
        ratio = likelihood_ratio(field, submitted, reading.lattice, reading.raw)
        fits = not reading.lattice.exact and ratio <= _AGREED_RATIO
        return Look(Agreement.DIFFERS, ratio, reading.confidence, is_legible=False, fits=fits)
    agreement = compare_values(field, submitted, reading.value)
    if agreement >= Agreement.AGREES:
        split = _second_contradicts(field, submitted, reading, options)
        return Look(agreement, 0.0, reading.confidence, is_split=split)
    return Look(
        agreement,
        likelihood_ratio(field, submitted, reading.lattice, reading.value),
        reading.confidence,
        is_split=_second_says(field, submitted, reading),
        is_hidden=reading.under_seal and _may_be_hidden(field, submitted, reading),
    )


def _differing(
    field: Field,
    submitted: str,
    reading: FieldReading,
    look: Look,
    alphabet: frozenset[str],
    condition: Condition | None,
    options: MatchingOptions,
) -> Comparison:
    kind = name_difference(field, submitted, reading.value)
    if not reading.lattice.exact and field in _TEXT_FIELDS:
        readable = _without_unreadable(submitted, reading.value, alphabet)
        if readable is not None and _rest_agrees(field, readable, reading, options):
            return Comparison(look, 0.0, reading, kind, is_unverifiable=True, condition=condition)
    damaged = look.is_split or look.is_hidden
    return Comparison(
        look,
        _weigh(field, reading, look, condition, options),
        reading,
        kind,
        is_plain=look.ratio >= options.plain_ratio and not damaged,
        is_doubtful=damaged or look.ratio > options.clear_ratio,
        condition=condition,
    )


def _weigh(
    field: Field, reading: FieldReading, look: Look, condition: Condition | None, options: MatchingOptions
) -> float:
    if reading.lattice.exact and look.is_legible and look.agreement is not Agreement.AGREES:
        # Nothing was recognised, so nothing can be misread; papers have misprints all the same.
        nats = options.evidence_cap if look.agreement < Agreement.AGREES else -options.evidence_cap
        return min(nats, options.soft_difference_nats) if field in SOFT_FIELDS else nats
    return recognised_nats(field, look.cell, condition, options)


def recognised_nats(field: Field, cell: Cell, condition: Condition | None, options: MatchingOptions) -> float:
    """Return what recognised text is worth: as measured, within what is stated of bodies and damage.

    A text that differs never speaks for the submitted value, however often right values are misread so.
    """
    nats = measured_nats(field, cell, condition)
    if cell in DIFFERING_CELLS:
        nats = max(nats, 0.0)
    if field in SOFT_FIELDS:
        nats = min(nats, options.soft_difference_nats)
    if cell in DAMAGED_CELLS:
        nats = min(nats, options.doubt_nats)
    return nats


def likelihood_ratio(field: Field, submitted: str, lattice: Lattice, read: str) -> float:
    """Return how much better the image's best reading fits than ``submitted``, in nats, 0 or more.

    What stands around the value on the same line stays as read: only the place of the value is
    exchanged. ``inf`` when the image cannot say the submitted value at all.
    """
    if lattice.steps == 0:
        return math.inf
    lattice, submitted, read = simplify_lattice(lattice), simplify(submitted), simplify(read)
    best = lattice.best_text()
    begin, end = _place_of_value(field, best, read)
    writings = [best[:begin] + text + best[end:] for text in _writings(field, submitted, read)]
    best_likelihood, *others = lattice.log_likelihoods([best, *writings])
    likeliest = max(others, default=-math.inf)
    if likeliest == -math.inf:
        return math.inf
    return max(0.0, best_likelihood - likeliest)


def _place_of_value(field: Field, best: str, read: str) -> tuple[int, int]:
    if field in DATE_FIELDS:
        dates = find_dates(best)
        for found, begin, end in dates:
            if str(found) == read:
                return begin, end
        return (dates[0][1], dates[0][2]) if len(dates) == 1 else (0, len(best))
    wanted = fold(read)
    begin = best.find(wanted) if wanted else -1
    return (begin, begin + len(wanted)) if begin >= 0 else (0, len(best))


def _writings(field: Field, submitted: str, read: str) -> tuple[str, ...]:
    """Return the ways in which the submitted value would stand on the paper, folded."""
    if field not in DATE_FIELDS:
        return (fold(submitted),)
    date = parse_iso(submitted)
    if date is None:
        return ()
    on_paper = parse_iso(read)
    ways = renderings(date)
    if on_paper is not None:
        ways += renderings(coarsen(date, on_paper))
    return tuple(dict.fromkeys(fold(way) for way in ways))


def _second_contradicts(
    field: Field, submitted: str, reading: FieldReading, options: MatchingOptions
) -> bool:
    """Tell whether another image of the ink gives another well-formed value, and surely so."""
    if field not in _SECOND_READ_FIELDS:
        return False
    for lattice in reading.seconds:
        other = _second_value(field, lattice, reading.value)
        if other is None or compare_values(field, submitted, other) >= Agreement.AGREES:
            continue
        if likelihood_ratio(field, submitted, lattice, other) >= options.second_reading_ratio:
            return True
    return False


def _second_says(field: Field, submitted: str, reading: FieldReading) -> bool:
    """Tell whether another image of the ink says the submitted value."""
    for lattice in reading.seconds:
        if lattice.steps == 0:
            continue
        other = _second_value(field, lattice, reading.value) or lattice.best_text()
        if compare_values(field, submitted, other) >= Agreement.AGREES:
            return True
        if likelihood_ratio(field, submitted, lattice, other) < _AGREED_RATIO:
            return True
    return False


def _second_value(field: Field, lattice: Lattice, first: str) -> str | None:
    """Return the value in a second reading if it is as well-formed as the first one."""
    text = lattice.best_text()
    if field in DATE_FIELDS:
        dates = {str(found) for found, _, _ in find_dates(text)}
        value = dates.pop() if len(dates) == 1 else None
        # A date that lost its day is damage, not another date.
        return value if value is not None and len(value) >= len(first) else None
    return text if len(text) == len(fold(first)) else None


def _may_be_hidden(field: Field, submitted: str, reading: FieldReading) -> bool:
    """Tell whether ink over the line can have hidden what the paper lacks: 12月1日 for 12月11日."""
    best = reading.lattice.best_text()
    begin, end = _place_of_value(field, best, reading.value)
    seen = best[begin:end]
    return any(
        len(text) > len(seen) and _is_subsequence(seen, text)
        for text in _writings(field, submitted, reading.value)
    )


def fits_fragment(field: Field, submitted: str, reading: FieldReading) -> bool:
    """Tell whether what was read is a part of the submitted value, with nothing else in it.

    Half of a date must be there; of a body's name any two characters, since a seal covers most.
    """
    if field in DATE_FIELDS:
        texts = [fold(reading.raw)]
        if not reading.value:
            texts += [lattice.best_text() for lattice in reading.seconds]
        return any(
            2 * len(seen) >= len(text) > len(seen) and _is_subsequence(seen, text)
            for seen in map(_date_characters, texts)
            for text in _writings(field, submitted, reading.value)
        )
    seen = fold(reading.value or reading.raw)
    text = fold(submitted)
    return _MIN_FRAGMENT <= len(seen) < len(text) and seen in text


def _date_characters(text: str) -> str:
    """Return what of a damaged date can belong to one: lettering of a seal between its characters cannot.

    Nor can 十 in a year that is written digit by digit: there it is 一 with a stroke of the seal.
    """
    kept = "".join(character for character in text if character in _DATE_CHARACTERS)
    year, mark, rest = kept.partition("年")
    return (year.replace("十", "") if mark else year) + mark + rest


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def _without_unreadable(submitted: str, read: str, alphabet: frozenset[str]) -> str | None:
    """Return the submitted text with characters nobody can read exchanged for what was read there.

    ``None`` when every character can be read. Where the lengths differ the characters are left out:
    the recogniser often skips what it does not know.
    """
    ours, theirs = fold(submitted), fold(read)
    places = [i for i, character in enumerate(ours) if alphabet and character not in alphabet]
    if not places:
        return None
    if len(ours) == len(theirs):
        return "".join(theirs[i] if i in places else character for i, character in enumerate(ours))
    return "".join(character for i, character in enumerate(ours) if i not in places)


def _rest_agrees(field: Field, readable: str, reading: FieldReading, options: MatchingOptions) -> bool:
    if not readable or compare_values(field, readable, reading.value) >= Agreement.AGREES:
        return bool(readable)
    ratio = likelihood_ratio(field, readable, reading.lattice, reading.value)
    return ratio < options.plain_ratio
