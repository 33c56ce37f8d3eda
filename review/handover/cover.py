"""``交接单.html``: the sheet of paper that goes with a package, signed and stamped by both sides.

One inert file: nothing is fetched, nothing runs. It prints the contents' id, so that whoever signs it signs
for exactly these files; it cannot print the package's id, being itself part of the package.
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path

from markupsafe import Markup

from review.export.html_templates import html_templates
from review.export.privacy import visible
from review.handover.contents import Contained, HandoverContents

_TEMPLATES = Path(__file__).with_name("templates")
_BEIJING = timezone(timedelta(hours=8))
_GROUP = 8


def render_cover(
    contents: HandoverContents, contained: Contained, contents_id: str, annex2_hash: str
) -> bytes:
    """Return the cover as UTF-8.

    Args:
        contents: What is handed over.
        contained: How many of each were packed.
        contents_id: Hash of all files but the cover.
        annex2_hash: Hash of the corrected Annex 2, which often travels alone as well.
    """
    batch = contents.batch
    text = (
        html_templates(_TEMPLATES, finalize=_as_seen)
        .get_template("cover.html.jinja")
        .render(
            style=Markup((_TEMPLATES / "cover.css").read_text(encoding="utf-8").strip()),
            batch=batch,
            created=_beijing(contents.created_at),
            producer=contents.producer,
            tables=[
                (table.approval_number or "（无批准文号）", rows)
                for table, rows in zip(contents.tables, contained.rows, strict=True)
            ],
            total=sum(contained.rows),
            history=[(_beijing(change.at), change) for change in batch.history],
            open_gates=sum(not gate.is_met for gate in batch.gates),
            contained=contained,
            contents_id=_grouped(contents_id),
            annex2_hash=_grouped(annex2_hash),
            upper_percent=_percent(batch.escape_rate.upper_bound) if batch.escape_rate else "",
        )
    )
    return text.encode("utf-8", "replace")


def _as_seen(value: object) -> object:
    """Names and notes come from people; the style is ours and stays as it is."""
    return visible(value) if type(value) is str else value


def _beijing(at: datetime) -> str:
    return at.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")


def _grouped(digits: str) -> str:
    """Set a long number in groups, so that two people can compare it aloud."""
    return " ".join(digits[i : i + _GROUP] for i in range(0, len(digits), _GROUP))


def _percent(share: float) -> str:
    """Write a share so that it is never less than it is."""
    hundredths = -(-share * 10_000 // 1)
    return f"{hundredths / 100:.2f}%"
