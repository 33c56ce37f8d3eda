"""A result as files: ``findings.jsonl`` for programs, ``report.xlsx`` and ``report.html`` for people.

Everything here turns ``BatchResult`` values into text; nothing is decided or compared anew, except
which characters of two given texts differ.
"""

from review.export.findings import write_findings
from review.export.html import write_report
from review.export.problems import evidence_to_show
from review.export.table import FindingLine, findings_table
from review.export.workbook import write_workbook
from review.export.writing import ReportNotWritableError

__all__ = [
    "FindingLine",
    "ReportNotWritableError",
    "evidence_to_show",
    "findings_table",
    "write_findings",
    "write_report",
    "write_workbook",
]
