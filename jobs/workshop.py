"""What jobs of the service work with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.batches import Document
from ingest.batch import BatchFile
from ingest.sniff import FileKind
from jobs.options import PipelineOptions
from jobs.pool import WorkerPool
from review.jobs_port import Jobs
from storage.page_cache import PageCache
from storage.sessions import Database
from storage.store import Store
from storage.stored_file import FileStore


@dataclass(frozen=True, slots=True)
class Workshop:
    """The database, the files, the workers. One for each process that runs jobs."""

    database: Database
    files: FileStore
    pages: PageCache
    pool: WorkerPool
    jobs: Jobs
    options: PipelineOptions
    clock: Callable[[], datetime]
    unpack_dir: Path | None = None
    """Where archives are taken apart; the system's temporary folder when ``None``."""

    @contextmanager
    def begin(self) -> Iterator[Store]:
        """Open a transaction of the service itself."""
        with self.database.begin() as session:
            yield Store(session, None, self.clock())

    @contextmanager
    def read(self) -> Iterator[Store]:
        """Open a transaction that only reads."""
        with self.database.read() as session:
            yield Store(session, None, self.clock())

    @contextmanager
    def open(self, document: Document) -> Iterator[BatchFile]:
        """Give a file of a batch a place on this machine, its content checked.

        Raises:
            StoredFileError: The store has lost or damaged it.
        """
        assert document.kind is not None, "it was looked at"
        with self.files.fetch(document.sha256) as path:
            yield BatchFile(
                document.name, path, FileKind(document.kind), document.size_bytes, document.sha256
            )
