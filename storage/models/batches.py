"""Batches, their files, their checks and their way."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key


class PeriodModel(Base):
    """A reporting period with its deadlines."""

    __tablename__ = "periods"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    label: Mapped[str] = mapped_column(String(100), unique=True)
    first_year: Mapped[int]
    last_year: Mapped[int]
    deadlines: Mapped[dict[str, str]] = mapped_column(JSON)
    """ISO date by kind of office."""

    version: Mapped[int] = mapped_column(default=1)


class BatchModel(Base):
    """What an office hands up together."""

    __tablename__ = "batches"
    __table_args__ = (
        Index("ix_batches_owner_id_id", "owner_id", "id"),
        Index("ix_batches_holder_id_state_id", "holder_id", "state", "id"),
        UniqueConstraint("key", name="uq_batches_key"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    """The office that made it."""

    holder_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    """The office where it lies now."""

    owner_path: Mapped[str] = mapped_column(String(200), index=True)
    has_left: Mapped[bool] = mapped_column(default=False)
    """It was passed on at least once; offices above see it from then on."""

    period_id: Mapped[int | None] = mapped_column(ForeignKey("periods.id"))
    state: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int] = mapped_column(default=0)
    """Counts the checks that were asked for."""

    run_id: Mapped[int | None] = mapped_column(Key)
    """The check whose findings hold."""

    check_problem: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """Code and sentence, when the last check failed for a reason outside of the batch."""

    number_decision: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What a person said of 批准文号 that differ: the right one, the reason, who, when, after which check."""

    letter_decision: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Who confirmed by eye a commitment letter that could not be read in full, which, and why."""

    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    priority: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    passed_at: Mapped[datetime | None]
    key: Mapped[str] = mapped_column(String(64))
    """Random; names the batch in every installation that a hand-over package brings it to."""

    package_id: Mapped[str | None] = mapped_column(String(64))
    """Of the hand-over package that it came in last, when it came from another network."""

    version: Mapped[int] = mapped_column(default=1)


class DocumentModel(Base):
    """One file of a batch. A better scan is a new one; the old one stays, inactive."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_batch_id_id", "batch_id", "id"),
        Index("ix_documents_state", "state"),
        Index("uq_documents_active_name", "batch_id", "active_name", unique=True),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    name: Mapped[str] = mapped_column(Text)
    """Path in the batch, forward slashes."""

    active_name: Mapped[str | None] = mapped_column(Text)
    """The name while the file counts, NULL once it was replaced or removed: one file a name."""

    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(Key)
    state: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str | None] = mapped_column(String(16))
    """Of the file: sheet, pdf, image, archive."""

    holds: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What is on it: sheet, certificate, approval, letter, other."""

    pages: Mapped[int | None]
    pages_done: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    problem_code: Mapped[str | None] = mapped_column(String(64))
    problem_message: Mapped[str | None] = mapped_column(Text)
    result: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """What was understood of it, so far as the API shows it; JSON."""

    reader_version: Mapped[str | None] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(default=1)
    """Raised by every retry a person asks for."""

    archive_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    """The zip that it was in."""

    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class UploadModel(Base):
    """A file that is being received in parts."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(Key)
    sha256: Mapped[str | None] = mapped_column(String(64))
    replaces_id: Mapped[int | None] = mapped_column(Key)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class RunModel(Base):
    """One check of a batch, with everything that made its verdicts."""

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("batch_id", "revision", name="uq_runs_batch_id_revision"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    revision: Mapped[int]
    versions: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Of code, reader, models, curves and options."""

    documents: Mapped[list[int]] = mapped_column(JSON)
    finding: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    seconds: Mapped[float]


class TransferModel(Base):
    """One step of a batch between offices."""

    __tablename__ = "transfers"
    __table_args__ = (Index("ix_transfers_batch_id_id", "batch_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    step: Mapped[str] = mapped_column(String(16))
    """pass, accept, send_back, import."""

    from_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    to_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    row_reasons: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Reason by row id, for what was sent back."""

    days_late: Mapped[int | None]
    escape_bound: Mapped[float | None]


class PackageModel(Base):
    """A hand-over package that was taken in; none is taken in twice."""

    __tablename__ = "packages"
    __table_args__ = (Index("ix_packages_batch_id", "batch_id"),)

    package_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    contents_id: Mapped[str] = mapped_column(String(64))
    """What the signed cover prints."""

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), unique=True)
    from_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    made_at: Mapped[datetime]
    producer: Mapped[str] = mapped_column(Text)
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What ``batch.json`` says of the batch itself."""

    log_sha256: Mapped[str] = mapped_column(String(64))
    """The segment of the sender's log, in the store of files."""


class SnapshotModel(Base):
    """The rows of a batch as they were handed over, to tell later what changed since."""

    __tablename__ = "snapshots"

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), primary_key=True)
    rows: Mapped[bytes] = mapped_column(LargeBinary)
