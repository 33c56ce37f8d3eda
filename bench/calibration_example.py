"""Print what the probabilities of one flagged row are made of (``docs/how-a-verdict-is-made.md``).

``python -m bench.calibration_example out/findings.jsonl 9`` reads the findings of a check and prints, for
each field in question of row 9, the prior, every contribution, and what they add up to.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any


def explain(row: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that explain a row of ``findings.jsonl``."""
    yield f"{row['batch']} 第{row['row']}行：{row['verdict']}"
    for name, field in row["fields"].items():
        if field["status"] in ("match", "not_on_document") or not field.get("contributions"):
            continue
        yield f"{name} ({field['status']}, {field['kind']})"
        total = 0.0
        for part in field["contributions"]:
            total += part["nats"]
            probability = 1 / (1 + math.exp(-total))
            yield f"  {part['source']:<15} {part['nats']:+6.2f}  ->  {probability:6.1%}  {part['sentence']}"
        yield f"  {'sum':<15} {total:+6.2f}  ->  probability {field['probability']}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0, or 2 when the findings have no such row."""
    parser = argparse.ArgumentParser(prog="python -m bench.calibration_example")
    parser.add_argument("findings", type=Path, help="findings.jsonl of a check")
    parser.add_argument("row", type=int, help="row number as the sheet shows it")
    parser.add_argument("--batch", help="name of the batch, when there are several")
    arguments = parser.parse_args(argv)
    for line in arguments.findings.read_text("utf-8").splitlines():
        found = json.loads(line)
        is_wanted = found["type"] == "row" and found["row"] == arguments.row
        if is_wanted and arguments.batch in (None, found["batch"]):
            print("\n".join(explain(found)))
            return 0
    print(f"no row {arguments.row} in {arguments.findings}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
