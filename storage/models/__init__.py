"""The tables. Import this package to have all of them in ``Base.metadata``."""

from storage.models.accounts import ApiTokenModel, FailureModel, OfficeModel, SessionModel, UserModel
from storage.models.base import Base
from storage.models.batches import (
    BatchModel,
    DocumentModel,
    PackageModel,
    PeriodModel,
    RunModel,
    SnapshotModel,
    TransferModel,
    UploadModel,
)
from storage.models.records import AuditModel, DecisionModel, NoteModel, PastFindingModel, RowModel
from storage.models.service import IdempotencyModel, PageModel, RateModel, SecretModel, SettingModel

__all__ = [
    "ApiTokenModel",
    "AuditModel",
    "Base",
    "BatchModel",
    "DecisionModel",
    "DocumentModel",
    "FailureModel",
    "IdempotencyModel",
    "NoteModel",
    "OfficeModel",
    "PackageModel",
    "PageModel",
    "PastFindingModel",
    "PeriodModel",
    "RateModel",
    "RowModel",
    "RunModel",
    "SecretModel",
    "SessionModel",
    "SettingModel",
    "SnapshotModel",
    "TransferModel",
    "UploadModel",
    "UserModel",
]
