"""What a supervisor sees of the offices below: numbers, never a row."""

from collections import Counter

from review.pass_on import CHINA, deadline_kind
from storage.store import Store


def count_overdue(store: Store) -> dict[int, int]:
    """Return how many batches lie late with their owner, for the actor's office and those below."""
    today = store.now.astimezone(CHINA).date()
    overdue: Counter[int] = Counter()
    for owner_id, period_id in store.batches.list_at_owner(store.person.office_path):
        kind = deadline_kind(store, store.offices.get(owner_id))
        left = store.periods.get(period_id).days_left(kind, today)
        overdue[owner_id] += left is not None and left < 0
    return {owner: count for owner, count in overdue.items() if count}
