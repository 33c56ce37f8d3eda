"""The process that runs jobs, wired."""

from functools import partial

from bootstrap.settings import Settings
from domain.errors import ZhengheError
from ingest.limits import MIB
from jobs.check_batch import check_batch, fail_check
from jobs.executor import run_executor
from jobs.pool import WorkerPool
from jobs.process_document import fail_document, process_document
from jobs.queue import JobQueue, prepare_job_tables
from jobs.workshop import Workshop
from ocr.models import ModelStore
from review.jobs_port import CHECK_JOB, DOCUMENT_JOB
from storage.durable import make_folder, remove_untouched
from storage.files import FileStoreOptions, open_file_store
from storage.page_cache import PageCache
from storage.schema import upgrade
from storage.sessions import Database

_PLACES_BESIDE_WORKERS = 4
"""Jobs that wait for pages cost nothing; with some more than workers none of these is ever idle."""

_LEFTOVER_SECONDS = 24 * 3600.0
"""Other workers of this machine may be at work there; none takes so long over one archive."""

_UNEXPECTED = "处理时发生意外错误，已停止。请稍后重试；若仍出错，请联系系统维护人员。"


def run_jobs(settings: Settings, executor_id: str) -> None:
    """Run jobs until told to stop.

    Args:
        settings: Of the service.
        executor_id: Stable, of its own for each process of the cluster.

    Raises:
        SetupError: Models are missing or damaged, or the database is of a later release.
    """
    options = settings.to_options()
    ModelStore(options.model_dir).verify()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database())
    upgrade(database)
    prepare_job_tables(database.url)
    # Machines that share a database share the pages too.
    pages = PageCache(settings.data_dir / "pages") if database.is_sqlite else PageCache.in_database(database)
    queue = JobQueue(database.url)
    # Beside the originals, where the room is; and what a killed process was taking apart is found there.
    unpack_dir = settings.data_dir / "unpacked"
    make_folder(unpack_dir)
    remove_untouched(unpack_dir, older_than_seconds=_LEFTOVER_SECONDS)
    with WorkerPool(options) as pool:
        shop = Workshop(
            database=database,
            files=open_file_store(
                settings.files_url or settings.data_dir / "files",
                scratch=settings.data_dir / "scratch",
                options=FileStoreOptions(
                    reserve_bytes=settings.disk_reserve_mib * MIB, s3=settings.s3_options()
                ),
            ),
            pages=pages,
            pool=pool,
            jobs=queue,
            options=options,
            clock=database.clock,
            unpack_dir=unpack_dir,
        )
        run_executor(
            database.url,
            executor_id=executor_id,
            handlers={
                DOCUMENT_JOB: partial(process_document, shop),
                CHECK_JOB: partial(check_batch, shop),
            },
            concurrency=options.workers + _PLACES_BESIDE_WORKERS,
            on_failure=partial(_tell, shop),
        )
    queue.close()
    database.close()


def _tell(shop: Workshop, job: str, _job_id: str, arguments: tuple[str | int, ...], error: Exception) -> None:
    """Show a job's failure where people look."""
    code = error.code if isinstance(error, ZhengheError) else "unexpected_error"
    message = str(error) if isinstance(error, ZhengheError) else _UNEXPECTED
    first, second = (int(argument) for argument in arguments)
    if job == DOCUMENT_JOB:
        fail_document(shop, first, second, code, message)
    elif job == CHECK_JOB:
        fail_check(shop, first, second, code, message)
