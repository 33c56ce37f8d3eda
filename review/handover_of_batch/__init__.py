"""Batches between networks that are not joined: out of the database into a package, and back into another.

``export_batch`` writes a batch that was passed on, or sent back, as a hand-over package; ``import_package``
takes one in (docs/decisions/0020-handover-package.md).
"""

from review.handover_of_batch.errors import (
    HandoverBatchUnknownError,
    HandoverForAnotherError,
    HandoverImportedBeforeError,
    HandoverNotSenderError,
    HandoverOfficeUnknownError,
    HandoverOriginalsMissingError,
    HandoverOutdatedError,
    HandoverOwnBatchError,
)
from review.handover_of_batch.exporting import Cut, export_batch
from review.handover_of_batch.importing import import_package

__all__ = [
    "Cut",
    "HandoverBatchUnknownError",
    "HandoverForAnotherError",
    "HandoverImportedBeforeError",
    "HandoverNotSenderError",
    "HandoverOfficeUnknownError",
    "HandoverOriginalsMissingError",
    "HandoverOutdatedError",
    "HandoverOwnBatchError",
    "export_batch",
    "import_package",
]
