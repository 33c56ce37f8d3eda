"""A hand-over package into the database: a batch from below, or one that comes back from above."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.accounts import Actor, Permission
from domain.batches import Batch
from domain.way import BatchState
from ingest.limits import IngestLimits
from review.access import require
from review.export.findings import json_line
from review.handover import HANDOVER_LIMITS, HandoverContents, OpenedHandover, read_handover
from review.handover.objects import batch_object
from review.handover_of_batch.returned import take_back
from review.handover_of_batch.survey import Survey, survey_package
from review.handover_of_batch.taken_up import take_up
from review.handover_of_batch.welcome import refuse_misdirected, welcome
from storage.files import FileStore
from storage.packages import TakenPackage
from storage.sessions import Database
from storage.store import Store


@dataclass(frozen=True, slots=True)
class _Kept:
    """What of a package is in the store of files."""

    log_sha256: str
    crops: Mapping[str, str]
    """Hash by name in the package."""


def import_package(
    database: Database,
    actor: Actor,
    files: FileStore,
    path: Path,
    *,
    work_dir: Path,
    limits: IngestLimits = HANDOVER_LIMITS,
) -> Batch:
    """Take in a package that another office handed over without a shared network.

    One that was passed on makes a batch of the office below that hands it over, or updates the batch that an
    earlier package made; one that was sent back applies the reasons to this office's own batch. It owns its
    transactions: all is proven, and all files are kept, before the one that writes begins.

    Args:
        database: Of the receiving office.
        actor: Of the receiving office.
        files: Where originals, cuts and the log segment are kept.
        path: The package.
        work_dir: An existing empty folder for what is unpacked; the caller removes it, also after an error.
        limits: Files and bytes that the package may have.

    Returns:
        The batch as it is now.

    Raises:
        PermissionMissingError: The actor takes nothing over.
        HandoverError: The package cannot be used; the class says why.
        HandoverForAnotherError: It is for another office.
        HandoverOfficeUnknownError: The office that hands over has no account here.
        HandoverImportedBeforeError: It was taken in before.
        HandoverOutdatedError: A newer one was, or it does not know what this office did last.
        HandoverOwnBatchError: The batch never left this installation.
        HandoverBatchUnknownError: A batch comes back that is not known here.
        BatchStateError: The batch takes no package now.
        StorageFullError: There is no room for the files.
    """
    require(actor, Permission.PASS_ON)
    opened = read_handover(path, work_dir=work_dir, limits=limits)
    refuse_misdirected(opened.contents.batch, actor)
    survey = survey_package(opened.contents)
    with database.read() as session:
        # Once more below, when nobody can come between; before that, nothing is kept in vain.
        welcome(Store(session, actor, database.clock()), opened)
    kept = _keep(files, opened.contents)
    with database.begin() as session:
        store = Store(session, actor, database.clock())
        # Imports of one office one after the other: two copies of a package may come at once.
        store.offices.get(actor.office_id, lock=True)
        return _take_in(store, opened, survey, kept)


def _take_in(store: Store, opened: OpenedHandover, survey: Survey, kept: _Kept) -> Batch:
    welcomed = welcome(store, opened, lock=True)
    handed, manifest = survey.batch, opened.manifest
    if handed.state is BatchState.PASSED:
        batch, transfer = take_up(store, survey, welcomed, kept.crops, manifest)
    else:
        assert welcomed.batch is not None, "what comes back was here"
        batch, transfer = take_back(store, survey, welcomed.batch, kept.crops)
    store.packages.add(
        TakenPackage(
            manifest.package_id,
            manifest.contents_id,
            batch.id,
            transfer.id,
            welcomed.sender.id,
            manifest.created_at,
            manifest.producer,
            batch_object(handed),
            kept.log_sha256,
        )
    )
    store.log.append(
        store.actor,
        "batch.imported",
        f"batch/{batch.id}",
        batch_id=batch.id,
        package_id=manifest.package_id,
        contents_id=manifest.contents_id,
        state=handed.state.value,
        sender=handed.owner.code,
        rows=len(survey.rows),
    )
    return batch


def _keep(files: FileStore, contents: HandoverContents) -> _Kept:
    """Put everything that is looked at later into the store of files; safe to repeat."""
    files.ensure_room(sum(o.size_bytes for o in contents.originals if o.open is not None))
    for original in contents.originals:
        if original.open is not None:
            with original.open() as stream:
                files.put(stream, expected_sha256=original.sha256)
    crops: dict[str, str] = {}
    for crop in contents.crops:
        with crop.open() as stream:
            crops[crop.name] = files.put(stream).sha256
    with tempfile.TemporaryFile() as stream:
        stream.writelines(json_line(entry.to_object()) for entry in contents.audit)
        stream.seek(0)
        return _Kept(files.put(stream).sha256, crops)
