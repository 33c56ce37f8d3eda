"""What a verifier was shown, as a hash: tells later whether a decision was about the same thing.

A fingerprint has three parts: of everything shown, of the certificate, and of the approval. A decision on one
field asks only for the papers that it was read from; one on the whole row asks for everything.
"""

import hashlib
import json
from collections.abc import Mapping

from domain.findings import RowFinding

_WHOLE = 24
_PAPER = 20
"""Hexadecimal digits; 24 + 20 + 20 are the 64 of a hash."""


def fingerprint_of(finding: RowFinding, hashes: Mapping[str, str]) -> str:
    """Return a hash of everything that a verifier is shown of a finding, probabilities left out.

    Args:
        finding: Of one row.
        hashes: sha256 of the batch's files by name: a better scan of the same name is another paper.
    """
    link, approval = finding.certificate, finding.approval
    certificate_paper = [link.file, hashes.get(link.file), link.page_number, link.slot] if link else None
    approval_paper = [approval.file, hashes.get(approval.file), approval.page_number] if approval else None
    content = {
        "verdict": finding.verdict.value,
        "certificate": certificate_paper,
        "approval": approval_paper,
        "fields": {
            field.value: [found.submitted, found.certificate, found.approval, found.status.value]
            for field, found in sorted(finding.fields.items())
        },
        "issues": sorted(
            [issue.field.value if issue.field else "", issue.kind.value] for issue in finding.issues
        ),
    }
    return _hash(content)[:_WHOLE] + _hash(certificate_paper)[:_PAPER] + _hash(approval_paper)[:_PAPER]


def submitted_hash(finding: RowFinding) -> str:
    """Return a hash of what the sheet says in a row."""
    values = {field.value: found.submitted for field, found in sorted(finding.fields.items())}
    return _hash(values)[:_WHOLE]


def is_same_certificate(fingerprint: str, other: str) -> bool:
    """Tell whether two findings were read from the same certificate, or both from none."""
    end = _WHOLE + _PAPER
    return fingerprint[_WHOLE:end] == other[_WHOLE:end]


def is_same_approval(fingerprint: str, other: str) -> bool:
    """Tell whether two findings were read from the same page of an approval, or both from none."""
    return fingerprint[_WHOLE + _PAPER :] == other[_WHOLE + _PAPER :]


def _hash(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
