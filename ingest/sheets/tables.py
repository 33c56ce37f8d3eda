"""Rows below a header -> SheetTable, one for each 批准文号."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.dates import PartialDate
from domain.document_numbers import DocumentNumber, parse_document_number
from domain.fields import DATE_FIELDS, Field
from domain.id_numbers import mask_long_numbers, parse_id_number
from domain.records import CellValue, SheetRow, SheetTable
from domain.text import clean_cell, fold
from ingest.sheets.approval_lines import ApprovalLine, find_approval_line
from ingest.sheets.cells import is_ditto, keeps_trailing_zeros, read_cell
from ingest.sheets.grid import Grid
from ingest.sheets.headers import MIN_FIELDS, NEEDED, Header, find_headers, label_row_fields
from ingest.sheets.labels import SERIAL_LABELS, clean_label
from ingest.sheets.row_kinds import RowKind, classify_row

_MAX_LISTED = 12
_SERIAL_PROBE_ROWS = 5


@dataclass(slots=True)
class _Draft:
    """A table while its rows are collected."""

    header: Header
    approval: ApprovalLine | None
    rows: list[SheetRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    side: int = 0
    """0-based place among tables side by side."""


@dataclass(slots=True)
class _Segment:
    """One header row and what stands below it until the next."""

    headers: tuple[Header, ...]
    first_body_row: int
    last_body_row: int
    lead: list[tuple[int, list[str]]] = field(default_factory=list)
    """Lines between the last person above and the header."""


def read_tables(grid: Grid, *, file: str) -> list[SheetTable]:
    """Read every title table of a worksheet, top to bottom, then left to right.

    A header printed again on a further page goes on with the same table, unless another 批准文号 stands
    above it. Tables without a single person are returned too, with no rows.
    """
    segments = _segments(grid)
    drafts: list[_Draft] = []
    tail: list[tuple[int, list[str]]] = (
        [] if not segments else _lines(grid, range(segments[0].headers[0].first_row))
    )
    missing_above = 0
    for segment in segments:
        approval = _nearest_approval(tail)
        missing_above += approval is None
        started = _start_drafts(drafts, segment, approval)
        new_tail: list[tuple[int, list[str]]] = []
        for draft in started:
            reader = _BodyReader(grid, segment, draft)
            produced = reader.run()
            drafts.extend(extra for extra in produced if extra not in drafts)
            new_tail = max(new_tail, reader.tail, key=len)
        tail = new_tail
    below = _nearest_approval(tail)
    if below is not None and drafts:
        _use_number_below(drafts, below)
    return [_finish(grid, draft, file) for draft in drafts]


def _segments(grid: Grid) -> list[_Segment]:
    found = find_headers(grid)
    last_filled = max(grid.cells, default=-1)
    segments = []
    for i, headers in enumerate(found):
        end = found[i + 1][0].first_row - 1 if i + 1 < len(found) else last_filled
        kept = tuple(_without_serial(grid, header) for header in headers)
        segments.append(_Segment(kept, headers[0].last_row + 1, end))
    return segments


def _without_serial(grid: Grid, header: Header) -> Header:
    """Drop a column 编号 that only counts 1, 2, 3 from the certificate numbers."""
    column = header.columns.get(Field.CERTIFICATE_NUMBER)
    label = (header.labels or {}).get(Field.CERTIFICATE_NUMBER, "")
    if column is None or clean_label(label) not in SERIAL_LABELS:
        return header
    shown = [
        grid.text((row, column))
        for row in range(header.last_row + 1, header.last_row + 1 + 4 * _SERIAL_PROBE_ROWS)
        if grid.text((row, column))
    ][:_SERIAL_PROBE_ROWS]
    if not all(text.isdecimal() and len(text) <= 4 for text in shown):
        return header
    columns = dict(header.columns)
    del columns[Field.CERTIFICATE_NUMBER]
    return replace(header, columns=columns)


def _start_drafts(drafts: list[_Draft], segment: _Segment, approval: ApprovalLine | None) -> list[_Draft]:
    """Open a draft per header of the segment, or go on with the one whose header is repeated."""
    started: list[_Draft] = []
    for side, header in enumerate(segment.headers):
        open_draft = next((d for d in reversed(drafts) if d.side == side), None)
        same_number = open_draft is not None and (
            approval is None
            or (open_draft.approval is not None and fold(open_draft.approval.raw) == fold(approval.raw))
        )
        if open_draft is not None and same_number and header.repeats(open_draft.header):
            started.append(open_draft)
            continue
        draft = _Draft(header, approval, side=side)
        drafts.append(draft)
        started.append(draft)
    return started


class _BodyReader:
    """Reads the rows below one header, for one of the tables side by side."""

    def __init__(self, grid: Grid, segment: _Segment, draft: _Draft) -> None:
        self._grid = grid
        self._segment = segment
        self._header = draft.header
        self._draft = draft
        self._pending: ApprovalLine | None = None
        self._seen_person = False
        self._form_columns: dict[Field, int] | None = None
        body = range(segment.first_body_row, segment.last_body_row + 1)
        self._body = body
        self._zeros_kept = {
            column
            for name, column in self._header.columns.items()
            if grid.is_text and name in DATE_FIELDS and keeps_trailing_zeros(grid, body, column)
        }
        self.tail: list[tuple[int, list[str]]] = []

    def run(self) -> list[_Draft]:
        """Collect persons; return the drafts used, more than one when the number changes in between."""
        used = [self._draft]
        for row_index in self._row_indices():
            if self._continue_form(row_index):
                continue
            texts = self._texts(row_index)
            kind = self._classify(row_index, texts)
            if kind is RowKind.PERSON:
                if self._changes_number():
                    self._draft = _Draft(self._header, self._pending, side=self._draft.side)
                    used.append(self._draft)
                self._pending = None
                self.tail.clear()
                self._add_person(row_index)
            elif kind is not RowKind.BLANK:
                self._note_line(row_index, kind, texts)
        return used

    def _classify(self, row_index: int, texts: list[str]) -> RowKind:
        values = self._shown_values(row_index)
        approval = find_approval_line(texts)
        if approval is not None and approval.is_labelled and Field.ID_NUMBER not in values:
            return RowKind.LINE
        return classify_row(values, texts, first_rows=not self._seen_person)

    def _row_indices(self) -> Iterator[int]:
        broken = {row for row, _ in self._grid.broken}
        for row_index in self._body:
            if row_index in self._grid.cells or row_index in broken:
                yield row_index

    def _texts(self, row_index: int) -> list[str]:
        row = self._grid.cells.get(row_index, {})
        return [
            self._grid.text((row_index, column))
            for column in row
            if self._header.first_column <= column <= self._header.last_column
        ]

    def _shown_values(self, row_index: int) -> dict[Field, str]:
        values: dict[Field, str] = {}
        for name, column in self._header.columns.items():
            place = (row_index, column)
            if name is Field.NAME:
                place = self._grid.vertical_origin(row_index, column)
            text = self._grid.text(place)
            if text:
                values[name] = text
        if self._only_name_is_inherited(row_index, values):
            values.pop(Field.NAME, None)
        return values

    def _only_name_is_inherited(self, row_index: int, values: dict[Field, str]) -> bool:
        """A name merged over unused lines below it does not make them persons."""
        column = self._header.columns[Field.NAME]
        inherited = self._grid.vertical_origin(row_index, column) != (row_index, column)
        return inherited and not (values.keys() & set(NEEDED) - {Field.NAME})

    def _add_person(self, row_index: int) -> None:
        self._seen_person = True
        cells: dict[Field, CellValue] = {}
        for name, column in self._header.columns.items():
            place = self._grid.vertical_origin(row_index, column)
            cells[name] = self._resolve_ditto(
                name,
                row_index,
                read_cell(self._grid, place, name, zeros_kept=column in self._zeros_kept),
            )
        _settle_birth_month(cells)
        hidden = self._grid.is_hidden or row_index in self._grid.hidden_rows
        self._draft.rows.append(SheetRow(row_index + 1, cells, hidden))

    def _resolve_ditto(self, name: Field, row_index: int, cell: CellValue) -> CellValue:
        if not cell.raw or not is_ditto(cell.raw):
            return cell
        above = self._draft.rows[-1].cells.get(name) if self._draft.rows else None
        if (
            name in (Field.NAME, Field.ID_NUMBER, Field.CERTIFICATE_NUMBER)
            or above is None
            or not above.value
        ):
            message = f"{name.label}写的是“{cell.raw}”，请写出完整内容。"
            return CellValue(cell.raw, "", "unresolved_ditto", message)
        self._draft.remarks.append(
            f"第 {row_index + 1} 行的{name.label}写的是“{cell.raw}”，按上一行的“{above.value}”核对。"
        )
        return CellValue(cell.raw, above.value, above.problem, above.message)

    def _changes_number(self) -> bool:
        if self._pending is None:
            return False
        current = self._draft.approval
        if current is None and not self._draft.rows:
            self._draft.approval = self._pending
            return False
        return current is None or fold(current.raw) != fold(self._pending.raw)

    def _note_line(self, row_index: int, kind: RowKind, texts: Sequence[str]) -> None:
        all_texts = [self._grid.text((row_index, c)) for c in self._grid.cells.get(row_index, {})]
        self.tail.append((row_index, all_texts))
        if kind is RowKind.LINE:
            approval = find_approval_line(all_texts)
            if approval is not None and (approval.is_labelled or len(texts) == 1):
                self._pending = approval
                return
        shown = mask_long_numbers(clean_cell(" ".join(texts)))[:40]
        what = {
            RowKind.HINT: "是填写提示",
            RowKind.EXAMPLE: "标明是示例",
            RowKind.TOTAL: "是合计",
            RowKind.LINE: "不是人员记录",
        }[kind]
        remark = f"第 {row_index + 1} 行（{shown}）{what}，没有核对。"
        if self._draft.side == 0:
            self._draft.remarks.append(remark)

    def _continue_form(self, row_index: int) -> bool:
        """Follow a form that breaks its columns into several label rows under one person."""
        if self._form_columns is not None:
            columns, self._form_columns = self._form_columns, None
            self._extend_person(row_index, columns)
            return True
        if len(self._draft.rows) != 1 or self._draft.side:
            return False
        fields = label_row_fields(self._grid, row_index)
        known = self._draft.rows[0].cells.keys()
        if len(fields) < MIN_FIELDS or known & fields.keys():
            return False
        self._form_columns = fields
        return True

    def _extend_person(self, row_index: int, columns: dict[Field, int]) -> None:
        person = self._draft.rows[0]
        cells = dict(person.cells)
        for name, column in columns.items():
            cells[name] = read_cell(self._grid, self._grid.vertical_origin(row_index, column), name)
        self._draft.rows[0] = SheetRow(person.row_number, cells, person.hidden)
        header = self._draft.header
        self._draft.header = replace(header, last_row=row_index, columns={**header.columns, **columns})


def _settle_birth_month(cells: dict[Field, CellValue]) -> None:
    """Let a valid ID number say whether 1980.1 is January or October.

    A birth in another month is not settled: then the ambiguity stands, and the conflict shows elsewhere.
    """
    birth = cells.get(Field.BIRTH_DATE)
    number = cells.get(Field.ID_NUMBER)
    if birth is None or birth.problem != "ambiguous_date" or number is None or number.problem is not None:
        return
    parsed = parse_id_number(number.value)
    if parsed.problem is None and parsed.birth_date is not None and parsed.birth_date.month in (1, 10):
        months = PartialDate(parsed.birth_date.year, parsed.birth_date.month)
        if birth.value == str(months.year):
            cells[Field.BIRTH_DATE] = CellValue(birth.raw, str(months))


def _lines(grid: Grid, rows: range) -> list[tuple[int, list[str]]]:
    return [
        (row, [grid.text((row, column)) for column in grid.cells[row]]) for row in rows if row in grid.cells
    ]


def _nearest_approval(lines: Sequence[tuple[int, list[str]]]) -> ApprovalLine | None:
    """Take the labelled number nearest to the header, else the nearest without a label."""
    found = [line for _, texts in lines if (line := find_approval_line(texts))]
    labelled = [line for line in found if line.is_labelled]
    chosen = labelled or found
    return chosen[-1] if chosen else None


def _use_number_below(drafts: list[_Draft], below: ApprovalLine) -> None:
    """Give a number below the last table to its table; if the first has none, numbers stand below each."""
    if drafts[0].approval is None and len(drafts) > 1:
        numbers = [draft.approval for draft in drafts[1:]]
        for draft, number in zip(drafts, [*numbers, below], strict=True):
            draft.approval = number
        return
    for draft in drafts:
        if draft.approval is None:
            draft.approval = below


def _finish(grid: Grid, draft: _Draft, file: str) -> SheetTable:
    raw, number, remark = _approval_number(draft)
    remarks = [*_table_remarks(grid, draft), *draft.remarks]
    if remark:
        remarks.insert(0, remark)
    return SheetTable(
        file,
        grid.name,
        tuple(draft.rows),
        dict(draft.header.columns),
        raw,
        number,
        tuple(dict.fromkeys(remarks)),
    )


def _approval_number(draft: _Draft) -> tuple[str, DocumentNumber | None, str]:
    """Return the table's number as written, understood, and a remark: from above, else from the column."""
    line = draft.approval
    in_rows = Counter(
        row.cells[Field.APPROVAL_NUMBER].raw
        for row in draft.rows
        if Field.APPROVAL_NUMBER in row.cells and row.value(Field.APPROVAL_NUMBER)
    )
    if line is not None:
        remark = "" if line.number else f"表上方的批准文号“{line.raw}”不完整，看不出机关代字、年份和序号。"
        return line.raw, line.number, remark
    if not in_rows:
        return "", None, "表格上方没有找到批准文号。"
    raw, _ = in_rows.most_common(1)[0]
    spellings = {str(parse_document_number(text) or fold(text)) for text in in_rows}
    remark = (
        ""
        if len(spellings) == 1
        else f"批准文号一列有 {len(spellings)} 个不同的文号：{'、'.join(sorted(spellings)[:_MAX_LISTED])}。"
    )
    return raw, parse_document_number(raw), remark


def _table_remarks(grid: Grid, draft: _Draft) -> list[str]:
    header = draft.header
    remarks: list[str] = []
    hidden = [str(row.row_number) for row in draft.rows if row.row_number - 1 in grid.hidden_rows]
    if grid.is_hidden:
        remarks.append(f"工作表“{grid.name}”是隐藏的，其中的人员也一并核对。")
    if hidden:
        listed = "、".join(hidden[:_MAX_LISTED]) + ("等" if len(hidden) > _MAX_LISTED else "")
        remarks.append(f"第 {listed} 行是隐藏行（共 {len(hidden)} 行），也一并核对。")
    hidden_labels = [name.label for name, column in header.columns.items() if column in grid.hidden_columns]
    if hidden_labels:
        remarks.append(f"{'、'.join(hidden_labels)}所在的列是隐藏的，也一并核对。")
    missing = [
        name.label for name in Field if name not in header.columns and name is not Field.APPROVAL_NUMBER
    ]
    if missing:
        remarks.append(f"表里没有这些列：{'、'.join(missing)}。")
    if header.unknown:
        remarks.append(f"这些列不在核对范围：{'、'.join(header.unknown[:_MAX_LISTED])}。")
    if header.rivals:
        remarks.append(f"这些列与已采用的列重复，没有核对：{'、'.join(header.rivals[:_MAX_LISTED])}。")
    if draft.side:
        remarks.append(f"这是工作表“{grid.name}”里左右并排的第 {draft.side + 1} 个表。")
    return remarks
