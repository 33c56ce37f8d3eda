"""Sheets in: Annex 2 (and Annex 1) in any of its real shapes, as tables of rows.

The one entry point is ``read_sheets``. From bytes to rows:

    reader        what the file really is, by content
    workbooks     .xlsx, .xls, .ods -> Grid by calamine; ooxml, biff, opendocument: what calamine hides
    text_tables   CSV and tab-separated text -> Grid;  html_tables: web pages that are called .xls
    headers       where the header rows are and which column holds which field (labels: the words)
    tables        rows below a header -> SheetTable (row_kinds: person or not, approval_lines: 批准文号)
    forms         Annex 1 set as a form of labels beside values
    cells         one cell -> CellValue
"""

from ingest.sheets.reader import read_sheets

__all__ = ["read_sheets"]
