"""What was read: lines, pages, candidate records, approval documents, sheet rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.document_numbers import DocumentNumber
from domain.fields import Field
from domain.geometry import Box, Point, Polygon, cut_polygon, polygon_to_box
from domain.lattice import Lattice
from domain.text import remove_blanks


@dataclass(frozen=True, slots=True, eq=False)
class TextLine:
    """One line of text on a page, with everything the recogniser thought possible."""

    text: str
    """As read, with blanks; not folded."""

    polygon: Polygon
    """Four corners in fractions of the upright page, from the text's own top left, clockwise."""

    confidence: float
    """The recogniser's mean character probability, 0 to 1; 1 for a text layer."""

    lattice: Lattice
    under_seal: bool = False
    """Coloured ink lies over the line."""

    second: "TextLine | None" = None
    """The reading of the other image (original or seal-suppressed) where it differs."""

    cut_off: bool = False
    """The line goes up to the edge of the picture. Told from its place (``ocr.edges``), never stored."""

    @property
    def box(self) -> Box:
        """The upright rectangle around the line."""
        return polygon_to_box(self.polygon)

    def cut(self, start: int, end: int) -> "TextLine":
        """Return the part of the line that holds ``text[start:end]``.

        The polygon is cut in proportion to the characters' places in the lattice. The second
        reading is kept whole, cut at the same shares of its length.
        """
        first = len(remove_blanks(self.text[:start]))
        last = first + len(remove_blanks(self.text[start:end]))
        path = self.lattice.best_path()
        steps = max(1, self.lattice.steps)
        if first >= last or first >= len(path):
            begin_share, end_share = (1.0, 1.0) if first >= len(path) else (0.0, 0.0)
        else:
            begin_share = 0.0 if first == 0 else (path[first - 1][2] + path[first][1]) / 2 / steps
            end_share = 1.0 if last >= len(path) else (path[last - 1][2] + path[last][1]) / 2 / steps
        second = self.second
        if second is not None:
            second = second._cut_shares(begin_share, end_share)
        return TextLine(
            self.text[start:end],
            cut_polygon(self.polygon, begin_share, end_share),
            self.confidence,
            self.lattice.cut(first, last),
            self.under_seal,
            second,
        )

    def _cut_shares(self, begin: float, end: float) -> "TextLine":
        """Cut at shares of the line's length instead of at characters."""
        steps = self.lattice.steps
        kept = [
            i
            for i, (_, first, last) in enumerate(self.lattice.best_path())
            if begin * steps <= (first + last) / 2 <= end * steps
        ]
        first, last = (kept[0], kept[-1] + 1) if kept else (0, 0)
        lattice = self.lattice.cut(first, last)
        return TextLine(
            remove_blanks(self.text)[first:last],
            cut_polygon(self.polygon, begin, end),
            self.confidence,
            lattice,
            self.under_seal,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed straight line, horizontal or vertical, in fractions of the upright page."""

    start: Point
    end: Point

    @property
    def is_horizontal(self) -> bool:
        """Tell whether the line runs across the page."""
        return abs(self.end[0] - self.start[0]) > abs(self.end[1] - self.start[1])


@dataclass(frozen=True, slots=True)
class SealMark:
    """A round seal on a page."""

    box: Box
    """Around its ring, in fractions of the upright page."""

    is_grey: bool
    """Found by its ring on a page without colour, such as a photocopy."""


class PaperKind(StrEnum):
    """What a sheet of paper is."""

    CERTIFICATE = "certificate"
    APPROVAL = "approval"
    PUBLIC_NOTICE = "public_notice"
    """公示: announced for objections, not yet granted; never proof."""
    ID_CARD = "id_card"
    APPOINTMENT_LETTER = "appointment_letter"
    """聘书: appoints to a post, does not grant a title."""
    SKILL_CERTIFICATE = "skill_certificate"
    """职业资格/职业技能等级证书: a worker's skill grade, not a title."""
    COMMITMENT_LETTER = "commitment_letter"
    DIPLOMA = "diploma"
    COVER = "cover"
    BLANK = "blank"
    NO_TEXT = "no_text"
    """A picture of something else than paper: a person, a landscape."""
    OTHER = "other"


class Grade(StrEnum):
    """How well a page can be read, coarse enough to be told to a person."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class PageQuality:
    """What the paper and its scan leave to read; measured, not judged by name of device."""

    dpi: float
    """Effective resolution: known for PDF pages, else the pixels of the page as if it were A4."""

    sharpness: float
    """0 to 1: how steep the edges of the print are, from a blur of several strokes to a clean edge."""

    contrast: float
    """0 to 1: grey levels between print and paper, as a share of black on white."""

    speckle: float
    """0 or more: specks of toner or noise for each character-sized area of the page."""

    doubt: float
    """Share of the lines, by length, that were read with a confidence below ``DOUBTFUL_CONFIDENCE``."""

    @property
    def grade(self) -> Grade:
        """Sum the measures up; the one that harms most decides."""
        if self.doubt > 0.25 or self.contrast < 0.2:
            return Grade.POOR
        if self.doubt > 0.08 or self.contrast < 0.35:
            return Grade.FAIR
        return Grade.GOOD


DOUBTFUL_CONFIDENCE = 0.9
"""A line below it is in doubt: exact lines of clean pages lie above 0.95 almost without exception."""


@dataclass(frozen=True, slots=True, eq=False)
class PageReading:
    """One page, read. Geometry is that of the page turned upright."""

    file: str
    """Path inside the batch, forward slashes."""

    page_number: int
    """1-based."""

    width_px: int
    """Size of the upright page in pixels; gives the aspect ratio."""

    height_px: int
    lines: tuple[TextLine, ...]
    """In no particular order."""

    rules: tuple[Rule, ...] = ()
    """Ruling lines of tables and forms, those that could be found."""

    from_text_layer: bool = False
    turn_deg: int = 0
    """Clockwise turn that brought the page as shown upright: 0, 90, 180 or 270."""

    skew_deg: float = 0.0
    """Small clockwise rotation applied after ``turn_deg``."""

    quality: PageQuality | None = None
    """``None`` for a page that was not measured: a true text layer, or nothing on the page."""

    pictured: float = 0.0
    """Of a page with next to no text, the share that is no paper: coloured, dark or rough. Not measured
    on others."""

    seals: tuple[SealMark, ...] | None = None
    """Round seals; ``None`` on pages on which nobody asks for them (all but commitment letters)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on which paper something stands."""

    file: str
    page_number: int
    polygon: Polygon
    """Fractions of the upright page."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldReading:
    """One value on paper."""

    raw: str
    """As read, label removed, lines joined."""

    value: str
    """Normalised: dates as ISO (possibly partial), numbers folded, other texts without blanks.
    Empty when ``raw`` cannot be understood as such a value."""

    confidence: float
    place: Place
    lattice: Lattice
    under_seal: bool = False
    seconds: tuple[Lattice, ...] = ()
    """Readings of other images of the same ink."""

    cut_off: bool = False
    """It goes up to the edge of the picture and may go on beyond it."""


@dataclass(frozen=True, slots=True, eq=False)
class CandidateRecord:
    """One certificate found on paper."""

    file: str
    page_number: int
    """Page on which it begins, 1-based."""

    slot: int
    """1-based reading order among the certificates that begin on this page."""

    readings: Mapping[Field, FieldReading]
    empty_labels: frozenset[Field] = frozenset()
    """Labels that stand on the paper without a legible value beside them."""

    last_page_number: int | None = None
    """Last page, when it goes over several."""

    lines: tuple[tuple[int, TextLine], ...] = ()
    """Page number and line of everything printed on the certificate, understood or not."""


@dataclass(frozen=True, slots=True, eq=False)
class ApprovalEntry:
    """One person in an approval document."""

    readings: Mapping[Field, FieldReading]
    """At least ``Field.NAME``; values that a heading or merged cell gives are included."""

    @property
    def page_number(self) -> int:
        """Page on which the name stands, 1-based."""
        return self.readings[Field.NAME].place.page_number

    @property
    def file(self) -> str:
        """Path of the document in the batch."""
        return self.readings[Field.NAME].place.file


@dataclass(frozen=True, slots=True)
class CountCheck:
    """A count that the document states, against the names found under it."""

    stated: int
    found: int
    where: str
    """The title or heading that states it."""

    page_number: int


@dataclass(frozen=True, slots=True, eq=False)
class ApprovalDocument:
    """An approval (批复, 通知), or what looks like one."""

    file: str
    kind: PaperKind
    """``APPROVAL`` or ``PUBLIC_NOTICE``."""

    title: str
    number: DocumentNumber | None
    number_reading: FieldReading | None
    readings: Mapping[Field, FieldReading]
    """What holds for everybody: date, issuer, committee, title."""

    entries: tuple[ApprovalEntry, ...]
    counts: tuple[CountCheck, ...] = ()
    """Only those that can be checked; a difference means names were missed or mistyped."""


@dataclass(frozen=True, slots=True)
class CellValue:
    """One cell of a sheet."""

    raw: str
    """As the cell shows it."""

    value: str
    """Normalised like ``FieldReading.value``; the trimmed raw text when it cannot be."""

    problem: str | None = None
    """Stable code of what is wrong with the cell itself, e.g. ``lost_digits``; see ``ingest``."""

    message: str | None = None
    """The problem as a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One person of Annex 2."""

    row_number: int
    """1-based, as the spreadsheet program shows it."""

    cells: Mapping[Field, CellValue]
    """Fields whose column exists; blank cells have value ``""``."""

    hidden: bool = False

    def value(self, name: Field) -> str:
        """Return the normalised value, ``""`` when blank or without a column."""
        cell = self.cells.get(name)
        return cell.value if cell else ""


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One Annex 2 table in a workbook: one 批准文号 and its rows."""

    file: str
    tab: str
    rows: tuple[SheetRow, ...]
    columns: Mapping[Field, int]
    """0-based column index of each understood field."""

    approval_number_raw: str = ""
    approval_number: DocumentNumber | None = None
    remarks: tuple[str, ...] = field(default=())
    """Chinese sentences about the table: hidden rows, ignored lines, unknown columns."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One file of a batch that could not be used, or is not evidence."""

    file: str
    code: str
    message: str
