"""``zhenghe serve`` and ``zhenghe worker``: the service's processes."""

import os
import socket
import sys

import typer

from bootstrap.logs import configure_logs
from bootstrap.settings import Settings, load_settings
from cli.main import EXIT_CLEAR
from domain.errors import SetupError
from jobs.supervisor import HOPELESS_EXIT, Command, Supervisor
from ocr.models import ModelStore


def run_service(overrides: dict[str, str], *, quiet: bool = False) -> int:
    """Run API and workers under one supervisor until told to stop; return the exit code.

    Args:
        overrides: Settings that flags of the command gave, as environment variables.
        quiet: The address is not printed.

    Raises:
        SetupError: Models are missing, or a setting cannot be used.
    """
    os.environ.update(overrides)
    settings = load_settings()
    # Said here once instead of by children that would end one after the other.
    ModelStore(settings.model_dir).verify()
    configure_logs()
    if not quiet:
        typer.echo(f"证核服务：http://{settings.host}:{settings.port}/  数据文件夹：{settings.data_dir}")
    children = [
        Command("api", [sys.executable, "-m", "api"], dict(os.environ)),
        Command("worker", [sys.executable, "-m", "cli", "worker"], dict(os.environ)),
    ]
    return Supervisor(children).run()


def run_worker(overrides: dict[str, str], number: int) -> int:
    """Run jobs in this process until told to stop; return the exit code."""
    os.environ.update(overrides)
    configure_logs()
    settings = load_settings()
    # Here alone: the supervisor starts at once, and is small, without all that reads and compares.
    from bootstrap.work import run_jobs

    try:
        run_jobs(settings, executor_name(settings, number))
    except SetupError as error:
        typer.secho(f"[{error.code}] {error}", fg="red", err=True)
        return HOPELESS_EXIT
    return EXIT_CLEAR


def executor_name(settings: Settings, number: int) -> str:
    """Return the executor id of a worker: stable over restarts, of its own in the cluster."""
    host = "local" if settings.database_url is None else socket.gethostname()
    return f"{host}-{number}"
