"""What a difference looks like: the named kinds of DESIGN 5."""

from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

from domain.dates import PartialDate
from domain.fields import DATE_FIELDS, Field
from domain.findings import Kind
from domain.text import fold
from matching.glyphs import are_similar_glyphs
from matching.pronunciation import are_homophones, are_near_homophones

_NUMBER_FIELDS = frozenset({Field.ID_NUMBER, Field.CERTIFICATE_NUMBER, Field.PHONE, Field.APPROVAL_NUMBER})
_LISTED_FIELDS = frozenset({Field.GENDER, Field.LEVEL, Field.SERIES, Field.TITLE})
"""Values of lists: 工程师 for 高级工程师 is another title, not two lost characters."""

_ID_LENGTH = 18
_MAX_LOST_CHARACTERS = 2


def name_difference(field: Field, submitted: str, read: str) -> Kind:
    """Name the difference between a submitted value and the paper's, both normalised and unequal."""
    if field in DATE_FIELDS:
        return _date_kind(submitted, read)
    if field in _NUMBER_FIELDS:
        return _number_kind(field, fold(submitted), fold(read))
    if field in _LISTED_FIELDS:
        return Kind.DIFFERENT_VALUE
    return _text_kind(fold(submitted), fold(read))


@lru_cache(maxsize=65536)
def parse_iso(value: str) -> PartialDate | None:
    """Read a normalised date; ``None`` when the value is no date."""
    try:
        return PartialDate.from_iso(value)
    except (ValueError, TypeError):
        return None


def differing_positions(submitted: str, read: str) -> tuple[int, ...]:
    """Return the 1-based places at which two texts of equal length differ; empty otherwise."""
    if len(submitted) != len(read):
        return ()
    return tuple(
        i for i, (ours, theirs) in enumerate(zip(submitted, read, strict=True), start=1) if ours != theirs
    )


def _date_kind(submitted: str, read: str) -> Kind:
    ours, theirs = parse_iso(submitted), parse_iso(read)
    if ours is None or theirs is None:
        return Kind.DIFFERENT_VALUE
    different = [
        kind
        for kind, mine, other in (
            (Kind.YEAR, ours.year, theirs.year),
            (Kind.MONTH, ours.month, theirs.month),
            (Kind.DAY, ours.day, theirs.day),
        )
        if mine is not None and other is not None and mine != other
    ]
    return different[0] if len(different) == 1 else Kind.DIFFERENT_VALUE


def _number_kind(field: Field, submitted: str, read: str) -> Kind:
    positions = differing_positions(submitted, read)
    if field is Field.ID_NUMBER and len(submitted) == len(read) == _ID_LENGTH:
        if positions == (_ID_LENGTH,):
            return Kind.CHECK_DIGIT
        # Whoever changes a digit of a valid number may have mended the check digit as well.
        positions = tuple(p for p in positions if p != _ID_LENGTH)
    if len(positions) == 1:
        return Kind.ONE_DIGIT
    if len(positions) == 2 and positions[1] == positions[0] + 1:
        first, second = positions[0] - 1, positions[1] - 1
        if submitted[first] == read[second] and submitted[second] == read[first]:
            return Kind.TRANSPOSED_DIGITS
    if len(submitted) == len(read) and OSA.distance(submitted, read) == 1:
        return Kind.TRANSPOSED_DIGITS
    return _length_kind(submitted, read) or Kind.DIFFERENT_VALUE


def _text_kind(submitted: str, read: str) -> Kind:
    length_kind = _length_kind(submitted, read)
    if length_kind is not None:
        return length_kind
    positions = differing_positions(submitted, read)
    if not positions or len(positions) > max(1, len(submitted) // 2):
        return Kind.DIFFERENT_VALUE
    pairs = [(submitted[p - 1], read[p - 1]) for p in positions]
    # Typing by sound is how wrong characters arise on a sheet, so sound is asked first.
    if all(are_homophones(ours, theirs) for ours, theirs in pairs):
        return Kind.HOMOPHONE
    if all(are_similar_glyphs(ours, theirs) for ours, theirs in pairs):
        return Kind.SIMILAR_GLYPH
    if all(are_near_homophones(ours, theirs) for ours, theirs in pairs):
        return Kind.HOMOPHONE
    return Kind.DIFFERENT_VALUE


def _length_kind(submitted: str, read: str) -> Kind | None:
    """Tell a lost or an extra character, when the shorter text is the longer one without it."""
    gap = len(submitted) - len(read)
    if gap == 0 or abs(gap) > _MAX_LOST_CHARACTERS or Levenshtein.distance(submitted, read) != abs(gap):
        return None
    return Kind.EXTRA_CHARACTER if gap > 0 else Kind.MISSING_CHARACTER
