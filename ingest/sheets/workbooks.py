"""Workbooks through calamine: values from the library, what it does not tell from our own scans."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import python_calamine as calamine

from ingest.limits import IngestLimits
from ingest.sheets.errors import DamagedSheetError, EncryptedSheetError
from ingest.sheets.grid import Grid, GridBuilder, Merge
from ingest.sheets.hidden_parts import HiddenParts


def read_workbook(path: Path, hidden: dict[str, HiddenParts], *, limits: IngestLimits) -> list[Grid]:
    """Read every worksheet; chart and macro sheets are left out.

    Args:
        path: An .xlsx, .xls or .ods, as its content says.
        hidden: What a scan of the file's own bytes found, by worksheet name; it must have checked the
            reach of the filled cells, because calamine lays out the whole rectangle around them.
        limits: Rows and cells that may hold something.

    Raises:
        EncryptedSheetError: It wants a password.
        DamagedSheetError: Calamine cannot read it.
        SheetTooLargeError: A worksheet holds more than the limits allow.
    """
    grids: list[Grid] = []
    # from_path would choose the reader by the name; a buffer is judged by its content.
    with (
        _translated_errors(),
        calamine.CalamineWorkbook.from_filelike(BytesIO(path.read_bytes())) as workbook,
    ):
        for metadata in workbook.sheets_metadata:
            if metadata.typ is not calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(metadata.name)
            parts = hidden.get(metadata.name, HiddenParts())
            is_hidden = metadata.visible is not calamine.SheetVisibleEnum.Visible
            grids.append(_to_grid(sheet, parts, is_hidden=is_hidden, limits=limits))
    return grids


def _to_grid(
    sheet: calamine.CalamineSheet, parts: HiddenParts, *, is_hidden: bool, limits: IngestLimits
) -> Grid:
    builder = GridBuilder(sheet.name, limits)
    if sheet.start is not None:
        first_column = sheet.start[1]
        # iter_rows begins at the sheet's first row, but at the first filled column.
        for row_index, values in enumerate(sheet.iter_rows()):
            builder.add_row(row_index, values, first_column=first_column)
    merges = [
        Merge(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    return Grid(
        sheet.name,
        builder.cells,
        tuple(merges or parts.merges),
        frozenset(parts.hidden_rows),
        frozenset(parts.hidden_columns),
        is_hidden,
        parts.uses_1904,
        parts.formats,
        parts.broken,
    )


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except calamine.PasswordError as error:
        raise EncryptedSheetError from error
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        if "password" in str(error).lower():
            raise EncryptedSheetError from error
        raise DamagedSheetError("内容不完整或格式不符") from error
    except BaseException as error:
        # A panic inside the Rust library is not an Exception and has no public class.
        if type(error).__name__ == "PanicException":
            raise DamagedSheetError("内容不完整或格式不符") from error
        raise
