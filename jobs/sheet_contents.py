"""What a sheet tells before any paper is looked at: broken cells, spellings brought into form, remarks."""

from collections.abc import Iterator, Sequence

from domain.batches import CellProblem, DocumentContents, RewrittenCell, RewrittenColumn
from domain.fields import Field
from domain.records import CellValue, SheetTable
from domain.text import fold

_MOST_EXAMPLES = 5
_LETTERS = 26


def sheet_contents(tables: Sequence[SheetTable]) -> DocumentContents:
    """Return what is told of a file's tables, with rows and columns as the spreadsheet program names them."""
    return DocumentContents(
        cell_problems=tuple(problem for table in tables for problem in _problems(table)),
        rewritten=tuple(column for table in tables for column in _rewritten(table)),
        remarks=tuple(remark for table in tables for remark in table.remarks),
    )


def column_letters(index: int) -> str:
    """Return the letters of a zero-based column: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def _problems(table: SheetTable) -> Iterator[CellProblem]:
    for row in table.rows:
        for field, cell in row.cells.items():
            if cell.problem is not None:
                yield CellProblem(
                    table.tab, row.row_number, field, cell.problem, cell.message or "", _column(table, field)
                )


def _rewritten(table: SheetTable) -> Iterator[RewrittenColumn]:
    for field in table.columns:
        cells = [
            RewrittenCell(row.row_number, cell.raw, cell.value)
            for row in table.rows
            if (cell := row.cells.get(field)) is not None and _is_rewritten(cell)
        ]
        if cells:
            examples = tuple(cells[:_MOST_EXAMPLES])
            yield RewrittenColumn(table.tab, field, _column(table, field), len(cells), examples)


def _is_rewritten(cell: CellValue) -> bool:
    """Blanks and full-width forms are nobody's concern; another spelling is."""
    return bool(cell.value) and cell.problem is None and fold(cell.raw) != fold(cell.value)


def _column(table: SheetTable, field: Field) -> str:
    index = table.columns.get(field)
    return column_letters(index) if index is not None else ""
