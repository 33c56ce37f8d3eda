"""What a batch is to be like, before anything is drawn."""

from dataclasses import dataclass, field

from samples.filling import Filling
from samples.layouts import LAYOUTS

ROLES = (
    "no_certificate",
    "not_in_approval",
    "out_of_scope_before_2010",
    "has_e_certificate",
    "duplicate_row",
    "certificate_used_twice",
    "orphan",
    "orphan_in_approval",
    "absent_from_sheet",
)
"""What can be wrong with a whole row, certificate or name."""

ROLES_WITHOUT_ROW = frozenset({"orphan", "orphan_in_approval", "absent_from_sheet"})


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What a batch is to be like."""

    name: str
    people: int
    """Rows of the sheet, repeated ones not counted."""
    degradations: tuple[str, ...] = ("clean", "scan", "photo")
    layouts: tuple[str, ...] = tuple(LAYOUTS)
    font_set: str = "samples"
    approval_layout: str = "table"
    approval_form: str = "text"
    """``text`` for a PDF with text, or a degradation for a scanned one."""
    sheet_kind: str = "xlsx"
    planted: int = 6
    """Discrepancies in single fields."""
    planted_start: int = 0
    """Where in the list of kinds planting begins, so that several batches go through all of it."""
    row_shift: int = 0
    """Length of a run of shifted certificate numbers."""
    roles: tuple[str, ...] = ()
    """Members of ``ROLES``, each as often as it is to happen."""
    number: str = "match"
    """``match``, ``mismatch`` or ``missing``: the 批准文号 of the sheet against the document's."""
    broken: tuple[str, ...] = ()
    """Members of ``extras.BROKEN_FILES``."""
    extras: bool = True
    as_zip: bool = False
    dpi: int = 200
    quality: int = 75
    form_share: float = 0.1
    """Clean rows in which the form of a value is changed, and only that."""
    filling: Filling = field(default_factory=Filling)
    """How values got on the certificates, and which rules and seals meet them."""
    false_layers: bool = False
    """PDF files carry text that is not what one sees: the approval, and some certificates."""
