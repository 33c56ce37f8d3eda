"""Whether a package that was proven whole may be taken in here and now."""

from dataclasses import dataclass

from domain.accounts import Actor
from domain.batches import Batch
from domain.offices import Office
from domain.way import BatchState
from review.access import BatchStateError
from review.handover import HandedBatch, HandoverContentError, OpenedHandover
from review.handover.manifest import BATCH
from review.handover_of_batch.errors import (
    HandoverBatchUnknownError,
    HandoverForAnotherError,
    HandoverImportedBeforeError,
    HandoverOfficeUnknownError,
    HandoverOutdatedError,
    HandoverOwnBatchError,
)
from review.handover_of_batch.summary import IMPORT
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Welcome:
    """A package that may be taken in."""

    sender: Office
    batch: Batch | None
    """What is known of the batch here; ``None`` when it comes for the first time."""


def refuse_misdirected(handed: HandedBatch, actor: Actor) -> None:
    """Refuse a package that is not for the actor's office, or that moves nothing.

    Raises:
        HandoverForAnotherError: Another office is to take it in.
        HandoverContentError: The batch is neither passed on nor sent back.
    """
    if handed.receiver is None or handed.receiver.code != actor.office_code:
        raise HandoverForAnotherError(handed.receiver, actor.office_code)
    if handed.state not in (BatchState.PASSED, BatchState.SENT_BACK):
        raise HandoverContentError(BATCH, f"批次处于“{handed.state.label}”状态，不是报送或退回")


def welcome(store: Store, opened: OpenedHandover, *, lock: bool = False) -> Welcome:
    """Look up who sends and what is known of the batch, and refuse what does not fit.

    Args:
        store: Of the receiving person.
        opened: For the receiving office.
        lock: Keep others from changing the batch until the transaction ends.

    Raises:
        HandoverImportedBeforeError: The package was taken in before.
        HandoverOfficeUnknownError: The sender has no account where it must have one.
        HandoverOwnBatchError: The batch never left this installation.
        HandoverBatchUnknownError: A batch comes back that is not known.
        HandoverOutdatedError: The package is older than what is known.
        BatchNotFoundError: The batch is another office's.
        BatchStateError: The batch takes no package now.
    """
    handed = opened.contents.batch
    if store.packages.has(opened.manifest.package_id):
        raise HandoverImportedBeforeError
    known_id = store.batches.find_id(handed.key)
    known = store.batches.get(known_id, lock=lock) if known_id is not None else None
    if handed.state is BatchState.PASSED:
        found = _from_below(store, handed, known)
    else:
        found = _from_above(store, handed, known)
    if known is not None:
        _refuse_outdated(store, opened, known, found.sender)
    return found


def _from_below(store: Store, handed: HandedBatch, known: Batch | None) -> Welcome:
    here = store.person
    sender = store.offices.find_by_code(handed.owner.code)
    is_below = sender is not None and sender.id != here.office_id and sender.path.startswith(here.office_path)
    if sender is None or not is_below:
        raise HandoverOfficeUnknownError(handed.owner, is_below=True)
    if known is None:
        return Welcome(sender, None)
    if known.owner_id != sender.id or all(
        step.step != IMPORT for step in store.transfers.list_of_batch(known.id)
    ):
        raise HandoverOwnBatchError(known.name)
    is_unjudged = known.state is BatchState.PASSED and known.holder_id == here.office_id
    is_mended = known.state is BatchState.SENT_BACK and known.holder_id == sender.id
    if not is_unjudged and not is_mended:
        raise BatchStateError(known, "导入新的移交包")
    return Welcome(sender, known)


def _from_above(store: Store, handed: HandedBatch, known: Batch | None) -> Welcome:
    if known is None:
        raise HandoverBatchUnknownError(handed.name)
    if known.state is not BatchState.PASSED:
        raise BatchStateError(known, "导入退回的移交包")
    step = store.transfers.list_of_batch(known.id)[-1]
    sender = store.offices.find_by_code(handed.owner.code)
    if step.step != "pass" or step.from_office_id != store.person.office_id:
        raise HandoverOwnBatchError(known.name)
    if sender is None or sender.id != step.to_office_id:
        raise HandoverOfficeUnknownError(handed.owner, is_below=False)
    return Welcome(sender, known)


def _refuse_outdated(store: Store, opened: OpenedHandover, known: Batch, sender: Office) -> None:
    """Refuse what was made before the newest package, or without knowing what this office did last."""
    here, made_at = store.person, opened.manifest.created_at
    earlier = [
        package.made_at
        for package in store.packages.of_batch(known.id)
        if package.from_office_id == sender.id
    ]
    if earlier and made_at <= max(earlier):
        raise HandoverOutdatedError(made_at, max(earlier))
    is_up = opened.contents.batch.state is BatchState.PASSED
    own_step, own_state = ("send_back", BatchState.SENT_BACK) if is_up else ("pass", BatchState.PASSED)
    done = sum(
        step.step == own_step and step.from_office_id == here.office_id
        for step in store.transfers.list_of_batch(known.id)
    )
    told = sum(
        change.state is own_state and change.office.code == here.office_code
        for change in opened.contents.batch.history
    )
    if told < done:
        raise HandoverOutdatedError(made_at, None)
