"""Annex 1 set as a form: labels with their values beside them, one person at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.document_numbers import parse_document_number
from domain.fields import Field
from domain.records import CellValue, SheetRow, SheetTable
from domain.text import clean_cell
from ingest.sheets.approval_lines import ApprovalLine, find_approval_line
from ingest.sheets.cells import read_cell
from ingest.sheets.grid import Grid, Position
from ingest.sheets.headers import IDENTIFYING
from ingest.sheets.labels import QUIET_LABELS, clean_label, find_field

_MIN_FIELDS = 4
_LABEL_AND_VALUE = re.compile(r"^([^:：]{1,30})[:：]\s*(\S.*)$", re.DOTALL)
_MAX_MODIFIED_COST = 200


@dataclass(slots=True)
class _Form:
    row_index: int
    cells: dict[Field, CellValue] = field(default_factory=dict)
    columns: dict[Field, int] = field(default_factory=dict)


def read_forms(grid: Grid, *, file: str) -> list[SheetTable]:
    """Read forms; each becomes a table of one row, numbered by the row of the label 姓名.

    A form needs a name, one of the identifying fields and four labels in all; what has fewer is a letter or a
    signature block.
    """
    forms: list[_Form] = []
    approval: ApprovalLine | None = None
    for row_index in grid.cells:
        texts = [grid.text((row_index, column)) for column in grid.cells[row_index]]
        approval = approval or find_approval_line(texts)
        for name, column, cell in _pairs(grid, row_index):
            if name is Field.NAME or not forms:
                if forms and Field.NAME not in forms[-1].cells:
                    pass  # Labels above the name belong to the same person.
                else:
                    forms.append(_Form(row_index))
            if name is Field.NAME:
                forms[-1].row_index = row_index
            forms[-1].cells.setdefault(name, cell)
            forms[-1].columns.setdefault(name, column)
    return [_to_table(grid, form, approval, file) for form in forms if _is_person(form)]


def is_sideways(grid: Grid) -> bool:
    """Tell whether the table stands on its side: labels down one column, one person per further column."""
    fields: dict[int, set[Field]] = {}
    widths: list[int] = []
    for row_index, row in grid.cells.items():
        texts = [grid.text((row_index, column)) for column in row]
        matches = [_label_field(text) for text in texts]
        if matches[0] is None or (len(texts) > 1 and any(matches[2:])):
            continue
        fields.setdefault(next(iter(row)), set()).add(matches[0])
        widths.append(len(texts) - 1)
    found = max(fields.values(), key=len, default=set())
    return Field.NAME in found and len(found) >= _MIN_FIELDS and sorted(widths)[len(widths) // 2] >= 2


def _pairs(grid: Grid, row_index: int) -> Iterator[tuple[Field, int, CellValue]]:
    row = grid.cells[row_index]
    columns = list(row)
    used = -1
    for i, column in enumerate(columns):
        value = row[column]
        if column <= used or not isinstance(value, str):
            continue
        label = _label_field(value)
        if label is not None:
            following = columns[i + 1] if i + 1 < len(columns) else None
            pair = _value_beside(grid, (row_index, column), label, following)
            used = pair[1] if pair[2].raw else used
            yield pair
            continue
        both = _LABEL_AND_VALUE.match(clean_cell(value))
        inner = _label_field(both[1]) if both else None
        if both is not None and inner is not None:
            alone = Grid(grid.name, {0: {0: both[2]}}, is_text=grid.is_text)
            yield inner, column, read_cell(alone, (0, 0), inner, zeros_kept=True)


def _label_field(text: str) -> Field | None:
    match = find_field(text)
    return match.field if match is not None and match.cost < _MAX_MODIFIED_COST else None


def _is_label(text: str) -> bool:
    return _label_field(text) is not None or clean_label(text) in QUIET_LABELS


def _value_beside(
    grid: Grid, position: Position, name: Field, following: int | None
) -> tuple[Field, int, CellValue]:
    row_index, column = position
    # 居民身份证 is a label on some forms, but beside 证件类型 it is the value.
    if following is None or (name is not Field.ID_TYPE and _is_label(grid.text((row_index, following)))):
        inherited = _inherited_value(grid, position)
        if inherited is None:
            return name, column + 1, CellValue("", "")
        return name, inherited[1], read_cell(grid, inherited, name, zeros_kept=True)
    return name, following, read_cell(grid, (row_index, following), name, zeros_kept=True)


def _inherited_value(grid: Grid, position: Position) -> Position | None:
    """Return the cell of a tall merged value that begins in a row above."""
    row_index, column = position
    origin = grid.origin(row_index, column + 1)
    if origin[0] < row_index and origin[1] == column + 1 and not _is_label(grid.text(origin)):
        return origin
    return None


def _is_person(form: _Form) -> bool:
    filled = {name for name, cell in form.cells.items() if cell.raw}
    return (
        Field.NAME in filled
        and len(form.cells) >= _MIN_FIELDS
        and any(name in filled for name in IDENTIFYING)
    )


def _to_table(grid: Grid, form: _Form, approval: ApprovalLine | None, file: str) -> SheetTable:
    own = form.cells.get(Field.APPROVAL_NUMBER)
    raw = own.raw if own is not None and own.raw else approval.raw if approval is not None else ""
    hidden = grid.is_hidden or form.row_index in grid.hidden_rows
    remarks = ["这是一人一张的表（附件1），各项取自标签右边的单元格。"]
    if not raw:
        remarks.append("表上没有找到批准文号。")
    missing = [name.label for name in Field if name not in form.cells and name is not Field.APPROVAL_NUMBER]
    if missing:
        remarks.append(f"表里没有这些项：{'、'.join(missing)}。")
    row = SheetRow(form.row_index + 1, form.cells, hidden)
    return SheetTable(file, grid.name, (row,), form.columns, raw, parse_document_number(raw), tuple(remarks))
