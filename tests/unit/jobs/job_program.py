"""An executor of trivial jobs: ``job_program.py URL EXECUTOR_ID CONCURRENCY KEEP_DAYS FOLDER``.

Each job leaves a file whose lines tell when it began and ended, and one more that is the same however often
the job is run: its effect.
"""

import os
import sys
import time
from pathlib import Path

from domain.errors import TransientError
from jobs.executor import run_executor
from jobs.takeover import WatchOptions

RETRY_DELAYS_SECONDS = (0.05, 0.05)


class AwayError(TransientError):
    """What a handler needs is away for a moment."""

    code = "away"


class Handlers:
    """The jobs of this program; they write below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def work(self, name: str, milliseconds: int) -> None:
        """Take some time, then have an effect."""
        self._note(f"begin {name}")
        time.sleep(milliseconds / 1000)
        (self._folder / "done").mkdir(exist_ok=True)
        (self._folder / "done" / name).write_text(f"{milliseconds}", "utf-8")
        self._note(f"end {name}")

    def stumble(self, name: str, times: int) -> None:
        """Fail so many times with what may work later."""
        self._note(f"begin {name}")
        begun = self._read_log().count(f"begin {name} ")
        if begun <= times:
            raise AwayError
        self.work(name, 0)

    def stall(self, name: str) -> None:
        """Take far too long the first time, and no time the next."""
        first = f"begin {name} " not in self._read_log()
        self.work(name, 600_000 if first else 0)

    def fail(self, _name: str) -> None:
        """Be wrong for good."""
        raise ValueError("姓名 张三")

    def tell(self, job: str, job_id: str, arguments: tuple[str | int, ...], error: Exception) -> None:
        """Note a job that failed."""
        self._note(f"failed {job} {job_id} {arguments!r} {type(error).__name__}")

    def _read_log(self) -> str:
        file = self._folder / "log"
        return file.read_text("utf-8") if file.exists() else ""

    def _note(self, line: str) -> None:
        with (self._folder / "log").open("a", encoding="utf-8") as file:
            file.write(f"{line} {os.getpid()}\n")


def main() -> None:
    """Run jobs until SIGTERM."""
    url, executor_id, concurrency, keep_days, folder = sys.argv[1:]
    handlers = Handlers(Path(folder))
    run_executor(
        url,
        executor_id=executor_id,
        handlers={
            "work": handlers.work,
            "stumble": handlers.stumble,
            "stall": handlers.stall,
            "fail": handlers.fail,
        },
        concurrency=int(concurrency),
        polling_seconds=0.05,
        retry_delays_seconds=RETRY_DELAYS_SECONDS,
        stop_seconds=1,
        keep_days=float(keep_days),
        watch=WatchOptions(tick_seconds=0.2, forgotten_seconds=1.0),
        on_failure=handlers.tell,
    )


if __name__ == "__main__":
    main()
