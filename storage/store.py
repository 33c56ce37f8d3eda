"""Everything that one call may touch, within its transaction and narrowed to its actor."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.dialects import postgresql, sqlite

from domain.accounts import Actor
from domain.settings import OfficeSettings
from storage.accounts import Accounts
from storage.audit import AuditLog
from storage.batches import Batches
from storage.decisions import Decisions
from storage.documents import Documents
from storage.models import SecretModel
from storage.offices import Offices
from storage.packages import Packages
from storage.periods import Periods
from storage.row_queue import RowQueue
from storage.rows import Rows
from storage.sessions import Session
from storage.settings import OfficeSettingsStore
from storage.transfers import Transfers


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
    def transfers(self) -> Transfers:
        """Steps of batches between offices."""
        return Transfers(self.session)

    @cached_property
    def documents(self) -> Documents:
        """Files that the actor may see."""
        return Documents(self.session, self.actor)

    @cached_property
    def rows(self) -> Rows:
        """Rows that the actor may see."""
        return Rows(self.session, self.actor)

    @cached_property
    def queue(self) -> RowQueue:
        """Rows that wait for a person."""
        return RowQueue(self.session)

    @cached_property
    def decisions(self) -> Decisions:
        """Histories of rows."""
        return Decisions(self.session)

    @cached_property
    def log(self) -> AuditLog:
        """The log."""
        return AuditLog(self.session)

    @cached_property
    def offices(self) -> Offices:
        """All offices; the caller narrows them."""
        return Offices(self.session)

    @cached_property
    def accounts(self) -> Accounts:
        """All accounts; the caller narrows them."""
        return Accounts(self.session)

    @cached_property
    def periods(self) -> Periods:
        """The reporting periods."""
        return Periods(self.session)

    @cached_property
    def packages(self) -> Packages:
        """Hand-over packages that were taken in."""
        return Packages(self.session)

    def settings_of(self, office_path: str) -> OfficeSettings:
        """Return the settings that hold for an office."""
        return OfficeSettingsStore(self.session).of(office_path)

    def secret(self, name: str) -> bytes:
        """Return one of the installation's own keys, made when it is first asked for."""
        model = self.session.get(SecretModel, name)
        if model is None:
            # Two calls may be the first at once; both get the key of one of them.
            insert = sqlite.insert if self.session.get_bind().dialect.name == "sqlite" else postgresql.insert
            new = insert(SecretModel).values(name=name, value=secrets.token_bytes(32))
            self.session.execute(new.on_conflict_do_nothing())
            model = self.session.get_one(SecretModel, name)
        return model.value
