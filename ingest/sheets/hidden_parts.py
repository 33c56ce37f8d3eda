"""What calamine does not tell about a worksheet, and how far its filled cells reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.sheets.errors import SheetTooLargeError
from ingest.sheets.grid import Merge, Position
from ingest.sheets.number_formats import NumberFormat

MAX_DENSE_CELLS = 16_000_000
"""Calamine lays out the whole rectangle around the filled cells, some 30 bytes a cell: 0.5 GB. A single
forgotten blank in the last corner of a sheet would ask for 17 billion."""


@dataclass(slots=True)
class HiddenParts:
    """Collected while a worksheet's own bytes are scanned once; positions are 0-based."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    formats: dict[Position, NumberFormat] = field(default_factory=dict)
    broken: dict[Position, str] = field(default_factory=dict)
    uses_1904: bool = False
    first_row: int = -1
    last_row: int = -1
    first_column: int = -1
    last_column: int = -1

    def reach(self, row: int, column: int) -> None:
        """Note that a cell holds something."""
        if self.last_row < 0:
            self.first_row = self.last_row = row
            self.first_column = self.last_column = column
            return
        self.first_row = min(self.first_row, row)
        self.last_row = max(self.last_row, row)
        self.first_column = min(self.first_column, column)
        self.last_column = max(self.last_column, column)

    def check_reach(self, name: str) -> None:
        """Refuse a sheet whose filled cells lie too far apart to be laid out in memory.

        Raises:
            SheetTooLargeError: The rectangle around them has more than ``MAX_DENSE_CELLS`` cells.
        """
        if self.last_row < 0:
            return
        height = self.last_row - self.first_row + 1
        width = self.last_column - self.first_column + 1
        if height * width > MAX_DENSE_CELLS:
            raise SheetTooLargeError(
                f"工作表“{name}”的内容一直散布到第 {self.last_row + 1} 行、第 {self.last_column + 1} 列",
                f"{MAX_DENSE_CELLS // 10_000} 万个单元格的范围",
            )


Extras = Mapping[str, HiddenParts]
"""By worksheet name."""
