"""Offices and their tree."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import ConflictError, NotFoundError
from domain.offices import Office, OfficeKind
from storage.models import OfficeModel


class OfficeNotFoundError(NotFoundError):
    """No such office, or none that the asker may know of."""

    code = "office_not_found"

    def __init__(self) -> None:
        super().__init__("没有这个单位，或者它不在您的管理范围内。请返回单位列表重新选择。")


class OfficeCodeTakenError(ConflictError):
    """Another office has the code."""

    code = "office_code_taken"

    def __init__(self, office_code: str) -> None:
        super().__init__(f"单位账号“{office_code}”已被使用。请换一个，或检查该单位是否已经建立。")


class Offices:
    """All offices; callers say whose part of the tree they mean."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, code: str, name: str, kind: OfficeKind, *, parent: Office | None, at: datetime) -> Office:
        """Hang an office into the tree.

        Raises:
            OfficeCodeTakenError: The code is in use.
        """
        if self.find_by_code(code) is not None:
            raise OfficeCodeTakenError(code)
        model = OfficeModel(
            code=code,
            name=name,
            kind=kind.value,
            parent_id=parent.id if parent else None,
            path="",
            created_at=at,
        )
        self._session.add(model)
        self._session.flush()
        model.path = f"{parent.path if parent else '/'}{model.id}/"
        self._session.flush()
        return _to_office(model)

    def get(self, office_id: int, *, below: str | None = None, lock: bool = False) -> Office:
        """Return an office.

        Args:
            office_id: Which.
            below: Path of the office at or under which it must be.
            lock: Keep others from changing it until the transaction ends.

        Raises:
            OfficeNotFoundError: There is none there.
        """
        query = select(OfficeModel).where(OfficeModel.id == office_id)
        if below is not None:
            query = query.where(OfficeModel.path.startswith(below, autoescape=True))
        model = self._session.scalars(query.with_for_update() if lock else query).one_or_none()
        if model is None:
            raise OfficeNotFoundError
        return _to_office(model)

    def find_root(self) -> Office | None:
        """Return the office at the top of this installation."""
        query = select(OfficeModel).where(OfficeModel.parent_id.is_(None)).order_by(OfficeModel.id).limit(1)
        model = self._session.scalars(query).one_or_none()
        return _to_office(model) if model else None

    def find_by_code(self, code: str) -> Office | None:
        """Return the office with a code, compared as it is spelled."""
        model = self._session.scalars(select(OfficeModel).where(OfficeModel.code == code)).one_or_none()
        return _to_office(model) if model else None

    def list_at_or_below(self, path: str, *, after_path: str = "", limit: int) -> list[Office]:
        """Return an office and those under it, in the order of their paths."""
        query = (
            select(OfficeModel)
            .where(OfficeModel.path.startswith(path, autoescape=True), OfficeModel.path > after_path)
            .order_by(OfficeModel.path)
            .limit(limit)
        )
        return [_to_office(model) for model in self._session.scalars(query)]

    def list_above(self, path: str) -> list[Office]:
        """Return the offices over one, the root first."""
        ids = path_ids(path)[:-1]
        query = select(OfficeModel).where(OfficeModel.id.in_(ids))
        by_id = {model.id: _to_office(model) for model in self._session.scalars(query)}
        return [by_id[office_id] for office_id in ids if office_id in by_id]

    def is_open(self, path: str) -> bool:
        """Tell whether an office and all above it are active."""
        query = (
            select(OfficeModel.id)
            .where(OfficeModel.id.in_(path_ids(path)), OfficeModel.is_active.is_(False))
            .limit(1)
        )
        return self._session.scalar(query) is None

    def change(self, office_id: int, *, name: str, is_active: bool) -> Office:
        """Write new values and raise the version."""
        model = self._session.get_one(OfficeModel, office_id)
        model.name, model.is_active, model.version = name, is_active, model.version + 1
        self._session.flush()
        return _to_office(model)


def path_ids(path: str) -> Sequence[int]:
    """Return the ids in ``/1/5/9/``, the root first."""
    return [int(part) for part in path.split("/") if part]


def _to_office(model: OfficeModel) -> Office:
    return Office(
        model.id,
        model.code,
        model.name,
        OfficeKind(model.kind),
        model.parent_id,
        model.path,
        model.is_active,
        model.version,
    )
