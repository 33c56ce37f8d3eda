"""What the commands share: options from settings and flags, and the progress bar."""

from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from bootstrap.settings import load_settings
from jobs.options import PipelineOptions


def make_options(*, workers: int | None, cache: Path | None) -> PipelineOptions:
    """Return the settings of the environment, overruled by the flags that were given.

    Raises:
        SettingsError: An environment variable has an unusable value.
    """
    options = load_settings().to_options()
    if workers is not None:
        options = replace(options, workers=workers)
    if cache is not None:
        options = replace(options, cache_dir=cache)
    return options


_PIPE_WIDTH = 150
"""Columns of a table that goes into a file or another program, where no terminal says how wide it is."""


def make_console() -> Console:
    """Return the console for results."""
    console = Console()
    return console if console.is_terminal else Console(width=_PIPE_WIDTH)


class BarProgress:
    """A progress bar on standard error; a ``jobs`` progress and a context manager."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description:<8}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task: TaskID | None = None

    def __enter__(self) -> "BarProgress":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of ``total`` steps on a line of its own."""
        self._task = self._bar.add_task(stage, total=total)

    def advance(self, steps: int = 1) -> None:
        """Finish some steps of the stage."""
        if self._task is not None:
            self._bar.advance(self._task, steps)
