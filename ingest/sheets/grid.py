"""A worksheet as this package sees it: filled cells with their places, and what the program hides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from domain.text import clean_cell
from ingest.limits import IngestLimits
from ingest.sheets.errors import SheetTooLargeError
from ingest.sheets.number_formats import NumberFormat, number_to_text

Scalar = str | int | float | bool | date | datetime | time | timedelta
Position = tuple[int, int]
"""Row and column index, 0-based, counted from the sheet's own first cell A1."""

FORMULA_WITHOUT_VALUE = "=?"
"""Marks in ``Grid.broken`` a formula whose result was never stored."""

_MAX_MERGED_CELLS = 1_000_000
"""A sheet made to harm can declare any number of overlapping ranges; an honest one has some thousands."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; 0-based, all four inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The filled cells of one worksheet."""

    name: str
    cells: Mapping[int, Mapping[int, Scalar]]
    """Row index -> column index -> value, blank cells absent, both ascending."""

    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    uses_1904: bool = False
    """Serial day 0 is 1904-01-01 (old Macintosh workbooks)."""

    formats: Mapping[Position, NumberFormat] = field(default_factory=dict)
    """Number formats, only where they change what a number means to the eye."""

    broken: Mapping[Position, str] = field(default_factory=dict)
    """Error cells with their text (#N/A), and ``FORMULA_WITHOUT_VALUE``."""

    is_text: bool = False
    """Came from CSV or HTML: all cells are text as shown, numbers may have lost what they lost on export."""

    knows_merges: bool = True
    """False for CSV, where a heading over several columns is one text followed by blanks."""

    _merge_of: dict[Position, Merge] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Index the merged cells that matter: those within the filled cells' reach."""
        last_row = max(self.cells, default=-1)
        last_column = max((max(row) for row in self.cells.values()), default=-1)
        for merge in self.merges:
            if len(self._merge_of) > _MAX_MERGED_CELLS:
                return
            for row in range(merge.top, min(merge.bottom, last_row + 1) + 1):
                for column in range(merge.left, min(merge.right, last_column) + 1):
                    self._merge_of[row, column] = merge

    def origin(self, row: int, column: int) -> Position:
        """Return the cell that holds the value: the merged range's first, else the cell itself."""
        merge = self._merge_of.get((row, column))
        return (merge.top, merge.left) if merge else (row, column)

    def vertical_origin(self, row: int, column: int) -> Position:
        """Like ``origin``, but never leave the column: a wide merge fills only its first column."""
        merge = self._merge_of.get((row, column))
        return (merge.top, column) if merge and merge.left == column else (row, column)

    def value(self, position: Position) -> Scalar | None:
        """Return what a cell holds, ``None`` when blank; merged ranges are not looked up."""
        row = self.cells.get(position[0])
        return None if row is None else row.get(position[1])

    def text(self, position: Position) -> str:
        """Return a cell as the program shows it, trimmed, inner blanks kept as one; ``""`` when blank."""
        value = self.value(position)
        if value is None:
            return self.broken.get(position, "")
        return clean_cell(scalar_to_text(value, self.formats.get(position)))


class GridBuilder:
    """Collects filled cells and refuses more than the limits allow."""

    def __init__(self, name: str, limits: IngestLimits) -> None:
        self._name = name
        self._limits = limits
        self._count = 0
        self.cells: dict[int, dict[int, Scalar]] = {}

    def add_row(self, row_index: int, values: Iterable[Scalar | None], *, first_column: int = 0) -> None:
        """Keep what is filled of one row, columns counted from ``first_column``.

        Raises:
            SheetTooLargeError: More rows or cells hold something than the limits allow.
        """
        filled = {
            column: value
            for column, value in enumerate(values, first_column)
            if value is not None and value != "" and not (isinstance(value, str) and not clean_cell(value))
        }
        if not filled:
            return
        self.cells[row_index] = filled
        self._count += len(filled)
        if len(self.cells) > self._limits.max_rows:
            raise SheetTooLargeError(f"工作表“{self._name}”有内容的行超过上限", f"{self._limits.max_rows} 行")
        if self._count > self._limits.max_cells:
            raise SheetTooLargeError(
                f"工作表“{self._name}”有内容的单元格超过上限", f"{self._limits.max_cells} 个"
            )


def scalar_to_text(value: Scalar, number_format: NumberFormat | None = None) -> str:
    """Write a value as the spreadsheet program would; dates as ISO, in the precision that is shown."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_to_text(value, number_format)
    if isinstance(value, datetime):
        value = value.date() if value.time() == time() else value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return _date_to_text(value, number_format)
    return str(value)


def _date_to_text(value: date, number_format: NumberFormat | None) -> str:
    # Whoever types 2016-5 gets 2016-05-01 shown as "2016年5月": the day was never meant. A day other than
    # the first was typed by somebody and is kept, shown or not.
    hides_day = number_format is not None and number_format.date_parts in ("y", "ym")
    if hides_day and value.day == 1:
        hides_month = number_format is not None and number_format.date_parts == "y"
        return (
            f"{value.year:04d}" if hides_month and value.month == 1 else f"{value.year:04d}-{value.month:02d}"
        )
    return value.isoformat()
