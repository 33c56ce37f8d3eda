"""Everything that one call may touch, within its transaction and narrowed to its actor."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from domain.accounts import Actor
from storage.audit import AuditLog
from storage.batches import Batches
from storage.decisions import Decisions
from storage.documents import Documents
from storage.rows import Rows
from storage.sessions import Session


@dataclass(frozen=True)
class Store:
    """The repositories of one call."""

    session: Session
    actor: Actor | None
    """``None`` for the service itself."""

    now: datetime

    @property
    def person(self) -> Actor:
        """The actor of a call that only people make."""
        assert self.actor is not None, "jobs decide nothing"
        return self.actor

    @cached_property
    def batches(self) -> Batches:
        """Batches that the actor may see."""
        return Batches(self.session, self.actor)

    @cached_property
    def documents(self) -> Documents:
        """Files that the actor may see."""
        return Documents(self.session, self.actor)

    @cached_property
    def rows(self) -> Rows:
        """Rows that the actor may see."""
        return Rows(self.session, self.actor)

    @cached_property
    def decisions(self) -> Decisions:
        """Histories of rows."""
        return Decisions(self.session)

    @cached_property
    def log(self) -> AuditLog:
        """The log."""
        return AuditLog(self.session)
