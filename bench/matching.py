"""How the time of linking and verifying grows with the rows: ``python -m bench.matching``.

Each size runs in a process of its own, on one thread, so that its peak memory is its own. Prints
seconds, rows a second and peak memory for each size and the exponents of growth (slope of a log-log
fit over all sizes) of time and of processor time, and writes ``bench/out/matching.json``.
"""

import argparse
import gc
import json
import math
import os
import resource
import subprocess
import sys
import time

from bench.corpora import OUT
from bench.matching_batches import make_batch
from domain.findings import Verdict
from matching.batch import match_batch

SIZES = (2_000, 5_000, 20_000, 50_000, 100_000)
_OUT = OUT / "matching.json"


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--one", type=int, help="measure one size in this process and print JSON")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(_measure(arguments.one)))
        return
    print(f"{'rows':>8} {'certificates':>12} {'seconds':>9} {'rows/s':>8} {'peak MiB':>9} {'clear':>7}")
    measured = []
    for size in arguments.sizes:
        row = _run_apart(size)
        measured.append(row)
        print(
            f"{row['rows']:>8.0f} {row['certificates']:>12.0f} {row['seconds']:>9.2f}"
            f" {row['rows_per_second']:>8.0f} {row['peak_mib']:>9.0f} {row['clear']:>7.0f}",
            flush=True,
        )
    report: dict[str, object] = {"sizes": measured}
    if len(measured) > 1:
        sizes = [row["rows"] for row in measured]
        for kind in ("seconds", "cpu_seconds"):
            exponent = _exponent(sizes, [row[kind] for row in measured])
            report[f"exponent_{kind}"] = round(exponent, 3)
            print(f"exponent of growth from {sizes[0]:.0f} rows on, {kind}: {exponent:.2f}")
    _OUT.write_text(json.dumps(report, indent=2), encoding="utf-8")


def _run_apart(size: int) -> dict[str, float]:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "bench.matching", "--one", str(size)]
    done = subprocess.run(command, env={**os.environ, **threads}, check=True, capture_output=True, text=True)
    row: dict[str, float] = json.loads(done.stdout)
    return row


def _measure(size: int) -> dict[str, float]:
    # Tables of names and look-alikes are loaded once a process, whatever the size.
    small = make_batch(20)
    match_batch("bench", small.tables, small.candidates, small.approvals, alphabet=frozenset())
    batch = make_batch(size)
    gc.collect()
    given = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, started_cpu = time.perf_counter(), time.process_time()
    result = match_batch("bench", batch.tables, batch.candidates, batch.approvals, alphabet=frozenset())
    seconds, cpu = time.perf_counter() - started, time.process_time() - started_cpu
    return {
        "rows": size,
        "certificates": len(batch.candidates),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "rows_per_second": round(size / seconds),
        "given_mib": round(given / 1024),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "clear": sum(row.verdict is Verdict.CLEAR for row in result.rows),
    }


def _exponent(sizes: list[float], seconds: list[float]) -> float:
    """Return the slope of the line through (log size, log seconds), least squares."""
    x, y = [math.log(size) for size in sizes], [math.log(max(1e-6, value)) for value in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - mean_x) ** 2 for a in x)


if __name__ == "__main__":
    main()
