"""A stored batch into a hand-over package."""

import hashlib
import io
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from domain.accounts import Actor, Permission
from domain.batches import ORIGINAL_NOT_HERE, Batch, Document, Transfer
from domain.geometry import Polygon
from domain.way import BatchState
from review.access import BatchStateError, require
from review.handover import CropFile, HandoverContents, Manifest, OriginalFile, from_path, write_handover
from review.handover.contents import Opener
from review.handover_of_batch.errors import HandoverNotSenderError, HandoverOriginalsMissingError
from review.handover_of_batch.spool import Spooled, crop_name, list_originals, spool_batch
from storage.files import FileStore
from storage.sessions import Database
from storage.store import Store

Cut = Callable[[Document, int, Sequence[Polygon]], Sequence[bytes]]
"""Cuts a JPEG of the surroundings of each polygon (fractions of the page as shown) out of a 1-based page.
Returns as many as there are polygons, or none when the page cannot be shown."""


def export_batch(
    database: Database,
    actor: Actor,
    files: FileStore,
    batch_id: int,
    path: Path,
    *,
    with_originals: bool,
    cut: Cut,
) -> Manifest:
    """Write a batch that was passed on, or sent back, as a hand-over package.

    ID and telephone numbers stand in it in full, so that every package is logged. It owns its transactions:
    one that reads and is over before anything is cut or packed, and one for the line of the log.

    Args:
        database: With the batch.
        actor: Of the office that passed it on or sent it back.
        files: With the originals.
        batch_id: Which.
        path: Where to; an older file there is replaced.
        with_originals: Pack the original files too.
        cut: Cuts the evidence of decided rows.

    Raises:
        PermissionMissingError: The actor exports nothing.
        BatchNotFoundError: There is no such batch for the actor.
        BatchStateError: It is not on its way to another office.
        HandoverNotSenderError: Another office handed it over.
        HandoverOriginalsMissingError: Originals are to be packed that never came here.
        StoredFileError: An original is damaged or missing.
        HandoverError: The package cannot be written; the class says why.
    """
    require(actor, Permission.EXPORT)
    with tempfile.TemporaryDirectory(prefix="handover-") as name:
        folder = Path(name)
        with database.read() as session:
            store = Store(session, actor, database.clock())
            batch = store.batches.get(batch_id)
            step = _last_step(store, batch)
            if step.from_office_id != actor.office_id:
                raise HandoverNotSenderError(store.offices.get(step.from_office_id).name)
            if with_originals:
                _require_originals(store, batch)
            spooled = spool_batch(store, batch, step, folder)
        crops = _cut_all(spooled, cut, folder)
        crops += [CropFile(name, _stored(files, sha256)) for name, sha256 in spooled.brought_crops.items()]
        originals = list_originals(spooled.documents)
        contents = HandoverContents(
            spooled.batch,
            spooled.tables,
            spooled.findings,
            spooled.decisions,
            sorted({crop.name: crop for crop in crops}.values(), key=lambda crop: crop.name),
            [_with_content(files, original) for original in originals] if with_originals else originals,
            spooled.audit,
            database.clock(),
            f"证核 {version('zhenghe')}",
        )
        manifest = write_handover(contents, path, with_originals=with_originals)
    try:
        _log(database, actor, batch_id, manifest, spooled, with_originals=with_originals)
    except BaseException:
        # What is not in the log must not be handed out.
        path.unlink(missing_ok=True)
        raise
    return manifest


def _last_step(store: Store, batch: Batch) -> Transfer:
    steps = store.transfers.list_of_batch(batch.id)
    if batch.state not in (BatchState.PASSED, BatchState.SENT_BACK) or not steps:
        raise BatchStateError(batch, "生成移交包，请先报送或退回")
    return steps[-1]


def _require_originals(store: Store, batch: Batch) -> None:
    documents = store.documents.list_page(batch.id)
    missing = sum(document.problem_code == ORIGINAL_NOT_HERE for document in documents)
    if missing:
        raise HandoverOriginalsMissingError(missing)


def _log(
    database: Database,
    actor: Actor,
    batch_id: int,
    manifest: Manifest,
    spooled: Spooled,
    *,
    with_originals: bool,
) -> None:
    receiver = spooled.batch.receiver
    with database.begin() as session:
        store = Store(session, actor, database.clock())
        store.log.append(
            actor,
            "batch.exported",
            f"batch/{batch_id}",
            batch_id=batch_id,
            package_id=manifest.package_id,
            contents_id=manifest.contents_id,
            state=spooled.batch.state.value,
            to=receiver.code if receiver is not None else "",
            with_originals=with_originals,
        )


def _cut_all(spooled: Spooled, cut: Cut, folder: Path) -> list[CropFile]:
    """Cut what decisions are about, and let the decisions name it."""
    names: dict[str, list[str]] = defaultdict(list)
    places: dict[str, Path] = {}
    for (file, page_number), wanted in spooled.cuts.items():
        pictures = cut(spooled.documents[file], page_number, [polygon for _, polygon in wanted])
        if len(pictures) != len(wanted):
            continue
        for (key, _), picture in zip(wanted, pictures, strict=True):
            name = crop_name(hashlib.sha256(picture).hexdigest())
            places[name] = folder / name
            places[name].write_bytes(picture)
            names[key].append(name)
    spooled.decisions[:] = [
        replace(made, crops=tuple(dict.fromkeys(names[made.key]))) if made.key in names else made
        for made in spooled.decisions
    ]
    return [CropFile(name, from_path(place)) for name, place in places.items()]


def _with_content(files: FileStore, original: OriginalFile) -> OriginalFile:
    return replace(original, open=_stored(files, original.sha256))


def _stored(files: FileStore, sha256: str) -> Opener:
    def fetch() -> BinaryIO:
        with ExitStack() as stack:
            path = stack.enter_context(files.fetch(sha256))
            return _Fetched(io.FileIO(path), stack.pop_all())

    return fetch


class _Fetched(io.BufferedReader):
    """A file of the store; a local copy that was made of it lasts until it is closed."""

    def __init__(self, raw: io.FileIO, held: ExitStack) -> None:
        super().__init__(raw)
        self._held = held

    def close(self) -> None:
        """Close the file, then let go of it."""
        super().close()
        self._held.close()
