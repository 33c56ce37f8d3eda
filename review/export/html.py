"""``report.html``: one file that a verifier works through, from any disk, without a network.

The template gets plain values made here; every text is escaped by it, and the page's own policy
forbids any script but the one that belongs to the report.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from domain.fields import Field
from domain.findings import BatchResult, Evidence, Kind, Verdict
from review.export.html_templates import html_templates
from review.export.report_views import ReportView, build_report
from review.export.wording import KIND_WORDS, VERDICT_SYMBOLS, VERDICT_WORDS
from review.export.writing import replacing

_TEMPLATES = Path(__file__).with_name("templates")

# With more rows than these to look at, the page opens with all of them folded.
_MOST_OPEN_ROWS = 30

_PICTURE_TYPES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def write_report(
    results: Sequence[BatchResult], crops: Mapping[Evidence, bytes], path: Path, *, generated_with: str
) -> None:
    """Write the report.

    Args:
        results: One per batch.
        crops: PNG or JPEG cuts of the paper; ``evidence_to_show`` lists the wanted ones. A place
            without a picture, or with bytes of another kind, is shown as 无图.
        path: Where to; an older report is replaced.
        generated_with: Product, version and models, as the foot of the report says it.

    Raises:
        ReportNotWritableError: The file cannot be written.
    """
    template = html_templates(_TEMPLATES).get_template("report.html.jinja")
    script, style = _asset("report.js"), _asset("report.css")
    view = build_report(results, crops.keys())
    pieces = template.generate(
        view=view,
        style=Markup(style),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        generated_with=generated_with,
        verdicts=_verdict_choices(view),
        kinds=_kind_choices(view),
        fields=[(field.value, field.label) for field in Field if field.value in view.fields],
        opens_rows=view.open_rows <= _MOST_OPEN_ROWS,
        report_key=_report_key(results),
        picture=lambda evidence: _data_uri(crops.get(evidence)),
    )
    with (
        replacing(path) as partial,
        partial.open("w", encoding="utf-8", errors="replace", newline="\n") as stream,
    ):
        stream.writelines(pieces)


def _asset(name: str) -> str:
    """Return a style sheet or script of our own; it goes into the page as it is."""
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()


def _report_key(results: Sequence[BatchResult]) -> str:
    """Tell reports apart, so that marks which a browser keeps do not wander to another one."""
    digest = hashlib.sha256()
    for result in results:
        digest.update(repr(result.batch.batch).encode())
        for row in result.rows:
            digest.update(repr((row.sheet, row.tab, row.row_number, row.verdict.value)).encode())
    return digest.hexdigest()[:16]


def _data_uri(picture: bytes | None) -> str | None:
    if picture is None:
        return None
    for signature, media_type in _PICTURE_TYPES:
        if picture.startswith(signature):
            return f"data:{media_type};base64,{base64.b64encode(picture).decode()}"
    return None


def _verdict_choices(view: ReportView) -> list[tuple[str, str, str, int]]:
    return [
        (verdict.value, VERDICT_SYMBOLS[verdict], VERDICT_WORDS[verdict], view.counts[verdict])
        for verdict in (Verdict.REJECT, Verdict.REVIEW, Verdict.CLEAR)
    ]


def _kind_choices(view: ReportView) -> list[tuple[str, str, int]]:
    present = [(kind, view.kinds[kind.value]) for kind in Kind if kind.value in view.kinds]
    return [
        (kind.value, KIND_WORDS[kind], count) for kind, count in sorted(present, key=lambda item: -item[1])
    ]
