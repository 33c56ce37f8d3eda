"""The worksheet of one submitted table in ``report.xlsx``."""

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.fields import Field
from domain.findings import Kind, RowFinding, Status
from domain.records import SheetRow, SheetTable
from review.export.batch_notes import shown
from review.export.privacy import RowPrivacy
from review.export.problems import Problem, problems_of
from review.export.table import reason
from review.export.wording import (
    KIND_WORDS,
    STATUS_WORDS,
    VERDICT_SYMBOLS,
    VERDICT_WORDS,
    agreement_in_words,
    field_words,
    probability_in_words,
)
from review.export.workbook_formats import Formats, fit_height, put

_HEADER_LINE = 2
_LEGEND = (
    "粗框橙底：与纸面不一致　斜体黄底：需看一眼　虚框紫底：表格未填　下划线蓝底：只改写法　指向单元格可看说明"
)
_OWN_COLUMNS = (("行号", 6), ("结论", 9), ("问题", 30))

_WIDTHS: dict[Field, int] = {
    Field.NAME: 10,
    Field.GENDER: 6,
    Field.ID_TYPE: 12,
    Field.ID_NUMBER: 21,
    Field.BIRTH_DATE: 12,
    Field.EMPLOYER: 28,
    Field.LEVEL: 8,
    Field.SERIES: 14,
    Field.SPECIALTY: 14,
    Field.TITLE: 16,
    Field.GRANTED_ON: 12,
    Field.CERTIFICATE_NUMBER: 20,
    Field.CERTIFICATE_STATUS: 13,
    Field.ISSUED_ON: 12,
    Field.ISSUER: 26,
    Field.COMMITTEE: 30,
    Field.PHONE: 14,
    Field.APPROVAL_NUMBER: 22,
}

# A comment's default box is 128 × 74 pixels: about nine characters by four lines.
_COMMENT_WIDTH_PX = 320
_COMMENT_LINE_PX = 19
_COMMENT_LINE_CHARACTERS = 22
_LONGEST_COMMENT = 2_000


class TableSheet:
    """Writes one table: a title, the header, then a line per submitted row."""

    def __init__(self, sheet: Worksheet, formats: Formats, batch: str, table: SheetTable) -> None:
        self._sheet, self._formats, self._table = sheet, formats, table
        self._line = _HEADER_LINE
        ordered = sorted(table.columns, key=lambda field: table.columns[field])
        self._columns = {field: column for column, field in enumerate(ordered, start=len(_OWN_COLUMNS))}
        self._write_head(batch)

    def add(self, submitted: SheetRow, row: RowFinding | None) -> int:
        """Write a submitted row with what was found about it; ``None``: it was not checked.

        Returns:
            The 0-based line of the worksheet.
        """
        self._line += 1
        problems = problems_of(row) if row else ()
        put(self._sheet, self._line, 0, str(submitted.row_number), self._formats.plain)
        self._write_verdict(row, problems)
        by_field = {problem.field: problem for problem in problems if problem.field is not None}
        privacy = RowPrivacy(row)
        for field, column in self._columns.items():
            problem = by_field.get(field)
            form = self._format_of(problem)
            put(self._sheet, self._line, column, _cell_text(submitted, field, problem, privacy), form)
            if problem is not None:
                self._comment(column, _comment(problem, submitted, privacy))
        whole = [problem for problem in problems if problem.field not in self._columns]
        if whole:
            self._comment(1, "\n".join(_comment(problem, submitted, privacy) for problem in whole))
        return self._line

    def finish(self) -> None:
        """Set filter, frozen panes and print layout."""
        sheet = self._sheet
        width = len(_OWN_COLUMNS) + len(self._columns)
        sheet.autofilter(_HEADER_LINE, 0, max(self._line, _HEADER_LINE + 1), width - 1)
        name = self._columns.get(Field.NAME)
        # A name far to the right would freeze more than a small screen shows.
        frozen = name + 1 if name is not None and name <= len(_OWN_COLUMNS) + 2 else len(_OWN_COLUMNS)
        sheet.freeze_panes(_HEADER_LINE + 1, frozen)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER_LINE)

    def _write_head(self, batch: str) -> None:
        table, sheet = self._table, self._sheet
        title = "　".join(shown(part) for part in (batch, table.file, table.tab) if part)
        put(sheet, 0, 0, title, self._formats.title)
        number = shown(table.approval_number_raw)
        put(sheet, 1, 0, f"批准文号：{number or '（无）'}　　{_LEGEND}", self._formats.ordinary)
        sheet.set_row(_HEADER_LINE, 30)
        for column, (words, width) in enumerate(_OWN_COLUMNS):
            sheet.write_string(_HEADER_LINE, column, words, self._formats.header)
            sheet.set_column(column, column, width)
        for field, column in self._columns.items():
            sheet.write_string(_HEADER_LINE, column, field.label, self._formats.header)
            sheet.set_column(column, column, _WIDTHS[field])

    def _write_verdict(self, row: RowFinding | None, problems: tuple[Problem, ...]) -> None:
        if row is None:
            put(self._sheet, self._line, 1, "未核对", self._formats.faint)
            put(self._sheet, self._line, 2, "", self._formats.plain)
            return
        words = f"{VERDICT_SYMBOLS[row.verdict]} {VERDICT_WORDS[row.verdict]}"
        put(self._sheet, self._line, 1, words, self._formats.verdicts[row.verdict])
        summary = "；".join(_short(problem) for problem in problems if not problem.is_note)
        put(self._sheet, self._line, 2, summary, self._formats.wrapped)
        fit_height(self._sheet, self._line, (summary, _OWN_COLUMNS[2][1]))

    def _format_of(self, problem: Problem | None) -> Format:
        formats = self._formats
        if problem is None:
            return formats.plain
        finding = problem.finding
        if problem.is_note:
            return formats.respelled if Kind.FORMAT_ONLY in problem.kinds else formats.plain
        if finding is not None and finding.status is Status.MISMATCH:
            return formats.mismatch
        if finding is not None and finding.status is Status.MISSING:
            return formats.blank
        return formats.doubt

    def _comment(self, column: int, text: str) -> None:
        text = text[:_LONGEST_COMMENT]
        lines = sum(1 + len(line) // _COMMENT_LINE_CHARACTERS for line in text.split("\n"))
        self._sheet.write_comment(
            self._line,
            column,
            text,
            {
                "author": "证核",
                "width": _COMMENT_WIDTH_PX,
                "height": _COMMENT_LINE_PX * (lines + 1),
                "font_size": 9,
            },
        )


def _cell_text(submitted: SheetRow, field: Field, problem: Problem | None, privacy: RowPrivacy) -> str:
    """Return what the cell shows: as submitted, or the corrected spelling where only that differs."""
    cell = submitted.cells.get(field)
    if cell is None:
        return ""
    is_respelled = (
        problem is not None
        and Kind.FORMAT_ONLY in problem.kinds
        and not (problem.finding is not None and problem.finding.status is Status.MISMATCH)
    )
    text = cell.value if is_respelled and cell.value else cell.raw
    return privacy.value(field, text, compared=problem is not None and not problem.is_note)


def _short(problem: Problem) -> str:
    kinds = [KIND_WORDS[kind] for kind in problem.kinds]
    if not kinds and problem.finding is not None:
        kinds = [STATUS_WORDS[problem.finding.status]]
    return "、".join(kinds) if problem.field is None else f"{field_words(problem.field)}：{'、'.join(kinds)}"


def _comment(problem: Problem, submitted: SheetRow, privacy: RowPrivacy) -> str:
    """Say what the paper says, why it matters and where to look."""
    lines = [f"【{_short(problem)}】"]
    field, finding = problem.field, problem.finding
    compared = not problem.is_note
    if field is not None and finding is not None:
        lines += [
            f"证书：{privacy.source(field, finding.certificate, compared=compared)}",
            f"批文：{privacy.source(field, finding.approval, compared=compared)}",
            agreement_in_words(field, finding),
        ]
        cell = submitted.cells.get(field)
        if Kind.FORMAT_ONLY in problem.kinds and cell is not None:
            lines.append(f"原填：{privacy.value(field, cell.raw, compared=compared)}")
        if compared and finding.probability is not None:
            lines.append(f"表格：{probability_in_words(finding.probability)}")
    if problem.issues:
        lines.append(reason(problem, privacy))
    evidence = problem.evidence
    if evidence is not None:
        seal = "（印章下）" if evidence.under_seal else ""
        lines.append(f"出处：{shown(evidence.file)} 第{evidence.page_number}页{seal}")
    return "\n".join(lines)
