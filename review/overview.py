"""What a supervisor sees of the offices below: numbers, never a row."""

from dataclasses import dataclass

from review.pass_on import CHINA, deadline_kind
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Lateness:
    """What of an office is late."""

    batches: int
    days: int
    """Of the batch that is latest."""


def find_late(store: Store) -> dict[int, Lateness]:
    """Return what lies with its owner after the deadline, for the actor's office and those below."""
    today = store.now.astimezone(CHINA).date()
    late: dict[int, Lateness] = {}
    for owner_id, period_id in store.batches.list_at_owner(store.person.office_path):
        kind = deadline_kind(store, store.offices.get(owner_id))
        left = store.periods.get(period_id).days_left(kind, today)
        if left is not None and left < 0:
            known = late.get(owner_id, Lateness(0, 0))
            late[owner_id] = Lateness(known.batches + 1, max(known.days, -left))
    return late
