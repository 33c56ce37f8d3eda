"""Commitment letters (承诺书, the notice's Annex 3) as they were read from paper."""

from dataclasses import dataclass

from domain.dates import PartialDate
from domain.records import SealMark


@dataclass(frozen=True, slots=True)
class CommitmentReading:
    """One commitment letter found on paper. Texts are without blanks, ``""`` where nothing was read."""

    file: str
    """Path in the batch, forward slashes."""

    page_number: int
    """Page on which it begins, 1-based."""

    last_page_number: int
    title: str
    """The heading as read, e.g. 诚信承诺书."""

    units: tuple[str, ...] = ()
    """Every name of the unit that promises, best place first: a form field, the sentence 我单位（…）, the
    signature. More than one when they differ, be it by a misreading."""

    account: str = ""
    handler: str = ""
    mobile: str = ""
    """Digits only."""

    office_phone: str = ""
    """Digits and dashes."""

    signed_on: PartialDate | None = None
    """The date of the signature as far as it is filled in; ``None`` when none could be read."""

    date_text: str = ""
    """What stands in the place of the date, digits and all; ``""`` when it was left open."""

    codes: tuple[str, ...] = ()
    """Codes with a right check character, without dashes (``domain.letter_codes``)."""

    seals: tuple[tuple[int, SealMark], ...] | None = None
    """Page number and place of every round seal; ``None`` when the picture was not looked at."""

    is_personal: bool = False
    """A person promises (本人郑重承诺), not a unit."""

    @property
    def unit(self) -> str:
        """The unit's name from the best place, ``""`` when none was read."""
        return self.units[0] if self.units else ""

    @property
    def has_seal(self) -> bool | None:
        """Whether a round seal is on the paper; ``None`` when the picture was not looked at.

        What the seal says is not read: that is left to a person.
        """
        return None if self.seals is None else bool(self.seals)

    @property
    def has_date(self) -> bool:
        """Whether year, month and day of the signature are filled in and legible."""
        return self.signed_on is not None and self.signed_on.day is not None
