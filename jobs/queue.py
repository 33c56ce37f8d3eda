"""Putting jobs into the queue. Light: the web process imports this and never runs a job."""

from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowSerializationFormat

from domain.batches import Priority
from storage.sessions import Session, normal_url

__all__ = ["APPLICATION", "JOBS_VERSION", "QUEUES", "JobQueue", "Priority", "prepare_job_tables"]

APPLICATION = "zhenghe"
QUEUES = {Priority.INTERACTIVE: "interactive", Priority.BULK: "bulk"}
"""Each has places of its own: bulk files under way must not keep out the one that somebody waits for."""

JOBS_VERSION = "1"
"""Raised by hand when jobs of an older release must not be run by a newer one.

Jobs that an executor of another version has begun wait for an executor of that version, so raising this
strands them; a changed handler is no reason, only changed arguments are. Without it DBOS would take a hash of
the source, and every edit would strand what is under way.
"""


class JobQueue:
    """The queue of jobs in the product's database. Safe to share between threads."""

    def __init__(self, database_url: str) -> None:
        """Prepare to connect; nothing is opened yet.

        Args:
            database_url: As for ``Database``; ``prepare_job_tables`` has been called for it.
        """
        self._client = DBOSClient(
            system_database_url=normal_url(database_url),
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,
        )

    def enqueue(
        self, session: Session, job: str, job_id: str, *arguments: str | int, priority: Priority
    ) -> None:
        """Enqueue one job within the caller's transaction: it exists when and only when that commits.

        The same ``job_id`` twice is one job, the first, for as long as it is remembered (``run_executor``);
        it is not run again, finished, failed or cancelled. To try again on purpose, choose a new one.

        Args:
            session: A transaction on the database of this queue.
            job: Name of the handler.
            job_id: Unique over all jobs.
            *arguments: What the handler is called with; ids rather than content.
            priority: Which goes first; equal ones in the order of their transactions.
        """
        options: EnqueueOptions = {
            "workflow_name": job,
            "queue_name": QUEUES[priority],
            "workflow_id": job_id,
            # The engine takes a job without a priority before all others.
            "priority": int(priority),
            # JSON: legible in the table, and nothing to execute in it.
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        }
        self._client.enqueue_in_transaction(session, options, *arguments)

    def close(self) -> None:
        """Release all connections."""
        self._client.destroy()


def prepare_job_tables(database_url: str) -> None:
    """Create the tables of the queue, or bring them up to date; several processes may call it at once.

    They lie beside the product's: in schema ``dbos`` on PostgreSQL, in the same file on SQLite.
    """
    DBOS.migrate(normal_url(database_url))
    client = DBOSClient(system_database_url=normal_url(database_url), application_name=APPLICATION)
    try:
        for queue in QUEUES.values():
            # Executors set it as they want it. One that finds none at its start looks again a second later.
            client.register_queue(
                queue, worker_concurrency=1, polling_interval_sec=0.1, on_conflict="never_update"
            )
    finally:
        client.destroy()
