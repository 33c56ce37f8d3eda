"""How use cases ask for work to be done later, without knowing what does it."""

from typing import Protocol

from domain.batches import Priority
from storage.sessions import Session

DOCUMENT_JOB = "document"
"""Reads one file. Argument: document id, attempt."""

CHECK_JOB = "check"
"""Compares a batch. Arguments: batch id, revision."""


class Jobs(Protocol):
    """Takes jobs within the caller's transaction: they exist when and only when it commits."""

    def enqueue(
        self, session: Session, job: str, job_id: str, *arguments: str | int, priority: Priority
    ) -> None:
        """Ask for a job; the same ``job_id`` twice is one job."""


def ask_for_reading(jobs: Jobs, session: Session, document_id: int, attempt: int, priority: Priority) -> None:
    """Let a file be read."""
    jobs.enqueue(
        session, DOCUMENT_JOB, f"document-{document_id}-{attempt}", document_id, attempt, priority=priority
    )


def ask_for_check(jobs: Jobs, session: Session, batch_id: int, revision: int, priority: Priority) -> None:
    """Let a batch be compared."""
    jobs.enqueue(session, CHECK_JOB, f"check-{batch_id}-{revision}", batch_id, revision, priority=priority)
