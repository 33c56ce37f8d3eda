"""How long a step of review takes: ``python -m bench.review``.

Fills a database with batches in review, starts the real API on it, and lets people work: each takes the
next row, thinks, decides it. Twenty people at one office is the worst case: all take from one queue.
Each measurement is run with one row at a time and with four, as a client that loads ahead does; with time
to think, and without any, which gives the most that the service can do. "checks" lets another process
check and store a batch again and again, as a worker does on a busy day. Prints what the people waited and
what a step cost the server in processor time, and writes ``bench/out/review.json``.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psycopg
from pydantic import SecretStr

from bench.corpora import OUT, ROOT
from bench.review_data import Size, fill
from bench.review_people import Round, Timings
from bench.review_server import Server, serve
from bootstrap.services import open_services, prepare_database
from bootstrap.settings import Settings
from tests.postgres import PostgresServer

_OUT = OUT / "review.json"
_PERCENTILES = (50, 95, 99, 100)
_TARGET = {50: 50.0, 99: 200.0}
"""Milliseconds at most, by percentile."""

_MEASUREMENTS = (
    # name, rows held, time to think, share of the steps, checks beside it
    ("1 row", 1, 1.0, 1.0, False),
    ("4 rows ahead", 4, 1.0, 1.0, False),
    ("1 row, checks", 1, 1.0, 1.0, True),
    ("1 row, no thought", 1, 0.0, 2.0, False),
    ("4 rows, no thought", 4, 0.0, 1.0, False),
)


def main() -> None:
    """Measure on the chosen databases and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=100)
    parser.add_argument("--rows", type=int, default=2000, help="in each batch")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--offices", type=int, default=1, help="over which batches and people are spread")
    parser.add_argument("--steps", type=int, default=50, help="of each person in each measurement")
    parser.add_argument("--think", type=float, default=2.0, help="mean seconds between taking and deciding")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument(
        "--data", type=Path, help="folder that keeps the filled SQLite database for a next run"
    )
    arguments = parser.parse_args()
    size = Size(arguments.batches, arguments.rows, arguments.people, arguments.offices)
    report: dict[str, object] = {"size": asdict(size), "think_seconds": arguments.think}
    for kind in ("sqlite", "postgresql"):
        if arguments.only in (None, kind):
            report[kind] = _measure(kind, size, arguments.steps, arguments.think, arguments.data)
    _OUT.write_text(json.dumps(report, indent=2), encoding="utf-8")


def _measure(kind: str, size: Size, steps: int, think: float, kept: Path | None) -> dict[str, object]:
    with tempfile.TemporaryDirectory(dir=OUT) as scratch, _database(kind) as url:
        folder = Path(scratch)
        people, size_bytes = _filled(folder, url, size, kept)
        print(
            f"{kind}: {size.batches * size.rows_in_a_batch} rows, {size_bytes / 1e6:.0f} MB,"
            f" {size.people} people at {size.offices} offices"
        )
        header = "".join(f"{name:>8}" for name in ("p50", "p95", "p99", "max"))
        print(f"{'':<20}{'step/s':>7}{'cpu ms':>7}  {'':<7}{header}  milliseconds")
        measured = {}
        with serve(folder, url) as server:
            for number, (name, count, share, more, checks) in enumerate(_MEASUREMENTS):
                task = Round(
                    server.port, server.process_id, people, int(steps * more), count, think * share, number
                )
                with _checks(folder, url, size) if checks else _nothing():
                    measured[name] = _run(name, server, task)
        return {"bytes": size_bytes, "measurements": measured}


@contextmanager
def _database(kind: str) -> Iterator[str | None]:
    if kind == "sqlite":
        yield None
        return
    server = PostgresServer()
    try:
        url = server.create_database()
        # The tests' server forgets the newest when the power fails; one in service must not.
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = on".encode())
            connection.execute("SELECT pg_reload_conf()")
        yield url
    finally:
        server.stop()


def _filled(folder: Path, url: str | None, size: Size, kept: Path | None) -> tuple[list[str], int]:
    """Fill the database, or take the one that was kept; return who can sign in, and its size in bytes."""
    people = [f"verifier{n}" for n in range(size.people)]
    if kept is not None and url is None and (kept / "zhenghe.sqlite").exists():
        shutil.copy(kept / "zhenghe.sqlite", folder)
    else:
        services = open_services(Settings(data_dir=folder, database_url=SecretStr(url) if url else None))
        prepare_database(services)
        people = fill(services, size)
        services.close()
        if kept is not None and url is None:
            kept.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / "zhenghe.sqlite", kept)
    if url is None:
        return people, (folder / "zhenghe.sqlite").stat().st_size
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ANALYZE")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return people, row[0] if row else 0


@contextmanager
def _checks(folder: Path, url: str | None, size: Size) -> Iterator[None]:
    task = {"folder": str(folder), "url": url, "rows": size.rows_in_a_batch}
    process = subprocess.Popen([sys.executable, "-m", "bench.review_checks", json.dumps(task)], cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _run(name: str, server: Server, task: Round) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.review_people"],
        input=json.dumps(asdict(task)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
    )
    timings = Timings(**json.loads(done.stdout))
    steps = len(timings.decide)
    rate, cpu = steps / timings.seconds, timings.cpu_seconds / max(1, steps) * 1000
    kinds = {
        "take": timings.take,
        "decide": timings.decide,
        "both": timings.take + timings.decide,
    }
    result: dict[str, object] = {
        "steps": steps,
        "steps_per_second": round(rate, 1),
        "cpu_ms_per_step": round(cpu, 1),
        "peak_mib": round(server.peak_mib()),
        "problems": timings.problems,
    }
    for kind, values in kinds.items():
        result[kind] = found = {str(share): round(_percentile(values, share), 1) for share in _PERCENTILES}
        start = f"{name:<20}{rate:>7.1f}{cpu:>7.1f}" if kind == "take" else " " * 34
        print(f"{start}  {kind:<7}" + "".join(f"{value:>8.1f}" for value in found.values()), flush=True)
    met = all(_percentile(kinds["both"], share) <= most for share, most in _TARGET.items())
    result["meets_target"] = met
    if timings.problems:
        print(f"{'':<20}not answered with success: {timings.problems}")
    return result


def _percentile(values: list[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)] if ordered else float("nan")


if __name__ == "__main__":
    main()
