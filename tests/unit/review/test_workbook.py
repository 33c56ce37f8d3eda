"""``report.xlsx`` as a spreadsheet program reads it back."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.fields import Field
from domain.findings import BatchResult, Issue, Kind, RowFinding, Status, Verdict
from domain.records import CellValue, SheetTable
from review.export import ReportNotWritableError, write_workbook
from tests.results import (
    SUBMITTED,
    TAB,
    batch_finding,
    batch_result,
    finding,
    homophone_row,
    realistic_result,
    row_finding,
    sheet_table,
)

HEADER_LINE = 3


def _write(
    path: Path, results: Sequence[BatchResult], tables: Mapping[str, Sequence[SheetTable]] | None = None
) -> Workbook:
    if tables is None:
        tables = {result.batch.batch: [sheet_table(result.rows)] for result in results}
    write_workbook(results, tables, path)
    return openpyxl.load_workbook(path, rich_text=False)


def _cell(sheet: Worksheet, field: Field, line: int) -> Cell | MergedCell:
    for cell in sheet[HEADER_LINE]:
        if cell.value == field.label:
            found: Cell | MergedCell = sheet.cell(line, cell.column)
            return found
    raise AssertionError(field.label)


def _column(sheet: Worksheet, title: str) -> list[object]:
    titles = [cell.value for cell in sheet[1]]
    return [row[titles.index(title)].value for row in sheet.iter_rows(min_row=2)]


def test_submitted_rows_stand_in_order_with_verdict_and_marks(tmp_path: Path) -> None:
    book = _write(tmp_path / "report.xlsx", [batch_result()])
    sheet = book[TAB]

    assert book.sheetnames == ["批次", "问题清单", TAB]
    assert [sheet.cell(line, 1).value for line in (4, 5)] == ["5", "6"]
    assert [sheet.cell(line, 2).value for line in (4, 5)] == ["✓ 通过", "✗ 退回"]
    assert sheet.cell(5, 3).value == "姓名：同音字"
    clean, wrong = _cell(sheet, Field.NAME, 4), _cell(sheet, Field.NAME, 5)
    assert (clean.value, clean.comment, clean.font.b) == ("张伟", None, False)
    assert wrong.value == "张玮"
    assert wrong.font.b
    assert wrong.fill.fgColor.rgb != clean.fill.fgColor.rgb


def test_comment_says_what_the_paper_says_why_and_where(tmp_path: Path) -> None:
    book = _write(tmp_path / "report.xlsx", [batch_result()])

    comment = _cell(book[TAB], Field.NAME, 5).comment

    assert comment is not None
    assert comment.text.split("\n") == [
        "【姓名：同音字】",
        "证书：张伟",
        "批文：张伟",
        "证书与批文一致，表格不同",
        "表格：几乎可以肯定填错（>99%）",
        "姓名填“张玮”，证书和批文都是“张伟”，读音相同。",
        "出处：证书/0012.jpg 第1页",
    ]


def test_header_is_frozen_and_filtered(tmp_path: Path) -> None:
    book = _write(tmp_path / "report.xlsx", [batch_result()])

    assert book[TAB].freeze_panes == "E4"
    assert str(book[TAB].auto_filter.ref).startswith("A3:")
    assert book["问题清单"].freeze_panes == "F2"
    assert str(book["问题清单"].auto_filter.ref).startswith("A1:S")


@pytest.mark.parametrize(
    "evil", ['=HYPERLINK("http://x","y")', "+1+1", "-1", "@SUM(A1)", "http://x.cn", "007", "\t=1"]
)
def test_submitted_text_never_becomes_a_formula_a_link_or_a_number(tmp_path: Path, evil: str) -> None:
    path = tmp_path / "report.xlsx"
    wrong = finding(
        Field.NAME, evil, certificate=evil + "张", status=Status.MISMATCH, kind=Kind.DIFFERENT_VALUE
    )
    row = row_finding(
        verdict=Verdict.REJECT, fields={Field.NAME: wrong, Field.EMPLOYER: finding(Field.EMPLOYER, evil)}
    )

    book = _write(path, [batch_result([row], batch_finding(evil))], {evil: [sheet_table([row])]})

    for sheet in book:
        for line in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n") for cell in line)
    assert _cell(book[TAB], Field.NAME, 4).value == evil.replace("\t", " ")
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in content or b"http" in content.split(b"<sheetData", 1)[1] for content in sheets)


def test_numbers_are_text_and_ids_are_hidden_unless_in_question(tmp_path: Path) -> None:
    typed = "610103198503140091"
    wrong = finding(Field.ID_NUMBER, typed, certificate=SUBMITTED[Field.ID_NUMBER], status=Status.MISMATCH)
    rows = [row_finding(5), row_finding(6, verdict=Verdict.REJECT, fields={Field.ID_NUMBER: wrong})]

    sheet = _write(tmp_path / "report.xlsx", [batch_result(rows)])[TAB]

    assert _cell(sheet, Field.ID_NUMBER, 4).value == "610***********0019"
    assert _cell(sheet, Field.ID_NUMBER, 5).value == typed
    assert _cell(sheet, Field.PHONE, 5).value == "139****5678"
    assert _cell(sheet, Field.CERTIFICATE_NUMBER, 4).number_format == "@"


def test_corrected_spelling_replaces_the_raw_text_and_is_listed(tmp_path: Path) -> None:
    issue = Issue(Field.NAME, Kind.FORMAT_ONLY, "姓名中间的空格已去掉。")
    row = row_finding(fields={Field.NAME: finding(kind=Kind.FORMAT_ONLY)}, issues=[issue])
    table = sheet_table([row])
    spaced = replace(table.rows[0], cells={**table.rows[0].cells, Field.NAME: CellValue("张　伟", "张伟")})

    book = _write(
        tmp_path / "report.xlsx",
        [batch_result([row])],
        {"2016-工程-中级": [replace(table, rows=(spaced,))]},
    )

    name = _cell(book[TAB], Field.NAME, 4)
    assert name.value == "张伟"
    assert name.comment is not None
    assert "原填：张　伟" in name.comment.text
    assert _column(book["问题清单"], "问题") == ["仅格式"]


def test_problem_list_has_a_line_per_problem_with_a_link_to_the_row(tmp_path: Path) -> None:
    book = _write(tmp_path / "report.xlsx", [batch_result()])
    sheet = book["问题清单"]

    assert [cell.value for cell in sheet[2]][:10] == [
        "2016-工程-中级", TAB, "6", "张玮", "✗ 退回", "姓名", "同音字", "张玮", "张伟", "张伟",
    ]  # fmt: skip
    link = sheet["C2"].hyperlink
    assert link is not None
    assert link.location == f"'{TAB}'!A5" or link.location == f"{TAB}!A5"
    assert sheet.data_validations.dataValidation[0].formula1 == '"表格有误,表格无误,纸件有误,无法判断"'


def test_differing_characters_are_marked_in_the_list(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    _write(path, [batch_result()])

    book = openpyxl.load_workbook(path, rich_text=True)
    rich = book["问题清单"]["H2"].value

    assert [getattr(part, "text", part) for part in rich] == ["张", "玮"]
    assert rich[1].font.b


def test_whole_row_problem_is_a_comment_on_the_verdict(tmp_path: Path) -> None:
    issue = Issue(None, Kind.NO_CERTIFICATE, "没有找到此人的证书。请补交证书复印件。")
    row = row_finding(verdict=Verdict.REVIEW, issues=[issue], is_linked=False)

    sheet = _write(tmp_path / "report.xlsx", [batch_result([row])])[TAB]

    comment = sheet.cell(4, 2).comment
    assert comment is not None
    assert issue.message in comment.text


def test_batch_sheet_has_totals_and_everything_about_the_batch(tmp_path: Path) -> None:
    result = realistic_result(40)
    sheet = _write(tmp_path / "report.xlsx", [result])["批次"]

    counts = [sum(row.verdict is verdict for row in result.rows) for verdict in Verdict]
    assert [cell.value for cell in sheet[2]] == [
        "2016-工程-中级", 40, *counts, "陕人社函〔2016〕10号", "陕人社函〔2016〕19号", "不一致",
    ]  # fmt: skip
    texts = {cell.value for line in sheet.iter_rows(min_row=5) for cell in line}
    assert {"欧阳慧敏", "贺兰", "第9、17行", "证书/0031.pdf", "Thumbs.db"} <= texts
    assert "身份证/610***********0019.jpg" in texts


def test_several_batches_get_a_sheet_for_each_table(tmp_path: Path) -> None:
    results = [realistic_result(3), realistic_result(2, batch="2012/农业")]

    book = _write(tmp_path / "report.xlsx", results)

    assert book.sheetnames == ["批次", "问题清单", "2016-工程-中级 Sheet1", "2012 农业 Sheet1"]


def test_row_without_its_table_is_not_lost(tmp_path: Path) -> None:
    book = _write(tmp_path / "report.xlsx", [batch_result([homophone_row(6)])], {})

    assert _cell(book[TAB], Field.NAME, 4).value == "张玮"
    assert len(_column(book["问题清单"], "字段")) == 1


def test_submitted_row_that_was_not_checked_says_so(tmp_path: Path) -> None:
    checked, unchecked = row_finding(5), row_finding(6)
    table = sheet_table([checked, unchecked])

    book = _write(tmp_path / "report.xlsx", [batch_result([checked])], {"2016-工程-中级": [table]})

    assert book[TAB].cell(5, 2).value == "未核对"
    assert _cell(book[TAB], Field.ID_NUMBER, 5).value == "610***********0019"


def test_endless_text_and_control_characters_do_not_break_the_file(tmp_path: Path) -> None:
    long_name = "长" * 40_000
    rows: list[RowFinding] = [
        row_finding(5, fields={Field.NAME: finding(Field.NAME, long_name)}),
        row_finding(6, fields={Field.NAME: finding(Field.NAME, "a\x00\x08\ud800b\uffff")}),
    ]

    sheet = _write(tmp_path / "report.xlsx", [batch_result(rows)])[TAB]

    assert str(_cell(sheet, Field.NAME, 4).value).endswith("（过长，已截断）")
    assert _cell(sheet, Field.NAME, 5).value == "a\ufffd\ufffd\ufffdb\ufffd"


@pytest.mark.parametrize("results", [[], [BatchResult(batch_finding(), ())]])
def test_nothing_to_report_is_a_whole_workbook(tmp_path: Path, results: list[BatchResult]) -> None:
    book = _write(tmp_path / "report.xlsx", results, {})

    assert book["问题清单"]["A2"].value == "没有发现问题"


def test_unwritable_place_is_named_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(ReportNotWritableError, match=r"report\.xlsx 写不进去"):
        write_workbook([], {}, tmp_path / "gone" / "report.xlsx")
