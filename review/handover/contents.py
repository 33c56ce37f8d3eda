"""What a hand-over package holds, as plain values.

Ids are texts, because the receiving office has numbers of its own; times are aware and UTC. Rows, decisions
and files are gone through one after the other, so a batch need never be in memory as a whole; what is gone
through more than once says so.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from domain.audit import AuditEntry
from domain.decisions import Action, CertificateRef
from domain.fields import Field
from domain.way import BatchState, RecheckState

Opener = Callable[[], BinaryIO]
"""Opens the content anew each time; the stream is closed by whoever opened it."""


@dataclass(frozen=True, slots=True)
class OfficeRef:
    """An office as both sides know it."""

    code: str
    """Its system account."""

    name: str


@dataclass(frozen=True, slots=True)
class StateChange:
    """One step on the way of the batch."""

    state: BatchState
    at: datetime
    actor: str
    office: OfficeRef
    note: str = ""


@dataclass(frozen=True, slots=True)
class GateResult:
    """One thing that had to be in order before the batch was passed on."""

    code: str
    """Stable, see ``domain.way.GateCode``."""

    is_met: bool
    message: str
    """A Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Count:
    """One total, as the cover prints it."""

    code: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class EscapeRate:
    """What the random re-check of cleared rows proves."""

    cleared: int
    """Rows that were cleared without a person."""

    checked: int
    errors: int
    upper_bound: float
    """Of the share of errors among the cleared rows, 0 to 1."""

    confidence: float
    sentence: str
    """The result as the cover prints it, one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class HandedBatch:
    """``batch.json``: the batch itself."""

    key: str
    """Names the batch in every package, up or down, that it travels in."""

    name: str
    owner: OfficeRef
    """Who hands over."""

    receiver: OfficeRef | None
    period: str
    """Label of the reporting period; empty without one."""

    state: BatchState
    history: tuple[StateChange, ...] = ()
    """Oldest first."""

    gates: tuple[GateResult, ...] = ()
    counts: tuple[Count, ...] = ()
    escape_rate: EscapeRate | None = None
    """``None``: no re-check was made, and the cover says so."""


@dataclass(frozen=True, slots=True)
class HandedRow:
    """One line of ``rows.jsonl``: a person as the row is handed on."""

    key: str
    """Names the row in decisions; stays when the batch is sent again."""

    sheet: str
    tab: str
    row_number: int
    """Where it stands in the submitted sheet."""

    state: str
    """``domain.way.RowState``."""

    values: Mapping[Field, str]
    """Corrected."""

    certificate: CertificateRef | None = None
    submitted: Mapping[Field, str | None] = field(default_factory=dict)
    """What the sheet says where it is not as in ``values``; ``None``: it has no such cell."""

    fingerprint: str = ""
    """Of what a verifier is shown of the finding (``review.standing.fingerprint_of``); empty: not told."""

    recheck: str = RecheckState.NONE.value
    """``domain.way.RecheckState``."""


@dataclass(frozen=True, slots=True)
class HandedTable:
    """The rows under one 批准文号."""

    approval_number: str
    rows: Iterable[HandedRow]
    """Gone through twice: must start anew each time."""


@dataclass(frozen=True, slots=True)
class HandedDecision:
    """One line of ``decisions.jsonl``."""

    key: str
    row: str
    """Key of the row."""

    field: Field | None
    """``None`` for the row as a whole."""

    action: Action
    value: str | None
    reason: str
    link: CertificateRef | None
    undoes: str | None
    """Key of the decision that an ``UNDO`` takes back."""

    actor: str
    office: OfficeRef
    at: datetime
    crops: tuple[str, ...] = ()
    """Names of ``CropFile``s: what the person was shown."""

    seen: Mapping[str, Any] | None = None
    """What was compared (``domain.decisions.what_is_seen``): it holds while the finding shows the same.
    ``None``: not told."""


@dataclass(frozen=True, slots=True)
class CropFile:
    """A cut of the paper."""

    name: str
    """Letters, digits, ``-`` and ``_``, ending in ``.jpg``."""

    open: Opener = field(compare=False, repr=False)
    """JPEG bytes."""


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """A file of the batch as it was handed in."""

    sha256: str
    size_bytes: int
    names: tuple[str, ...]
    """Its paths in the batch, forward slashes; the same content may lie there under several."""

    open: Opener | None = field(compare=False, repr=False, default=None)
    """``None`` when the content does not travel with the package."""

    kind: str | None = None
    """``sheet``, ``pdf``, ``image`` or ``archive``; ``None``: not told."""

    holds: tuple[str, ...] = ()
    """``domain.batches.Holding``."""

    pages: int | None = None


@dataclass(frozen=True, slots=True)
class HandoverContents:
    """Everything that is handed over."""

    batch: HandedBatch
    tables: tuple[HandedTable, ...]
    """At least one."""

    findings: Iterable[Mapping[str, Any]]
    """Lines of ``findings.jsonl``, schema 1: ``review.export.findings.finding_objects``."""

    decisions: Iterable[HandedDecision]
    """All of the batch, oldest first, also those that no longer hold."""

    crops: Iterable[CropFile]
    originals: Iterable[OriginalFile]
    audit: Iterable[AuditEntry]
    """What of the sending office's log concerns the batch, oldest first."""

    created_at: datetime
    producer: str
    """Product and version."""


@dataclass(slots=True)
class Contained:
    """How many of each a package holds; ``batch.json`` states it, so that a lost line is seen."""

    rows: list[int]
    """By table."""

    findings: int = 0
    decisions: int = 0
    crops: int = 0
    originals: int = 0
    originals_packed: int = 0
    audit: int = 0


def from_path(path: Path) -> Opener:
    """Open a file's content."""
    return lambda: path.open("rb")


def from_bytes(content: bytes) -> Opener:
    """Open content that is in memory."""
    return lambda: io.BytesIO(content)
