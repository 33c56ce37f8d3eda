"""Hand-over packages that were taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.models import PackageModel
from storage.sessions import Session


@dataclass(frozen=True, slots=True)
class TakenPackage:
    """A package that was taken in."""

    package_id: str
    contents_id: str
    """What the signed cover prints, to be compared with it."""

    batch_id: int
    transfer_id: int
    """The step that it made."""

    from_office_id: int
    made_at: datetime
    producer: str
    told: Mapping[str, Any]
    """What ``batch.json`` says of the batch itself."""

    log_sha256: str
    """The segment of the sender's log, in the store of files."""


class Packages:
    """All packages; callers have seen to it that the actor may see the batch."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, package: TakenPackage) -> None:
        """Remember a package."""
        self._session.add(
            PackageModel(
                package_id=package.package_id,
                contents_id=package.contents_id,
                batch_id=package.batch_id,
                transfer_id=package.transfer_id,
                from_office_id=package.from_office_id,
                made_at=package.made_at,
                producer=package.producer,
                told=dict(package.told),
                log_sha256=package.log_sha256,
            )
        )
        self._session.flush()

    def has(self, package_id: str) -> bool:
        """Tell whether a package was taken in."""
        return self._session.get(PackageModel, package_id) is not None

    def of_batch(self, batch_id: int) -> list[TakenPackage]:
        """Return the packages of a batch in the order in which they were taken in."""
        query = (
            select(PackageModel).where(PackageModel.batch_id == batch_id).order_by(PackageModel.transfer_id)
        )
        return [_to_package(model) for model in self._session.scalars(query)]


def _to_package(model: PackageModel) -> TakenPackage:
    return TakenPackage(
        model.package_id,
        model.contents_id,
        model.batch_id,
        model.transfer_id,
        model.from_office_id,
        model.made_at,
        model.producer,
        model.told,
        model.log_sha256,
    )
