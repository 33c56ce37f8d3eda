"""Values that stand on a certificate although nobody saw that they belong to their field.

Layouts are more than any reader knows. When a field was not read, the submitted value itself is
looked for among all printed lines of the certificate. Found word for word, it is proof: a paper
does not carry the name of another employer, or another ten-digit number, by chance. For a few
fields it also overrules a reading that took other words for the field (``OVERRULED_FIELDS``). From not
finding it nothing follows, except that an unread place of work leaves the employer unproven.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from domain.dates import find_dates
from domain.fields import DATE_FIELDS, Field
from domain.geometry import Box
from domain.lattice import Lattice
from domain.records import CandidateRecord, FieldReading, Place, TextLine
from domain.script import simplify
from domain.text import fold
from domain.titles import find_titles, title_meanings
from matching.kinds import parse_iso

_LEAST_LENGTH: dict[Field, int] = {
    Field.EMPLOYER: 4,
    Field.COMMITTEE: 6,
    Field.ISSUER: 5,
    Field.SPECIALTY: 3,
    Field.CERTIFICATE_NUMBER: 6,
    Field.ID_NUMBER: 15,
    Field.TITLE: 2,
    Field.GRANTED_ON: 10,
    Field.ISSUED_ON: 10,
}
"""Characters below which a text may stand on any certificate; dates need their day."""

OVERRULED_FIELDS = frozenset(
    {
        Field.EMPLOYER,
        Field.COMMITTEE,
        Field.ISSUER,
        Field.SPECIALTY,
        Field.CERTIFICATE_NUMBER,
        Field.ID_NUMBER,
    }
)
"""Fields whose reading gives way to the submitted value where that stands on the paper in full.

Such a text stands on a certificate for one reason only. Not dates and titles: a certificate has
several, and which is which is the question; not names: other people are named as well.
"""

_WORKPLACE = re.compile(
    "[\u4e00-\u9fff]{2,20}?(?:有限公司|责任公司|集团公司|总公司|分公司|中学|小学|学校|大学|学院|幼儿园"
    "|医院|卫生院|研究院|研究所|设计院|图书馆|博物馆|档案馆|农技站|工作站|服务站)"
    "(?![\u4e00-\u9fff]{0,14}(?:评审|评议|委员会|职称改革))"
)
"""Ends of names that only places of work have; offices, which also issue and review, are left out."""

_OFFICE = re.compile("评审|委员会|职称|人力资源|人事|颁发|监制|印制|毕业")

_LONGER_NAME = re.compile("办公室|分(?:公司|校|院|局|店|厂|行)|附属|校区|集团|有限|责任|股份|委员会")
"""What makes another body of a body's name when it follows."""

_NEAR_LINES = 2.2
"""Heights between the centres of a line and its continuation."""


def find_elsewhere(field: Field, submitted: str, certificate: CandidateRecord) -> FieldReading | None:
    """Look for a submitted value among all lines of a certificate.

    Args:
        field: What the value is.
        submitted: The normalised value of the cell.
        certificate: The certificate; its reader found no value for the field, or another one.

    Returns:
        A reading whose value is the submitted one, or ``None`` when it does not stand there.
    """
    least = _LEAST_LENGTH.get(field)
    if least is None or len(submitted) < least:
        return None
    taken = _taken_dates(certificate) if field in DATE_FIELDS else frozenset()
    for number, line, text in _texts(certificate.lines):
        if field in DATE_FIELDS:
            found = submitted not in taken and _holds_date(text, submitted)
        elif field is Field.TITLE:
            found = _holds_title(text, submitted)
        else:
            found = _holds_text(field, text, submitted)
        if found:
            place = Place(certificate.file, number, line.polygon)
            lattice = Lattice.of_text(submitted)
            # What the recogniser saw, not what is known: the lattice must not claim certainty.
            lattice = Lattice(lattice.codes, lattice.log_probabilities)
            return FieldReading(
                line.text,
                submitted,
                line.confidence,
                place,
                lattice,
                line.under_seal,
                cut_off=line.cut_off,
            )
    return None


def names_unread_employer(certificate: CandidateRecord, row_bodies: Sequence[str]) -> bool:
    """Tell whether the lines name a place of work that no reading accounts for.

    A certificate whose sentence says 在某某公司从事… has an employer, even if its reader missed it.

    Args:
        certificate: A certificate without a reading of the employer.
        row_bodies: The issuer and committee that the row states; their names are no employers.
    """
    known = [*row_bodies, *(reading.value for reading in certificate.readings.values())]
    explained = "|".join(simplify(fold(text)) for text in known if text)
    return any(
        match[0] not in explained and not _OFFICE.search(match[0])
        for _, _, text in _texts(certificate.lines)
        for match in _WORKPLACE.finditer(text)
    )


@lru_cache(maxsize=4)
def _texts(lines: tuple[tuple[int, TextLine], ...]) -> tuple[tuple[int, TextLine, str], ...]:
    """Return each line, and each line joined with its continuation below, all folded.

    Kept for the few certificates asked about last: one is asked about every field of its row.
    """
    found = [(number, line, simplify(fold(line.text))) for number, line in lines]
    boxes = [line.box for _, line in lines]
    by_page: dict[int, list[int]] = defaultdict(list)
    for i in sorted(range(len(lines)), key=lambda i: boxes[i].centre[1]):
        by_page[lines[i][0]].append(i)
    for i, (number, line) in enumerate(lines):
        below = _continuation(i, by_page[number], boxes)
        if below is not None:
            found.append((number, line, simplify(fold(line.text + lines[below][1].text))))
    return tuple(found)


def _continuation(line: int, from_the_top: Sequence[int], boxes: Sequence[Box]) -> int | None:
    """Return the nearest line below that a line may go on with, of the lines of its page."""
    box = boxes[line]
    middle = box.centre[1]
    first = bisect_right(from_the_top, middle + 0.5 * box.height, key=lambda i: boxes[i].centre[1])
    for other in islice(from_the_top, first, None):
        if boxes[other].centre[1] - middle >= _NEAR_LINES * box.height:
            return None
        if min(box.right, boxes[other].right) > max(box.left, boxes[other].left):
            return other
    return None


def _taken_dates(certificate: CandidateRecord) -> frozenset[str]:
    """Return the dates that are known to be something else."""
    return frozenset(
        reading.value
        for field, reading in certificate.readings.items()
        if field in DATE_FIELDS and reading.value
    )


def _holds_date(text: str, submitted: str) -> bool:
    wanted = parse_iso(submitted)
    return wanted is not None and any(found == wanted for found, _, _ in find_dates(text))


def _holds_title(text: str, submitted: str) -> bool:
    """Tell whether the line names this title and no other: 工程师 does not stand in 高级工程师."""
    wanted = simplify(fold(submitted))
    titles = {title for title, *_ in find_titles(text)}
    return titles == {wanted} and bool(title_meanings(submitted))


def _holds_text(field: Field, text: str, submitted: str) -> bool:
    wanted = simplify(fold(submitted))
    start = text.find(wanted)
    if start < 0:
        return False
    if field not in (Field.CERTIFICATE_NUMBER, Field.ID_NUMBER):
        return not _LONGER_NAME.match(text, start + len(wanted))
    # A number inside a longer one is another number.
    before, after = text[start - 1 : start], text[start + len(wanted) : start + len(wanted) + 1]
    return not (_is_number_part(before) or _is_number_part(after))


def _is_number_part(character: str) -> bool:
    return character.isascii() and character.isalnum()
