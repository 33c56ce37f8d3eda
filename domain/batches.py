"""Batches as the service keeps them: files, rows under review, checks, steps between offices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from domain.fields import Field
from domain.findings import RowFinding
from domain.letters import CommitmentReading
from domain.records import FileProblem, SheetRow
from domain.way import BatchState, RecheckState, RowState


class DocumentState(StrEnum):
    """What has become of a file. Public, never changed."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    FAILED = "failed"
    """It cannot be used; the code and the sentence say why."""
    CANCELLED = "cancelled"

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing more happens by itself."""
        return self not in (DocumentState.WAITING, DocumentState.READING)


ORIGINAL_NOT_HERE = "original_not_here"
"""Problem of a file that a hand-over package names and did not bring."""


class Holding(StrEnum):
    """What a file was recognised as. Public, never changed."""

    SHEET = "sheet"
    APPROVAL = "approval"
    CERTIFICATE = "certificate"
    LETTER = "letter"
    """承诺书."""
    PUBLIC_NOTICE = "public_notice"
    ARCHIVE = "archive"
    OTHER = "other"


class Priority(IntEnum):
    """Which work goes first; the smaller number does."""

    INTERACTIVE = 1
    """Somebody waits for it at the screen."""

    BULK = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """What an office hands up together."""

    id: int
    name: str
    owner_id: int
    holder_id: int
    owner_path: str
    state: BatchState
    revision: int
    run_id: int | None
    period_id: int | None
    counts: Mapping[str, int]
    """Present rows by state; states without rows are left out."""

    check_problem: Mapping[str, str] | None
    """Code and sentence, when the last check failed for a reason outside of the batch."""

    number_decision: Mapping[str, object] | None
    """What a person said of 批准文号 that differ: ``value``, ``reason``, ``by``, and the ``run`` whose
    numbers were looked at."""

    letter_decision: Mapping[str, object] | None
    """Who confirmed a commitment letter by eye: ``document``, ``content`` (hash of the rows it vouches for),
    ``reason``, ``by``, ``run``."""

    priority: Priority
    has_left: bool
    created_by: int
    created_at: datetime
    passed_at: datetime | None
    key: str
    """Names the batch in every installation that a hand-over package brings it to."""

    package_id: str | None
    """Of the hand-over package that it came in last, if it did."""

    version: int


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a batch."""

    id: int
    batch_id: int
    name: str
    is_active: bool
    sha256: str
    size_bytes: int
    state: DocumentState
    kind: str | None
    """``sheet``, ``pdf``, ``image`` or ``archive``; ``None`` until the file was looked at."""

    holds: tuple[Holding, ...]
    pages: int | None
    pages_done: int
    rows: int
    problem_code: str | None
    problem_message: str | None
    attempt: int
    archive_id: int | None
    replaces_id: int | None
    uploaded_by: int
    uploaded_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has taken a row, and until when."""

    user_id: int
    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row of the sheet with its state in review, without what was found of it."""

    id: int
    batch_id: int
    run_id: int
    sheet: str
    tab: str
    row_number: int
    name: str
    verdict: str
    state: RowState
    queue: str
    risk: float
    """0 to 1: the probability of the likeliest error in it."""

    group_key: str
    """``field:kind`` of the gravest difference."""

    pattern: str | None
    recheck: RecheckState
    opinion_of: int | None
    lease: Lease | None
    fingerprint: str
    version: int
    brought_key: str | None = None
    """Names the row in hand-over packages, when one brought it."""

    @property
    def key(self) -> str:
        """What names the row in hand-over packages."""
        return self.brought_key or str(self.id)


@dataclass(frozen=True, slots=True)
class RowContent:
    """What was submitted and what was found."""

    submitted: SheetRow
    finding: RowFinding


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row as a check leaves it, to be stored."""

    known_id: int | None
    """The row that it was before; ``None`` for a new one."""

    content: RowContent
    state: RowState
    recheck: RecheckState
    queue: str
    risk: float
    group_key: str
    group_risk: float
    pattern: str | None
    fingerprint: str
    search: str
    open_fields: frozenset[Field] = frozenset()
    """What still waits for a person, the row as a whole left out."""

    brought_key: str | None = None
    """Names the row in hand-over packages, when one brought it."""

    packed: tuple[bytes, bytes] | None = None
    """``content`` as it is stored, when it was packed beforehand."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is."""

    files: int
    files_done: int
    files_failed: int
    pages: int
    pages_done: int
    rows: int
    rows_by_state: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One step of a batch between offices."""

    id: int
    batch_id: int
    step: str
    from_office_id: int
    to_office_id: int
    by_user_id: int
    at: datetime
    reason: str
    row_reasons: Mapping[int, str]
    days_late: int | None
    escape_bound: float | None


def submitted_values(row: SheetRow) -> dict[Field, str]:
    """Return the normalised values of a sheet row by field."""
    return {name: cell.value for name, cell in row.cells.items()}


@dataclass(frozen=True, slots=True)
class FoundCertificate:
    """One certificate in a file, as a list shows it."""

    page_number: int
    last_page_number: int
    slot: int
    name: str
    title: str
    certificate_number: str
    outline: tuple[tuple[float, float], ...]
    """Corners of the upright rectangle around everything read of it, in fractions of the page as shown."""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """One line of an approval."""

    name: str
    page_number: int
    place: tuple[tuple[float, float], ...]
    """Corners around the name, in fractions of the page as shown."""


@dataclass(frozen=True, slots=True)
class FoundApproval:
    """One approval document in a file."""

    page_number: int
    title: str
    number: str
    people: int
    is_public_notice: bool
    listed: tuple[FoundPerson, ...] = ()
    """In the document's order; empty in what was stored before lines were kept."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Something wrong with a cell itself, before any paper is looked at."""

    tab: str
    row_number: int
    field: Field
    code: str
    message: str
    column: str = ""
    """Letters as the spreadsheet program shows them; empty where the field has no column of its own."""


@dataclass(frozen=True, slots=True)
class RewrittenCell:
    """A cell whose spelling was brought into the official form, its meaning untouched."""

    row_number: int
    raw: str
    value: str


@dataclass(frozen=True, slots=True)
class RewrittenColumn:
    """The cells of one field that were brought into the official form."""

    tab: str
    field: Field
    column: str
    count: int
    examples: tuple[RewrittenCell, ...]


@dataclass(frozen=True, slots=True)
class DocumentContents:
    """What a file holds, so far as it is told before the comparison."""

    certificates: tuple[FoundCertificate, ...] = ()
    approvals: tuple[FoundApproval, ...] = ()
    letters: tuple[CommitmentReading, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    """Pages that should be evidence and cannot be used, or files of an archive."""

    others: tuple[FileProblem, ...] = ()
    """Pages that are no evidence, with what they are."""

    cell_problems: tuple[CellProblem, ...] = ()
    rewritten: tuple[RewrittenColumn, ...] = ()
    remarks: tuple[str, ...] = ()
    """Sentences about a sheet."""

    grades: tuple[str, ...] = ()
    """Grade of each page's quality; empty where it was not measured."""
