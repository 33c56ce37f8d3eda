"""The hand-over package: one zip by which an office passes a batch to another without a shared network.

``write_handover`` packs ``HandoverContents``; ``read_handover`` proves a package whole and opens it. The
format is public: ``docs/handover.md``.
"""

from review.handover.contents import (
    Count,
    CropFile,
    EscapeRate,
    GateResult,
    HandedBatch,
    HandedDecision,
    HandedRow,
    HandedTable,
    HandoverContents,
    OfficeRef,
    OriginalFile,
    StateChange,
    from_bytes,
    from_path,
)
from review.handover.errors import (
    HandoverChainBrokenError,
    HandoverContentError,
    HandoverError,
    HandoverFileExtraError,
    HandoverFileMissingError,
    HandoverHashMismatchError,
    HandoverManifestError,
    HandoverNotAPackageError,
    HandoverNotWritableError,
    HandoverSchemaError,
    HandoverSourceError,
    HandoverTooLargeError,
    HandoverUnsafeNameError,
    HandoverWorkspaceError,
)
from review.handover.manifest import Manifest, PackedFile
from review.handover.reading import HANDOVER_LIMITS, OpenedHandover, read_handover
from review.handover.writing import write_handover

__all__ = [
    "HANDOVER_LIMITS",
    "Count",
    "CropFile",
    "EscapeRate",
    "GateResult",
    "HandedBatch",
    "HandedDecision",
    "HandedRow",
    "HandedTable",
    "HandoverChainBrokenError",
    "HandoverContentError",
    "HandoverContents",
    "HandoverError",
    "HandoverFileExtraError",
    "HandoverFileMissingError",
    "HandoverHashMismatchError",
    "HandoverManifestError",
    "HandoverNotAPackageError",
    "HandoverNotWritableError",
    "HandoverSchemaError",
    "HandoverSourceError",
    "HandoverTooLargeError",
    "HandoverUnsafeNameError",
    "HandoverWorkspaceError",
    "Manifest",
    "OfficeRef",
    "OpenedHandover",
    "OriginalFile",
    "PackedFile",
    "StateChange",
    "from_bytes",
    "from_path",
    "read_handover",
    "write_handover",
]
