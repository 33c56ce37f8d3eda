"""Settings of offices, inherited from the nearest office above that has set them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.settings import DEFINITIONS, OfficeSettings, SettingValue, effective, text_to_value, value_to_text
from storage.models import SettingModel
from storage.offices import path_ids


class OfficeSettingsStore:
    """What offices have set."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def levels(self, path: str) -> Sequence[Mapping[str, SettingValue]]:
        """Return what each office on the way from the root to a path has set, the root first.

        A setting that this release no longer knows is passed over.
        """
        ids = path_ids(path)
        by_office: dict[int, dict[str, SettingValue]] = {office_id: {} for office_id in ids}
        query = select(SettingModel).where(SettingModel.office_id.in_(ids))
        for model in self._session.scalars(query):
            if model.name in DEFINITIONS:
                by_office[model.office_id][model.name] = text_to_value(DEFINITIONS[model.name], model.value)
        return [by_office[office_id] for office_id in ids]

    def of(self, path: str) -> OfficeSettings:
        """Return what holds for an office."""
        return effective(self.levels(path))

    def put(self, office_id: int, name: str, value: SettingValue) -> None:
        """Write what an office sets."""
        self._session.merge(SettingModel(office_id=office_id, name=name, value=value_to_text(value)))
        self._session.flush()

    def remove(self, office_id: int, name: str) -> None:
        """Let an office inherit a setting again."""
        self._session.execute(
            delete(SettingModel).where(SettingModel.office_id == office_id, SettingModel.name == name)
        )
