"""Document numbers (批准文号, GB/T 9704-2012 section 7.2.5) in all the ways they are written."""

import re
from dataclasses import dataclass

from domain.text import fold

# 丨, l, I, 1 and | are what recognisers make of a bracket; the year is what is sure.
_AGENCY = r"(?P<agency>[\u3400-\u9fff·、()A-Z]{1,24}?)"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_NUMBER = r"第?0*(?P<number>[0-9]{1,5})"
_PATTERN = re.compile(rf"{_AGENCY}(?:\(|\||丨|L|I|l)?{_YEAR}年?(?:\)|\||丨|J|L|I|l)?{_NUMBER}号(?:文件?)?")
# A form field often lacks the last character; in running text "(2016)10" may be anything.
_WITHOUT_END = re.compile(rf"{_AGENCY}\({_YEAR}年?\){_NUMBER}$")
_LEAD_IN = re.compile(
    r"^.*(?:(?:批准|审批|批复|公布|发文|通过|任职|资格|评审)(?:文件)?文?号|文号|文件号|发文字号|根据|依据|按照|依照|参照|附件|的|《)(?=.)"
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
    """Find document numbers in a text; positions are in ``fold(text)``.

    The agency word begins after a bracket or a lead-in (根据, 批准文号), so a title or a label in front of
    it does not become part of it.
    """
    return tuple(_found(match) for match in _PATTERN.finditer(fold(text)))


def parse_document_number(text: str) -> DocumentNumber | None:
    """Return the first document number in a text, or ``None``.

    A text that ends with the number may lack 号: 陕人社函〔2016〕10.
    """
    found = find_document_numbers(text)
    if found:
        return found[0][0]
    match = _WITHOUT_END.search(fold(text))
    return _found(match)[0] if match else None


def _found(match: re.Match[str]) -> tuple[DocumentNumber, int, int]:
    agency = match["agency"]
    lead_in = _LEAD_IN.match(agency)
    start = lead_in.end() if lead_in else 0
    for i, character in enumerate(agency):
        if i >= start and character in "()、·" and agency[i + 1 :].strip("()、·"):
            start = i + 1
    trimmed = agency[start:].strip("()、·")
    number = DocumentNumber(trimmed, int(match["year"]), int(match["number"]))
    return number, match.start() + start, match.end()
