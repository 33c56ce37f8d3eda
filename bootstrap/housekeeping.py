"""What the service tidies up by itself, once an hour: nothing that anybody would miss."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from bootstrap.services import Services
from ingest.limits import MIB
from review.accounts import sweep as sweep_accounts
from storage.durable import make_folder, remove_untouched
from storage.parts import UploadNotFoundError
from storage.uploads import Uploads

_PERIOD_SECONDS = 3600.0
_LEFTOVER_SECONDS = 24 * 3600.0
"""A temporary file of a process that was killed; a living one is done with it long before."""

_log = structlog.get_logger()


def tidy_up(services: Services, now: datetime) -> None:
    """Remove what has had its time: uploads, leftovers of killed processes, pictures, sign-ins, answers."""
    with services.database.begin() as session:
        sweep_accounts(session, now)
        uploads = Uploads(session, None)
        expired = uploads.list_expired(now)
        for upload_id in expired:
            uploads.remove(upload_id)
    for upload_id in expired:
        with suppress(UploadNotFoundError):
            services.parts.drop(upload_id)
    services.parts.sweep(older_than_seconds=_LEFTOVER_SECONDS * 4)
    services.files.sweep_leftovers(older_than_seconds=_LEFTOVER_SECONDS)
    make_folder(services.settings.packages_dir)
    remove_untouched(services.settings.packages_dir, older_than_seconds=_LEFTOVER_SECONDS)
    services.images.sweep(services.settings.images_mib * MIB)


def start_housekeeping(services: Services) -> Callable[[], None]:
    """Tidy up now and then in a thread; return what ends it."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(_PERIOD_SECONDS):
            try:
                tidy_up(services, services.database.clock())
            except Exception as error:  # noqa: BLE001 - outermost frame: the next hour may be better
                _log.warning("housekeeping_failed", error=type(error).__name__)

    thread = threading.Thread(target=run, name="housekeeping", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return end
