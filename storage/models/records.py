"""Rows in review, decisions and the log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key


class RowModel(Base):
    """One row of a batch's sheet with its present finding and its state in review."""

    __tablename__ = "rows"
    __table_args__ = (
        Index("ix_rows_batch_id_id", "batch_id", "id"),
        Index("ix_rows_batch_id_state", "batch_id", "state", "is_present"),
        # The queue, read from its end: the kinds most likely wrong, within a kind the rows most likely wrong.
        Index("ix_rows_queue", "batch_id", "queue", "group_risk", "group_key", "risk", "id"),
        # What one person has taken: found without looking through the queue.
        Index(
            "ix_rows_lease",
            "lease_user_id",
            "batch_id",
            "queue",
            sqlite_where=text("lease_user_id IS NOT NULL"),
            postgresql_where=text("lease_user_id IS NOT NULL"),
        ),
        Index("ix_rows_batch_id_pattern", "batch_id", "pattern"),
        Index("ix_rows_proof", "proof"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    sheet: Mapped[str] = mapped_column(Text)
    tab: Mapped[str] = mapped_column(Text)
    row_number: Mapped[int]
    is_present: Mapped[bool] = mapped_column(default=True)
    """False once a mended sheet has no such row any more."""

    name: Mapped[str] = mapped_column(Text, default="")
    search: Mapped[str] = mapped_column(Text, default="")
    """What the row is found by: name, its initials, employer, certificate number; folded."""

    verdict: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(String(8), default="")
    """``review`` or ``recheck`` while it waits for a person, else empty."""

    risk: Mapped[float] = mapped_column(default=0.0)
    group_key: Mapped[str] = mapped_column(String(80), default="")
    group_risk: Mapped[float] = mapped_column(default=0.0)
    pattern: Mapped[str | None] = mapped_column(String(32))
    """Alike for rows with the same single difference, which may be decided together."""

    open_fields: Mapped[str] = mapped_column(String(300), default="")
    """What still waits for a person, as ``storage.rows.joined`` writes it."""

    recheck: Mapped[str] = mapped_column(String(16), default="none")
    opinion_of: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who asked for a second opinion; somebody else must decide."""

    lease_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    submitted: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    finding: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of everything a verifier sees of the finding; decisions hold while it is the same."""

    forced_link: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The certificate that a person named for the row."""

    proof: Mapped[str | None] = mapped_column(String(64))
    """Keyed hash of name, ID number and certificate number of a row that the province holds."""

    key: Mapped[str | None] = mapped_column(Text)
    """Names the row in hand-over packages, when one brought it; its own id does so otherwise."""

    version: Mapped[int] = mapped_column(default=1)


class PastFindingModel(Base):
    """What an earlier check said of a row, kept when a later one says something else."""

    __tablename__ = "past_findings"

    row_id: Mapped[int] = mapped_column(ForeignKey("rows.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    submitted: Mapped[bytes] = mapped_column(LargeBinary)
    finding: Mapped[bytes] = mapped_column(LargeBinary)


class DecisionModel(Base):
    """One line of a row's history. Triggers of the database refuse to change or remove it."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_row_id_id", "row_id", "id"),
        Index("ix_decisions_batch_id_id", "batch_id", "id"),
        CheckConstraint(
            "(user_id IS NULL) = (origin IS NOT NULL) AND (office_id IS NULL) = (origin IS NOT NULL)",
            name="somebody",
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    row_id: Mapped[int] = mapped_column(ForeignKey("rows.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    field: Mapped[str | None] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(16))
    value: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    bulk_id: Mapped[str | None] = mapped_column(String(32))
    seen: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What was compared when it was made: submitted, certificate, approval, status, probability."""

    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    origin: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Who made it, and its key, when a hand-over package brought it: then user and office are NULL."""

    at: Mapped[datetime]


class NoteModel(Base):
    """A remark on a row. Triggers of the database refuse to change or remove it."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_row_id_id", "row_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    row_id: Mapped[int] = mapped_column(ForeignKey("rows.id"))
    kind: Mapped[str] = mapped_column(String(16))
    """note, or opinion: asks for a second one."""

    text: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class AuditModel(Base):
    """One line of the log. Triggers of the database refuse to change or remove it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_object_seq", "object", "seq"),
        Index("ix_audit_office_path_seq", "office_path", "seq"),
    )

    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(64))
    office: Mapped[str] = mapped_column(String(64))
    office_path: Mapped[str] = mapped_column(String(200))
    """For scoping only; not part of the hash."""

    action: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(80))
    batch_id: Mapped[int | None] = mapped_column(Key, index=True)
    detail: Mapped[str] = mapped_column(Text)
    """Canonical JSON."""

    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
