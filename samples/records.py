"""The truth about one title: what the paper says before anybody typed it into a sheet."""

from dataclasses import dataclass
from datetime import date

from samples.people import Person
from samples.words import Place, Series

FIELDS = (
    "name",
    "gender",
    "id_number",
    "birth_date",
    "employer",
    "level",
    "series",
    "specialty",
    "title",
    "granted_on",
    "certificate_number",
    "issued_on",
    "issuer",
    "committee",
    "approval_number",
)
"""Public field names that certificates can print."""

DATE_FIELDS = ("birth_date", "granted_on", "issued_on")


@dataclass(frozen=True, slots=True)
class TitleRecord:
    """One person's title."""

    person: Person
    employer: str
    series: Series
    rank: int
    level: str
    specialty: str
    title: str
    committee: str
    granted_on: date
    issued_on: date
    certificate_number: str
    issuer: str
    approval_number: str
    place: Place

    def text(self, field: str) -> str:
        """Return the normalised value of a field: dates as ISO."""
        values: dict[str, str | date] = {
            "name": self.person.name,
            "gender": self.person.gender,
            "id_number": self.person.id_number,
            "birth_date": self.person.birth,
            "employer": self.employer,
            "level": self.level,
            "series": self.series.name,
            "specialty": self.specialty,
            "title": self.title,
            "granted_on": self.granted_on,
            "certificate_number": self.certificate_number,
            "issued_on": self.issued_on,
            "issuer": self.issuer,
            "committee": self.committee,
            "approval_number": self.approval_number,
        }
        value = values[field]
        return value.isoformat() if isinstance(value, date) else value

    def date(self, field: str) -> date:
        """Return a date field as a date."""
        return {
            "birth_date": self.person.birth,
            "granted_on": self.granted_on,
            "issued_on": self.issued_on,
        }[field]
