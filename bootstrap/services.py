"""Everything that the parts of one process share, built once from the settings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bootstrap.settings import Settings
from ingest.limits import MIB
from jobs.images import PageImages
from jobs.queue import JobQueue, prepare_job_tables
from review.accounts import AccountOptions, PasswordHasher
from review.accounts.sign_in import Door
from storage.files import FileStore, FileStoreOptions, open_file_store
from storage.parts import PartStore
from storage.schema import upgrade
from storage.sessions import Database


@dataclass(frozen=True, slots=True)
class Services:
    """What calls and jobs work with. Safe to share between threads, not over a fork."""

    settings: Settings
    database: Database
    files: FileStore
    parts: PartStore
    """Files on their way in."""

    images: PageImages
    jobs: JobQueue
    door: Door
    """Sign-in."""

    def close(self) -> None:
        """Release all connections and end all processes."""
        self.images.close()
        self.jobs.close()
        self.database.close()


def open_services(
    settings: Settings,
    *,
    accounts: AccountOptions | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Services:
    """Build the services; the data folder is made, the database is not asked yet.

    Args:
        settings: Where everything is.
        accounts: Costs of sign-in; those of service when ``None``.
        clock: Says what time it is, aware; the system's when ``None``.

    Raises:
        StoredFileError: The store of originals cannot be used as it is set.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = accounts or AccountOptions()
    pipeline = settings.to_options()
    reserve = settings.disk_reserve_mib * MIB
    files = open_file_store(
        settings.files_url or settings.data_dir / "files",
        scratch=settings.data_dir / "scratch",
        options=FileStoreOptions(reserve_bytes=reserve, s3=settings.s3_options()),
    )
    database = Database(settings.database(), clock=clock)
    return Services(
        settings=settings,
        database=database,
        files=files,
        parts=PartStore(settings.data_dir / "uploads", reserve_bytes=reserve),
        # They recognise nothing; two are enough for many people who look at pages.
        images=PageImages(
            files, settings.data_dir / "images", replace(pipeline, workers=min(2, pipeline.workers))
        ),
        jobs=JobQueue(settings.database()),
        door=Door(database, PasswordHasher(options), options),
    )


def prepare_database(services: Services) -> None:
    """Bring the tables up to date; several processes may do so at once.

    Raises:
        NewerSchemaError: The database is of a later release.
    """
    upgrade(services.database)
    prepare_job_tables(services.database.url)
