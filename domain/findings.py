"""The outcome of a check: what the public ``findings.jsonl`` says, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.document_numbers import DocumentNumber
from domain.fields import Field
from domain.geometry import Polygon
from domain.records import FileProblem, PageQuality


class Verdict(StrEnum):
    """What happens to a row."""

    CLEAR = "clear"
    REVIEW = "review"
    REJECT = "reject"


class Status(StrEnum):
    """How one field compares."""

    MATCH = "match"
    MISMATCH = "mismatch"
    MISSING = "missing"
    """The sheet's cell is blank although the paper has a value."""
    UNREADABLE = "unreadable"
    """The paper has the field, but it cannot be read well enough to say."""
    NOT_ON_DOCUMENT = "not_on_document"
    UNVERIFIABLE_CHARACTER = "unverifiable_character"


class Kind(StrEnum):
    """What a difference looks like, or what is wrong with a row. Public, never changed."""

    HOMOPHONE = "homophone"
    SIMILAR_GLYPH = "similar_glyph"
    MISSING_CHARACTER = "missing_character"
    EXTRA_CHARACTER = "extra_character"
    TRANSPOSED_DIGITS = "transposed_digits"
    ONE_DIGIT = "one_digit"
    CHECK_DIGIT = "check_digit"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ROW_SHIFT = "row_shift"
    DIFFERENT_VALUE = "different_value"
    FORMAT_ONLY = "format_only"

    NO_CERTIFICATE = "no_certificate"
    NOT_IN_APPROVAL = "not_in_approval"
    DUPLICATE_ROW = "duplicate_row"
    CERTIFICATE_USED_TWICE = "certificate_used_twice"
    OUT_OF_SCOPE_BEFORE_2010 = "out_of_scope_before_2010"
    HAS_E_CERTIFICATE = "has_e_certificate"
    INVALID_ID_NUMBER = "invalid_id_number"
    BIRTH_DATE_CONFLICTS_WITH_ID = "birth_date_conflicts_with_id"
    GENDER_CONFLICTS_WITH_ID = "gender_conflicts_with_id"

    LEVEL_CONFLICTS_WITH_TITLE = "level_conflicts_with_title"
    SERIES_CONFLICTS_WITH_TITLE = "series_conflicts_with_title"
    DATES_OUT_OF_ORDER = "dates_out_of_order"
    APPROVAL_NUMBER_MISMATCH = "approval_number_mismatch"
    UNREADABLE = "unreadable"
    UNVERIFIABLE_CHARACTER = "unverifiable_character"
    MISSING_VALUE = "missing_value"
    DAMAGED_CELL = "damaged_cell"
    APPROVAL_IS_PUBLIC_NOTICE = "approval_is_public_notice"
    """Reserved: an announcement handed in for the approval is a remark of the batch, not of a row."""
    SOURCES_DISAGREE = "sources_disagree"
    """Certificate and approval say different things, and the sheet agrees with one of them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where to look."""

    file: str
    page_number: int
    polygon: Polygon
    under_seal: bool = False
    quality: PageQuality | None = None
    """Of the page; ``None`` when it was not measured."""

    cut_off: bool = False
    """The edge of the picture may have cut off a part."""


class Source(StrEnum):
    """Where a contribution to a probability comes from. Public, never changed."""

    PRIOR = "prior"
    """How often typed values of this field are wrong, before any paper is looked at."""
    CERTIFICATE = "certificate"
    APPROVAL = "approval"
    ID_ARITHMETIC = "id_arithmetic"
    """Check digit, or the birth date and gender that an ID number contains."""
    NAME_FREQUENCY = "name_frequency"
    DATE_ORDER = "date_order"
    DOCUMENT_YEAR = "document_year"
    """The year in the 批准文号 against the date of grant."""
    BATCH = "batch"
    """What other certificates of the batch say in full."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One summand of the log odds that a submitted value is wrong."""

    source: Source
    nats: float
    """Natural logarithm; positive speaks against the submitted value."""

    sentence: str
    """One plain Chinese sentence; it names no value, so it may stand in any report."""

    cell: str | None = None
    """What a comparison with recognised text looked like, one of ``matching.calibration.Cell``. ``None`` for
    what is stated and not measured, and for findings of earlier releases."""

    condition: str | None = None
    """State of the paper there, one of ``matching.calibration.Condition``; ``None`` when not known."""


@dataclass(frozen=True, slots=True)
class FieldFinding:
    """One field of one row against the paper."""

    submitted: str
    certificate: str | None
    approval: str | None
    status: Status
    kind: Kind | None = None
    probability: float | None = None
    """That the submitted value is wrong, 0 to 1."""

    evidence: Evidence | None = None
    contributions: tuple[Contribution, ...] = ()
    """What the probability is made of, the prior first: they add up to its log odds. Empty when no
    paper was compared."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing a person should know about a row."""

    field: Field | None
    kind: Kind
    message: str
    """One plain Chinese sentence."""


@dataclass(frozen=True, slots=True)
class CertificateLink:
    """The certificate that belongs to a row."""

    file: str
    page_number: int
    slot: int
    score: float
    """0 to 1, the probability that this is the row's certificate."""

    weights: Mapping[Field, float]
    """Log2 match weight per field; their sum explains the score."""


@dataclass(frozen=True, slots=True)
class RowFinding:
    """The outcome for one row."""

    sheet: str
    tab: str
    row_number: int
    verdict: Verdict
    certificate: CertificateLink | None
    approval: Evidence | None
    fields: Mapping[Field, FieldFinding]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class OrphanCertificate:
    """A certificate that no row claims."""

    file: str
    page_number: int
    slot: int
    name: str


@dataclass(frozen=True, slots=True)
class SharedCertificate:
    """A certificate that several rows claim."""

    file: str
    page_number: int
    slot: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BatchFinding:
    """The outcome for a whole batch."""

    batch: str
    sheet_number: str
    """The 批准文号 above the table as written; ``""`` when there is none."""

    document_number: str
    approval_number_status: Status
    """``MATCH``, ``MISMATCH`` or ``MISSING``."""

    orphan_certificates: tuple[OrphanCertificate, ...] = ()
    absent_from_sheet: tuple[str, ...] = ()
    """Names in the approval without a row."""

    absent_from_approval: tuple[int, ...] = ()
    duplicate_rows: tuple[tuple[int, ...], ...] = ()
    certificate_used_twice: tuple[SharedCertificate, ...] = ()
    unreadable_files: tuple[FileProblem, ...] = ()
    other_files: tuple[FileProblem, ...] = ()
    """Files that are not evidence (ID-card copies, covers, Thumbs.db), each with what it is."""

    remarks: tuple[str, ...] = ()
    """Chinese sentences: counts that do not add up, hidden rows, an announcement handed in as approval."""

    document_numbers: tuple[DocumentNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Everything a check of one batch found."""

    batch: BatchFinding
    rows: tuple[RowFinding, ...]
