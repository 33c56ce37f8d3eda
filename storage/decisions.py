"""What was decided and remarked on rows; only ever added to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain.accounts import Actor
from domain.decisions import Action, CertificateRef, Decision, NewDecision, Origin
from domain.errors import NotFoundError
from domain.fields import Field
from storage.models import DecisionModel, NoteModel, OfficeModel, UserModel
from storage.sessions import Session


class DecisionNotFoundError(NotFoundError):
    """The row has no such decision."""

    code = "decision_not_found"

    def __init__(self, decision_id: int) -> None:
        super().__init__(f"本行没有编号为 {decision_id} 的决定。请刷新后重试。")


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a row."""

    id: int
    row_id: int
    kind: str
    text: str
    by: str
    at: datetime


class Decisions:
    """Histories of rows. Callers have seen to it that the actor may see the row."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        row_id: int,
        batch_id: int,
        run_id: int,
        new: NewDecision,
        *,
        actor: Actor,
        at: datetime,
        seen: Mapping[str, object],
        undoes: int | None = None,
        bulk_id: str | None = None,
    ) -> int:
        """Append one decision; return its id."""
        model = _to_model(row_id, batch_id, run_id, new, at=at, seen=seen, undoes=undoes)
        model.bulk_id, model.user_id, model.office_id = bulk_id, actor.user_id, actor.office_id
        self._session.add(model)
        self._session.flush()
        return model.id

    def add_brought(
        self,
        row_id: int,
        batch_id: int,
        run_id: int,
        new: NewDecision,
        *,
        origin: Origin,
        at: datetime,
        seen: Mapping[str, object],
        undoes: int | None = None,
    ) -> int:
        """Append one decision that a hand-over package brought; return its id."""
        model = _to_model(row_id, batch_id, run_id, new, at=at, seen=seen, undoes=undoes)
        model.origin = {
            "key": origin.key,
            "actor": origin.actor,
            "office": origin.office_code,
            "office_name": origin.office_name,
        }
        self._session.add(model)
        self._session.flush()
        return model.id

    def history(self, row_id: int) -> list[Decision]:
        """Return all decisions of a row, oldest first."""
        return list(self._select(DecisionModel.row_id == row_id))

    def histories(self, batch_id: int) -> dict[int, list[Decision]]:
        """Return all decisions of a batch by row, oldest first."""
        by_row: dict[int, list[Decision]] = defaultdict(list)
        for decision in self._select(DecisionModel.batch_id == batch_id):
            by_row[decision.row_id].append(decision)
        return by_row

    def _select(self, condition: object) -> Iterator[Decision]:
        query = (
            select(DecisionModel, UserModel.username, OfficeModel.code)
            .outerjoin(UserModel, UserModel.id == DecisionModel.user_id)
            .outerjoin(OfficeModel, OfficeModel.id == DecisionModel.office_id)
            .where(condition)  # type: ignore[arg-type]  # one of the two conditions above
            .order_by(DecisionModel.id)
        )
        for model, username, office in self._session.execute(query):
            yield _to_decision(model, username, office)

    def add_note(self, row_id: int, kind: str, text: str, *, by: int, at: datetime) -> int:
        """Append one remark; return its id."""
        model = NoteModel(row_id=row_id, kind=kind, text=text, user_id=by, at=at)
        self._session.add(model)
        self._session.flush()
        return model.id

    def notes(self, row_id: int) -> list[Note]:
        """Return the remarks on a row, oldest first."""
        query = (
            select(NoteModel, UserModel.username)
            .join(UserModel, UserModel.id == NoteModel.user_id)
            .where(NoteModel.row_id == row_id)
            .order_by(NoteModel.id)
        )
        return [
            Note(model.id, model.row_id, model.kind, model.text, username, model.at)
            for model, username in self._session.execute(query)
        ]


def _to_model(
    row_id: int,
    batch_id: int,
    run_id: int,
    new: NewDecision,
    *,
    at: datetime,
    seen: Mapping[str, object],
    undoes: int | None,
) -> DecisionModel:
    link = new.link
    return DecisionModel(
        row_id=row_id,
        batch_id=batch_id,
        run_id=run_id,
        field=new.field.value if new.field else None,
        action=new.action.value,
        value=new.value,
        reason=new.reason,
        link={"file": link.file, "page": link.page_number, "slot": link.slot} if link else None,
        undoes=undoes,
        seen=dict(seen),
        at=at,
    )


def _to_decision(model: DecisionModel, username: str | None, office: str | None) -> Decision:
    link = model.link
    told = model.origin
    origin = Origin(told["key"], told["actor"], told["office"], told["office_name"]) if told else None
    return Decision(
        id=model.id,
        row_id=model.row_id,
        field=Field(model.field) if model.field else None,
        action=Action(model.action),
        value=model.value,
        reason=model.reason,
        link=CertificateRef(link["file"], link["page"], link["slot"]) if link else None,
        undoes=model.undoes,
        decided_by=origin.actor if origin is not None else username or "",
        office=origin.office_code if origin is not None else office or "",
        decided_at=model.at,
        run_id=model.run_id,
        seen=model.seen,
        bulk_id=model.bulk_id,
        origin=origin,
    )
