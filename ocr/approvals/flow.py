"""Texts that go over several runs, and readings cut out of them."""

from collections.abc import Iterable, Sequence

from domain.dates import parse_date
from domain.fields import DATE_FIELDS, Field
from domain.geometry import Polygon
from domain.lattice import Lattice
from domain.records import FieldReading, PageReading, Place, TextLine
from domain.text import fold, fold_character, is_han, remove_blanks
from ocr.approvals.names import MIDDLE_DOT
from ocr.approvals.plausible import clean_text
from ocr.tables import Run


class Flow:
    """Runs read one after another as one text, in which every character knows its run."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.runs = tuple(runs)
        self.text = "".join(run.text for run in self.runs)
        self._starts: list[int] = []
        length = 0
        for run in self.runs:
            self._starts.append(length)
            length += len(run.indices)

    def part(self, start: int, end: int) -> tuple[Run, ...]:
        """Return the pieces of runs that hold ``text[start:end]``."""
        pieces = []
        for begin, run in zip(self._starts, self.runs, strict=True):
            first, last = max(start - begin, 0), min(end - begin, len(run.indices))
            if first < last:
                pieces.append(run.cut(first, last))
        return tuple(pieces)


class ReadingMaker:
    """Turns runs into readings; knows the pages from which the runs come."""

    def __init__(self, pages: Sequence[PageReading]) -> None:
        self._pages = tuple(pages)

    def read(self, name: Field, runs: Sequence[Run]) -> FieldReading:
        """Join runs, in reading order, into the reading of one field.

        A value over two pages gets the place of its first part.

        Raises:
            ValueError: There are no runs.
        """
        if not runs:
            raise ValueError("a reading needs ink")
        lines = [run.line for run in runs]
        lattice = lines[0].lattice
        for line in lines[1:]:
            lattice = lattice.join(line.lattice)
        page = self._pages[runs[0].page_index]
        place = Place(
            page.file, page.page_number, _outline([r for r in runs if r.page_index == runs[0].page_index])
        )
        raw = "".join(line.text for line in lines)
        return FieldReading(
            raw,
            normalise(name, raw),
            min(line.confidence for line in lines),
            place,
            lattice,
            any(line.under_seal for line in lines),
            _joined_seconds(lines),
        )


def normalise(name: Field, raw: str) -> str:
    """Return the value that a text stands for as this field; ``""`` when it is none."""
    if name in DATE_FIELDS:
        found = parse_date(raw)
        return str(found) if found else ""
    if name in (Field.ID_NUMBER, Field.CERTIFICATE_NUMBER):
        return fold(raw)
    if name is Field.GENDER:
        genders = [c for c in raw if c in "男女"]
        return genders[0] if len(set(genders)) == 1 else ""
    text = remove_blanks(raw)
    if name is Field.NAME:
        return "".join(MIDDLE_DOT if fold_character(c) == MIDDLE_DOT else c for c in text)
    # 口 (口腔) is often read as the outline of a box, which no cell of these columns holds.
    return clean_text(name, text.replace("□", "口"))


def trim_name(flow: Flow) -> tuple[int, int]:
    """Return where the name proper begins and ends in a name cell: numbers, dots and stars removed."""
    text = flow.text
    start, end = 0, len(text)
    while start < end and not is_han(text[start]):
        start += 1
    while end > start and not is_han(text[end - 1]):
        end -= 1
    return start, end


def _outline(runs: Sequence[Run]) -> Polygon:
    if len(runs) == 1:
        return runs[0].line.polygon
    box = runs[0].line.box
    for run in runs[1:]:
        box = box.union(run.line.box)
    return box.to_polygon()


def _joined_seconds(lines: Sequence[TextLine]) -> tuple[Lattice, ...]:
    """Return the other image's reading of the whole value, where any part has one."""
    if not any(line.second for line in lines):
        return ()
    lattices = [(line.second or line).lattice for line in lines]
    joined = lattices[0]
    for lattice in lattices[1:]:
        joined = joined.join(lattice)
    return (joined,)
