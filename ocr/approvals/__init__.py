"""Approval documents: who was granted which title by which document.

Entry point: ``read_approval``. A page's lines become straight rows (``ocr.straighten``,
``ocr.tables``), rows become a stream of headings, lists, lines of names and text (``stream``), and the
stream becomes people (``reading``).
"""

from ocr.approvals.reading import read_approval

__all__ = ["read_approval"]
