"""``zhenghe read``."""

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.main import EXIT_CLEAR, EXIT_FAILED
from cli.wiring import BarProgress, make_console, make_options
from domain.fields import Field
from domain.records import FieldReading
from jobs.documents import DocumentReading
from jobs.read import read_files
from storage.page_cache import PageCache


def run_read(files: list[Path], *, as_json: bool, workers: int | None, cache: Path | None) -> int:
    """Read files and print what is on them; exit code 2 when one could not be read."""
    options = make_options(workers=workers, cache=cache)
    with closing(PageCache(options.cache_dir)) as page_cache, BarProgress() as progress:
        readings = read_files(files, options=options, cache=page_cache, progress=progress)
    console = make_console()
    if as_json:
        lines = [_to_json(file, reading) for file, reading in readings.items()]
        console.file.write(json.dumps(lines, ensure_ascii=False, indent=1) + "\n")
    else:
        for file, reading in readings.items():
            _print(console, file, reading)
    return EXIT_FAILED if any(reading.problems for reading in readings.values()) else EXIT_CLEAR


def _to_json(file: str, reading: DocumentReading) -> dict[str, Any]:
    return {
        "file": file,
        "certificates": [
            {
                "page": record.page_number,
                "slot": record.slot,
                "fields": _fields(record.readings),
                "empty_labels": sorted(record.empty_labels),
            }
            for record in reading.candidates
        ],
        "approvals": [
            {
                "kind": approval.kind,
                "title": approval.title,
                "number": str(approval.number) if approval.number else None,
                "fields": _fields(approval.readings),
                "people": [_fields(entry.readings) for entry in approval.entries],
                "counts": [
                    {"stated": count.stated, "found": count.found, "where": count.where}
                    for count in approval.counts
                ],
            }
            for approval in reading.approvals
        ],
        "other": [{"code": other.code, "message": other.message} for other in reading.others],
        "problems": [{"code": problem.code, "message": problem.message} for problem in reading.problems],
    }


def _fields(readings: Mapping[Field, FieldReading]) -> dict[str, Any]:
    return {
        name.value: {
            "value": reading.value,
            "raw": reading.raw,
            "confidence": round(reading.confidence, 4),
            "page": reading.place.page_number,
            "polygon": [[round(x, 5), round(y, 5)] for x, y in reading.place.polygon],
            "under_seal": reading.under_seal,
        }
        for name, reading in readings.items()
    }


def _print(console: Console, file: str, reading: DocumentReading) -> None:
    for record in reading.candidates:
        table = Table(title=f"{file} 第 {record.page_number} 页 第 {record.slot} 张证书")
        for heading in ("项目", "值", "原文", "置信度"):
            table.add_column(heading)
        for name, value in record.readings.items():
            table.add_row(name.label, value.value, value.raw, f"{value.confidence:.2f}")
        console.print(table)
    for approval in reading.approvals:
        table = Table(title=f"{file} {approval.title} {approval.number or ''}")
        names = [name for name in Field if any(name in entry.readings for entry in approval.entries)]
        for name in names:
            table.add_column(name.label)
        for entry in approval.entries:
            table.add_row(*(entry.readings[name].value if name in entry.readings else "" for name in names))
        console.print(table)
    for note in (*reading.others, *reading.problems):
        console.print(f"{file} [{note.code}] {note.message}", markup=False)
