"""Columns that slid: a value that is wrong here and right a row further down or up."""

from collections.abc import Mapping, Sequence

from domain.fields import Field
from domain.findings import Kind, Status
from domain.records import CandidateRecord
from domain.text import fold
from matching.verify import FieldCheck

_OFFSETS = tuple(sign * step for step in range(1, 31) for sign in (1, -1))
"""Rows away, near ones first. One cell deleted or inserted shifts by one, but where a block is moved
round, the row at its end holds the value of its beginning."""

_PERSONAL = frozenset({Field.NAME, Field.ID_NUMBER, Field.CERTIFICATE_NUMBER, Field.BIRTH_DATE})
"""Values that two people do not share by chance: a single one of them may tell a shift."""

_REACH = 2
"""Rows up and down among which a second shifted value is looked for."""


def find_shifts(
    checks: Sequence[Mapping[Field, FieldCheck]],
    certificates: Sequence[CandidateRecord | None],
) -> dict[tuple[int, Field], int]:
    """Find the mismatches that are another row's value, for the rows of one table in order.

    A value that many rows share (a date, a title) counts only when a neighbour slid the same way;
    so does a difference of a single digit, because numbers of one session follow each other.

    Returns:
        Offset (+1 is the row below) by (row index, field).
    """
    offsets: dict[tuple[int, Field], set[int]] = {}
    for i, fields in enumerate(checks):
        for field, check in fields.items():
            if check.finding.status is Status.MISMATCH:
                found = _offsets(i, field, check.finding.submitted, certificates)
                if found:
                    offsets[i, field] = found
    shifts: dict[tuple[int, Field], int] = {}
    for (i, field), found in offsets.items():
        for offset in _OFFSETS:
            if offset not in found:
                continue
            beside = [offsets.get((i + step, field), set()) for step in range(-_REACH, _REACH + 1) if step]
            accompanied = (
                any(offset in others for others in beside)
                or -offset in offsets.get((i + offset, field), ())
                or (field in _PERSONAL and any(beside))
            )
            alone = field in _PERSONAL and checks[i][field].finding.kind is Kind.DIFFERENT_VALUE
            if accompanied or (alone and abs(offset) == 1):
                shifts[i, field] = offset
                break
    return shifts


def _offsets(
    i: int, field: Field, submitted: str, certificates: Sequence[CandidateRecord | None]
) -> set[int]:
    found: set[int] = set()
    for offset in _OFFSETS:
        if not 0 <= i + offset < len(certificates):
            continue
        other = certificates[i + offset]
        if other is not None and other is not certificates[i]:
            reading = other.readings.get(field)
            if reading is not None and reading.value and fold(reading.value) == fold(submitted):
                found.add(offset)
    return found
