"""Who is likely to have made a difference: the reader, the typist, or nobody, since it is another person.

A hint for the person who decides, given only where one explanation is far likelier than the others. It
changes no status and no verdict.
"""

from collections.abc import Callable
from enum import Enum

from rapidfuzz.distance import OSA

from domain.fields import Field
from domain.findings import FieldFinding, Kind, Status
from domain.id_numbers import parse_id_number
from domain.text import fold
from matching.compare import Comparison
from matching.glyphs import are_similar_glyphs
from matching.pronunciation import are_near_homophones


class Cause(Enum):
    """Where a difference comes from, with the words for it."""

    READING_ERROR = "疑为识读误差"
    TYPING_ERROR = "疑为录入错误"
    OTHER_PERSON = "疑为另一人"


_SLIPS = frozenset(
    {
        Kind.HOMOPHONE,
        Kind.ONE_DIGIT,
        Kind.TRANSPOSED_DIGITS,
        Kind.MISSING_CHARACTER,
        Kind.EXTRA_CHARACTER,
        Kind.CHECK_DIGIT,
    }
)
"""What fingers do."""

_HIDDEN_BY_SEALS = frozenset({Kind.EXTRA_CHARACTER, Kind.SIMILAR_GLYPH, Kind.ONE_DIGIT, Kind.CHECK_DIGIT})
"""What ink over a line does: the paper seems to have fewer characters or other ones."""

_MISREAD = frozenset({Kind.SIMILAR_GLYPH, Kind.ONE_DIGIT, Kind.CHECK_DIGIT})
_SAME_PERSON_DIGITS = 2
"""ID numbers that differ in so few places are one person's with a slip."""


def likely_cause(field: Field, submitted: str, comparison: Comparison) -> Cause | None:
    """Tell a reading error from a typing error; ``None`` where neither is clear.

    Args:
        field: What is compared.
        submitted: The sheet's value, normalised.
        comparison: What the paper says against it.
    """
    kind, read = comparison.kind, comparison.reading.value
    if kind is None or not read:
        return None
    if comparison.is_exact:
        return Cause.TYPING_ERROR if kind in _SLIPS or kind is Kind.SIMILAR_GLYPH else None
    if field is Field.ID_NUMBER:
        by_check = _ask_check_digit(fold(submitted), fold(read))
        if by_check is not None:
            return by_check if kind in _SLIPS else None
    if comparison.reading.under_seal and kind in _HIDDEN_BY_SEALS:
        return Cause.READING_ERROR
    if comparison.is_plain:
        return Cause.TYPING_ERROR if kind in _SLIPS else None
    if kind in _MISREAD and not _is_by_ear(fold(submitted), fold(read)):
        return Cause.READING_ERROR
    if kind is Kind.HOMOPHONE and not _is_by_eye(fold(submitted), fold(read)):
        # Recognisers do not hear.
        return Cause.TYPING_ERROR
    return None


def is_other_person(name: FieldFinding | None, id_number: FieldFinding | None) -> bool:
    """Tell whether the paper is somebody else's: another name, and a number that no slip explains."""
    return _differs(name, lambda submitted, read: not _share_name(submitted, read)) and _differs(
        id_number, lambda submitted, read: OSA.distance(submitted, read) > _SAME_PERSON_DIGITS
    )


def _differs(finding: FieldFinding | None, is_far: Callable[[str, str], bool]) -> bool:
    if finding is None or finding.status is not Status.MISMATCH:
        return False
    read = finding.certificate or finding.approval or ""
    return bool(read) and is_far(fold(finding.submitted), fold(read))


def _share_name(submitted: str, read: str) -> bool:
    """Tell whether two names may be one person's: more than the surname is the same or sounds so."""
    if abs(len(submitted) - len(read)) > 1:
        return False
    if len(submitted) != len(read):
        return OSA.distance(submitted, read) == 1
    same = sum(
        ours == theirs or are_near_homophones(ours, theirs) or are_similar_glyphs(ours, theirs)
        for ours, theirs in zip(submitted, read, strict=True)
    )
    return 2 * same > len(read)


def _ask_check_digit(submitted: str, read: str) -> Cause | None:
    """Of two numbers that differ by a slip only the true one passes its own check."""
    ours, theirs = parse_id_number(submitted), parse_id_number(read)
    if bool(ours.problem) == bool(theirs.problem):
        return None
    return Cause.TYPING_ERROR if ours.problem else Cause.READING_ERROR


def _is_by_ear(submitted: str, read: str) -> bool:
    return len(submitted) == len(read) and all(
        ours == theirs or are_near_homophones(ours, theirs)
        for ours, theirs in zip(submitted, read, strict=True)
    )


def _is_by_eye(submitted: str, read: str) -> bool:
    return any(are_similar_glyphs(ours, theirs) for ours, theirs in zip(submitted, read, strict=False))
