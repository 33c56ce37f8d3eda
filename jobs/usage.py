"""What a worker has spent so far, for measuring: one JSON line after each page, one file a process."""

import json
import os
import resource
from pathlib import Path

from jobs.memory import resident_bytes


def log_usage(folder: Path, model_seconds: float) -> None:
    """Append this process's figures to ``<folder>/<pid>.jsonl``.

    Keys: ``cpu_seconds`` of the process, ``model_seconds`` of it inside the two networks, ``peak_mib`` and
    ``resident_mib`` of memory. The peak is never below what the process that started this one held then.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    entry = {
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "model_seconds": round(model_seconds, 3),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
        "resident_mib": round(resident_bytes() / 2**20, 1),
    }
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")
