"""``report.xlsx``: the submitted rows with findings as coloured cells and comments.

Three kinds of worksheet: 批次 (totals and what concerns whole batches), 问题清单 (one line per
problem, with a filter), and one worksheet per submitted table.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.fields import Field
from domain.findings import BatchResult, RowFinding, Verdict
from domain.records import CellValue, SheetRow, SheetTable
from review.export.batch_notes import approval_number_words, batch_notes, shown
from review.export.differences import Mark, Piece, compare_texts
from review.export.privacy import RowPrivacy
from review.export.problems import Problem, problems_of
from review.export.sheet_names import SheetNames
from review.export.table import reason
from review.export.table_sheet import TableSheet
from review.export.waterfall import build_waterfall, quality_in_words
from review.export.wording import (
    BLANK_CELL,
    KIND_WORDS,
    STATUS_WORDS,
    VERDICT_SYMBOLS,
    VERDICT_WORDS,
    agreement_in_words,
    field_words,
    probability_in_words,
)
from review.export.workbook_formats import Formats, fit_height, put
from review.export.writing import replacing

BATCH_SHEET = "批次"
PROBLEM_SHEET = "问题清单"

# Excel refuses more links in one worksheet; later lines stay plain numbers.
_MOST_LINKS = 60_000

_PROBLEM_COLUMNS = (
    ("批次", 16), ("工作表", 14), ("行号", 6), ("姓名", 10), ("结论", 9), ("字段", 13), ("问题", 18),
    ("表格所填", 24), ("证书所载", 24), ("批文所载", 24), ("三方对照", 32), ("填错的可能", 22), ("说明", 46),
    ("依据合计", 46), ("出处文件", 30), ("页", 5), ("印章遮挡", 9), ("纸面质量", 30), ("核对结果", 14),
)  # fmt: skip
_ANSWERS = ["表格有误", "表格无误", "纸件有误", "无法判断"]

_SUMMARY_COLUMNS = ("批次", "行数", "通过", "待核", "退回", "表格批准文号", "批文文号", "文号核对")
_NOTE_COLUMNS = ("批次", "类别", "对象", "文件", "页", "说明")
_BATCH_WIDTHS = (24, 18, 30, 36, 9, 28, 28, 22)


def write_workbook(
    results: Sequence[BatchResult], tables: Mapping[str, Sequence[SheetTable]], path: Path
) -> None:
    """Write the workbook.

    Every value is written as text: nothing that was submitted can become a formula, and no digit of
    a number is lost. ID numbers are hidden except where they are in question.

    Args:
        results: One per batch.
        tables: The submitted tables by batch name. Rows of a table that is not here are shown with
            the values that were compared.
        path: Where to; an older report is replaced.

    Raises:
        ReportNotWritableError: The file cannot be written.
    """
    # Closing writes the file; the block must not be left before.
    with replacing(path) as partial:
        book = xlsxwriter.Workbook(
            str(partial),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        try:
            _fill(book, results, tables)
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            # The library wraps the operating system's error, which says why.
            raise OSError(*error.args[0].args) from error


def _fill(
    book: xlsxwriter.Workbook, results: Sequence[BatchResult], tables: Mapping[str, Sequence[SheetTable]]
) -> None:
    formats, names = Formats(book), SheetNames()
    batch_sheet = book.add_worksheet(names.claim(BATCH_SHEET))
    problem_sheet = book.add_worksheet(names.claim(PROBLEM_SHEET))
    problem_list = _ProblemList(problem_sheet, formats)
    _write_batches(batch_sheet, formats, results)
    for result in results:
        for table in _tables_of(result, tables.get(result.batch.batch, ())):
            wanted = table.tab or Path(table.file).stem
            name = names.claim(wanted if len(results) == 1 else f"{result.batch.batch} {wanted}")
            sheet = TableSheet(book.add_worksheet(name), formats, result.batch.batch, table)
            rows = {
                row.row_number: row for row in result.rows if (row.sheet, row.tab) == (table.file, table.tab)
            }
            for submitted in table.rows:
                row = rows.get(submitted.row_number)
                line = sheet.add(submitted, row)
                if row is not None:
                    problem_list.add(result.batch.batch, row, link=(name, line))
            sheet.finish()
    problem_list.finish()


def _tables_of(result: BatchResult, tables: Sequence[SheetTable]) -> list[SheetTable]:
    """Return the tables, and one made of the compared values for rows that belong to none."""
    known = {(table.file, table.tab, row.row_number) for table in tables for row in table.rows}
    lost: dict[tuple[str, str], list[RowFinding]] = {}
    for row in result.rows:
        if (row.sheet, row.tab, row.row_number) not in known:
            lost.setdefault((row.sheet, row.tab), []).append(row)
    return [*tables, *(_table_of_findings(file, tab, rows) for (file, tab), rows in lost.items())]


def _table_of_findings(file: str, tab: str, rows: Sequence[RowFinding]) -> SheetTable:
    present = [field for field in Field if any(field in row.fields for row in rows)]
    return SheetTable(
        file,
        tab,
        tuple(
            SheetRow(
                row.row_number,
                {name: CellValue(found.submitted, found.submitted) for name, found in row.fields.items()},
            )
            for row in rows
        ),
        {field: column for column, field in enumerate(present)},
    )


class _ProblemList:
    """The worksheet 问题清单."""

    def __init__(self, sheet: Worksheet, formats: Formats) -> None:
        self._sheet, self._formats = sheet, formats
        self._line, self._links = 0, 0
        for column, (title, width) in enumerate(_PROBLEM_COLUMNS):
            sheet.write_string(0, column, title, formats.header)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 5)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def add(self, batch: str, row: RowFinding, *, link: tuple[str, int]) -> None:
        """Add a line for every problem of a row; ``link`` is the worksheet and line of the row."""
        privacy = RowPrivacy(row)
        for problem in problems_of(row):
            self._line += 1
            self._write(batch, row, problem, privacy, link)

    def finish(self) -> None:
        """Set the filter and the list of answers."""
        last = max(1, self._line)
        self._sheet.autofilter(0, 0, last, len(_PROBLEM_COLUMNS) - 1)
        answers = len(_PROBLEM_COLUMNS) - 1
        self._sheet.data_validation(1, answers, last, answers, {"validate": "list", "source": _ANSWERS})
        if self._line == 0:
            self._sheet.write_string(1, 0, "没有发现问题", self._formats.plain)

    def _write(
        self, batch: str, row: RowFinding, problem: Problem, privacy: RowPrivacy, link: tuple[str, int]
    ) -> None:
        sheet, line, plain = self._sheet, self._line, self._formats.plain
        name = row.fields.get(Field.NAME)
        put(sheet, line, 0, shown(batch), plain)
        put(sheet, line, 1, shown(row.tab or row.sheet), plain)
        self._write_row_number(row, link)
        put(sheet, line, 3, privacy.value(Field.NAME, name.submitted) if name else "", plain)
        put(sheet, line, 4, verdict_words(row.verdict), self._formats.verdicts[row.verdict])
        put(sheet, line, 5, field_words(problem.field), plain)
        put(sheet, line, 6, problem_words(problem), plain)
        self._write_values(problem, privacy)
        why = reason(problem, privacy)
        put(sheet, line, 12, why, self._formats.wrapped)
        waterfall = build_waterfall(problem.finding) if problem.finding and not problem.is_note else None
        total = waterfall.text if waterfall is not None else ""
        put(sheet, line, 13, total, self._formats.wrapped)
        fit_height(sheet, line, (why, _PROBLEM_COLUMNS[12][1]), (total, _PROBLEM_COLUMNS[13][1]))
        evidence = problem.evidence
        put(sheet, line, 14, shown(evidence.file) if evidence else "", plain)
        put(sheet, line, 15, str(evidence.page_number) if evidence else "", plain)
        put(sheet, line, 16, "是" if evidence and evidence.under_seal else "", plain)
        put(sheet, line, 17, quality_in_words(evidence.quality) if evidence else "", plain)
        sheet.write_blank(line, 18, None, self._formats.answer)

    def _write_row_number(self, row: RowFinding, link: tuple[str, int]) -> None:
        if self._links >= _MOST_LINKS:
            self._sheet.write_number(self._line, 2, row.row_number, self._formats.plain)
            return
        self._links += 1
        name, line = link
        target = name.replace("'", "''")
        self._sheet.write_url(
            self._line, 2, f"internal:'{target}'!A{line + 1}", self._formats.link, string=str(row.row_number)
        )

    def _write_values(self, problem: Problem, privacy: RowPrivacy) -> None:
        field, finding = problem.field, problem.finding
        if field is None or finding is None:
            for column in range(7, 12):
                put(self._sheet, self._line, column, "", self._formats.plain)
            return
        compared = not problem.is_note
        submitted = privacy.value(field, finding.submitted, compared=compared)
        papers = [
            privacy.source(field, value, compared=compared)
            for value in (finding.certificate, finding.approval)
        ]
        marked = unmarked_submitted = None
        for column, (value, text) in enumerate(
            zip((finding.certificate, finding.approval), papers, strict=True), start=8
        ):
            if value and submitted and compared:
                marked, pieces = compare_texts(submitted, text)
                unmarked_submitted = unmarked_submitted or (marked if text != submitted else None)
                self._write_pieces(column, pieces)
            else:
                put(self._sheet, self._line, column, text, self._formats.plain)
        if unmarked_submitted:
            self._write_pieces(7, unmarked_submitted)
        else:
            put(self._sheet, self._line, 7, submitted or BLANK_CELL, self._formats.plain)
        put(self._sheet, self._line, 10, agreement_in_words(field, finding), self._formats.plain)
        put(self._sheet, self._line, 11, probability_in_words(finding.probability), self._formats.plain)

    def _write_pieces(self, column: int, pieces: tuple[Piece, ...]) -> None:
        """Write a text with its differing characters in bold colour; a gap is shown as ▢."""
        texts = [(piece.text or "▢" * piece.width, piece.mark is not Mark.SAME) for piece in pieces]
        if len(texts) < 2:
            is_marked = bool(texts) and texts[0][1]
            form = self._formats.differing_cell if is_marked else self._formats.plain
            put(self._sheet, self._line, column, texts[0][0] if texts else "", form)
            return
        fragments: list[Format | str] = []
        for text, is_marked in texts:
            fragments += [self._formats.differing if is_marked else self._formats.ordinary, text]
        self._sheet.write_rich_string(self._line, column, *fragments, self._formats.plain)


def verdict_words(verdict: Verdict) -> str:
    """Return the verdict with its symbol: ✗ 退回."""
    return f"{VERDICT_SYMBOLS[verdict]} {VERDICT_WORDS[verdict]}"


def problem_words(problem: Problem) -> str:
    """Return the kinds of a problem, else the outcome of the comparison."""
    if problem.kinds:
        return "、".join(KIND_WORDS[kind] for kind in problem.kinds)
    return STATUS_WORDS[problem.finding.status] if problem.finding else ""


def _write_batches(sheet: Worksheet, formats: Formats, results: Sequence[BatchResult]) -> None:
    """Write the worksheet 批次: a line of totals per batch, then everything found about batches."""
    for column, width in enumerate(_BATCH_WIDTHS):
        sheet.set_column(column, column, width)
    for column, title in enumerate(_SUMMARY_COLUMNS):
        sheet.write_string(0, column, title, formats.header)
    line = 0
    for result in results:
        line += 1
        batch = result.batch
        counts = [sum(row.verdict is verdict for row in result.rows) for verdict in Verdict]
        put(sheet, line, 0, shown(batch.batch), formats.plain)
        for column, count in enumerate((len(result.rows), *counts), start=1):
            sheet.write_number(line, column, count, formats.plain)
        put(sheet, line, 5, shown(batch.sheet_number), formats.plain)
        put(sheet, line, 6, shown(batch.document_number), formats.plain)
        put(sheet, line, 7, approval_number_words(batch), formats.plain)
    header = line + 2
    for column, title in enumerate(_NOTE_COLUMNS):
        sheet.write_string(header, column, title, formats.header)
    sheet.merge_range(header, 5, header, 7, _NOTE_COLUMNS[5], formats.header)
    line = header
    for result in results:
        for note in batch_notes(result.batch):
            line += 1
            form = formats.plain if note.is_problem else formats.faint
            put(sheet, line, 0, shown(result.batch.batch), form)
            put(sheet, line, 1, note.group, form)
            put(sheet, line, 2, note.subject, form)
            put(sheet, line, 3, note.file, form)
            put(sheet, line, 4, "" if note.page_number is None else str(note.page_number), form)
            sheet.merge_range(line, 5, line, 7, "", formats.wrapped)
            put(sheet, line, 5, note.message, formats.wrapped)
            fit_height(sheet, line, (note.message, sum(_BATCH_WIDTHS[5:])))
    sheet.autofilter(header, 0, max(line, header + 1), len(_NOTE_COLUMNS) - 1)
    if line == header:
        put(sheet, header + 1, 0, "没有批次层面的问题", formats.plain)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
