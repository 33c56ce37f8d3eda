"""What all records of one batch share, because one office granted them on one day."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from samples.people import draw_person
from samples.records import TitleRecord
from samples.words import (
    JUNIOR,
    LEVEL_WORDS,
    MIDDLE,
    PLACES,
    SENIOR,
    SERIES,
    committee_of,
    draw_employer,
)

_NUMBER_PATTERNS = (
    "{y}61{s:06d}",
    "SZ{y}{s:05d}",
    "{yy}{s:07d}",
    "6107{y}GB{s:05d}",
    "C{yy}0{s:06d}",
    "{y}-{s:05d}",
    "{s:08d}",
)
"""Shapes of certificate numbers; every office has its own."""

_SHEET_FIELDS = [
    "employer",
    "name",
    "gender",
    "id_number",
    "birth_date",
    "level",
    "series",
    "specialty",
    "title",
    "granted_on",
    "certificate_number",
    "issued_on",
    "issuer",
    "committee",
]


@dataclass(frozen=True, slots=True)
class Office:
    """One session of one committee: a template of its records and the habits of its paper work."""

    template: TitleRecord
    """Its person and personal fields mean nothing."""
    employers: tuple[str, ...]
    level_words: tuple[str, str, str]
    number_pattern: str
    signed_on: date
    """Day of the approval document."""

    def draw_record(
        self, chance: random.Random, *, name: str | None = None, granted: date | None = None
    ) -> TitleRecord:
        """Draw one title.

        Args:
            chance: Where everything is drawn from.
            name: Makes a namesake.
            granted: Another day than the session's: a title from elsewhere, with its own approval number.
        """
        session = self.template
        rank = session.rank if session.rank == SENIOR or chance.random() < 0.7 else JUNIOR
        series = session.series
        day = granted or session.granted_on
        record = replace(
            session,
            person=draw_person(chance, name=name),
            employer=chance.choice(self.employers),
            rank=rank,
            level=self.level_words[rank],
            specialty=chance.choice(series.specialties),
            title=series.titles[rank],
            certificate_number=self.number_pattern.format(
                y=day.year, yy=day.year % 100, s=chance.randrange(100, 99999)
            ),
        )
        if day == session.granted_on:
            return record
        number = f"{session.place.agency}〔{day.year}〕{chance.randrange(3, 300)}号"
        return replace(record, granted_on=day, issued_on=day + timedelta(days=93), approval_number=number)


def draw_office(chance: random.Random, *, employers: int) -> Office:
    """Draw a place, a series, a committee, its days and its document number."""
    place, series = chance.choice(PLACES), chance.choice(SERIES)
    rank = chance.choice((SENIOR, MIDDLE, MIDDLE))
    reviewed = date(chance.randrange(2010, 2018), chance.randrange(9, 13), chance.randrange(1, 29))
    signed = reviewed + timedelta(days=chance.randrange(12, 70))
    template = TitleRecord(
        person=draw_person(chance),
        employer="",
        series=series,
        rank=rank,
        level="",
        specialty="",
        title="",
        committee=committee_of(series, rank, place),
        granted_on=reviewed,
        issued_on=signed + timedelta(days=chance.randrange(5, 120)),
        certificate_number="",
        issuer=place.authority,
        approval_number=f"{place.agency}〔{signed.year}〕{chance.randrange(3, 460)}号",
        place=place,
    )
    return Office(
        template,
        tuple(draw_employer(chance, series, place) for _ in range(max(4, employers))),
        chance.choice(LEVEL_WORDS),
        chance.choice(_NUMBER_PATTERNS),
        signed,
    )


def sheet_cells(record: TitleRecord) -> dict[str, str]:
    """Return what an attentive clerk types into the sheet; dates as ISO."""
    cells = {name: record.text(name) for name in _SHEET_FIELDS}
    return cells | {
        "id_type": "居民身份证",
        "certificate_status": "已办理",
        "phone": record.person.phone,
    }
