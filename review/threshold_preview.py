"""What other bars for clearing rows would have meant for an office's past batches.

Counted from stored findings when it is asked for, newest batches first, up to so many rows; the answer says
how many were looked at. Only numbers leave here: whoever manages settings sees no batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.accounts import Permission
from domain.batches import Batch
from domain.decisions import living
from domain.findings import Verdict
from domain.offices import Office
from domain.settings import OfficeSettings, SettingValue, definition_of, effective
from domain.way import BatchState
from matching.clearance import Clearance, find_shortfalls
from matching.options import MatchingOptions
from review.access import require
from review.labels import judge_values
from storage.offices import path_ids
from storage.settings import OfficeSettingsStore
from storage.store import Store

BARS = ("clear_probability", "clear_link_score")
"""The settings that can be tried."""

MOST_ROWS = 10_000
"""Cleared rows looked at for one answer; about two seconds."""

_BATCHES_PER_QUERY = 50


@dataclass
class ThresholdPreview:
    """Cleared rows of past batches under other bars."""

    settings: OfficeSettings
    """What would hold for the office."""

    batches: int = 0
    rows: int = 0
    """Cleared rows that were looked at."""

    is_whole: bool = True
    """All batches were looked at."""

    held_back: int = 0
    """Rows that would have gone to a person."""

    judged: int = 0
    """Cleared rows of which people said what was right, mostly those drawn for a re-check."""

    wrong: int = 0
    """Of those judged: something in the sheet was wrong."""

    held_back_judged: int = 0
    held_back_wrong: int = 0


def preview_thresholds(
    store: Store, office_id: int, tried: Mapping[str, object], *, most_rows: int = MOST_ROWS
) -> ThresholdPreview:
    """Count what would change on past batches of an office and of those below it that inherit from it.

    Batches are those that the actor's own office may see: those of offices below from when they left them.

    Args:
        store: Of somebody who manages settings.
        office_id: The actor's office or one below it.
        tried: Values by name, of ``BARS``; what is not there stays as it holds now.
        most_rows: Of cleared rows to look at.

    Raises:
        PermissionMissingError: The actor manages nothing.
        OfficeNotFoundError: The office is neither the actor's nor below it.
        SettingValueError: A setting cannot have that value.
    """
    actor = store.person
    require(actor, Permission.MANAGE)
    office = store.offices.get(office_id, below=actor.office_path)
    checked = {name: definition_of(name).check(value) for name, value in tried.items() if name in BARS}
    bars = _Bars(store, office, checked)
    preview = ThresholdPreview(bars.settings_of(office.path))
    before: int | None = None
    while page := store.batches.list_page(before_id=before, limit=_BATCHES_PER_QUERY, owner_path=office.path):
        before = page[-1].id
        for batch in page:
            if batch.run_id is None or batch.state is BatchState.WITHDRAWN:
                continue
            if preview.rows >= most_rows:
                preview.is_whole = False
                return preview
            preview.batches += 1
            _count(store, batch, bars.bar_of(batch.owner_path), preview, most_rows)
    return preview


class _Bars:
    """What would hold for each office, were the values set that are tried."""

    def __init__(self, store: Store, office: Office, tried: Mapping[str, SettingValue]) -> None:
        self._settings = OfficeSettingsStore(store.session)
        self._depth = len(path_ids(office.path)) - 1
        self._tried = tried
        self._known: dict[str, OfficeSettings] = {}

    def settings_of(self, path: str) -> OfficeSettings:
        """Return the settings of the office or one below it."""
        if path not in self._known:
            levels = list(self._settings.levels(path))
            levels[self._depth] = {**levels[self._depth], **self._tried}
            self._known[path] = effective(levels)
        return self._known[path]

    def bar_of(self, path: str) -> Clearance:
        """Return the bar for batches of an office."""
        settings = self.settings_of(path)
        return Clearance(settings.clear_probability, settings.clear_link_score)


def _count(store: Store, batch: Batch, bar: Clearance, preview: ThresholdPreview, most_rows: int) -> None:
    options = MatchingOptions()
    histories = store.decisions.histories(batch.id)
    allowed = most_rows - preview.rows
    found = store.rows.load_findings(batch.id, verdict=Verdict.CLEAR.value, limit=allowed + 1)
    for looked_at, (row, finding) in enumerate(found):
        if looked_at == allowed:
            preview.is_whole = False
            return
        preview.rows += 1
        is_held_back = bool(find_shortfalls(finding, bar, options))
        preview.held_back += is_held_back
        history = histories.get(row.id)
        judged = judge_values(finding, living(history, finding, row.fingerprint)) if history else {}
        if not judged:
            continue
        is_wrong = any(wrong for wrong, _ in judged.values())
        preview.judged += 1
        preview.wrong += is_wrong
        preview.held_back_judged += is_held_back
        preview.held_back_wrong += is_held_back and is_wrong
