"""Who may see what: the one place where every query about batches is narrowed to an office.

An office sees its own batches, those that were handed to it, and those that were handed to an office below
it: from the moment a batch first leaves its owner, every office above the owner may see it. The drafts of
other offices are nobody else's.
"""

from sqlalchemy import ColumnElement, and_, false, or_

from domain.accounts import Actor
from storage.models import BatchModel


def visible_batches(actor: Actor | None) -> ColumnElement[bool]:
    """Return the condition on ``batches`` under which an actor's office may see a batch.

    Args:
        actor: Who asks; ``None`` for jobs of the service itself, which has no office.
    """
    if actor is None:
        return BatchModel.id.is_not(None)
    if not actor.office_path:
        return false()
    return or_(
        BatchModel.owner_id == actor.office_id,
        and_(BatchModel.has_left, BatchModel.owner_path.startswith(actor.office_path, autoescape=True)),
    )
