"""How well the reading does on an office's own batches, told by what its people decided.

Everything is counted anew from decisions and findings when it is asked for: newest batches first, up to so
many rows, and the answer says how many were looked at.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.accounts import Permission
from domain.batches import Batch, ReviewRow, RowContent
from domain.decisions import Decision, living, open_items
from domain.fields import Field
from domain.findings import Verdict
from domain.way import BatchState
from review.access import require
from review.labels import judge_values, weigh_rows
from review.layouts import Layout, Layouts
from review.pass_on import CHINA
from storage.store import Store

MOST_ROWS = 20_000
"""Looked at for one answer; an office of a county has fewer in a year."""

_BATCHES_PER_QUERY = 50
_BINS = 10
_WORST = 20


@dataclass
class BatchQuality:
    """One batch."""

    batch: Batch
    rows: int
    clear: int
    flagged: int
    judged: int = 0
    """Flagged rows of which people said what was right."""

    false_alarms: int = 0
    """Of those judged: nothing in the sheet was wrong."""

    missed: int = 0
    """Cleared rows in which a re-check found an error."""


@dataclass
class FieldQuality:
    """One field, over all flagged rows."""

    judged: int = 0
    false_alarms: int = 0


@dataclass
class Bin:
    """Values whose stated probability of being wrong lies between two bounds."""

    weight: float = 0.0
    stated: float = 0.0
    """Sum of the probabilities."""

    wrong: float = 0.0

    def add(self, probability: float, *, is_wrong: bool, weight: float) -> None:
        """Count one value."""
        self.weight += weight
        self.stated += probability * weight
        self.wrong += is_wrong * weight


@dataclass
class FileQuality:
    """One file."""

    judged: int = 0
    false_alarms: int = 0


@dataclass
class LayoutQuality:
    """One printed form of certificates, over all flagged rows."""

    layout: Layout
    example: ReviewRow
    """The first row with a certificate of this form."""

    judged: int = 0
    false_alarms: int = 0


@dataclass
class Quality:
    """What the office's decisions say."""

    rows: int = 0
    is_whole: bool = True
    """All batches of the office were looked at."""

    batches: list[BatchQuality] = field(default_factory=list)
    fields: dict[Field, FieldQuality] = field(default_factory=lambda: defaultdict(FieldQuality))
    bins: list[Bin] = field(default_factory=lambda: [Bin() for _ in range(_BINS)])
    hours: dict[tuple[datetime, str], int] = field(default_factory=lambda: defaultdict(int))
    """Decisions by the hour in China and who made them."""

    files: dict[tuple[int, str], FileQuality] = field(default_factory=lambda: defaultdict(FileQuality))
    """By batch and name."""

    layouts: list[LayoutQuality] = field(default_factory=list)
    forms: Layouts = field(default_factory=Layouts)

    def worst_files(self) -> list[tuple[tuple[int, str], FileQuality]]:
        """Return the files with the most false alarms."""
        worst = [(place, found) for place, found in self.files.items() if found.false_alarms]
        return sorted(worst, key=lambda pair: (-pair[1].false_alarms, pair[0]))[:_WORST]

    def worst_layouts(self) -> list[LayoutQuality]:
        """Return the forms with the most false alarms."""
        worst = [one for one in self.layouts if one.false_alarms]
        return sorted(worst, key=lambda one: (-one.false_alarms, one.example.id))[:_WORST]

    def of_layout(self, layout: Layout, row: ReviewRow) -> LayoutQuality:
        """Return the counts of a form, new ones for a new form."""
        known = next((one for one in self.layouts if one.layout is layout), None)
        if known is None:
            known = LayoutQuality(layout, row)
            self.layouts.append(known)
        return known


def measure_quality(store: Store, *, most_rows: int = MOST_ROWS) -> Quality:
    """Measure the batches that the actor's office owns, newest first.

    Raises:
        PermissionMissingError: The actor sees no batches.
    """
    actor = store.person
    require(actor, Permission.VIEW)
    quality = Quality()
    before: int | None = None
    while page := store.batches.list_page(
        before_id=before, limit=_BATCHES_PER_QUERY, owner_path=actor.office_path
    ):
        before = page[-1].id
        for batch in page:
            is_own = batch.owner_id == actor.office_id
            if not is_own or batch.run_id is None or batch.state is BatchState.WITHDRAWN:
                continue
            rows = store.rows.list_page(batch.id, limit=MOST_ROWS + 1)
            if quality.rows and quality.rows + len(rows) > most_rows:
                quality.is_whole = False
                return quality
            quality.rows += len(rows)
            _measure_batch(store, batch, rows, quality)
    return quality


def _measure_batch(store: Store, batch: Batch, rows: Sequence[ReviewRow], quality: Quality) -> None:
    clear = sum(row.verdict == Verdict.CLEAR.value for row in rows)
    one = BatchQuality(batch, len(rows), clear, len(rows) - clear)
    quality.batches.append(one)
    histories = store.decisions.histories(batch.id)
    # Cleared rows that nobody drew say nothing about those that were not looked at.
    weights = weigh_rows(rows) or {}
    for row in rows:
        history = histories.get(row.id)
        if history is None:
            continue
        _count_hours(store, history, quality)
        content = store.rows.load_content(row.id)
        _measure_row(batch, row, content, history, weights, one, quality)


def _count_hours(store: Store, history: Sequence[Decision], quality: Quality) -> None:
    for decision in history:
        if decision.origin is None and decision.office == store.person.office_code:
            local = decision.decided_at.astimezone(CHINA)
            hour = local.replace(minute=0, second=0, microsecond=0)
            quality.hours[hour, decision.decided_by] += 1


def _measure_row(
    batch: Batch,
    row: ReviewRow,
    content: RowContent,
    history: Sequence[Decision],
    weights: Mapping[int, float],
    one: BatchQuality,
    quality: Quality,
) -> None:
    finding = content.finding
    judged = judge_values(finding, living(history, finding, row.fingerprint))
    if not judged:
        return
    for name, (is_wrong, _) in judged.items():
        probability = finding.fields[name].probability
        if probability is not None and row.id in weights:
            place = min(int(probability * _BINS), _BINS - 1)
            quality.bins[place].add(probability, is_wrong=is_wrong, weight=weights[row.id])
    is_wrong_somewhere = any(is_wrong for is_wrong, _ in judged.values())
    if row.verdict == Verdict.CLEAR.value:
        one.missed += is_wrong_somewhere
        return
    one.judged += 1
    one.false_alarms += not is_wrong_somewhere
    for item in open_items(finding):
        if item in judged and item is not None:
            quality.fields[item].judged += 1
            quality.fields[item].false_alarms += not judged[item][0]
    if finding.certificate is not None:
        file = quality.files[batch.id, finding.certificate.file]
        file.judged += 1
        file.false_alarms += not is_wrong_somewhere
    form = quality.forms.place(finding)
    if form is not None:
        layout = quality.of_layout(form, row)
        layout.judged += 1
        layout.false_alarms += not is_wrong_somewhere
