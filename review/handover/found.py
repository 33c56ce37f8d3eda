"""Lines of ``findings.jsonl`` (schema 1) back into findings.

Schema 1 leaves out why a certificate was linked, whether the edge of the picture cut a value, where a row
stands in the approval, and most measures of a page; they come back empty. What people decide by is all there.

Whatever reads raises ``ValueError`` with a short Chinese reason; who knows file and line says where.
"""

from collections.abc import Mapping
from typing import Any

from domain.document_numbers import parse_document_number
from domain.findings import (
    BatchFinding,
    CertificateLink,
    Contribution,
    Evidence,
    FieldFinding,
    Issue,
    Kind,
    OrphanCertificate,
    RowFinding,
    SharedCertificate,
    Source,
    Status,
    Verdict,
)
from domain.geometry import Polygon
from domain.records import FileProblem, Grade, PageQuality
from review.handover.objects import Reader, read_field

_WHOLE_PAGE: Polygon = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_FEWEST_CORNERS = 3
_CONTRASTS = {Grade.GOOD: 1.0, Grade.FAIR: 0.3, Grade.POOR: 0.1}
"""Contrast is not told; this one lets the grade come out as it was told."""


def read_row_finding(content: Mapping[str, Any]) -> RowFinding:
    """Read a line of the type ``row``."""
    reader = Reader(content)
    fields = Reader(reader.object("fields"))
    return RowFinding(
        reader.text("sheet"),
        reader.text("tab") if "tab" in content else "",
        reader.number("row", least=1),
        reader.one_of("verdict", Verdict),
        reader.optional("certificate", _link),
        reader.optional("approval", _approval),
        {read_field(name): _field(fields.object(name)) for name in reader.object("fields")},
        reader.each("issues", _issue),
    )


def read_batch_finding(content: Mapping[str, Any]) -> BatchFinding:
    """Read a line of the type ``batch``."""
    reader = Reader(content)
    numbers = Reader(reader.object("approval_number"))
    document_number = numbers.text("document")
    parsed = parse_document_number(document_number)
    return BatchFinding(
        reader.text("batch"),
        numbers.text("sheet"),
        document_number,
        numbers.one_of("status", Status),
        reader.each("orphan_certificates", _orphan),
        reader.texts("absent_from_sheet"),
        reader.numbers("absent_from_approval"),
        reader.groups("duplicate_rows"),
        reader.each("certificate_used_twice", _shared),
        reader.each("unreadable_files", _problem),
        reader.each("other_files", _problem) if "other_files" in content else (),
        reader.texts("remarks") if "remarks" in content else (),
        (parsed,) if parsed is not None else (),
    )


def _link(reader: Reader) -> CertificateLink:
    return CertificateLink(
        reader.text("file"),
        reader.number("page", least=1),
        reader.number("slot", least=1),
        reader.share("score"),
        {},
    )


def _approval(reader: Reader) -> Evidence:
    return Evidence(reader.text("file"), reader.number("page", least=1), _WHOLE_PAGE)


def _field(content: Mapping[str, Any]) -> FieldFinding:
    reader = Reader(content)
    probability = content.get("probability")
    return FieldFinding(
        reader.text_or_none("submitted") or "",
        reader.text_or_none("certificate"),
        reader.text_or_none("approval"),
        reader.one_of("status", Status),
        reader.one_of("kind", Kind) if content.get("kind") is not None else None,
        reader.share("probability") if probability is not None else None,
        _evidence(reader.object("evidence")) if content.get("evidence") is not None else None,
        reader.each("contributions", _contribution) if "contributions" in content else (),
    )


def _evidence(content: Mapping[str, Any]) -> Evidence:
    reader = Reader(content)
    return Evidence(
        reader.text("file"),
        reader.number("page", least=1),
        _polygon(reader),
        reader.flag("under_seal") if "under_seal" in content else False,
        _quality(Reader(reader.object("quality"))) if content.get("quality") is not None else None,
    )


def _polygon(reader: Reader) -> Polygon:
    points = reader.points("polygon")
    if len(points) < _FEWEST_CORNERS:
        raise ValueError("polygon 至少要有三个角")
    return points


def _quality(reader: Reader) -> PageQuality:
    contrast = _CONTRASTS[reader.one_of("grade", Grade)]
    return PageQuality(float(reader.number("dpi")), 1.0, contrast, 0.0, reader.share("doubt"))


def _contribution(reader: Reader) -> Contribution:
    return Contribution(reader.one_of("source", Source), reader.finite("nats"), reader.text("sentence"))


def _issue(reader: Reader) -> Issue:
    name = reader.text_or_none("field")
    return Issue(
        read_field(name) if name is not None else None, reader.one_of("kind", Kind), reader.text("message")
    )


def _orphan(reader: Reader) -> OrphanCertificate:
    return OrphanCertificate(
        reader.text("file"),
        reader.number("page", least=1),
        reader.number("slot", least=1),
        reader.text("name"),
    )


def _shared(reader: Reader) -> SharedCertificate:
    return SharedCertificate(
        reader.text("file"),
        reader.number("page", least=1),
        reader.number("slot", least=1),
        reader.numbers("rows"),
    )


def _problem(reader: Reader) -> FileProblem:
    return FileProblem(reader.text("file"), reader.text("code"), reader.text("message"))
