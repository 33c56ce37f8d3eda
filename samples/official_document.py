"""Official documents: what they say, and a writer that goes downwards, page after page."""

import random
from dataclasses import dataclass, field
from datetime import date

from samples.layouts.style import wrap
from samples.paper import Faces, Paper
from samples.records import TitleRecord
from samples.written_dates import write_date

LEFT, RIGHT, BOTTOM = 28.0, 182.0, 268.0
"""Margins in millimetres."""

BODY = 5.3
"""Size of body text (三号) in millimetres."""

LEADING = 9.6


@dataclass(frozen=True, slots=True)
class ApprovalText:
    """What an approval document says."""

    number: str
    authority: str
    committee: str
    reviewed_on: date
    signed_on: date
    people: tuple[TitleRecord, ...]
    layout: str


@dataclass(slots=True)
class Writer:
    """Writes downwards and takes a new sheet when one is full."""

    faces: Faces
    papers: list[Paper] = field(default_factory=list)
    y: float = 0.0

    @property
    def paper(self) -> Paper:
        """The page being written."""
        return self.papers[-1]

    @property
    def page(self) -> int:
        """Its number, 1-based."""
        return len(self.papers)

    def new_page(self, y: float = 32.0) -> None:
        """Begin a page at height ``y``."""
        self.papers.append(Paper(210, 297, self.faces))
        self.y = y

    def room(self, height: float) -> bool:
        """Make room; tell whether a new page was begun."""
        if self.y + height <= BOTTOM:
            return False
        self.new_page()
        return True

    def paragraph(
        self, text: str, *, style: str = "fang", size: float = BODY, indent: bool = True
    ) -> list[int]:
        """Write a paragraph. Returns the page of each of its characters, the indent included."""
        pages: list[int] = []
        lines = wrap(
            self.paper, ("　　" if indent else "") + text, style=style, size=size, width=RIGHT - LEFT
        )
        for line in lines:
            self.room(LEADING)
            self.paper.text(LEFT, self.y, line, style=style, size=size)
            pages += [self.page] * len(line)
            self.y += LEADING
        return pages

    def centred(self, text: str, *, style: str, size: float) -> None:
        """Write a heading in the middle, over several lines of about equal length if it is long."""
        count = len(wrap(self.paper, text, style=style, size=size, width=RIGHT - LEFT - 6))
        length = -(-len(text) // count)
        for line in (text[k : k + length] for k in range(0, len(text), length)):
            self.room(size * 1.5)
            self.paper.text(105, self.y, line, style=style, size=size, align="centre")
            self.y += size * 1.5


def opening(text: ApprovalText, chance: random.Random) -> str:
    """Return the words with which the body begins: who reviewed, sometimes when."""
    reviewed = write_date(text.reviewed_on, "arabic")
    return chance.choice(
        (
            f"经{text.committee}于{reviewed}评审通过，",
            f"经{text.committee}评审，并报经我单位审核，",
            f"根据职称评审工作有关规定，经{text.committee}评审通过，",
        )
    )
