"""Document numbers (批准文号, GB/T 9704-2012 section 7.2.5) in all the ways they are written."""

import re
from dataclasses import dataclass

from domain.text import fold

# 丨, l, I, 1 and | are what recognisers make of a bracket; the year is what is sure.
_PATTERN = re.compile(
    r"(?P<agency>[\u3400-\u9fff·、()A-Z]{1,24}?)"
    r"(?:\(|\||丨|L|I|l)?(?P<year>(?:19|20)\d{2})年?(?:\)|\||丨|J|L|I|l)?"
    r"第?0*(?P<number>\d{1,5})号(?:文件?)?"
)
_SUBSEQUENCE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """Agency word, year and number, free of spelling."""

    agency: str
    year: int
    number: int

    def __str__(self) -> str:
        """Write it the official way: 陕人社函〔2016〕10号."""
        return f"{self.agency}〔{self.year}〕{self.number}号"

    def agrees_with(self, other: "DocumentNumber") -> bool:
        """Compare year and number exactly, the agency word as an abbreviation.

        西理人事 is accepted for 西安理工人事: all characters of the shorter word occur in order in
        the longer one, which is at most twice as long.
        """
        if (self.year, self.number) != (other.year, other.number):
            return False
        short, long = sorted((self.agency, other.agency), key=len)
        if not short or len(short) < _SUBSEQUENCE_SHARE * len(long):
            return False
        rest = iter(long)
        return all(character in rest for character in short)


def find_document_numbers(text: str) -> tuple[tuple[DocumentNumber, int, int], ...]:
    """Find document numbers in a text; positions are in ``fold(text)``."""
    return tuple(
        (
            DocumentNumber(match["agency"].strip("()、·"), int(match["year"]), int(match["number"])),
            *match.span(),
        )
        for match in _PATTERN.finditer(fold(text))
    )


def parse_document_number(text: str) -> DocumentNumber | None:
    """Return the first document number in a text, or ``None``."""
    found = find_document_numbers(text)
    return found[0][0] if found else None
