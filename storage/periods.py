"""Reporting periods."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import ConflictError, NotFoundError
from domain.offices import OfficeKind
from domain.periods import Period
from storage.models import PeriodModel


class PeriodNotFoundError(NotFoundError):
    """No such period."""

    code = "period_not_found"

    def __init__(self) -> None:
        super().__init__("没有这个报送时段。请刷新时段列表后重新选择。")


class PeriodLabelTakenError(ConflictError):
    """Another period has the label."""

    code = "period_label_taken"

    def __init__(self, label: str) -> None:
        super().__init__(f"已有名为“{label}”的报送时段。请换一个名称，或修改原有的时段。")


class Periods:
    """All periods; they are the same for every office."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, label: str, *, first_year: int, last_year: int, deadlines: Mapping[OfficeKind, date]
    ) -> Period:
        """Make a period; its number and version are given here.

        Raises:
            PeriodLabelTakenError: The label is in use.
        """
        self._refuse_label(label, other_than=None)
        model = PeriodModel(
            label=label, first_year=first_year, last_year=last_year, deadlines=_to_json(deadlines)
        )
        self._session.add(model)
        self._session.flush()
        return _to_period(model)

    def get(self, period_id: int, *, lock: bool = False) -> Period:
        """Return a period.

        Raises:
            PeriodNotFoundError: There is none.
        """
        model = self._session.get(PeriodModel, period_id, with_for_update=lock)
        if model is None:
            raise PeriodNotFoundError
        return _to_period(model)

    def has_label(self, label: str) -> bool:
        """Tell whether a period has a label."""
        return self._session.scalar(select(PeriodModel.id).where(PeriodModel.label == label)) is not None

    def list_all(self) -> list[Period]:
        """Return all, the latest years first."""
        query = select(PeriodModel).order_by(PeriodModel.first_year.desc(), PeriodModel.id)
        return [_to_period(model) for model in self._session.scalars(query)]

    def change(self, period: Period) -> Period:
        """Write a period's new values and raise its version.

        Raises:
            PeriodLabelTakenError: Another one has the label.
        """
        self._refuse_label(period.label, other_than=period.id)
        model = self._session.get_one(PeriodModel, period.id)
        model.label, model.first_year, model.last_year = period.label, period.first_year, period.last_year
        model.deadlines = _to_json(period.deadlines)
        model.version += 1
        self._session.flush()
        return _to_period(model)

    def _refuse_label(self, label: str, *, other_than: int | None) -> None:
        query = select(PeriodModel.id).where(PeriodModel.label == label)
        if self._session.scalar(query) not in (None, other_than):
            raise PeriodLabelTakenError(label)


def _to_json(deadlines: Mapping[OfficeKind, date]) -> dict[str, str]:
    return {kind.value: day.isoformat() for kind, day in deadlines.items()}


def _to_period(model: PeriodModel) -> Period:
    deadlines = {OfficeKind(kind): date.fromisoformat(day) for kind, day in model.deadlines.items()}
    return Period(model.id, model.label, model.first_year, model.last_year, deadlines, model.version)
