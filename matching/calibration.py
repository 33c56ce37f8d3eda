"""What a comparison with paper is worth, measured: the curves of ``calibration.json``.

A comparison is put into a cell by what can be seen of it (equal and sure, equal but faint, the image
prefers something else by so many nats, ...). On generated paper with known truth it was counted how
often each cell occurs when the submitted value is right and when it is wrong; the logarithm of the
ratio of the two shares is the evidence. ``make calibrate`` makes the file again and says in it how.
"""

import json
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from domain.fields import DATE_FIELDS, Field
from domain.records import Grade
from matching.agreement import Agreement

VERSION = 1
"""Of the file's form."""


class Group(StrEnum):
    """Fields that are printed, misread and mistyped in the same ways."""

    NAME = "name"
    NUMBER = "number"
    DATE = "date"
    TITLE = "title"
    BODY = "body"
    """Employer, issuer, committee, speciality: free text of several characters."""
    LISTED = "listed"
    """Gender, level, series and other words of short lists."""


class Condition(StrEnum):
    """The state of the paper around a reading."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    SEALED = "sealed"
    """Ink lies over the line, however good the page is."""


class Cell(StrEnum):
    """What a comparison looks like; public in ``calibration.json``."""

    EQUAL_SURE = "equal_sure"
    EQUAL = "equal"
    EQUAL_FAINT = "equal_faint"
    RATIO_0 = "ratio_0"
    RATIO_1 = "ratio_1"
    RATIO_2 = "ratio_2"
    RATIO_4 = "ratio_4"
    RATIO_6 = "ratio_6"
    RATIO_9 = "ratio_9"
    RATIO_13 = "ratio_13"
    AGREES = "agrees"
    """The same in other words, or as far as the less precise one goes."""
    FITS = "fits"
    """Not understood, yet the image may well say the submitted value."""
    ILLEGIBLE = "illegible"
    HIDDEN = "hidden"
    """Ink over the line may hide what the paper lacks."""
    SPLIT = "split"
    """Says the submitted value, another image of the same ink something else."""
    RESCUED = "rescued"
    """Says something else, another image of the same ink the submitted value."""


ORDERED_CELLS = (
    Cell.EQUAL_SURE,
    Cell.EQUAL,
    Cell.EQUAL_FAINT,
    Cell.RATIO_0,
    Cell.RATIO_1,
    Cell.RATIO_2,
    Cell.RATIO_4,
    Cell.RATIO_6,
    Cell.RATIO_9,
    Cell.RATIO_13,
)
"""From the strongest support to the plainest difference: evidence never falls along it."""

DAMAGED_CELLS = frozenset({Cell.FITS, Cell.ILLEGIBLE, Cell.HIDDEN, Cell.SPLIT, Cell.RESCUED})
"""Ink or wear, not the choice among characters, is what leaves doubt."""

_RATIO_CELLS = ORDERED_CELLS[3:]
DIFFERING_CELLS = frozenset({*_RATIO_CELLS, Cell.ILLEGIBLE, Cell.HIDDEN, Cell.RESCUED})
"""The paper was read as something else, or not at all."""

_RATIO_STEPS = (1.0, 2.0, 4.0, 6.0, 9.0, 13.0)
_SURE, _FAINT = 0.99, 0.93

GROUPS: dict[Field, Group] = {
    Field.NAME: Group.NAME,
    Field.ID_NUMBER: Group.NUMBER,
    Field.CERTIFICATE_NUMBER: Group.NUMBER,
    Field.PHONE: Group.NUMBER,
    Field.APPROVAL_NUMBER: Group.NUMBER,
    Field.TITLE: Group.TITLE,
    Field.EMPLOYER: Group.BODY,
    Field.ISSUER: Group.BODY,
    Field.COMMITTEE: Group.BODY,
    Field.SPECIALTY: Group.BODY,
    Field.GENDER: Group.LISTED,
    Field.LEVEL: Group.LISTED,
    Field.SERIES: Group.LISTED,
    Field.ID_TYPE: Group.LISTED,
    Field.CERTIFICATE_STATUS: Group.LISTED,
    **dict.fromkeys(DATE_FIELDS, Group.DATE),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What can be seen of a comparison, without any judgement."""

    agreement: Agreement
    ratio: float
    """Nats by which the image prefers its best reading to the submitted value; may be ``inf``."""

    confidence: float
    is_legible: bool = True
    fits: bool = False
    is_hidden: bool = False
    is_split: bool = False

    @property
    def cell(self) -> Cell:
        """The cell that the comparison belongs to."""
        if not self.is_legible:
            return Cell.FITS if self.fits else Cell.ILLEGIBLE
        if self.agreement >= Agreement.AGREES:
            if self.is_split:
                return Cell.SPLIT
            return self._agreeing()
        if self.is_split:
            return Cell.RESCUED
        if self.is_hidden:
            return Cell.HIDDEN
        return _RATIO_CELLS[bisect_right(_RATIO_STEPS, self.ratio)]

    def _agreeing(self) -> Cell:
        if self.agreement is Agreement.AGREES:
            return Cell.AGREES
        if self.confidence >= _SURE:
            return Cell.EQUAL_SURE
        return Cell.EQUAL if self.confidence >= _FAINT else Cell.EQUAL_FAINT


def condition_of(grade: Grade | None, *, under_seal: bool) -> Condition | None:
    """Return the state of the paper, ``None`` when it is not known."""
    if under_seal:
        return Condition.SEALED
    return Condition(grade.value) if grade is not None else None


def measured_nats(field: Field, cell: Cell, condition: Condition | None) -> float:
    """Return log P(cell | value wrong) - log P(cell | value right), in nats.

    Taken from the curve of the field's group and the condition; of the group over all conditions
    when the condition is not known.
    """
    group = _curves()[GROUPS[field]]
    curve = group.get(condition if condition is not None else "all", group["all"])
    return curve[cell]


@lru_cache(maxsize=1)
def _curves() -> dict[str, dict[str, dict[str, float]]]:
    content = json.loads(files("matching").joinpath("calibration.json").read_text("utf-8"))
    if content["version"] != VERSION:
        raise ValueError(f"calibration.json has version {content['version']}, expected {VERSION}")
    return {
        group: {
            condition: {cell: float(counts[-1]) for cell, counts in curve["cells"].items()}
            for condition, curve in curves.items()
        }
        for group, curves in content["curves"].items()
    }
