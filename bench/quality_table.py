"""The tables of the quality bench."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from bench.scoring import Rate, Score, count_kinds

_LISTED = 30
_COLUMNS = 4
"""So many degradations fit beside each other on a screen."""


def print_tables(console: Console, score: Score, *, pages: int, seconds: float | None, batches: int) -> None:
    """Print everything a reader wants to know, the most important first."""
    _print_main(console, score, pages=pages, seconds=seconds, batches=batches)
    _print_rates(console, "Exact readings by field", score.fields)
    _print_rates(console, "Exact readings by layout", score.by_layout)
    _print_rates(console, "Exact readings by degradation", score.by_degradation)
    _print_grid(console, score)
    _print_rates(console, "False alarms by layout", score.alarms_by_layout)
    _print_rates(console, "False alarms by degradation", score.alarms_by_degradation)
    _print_rates(console, "Batch findings found", score.batch_findings, extras=score.batch_extras)
    _print_lists(console, score)


def _print_main(console: Console, score: Score, *, pages: int, seconds: float | None, batches: int) -> None:
    table = Table(title=f"Quality over {batches} batches, {pages} pages")
    for heading in ("measure", "count", "share", "95 %"):
        table.add_column(heading, justify="left" if heading == "measure" else "right")
    rows = {
        "escape rate": score.escapes,
        "false-alarm rate": score.false_alarms,
        "auto-clear rate": score.cleared,
        "link precision": score.link_precision,
        "link recall": score.link_recall,
        "caught: field named": score.named_field,
        "caught: kind named": score.named_kind,
    }
    for name, rate in rows.items():
        table.add_row(name, *_cells(rate))
    if seconds:
        table.add_row("pages/s", f"{pages}", f"{pages / seconds:.2f}", f"{seconds:.0f} s")
    if score.rows_without_finding:
        table.add_row("[red]rows without a finding[/red]", str(score.rows_without_finding), "", "")
    console.print(table)


def _cells(rate: Rate) -> tuple[str, str, str]:
    interval = rate.interval()
    if rate.value is None or interval is None:
        return f"{rate.hits}/{rate.total}", "-", "-"
    return f"{rate.hits}/{rate.total}", f"{rate.value:.1%}", f"{interval[0]:.1%} - {interval[1]:.1%}"


def _print_rates(
    console: Console, title: str, rates: Mapping[str, Rate], *, extras: Mapping[str, int] | None = None
) -> None:
    if not rates:
        return
    table = Table(title=title)
    headings = ["", "count", "share", "95 %", *(["not expected"] if extras is not None else [])]
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="right" if position else "left")
    for name, rate in rates.items():
        more = (str(extras.get(name, 0)),) if extras is not None else ()
        table.add_row(name, *_cells(rate), *more)
    console.print(table)


def _print_grid(console: Console, score: Score) -> None:
    """Print exact readings with a column for each degradation, a few of them side by side."""
    kinds = sorted({key.partition("/")[2] for key in score.by_field_and_degradation})
    for start in range(0, len(kinds), _COLUMNS):
        some = kinds[start : start + _COLUMNS]
        table = Table(title="Exact readings by field and degradation")
        table.add_column("")
        for kind in some:
            table.add_column(kind, justify="right", no_wrap=True)
        for name in score.fields:
            rates = [score.by_field_and_degradation.get(f"{name}/{kind}", Rate()) for kind in some]
            cells = (f"{r.value:.1%} ({r.hits}/{r.total})" if r.value is not None else "-" for r in rates)
            table.add_row(name, *cells)
        console.print(table)


def _print_lists(console: Console, score: Score) -> None:
    for one in score.escape_list:
        said = f"{one.get('submitted') or ''} for {one.get('true') or ''}" if one.get("submitted") else ""
        where = f"{one['layout']}, {one['degradation']}, {one['certificate']}"
        what = f"{one['batch']} row {one['row']} {one.get('field') or '-'}:{one['kind']} {said} ({where})"
        console.print(f"[red]escaped[/red] {what}", highlight=False)
    for miss in score.batch_misses[:_LISTED]:
        console.print(
            f"[red]not found[/red] {miss['batch']} {miss['finding']}: {miss['expected']}", highlight=False
        )
    for one in score.batch_surplus[:_LISTED]:
        console.print(
            f"[yellow]not expected[/yellow] {one['batch']} {one['finding']}: {one['found']}", highlight=False
        )
    for kind, count in count_kinds(score).most_common(_LISTED):
        console.print(f"[yellow]false alarm[/yellow] {count} x {kind}", highlight=False)
